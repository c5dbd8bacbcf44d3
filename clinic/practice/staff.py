"""Who works here: a sign-in with one or more roles, and for practitioners what the calendar shows of them.

Somebody who leaves is switched off, never deleted: visits and signatures name them.
"""

import pghistory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Q

from clinic.errors import NotAllowed
from clinic.models import Practitioner, User
from clinic.practice.errors import LastManager
from clinic.practice.writing import again, one_of_a_kind, refuse_if_changed

PRACTITIONER, MANAGER = "Practitioner", "Manager"
SIGN_IN = ["email", "first_name", "last_name", "is_active"]
SHOWN = ["name", "colour", "bio"]  # of a practitioner
TAKEN = "Somebody signs in with this address already. Open that person, or write another address."


@transaction.atomic
def hire(*, details, roles, by):
    """A sign-in without a password, for which `inviting.invite` sends an e-mail; returns the user.

    `details` are the fields of SIGN_IN and SHOWN, `roles` names of `clinic.roles`. Raises NameTaken.
    """
    user = User()
    user.set_unusable_password()
    return write(user, details, roles, by)


@transaction.atomic
def change(*, user, seen, details, roles, by):
    """Write what the person wants over what they saw (`seen`: the digest of `told_of`).

    Raises SavedMeanwhile, NameTaken, LastManager, and NotAllowed for an administrator's sign-in.
    """
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed("Only an administrator changes an administrator's sign-in.")
    others = managers_besides(user)
    user = again(user)
    refuse_if_changed(seen, told_of(user))
    stays = details["is_active"] and (MANAGER in roles or user.is_superuser)
    if not stays and not others:
        raise LastManager(f"{user} is the last manager. Make somebody else a manager first.", field="roles")
    return write(user, details, roles, by)


def managers_besides(user):
    """Who else may change the settings. Locked, so that two managers can't take each other out at once."""
    able = User.objects.filter(Q(groups__name=MANAGER) | Q(is_superuser=True), is_active=True).values("pk")
    locked = User.objects.filter(Q(pk__in=able) | Q(pk=user.pk)).order_by("pk").select_for_update(no_key=True)
    still = set(locked.values_list("pk", flat=True)) & set(able.values_list("pk", flat=True))
    return still - {user.pk}


def write(user, details, roles, by):
    for name in SIGN_IN:
        setattr(user, name, details[name])
    with pghistory.context(user=by.pk):
        with one_of_a_kind(TAKEN, "email"):
            user.save()
            address(user)
        user.groups.set(Group.objects.filter(name__in=roles))
        show(user, {name: details[name] for name in SHOWN}, treats=PRACTITIONER in roles)
    return user


def address(user):
    """allauth signs in by its own table, where a manager's word is enough: nobody is asked to verify."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def show(user, shown, treats):
    """A practitioner's row is made with the role, and archived without it."""
    practitioner = Practitioner.objects.select_for_update(no_key=True).filter(user=user).first()
    if not practitioner and not treats:
        return
    practitioner = practitioner or Practitioner(user=user)
    for name, value in shown.items():
        setattr(practitioner, name, value)
    practitioner.name = shown["name"] or str(user)
    practitioner.active = treats and user.is_active
    practitioner.save()


def details_of(user):
    practitioner = Practitioner.objects.filter(user=user).first() or Practitioner()
    shown = {name: getattr(practitioner, name) for name in SHOWN}
    return {name: getattr(user, name) for name in SIGN_IN} | shown


def roles_of(user):
    return [group.name for group in user.groups.order_by("name")]


def told_of(user):
    return told(details_of(user), roles_of(user))


def told(details, roles):
    """A person in words, {label: text}: what two people who edit it at once are shown."""
    return {
        "E-mail": details["email"],
        "First name": details["first_name"],
        "Last name": details["last_name"],
        "Roles": ", ".join(sorted(roles)),
        "Works here": "yes" if details["is_active"] else "no",
        "Shown as": details["name"],
        "Colour": details["colour"],
        "About": details["bio"],
    }
