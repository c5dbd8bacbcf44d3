from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import time_machine

from scheduling import attending, booking
from scheduling.errors import Moved
from scheduling.models import NEXT, Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, UserFactory

VERBS = {
    Status.CONFIRMED: attending.confirm,
    Status.ARRIVED: attending.arrive,
    Status.IN_SESSION: attending.start,
    Status.COMPLETED: attending.complete,
    Status.NO_SHOW: attending.no_show,
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam():
    return UserFactory(first_name="Sam")


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("old", list(Status))
def test_a_status_moves_only_along_its_arrows(old, verb):
    visit = AppointmentFactory(status=old, status_by=UserFactory())

    if verb in NEXT[old]:
        VERBS[verb](visit=visit, by=None)
        assert (visit.status, visit.status_before) == (verb, old)
    else:
        with pytest.raises(Moved):
            VERBS[verb](visit=visit, by=None)
        assert Appointment.objects.get(pk=visit.pk).status == old


@time_machine.travel(MONDAY_TEN, tick=False)
def test_a_transition_keeps_who_and_when(sam):
    visit = AppointmentFactory()

    attending.arrive(visit=visit, by=sam)

    assert (visit.status_by, visit.status_at) == (sam, MONDAY_TEN)


def test_a_no_show_frees_what_the_visit_held():
    visit = attending.no_show(visit=AppointmentFactory(), by=None)

    assert not visit.occupancies.exists()


@pytest.mark.parametrize("verb", [attending.confirm, attending.arrive])
def test_a_visit_on_its_way_keeps_what_it_holds(verb):
    visit = verb(visit=AppointmentFactory(), by=None)

    assert visit.occupancies.count() == 3


def test_pressing_twice_is_no_mistake_and_keeps_the_first_time(sam):
    visit = AppointmentFactory()
    first = attending.arrive(visit=visit, by=sam).status_at

    again = attending.arrive(visit=Appointment.objects.get(pk=visit.pk), by=sam)

    assert again.status_at == first


def test_a_copy_that_is_out_of_date_still_goes_where_there_is_a_way(sam):
    stale = AppointmentFactory()
    attending.confirm(visit=Appointment.objects.get(pk=stale.pk), by=None)

    attending.arrive(visit=stale, by=sam)

    assert (stale.status, stale.status_before) == (Status.ARRIVED, Status.CONFIRMED)


@time_machine.travel(datetime(2030, 5, 13, 12, 58, tzinfo=UTC), tick=False)
def test_the_slower_one_is_told_who_was_faster_and_when(sam):
    visit = AppointmentFactory(start=MONDAY_TEN)
    attending.arrive(visit=visit, by=sam)

    with pytest.raises(Moved, match=r"^Sam checked Ana in at 08:58\.$"):
        attending.arrive(visit=visit, by=UserFactory())


@time_machine.travel(datetime(2030, 5, 13, 12, 40, tzinfo=UTC), tick=False)
def test_a_cancelled_visit_is_not_checked_in(sam):
    visit = AppointmentFactory()
    booking.cancel(visit=visit, reason="", by=sam)

    with pytest.raises(Moved, match=r"^This visit was cancelled at 08:40\.$"):
        attending.arrive(visit=visit, by=sam)


def test_what_happened_on_another_day_is_told_with_the_day():
    with time_machine.travel(datetime(2030, 5, 10, 12, 40, tzinfo=UTC), tick=False):
        visit = booking.cancel(visit=AppointmentFactory(), reason="", by=None)

    with time_machine.travel(MONDAY_TEN), pytest.raises(Moved, match=r"cancelled on Fri 10 May at 08:40\."):
        attending.arrive(visit=visit, by=None)


def test_what_has_to_come_first_is_told():
    with pytest.raises(Moved, match=r"Ana is not checked in yet\. Check in first\."):
        attending.start(visit=AppointmentFactory(), by=None)
    with pytest.raises(Moved, match=r"The session has not been started\. Start it first\."):
        attending.complete(visit=AppointmentFactory(status=Status.ARRIVED, start=MONDAY_TEN + timedelta(1)), by=None)


def test_a_patient_who_confirms_through_a_link_is_called_the_patient():
    visit = attending.confirm(visit=AppointmentFactory(), by=None)

    with pytest.raises(Moved, match=r"^The patient confirmed this visit "):
        attending.confirm(visit=visit, by=UserFactory())


def test_every_change_of_status_is_in_the_history(sam):
    visit = AppointmentFactory()

    attending.arrive(visit=visit, by=sam)

    assert list(visit.appointment_history.order_by("pgh_id").values_list("status", flat=True)) == ["booked", "arrived"]


@pytest.mark.parametrize("verb", [attending.confirm, partial(booking.cancel, reason="")])
def test_who_saw_another_revision_changes_nothing(verb):
    visit = AppointmentFactory()
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    with pytest.raises(Moved):
        verb(visit=visit, by=None, seen=0)

    visit.refresh_from_db()
    assert (visit.status, visit.occupancies.count()) == (Status.BOOKED, 3)
    assert verb(visit=visit, by=None, seen=1).status != Status.BOOKED


def test_pressing_twice_is_a_mistake_if_the_visit_moved_in_between():
    visit = attending.confirm(visit=AppointmentFactory(), by=None, seen=0)
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    with pytest.raises(Moved):
        attending.confirm(visit=visit, by=None, seen=0)
