"""What is looked at again at the last moment, and what becomes of a message that must not go any more."""

from datetime import date, timedelta

import pytest

from patients.models import Patient
from reminders import handling, sending
from reminders.courier import NO_SERVER
from reminders.kinds import SOON
from reminders.models import Answer, AnswerKind, Kind, Message, Notice, OptOut, Rule, State
from scheduling import attending, booking
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, PatientFactory, UserFactory
from tests.reminders.posting import (
    A_WHILE,
    ANA,
    BEN,
    DAY,
    GRACE,
    confirmed,
    find,
    message,
    reminded,
    replaced,
    subjects,
    times,
)
from tests.reminders.written import by_hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "few_rules")]


def test_what_could_not_go_until_the_visit_began_is_given_up(sink, tell, clock):
    sink.stop()
    confirmed(ANA)
    tell()

    clock.move_to(MONDAY_TEN)
    sink.start()
    tell()

    assert message().state == State.FAILED
    assert message().answer.startswith("It did not get through in time. " + NO_SERVER)
    assert list(Message.objects.failed()) == [message()]
    assert sink.letters == []


def test_a_reminder_that_could_not_go_until_the_visit_began_troubles_nobody(sink, tell, clock):
    sink.stop()
    reminded(ANA)
    clock.move_to(MONDAY_TEN - DAY)
    tell()

    clock.move_to(MONDAY_TEN)
    sink.start()
    tell()

    assert message().state == State.DROPPED
    assert message().answer.startswith("This visit has begun. " + NO_SERVER)
    assert sink.letters == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda visit: changed(visit, status="cancelled"), "This visit is cancelled."),
        (lambda visit: replaced(visit), "This visit has another time by now."),
        (lambda visit: changed(visit, status="arrived"), "This visit has begun."),
        (lambda visit: changed(visit.patient, deceased_on=date(2030, 5, 11)), "This patient has died."),
    ],
)
def test_news_that_was_overtaken_while_there_was_no_server_is_nobodys_task(sink, clock, change, words):
    """No last look was taken all that time, and nobody need be called about what is not so any more."""
    sink.stop()
    visit, _ = confirmed(ANA), confirmed(BEN)
    find()
    sending.deliver()
    change(visit)

    clock.shift(SOON)
    sending.deliver()

    assert (message(ANA).state, message(ANA).answer) == (State.DROPPED, words)
    assert message(BEN).state == State.FAILED
    assert not Notice.objects.filter(visit=visit).exists()


def test_news_that_holds_for_one_of_its_visits_is_a_task_when_it_could_not_go(sink, clock):
    sink.stop()
    ana, _ = confirmed(ANA), confirmed(ANA, start=MONDAY_TEN + DAY)
    find()
    sending.deliver()
    changed(ana, status="cancelled")

    clock.shift(SOON)
    sending.deliver()

    assert message().state == State.FAILED
    assert Notice.objects.count() == 2


def test_a_visit_cancelled_at_the_last_moment_is_not_told_of(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())

    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert sink.letters == []
    assert (message().state, message().answer) == (State.DROPPED, "This visit is cancelled.")


def test_a_cancellation_taken_back_is_told_of_after_all(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())
    sink.start()
    clock.shift(A_WHILE)
    tell()

    Appointment.objects.filter(pk=visit.pk).update(status="booked")
    tell()

    assert len(sink.to(ANA)) == 1
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("status", ["booked", "confirmed"])
def test_a_cancellation_of_a_visit_that_takes_place_after_all_does_not_say_that_it_has_begun(sink, tell, clock, status):
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)
    find()
    changed(visit, status=status)

    sending.deliver()

    assert Message.objects.get(kind=Kind.CANCELLED).answer == "This visit has taken another course by now."


