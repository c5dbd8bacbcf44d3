"""What a mail server's answer means: the same in Python and in the database."""

import pytest

from reminders import troubles
from reminders.courier import GIVEN_UP
from reminders.models import Message, State
from tests.reminders.written import by_hand

pytestmark = pytest.mark.django_db
ANSWERS = [
    (State.REFUSED, "550 5.1.1 No such user", "unknown"),
    (State.REFUSED, "550-5.1.1 The email account does not exist", "unknown"),
    (State.REFUSED, "553 5.1.2 Bad domain", "unknown"),
    (State.REFUSED, "550 5.2.1 Mailbox disabled", "unknown"),
    (State.REFUSED, "550 No such user here", "unknown"),
    (State.REFUSED, "551 User not local", "unknown"),
    (State.REFUSED, "550 Relay access denied", "unwanted"),
    (State.REFUSED, "550 5.1.10 Null MX", "refused"),
    (State.REFUSED, "554 5.7.1 Message rejected as SPAM", "unwanted"),
    (State.REFUSED, "554 Blocked: spam", "unwanted"),
    (State.REFUSED, "552 5.2.2 Mailbox full", "full"),
    (State.REFUSED, "552 Over quota", "full"),
    (State.REFUSED, "552 5.3.4 Message too big", "refused"),
    (State.REFUSED, "554 Transaction failed", "refused"),
    (State.REFUSED, "This cannot be written as an e-mail: header", "other"),
    (State.FAILED, f"{GIVEN_UP}The mail server cannot be reached: Connection refused", "unreachable"),
    (State.FAILED, f"{GIVEN_UP}The mail server cannot be reached: 535 5.7.8 Bad credentials", "shut_out"),
    (State.FAILED, f"{GIVEN_UP}451 4.3.0 Try later", "put_off"),
    (State.FAILED, f"{GIVEN_UP}451 4.7.1 Greylisted, try again later", "put_off"),
    (State.FAILED, f"{GIVEN_UP}452 4.2.2 Over quota", "full"),
    (State.FAILED, f"{GIVEN_UP}550 5.7.1 Relaying denied", "unwanted"),
    (State.FAILED, GIVEN_UP, "other"),
    (State.FAILED, "The patient's address has changed.", "other"),
    (State.UNCERTAIN, "The worker stopped while handing this over.", "doubt"),
    (State.UNCERTAIN, "550 5.1.1 odd", "doubt"),
    (State.REFUSED, "550 5.1.1 two\nlines", "unknown"),
    (State.REFUSED, "", "other"),
]


@pytest.mark.parametrize(("state", "answer", "name"), ANSWERS)
def test_an_answer_means_the_same_to_both_who_read_it(state, answer, name):
    message = by_hand(state=state, answer=answer)

    named = Message.objects.annotate(why=troubles.name()).get()

    assert troubles.trouble(message).name == name
    assert named.why == name


@pytest.mark.parametrize("state", [State.WAITING, State.CALL, State.DROPPED])
def test_what_did_not_fail_has_no_trouble(state):
    assert troubles.trouble(by_hand(state=state, answer="550 5.1.1 No such user")) is None
