"""Visits of one repetition: how they follow one another, and letting the rest go together."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest

from scheduling.errors import Moved
from scheduling.models import Appointment, Occupancy, Status
from scheduling.series import cancel_series, rhythm, series_of
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, PractitionerFactory, UserFactory

DAY = date(2030, 5, 13)
WEEK = timedelta(weeks=1)


@pytest.mark.parametrize(
    ("weeks", "said"),
    [
        ([0, 1, 2], "every week"),
        ([0, 2, 4], "every 2 weeks"),
        ([0, 1, 2, 5], "every week"),
        ([0], ""),
        ([0, 0.5, 1], ""),
        ([0, 0], ""),
    ],
)
def test_a_rhythm_is_what_most_of_the_gaps_are(weeks, said):
    assert rhythm([DAY + timedelta(days=int(7 * number)) for number in weeks]) == said


@pytest.fixture
def visits(db):
    same = {"patient": PatientFactory(), "practitioner": PractitionerFactory(), "series": uuid4()}
    return [AppointmentFactory(start=MONDAY_TEN + number * WEEK, **same) for number in range(4)]


def test_a_visit_booked_alone_has_no_series(db):
    assert series_of(AppointmentFactory()) is None


def test_a_series_knows_the_place_of_a_visit_and_what_comes_after_it(visits):
    visits[3].status = Status.CANCELLED
    visits[3].save()

    series = series_of(visits[1])

    assert (series.place, len(series.visits), series.later) == (2, 4, [visits[2]])


def test_cancelling_lets_this_and_the_coming_ones_go(visits):
    by = UserFactory()

    gone = cancel_series(visit=visits[2], reason="Moves away", by=by)

    assert gone == visits[2:]
    assert list(Appointment.objects.coming()) == visits[:2]
    assert {(one.status_by, one.cancel_reason) for one in gone} == {(by, "Moves away")}
    assert not Occupancy.objects.filter(appointment__in=gone).exists()


def test_a_visit_booked_alone_takes_no_others_with_it(visits):
    alone = [AppointmentFactory(start=MONDAY_TEN + number * WEEK) for number in range(2)]

    with pytest.raises(Moved, match=r"not one of a repetition\. Nothing was cancelled\."):
        cancel_series(visit=alone[0], reason="", by=UserFactory())

    assert Appointment.objects.coming().count() == 6


def test_one_that_was_moved_before_this_one_meanwhile_stays(visits):
    seen = Appointment.objects.get(pk=visits[1].pk)
    earlier = (MONDAY_TEN - WEEK, MONDAY_TEN - WEEK + timedelta(hours=1))
    Appointment.objects.filter(pk=visits[2].pk).update(span=earlier)

    gone = cancel_series(visit=seen, reason="", by=UserFactory())

    assert gone == [visits[1], visits[3]]


def test_what_was_cancelled_before_keeps_its_reason(visits):
    cancel_series(visit=visits[3], reason="Holiday", by=UserFactory())

    cancel_series(visit=visits[0], reason="Moves away", by=UserFactory())

    visits[3].refresh_from_db()
    assert visits[3].cancel_reason == "Holiday"


def test_if_this_one_is_over_none_is_cancelled(visits):
    Appointment.objects.filter(pk=visits[0].pk).update(status=Status.COMPLETED)

    with pytest.raises(Moved):
        cancel_series(visit=visits[0], reason="", by=UserFactory())

    assert Appointment.objects.coming().count() == 3


def cancelled(client, visit):
    """The address that takes the cancellation of a series back, as the toast has it."""
    client.post(f"/schedule/{visit.pk}/cancel-series/", {"reason": "Moves away"})
    return re.search(
        r"/schedule/\d+/uncancel-series/[0-9a-f-]+/", client.get(visit.get_absolute_url()).content.decode()
    )[0]


@pytest.fixture
def desk(client, db):
    desk = UserFactory(role="Front desk")
    client.force_login(desk)
    return desk


def test_a_cancelled_series_comes_back_as_a_whole_with_undo_and_twice_is_no_mistake(client, desk, visits):
    cancel_series(visit=visits[3], reason="Holiday", by=UserFactory())
    claims = sorted(Occupancy.objects.values_list("resource", "span"))
    undo = cancelled(client, visits[1])

    answers = [client.post(undo).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert list(Appointment.objects.coming()) == visits[:3]
    assert sorted(Occupancy.objects.values_list("resource", "span")) == claims


def test_if_one_time_is_taken_by_now_none_of_a_cancelled_series_comes_back(client, desk, visits):
    undo = cancelled(client, visits[1])
    AppointmentFactory(start=visits[2].starts_at, practitioner=visits[2].practitioner)

    answer = client.post(undo)

    assert answer.status_code == 409
    assert "Mon 27 May: " in answer.content.decode()
    assert "Nothing was undone." in answer.content.decode()
    assert Appointment.objects.filter(series=visits[0].series).coming().count() == 1


def test_an_unknown_cancellation_brings_nobody_back_and_a_practitioner_may_not(client, desk, visits):
    undo = cancelled(client, visits[1])
    unknown = client.post(f"/schedule/{visits[1].pk}/uncancel-series/{uuid4()}/")
    client.force_login(UserFactory())

    refused = client.post(undo)

    assert (unknown.status_code, refused.status_code) == (404, 403)
    assert Appointment.objects.coming().count() == 1
