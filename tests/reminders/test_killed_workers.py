"""A worker that dies, is late, or loses the database: nothing is lost, nothing goes twice, and doubt is said."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reminders import calling, courier, sending
from reminders.courier import Verdict
from reminders.models import InDoubt, Kind, Message, State
from tests.factories import UserFactory
from tests.reminders.posting import A_WHILE, ANA, confirmed, find, message, rule

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "few_rules")]


def test_what_a_killed_worker_had_reserved_comes_back(sink, tell, clock):
    confirmed(ANA)
    sink.stop()
    tell()
    clock.shift(A_WHILE)
    sending.reserve(timezone.now())
    sink.start()

    tell()
    meanwhile = len(sink.letters)
    clock.shift(sending.LEASE)
    tell()

    assert meanwhile == 0
    assert len(sink.letters) == 1


def in_hand():
    """A worker that took Ana's message and has not heard of it yet, as a kill would leave it."""
    worker = sending.Delivery(sending.reserve(timezone.now()))
    assert worker.turn(worker.batch[0])
    return worker


@pytest.mark.parametrize(("in_doubt", "on_the_list"), [(InDoubt.ASK, True), (InDoubt.LEAVE, False)])
def test_what_a_killed_worker_had_in_hand_is_uncertain_and_not_sent_again(sink, tell, clock, in_doubt, on_the_list):
    rule(Kind.BOOKED, in_doubt=in_doubt)
    confirmed(ANA)
    find()
    in_hand()

    tell()
    meanwhile = message().state
    clock.shift(sending.LEASE)
    tell()

    assert meanwhile == State.SENDING
    assert message().state == State.UNCERTAIN
    assert Message.objects.failed().exists() == on_the_list
    assert message().handled_by is None
    assert sink.letters == []


@pytest.mark.parametrize(("verdict", "state"), [(Verdict.ACCEPTED, State.ACCEPTED), (Verdict.REFUSED, State.REFUSED)])
def test_a_late_answer_counts_though_the_message_was_given_up_for_lost(sink, tell, clock, verdict, state):
    rule(Kind.BOOKED, in_doubt=InDoubt.LEAVE)
    confirmed(ANA)
    find()
    slow = in_hand()
    clock.shift(sending.LEASE)
    tell()
    given_up = message().state

    slow.last = (slow.batch[0], courier.Answer(verdict, "the server's words"))
    slow.settle()

    assert given_up == State.UNCERTAIN
    assert (message().state, message().answer) == (state, "the server's words")
    assert message().needs_action == (state == State.REFUSED)


def test_a_late_answer_changes_nothing_that_a_person_has_looked_after(sink, tell, clock):
    confirmed(ANA)
    find()
    slow = in_hand()
    clock.shift(sending.LEASE)
    tell()
    calling.mark_called(message=message(), by=UserFactory())

    slow.last = (slow.batch[0], courier.Answer(Verdict.ACCEPTED, "250 Kept"))
    slow.settle()

    assert message().state == State.UNCERTAIN


def test_a_worker_that_is_late_takes_nothing_whose_time_to_give_up_has_come(sink, clock):
    confirmed(ANA, start=timezone.now() + timedelta(minutes=10))
    find()
    slow = sending.Delivery(sending.reserve(timezone.now()))
    clock.shift(timedelta(minutes=10))

    slow.carry()

    assert sink.letters == []
    assert message().answer == "This visit has begun."


def test_a_message_that_somebody_else_took_meanwhile_is_left_alone(sink, tell, clock):
    confirmed(ANA)
    sink.stop()
    tell()
    clock.shift(A_WHILE)
    slow = sending.reserve(timezone.now())
    clock.shift(sending.LEASE)
    sink.start()
    tell()

    sending.Delivery(slow).carry()

    assert len(sink.letters) == 1
    assert message().state == State.ACCEPTED
