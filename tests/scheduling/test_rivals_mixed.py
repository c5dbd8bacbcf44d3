"""Eight rivals do everything at once to one crowded day: what is taken stays exactly what the live visits need."""

from collections import Counter
from datetime import timedelta
from functools import partial
from random import Random
from uuid import uuid4

import pytest

from clinic.errors import ClinicError
from scheduling import attending, blocking, booking, repeating, series, staging
from scheduling.models import Appointment, Block, Occupancy, Status
from tests.factories import (
    MONDAY_TEN,
    DeviceFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)
from tests.scheduling.bookings import CURRENT, minutes
from tests.scheduling.racing import RIVALS, assert_nothing_is_in_two_places

CALLS = 200  # of each rival
LATEST = 36  # visits to choose from: those that came last are changed by everybody

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


class Rival:
    """Does one thing after another, each with dice of its own; `done` counts (verb, what came of it)."""

    def __init__(self, number, clinic):
        self.dice = Random(number)
        self.clinic = clinic
        self.by = clinic["team"][number % len(clinic["team"])].user
        self.done = Counter()

    def run(self):
        for _ in range(CALLS):
            verb = self.dice.choice(VERBS)
            try:
                did = verb(self)
            except ClinicError:
                did = False
            self.done[verb.__name__, did is not False] += 1
        return self.done

    def any(self, kind):
        return self.dice.choice(self.clinic[kind])

    def time(self):
        """Half the time on the hour, so that rivals meet."""
        step = self.dice.choice([5, 60])
        return MONDAY_TEN + minutes(step * self.dice.randrange(6 * 60 // step))

    def visit(self, **filters):
        found = list(Appointment.objects.filter(**filters).order_by("-pk")[:LATEST])
        return self.dice.choice(found) if found else self.book()

    def wish(self):
        return {"patient": self.any("patients"), "service": self.any("services")}

    def reason(self):
        return self.dice.choice(["", "", "Travels far"])

    def book(self):
        wish = self.wish() | {"practitioner": self.any("team"), "starts_at": self.time()}
        return booking.book(**wish, by=self.by, override=self.reason())

    def walk_in(self):
        return booking.walk_in(**self.wish(), practitioner=self.any("team"), by=self.by, now=self.time())

    def book_all(self):
        times = [(self.time() + number * timedelta(days=7), self.any("team")) for number in range(3)]
        return repeating.book_all(**self.wish(), times=times, by=self.by, request_key=uuid4())

    def move(self):
        visit, who = self.visit(), self.dice.choice([None, self.any("team")])
        return booking.move(visit=visit, starts_at=self.time(), practitioner=who, by=self.by, override=self.reason())

    def change_table(self):
        return booking.move(visit=self.visit(), table=self.any("tables"), by=self.by)

    def resize(self):
        visit = self.visit()
        ends_at = visit.ends_at + minutes(5 * self.dice.randrange(-3, 4))
        return booking.resize(visit=visit, ends_at=ends_at, by=self.by, override=self.reason())

    def undo_move(self):
        visit = self.visit()
        return booking.undo_move(visit=visit, by=self.by, revision=visit.revision)

    def undo(self):
        return booking.undo(visit=self.visit(), by=self.by)

    def confirm(self):
        return attending.confirm(visit=self.visit(), by=None)

    def arrive(self):
        return attending.arrive(visit=self.visit(), by=self.by)

    def start(self):
        return attending.start(visit=self.visit(), by=self.by)

    def cancel(self):
        return booking.cancel(visit=self.visit(), reason="", by=self.by)

    def no_show(self):
        return attending.no_show(visit=self.visit(), by=self.by)

    def cancel_series(self):
        visit = self.visit(series__isnull=False)
        return bool(visit.series) and series.cancel_series(visit=visit, reason="", by=self.by)

    def block(self):
        return blocking.block(
            resource=self.any(self.dice.choice(["team", "tables"])),
            location=self.clinic["location"],
            starts_at=(start := self.time()),
            ends_at=start + minutes(15),
            title="Meeting",
            by=self.by,
        )

    def unblock(self):
        found = list(Block.objects.all()[:LATEST])
        return blocking.unblock(block=self.dice.choice(found), by=self.by) if found else False


VERBS = [
    Rival.book,
    Rival.book,
    Rival.walk_in,
    Rival.book_all,
    Rival.move,
    Rival.move,
    Rival.change_table,
    Rival.resize,
    Rival.undo_move,
    Rival.undo,
    Rival.undo,
    Rival.confirm,
    Rival.arrive,
    Rival.start,
    Rival.cancel,
    Rival.no_show,
    Rival.cancel_series,
    Rival.block,
    Rival.unblock,
]


def needed():
    """(resource, start, end, rest, visit or block) that all live visits and all blocks need."""
    for visit in Appointment.objects.live():
        for one in staging.claims_of(visit, visit.starts_at):
            yield one.resource, one.start, one.end, one.rest // minutes(1), visit.pk, None
    for block in Block.objects.all():
        yield block.resource_id, block.span.lower, block.span.upper, 0, None, block.pk


def held():
    for one in Occupancy.objects.all():
        yield one.resource_id, one.span.lower, one.span.upper, one.rest_minutes, one.appointment_id, one.block_id


def test_rivals_who_do_everything_at_once_leave_taken_exactly_what_the_live_visits_need(race):
    team = PractitionerFactory.create_batch(3)
    plain = ServiceFactory(by=team, turnover_minutes=5, buffer_minutes=5)
    current = ServiceFactory(by=team, stages=CURRENT)
    plain.stages.update(elastic=True)
    clinic = {
        "location": LocationFactory(),
        "team": team,
        "tables": TableFactory.create_batch(3),
        "services": [plain, current],
        "patients": PatientFactory.create_batch(6),
    }
    DeviceFactory.create_batch(2)

    results = race([partial(Rival(number, clinic).run) for number in range(RIVALS)])

    assert all(isinstance(result, Counter) for result in results), results
    assert sum(sum(result.values()) for result in results) == RIVALS * CALLS
    assert sorted(needed(), key=str) == sorted(held(), key=str)
    assert_nothing_is_in_two_places()
    went = {verb for result in results for verb, worked in result if worked}
    assert went == {verb.__name__ for verb in VERBS}, "every verb has got through at least once"
    assert Appointment.objects.filter(status=Status.CANCELLED).exists()
