"""Whoever can't be written to is called, where it matters; where it does not, it is put on record and left at that."""

import pytest
from django.utils import timezone

from reminders import calling
from reminders.models import Answer, AnswerKind, Kind, Message, Notice, Rule, State
from reminders.reaching import SOMEBODY_ELSES, UNKNOWN, unreachable
from tests.factories import MONDAY_TEN, PatientFactory, UserFactory
from tests.reminders.posting import (
    ANA,
    BEN,
    DAY,
    GRACE,
    HOUR,
    confirmed,
    find,
    only,
    over,
    placed_long_ago,
    replaced,
    rule,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
NO_ADDRESS = "There is no e-mail address on record."


def earlier(answer, *, email=ANA, state=State.REFUSED, patient=None):
    """A message that the server answered so, half an hour ago."""
    visit = told_of(placed_long_ago(patient=patient or PatientFactory(email=email), start=MONDAY_TEN + 30 * DAY))
    Message.objects.filter(notices__visit=visit).update(state=state, answer=answer, accepted_at=None)
    return visit


def due_reminder(clock, **fields):
    only(Kind.REMINDER, minutes=24 * 60)
    visit = placed_long_ago(**fields)
    clock.move_to(MONDAY_TEN - DAY)
    return visit


def last():
    return Message.objects.latest("pk")


def test_who_has_no_address_is_called_instead_of_reminded(clock, sink, tell):
    due_reminder(clock, patient__email="")

    tell()
    tell()

    assert (last().state, last().answer) == (State.CALL, NO_ADDRESS)
    assert list(calling.to_call(Message.objects.all(), timezone.now())) == [last()]
    assert "10:00 AM" in last().text
    assert sink.letters == []


@pytest.mark.parametrize("kind", [Kind.MOVED, Kind.CANCELLED])
def test_who_has_no_address_is_called_about_news_that_changes_a_plan(clock, kind):
    only(kind)
    visit = told_of(placed_long_ago(patient__email=""))
    if kind == Kind.MOVED:
        replaced(visit)
    else:
        type(visit).objects.filter(pk=visit.pk).update(status="cancelled", status_at="2030-05-10T16:00Z")
    clock.shift(GRACE)

    find()

    assert last().state == State.CALL


@pytest.mark.parametrize(
    ("kind", "status", "moment"),
    [(Kind.BOOKED, None, GRACE), (Kind.BEFORE, None, 0 * DAY), (Kind.AFTERCARE, "completed", GRACE)],
)
def test_who_has_no_address_is_told_nothing_that_they_can_do_without(clock, kind, status, moment):
    only(kind)
    patient = PatientFactory(email="")
    if status:
        over(status, patient=patient)
    else:
        confirmed("", start=MONDAY_TEN)
    clock.shift(moment)

    assert find() == 0


def test_a_rule_by_telephone_writes_to_nobody_and_has_everybody_called(clock, sink, tell):
    rule(Kind.REMINDER, channel="phone")
    due_reminder(clock, patient__email=ANA)

    tell()

    assert last().state == State.CALL
    assert sink.letters == []


def test_a_rule_by_telephone_has_those_called_too_who_have_no_address(clock):
    only(Kind.AFTERCARE)
    rule(Kind.AFTERCARE, channel="phone")
    over("completed", patient__email="")
    clock.shift(GRACE)

    find()

    assert last().state == State.CALL


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.1 No such user",
        "550 5.1.1",
        "550-5.1.1 No such user",
        "553 5.1.3 Bad address",
        "554 5.1.2 Bad destination system",
        "550 5.2.1 Mailbox disabled",
        "550 No such user here",
        "551 User not local",
    ],
)
def test_an_address_that_the_server_does_not_know_is_not_written_to_again(clock, answer):
    earlier(answer)
    due_reminder(clock, patient__email=ANA)

    find()

    assert (last().state, last().answer) == (State.CALL, UNKNOWN)


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.7.1 Looks like spam",
        "550 5.4.5 Daily sending limit exceeded",
        "550 5.1.10 Null MX",
        "550 5.2.2 Mailbox full",
        "552 5.2.2 Mailbox full",
        "554 Transaction failed",
        "451 4.1.1 Try later",
        "This cannot be written as an e-mail: 550 lines",
    ],
)
def test_an_address_that_is_refused_for_another_reason_is_written_to_again(clock, answer):
    earlier(answer)
    due_reminder(clock, patient__email=ANA)

    find()

    assert last().state == State.WAITING


