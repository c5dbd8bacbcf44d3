"""What the mail server says, and what becomes of a message then. The server is a real one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from reminders import sending
from reminders.courier import NO_SERVER
from reminders.models import Message, Notice, State
from scheduling import attending, booking
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.conftest import FRIDAY_NOON
from tests.smtpsink import HANG_UP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
ANA = "ana@example.com"
BEN = "ben@example.com"
DAY = timedelta(days=1)
A_WHILE = timedelta(minutes=20)  # longer than any pause between two tries


def confirmed(email, **fields):
    """A visit whose confirmation is due."""
    placed_at = timezone.now() - timedelta(minutes=5)
    return AppointmentFactory(patient=PatientFactory(email=email), placed_at=placed_at, **fields)


def reminded(email, **fields):
    """A visit whose confirmation went out long ago."""
    return AppointmentFactory(patient=PatientFactory(email=email), placed_at=FRIDAY_NOON - 30 * DAY, **fields)


def message(email=ANA):
    return Message.objects.get(to=email)


def test_a_booking_is_confirmed_by_a_letter_with_three_parts(sink, tell):
    visit = confirmed(ANA)

    tell()

    (letter,) = sink.letters
    assert letter.to == [ANA]
    assert letter.sender == "clinic@example.com"
    assert letter.message["Subject"] == "Your visit on Monday, May 13 at 10:00 AM"
    assert letter.message["Message-ID"] == message().message_id
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert "/visit/confirm/" in letter.part("text/plain")
    assert "/visit/cancel/" in letter.part("text/html")
    assert f"visit-{visit.pk}@localhost" in letter.part("text/calendar")


def test_accepted_means_that_the_server_said_so(sink, tell):
    confirmed(ANA)

    tell()

    assert message().state == State.ACCEPTED
    assert message().answer == "250 Kept"
    assert message().accepted_at == timezone.now()
    assert message().attempts == 1


def test_an_accepted_message_is_not_sent_again(sink, tell, clock):
    confirmed(ANA)
    tell()

    clock.shift(DAY)
    tell()

    assert len(sink.letters) == 1


def test_one_connection_carries_a_batch(sink, tell):
    confirmed(ANA)
    confirmed(BEN)

    tell()

    assert len(sink.letters) == 2
    assert sink.connections == 1


def test_a_refused_address_stops_nobody_else(sink, tell, clock):
    sink.answer(ANA, "550 No such user", times=9)
    confirmed(ANA)
    confirmed(BEN)

    tell()
    clock.shift(A_WHILE)
    tell()

    assert len(sink.to(BEN)) == 1
    assert message(ANA).state == State.REFUSED
    assert message(ANA).answer == "550 No such user"
    assert message(ANA).attempts == 1
    assert list(Message.objects.needing_action()) == [message(ANA)]


def test_a_letter_refused_after_it_was_read_is_refused(sink, tell):
    sink.answer(ANA, "554 Looks like spam", at="DATA")
    confirmed(ANA)
    confirmed(BEN)

    tell()

    assert message(ANA).state == State.REFUSED
    assert message(BEN).state == State.ACCEPTED


@pytest.mark.parametrize("moment", ["RCPT", "DATA"])
def test_a_server_that_says_later_is_asked_later(sink, tell, clock, moment):
    sink.answer(ANA, "451 Try later", at=moment)
    confirmed(ANA)

    tell()
    waiting = message()
    clock.shift(A_WHILE)
    tell()

    assert (waiting.state, waiting.answer) == (State.WAITING, "451 Try later")
    assert message().state == State.ACCEPTED
    assert message().attempts == 2
    assert sink.letters[0].message["Message-ID"] == waiting.message_id


def test_a_server_that_hangs_up_before_the_letter_is_asked_again(sink, tell, clock):
    sink.answer(ANA, HANG_UP)
    confirmed(ANA)
    confirmed(BEN)

    tell()
    waiting = message(ANA)
    clock.shift(A_WHILE)
    tell()

    assert waiting.state == State.WAITING
    assert message(ANA).state == message(BEN).state == State.ACCEPTED
    assert len(sink.letters) == 2


def test_a_server_that_hangs_up_after_the_letter_leaves_it_uncertain(sink, tell, clock):
    sink.answer(ANA, HANG_UP, at="DATA")
    confirmed(ANA)
    confirmed(BEN)

    tell()
    clock.shift(A_WHILE)
    tell()

    assert message(ANA).state == State.UNCERTAIN
    assert message(BEN).state == State.ACCEPTED
    assert sink.to(ANA) == []
    assert list(Message.objects.needing_action()) == [message(ANA)]


def test_while_the_server_is_stopped_messages_wait_and_then_go_by_themselves(sink, tell, clock):
    sink.stop()
    confirmed(ANA)
    confirmed(BEN)

    tell()
    waiting = list(Message.objects.order_by("pk"))
    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert [one.state for one in waiting] == [State.WAITING] * 2
    assert all(one.answer.startswith(NO_SERVER) and one.attempts == 1 for one in waiting)
    assert len({one.next_attempt_at for one in waiting}) == 2
    assert Message.objects.accepted().count() == 2
    assert len(sink.letters) == 2


def test_the_pauses_grow_and_have_a_limit(sink, tell, clock):
    sink.stop()
    confirmed(ANA)
    pauses = []

    for _ in range(8):
        tell()
        pauses.append((message().next_attempt_at - timezone.now()).total_seconds())
        clock.move_to(message().next_attempt_at)

    for expected, pause in zip([60, 120, 240, 480, 900, 900, 900, 900], pauses, strict=True):
        assert 0.75 * expected <= pause <= 1.25 * expected


def test_what_could_not_go_until_the_visit_began_is_given_up(sink, tell, clock):
    sink.stop()
    confirmed(ANA)
    tell()

    clock.move_to(MONDAY_TEN)
    sink.start()
    tell()

    assert message().state == State.DROPPED
    assert message().answer.startswith("This visit has begun. " + NO_SERVER)
    assert sink.letters == []


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


def test_a_visit_moved_meanwhile_is_told_of_with_its_new_time_only(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    later = (MONDAY_TEN + DAY, MONDAY_TEN + DAY + timedelta(hours=1))
    Appointment.objects.filter(pk=visit.pk).update(revision=1, placed_at=timezone.now(), span=later)

    sink.start()
    clock.shift(A_WHILE)
    tell()

    (letter,) = sink.letters
    assert letter.message["Subject"] == "Your visit is now on Tuesday, May 14 at 10:00 AM"


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


def test_who_opts_out_at_the_last_moment_is_not_reminded(sink, tell, clock):
    sink.stop()
    visit = reminded(ANA)
    clock.move_to(MONDAY_TEN - DAY)
    tell()
    visit.patient.wants_reminders = False
    visit.patient.save()

    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert sink.letters == []
    assert message().answer == "The patient wants no reminders."


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


def test_what_a_killed_worker_had_in_hand_is_uncertain_and_not_sent_again(sink, tell, clock):
    confirmed(ANA)
    sink.stop()
    tell()
    clock.shift(A_WHILE)
    (taken,) = sending.reserve(timezone.now())
    sending.take(taken, timezone.now())
    sink.start()

    tell()
    meanwhile = message().state
    clock.shift(sending.LEASE)
    tell()

    assert meanwhile == State.SENDING
    assert message().state == State.UNCERTAIN
    assert sink.letters == []


def test_a_message_that_somebody_else_took_meanwhile_is_left_alone(sink, tell, clock):
    confirmed(ANA)
    sink.stop()
    tell()
    clock.shift(A_WHILE)
    slow = sending.reserve(timezone.now())
    clock.shift(sending.LEASE)
    sink.start()
    tell()

    sending.carry(slow)

    assert len(sink.letters) == 1
    assert message().state == State.ACCEPTED


def test_a_header_with_a_line_break_is_refused_and_stops_nobody(sink, tell):
    sink.stop()
    confirmed(ANA)
    tell()
    Message.objects.update(subject="Hello\nBcc: all@example.com", next_attempt_at=timezone.now())
    confirmed(BEN)
    sink.start()

    tell()

    assert message(ANA).state == State.REFUSED
    assert [letter.to for letter in sink.letters] == [[BEN]]


def test_a_refused_sender_is_not_held_against_the_patient(sink, tell, settings):
    settings.DEFAULT_FROM_EMAIL = "nobody"
    sink.answer("nobody", "550 Not you", at="MAIL")
    confirmed(ANA)

    tell()

    assert (message().state, message().answer) == (State.WAITING, "550 Not you")


def test_lines_that_begin_with_a_dot_arrive_whole(sink, tell):
    visit = confirmed(ANA)
    visit.practitioner.name = ".\r\n.hidden"
    visit.practitioner.save()

    tell()

    assert "\n.hidden" in sink.letters[0].part("text/plain").replace("\r", "")


def test_another_mail_backend_may_be_set(settings, tell, mailoutbox):
    confirmed(ANA)

    tell()

    assert len(mailoutbox) == 1
    assert message().answer == "Taken by django.core.mail.backends.locmem"
