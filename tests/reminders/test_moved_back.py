"""A visit that is moved and moved back before anybody was told of the time in between: nothing is said, and what was
said before holds again, links and reminders included."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reminders import calling, finding, handling
from reminders.letters import Letters
from reminders.models import Kind, Message, Notice, Rule, State
from scheduling import attending, booking, moving
from scheduling.models import Appointment, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    TableFactory,
    UserFactory,
)
from tests.reminders.conftest import FRIDAY_NOON
from tests.reminders.posting import (
    A_WHILE,
    ANA,
    DAY,
    GRACE,
    HOUR,
    SECOND,
    confirmed,
    find,
    only,
    placed_long_ago,
    rule,
    states,
    subjects,
    told,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "news")]
BOOKED = "Your visit on Monday, May 13 at 10:00 AM"
AT_TEN, AT_ELEVEN = (f"Your visit is now on Monday, May 13 at {hour}:00 AM" for hour in (10, 11))


@pytest.fixture
def news():
    only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED)


@pytest.fixture
def visit(sink, tell):
    """Its patient has read the confirmation a moment ago."""
    made = confirmed(ANA)
    tell()
    return made


def now_of(visit):
    return Appointment.objects.get(pk=visit.pk)


def move(visit, starts_at=MONDAY_TEN + HOUR, **there):
    return moving.move(visit=now_of(visit), starts_at=starts_at, by=UserFactory(), **there)


def undo(visit):
    return moving.undo_move(visit=visit, revision=now_of(visit).revision, by=UserFactory())


def away_and_back(visit):
    move(visit)
    return undo(visit)


def link(letter, purpose):
    """The first link of that kind, without the clinic's own address."""
    return re.search(rf"(/visit/{purpose}/\S+)", letter.part("text/plain"))[1]


def opens(client, letter, purpose="confirm"):
    return client.get(link(letter, purpose)).status_code == 200


def test_a_move_undone_within_the_grace_tells_nobody_and_the_letter_holds(client, visit, sink, tell, clock):
    away_and_back(visit)
    clock.shift(GRACE)
    tell()
    clock.shift(3 * DAY - HOUR)
    tell()

    assert subjects(sink.letters) == [BOOKED]
    assert told() == [("booked", 2)]
    clock.move_to(FRIDAY_NOON)
    assert all(opens(client, sink.letters[0], purpose) for purpose in ("confirm", "cancel", "change"))
    client.post(link(sink.letters[0], "confirm"))
    assert (now_of(visit).status, now_of(visit).revision) == (Status.CONFIRMED, 2)


def test_a_move_that_was_told_is_told_back(client, visit, sink, tell, clock):
    move(visit)
    clock.shift(GRACE)
    tell()
    before = [opens(client, letter) for letter in sink.letters]
    undo(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_ELEVEN, AT_TEN]
    assert before == [False, True]
    assert [opens(client, letter) for letter in sink.letters] == [True, False, True]


def test_a_new_time_says_which_one_it_takes_the_place_of(visit, sink, tell, clock):
    """Whoever has six visits must know which of them has moved. What nobody has heard of is not named."""
    move(visit)
    clock.shift(timedelta(minutes=1))
    move(visit, MONDAY_TEN + 2 * HOUR)
    clock.shift(GRACE)
    tell()
    undo(visit)
    move(visit, MONDAY_TEN + DAY)
    clock.shift(GRACE)
    tell()

    first, second = (letter.part("text/plain").replace("\r\n", "\n") for letter in sink.letters[1:])
    assert "It takes the place of Monday, May 13, 10:00 AM.\n\nWhatever we told you about it before" in first
    assert "11:00 AM" not in first
    assert "It takes the place of Monday, May 13, 12:00 PM." in second


def test_moving_it_back_by_hand_is_as_good_as_undo(client, visit, sink, tell, clock):
    for hours in (2, 1, 0):
        move(visit, MONDAY_TEN + hours * HOUR)
        clock.shift(GRACE - SECOND)
        tell()
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED]
    assert now_of(visit).revision == 3
    assert opens(client, sink.letters[0])