def test_a_message_that_failed_for_want_of_time_says_nothing_of_the_address():
    earlier("550 5.1.1 No such user", state=State.FAILED)

    assert unreachable([ANA]) == {}


def test_a_later_acceptance_clears_an_address(clock):
    visit = earlier("550 5.1.1 No such user")
    before = unreachable([ANA])
    clock.shift(HOUR)
    told_of(placed_long_ago(patient=visit.patient, start=MONDAY_TEN + 31 * DAY))

    assert before == {ANA: UNKNOWN}
    assert unreachable([ANA]) == {}


def test_an_earlier_acceptance_says_nothing_of_an_address_that_has_died_since(clock):
    patient = PatientFactory(email=ANA)
    told_of(placed_long_ago(patient=patient))
    clock.shift(HOUR)
    earlier("550 5.1.1 No such user", patient=patient)

    assert unreachable([ANA]) == {ANA: UNKNOWN}


def test_one_dead_address_says_nothing_of_another():
    earlier("550 5.1.1 No such user")

    assert unreachable([ANA, BEN]) == {ANA: UNKNOWN}


def test_a_dead_address_is_told_once_that_a_kind_it_can_do_without_is_not_sent(clock):
    only(Kind.BOOKED)
    earlier("550 5.1.1 No such user")
    confirmed(ANA)

    first, second = find(), find()

    assert (first, second) == (1, 0)
    assert (last().state, last().answer) == (State.DROPPED, UNKNOWN)
    assert not Message.objects.filter(pk=last().pk).failed().exists()


def test_an_address_refused_by_the_server_has_the_patient_called_the_next_time(clock, sink, tell):
    only(Kind.BOOKED, Kind.MOVED)
    sink.answer(ANA, "550 5.1.1 No such user", times=9)
    visit = confirmed(ANA)
    tell()

    replaced(visit)
    clock.shift(GRACE)
    tell()

    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == [State.REFUSED, State.CALL]


def test_an_address_whose_reader_is_somebody_else_is_not_written_to(clock):
    visit = due_reminder(clock, patient__email=ANA)
    answer = Answer.objects.create(patient=visit.patient, visit=visit, kind=AnswerKind.NOT_ME, address=ANA)

    find()

    assert (last().state, last().answer) == (State.CALL, SOMEBODY_ELSES)
    assert answer.handled_at is None


def test_once_somebody_has_looked_after_it_the_address_is_written_to(clock):
    visit = due_reminder(clock, patient__email=ANA)
    Answer.objects.create(
        patient=visit.patient,
        kind=AnswerKind.NOT_ME,
        address=ANA,
        handled_at="2030-05-10T16:00Z",
        handled_by=UserFactory(),
    )

    find()

    assert last().state == State.WAITING


def test_a_corrected_address_is_written_to(clock, sink, tell):
    visit = earlier("550 5.1.1 No such user")
    type(visit.patient).objects.filter(pk=visit.patient_id).update(email=BEN)
    due_reminder(clock, patient=visit.patient)

    tell()

    assert [letter.to for letter in sink.letters] == [[BEN]]


def test_a_call_is_no_message_that_a_worker_takes(clock, sink, tell):
    due_reminder(clock, patient__email="")
    tell()
    clock.move_to(MONDAY_TEN + HOUR)
    tell()

    assert last().state == State.CALL
    assert Notice.objects.count() == 1
    assert Rule.objects.active().count() == 1
