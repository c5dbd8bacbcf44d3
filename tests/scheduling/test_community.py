"""Community acupuncture: one practitioner, a room of chairs, a new patient every ten to fifteen minutes.

Nothing in the code knows of it: the stages say when the practitioner is needed, and the rest follows.
"""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from clinic.models import Table, WorkingHours
from scheduling import booking, finding
from scheduling.hours import merged
from scheduling.models import Occupancy
from tests.factories import LocationFactory, PatientFactory, PractitionerFactory, ServiceFactory, TableFactory

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2030, 5, 10, 12, tzinfo=NEW_YORK)
MONDAY = date(2030, 5, 13)

pytestmark = pytest.mark.django_db


def at(hour, minute=0):
    return datetime.combine(MONDAY, time(hour, minute), tzinfo=NEW_YORK)


def clocks(moments):
    return [f"{moment.astimezone(NEW_YORK):%H:%M}" for moment in moments]


@pytest.fixture
def kim():
    """Works from nine to twelve, in a room of six chairs and one treatment table."""
    kim = PractitionerFactory(hours=False, name="Kim")
    WorkingHours.objects.create(
        practitioner=kim,
        location=LocationFactory(),
        weekday=MONDAY.weekday(),
        starts=time(9),
        ends=time(12),
        valid_from=date(2020, 1, 1),
    )
    TableFactory()
    TableFactory.create_batch(6, chair=True)
    return kim


def community(kim, rest):
    stages = [("Needling", 10, True, False), ("Rest", rest, False, False), ("Removal", 5, True, False)]
    return ServiceFactory(by=[kim], spot="chair", stages=stages)


def book(service, kim, start):
    return booking.book(patient=PatientFactory(), service=service, practitioner=kim, starts_at=start, by=None)


def first_free(service):
    found = finding.free_times(service=service, start=MONDAY, days=1, now=NOW, limit=999, a_day=999)
    return min(free.starts_at for free in found)


def with_kim(kim):
    """When Kim has a patient in hand, in order."""
    return [(one.span.lower, one.span.upper) for one in Occupancy.objects.filter(resource=kim).order_by("span")]


def test_one_after_another_they_start_every_ten_minutes_until_the_needles_come_out(kim):
    service = community(kim, rest=35)

    visits = [book(service, kim, first_free(service)) for _ in range(8)]

    # Four are needled while the first rests; then needles come out every ten minutes, and the next four begin.
    assert clocks(visit.starts_at for visit in visits) == [
        *("09:00", "09:10", "09:20", "09:30"),
        *("10:20", "10:30", "10:40", "10:50"),
    ]
    assert clocks(start for start, end in with_kim(kim) if end - start == timedelta(minutes=5)) == [
        *("09:45", "09:55", "10:05", "10:15"),
        *("11:05", "11:15", "11:25", "11:35"),
    ]


def test_no_needles_come_out_while_the_next_patient_is_needled(kim):
    service = community(kim, rest=35)
    for start in (at(9), at(9, 15), at(9, 30)):
        book(service, kim, start)

    why_not = finding.why_not(service=service, wanted=at(9, 45), now=NOW)
    near = finding.nearest(service=service, wanted=at(9, 45), now=NOW, count=1)
    book(service, kim, near[0].starts_at)

    assert why_not == "Kim is with Ana until 09:50."
    assert clocks([near[0].starts_at]) == ["09:50"]
    assert all(end <= start for (_, end), (start, _) in pairwise(with_kim(kim)))


def test_every_quarter_of_an_hour_all_morning_and_never_idle(kim):
    """Ten minutes in and five out make fifteen: with thirty minutes of rest they fall into each other's gaps."""
    service = community(kim, rest=30)
    quarters = [at(9) + n * timedelta(minutes=15) for n in range(10)]

    visits = [book(service, kim, start) for start in quarters]

    assert clocks([visits[-1].ends_at]) == ["12:00"]
    assert {visit.table.chair for visit in visits} == {True}
    assert len({visit.table for visit in visits}) == 3
    assert (at(9, 30), at(11, 30)) in merged(with_kim(kim))  # from chair to chair, once the first needles are due


def test_the_chairs_are_the_limit_if_there_are_too_few(kim):
    service = community(kim, rest=35)
    Table.objects.filter(chair=True, pk__in=Table.objects.order_by("-pk").values("pk")[:3]).update(active=False)
    for start in (at(9), at(9, 10), at(9, 20)):
        book(service, kim, start)

    why_not = finding.why_not(service=service, wanted=at(9, 30), now=NOW)

    assert why_not == "All 3 chairs are taken until 09:50."
    assert clocks([first_free(service)]) == ["10:10"]  # at 9:50 and 10:00 other needles are about to come out
