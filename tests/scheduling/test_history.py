"""What the page of a visit tells of it: every change with who and when."""

from datetime import timedelta
from uuid import uuid4

import pytest

from scheduling import attending, booking, repeating
from scheduling.history import history
from tests.factories import (
    MONDAY_TEN,
    DeviceFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.scheduling.bookings import CURRENT, book, minutes

pytestmark = pytest.mark.django_db(transaction=True)  # each verb commits, as in earnest: its context ends with it


@pytest.fixture
def mia():
    return UserFactory(first_name="Mia", last_name="Manager", role="Manager")


def told(visit):
    """What happened, the latest first, without who and when."""
    return [entry.what for entry in history(visit)]


def test_who_did_what_when_is_told_the_latest_first(kim, sam, mia):
    TableFactory()
    visit = attending.arrive(visit=book(kim, by=sam), by=mia)

    entries = history(visit)

    assert [(entry.what, entry.who) for entry in entries] == [
        ("Checked in", str(mia)),
        ("Booked for Mon 13 May, 10:00 with Kim", str(sam)),
    ]
    assert entries[0].at > entries[1].at


def test_a_moved_visit_tells_from_where_and_whither(kim, mia):
    roy = PractitionerFactory(name="Roy")
    TableFactory()
    visit = book(kim, ServiceFactory(by=[kim, roy]))

    moved = booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(30), practitioner=roy, by=mia)

    assert history(moved)[0].what == "Moved from Mon 13 May, 10:00 with Kim to Mon 13 May, 10:30 with Roy"
    assert history(moved)[0].who == str(mia)


def test_a_table_or_unit_that_changed_alone_is_told(kim, mia):
    first, second = TableFactory(name="T1"), TableFactory(name="T2")
    old, new = DeviceFactory(name="Unit 1"), DeviceFactory(name="Unit 2")
    visit = book(kim, ServiceFactory(by=[kim], stages=CURRENT), table=first, device=old)

    booking.move(visit=visit, table=second, by=mia)
    booking.move(visit=visit, device=new, by=mia)
    booking.move(visit=visit, table=first, device=old, by=mia)

    assert told(visit)[:3] == [
        "Moved from T2 to T1, Unit 2 to Unit 1",
        "Moved from Unit 1 to Unit 2",
        "Moved from T1 to T2",
    ]


def test_a_stretched_visit_tells_until_when(kim, mia):
    TableFactory()
    visit = book(kim)

    booking.resize(visit=visit, ends_at=visit.ends_at + minutes(15), by=mia)
    booking.resize(visit=visit, ends_at=visit.ends_at - minutes(5), seen=1, by=mia)

    assert told(visit)[:2] == [
        "Made shorter: until 10:55, not until 11:15",
        "Made longer: until 11:15, not until 11:00",
    ]


def test_a_move_that_was_taken_back_tells_where_the_visit_is_again(kim, mia):
    TableFactory(name="T1")
    visit = booking.move(visit=book(kim), starts_at=MONDAY_TEN + minutes(30), by=mia)

    booking.undo_move(visit=visit, by=mia, revision=1)
    booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(60), seen=2, by=mia)

    assert told(visit)[:2] == [
        "Moved from Mon 13 May, 10:00 with Kim to Mon 13 May, 11:00 with Kim",
        "Put back to Mon 13 May, 10:00 with Kim, until 11:00, T1",
    ]


def test_the_reason_for_an_override_is_told_where_it_was_given(kim, mia):
    TableFactory()
    late = MONDAY_TEN + timedelta(hours=12)
    visit = book(kim, starts_at=late, by=mia, override="Travels far")

    booking.move(visit=visit, starts_at=late + minutes(30), by=mia, override="Bus is late")

    assert told(visit) == [
        "Moved from Mon 13 May, 22:00 with Kim to Mon 13 May, 22:30 with Kim. Allowed all the same: Bus is late",
        "Booked for Mon 13 May, 22:00 with Kim. Allowed all the same: Travels far",
    ]


def test_a_visit_of_a_repetition_says_so(kim, mia):
    TableFactory()
    service = ServiceFactory(by=[kim])
    times = [(MONDAY_TEN, kim), (MONDAY_TEN + timedelta(days=7), kim)]

    [_, second] = repeating.book_all(
        patient=PatientFactory(), service=service, times=times, by=mia, request_key=uuid4()
    )

    assert told(second) == ["Booked for Mon 20 May, 10:00 with Kim, one of a repetition"]


def test_a_status_and_its_undoing_are_told_with_the_reason_for_a_cancellation(kim, mia):
    TableFactory()
    visit = book(kim)
    attending.confirm(visit=visit, by=None)
    booking.cancel(visit=visit, reason="Cold", by=mia)
    booking.undo(visit=visit, by=mia)

    assert told(visit)[:3] == ["Undone: cancelled", "Cancelled: Cold", "Confirmed"]
    assert history(visit)[2].who == "the patient, through a link"


def test_a_long_history_costs_what_a_short_one_does(kim, mia, cost):
    TableFactory.create_batch(2)
    visit = book(kim)
    assert visit.zone  # read beforehand
    short = cost(lambda: history(visit))

    for number in range(1, 4):
        booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(30 * number), seen=number - 1, by=mia)

    assert cost(lambda: history(visit)) == short == 1