def test_longer_and_as_long_as_before_tells_nobody(client, visit, sink, tell, clock):
    moving.resize(visit=now_of(visit), ends_at=MONDAY_TEN + timedelta(minutes=75), by=UserFactory())
    longer = opens(client, sink.letters[0])
    moving.resize(visit=now_of(visit), ends_at=MONDAY_TEN + HOUR, by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert (longer, opens(client, sink.letters[0])) == (False, True)
    assert subjects(sink.letters) == [BOOKED]


def test_another_practitioner_at_the_same_time_ends_the_links_and_is_told(client, visit, sink, tell, clock):
    other = PractitionerFactory(name="Lee")
    visit.service.practitioners.add(other)
    move(visit, MONDAY_TEN, practitioner=other)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_TEN]
    assert [opens(client, letter) for letter in sink.letters] == [False, True]


def test_another_place_at_the_same_time_ends_the_links_and_is_told(client, visit, sink, tell, clock):
    table = TableFactory(location=LocationFactory(name="Hill", address="2 Hill Road"))
    Appointment.objects.filter(pk=visit.pk).update(revision=1, placed_at=timezone.now(), table=table)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_TEN]
    assert "2 Hill Road" in sink.letters[1].part("text/plain")
    assert [opens(client, letter) for letter in sink.letters] == [False, True]


def test_another_table_at_the_same_place_ends_no_link(client, visit, sink):
    move(visit, MONDAY_TEN, table=TableFactory())

    assert opens(client, sink.letters[0])


def test_what_was_told_and_taken_back_may_be_moved_for_good(visit, sink, tell, clock):
    away_and_back(visit)
    clock.shift(GRACE)
    tell()
    move(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_ELEVEN]
    assert told() == [("booked", 2), ("moved", 3)]


def test_a_new_time_that_still_waits_when_it_is_taken_back_is_never_told(visit, sink, tell, clock):
    sink.stop()
    move(visit)
    clock.shift(GRACE)
    tell()
    undo(visit)
    clock.shift(GRACE)
    tell()
    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert subjects(sink.letters) == [BOOKED]
    assert states() == [State.ACCEPTED, State.DROPPED]


@pytest.mark.parametrize("state", [State.SENDING, State.UNCERTAIN, State.REFUSED, State.FAILED, State.CALL])
def test_a_new_time_that_somebody_may_have_heard_of_is_told_back(visit, sink, tell, clock, state):
    move(visit)
    clock.shift(GRACE)
    find()
    Message.objects.filter(kind=Kind.MOVED).update(state=state, next_attempt_at=timezone.now() + DAY)
    undo(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_TEN]


def test_a_confirmation_that_waits_for_the_mail_server_meanwhile_goes_as_it_is(client, sink, tell, clock):
    """It was booked over an hour ago: to be told of a move would surprise whoever has never heard of it."""
    sink.stop()
    visit = confirmed(ANA)
    tell()
    clock.shift(2 * HOUR)
    away_and_back(visit)
    clock.shift(GRACE)
    find()
    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert subjects(sink.letters) == [BOOKED]
    assert states() == [State.ACCEPTED]
    assert opens(client, sink.letters[0])


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.UNCERTAIN])
def test_who_may_never_have_had_the_confirmation_is_told(visit, sink, tell, clock, state):
    Message.objects.update(state=state, accepted_at=None)
    away_and_back(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters)[1:] == [AT_TEN]


def test_who_is_to_be_called_is_called_once(clock):
    """Without an address nobody was told of the booking but on the telephone, where it was made."""
    visit = confirmed("")
    find()
    move(visit)
    clock.shift(GRACE)
    find()
    waits = move(visit, MONDAY_TEN + 2 * HOUR)
    gone = list(calling.to_call(Message.objects.all(), timezone.now()))
    moving.move(visit=waits, starts_at=MONDAY_TEN + HOUR, by=UserFactory())
    clock.shift(GRACE)
    find()

    [call] = calling.to_call(Message.objects.all(), timezone.now())
    assert gone == []
    assert states() == [State.CALL]
    assert "11:00 AM" in call.spoken


