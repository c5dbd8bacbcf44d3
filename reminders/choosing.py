"""What patients wish to be told, through a link. What they need to know comes anyway: see `NEEDED`."""

from django.db import transaction

from patients.models import Patient
from reminders.models import Kind, OptOut, Rule
from reminders.models.rules import NEWS, OPTIONAL


@transaction.atomic
def prefer(*, patient, offered, kinds, language):
    """Of the optional messages that were offered these and no others, and everything in that language.

    Who had some and now has none ticked turns the patient's own switch off, which the front desk sees too; turned on
    there, what was wanted before comes again.
    """
    locked = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    none_any_more = not kinds and not set(offered).isdisjoint(wanted(locked))
    locked.wants_reminders = bool(kinds) or (locked.wants_reminders and not none_any_more)
    locked.language = language
    locked.save(update_fields=["wants_reminders", "language"])
    if kinds:
        unwanted = [kind for kind in offered if kind not in kinds]
        locked.opt_outs.filter(kind__in=kinds).delete()
        OptOut.objects.bulk_create([OptOut(patient=locked, kind=kind) for kind in unwanted], ignore_conflicts=True)
    return locked


def wanted(patient):
    """The optional kinds that the patient gets."""
    if not patient.wants_reminders:
        return []
    unwanted = set(patient.opt_outs.values_list("kind", flat=True))
    return [kind for kind in OPTIONAL if kind not in unwanted]


def kinds_sent():
    """The kinds of messages that the clinic tells patients: (news, whatever somebody wishes; others, by their wish)."""
    active = set(Rule.objects.active().values_list("kind", flat=True))
    return [kind for kind in Kind if kind in active & NEWS], [kind for kind in OPTIONAL if kind in active]


def others(patient):
    """Who else is written to at this address: whoever reads it may choose for them too."""
    return reached(patient.email).filter(merged_into=None, deceased_on=None).exclude(pk=patient.pk)


@transaction.atomic
def unsubscribe(*, address):
    """No optional messages to this address any more, for everybody who has it: who reads it is tired of them."""
    locked = reading(address).order_by("pk").select_for_update(no_key=True)
    Patient.objects.filter(pk__in=[patient.pk for patient in locked]).update(wants_reminders=False)


def is_subscribed(address):
    return reading(address).exists()


def reading(address):
    return reached(address).filter(wants_reminders=True)


def reached(address):
    """To have no address is nothing that two people have in common."""
    return Patient.objects.filter(email=address).exclude(email="")
