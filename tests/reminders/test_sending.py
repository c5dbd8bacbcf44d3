"""What the mail server says, and what becomes of a message then. The server is a real one."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from reminders import sending
from reminders.courier import NO_SERVER
from reminders.models import InDoubt, Kind, Message, State
from scheduling import booking
from tests.factories import MONDAY_TEN, LocationFactory, TableFactory, UserFactory
from tests.processes import ROOT
from tests.reminders.conftest import FRIDAY_NOON
from tests.reminders.posting import A_WHILE, ANA, BEN, DAY, confirmed, find, message, reminded, rule
from tests.smtpsink import HANG_UP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "few_rules")]


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


def test_a_cancellation_takes_the_visit_out_of_the_calendar(sink, tell, clock):
    visit = confirmed(ANA)
    tell()
    booking.cancel(visit=visit, reason="", by=UserFactory())
    clock.shift(A_WHILE)
    tell()

    kept, gone = (calendar_part(letter) for letter in sink.letters)
    assert (kept["Content-Type"].params["method"], gone["Content-Type"].params["method"]) == ("PUBLISH", "CANCEL")
    assert "METHOD:CANCEL" in gone.get_content()
    assert f"UID:visit-{visit.pk}@localhost" in gone.get_content()


def calendar_part(letter):
    return next(part for part in letter.message.walk() if part.get_content_type() == "text/calendar")


def test_answers_go_to_the_place_if_it_has_an_address(sink, tell):
    confirmed(ANA, table=TableFactory(location=LocationFactory(name="Hill", email="hill@example.com")))
    confirmed(BEN)

    tell()

    assert sink.to(ANA)[0].message["Reply-To"] == "hill@example.com"
    assert sink.to(BEN)[0].message["Reply-To"] is None


def test_what_can_be_done_without_bears_a_mail_programs_own_button(sink, tell, clock):
    reminded(ANA)
    clock.move_to(MONDAY_TEN - DAY)
    confirmed(BEN, start=MONDAY_TEN + 5 * DAY)

    tell()

    optional, needed = sink.to(ANA)[0].message, sink.to(BEN)[0].message
    assert optional["List-Unsubscribe"].strip().startswith("<http://localhost:8000/mail/unsubscribe/")
    assert optional["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert needed["List-Unsubscribe"] is None


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


def test_what_was_accepted_keeps_the_time_until_which_it_was_in_hand(sink, tell):
    confirmed(ANA)

    tell()

    assert message().next_attempt_at == timezone.now() + sending.LEASE


def test_a_worker_whose_time_is_over_gives_back_what_it_has_not_begun(sink, clock):
    for minutes, email in enumerate((ANA, BEN, "cy@example.com")):
        confirmed(email, start=MONDAY_TEN + minutes * DAY)
        find()
        clock.shift(timedelta(seconds=1))
    due = dict(Message.objects.values_list("to", "next_attempt_at"))

    more = sending.Delivery(sending.reserve(timezone.now()), until=0).carry()

    assert more
    assert [letter.to for letter in sink.letters] == [[ANA]]
    assert dict(Message.objects.waiting().values_list("to", "next_attempt_at")) == {
        email: due[email] for email in (BEN, "cy@example.com")
    }


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
    assert list(Message.objects.failed()) == [message(ANA)]


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
    assert list(Message.objects.failed()) == [message(ANA)]


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


def test_a_message_is_never_to_be_tried_after_it_is_given_up(sink, tell, clock):
    start = timezone.now() + timedelta(minutes=2)
    sink.answer(ANA, "451 Try later", times=9)
    confirmed(ANA, start=start)
    tell()
    deferred = message().next_attempt_at
    sink.stop()
    clock.move_to(deferred)
    tell()

    assert message().attempts == 2
    assert deferred <= start
    assert message().next_attempt_at == message().give_up_at == start


def test_a_message_told_to_come_later_is_given_up_no_later_than_the_visit(sink, tell):
    start = timezone.now() + timedelta(seconds=20)
    sink.answer(ANA, "451 Try later")
    confirmed(ANA, start=start)

    tell()

    assert message().state == State.WAITING
    assert message().next_attempt_at == start


@pytest.mark.parametrize(("in_doubt", "on_the_list"), [(InDoubt.ASK, True), (InDoubt.LEAVE, False)])
def test_a_doubtful_message_is_on_the_list_if_its_rule_asks(sink, tell, in_doubt, on_the_list):
    rule(Kind.BOOKED, in_doubt=in_doubt)
    sink.answer(ANA, HANG_UP, at="DATA")
    confirmed(ANA)

    tell()

    assert message().state == State.UNCERTAIN
    assert message().handled_by is None
    assert bool(message().handled_at) != on_the_list
    assert Message.objects.failed().exists() == on_the_list


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


@pytest.mark.parametrize("url", ["dummymail://", "consolemail://", "memorymail://"])
def test_what_is_no_mail_server_stops_the_start(url):
    """It would take every letter and bring none."""
    env = {**os.environ, "EMAIL_URL": url}

    ended = subprocess.run([sys.executable, "-c", "import clinic.settings"], cwd=ROOT, env=env, stderr=subprocess.PIPE)

    assert ended.returncode == 1
    assert b"EMAIL_URL names no mail server. Put one there" in ended.stderr


@pytest.mark.parametrize(
    "line", ["554 5.7.1 Sender address rejected: not owned by user", "530 5.7.0 Authentication required"]
)
def test_what_a_server_has_against_us_is_no_patients_fault(sink, tell, line):
    """Most servers say it at the recipient (Postfix: smtpd_delay_reject)."""
    confirmed(ANA)
    sink.answer(ANA, line)

    tell()

    assert (message().state, message().answer) == (State.WAITING, line)


def test_news_that_finds_no_way_for_half_a_day_is_somebodys_task(sink, tell, clock):
    """A full mailbox: who was moved by four weeks must not be tried for four weeks, and come at the old time."""
    moved = confirmed(ANA, revision=1, start=MONDAY_TEN + 28 * DAY, booked_at=FRIDAY_NOON - DAY)
    sink.answer(ANA, "452 4.2.2 Mailbox full", times=1000)
    tell()

    clock.shift(DAY / 2)
    tell()

    assert moved.starts_at > timezone.now() + 20 * DAY
    assert message().state == State.FAILED
    assert message().needs_action
