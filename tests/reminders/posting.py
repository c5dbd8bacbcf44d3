"""A shorthand for tests of messages: which rules there are, visits of which something is due, and what was said."""

import re
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from reminders import finding
from reminders.models import Kind, Message, Notice, Rule
from scheduling.models import Appointment
from tests.factories import AppointmentFactory, PatientFactory
from tests.reminders.conftest import FRIDAY_NOON

ANA = "ana@example.com"
BEN = "ben@example.com"
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GRACE = timedelta(minutes=2)
A_WHILE = timedelta(minutes=20)  # longer than any pause between two tries


def only(*kinds, minutes=None):
    """Leaves no rules but those of these kinds, and of several of a kind the one with this time."""
    wanted = Q(kind__in=kinds) if minutes is None else Q(kind__in=kinds, minutes=minutes)
    Rule.objects.filter(~wanted).update(active=False)


def rule(kind, **changes):
    """The only rule of this kind, with these changes made to it."""
    Rule.objects.filter(kind=kind).update(**changes)
    return Rule.objects.filter(kind=kind).last()


def find():
    """Beat's half of a round. Returns how many messages were written."""
    return finding.write_due(now=timezone.now())


def told():
    """(kind, revision) of every notice, in order."""
    return list(Notice.objects.order_by("pk").values_list("rule__kind", "revision"))


def message(email=ANA):
    return Message.objects.get(to=email)


def states():
    """The state of every message, in order."""
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def subjects(letters):
    return [letter.message["Subject"] for letter in letters]


def times(letter):
    """Every "10:00 AM" of a letter's text, in order."""
    return re.findall(r"\d+:\d\d [AP]M", letter.part("text/plain"))


def placed_long_ago(**fields):
    """A visit whose booking is no news any more."""
    return placed(FRIDAY_NOON - 30 * DAY, **fields)


def just_placed(**fields):
    """A visit whose confirmation is due."""
    return placed(timezone.now() - timedelta(minutes=5), **fields)


def placed(at, **fields):
    """A visit that was booked then and, unless `booked_at` says otherwise, not moved since."""
    return AppointmentFactory(**{"booked_at": at, "placed_at": at} | fields)


def confirmed(email=ANA, **fields):
    """Of whoever has this address, a visit whose confirmation is due."""
    return just_placed(patient=PatientFactory(email=email), **fields)


def reminded(email=ANA, **fields):
    """Of whoever has this address, a visit whose confirmation went out long ago."""
    return placed_long_ago(patient=PatientFactory(email=email), **fields)


def replaced(visit, *, later=HOUR):
    """The visit placed so much later this moment, as a move does it: its revision rises."""
    Appointment.objects.filter(pk=visit.pk).update(
        revision=visit.revision + 1, placed_at=timezone.now(), span=(visit.starts_at + later, visit.ends_at + later)
    )
    visit.refresh_from_db()
    return visit


def over(status, *, at=None, **fields):
    """A visit that was completed or missed at this moment (now): a quarter of an hour after it began."""
    at = at or timezone.now()
    fields = {"start": at - timedelta(minutes=15)} | fields
    return AppointmentFactory(status=status, status_at=at, placed_at=FRIDAY_NOON - 30 * DAY, **fields)


def told_of(visit):
    """As if this visit's patient had read its confirmation long ago."""
    booked = Rule.objects.get(kind=Kind.BOOKED)
    accepted_at = timezone.now() - 30 * DAY
    first = Message.objects.create(
        kind=Kind.BOOKED,
        patient=visit.patient,
        to=visit.patient.email or "old@example.com",
        subject="Your visit",
        text="",
        html="",
        message_id=f"<told-{visit.pk}@localhost>",
        state="accepted",
        accepted_at=accepted_at,
        created_at=accepted_at,
        give_up_at=visit.starts_at,
    )
    Notice.objects.create(rule=booked, visit=visit, revision=visit.revision, message=first)
    return visit
