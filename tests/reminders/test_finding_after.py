"""After a visit: how to look after oneself at once, how one is after two days, and what if nobody came."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reminders.models import Kind, Message, Notice, OptOut
from scheduling import attending, booking
from scheduling.models import Status
from tests.factories import PatientFactory, UserFactory
from tests.reminders.conftest import FRIDAY_NOON
from tests.reminders.posting import ANA, DAY, GRACE, HOUR, SECOND, find, only, over, placed_long_ago, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MOMENTS = [
    (Kind.AFTERCARE, Status.COMPLETED, GRACE),
    (Kind.HOW_ARE_YOU, Status.COMPLETED, 2 * DAY),
    (Kind.NO_SHOW, Status.NO_SHOW, 2 * HOUR),
]


@pytest.mark.parametrize(("kind", "status", "moment"), MOMENTS)
def test_it_is_due_so_long_after_the_visit_and_once(clock, kind, status, moment):
    only(kind)
    over(status)

    clock.shift(moment - SECOND)
    before = find()
    clock.shift(1)
    after = find()
    clock.shift(HOUR)
    again = find()

    assert (before, after, again) == (0, 1, 0)
    assert told() == [(kind, 0)]


@pytest.mark.parametrize(("kind", "status", "moment"), MOMENTS)
def test_two_days_late_it_is_not_worth_sending_any_more(clock, kind, status, moment):
    only(kind)
    over(status)

    clock.shift(moment + 2 * DAY)

    assert find() == 0


@pytest.mark.parametrize(("kind", "status", "moment"), MOMENTS)
@pytest.mark.parametrize("refuse", ["all", "kind", "died", "no address"])
def test_it_goes_to_nobody_who_does_not_want_it_or_cannot_read_it(clock, kind, status, moment, refuse):
    only(kind)
    patient = PatientFactory(
        wants_reminders=refuse != "all",
        deceased_on=FRIDAY_NOON.date() if refuse == "died" else None,
        email="" if refuse == "no address" else ANA,
    )
    if refuse == "kind":
        OptOut.objects.create(patient=patient, kind=kind)
    over(status, patient=patient)
    clock.shift(moment)

    assert find() == 0


def test_a_visit_completed_by_mistake_and_taken_back_in_time_is_not_told_of(clock):
    only(Kind.AFTERCARE)
    visit = placed_long_ago(start=FRIDAY_NOON)
    attending.arrive(visit=visit, by=UserFactory())
    attending.start(visit=visit, by=UserFactory())
    attending.complete(visit=visit, by=UserFactory())
    booking.undo(visit=visit, by=UserFactory())

    clock.shift(GRACE)

    assert find() == 0


def test_the_second_visit_of_a_day_joins_the_message_about_the_first(clock):
    only(Kind.AFTERCARE)
    patient = PatientFactory()
    over(Status.COMPLETED, patient=patient, start=FRIDAY_NOON - 2 * HOUR)
    clock.shift(GRACE)
    find()

    over(Status.COMPLETED, patient=patient, start=FRIDAY_NOON)
    clock.shift(GRACE)
    find()

    assert Message.objects.count() == 1
    assert told() == [("aftercare", 0)] * 2


def test_a_visit_of_another_day_has_a_message_of_its_own(clock):
    only(Kind.AFTERCARE)
    patient = PatientFactory()
    over(Status.COMPLETED, patient=patient)
    clock.shift(GRACE)
    find()

    clock.shift(DAY)
    over(Status.COMPLETED, patient=patient)
    clock.shift(GRACE)
    find()

    assert Message.objects.count() == 2


def test_a_visit_does_not_join_a_message_that_was_refused(clock):
    only(Kind.AFTERCARE)
    patient = PatientFactory()
    over(Status.COMPLETED, patient=patient, start=FRIDAY_NOON - 2 * HOUR)
    clock.shift(GRACE)
    find()
    Message.objects.update(state="refused", answer="554 Looks like spam")

    over(Status.COMPLETED, patient=patient, start=FRIDAY_NOON)
    clock.shift(GRACE)
    find()

    assert Message.objects.count() == 2


def test_of_a_family_each_is_told_alone_how_to_look_after_themselves(clock):
    only(Kind.AFTERCARE)
    for name in ("Ana", "Ben"):
        over(Status.COMPLETED, patient=PatientFactory(given_name=name, email=ANA))
    clock.shift(GRACE)

    find()

    greetings = [message.text.splitlines()[0] for message in Message.objects.order_by("patient")]
    assert greetings == ["Hello Ana,", "Hello Ben,"]


def test_two_visits_of_one_day_that_are_found_together_are_one_message(clock):
    only(Kind.AFTERCARE)
    patient = PatientFactory()
    over(Status.COMPLETED, patient=patient, start=FRIDAY_NOON - 2 * HOUR)
    over(Status.COMPLETED, patient=patient, start=FRIDAY_NOON)
    clock.shift(GRACE)

    assert find() == 1
    assert Notice.objects.count() == 2


@pytest.mark.parametrize(("kind", "status", "moment"), MOMENTS)
def test_it_is_given_up_after_a_day_or_two(clock, kind, status, moment):
    only(kind)
    over(status)
    clock.shift(moment)
    find()

    found = Message.objects.get()
    assert found.give_up_at - found.created_at == (DAY if kind == Kind.AFTERCARE else 2 * DAY)
    assert found.give_up_at - found.created_at > timedelta(hours=11)  # longer than a night


def test_a_visit_of_last_week_that_is_completed_only_now_is_not_told_of(clock):
    only(Kind.AFTERCARE)
    over(Status.COMPLETED, start=timezone.now() - 7 * DAY)
    clock.shift(GRACE)

    assert find() == 0