@pytest.mark.parametrize("after", [timedelta(0), HOUR, 3 * DAY])
def test_who_has_no_address_is_not_called_about_a_move_that_was_undone(clock, after):
    visit = confirmed("", start=MONDAY_TEN + 7 * DAY)
    clock.shift(after)
    move(visit, MONDAY_TEN + 8 * DAY)
    undo(visit)
    clock.shift(GRACE)
    find()

    assert find() == 0
    assert not calling.to_call(Message.objects.all(), timezone.now()).exists()


def test_of_a_family_only_the_visit_that_moved_is_told(client, sink, tell, clock):
    patients = [PatientFactory(email=ANA, given_name=name) for name in ("Ana", "Ben")]
    kim = PractitionerFactory()
    first, second = (
        AppointmentFactory(patient=patient, practitioner=kim, start=MONDAY_TEN + number * 4 * HOUR)
        for number, patient in enumerate(patients)
    )
    clock.shift(GRACE)
    tell()
    away_and_back(first)
    move(second, MONDAY_TEN + 6 * HOUR)
    clock.shift(GRACE)
    tell()

    assert len(sink.letters) == 2
    assert "Ben" in sink.letters[1].part("text/plain")
    assert "10:00 AM" not in sink.letters[1].part("text/plain")
    assert opens(client, sink.letters[0])
    assert told() == [("booked", 2), ("booked", 0), ("moved", 1)]


def test_the_letter_may_be_sent_again_once_the_visit_is_back(client, visit, sink, tell, clock):
    away_and_back(visit)
    clock.shift(GRACE)
    tell()

    handling.resend(message=Message.objects.get(), by=UserFactory())
    clock.shift(handling.GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, BOOKED]
    assert all(opens(client, letter) for letter in sink.letters)
    assert told() == [("booked", 2)]


def test_a_new_time_that_was_told_is_known_though_a_copy_of_it_waits(visit, sink, tell, clock):
    move(visit)
    clock.shift(GRACE)
    tell()
    sink.stop()
    handling.resend(message=Message.objects.latest("pk"), by=UserFactory())
    undo(visit)
    clock.shift(GRACE)
    find()
    sink.start()
    clock.shift(A_WHILE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_ELEVEN, AT_TEN]


def test_a_new_time_that_somebody_held_back_is_told_back(visit, sink, tell, clock):
    """They may have said it on the telephone."""
    move(visit)
    clock.shift(GRACE)
    find()
    handling.withhold(message=Message.objects.latest("pk"), by=UserFactory())
    undo(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_TEN]


def test_an_earlier_move_that_was_told_is_what_is_known(client, visit, sink, tell, clock):
    move(visit)
    clock.shift(GRACE)
    tell()
    for _ in range(2):
        move(visit, MONDAY_TEN)
        undo(visit)
        clock.shift(GRACE)
        tell()

    assert subjects(sink.letters) == [BOOKED, AT_ELEVEN]
    assert told() == [("booked", 0), ("moved", 5)]
    assert [opens(client, letter) for letter in sink.letters] == [False, True]


def test_a_visit_cancelled_once_it_is_back_is_cancelled_where_it_was(visit, sink, tell, clock):
    away_and_back(visit)
    clock.shift(GRACE)
    tell()
    booking.cancel(visit=now_of(visit), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, f"{BOOKED} is cancelled"]


