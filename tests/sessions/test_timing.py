"""The clock of a session: stamps, corrections, and what the database refuses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.http import QueryDict
from django.utils import timezone

from clinic.errors import ClinicError
from sessions import needles, timing
from sessions.charge import NotInCharge
from sessions.forms import TimesForm
from sessions.models import SessionPlan
from tests.factories import DeviceFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """A session with a circuit of twenty minutes, the needles in."""
    plan = making.a_plan("li4 li11", device=DeviceFactory())
    return making.begin(making.circuit(plan, "LI4-left", "LI11-left", minutes=20))


def now(plan):
    return SessionPlan.objects.get(pk=plan.pk)


def test_the_current_goes_on_and_off_with_one_tap_each(plan):
    timing.current_on(plan=plan, by=by(plan))
    assert needles.current_until(now(plan)) == now(plan).current_on_at + timedelta(minutes=20)

    timing.current_off(plan=plan, by=by(plan))

    assert now(plan).current_off_at >= now(plan).current_on_at
    assert needles.current_until(now(plan)) is None


def test_the_first_press_counts(plan):
    timing.current_on(plan=plan, by=by(plan))
    began = now(plan).current_on_at

    timing.current_on(plan=plan, by=by(plan))

    assert now(plan).current_on_at == began


def test_a_stamp_stops_nobody_who_is_writing(plan):
    version = now(plan).version

    timing.current_on(plan=plan, by=by(plan))

    assert now(plan).version == version


def test_a_plan_without_a_circuit_has_no_current():
    plan = making.begun("li4")

    with pytest.raises(ClinicError, match="No circuit is in this plan"):
        timing.current_on(plan=plan, by=by(plan))


def test_somebody_else_does_not_stop_the_current_in_the_chart_before_taking_over(plan):
    timing.current_on(plan=plan, by=by(plan))

    with pytest.raises(NotInCharge, match=r"Kim answers for this session\. Take over first\."):
        timing.current_off(plan=plan, by=UserFactory(role="Practitioner"))

    assert now(plan).current_off_at is None


def test_needles_that_come_out_end_the_current(plan):
    timing.current_on(plan=plan, by=by(plan))

    timing.take_out(plan=plan, by=by(plan))

    assert now(plan).current_off_at == now(plan).needles_out_at
    assert now(plan).needles_out_by == by(plan)


def test_needles_put_back_have_their_current_back(plan):
    timing.current_on(plan=plan, by=by(plan))
    timing.take_out(plan=plan, by=by(plan))

    timing.put_back(plan=plan, by=by(plan))

    assert (now(plan).needles_out_at, now(plan).needles_out_by, now(plan).current_off_at) == (None, None, None)


def test_a_current_that_did_not_go_off_after_all_is_on_again(plan):
    timing.current_on(plan=plan, by=by(plan))
    timing.current_off(plan=plan, by=by(plan))

    timing.current_back(plan=plan, by=by(plan))

    assert needles.current_until(now(plan))


def test_a_count_that_comes_out_ends_the_current_too(plan):
    timing.current_on(plan=plan, by=by(plan))

    making.chart(plan)

    assert now(plan).current_off_at == now(plan).needles_out_at
    assert now(plan).needles_out_by == by(plan)


@pytest.mark.parametrize(
    ("times", "field", "sentence"),
    [
        ({"current_on_at": -30}, "current_on_at", "The current goes on after the needles went in."),
        ({"current_off_at": 5}, "current_off_at", "The current goes off after it went on."),
        ({"current_on_at": 5, "current_off_at": 4}, "current_off_at", "The current goes off after it went on."),
        ({"needles_out_at": -5}, "needles_out_at", "Needles come out after they went in."),
        (
            {"current_on_at": 1, "current_off_at": 9, "needles_out_at": 8},
            "current_off_at",
            "The current goes off before the needles come out.",
        ),
        ({"needles_out_at": 24 * 60}, "needles_out_at", "That time is still to come. Check the hour."),
    ],
)
def test_times_out_of_order_are_refused_at_their_field(plan, times, field, sentence):
    began = timezone.now() - timedelta(minutes=20)
    moments = {name: began + timedelta(minutes=minutes) for name, minutes in times.items()}

    with pytest.raises(ClinicError, match=sentence) as refused:
        timing.set_times(plan=plan, fields={"needles_in_at": began} | moments, by=by(plan))

    assert refused.value.field == field
    assert now(plan).needles_in_at == plan.needles_in_at


def test_an_unknown_time_is_a_mistake_of_the_caller(plan):
    with pytest.raises(ValueError, match="signed_at"):
        timing.set_times(plan=plan, fields={"signed_at": timezone.now()}, by=by(plan))


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (
            "UPDATE clinic_sessions_sessionplan SET current_on_at = now(), current_off_at = now() - interval '1 min'",
            "current_goes_off_after_it_goes_on",
        ),
        ("UPDATE clinic_sessions_sessionplan SET current_off_at = now()", "current_goes_off_after_it_goes_on"),
    ],
)
def test_the_database_refuses_a_current_that_goes_off_before_it_goes_on(plan, sql, rule):
    with pytest.raises(IntegrityError, match=rule), connection.cursor() as cursor:
        cursor.execute(sql)


# The form


def form(plan, **typed):
    """What a page sends that was drawn of `plan`."""
    data = QueryDict(mutable=True)
    data.update(dict(TimesForm(plan=plan).seen()) | typed)
    return TimesForm(data, plan=plan)


def clock(plan, moment):
    return f"{moment.astimezone(plan.appointment.zone):%H:%M}"


def test_a_time_that_the_clocks_skipped_is_told():
    plan = making.begun("li4", start=datetime(2025, 3, 9, 14, 0, tzinfo=UTC))  # New York: 2:00 became 3:00 that night
    form_of = form(plan, needles_in_at="02:30")

    assert form_of.save(plan=plan, version=plan.version, by=by(plan)) is None
    assert form_of.errors["needles_in_at"] == ["The clocks went forward and skipped that time. Write another one."]


def test_a_time_that_somebody_stamped_meanwhile_is_not_wiped_by_an_old_page(plan):
    timing.take_out(plan=plan, by=by(plan))
    old = form(plan, needles_out_at="")

    old.save(plan=plan, version=plan.version, by=by(plan))

    assert now(plan).needles_out_at


@pytest.fixture
def yesterday():
    """The needles went in forty seconds after a full minute, at noon."""
    noon = (timezone.now() - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    plan = making.begun("li4", start=noon)
    SessionPlan.objects.filter(pk=plan.pk).update(needles_in_at=noon + timedelta(seconds=40))
    return now(plan)


def test_a_time_that_two_people_write_is_decided_by_the_second(yesterday):
    plan, roy = yesterday, UserFactory(first_name="Roy")
    late = plan.needles_in_at + timedelta(minutes=5)
    typed = form(plan, needles_in_at=clock(plan, late + timedelta(minutes=5)))
    seen = {"needles_in_at": plan.needles_in_at}
    timing.set_times(plan=plan, fields={"needles_in_at": late}, seen=seen, by=roy)

    assert typed.save(plan=plan, version=plan.version, by=by(plan)) is None

    assert typed.errors == {"needles_in_at": ["Roy changed Needles in meanwhile. Choose one."]}
    assert typed.unsaved() == {"needles_in_at"}
    assert now(plan).needles_in_at == late


def test_a_stamp_is_put_right_by_whoever_saw_its_minute(yesterday):
    plan, earlier = yesterday, yesterday.appointment.starts_at - timedelta(minutes=9)

    form(plan, needles_in_at=clock(plan, earlier)).save(plan=plan, version=plan.version, by=by(plan))

    assert now(plan).needles_in_at == earlier


def test_a_time_typed_in_the_minute_of_the_one_before_is_that_moment(yesterday):
    plan, began = yesterday, yesterday.needles_in_at

    form(plan, current_on_at=clock(plan, began)).save(plan=plan, version=plan.version, by=by(plan))

    assert now(plan).current_on_at == began


def test_with_one_time_that_is_wrong_none_is_kept(plan):
    typed = form(plan, needles_in_at=clock(plan, timezone.now() - timedelta(minutes=5)), current_on_at="25:99")

    assert typed.save(plan=plan, version=plan.version, by=by(plan)) is None

    assert {"needles_in_at", "current_on_at"} <= typed.unsaved()
    assert now(plan).needles_in_at == plan.needles_in_at


def test_a_plan_without_current_has_no_boxes_for_it():
    plan = making.begun("li4")

    assert list(TimesForm(plan=plan, has_current=False).fields) == ["needles_in_at", "needles_out_at"]
