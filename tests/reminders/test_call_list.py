"""Patients who are called because no e-mail reaches them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient
from reminders import calling
from reminders.models import Kind, Message, OptOut, Rule
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory, LocationFactory, PatientFactory, TableFactory, UserFactory
from tests.reminders.conftest import FRIDAY_NOON
from tests.reminders.posting import confirmed, replaced
from tests.reminders.written import DAY, to_call, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CALLS = reverse("reminders:messages") + "?show=call"


@pytest.fixture
def desk(client, settings):
    """The front desk, signed in for as long as a test may travel."""
    settings.SESSION_COOKIE_AGE = 10**9  # seconds
    client.force_login(UserFactory(role="Front desk"))
    return client


def page(client):
    return client.get(CALLS).content.decode()


def on_the_list():
    return list(calling.to_call(Message.objects.all(), timezone.now()))


def test_a_call_shows_the_number_and_what_to_say(desk):
    message = to_call()

    shown = page(desk)

    assert '<a class="call__number" href="tel:555-0142">555-0142</a>' in shown
    assert "your visit is booked." in shown
    assert "There is no e-mail address on record." in shown
    assert "https://clinic.example" not in shown
    assert str(message.patient) in shown


def test_a_call_about_a_visit_far_ahead_is_missed_in_time_to_be_noticed(desk, clock, tell):
    """A page of calls looks back no further than two months."""
    visit = confirmed("", start=MONDAY_TEN + 84 * DAY)
    replaced(visit)
    clock.shift(600)
    tell()
    before = on_the_list()

    clock.shift(59 * DAY.total_seconds())
    still = on_the_list()
    clock.shift(2 * DAY.total_seconds())

    late = calling.too_late(Message.objects.all(), timezone.now() - 2 * DAY, timezone.now())
    assert [call.patient for call in before] == [visit.patient]
    assert still == before
    assert list(late) == before
    assert on_the_list() == []


def test_who_was_called_is_off_the_list_until_that_is_undone(desk):
    message = to_call()

    called = desk.post(reverse("reminders:called", args=[message.pk]), {"next": CALLS}, follow=True)
    gone = not on_the_list()
    desk.post(reverse("reminders:not_called", args=[message.pk]))

    assert called.redirect_chain[0][0] == CALLS
    assert "Marked as called." in called.content.decode()
    assert reverse("reminders:not_called", args=[message.pk]) in called.content.decode()
    assert gone
    assert on_the_list() == [message]


def test_a_double_click_marks_a_call_once(desk):
    message = to_call()

    answers = [desk.post(reverse("reminders:called", args=[message.pk])).status_code for _ in range(2)]

    assert answers == [302, 409]


def test_what_is_too_late_to_say_is_not_on_the_list(desk, clock):
    to_call()

    clock.shift(4 * DAY)

    assert "Nobody is to be called." in page(desk)


@pytest.mark.parametrize("change", [{"revision": 1}, {"status": "cancelled"}, {"status": "arrived"}])
def test_what_is_no_longer_true_is_not_on_the_list(change):
    to_call()

    Appointment.objects.update(**change)

    assert on_the_list() == []


@pytest.mark.parametrize(
    ("kind", "status"), [(Kind.CANCELLED, "cancelled"), (Kind.NO_SHOW, "no_show"), (Kind.AFTERCARE, "completed")]
)
def test_each_kind_is_called_about_while_it_is_true(kind, status):
    visit = AppointmentFactory(status=status)

    message = to_call(visit=visit, kind=kind, give_up_at=timezone.now() + DAY)

    assert on_the_list() == [message]


def test_of_two_visits_one_that_still_stands_is_enough_for_a_call():
    moved, stands = AppointmentFactory(), AppointmentFactory()
    message = told(state="call", visits=[moved, stands])

    Appointment.objects.filter(pk=moved.pk).update(revision=1)

    assert on_the_list() == [message]


def test_the_most_pressing_call_stands_first(desk):
    later = to_call(give_up_at=timezone.now() + timedelta(days=2))
    sooner = to_call(give_up_at=timezone.now() + timedelta(days=1))

    shown = page(desk)

    assert shown.index(f"message-{sooner.pk}") < shown.index(f"message-{later.pk}")


def test_a_practitioner_sees_calls_and_marks_none(client):
    message = to_call()
    client.force_login(UserFactory(role="Practitioner"))

    shown = page(client)

    assert str(message.patient) in shown
    assert "Mark as called" not in shown


def test_a_hostile_name_is_only_text(desk):
    to_call(visit=AppointmentFactory(patient__email="", patient__given_name="<img src=x>", patient__phone="<b>5550100"))

    shown = page(desk)

    assert "<img src=x>" not in shown
    assert "<b>5550100" not in shown


@pytest.mark.parametrize("kind", [Kind.MOVED, Kind.REMINDER])
def test_the_dead_are_not_called(kind):
    message = to_call(kind=kind)

    Patient.objects.filter(pk=message.patient_id).update(deceased_on=timezone.localdate())

    assert on_the_list() == []


def test_whose_record_became_part_of_another_is_not_called():
    message = to_call()

    Patient.objects.filter(pk=message.patient_id).update(merged_into=PatientFactory())

    assert on_the_list() == []


@pytest.mark.parametrize(("kind", "called"), [(Kind.MOVED, True), (Kind.REMINDER, False)])
def test_who_wants_no_reminders_by_now_is_called_about_news_alone(kind, called):
    to_call(kind=kind)

    Patient.objects.update(wants_reminders=False)

    assert bool(on_the_list()) == called


@pytest.mark.parametrize(("refused", "called"), [(Kind.REMINDER, False), (Kind.AFTERCARE, True)])
def test_who_refuses_this_kind_by_now_is_not_called_about_it(refused, called):
    message = to_call(kind=Kind.REMINDER)

    OptOut.objects.create(patient=message.patient, kind=refused)

    assert bool(on_the_list()) == called


def not_sent(client):
    return client.get(reverse("reminders:messages") + "?show=dropped").content.decode()


@pytest.mark.parametrize(("kind", "status"), [(Kind.REMINDER, "no_show"), (Kind.CANCELLED, "cancelled")])
def test_a_call_that_nobody_made_is_among_what_was_not_sent(desk, clock, kind, status):
    message = to_call(kind=kind)
    Appointment.objects.update(status=status)
    before = not_sent(desk)

    clock.shift(4 * DAY)
    after, alone = not_sent(desk), desk.get(message.get_absolute_url()).content.decode()

    assert f"message-{message.pk}" not in before
    assert f"message-{message.pk}" in after
    assert "Nobody called in time" in after
    assert "Nobody called in time" in alone


def test_a_call_that_was_made_or_was_no_longer_true_is_not_missed(desk, clock):
    calling.mark_called(message=to_call(), by=UserFactory())
    to_call(visit=AppointmentFactory(status="cancelled"))
    to_call(visit=AppointmentFactory(patient__deceased_on=timezone.localdate()))
    Appointment.objects.filter(pk=to_call().notices.get().visit_id).update(revision=1)

    clock.shift(4 * DAY)

    assert "Nobody called in time" not in not_sent(desk)


def test_a_call_that_nobody_made_is_shown_for_a_fortnight(desk, clock):
    message = to_call(created_at=timezone.now() - 30 * DAY, give_up_at=timezone.now())
    shown = []

    for days in (13, 1):
        clock.shift(days * DAY)
        shown.append(f"message-{message.pk}" in not_sent(desk))

    assert shown == [True, False]


def test_a_rule_that_is_switched_off_calls_nobody_and_has_missed_nobody(desk, clock):
    to_call()
    Rule.objects.update(active=False)
    listed = on_the_list()

    clock.shift(4 * DAY)

    assert listed == []
    assert "Nobody called in time" not in not_sent(desk)


def test_nobody_is_called_in_the_rules_quiet_hours_on_the_clock_of_the_visits_place(clock):
    east = to_call()
    west = to_call(visit=at_place("America/Los_Angeles"))
    shown = []

    for until in ("20:59", "21:30", "00:30", "08:30", "11:30"):  # in New York; three hours less in Los Angeles
        hour, minute = map(int, until.split(":"))
        day = 10 if hour > 19 else 11
        clock.move_to(datetime(2030, 5, day, hour, minute, tzinfo=ZoneInfo("America/New_York")))
        shown.append(set(on_the_list()))

    assert shown == [{east, west}, {west}, set(), {east}, {east, west}]


def at_place(zone):
    place = LocationFactory(name="Coast", zone_name=zone)
    return AppointmentFactory(patient__email="", table=TableFactory(location=place))


def test_news_without_quiet_hours_is_called_about_at_any_hour(clock):
    message = to_call(kind=Kind.MOVED)

    clock.move_to(datetime(2030, 5, 10, 23, tzinfo=ZoneInfo("America/New_York")))

    assert on_the_list() == [message]


def test_quiet_hours_that_were_taken_off_keep_nobody_waiting(clock):
    message = to_call(next_attempt_at=timezone.now() + timedelta(hours=20))
    clock.move_to(datetime(2030, 5, 10, 23, tzinfo=ZoneInfo("America/New_York")))
    quiet = on_the_list()

    Rule.objects.update(quiet_from=None, quiet_until=None)

    assert quiet == []
    assert on_the_list() == [message]


def test_a_call_about_a_visit_as_far_ahead_as_any_rule_looks_is_on_the_list_to_the_end(clock):
    message = to_call(give_up_at=timezone.now() + timedelta(days=59))

    clock.shift(58 * DAY)

    assert on_the_list() == [message]


def test_calls_that_nobody_marked_long_ago_are_not_looked_through():
    to_call(created_at=timezone.now() - timedelta(days=61), give_up_at=timezone.now() + DAY)

    assert on_the_list() == []


def test_a_call_is_said_in_two_lines_and_leads_to_patient_and_visit(desk):
    message = to_call()
    visit = message.notices.get().visit

    shown = page(desk)

    assert f'href="{message.patient.get_absolute_url()}"' in shown
    assert f'href="{visit.get_absolute_url()}"' in shown
    assert "<b>Mon 13 May, 10:00</b>" in shown
    assert f"with {visit.practitioner.name}, {visit.location.name}" in shown
    assert "We expect you. Will you come?" in shown


def test_who_says_yes_on_the_telephone_is_confirmed_from_the_list(desk):
    visit = to_call().notices.get().visit
    confirm = reverse("scheduling:confirm", args=[visit.pk])
    before = page(desk)

    answer = desk.post(confirm, {"next": CALLS})

    visit.refresh_from_db()
    assert f'action="{confirm}"' in before
    assert reverse("scheduling:move", args=[visit.pk]) in before
    assert answer["Location"] == CALLS
    assert visit.status == "confirmed"
    assert confirm not in page(desk)


def test_a_cancelled_visit_is_neither_confirmed_nor_moved_from_the_list(desk):
    visit = AppointmentFactory(status="cancelled", patient__email="")
    to_call(visit=visit, kind=Kind.CANCELLED, give_up_at=timezone.now() + DAY)

    shown = page(desk)

    assert "Visit cancelled: <b>Your visit on Monday, May 13 at 10:00 AM</b>" in shown
    assert "It is cancelled: nobody needs to come." in shown
    assert reverse("scheduling:confirm", args=[visit.pk]) not in shown
    assert reverse("scheduling:move", args=[visit.pk]) not in shown


def test_a_row_bears_one_clock_that_of_the_visits_place(desk):
    visit = at_place("America/Los_Angeles")
    message = to_call(visit=visit, give_up_at=visit.starts_at)
    moment = visit.starts_at.astimezone(ZoneInfo("America/Los_Angeles"))

    shown, alone = page(desk), desk.get(message.get_absolute_url()).content.decode()

    assert f"Until Mon 13 May {moment:%H:%M}." in shown
    assert f"<b>Mon 13 May, {moment:%H:%M}</b>" in shown
    assert f"<dt>Written</dt><dd>Fri 10 May, {FRIDAY_NOON.astimezone(ZoneInfo('America/Los_Angeles')):%H:%M}" in alone


def test_three_calls_cost_as_much_as_one(desk):
    counts = []

    for more in (1, 2):
        for _ in range(more):
            to_call()
        with CaptureQueriesContext(connection) as queries:
            page(desk)
        counts.append(len(queries))

    assert counts[0] == counts[1]
