"""Whoever moves several visits together meets those who book, move, block and cancel: nobody waits in a circle."""

from collections import Counter
from datetime import timedelta
from functools import partial
from random import Random
from uuid import uuid4

import pytest

from clinic.errors import ClinicError
from scheduling import blocking, booking, repeating, resettling, series, staging, undeleting
from scheduling.models import Appointment, Block, Occupancy
from tests.factories import (
    MONDAY_TEN,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)
from tests.scheduling.bookings import HANDS_ON, minutes
from tests.scheduling.racing import RIVALS, assert_nothing_is_in_two_places

CALLS = 30  # of each rival

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


class Rival:
    def __init__(self, number, clinic):
        self.dice, self.clinic, self.done = Random(number), clinic, Counter()
        self.by = clinic["team"][number % len(clinic["team"])].user

    def run(self):
        for _ in range(CALLS):
            verb = self.dice.choice(VERBS)
            try:
                verb(self)
                self.done[verb.__name__] += 1
            except ClinicError:
                pass
        return self.done

    def any(self, kind):
        return self.dice.choice(self.clinic[kind])

    def time(self):
        return MONDAY_TEN + minutes(30 * self.dice.randrange(16))

    def visits(self):
        return list(Appointment.objects.coming().order_by("-pk")[:20])

    def move_all(self):
        """Two at once, in no order."""
        chosen = self.dice.sample(self.visits(), 2)
        resettling.move_all(moves=[self.to_move(one) for one in chosen], by=self.by)

    def to_move(self, visit):
        to = {"practitioner": self.any("team"), "table": self.any("tables"), "device": None}
        return resettling.Move(visit=visit, seen=visit.revision, starts_at=self.time(), **to)

    def move(self):
        booking.move(visit=self.dice.choice(self.visits()), starts_at=self.time(), by=self.by)

    def book(self):
        wish = {"patient": self.any("patients"), "service": self.clinic["service"], "practitioner": self.any("team")}
        booking.book(**wish, starts_at=self.time(), by=self.by)

    def cancel(self):
        booking.cancel(visit=self.dice.choice(self.visits()), reason="", by=self.by)

    def block(self):
        what, start = self.any(self.dice.choice(["team", "tables"])), self.time()
        times = {"starts_at": start, "ends_at": start + minutes(15), "title": "Meeting"}
        kept = blocking.block(resource=what, location=self.clinic["location"], **times, by=self.by)
        blocking.reblock(context=blocking.unblock(block=kept[0], by=self.by), by=self.by)

    def cancel_a_series_and_take_it_back(self):
        times = [(self.time() + number * timedelta(days=1), self.any("team")) for number in range(3)]
        wish = {"patient": self.any("patients"), "service": self.clinic["service"]}
        visits = repeating.book_all(**wish, times=times, by=self.by, request_key=uuid4())
        with undeleting.noted(self.by) as context:
            series.cancel_series(visit=visits[0], reason="", by=self.by)
        series.uncancel_series(context=context.id, by=self.by)


VERBS = [
    Rival.move_all,
    Rival.move_all,
    Rival.move,
    Rival.book,
    Rival.book,
    Rival.cancel,
    Rival.block,
    Rival.cancel_a_series_and_take_it_back,
]


def needed():
    """(resource, start, end, visit) of what the live visits and the blocks need."""
    for visit in Appointment.objects.live():
        for one in staging.claims_of(visit, visit.starts_at):
            yield one.resource, one.start, one.end, visit.pk
    for block in Block.objects.all():
        yield block.resource_id, block.span.lower, block.span.upper, None


def test_visits_moved_together_meet_every_other_verb_and_nothing_is_lost_or_taken_twice(race):
    team = PractitionerFactory.create_batch(3)
    clinic = {
        "location": LocationFactory(),
        "team": team,
        "tables": TableFactory.create_batch(3),
        "service": ServiceFactory(by=team, stages=HANDS_ON),
        "patients": PatientFactory.create_batch(12),
    }
    for number, patient in enumerate(clinic["patients"][:6]):
        wish = {"patient": patient, "service": clinic["service"], "practitioner": team[number % 3]}
        booking.book(**wish, starts_at=MONDAY_TEN + minutes(120 * (number // 3)), by=None)

    results = race([partial(Rival(number, clinic).run) for number in range(RIVALS)])

    assert all(isinstance(result, Counter) for result in results), results
    held = [(one.resource_id, one.span.lower, one.span.upper, one.appointment_id) for one in Occupancy.objects.all()]
    assert sorted(needed(), key=str) == sorted(held, key=str)
    assert_nothing_is_in_two_places()
    assert set().union(*results) == {verb.__name__ for verb in VERBS}, "every verb has got through at least once"