def test_a_told_cancellation_is_no_time_that_is_known(visit, sink, tell, clock):
    booking.cancel(visit=now_of(visit), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()
    booking.undo(visit=now_of(visit), by=UserFactory())
    away_and_back(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, f"{BOOKED} is cancelled", AT_TEN]


def test_a_told_cancellation_undone_for_a_moment_is_not_told_again(visit, sink, tell, clock):
    booking.cancel(visit=now_of(visit), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()
    for deed in (booking.undo, partial(booking.cancel, reason="")):
        deed(visit=now_of(visit), by=UserFactory())
    clock.shift(GRACE)
    tell()
    before = len(sink.letters)
    booking.undo(visit=now_of(visit), by=UserFactory())
    clock.shift(GRACE)
    tell()
    booking.cancel(visit=now_of(visit), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert before == 2
    assert subjects(sink.letters) == [BOOKED, f"{BOOKED} is cancelled", AT_TEN, f"{BOOKED} is cancelled"]
    assert told() == [("booked", 0), ("cancelled", 2), ("moved", 4), ("cancelled", 4)]


# Reminders.


@pytest.fixture
def reminders(news):
    Rule.objects.filter(kind=Kind.REMINDER, minutes=24 * 60).update(active=True)


@pytest.mark.usefixtures("reminders")
def test_a_reminder_that_came_before_the_move_does_not_come_again(visit, sink, tell, clock):
    clock.move_to(MONDAY_TEN - DAY)
    tell()
    away_and_back(visit)
    for _ in range(3):
        clock.shift(GRACE)
        tell()

    assert len(sink.letters) == 2
    assert told() == [("booked", 2), ("reminder", 2)]


@pytest.mark.usefixtures("reminders")
@pytest.mark.parametrize("undone_after", [timedelta(0), GRACE, 6 * HOUR])
def test_a_reminder_whose_moment_came_while_the_visit_was_away_comes_once_it_is_back(
    visit, sink, tell, clock, undone_after
):
    moment = MONDAY_TEN - DAY
    rule(Kind.MOVED, active=False)  # nobody hears of the time in between, however long it stands
    clock.move_to(moment - SECOND)
    move(visit, MONDAY_TEN + 3 * DAY)
    clock.move_to(moment + undone_after)
    tell()
    undo(visit)
    rule(Kind.MOVED, active=True)
    for _ in range(3):
        clock.shift(GRACE)
        tell()

    assert told() == [("booked", 2), ("reminder", 2)]
    assert len(sink.letters) == 2


@pytest.mark.usefixtures("reminders")
def test_a_reminder_that_waits_for_the_morning_goes_if_the_visit_is_back_by_then(visit, sink, tell, clock):
    morning = MONDAY_TEN - DAY - 2 * HOUR  # at eight
    clock.move_to(morning - HOUR)
    rule(Kind.REMINDER, quiet_from="21:00", quiet_until="08:00")
    Rule.objects.filter(kind=Kind.REMINDER, minutes=24 * 60).update(minutes=27 * 60)
    find()
    away_and_back(visit)
    clock.shift(GRACE)
    tell()
    clock.move_to(morning)
    tell()

    assert told() == [("booked", 2), ("reminder", 2)]
    assert states() == [State.ACCEPTED, State.ACCEPTED]
    assert len(sink.letters) == 2


@pytest.mark.usefixtures("reminders")
@pytest.mark.parametrize("held_back", [False, True])
def test_whoever_has_just_been_told_of_a_new_time_is_not_reminded_of_it(visit, sink, tell, clock, held_back):
    clock.move_to(MONDAY_TEN - DAY)
    tell()
    move(visit, MONDAY_TEN - HOUR)
    clock.shift(GRACE)
    find()
    if held_back:
        handling.withhold(message=Message.objects.latest("pk"), by=UserFactory())
    for _ in range(2):
        tell()
        clock.shift(HOUR)

    assert told() == [("booked", 0), ("reminder", 0), ("moved", 1)]


@pytest.mark.usefixtures("reminders")
def test_a_new_time_of_which_only_a_reminder_has_spoken_is_told_for_the_calendars_sake(visit, sink, tell, clock):
    rule(Kind.MOVED, active=False)
    clock.move_to(MONDAY_TEN - DAY - HOUR)
    move(visit, MONDAY_TEN + DAY)
    clock.move_to(MONDAY_TEN)
    tell()
    rule(Kind.MOVED, active=True)
    tell()

    assert told() == [("booked", 0), ("reminder", 1), ("moved", 1)]


@pytest.mark.usefixtures("reminders")
def test_a_reminder_of_a_visit_that_is_back_takes_nothing_from_what_is_known(visit, sink, tell, clock):
    rule(Kind.MOVED, active=False)
    clock.move_to(MONDAY_TEN - DAY - HOUR)
    away_and_back(visit)
    clock.shift(HOUR)
    tell()
    rule(Kind.MOVED, active=True)
    tell()

    assert told() == [("booked", 2), ("reminder", 2)]
    assert len(sink.letters) == 2


@pytest.mark.usefixtures("reminders")
def test_a_move_that_may_still_be_undone_brings_no_reminder(sink, tell, clock):
    visit = confirmed(ANA, start=MONDAY_TEN + 7 * DAY)
    tell()
    clock.move_to(MONDAY_TEN - DAY - SECOND)
    move(visit, MONDAY_TEN)
    clock.shift(2)
    tell()
    undo(visit)
    clock.shift(GRACE)
    tell()

    assert told() == [("booked", 2)]
    assert len(sink.letters) == 1


# Nobody has ever been told: it was booked on the telephone, or in another system.


def test_a_visit_known_from_elsewhere_that_is_back_tells_nobody_and_says_so(sink, tell, clock):
    visit = placed_long_ago(patient__email=ANA)
    away_and_back(visit)
    clock.shift(GRACE)
    tell()
    tell()

    assert sink.letters == []
    [message] = Message.objects.all()
    assert (message.kind, message.state) == (Kind.MOVED, State.DROPPED)
    assert message.answer == "The visit is back where it was, and nobody was told of another time."
    assert told() == [("moved", 2)]


@pytest.mark.usefixtures("reminders")
def test_a_visit_known_from_elsewhere_is_reminded_of_though_it_moved_at_that_moment(sink, tell, clock):
    visit = placed_long_ago(patient__email=ANA)
    clock.move_to(MONDAY_TEN - DAY - SECOND)
    move(visit)
    clock.shift(2)
    undo(visit)
    for _ in range(3):
        clock.shift(GRACE)
        tell()

    assert told() == [("moved", 2), ("reminder", 2)]
    assert len(sink.letters) == 1


def test_a_visit_known_from_elsewhere_may_be_moved_for_good_and_back_in_silence(sink, tell, clock):
    visit = placed_long_ago(patient__email=ANA)
    for deed in (away_and_back, away_and_back, move):
        deed(visit)
        clock.shift(GRACE)
        tell()

    assert subjects(sink.letters) == [AT_ELEVEN]
    assert states() == [State.DROPPED, State.ACCEPTED]


def test_a_visit_whose_confirmation_an_outage_has_kept_back_is_told(sink, tell, clock):
    visit = confirmed(ANA)
    clock.shift(5 * HOUR)
    away_and_back(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [AT_TEN]


def test_a_visit_that_had_stood_elsewhere_for_days_is_told_back(sink, tell, clock):
    visit = placed_long_ago(patient__email=ANA, start=MONDAY_TEN + 7 * DAY)
    move(visit, MONDAY_TEN + 8 * DAY)
    clock.shift(3 * DAY)
    move(visit, MONDAY_TEN + 7 * DAY)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == ["Your visit is now on Monday, May 20 at 10:00 AM"]


# A booking that is corrected.


def test_a_booking_corrected_before_anybody_was_told_is_told_as_a_booking(client, sink, tell, clock):
    visit = AppointmentFactory(patient__email=ANA)
    clock.shift(timedelta(minutes=1))
    move(visit)
    clock.shift(GRACE)
    for _ in range(3):
        tell()
        clock.shift(GRACE)

    assert subjects(sink.letters) == ["Your visit on Monday, May 13 at 11:00 AM"]
    assert told() == [("booked", 1)]
    assert opens(client, sink.letters[0])


def test_a_corrected_booking_is_told_once_though_its_first_letter_waits(sink, tell, clock):
    sink.stop()
    visit = confirmed(ANA)
    tell()
    move(visit)
    clock.shift(GRACE)
    find()
    sink.start()
    clock.shift(A_WHILE)
    for _ in range(2):
        tell()
        clock.shift(GRACE)

    assert subjects(sink.letters) == ["Your visit on Monday, May 13 at 11:00 AM"]
    assert sorted(states()) == [State.ACCEPTED, State.DROPPED]


@pytest.mark.parametrize(
    ("after", "subject"), [(59, "Your visit on Monday, May 13 at 11:00 AM"), (60, AT_ELEVEN)], ids=["59 min", "60 min"]
)
def test_a_booking_that_stood_for_an_hour_was_known(sink, tell, clock, after, subject):
    visit = AppointmentFactory(patient__email=ANA)
    clock.shift(timedelta(minutes=after))
    move(visit)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [subject]


def test_a_booking_corrected_after_it_was_told_has_moved(visit, sink, tell, clock):
    move(visit)
    clock.shift(GRACE)
    tell()

    assert told() == [("booked", 0), ("moved", 1)]


def test_where_bookings_are_not_confirmed_a_corrected_one_is_not_either(sink, tell, clock):
    rule(Kind.BOOKED, active=False)
    visit = AppointmentFactory(patient__email=ANA)
    move(visit)
    clock.shift(GRACE)
    tell()

    assert sink.letters == []


@pytest.mark.parametrize("kinds", [(Kind.BOOKED, Kind.MOVED), (Kind.MOVED, Kind.BOOKED)])
def test_of_two_workers_that_take_it_for_booked_and_for_moved_the_second_sees_the_first(clock, kinds):
    told_by, finds = (Rule.objects.get(kind=kind) for kind in kinds)
    visit = told_of(placed_long_ago())
    Notice.objects.update(rule=told_by)

    assert finding.Round(finds, timezone.now(), Letters(), None).untold([visit]) == []


def test_a_rule_that_was_switched_off_has_told_all_the_same(visit, sink, tell, clock):
    away_and_back(visit)
    clock.shift(GRACE)
    tell()
    rule(Kind.BOOKED, active=False)
    tell()

    assert subjects(sink.letters) == [BOOKED]


# What it costs.


def test_the_count_of_queries_does_not_grow_with_the_visits(clock):
    def count(many):
        for _ in range(many):
            away_and_back(told_of(placed_long_ago()))
            away_and_back(placed_long_ago())
            move(told_of(placed_long_ago()))
        clock.shift(GRACE)
        with CaptureQueriesContext(connection) as asked:
            find()
        return len(asked)

    count(1)

    assert count(1) == count(3)


def test_who_confirmed_has_confirmed_when_the_visit_is_back(client, visit, sink, tell, clock):
    attending.confirm(visit=now_of(visit), by=None)
    away_and_back(visit)
    clock.shift(GRACE)
    tell()

    assert now_of(visit).status == Status.CONFIRMED
    assert subjects(sink.letters) == [BOOKED]


def test_nobody_waits_for_ever_for_what_is_back(visit, clock):
    """The finder finds nothing once it has looked: the tick is quick again, and no alarm goes off."""
    away_and_back(visit)
    clock.shift(GRACE)
    find()

    with CaptureQueriesContext(connection) as asked:
        find()

    assert len(asked) == 2
    assert Notice.objects.count() == 1


def test_whoever_moved_by_link_is_told_when_the_desk_moves_back(visit, sink, tell, clock):
    """They read the new time on the page, and would come at it."""
    moving.move(visit=now_of(visit), starts_at=MONDAY_TEN + HOUR, by=None)
    move(visit, MONDAY_TEN)
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, AT_TEN]


def test_the_time_that_was_chosen_by_link_is_the_one_that_is_cancelled(visit, sink, tell, clock):
    moving.move(visit=now_of(visit), starts_at=MONDAY_TEN + HOUR, by=None)
    booking.cancel(visit=now_of(visit), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()

    assert subjects(sink.letters) == [BOOKED, "Your visit on Monday, May 13 at 11:00 AM is cancelled"]