def test_a_visit_moved_meanwhile_is_told_of_with_its_new_time_only(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    replaced(visit, later=DAY)

    sink.start()
    clock.shift(A_WHILE)
    tell()

    (letter,) = sink.letters
    assert letter.message["Subject"] == "Your visit on Tuesday, May 14 at 10:00 AM"


def test_a_corrected_address_gets_what_was_waiting_for_the_old_one(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    visit.patient.email = BEN
    visit.patient.save()

    sink.start()
    clock.shift(A_WHILE)
    tell()
    tell()

    assert [letter.to for letter in sink.letters] == [[BEN]]
    assert message(ANA).answer == "The patient's address has changed."


def changed(noun, **fields):
    type(noun).objects.filter(pk=noun.pk).update(**fields)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda visit: changed(visit, status="cancelled"), "This visit is cancelled."),
        (lambda visit: changed(visit, status="no_show"), "This visit is cancelled."),
        (lambda visit: changed(visit, status="arrived"), "This visit has begun."),
        (lambda visit: changed(visit, revision=1), "This visit has another time by now."),
        (lambda visit: Rule.objects.update(active=False), "Messages of this kind are switched off."),
        (lambda visit: changed(visit.patient, deceased_on=date(2030, 5, 12)), "This patient has died."),
        (
            lambda visit: changed(visit.patient, merged_into=PatientFactory()),
            "This patient's record has become part of another one.",
        ),
        (lambda visit: changed(visit.patient, email=BEN), "The patient's address has changed."),
        (lambda visit: changed(visit.patient, wants_reminders=False), "The patient wants no messages of this kind."),
        (
            lambda visit: OptOut.objects.create(patient=visit.patient, kind=Kind.REMINDER),
            "The patient wants no messages of this kind.",
        ),
        (
            lambda visit: Answer.objects.create(patient=PatientFactory(), kind=AnswerKind.NOT_ME, address=ANA),
            "Whoever reads this address says that it is not this patient.",
        ),
        (lambda visit: Notice.objects.all().delete(), "This message tells of no visit any more."),
    ],
)
def test_what_changes_between_writing_and_sending_holds_a_reminder_back(sink, clock, change, words):
    visit = reminded(ANA)
    clock.move_to(MONDAY_TEN - DAY)
    find()
    change(visit)

    sending.deliver()

    assert sink.letters == []
    assert (message().state, message().answer) == (State.DROPPED, words)
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda visit: changed(visit.patient, wants_reminders=False),
        lambda visit: OptOut.objects.create(patient=visit.patient, kind=Kind.REMINDER),
        lambda visit: Answer.objects.create(patient=visit.patient, kind=AnswerKind.NOT_ME, address=BEN),
        lambda visit: Rule.objects.filter(kind=Kind.REMINDER).update(active=False),
    ],
)
def test_what_does_not_concern_a_confirmation_lets_it_go(sink, change):
    visit = confirmed(ANA)
    find()
    change(visit)

    sending.deliver()

    assert message().state == State.ACCEPTED


def test_of_several_objections_the_gravest_is_told(sink):
    visit = confirmed(ANA)
    find()
    changed(visit, status="cancelled", revision=5)
    changed(visit.patient, email=BEN)

    sending.deliver()

    assert message().answer == "This visit is cancelled."


def test_an_address_that_one_of_a_family_has_given_up_holds_the_letter_back(sink, tell):
    confirmed(ANA)
    ben = confirmed(ANA, start=MONDAY_TEN + DAY)
    find()
    changed(ben.patient, email=BEN)

    sending.deliver()
    held_back = list(sink.letters)
    tell()

    assert held_back == []
    assert [(letter.to, times(letter)) for letter in sink.letters] == [([ANA], ["10:00 AM"]), ([BEN], ["10:00 AM"])]


def test_one_visit_of_a_letter_that_is_cancelled_holds_it_back_and_the_others_are_told_anew(sink, tell):
    ana, ben = confirmed(ANA), confirmed(ANA, start=MONDAY_TEN + DAY)
    find()
    booking.cancel(visit=ana, reason="", by=UserFactory())

    sending.deliver()
    held_back = list(sink.letters)
    tell()

    assert held_back == []
    assert subjects(sink.letters) == ["Your visit on Tuesday, May 14 at 10:00 AM"]
    assert list(Notice.objects.values_list("visit", flat=True)) == [ben.pk]


def test_a_visit_confirmed_meanwhile_is_told_of_all_the_same(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    attending.confirm(visit=visit, by=None)

    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert len(sink.letters) == 1


def test_a_reminder_held_up_until_night_waits_for_the_morning(sink, tell, clock):
    evening = MONDAY_TEN - DAY + timedelta(hours=10, minutes=55)  # five to nine, the day before
    reminded(ANA, start=evening + DAY)
    sink.stop()
    clock.move_to(evening)
    tell()

    sink.start()
    clock.shift(A_WHILE)
    tell()
    at_night = list(sink.letters)
    clock.move_to(evening + timedelta(hours=11, minutes=5))
    tell()

    assert at_night == []
    assert len(sink.letters) == 1


def test_a_letter_written_by_hand_that_must_not_go_is_somebodys_task(sink):
    """Nobody finds it anew."""
    patient = PatientFactory(email=ANA)
    letter = by_hand(patient=patient, state=State.WAITING)
    Patient.objects.filter(pk=patient.pk).update(email=BEN)

    sending.deliver()

    letter.refresh_from_db()
    assert (letter.state, letter.needs_action) == (State.FAILED, True)
    assert sink.letters == []


def test_what_a_dropped_copy_told_of_was_told_by_the_first(sink, tell, clock):
    """So that its cancellation is told too."""
    visit = confirmed(ANA)
    tell()
    copy = handling.resend(message=message(), to=ANA, by=UserFactory())
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()
    tell()

    copy.refresh_from_db()
    assert copy.state == State.DROPPED
    assert not Message.objects.filter(sent_again=copy).exists()
    assert [letter.message["Subject"] for letter in sink.letters][1:] == [
        "Your visit on Monday, May 13 at 10:00 AM is cancelled"
    ]
