"""Visits booked, moved, moved back, cancelled and all of that undone, in every order, with the post going meanwhile or
not: what the patient read last is true, and the calendar on their telephone shows exactly the visits that there are."""

import re
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from icalendar import Calendar

from clinic.errors import ClinicError
from clinic.models import WorkingHours
from clinic.saying import when
from reminders import finding, sending
from reminders.models import Kind, Message, Notice, State
from scheduling import attending, booking, moving
from scheduling.models import COMING, Appointment, Status
from tests.factories import (
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.reminders.conftest import FRIDAY_NOON
from tests.reminders.posting import A_WHILE, DAY, GRACE, HOUR, only

SLOTS = [datetime(2030, 6, day, 15, tzinfo=UTC) for day in (3, 4, 5, 6)]


DEEDS = ["book", *["move"] * 3, "undo_move", *["cancel"] * 2, *["undo"] * 2, "resize", "confirm", "come_closer"]
LAST = st.sampled_from([0, 0, 0, 1, 2])
PAUSES = st.sampled_from([20, 119, 120, 1200])  # seconds
POST = st.sampled_from([None, None, "found", "told", "in vain", "settled"])
THEN = st.tuples(PAUSES, POST)
FAR_ENOUGH = 12 * HOUR  # of a new time: longer than what can be done with it takes
STOPPED = {"EMAIL_PORT": 1}


class Phone:
    """The calendar on the patient's telephone: it does what the files say (RFC 5546)."""

    def __init__(self):
        self.events, self.sequences = {}, {}

    def read(self, text):
        calendar = Calendar.from_ical(text)
        for event in calendar.events:
            uid, sequence = str(event["UID"]), event["SEQUENCE"]
            assert sequence > self.sequences.get(uid, -1), "a calendar program takes no file that is not a later one"
            self.sequences[uid] = sequence
            self.events.pop(uid, None)
            if calendar["METHOD"] == "PUBLISH":
                self.events[uid] = (event.start, event.end, str(event["LOCATION"]))


class World:
    """One patient, and two practitioners at two places; made once, and as it was before each example."""

    def __init__(self, sink):
        self.sink = sink
        only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED, Kind.REMINDER)
        riverside, hill = LocationFactory(), LocationFactory(name="Hill", address="2 Hill Road")
        self.practitioners = [PractitionerFactory(name="Kim"), PractitionerFactory(name="Lee")]
        WorkingHours.objects.filter(practitioner=self.practitioners[1]).update(location=hill, starts=time(8))
        for place in (riverside, hill):
            TableFactory(location=place)
        self.service = ServiceFactory(by=self.practitioners)
        self.patient, self.desk = PatientFactory(), UserFactory()


