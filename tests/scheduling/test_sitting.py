"""Stage by stage on the table: who is faster, what is told to the slower one, and what undo takes back."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.urls import reverse

from clinic.errors import ClinicError
from scheduling import attending, booking, sitting
from scheduling.errors import Moved
from scheduling.models import Appointment, Sitting, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_other_room_asks(settings):
    settings.LEAVING_CHECKS = []


@pytest.fixture
def clock():
    with time_machine.travel(MONDAY_TEN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def roy():
    return UserFactory(first_name="Roy")


@pytest.fixture
def kim():
    return UserFactory(first_name="Kim")


def seated(by, **more):
    """A visit whose session has just started: Needling 20 min, Rest 25 min, Removal 15 min."""
    return attending.start(visit=AppointmentFactory(status=Status.ARRIVED, **more), by=by)


def stands(visit):
    sat = Sitting.objects.get(visit=visit)
    return sat.stage, sat.since, sat.until


def test_a_sitting_begins_with_the_session(clock, kim):
    visit = seated(kim)

    assert stands(visit) == (0, MONDAY_TEN, MONDAY_TEN + 20 * MINUTE)


def test_starting_twice_leaves_the_first_sitting(clock, kim):
    visit = seated(kim)
    clock.shift(3 * MINUTE)

    attending.start(visit=visit, by=kim)

    assert stands(visit)[1] == MONDAY_TEN


def test_stages_run_from_when_they_were_started_not_from_when_they_were_booked(clock, kim):
    visit = seated(kim)
    clock.shift(23 * MINUTE)

    sitting.advance(visit=visit, stage=0, by=kim)

    assert stands(visit) == (1, MONDAY_TEN + 23 * MINUTE, MONDAY_TEN + 48 * MINUTE)


def test_pressing_twice_advances_once(clock, kim):
    visit = seated(kim)

    for _ in range(2):
        sitting.advance(visit=visit, stage=0, by=kim)

    assert stands(visit)[0] == 1


def test_the_slower_one_is_told_who_ended_the_stage_and_when(clock, kim, roy):
    visit = seated(kim)
    clock.shift(4 * MINUTE)
    sitting.advance(visit=visit, stage=0, by=roy)
    clock.shift(1 * MINUTE)
    sitting.more_time(visit=visit, minutes=5, until=stands(visit)[2], by=kim)

    with pytest.raises(Moved, match=r"^Roy ended Needling at 10:04\.$"):
        sitting.advance(visit=visit, stage=0, by=UserFactory())


@pytest.mark.parametrize("stage", [1, 2, 3, 999])
def test_a_stage_that_does_not_run_is_not_ended(clock, kim, stage):
    visit = seated(kim)

    with pytest.raises(Moved):
        sitting.advance(visit=visit, stage=stage, by=kim)

    assert stands(visit)[0] == 0


def test_after_the_last_stage_the_table_is_left_and_the_visit_stays_in_session(clock, kim):
    visit = seated(kim, turnover_minutes=10)

    for stage in range(3):
        sitting.advance(visit=visit, stage=stage, by=kim)

    sat = Sitting.objects.get(visit=visit)
    assert (sat.ended_at, sat.ready_at) == (MONDAY_TEN, None)
    assert Appointment.objects.get(pk=visit.pk).status == Status.IN_SESSION
    with pytest.raises(Moved, match=r"^Ana has left the table\.$"):
        sitting.more_time(visit=visit, minutes=5, until=sat.until, by=kim)
    with pytest.raises(Moved, match=r"^Kim ended Removal at 10:00\.$"):
        sitting.advance(visit=visit, stage=2, by=UserFactory())


def test_a_table_without_turnover_is_ready_when_it_is_left(clock, kim):
    visit = seated(kim)

    attending.complete(visit=visit, by=kim)

    assert Sitting.objects.get(visit=visit).ready_at == MONDAY_TEN


def test_completing_ends_the_sitting_in_whichever_stage_it_is(clock, kim):
    visit = seated(kim, turnover_minutes=10)

    attending.complete(visit=visit, by=kim)

    sat = Sitting.objects.get(visit=visit)
    assert (sat.stage, sat.ended_at, sat.ready_at) == (0, MONDAY_TEN, None)


def test_a_table_is_called_ready_once_it_was_left(clock, kim):
    visit = seated(kim, turnover_minutes=10)

    with pytest.raises(Moved, match=r"^Ana is still on T\d+\.$"):
        sitting.ready(visit=visit, by=kim)
    attending.complete(visit=visit, by=kim)
    clock.shift(4 * MINUTE)
    sitting.ready(visit=visit, by=kim)
    clock.shift(4 * MINUTE)
    sitting.ready(visit=visit, by=UserFactory())

    assert Sitting.objects.get(visit=visit).ready_at == MONDAY_TEN + 4 * MINUTE


@pytest.mark.parametrize(("status", "sentence"), [("booked", "not checked in"), ("arrived", "has not been started")])
def test_who_is_not_in_session_sits_nowhere(clock, kim, status, sentence):
    visit = AppointmentFactory(status=status)

    for verb in (
        lambda: sitting.advance(visit=visit, stage=0, by=kim),
        lambda: sitting.more_time(visit=visit, minutes=5, until=MONDAY_TEN, by=kim),
        lambda: sitting.ready(visit=visit, by=kim),
    ):
        with pytest.raises(Moved, match=sentence):
            verb()


# More time


def test_more_time_moves_the_end(clock, kim):
    visit = seated(kim)

    sitting.more_time(visit=visit, minutes=5, until=MONDAY_TEN + 20 * MINUTE, by=kim)

    assert stands(visit)[2] == MONDAY_TEN + 25 * MINUTE


def test_more_time_for_what_is_overdue_counts_from_now(clock, kim):
    visit = seated(kim)
    clock.shift(30 * MINUTE)

    sitting.more_time(visit=visit, minutes=5, until=MONDAY_TEN + 20 * MINUTE, by=kim)

    assert stands(visit)[2] == MONDAY_TEN + 35 * MINUTE


def test_two_who_give_more_time_at_once_give_it_once(clock, kim, roy):
    visit = seated(kim)
    seen = MONDAY_TEN + 20 * MINUTE
    for _ in range(2):
        sitting.more_time(visit=visit, minutes=5, until=seen, by=roy)

    with pytest.raises(Moved, match=r"^Roy set the end to 10:25\. Nothing more was added\.$"):
        sitting.more_time(visit=visit, minutes=5, until=seen, by=kim)

    assert stands(visit)[2] == seen + 5 * MINUTE


def test_a_longer_visit_leaves_the_countdown_to_whoever_treats(client, clock):
    kim = UserFactory(role="Practitioner")
    visit = seated(kim)
    sitting.advance(visit=visit, stage=0, by=kim)
    was = stands(visit)

    booking.resize(visit=visit, ends_at=visit.ends_at + 5 * MINUTE, by=kim)

    client.force_login(kim)
    page = client.get(reverse("scheduling:resize", args=[visit.pk])).content.decode()
    assert stands(visit) == was
    assert "The countdown on the floor stays as it is." in page


@pytest.mark.parametrize("minutes", [-5, 0, 241, 10_000])
def test_a_stage_has_its_bounds(clock, kim, minutes):
    visit = seated(kim)

    with pytest.raises(ClinicError, match="four hours at most"):
        sitting.more_time(visit=visit, minutes=minutes, until=MONDAY_TEN + 20 * MINUTE, by=kim)


# Undo, and what was before sittings were kept


def last_press(visit):
    return sitting.last_press(Sitting.objects.get(visit=visit))


def test_a_press_is_taken_back_with_the_end_that_the_stage_had(clock, kim):
    visit = seated(kim)
    was = stands(visit)
    clock.shift(7 * MINUTE)
    sitting.advance(visit=visit, stage=0, by=kim)

    clock.shift(MINUTE)
    sitting.undo(visit=visit, press=last_press(visit), by=kim)

    assert stands(visit) == was


def test_more_time_is_taken_back(clock, kim):
    visit = seated(kim)
    _, _, until = was = stands(visit)
    sitting.more_time(visit=visit, minutes=5, until=until, by=kim)

    sitting.undo(visit=visit, press=last_press(visit), by=kim)

    assert stands(visit) == was


def test_who_left_by_mistake_is_on_the_table_again(clock, kim):
    visit = seated(kim, turnover_minutes=10)
    for stage in range(3):
        sitting.advance(visit=visit, stage=stage, by=kim)

    sitting.undo(visit=visit, press=last_press(visit), by=kim)

    assert Sitting.objects.get(visit=visit).ended_at is None
    assert stands(visit)[0] == 2


def test_a_press_is_not_taken_back_once_somebody_pressed_again(clock, kim, roy):
    visit = seated(kim)
    sitting.advance(visit=visit, stage=0, by=kim)
    press = last_press(visit)
    sitting.advance(visit=visit, stage=1, by=roy)

    with pytest.raises(Moved, match=r"This table has changed since\. Nothing is undone\."):
        sitting.undo(visit=visit, press=press, by=kim)

    assert stands(visit)[0] == 2


def test_a_start_is_no_press_to_be_taken_back_here(clock, kim):
    visit = seated(kim)

    with pytest.raises(Moved, match="Nothing is undone"):
        sitting.undo(visit=visit, press=last_press(visit), by=kim)


def test_nobody_is_put_back_on_a_table_that_was_taken_again(clock, kim):
    visit = seated(kim)
    for stage in range(3):
        sitting.advance(visit=visit, stage=stage, by=kim)
    seated(kim, table=visit.table, start=MONDAY_TEN + 120 * MINUTE)

    with pytest.raises(Moved, match="Somebody else is on"):
        sitting.undo(visit=visit, press=last_press(visit), by=kim)


def test_undoing_a_start_takes_the_sitting_back_and_another_start_begins_anew(clock, kim):
    visit = booking.undo(visit=seated(kim), by=kim)
    assert not Sitting.objects.exists()

    clock.shift(7 * MINUTE)
    attending.start(visit=visit, by=kim)

    assert stands(visit)[1] == MONDAY_TEN + 7 * MINUTE


def test_undoing_a_completion_brings_the_patient_back_to_the_table(clock, kim):
    visit = attending.complete(visit=seated(kim, turnover_minutes=10), by=kim)

    booking.undo(visit=visit, by=kim)

    assert Sitting.objects.get(visit=visit).ended_at is None


def test_undoing_a_completion_does_not_bring_back_who_had_left_before(clock, kim):
    visit = seated(kim)
    for stage in range(3):
        sitting.advance(visit=visit, stage=stage, by=kim)
    attending.complete(visit=visit, by=kim)

    booking.undo(visit=visit, by=kim)

    assert Sitting.objects.get(visit=visit).ended_at == MONDAY_TEN


@pytest.mark.parametrize(("minutes", "stage"), [(0, 0), (30, 1), (50, 2), (500, 2)])
def test_a_session_without_a_sitting_is_in_the_stage_of_the_clock(clock, kim, minutes, stage):
    visit = AppointmentFactory(status=Status.IN_SESSION, status_at=MONDAY_TEN)
    clock.shift(minutes * MINUTE)

    assert sitting.of(visit, MONDAY_TEN + minutes * MINUTE).stage == stage
    assert not Sitting.objects.exists()

    sitting.advance(visit=visit, stage=stage, by=kim)
    assert Sitting.objects.get(visit=visit).stage == stage + 1


def test_who_may_object_is_asked_before_the_table_is_left(clock, kim, settings):
    settings.LEAVING_CHECKS = ["tests.scheduling.test_sitting.object_"]
    visit = seated(kim)
    for stage in range(2):
        sitting.advance(visit=visit, stage=stage, by=kim)

    for verb in (
        lambda: sitting.advance(visit=visit, stage=2, by=kim),
        lambda: attending.complete(visit=Appointment.objects.get(pk=visit.pk), by=kim),
    ):
        with pytest.raises(ClinicError, match="Count first"):
            verb()
    assert Sitting.objects.get(visit=visit).ended_at is None
    assert Appointment.objects.get(pk=visit.pk).status == Status.IN_SESSION


def object_(*, visit, by):
    raise ClinicError("Count first.")


def test_every_press_is_in_the_history(clock, kim, roy):
    visit = seated(kim)
    sitting.advance(visit=visit, stage=0, by=roy)

    events = Sitting.objects.get(visit=visit).sitting_history.order_by("pgh_id")

    assert list(events.values_list("stage", "by__first_name")) == [(0, "Kim"), (1, "Roy")]


# Rivals


@pytest.mark.django_db(transaction=True)
def test_of_two_who_end_a_stage_at_once_one_does_and_the_other_is_told(kim, roy):
    visit = seated(kim)
    ready, told = threading.Barrier(2), []

    def press(by):
        try:
            ready.wait()
            sitting.advance(visit=Appointment.objects.get(pk=visit.pk), stage=0, by=by)
        except Moved as late:
            told.append(str(late))
        finally:
            connections.close_all()

    rivals = [threading.Thread(target=press, args=[one]) for one in (kim, roy)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert stands(visit)[0] == 1
    assert len(told) == 1
    assert "ended Needling at" in told[0]
