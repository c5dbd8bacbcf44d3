"""The front desk hears of failed messages and urgent answers by e-mail: one for whatever is new, and once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from clinic.models import Location
from reminders import calling, finding
from reminders.models import Answer, AnswerKind, InDoubt, Kind, Message, Rule, StaffNotice, State
from tests.factories import MONDAY_TEN, LocationFactory, PatientFactory, TableFactory, UserFactory
from tests.reminders.posting import ANA, BEN, DAY, confirmed, find, only, placed_long_ago, rule, subjects, told_of
from tests.smtpsink import HANG_UP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "desk")]
DESK = "desk@example.com"


@pytest.fixture
def desk():
    """Riverside has an address; nobody is told anything but the staff."""
    only(Kind.BOOKED, Kind.FAILED, Kind.URGENT)
    return LocationFactory(email=DESK)


def failed(state=State.REFUSED, **fields):
    """A message to a patient that did not arrive."""
    visit = told_of(placed_long_ago(**fields))
    Message.objects.filter(notices__visit=visit).update(
        state=state, accepted_at=None, created_at=timezone.now(), answer="554 No"
    )
    return Message.objects.get(notices__visit=visit)


def urgent(visit=None, **fields):
    visit = visit or placed_long_ago()
    return Answer.objects.create(patient=visit.patient, visit=visit, kind=AnswerKind.URGENT, **fields)


def to_staff():
    return list(Message.objects.filter(patient=None).order_by("pk"))


def test_several_failures_are_one_message_to_the_place(sink, tell):
    for _ in range(3):
        failed()

    tell()

    (letter,) = sink.letters
    assert letter.to == [DESK]
    assert subjects([letter]) == ["3 to look at under Messages"]
    assert "http://localhost:8000/messages/" in letter.part("text/plain")
    assert StaffNotice.objects.count() == 3


def test_a_failure_is_told_once(tell, sink, clock):
    failed()
    tell()
    clock.shift(timedelta(minutes=5))
    tell()

    assert len(sink.letters) == 1


def test_what_failed_later_is_told_later(tell, sink, clock):
    failed()
    tell()
    clock.shift(timedelta(minutes=15))
    failed()
    tell()

    assert [letter.part("text/plain").count("Waiting for you: 1.") for letter in sink.letters] == [1, 1]


@pytest.mark.parametrize("state", [State.REFUSED, State.UNCERTAIN, State.FAILED])
def test_what_did_not_arrive_is_a_failure(state):
    failed(state)

    assert find() == 1


@pytest.mark.parametrize("state", [State.WAITING, State.SENDING, State.DROPPED, State.CALL])
def test_what_waits_or_was_never_to_go_is_none(state):
    failed(state)

    assert find() == 0


def test_a_refused_message_is_told_the_staff_in_the_next_round(sink, tell):
    sink.answer(ANA, "550 5.1.1 No such user")
    confirmed(ANA)

    tell()
    tell()

    assert [letter.to for letter in sink.letters] == [[DESK]]


def test_a_doubtful_message_that_its_rule_leaves_alone_troubles_nobody(sink, tell):
    rule(Kind.BOOKED, in_doubt=InDoubt.LEAVE)
    sink.answer(ANA, HANG_UP, at="DATA")
    confirmed(ANA)

    tell()
    tell()

    assert Message.objects.get(to=ANA).state == State.UNCERTAIN
    assert sink.letters == []


def test_what_somebody_has_looked_after_is_not_told():
    calling.mark_called(message=failed(), by=UserFactory())

    assert find() == 0


def test_each_place_hears_of_its_own(tell, sink):
    hill = LocationFactory(name="Hill", email="hill@example.com")
    failed()
    failed(table=TableFactory(location=hill))
    failed(table=TableFactory(location=hill))

    tell()

    assert {(letter.to[0], letter.message["Subject"].split()[0]) for letter in sink.letters} == {
        (DESK, "1"),
        ("hill@example.com", "2"),
    }


def test_a_place_without_an_address_is_told_by_way_of_the_first_that_has_one(tell, sink):
    failed(table=TableFactory(location=LocationFactory(name="Hill")))

    tell()

    assert [letter.to for letter in sink.letters] == [[DESK]]


def test_without_any_address_nothing_is_written_until_there_is_one(desk):
    Location.objects.update(email="")
    failed()
    urgent()

    before = find()
    Location.objects.filter(pk=desk.pk).update(email=DESK)
    after = find()

    assert (before, after) == (0, 2)


def test_a_failed_message_to_the_staff_is_no_news_to_the_staff(sink, tell):
    sink.answer(DESK, "550 5.1.1 No such user", times=9)
    failed()

    tell()
    tell()

    assert [one.state for one in to_staff()] == [State.REFUSED]


def test_failures_of_long_ago_are_no_news(clock):
    failed()
    Message.objects.update(give_up_at=timezone.now())
    clock.shift(2 * DAY + timedelta(seconds=1))

    assert find() == 0


def test_a_patient_who_asks_to_be_called_is_told_at_once_and_once(sink, tell):
    urgent()

    tell()
    tell()

    (letter,) = sink.letters
    assert letter.to == [DESK]
    assert subjects([letter]) == ["Somebody asks to be called"]


def test_who_asks_later_is_told_later(sink, tell):
    urgent()
    tell()
    urgent()

    tell()

    assert len(sink.letters) == StaffNotice.objects.count() == 2


def test_no_message_to_the_staff_names_a_patient(sink, tell):
    visit = placed_long_ago(patient=PatientFactory(given_name="Xiomara", family_name="Quezada", email=BEN))
    urgent(visit)
    failed(patient=visit.patient, start=MONDAY_TEN + DAY)

    tell()

    assert len(sink.letters) == 2
    for letter in sink.letters:
        for words in ("Xiomara", "Quezada", BEN, "sore", "pain"):
            assert words.encode() not in letter.content


@pytest.mark.parametrize("kind", [AnswerKind.WELL, AnswerKind.SORE, AnswerKind.NOT_ME])
def test_other_answers_are_told_nobody(kind):
    visit = placed_long_ago()
    Answer.objects.create(patient=visit.patient, visit=visit, kind=kind)

    assert find() == 0


def test_an_answer_without_a_visit_is_told_all_the_same():
    Answer.objects.create(patient=PatientFactory(), kind=AnswerKind.URGENT)

    assert find() == 1


def test_a_rule_that_is_off_tells_the_staff_nothing():
    rule(Kind.FAILED, active=False)
    failed()

    assert find() == 0


def test_a_letter_to_the_staff_that_cannot_be_written_stops_no_other():
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reminders_message ADD CONSTRAINT no_failed CHECK (kind <> 'failed')")
    failed()
    urgent()

    assert find() == 1
    assert [one.kind for one in to_staff()] == [Kind.URGENT]


def test_failures_that_trickle_in_are_one_message_in_a_quarter_of_an_hour(tell, sink, clock):
    for _ in range(10):
        failed()
        tell()
        clock.shift(timedelta(minutes=1))
    clock.shift(timedelta(minutes=5))
    tell()

    assert [letter.message["Subject"].split()[0] for letter in sink.letters] == ["1", "9"]
    assert StaffNotice.objects.count() == 10


def test_one_place_that_was_told_a_moment_ago_keeps_no_other_waiting(tell, sink):
    hill = LocationFactory(name="Hill", email="hill@example.com")
    failed()
    tell()
    failed(table=TableFactory(location=hill))

    tell()

    assert [letter.to for letter in sink.letters] == [[DESK], ["hill@example.com"]]


def test_without_any_address_a_failure_is_no_work_for_the_finder():
    Location.objects.update(email="")
    failed()
    urgent()

    assert finding.with_work(Rule.objects.in_force(), timezone.now()) == []


def test_a_place_that_is_closed_is_told_nothing(tell, sink):
    hill = LocationFactory(name="Hill", email="hill@example.com", active=False)
    failed(table=TableFactory(location=hill))

    tell()

    assert [letter.to for letter in sink.letters] == [[DESK]]


@pytest.mark.parametrize(
    ("state", "times"),
    [(State.REFUSED, {"tried_at": timedelta()}), (State.FAILED, {"tried_at": 3 * DAY, "give_up_at": timedelta()})],
)
def test_what_was_written_long_ago_and_fails_now_is_news(state, times):
    message = failed(state)
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        created_at=now - 9 * DAY, **{name: now - span for name, span in times.items()}
    )

    assert find() == 1
