"""The cards of Settings: what there is of each thing, and what is missing."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from clinic.context import open_to
from clinic.models import Credential, Device, Location, Practitioner, ScopeRule, Service, TimeOff, User
from clinic.practice.licensing import EXPIRES_SOON
from clinic.practice.stranded import stranded
from reminders.models import Rule

SERVICE_SOON = timedelta(days=14)


@dataclass(frozen=True)
class Card:
    """`says` is what there is; each of `missing` is a sentence about what somebody should look at."""

    title: str
    url: str
    icon: str
    says: str
    missing: tuple = ()


def counted(number, one, many):
    return f"1 {one}" if number == 1 else f"{number} {many}"


def cards(user, now):
    """Those whose page exists and which this person may open."""
    today = timezone.localdate(now)
    parts = (places, units, services, staff, hours, scope, messages, away, feeds, blocks)
    made = [make(user, now, today) for make in parts]
    return [card for card in made if card]


def card(user, name, permission, title, icon, says, *missing):
    url = open_to(user, name, permission)
    return Card(title, url, icon, says, tuple(filter(None, missing))) if url else None


def places(user, now, today):
    active = Location.objects.active().annotate(
        tables=Count("resources__table", filter=Q(resources__active=True), distinct=True)
    )
    found = list(active)
    without = [f"{place} has no table." for place in found if not place.tables]
    tables = sum(place.tables for place in found)
    says = f"{counted(len(found), 'location', 'locations')}, {counted(tables, 'table or chair', 'tables and chairs')}"
    lacking = [] if found else ["Add the first location."]
    return card(user, "practice:places", "clinic.change_location", "Places", "geo-alt", says, *lacking, *without)


def units(user, now, today):
    active = Device.objects.active()
    out = active.exclude(out_of_service="").count()
    due = active.filter(service_due__lte=today + SERVICE_SOON).count()
    return card(
        user,
        "practice:places",
        "clinic.change_location",
        "E-stim units",
        "lightning-charge",
        counted(active.count(), "unit", "units"),
        out and f"{out} out of service.",
        due and f"{due} due for service within {SERVICE_SOON.days} days.",
    )


def services(user, now, today):
    active = Service.objects.active()
    nobody = active.exclude(practitioners__active=True).count()
    return card(
        user,
        "practice:services",
        "clinic.change_service",
        "Services",
        "list-check",
        f"{active.count()} offered",
        nobody and f"{nobody} offered by nobody.",
    )


def staff(user, now, today):
    people = User.objects.filter(is_active=True)
    never = people.filter(last_login__isnull=True).count()
    return card(
        user,
        "practice:staff",
        "clinic.change_practitioner",
        "Staff",
        "person-badge",
        f"{counted(people.count(), 'person', 'people')}, {Practitioner.objects.active().count()} treating",
        never and f"{never} never signed in.",
    )


def hours(user, now, today):
    active = Practitioner.objects.active()
    coming = Q(hours__valid_until__isnull=True) | Q(hours__valid_until__gte=today)
    working = active.filter(coming, hours__isnull=False).distinct().count()
    idle = active.count() - working
    return card(
        user,
        "practice:hours",
        "clinic.change_practitioner",
        "Working hours",
        "clock",
        f"{counted(working, 'practitioner has', 'practitioners have')} hours",
        idle and f"{counted(idle, 'practitioner has', 'practitioners have')} none from today on.",
    )


def scope(user, now, today):
    held = Credential.objects.filter(practitioner__active=True)
    soon = held.filter(expires__gte=today, expires__lte=today + EXPIRES_SOON).count()
    return card(
        user,
        "practice:scope",
        "clinic.change_practitioner",
        "Licences and scope",
        "patch-check",
        f"{counted(held.count(), 'licence', 'licences')}, "
        f"{counted(ScopeRule.objects.filter(allowed=True).count(), 'technique', 'techniques')} allowed",
        soon and f"{counted(soon, 'licence ends', 'licences end')} within {EXPIRES_SOON.days} days.",
    )


def messages(user, now, today):
    rules = Rule.objects.aggregate(on=Count("pk", filter=Q(active=True)), off=Count("pk", filter=Q(active=False)))
    unwritable = Location.objects.active().filter(email="").count()
    return card(
        user,
        "reminders:rules",
        "reminders.change_rule",
        "Messages",
        "envelope",
        f"{counted(rules['on'], 'rule', 'rules')} on, {rules['off']} off",
        unwritable and f"{counted(unwritable, 'location has', 'locations have')} no e-mail address for answers.",
    )


def away(user, now, today):
    coming = TimeOff.objects.filter(span__endswith__gt=now).count()
    return card(
        user,
        "scheduling:away",
        "clinic.add_timeoff",
        "Closures and time off",
        "door-closed",
        f"{coming} coming" if coming else "None coming",
    )


def feeds(user, now, today):
    return card(
        user,
        "scheduling:feeds",
        "scheduling.change_calendarfeed",
        "Calendar feeds",
        "calendar-event",
        "Each practitioner's visits in their own calendar, behind a secret address",
    )


def blocks(user, now, today):
    return card(
        user,
        "scheduling:block",
        "scheduling.add_block",
        "Blocks",
        "slash-square",
        "Keep time free for meetings and notes, once or every week",
    )


def to_move(user):
    """(how many coming visits no longer fit, where they are moved)."""
    return len(stranded()), open_to(user, "scheduling:to_move", "scheduling.change_appointment")