class Moves(RuleBasedStateMachine):
    world = None

    @initialize()
    def begin(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.traveller = time_machine.travel(FRIDAY_NOON, tick=False)
        self.clock = self.traveller.start()
        self.phone, self.said, self.read, self.visits = Phone(), [], 0, []
        self.world.sink.clear()
        self.book(None, SLOTS[0], self.world.practitioners[0], self.world.desk)

    def teardown(self):
        try:
            self.settle()
        finally:
            self.traveller.stop()
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    @rule(do=st.sampled_from(DEEDS), number=LAST, slot=st.sampled_from(SLOTS), who=st.integers(0, 1), then=THEN)
    def step(self, do, number, slot, who, then):
        """Something is done to the last visit but so many, by somebody who has just looked at it; then perhaps some
        time goes by and the post goes. What is refused changes nothing."""
        visit = self.visits[-1 - number % len(self.visits)]
        visit.refresh_from_db()
        slot = slot if slot > timezone.now() + FAR_ENOUGH else SLOTS[-1] + DAY
        with suppress(ClinicError):
            getattr(self, do)(visit, slot, self.world.practitioners[who], UserFactory())
        self.go_on(*then)

    def book(self, visit, slot, practitioner, by):
        if len(self.visits) < 3:
            service, patient = self.world.service, self.world.patient
            made = booking.book(patient=patient, service=service, practitioner=practitioner, starts_at=slot, by=by)
            self.visits.append(made)

    def move(self, visit, slot, practitioner, by):
        moving.move(visit=visit, starts_at=slot, practitioner=practitioner, by=by)

    def resize(self, visit, slot, practitioner, by):
        moving.resize(visit=visit, ends_at=visit.starts_at + timedelta(minutes=50 + 5 * slot.day), by=by)

    def undo_move(self, visit, slot, practitioner, by):
        moving.undo_move(visit=visit, revision=visit.revision, by=by)

    def cancel(self, visit, slot, practitioner, by):
        booking.cancel(visit=visit, reason="", by=by)

    def undo(self, visit, slot, practitioner, by):
        if visit.status_at > timezone.now() - DAY:  # a booking of which nobody was told is no news when it comes back
            booking.undo(visit=visit, by=by)

    def confirm(self, visit, slot, practitioner, by):
        attending.confirm(visit=visit, by=None)

    def come_closer(self, visit, *others):
        """To three days or one before the next visit. News is told before: what is two days old is none any more."""
        self.settle()
        coming = min((visit.starts_at for visit in self.visits if due(visit)), default=timezone.now())
        nearer = [coming - lead for lead in (3 * DAY, DAY) if coming - lead > timezone.now()]
        if nearer:
            self.clock.move_to(nearer[0])

    def go_on(self, seconds, post):
        """Some time goes by, and then perhaps the post, or it tries to."""
        self.clock.shift(seconds)
        if post:
            finding.write_due(now=timezone.now())
        if post == "in vain":
            with override_settings(**STOPPED):
                sending.deliver()
        if post == "told":
            sending.deliver()
            self.read_letters()
        if post == "settled":
            self.settle()

    # What must be true.

    def read_letters(self):
        """The patient reads what has come, in order; their telephone reads the files."""
        for letter in self.world.sink.letters[self.read :]:
            message = Message.objects.get(message_id=letter.message["Message-ID"])
            notices = list(Notice.objects.filter(message=message).values_list("rule", "visit", "revision"))
            assert notices, "it tells of no visit"
            assert not set(notices) & set(self.said), "told twice"
            self.said += notices
            for file in letter.message.iter_attachments():
                assert file.get_filename() == "visit.ics"
                self.phone.read(file.get_content())
        self.read = len(self.world.sink.letters)

    def settle(self):
        """The post goes until there is nothing left to say."""
        for pause in (A_WHILE, GRACE):
            self.go_on(pause.total_seconds(), "told")
        for visit in self.visits:
            visit.refresh_from_db()
            self.is_told_as_it_stands(visit)
        assert self.phone.events == {f"visit-{visit.pk}@localhost": shown(visit) for visit in self.visits if due(visit)}

    def is_told_as_it_stands(self, visit):
        accepted = Message.objects.filter(notices__visit=visit, state=State.ACCEPTED).order_by("pk")
        last = accepted.order_by("accepted_at", "pk").last()
        if visit.status == Status.CANCELLED:
            known = accepted.exclude(kind=Kind.CANCELLED).order_by("accepted_at", "pk").last()
            assert last is None or last.kind == Kind.CANCELLED
            assert last is None or moments(last) & moments(known), "cancelled where nobody expected it"
        if not due(visit):
            return
        assert last is not None
        assert last.kind != Kind.CANCELLED
        assert accepted.filter(notices__visit=visit, notices__revision=visit.revision).exists()
        assert all(words in last.text for words in words_of(visit)), last.text


def due(visit):
    return visit.status in COMING and visit.starts_at > timezone.now()


def moments(message):
    """The days and times that a message names, such as "Monday, June 3, 11:00 AM"."""
    return set(re.findall(r"\w+, June \d+, \d+:\d+ [AP]M", message.text))


def shown(visit):
    place = visit.location
    return visit.starts_at, visit.ends_at, f"{place.name}, {place.address}"


def words_of(visit):
    told = when(visit.starts_at, zone=visit.zone, language="en")
    minutes = (visit.ends_at - visit.starts_at) // timedelta(minutes=1)
    return [f"{told.day}, {told.time}", f"with {visit.practitioner.name}, {minutes} minutes", visit.location.address]


@pytest.mark.django_db
def test_the_last_notice_always_names_the_present_time(sink):
    with time_machine.travel(FRIDAY_NOON, tick=False):
        Moves.world = World(sink)

    run_state_machine_as_test(
        Moves,
        settings=settings(
            max_examples=15,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert not Appointment.objects.exists()
