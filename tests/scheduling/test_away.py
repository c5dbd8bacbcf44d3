"""Time off and closures: accepted whatever is booked, listed, called off; and the page that empties them."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.models import TimeOff
from scheduling import booking, leaving
from scheduling.errors import OutOfHours
from scheduling.models import Appointment, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    DeviceFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

NOW = MONDAY_TEN - timedelta(days=3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY, TUESDAY = (datetime(2030, 5, day, 4, tzinfo=UTC) for day in (13, 14))  # midnight in New York
HANDS_ON = [("Treatment", 60, True, False)]
AWAY = "/schedule/away/"
HOSTILE = "<script>alert(1)</script> 🙃 \u202eabc"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_friday")]


@pytest.fixture
def by():
    return UserFactory()


def wish(who, **changes):
    return {"who": who, "day": "2030-05-13", "until_day": "2030-05-13", "at": "", "until": "", "reason": ""} | changes


def person(kim):
    return f"r{kim.pk}"


# The verbs


def test_time_off_is_accepted_whatever_is_booked(kim, by):
    visit = AppointmentFactory(practitioner=kim)

    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, reason="Course", by=by)

    visit.refresh_from_db()
    assert list(leaving.visits_in(off, timezone.now())) == [visit]
    assert visit.status == Status.BOOKED


def test_nobody_is_booked_into_time_off(kim, by):
    TableFactory()
    leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)

    with pytest.raises(OutOfHours, match="Kim is away"):
        booking.book(
            patient=PatientFactory(), service=ServiceFactory(by=[kim]), practitioner=kim, starts_at=MONDAY_TEN, by=by
        )


def test_the_same_sent_twice_is_one(kim, by):
    once, twice = (leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by) for _ in range(2))

    assert once == twice


@pytest.mark.parametrize(("end", "sentence"), [(MONDAY, "ends before it starts"), (MONDAY + 367 * DAY, "a year")])
def test_an_impossible_span_is_refused(kim, by, end, sentence):
    with pytest.raises(ClinicError, match=sentence) as refused:
        leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=end, by=by)

    assert refused.value.field == "until_day"
    assert not TimeOff.objects.exists()


def test_it_hits_the_coming_visits_of_a_person_a_table_a_unit_or_a_place(kim, by):
    unit = DeviceFactory()
    stages = [("Treatment", 60, True, True)]
    visit = AppointmentFactory(practitioner=kim, device=unit, service=ServiceFactory(by=[kim], stages=stages))
    AppointmentFactory(practitioner=kim, start=MONDAY_TEN + 5 * HOUR, status=Status.CANCELLED)
    AppointmentFactory(start=MONDAY_TEN + 7 * DAY)
    whose = [{"resource": one} for one in (kim, visit.table, unit)] + [{"location": visit.location}]

    hit = [
        list(leaving.visits_in(leaving.take_off(starts_at=MONDAY, ends_at=TUESDAY, by=by, **one), timezone.now()))
        for one in whose
    ]

    assert hit == [[visit]] * 4


def test_called_off_time_off_comes_back_once_with_undo(kim, by):
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, reason="Course", by=by)

    key = leaving.come_back(time_off=off, by=by)
    gone = TimeOff.objects.count()
    for _ in range(2):
        leaving.take_off_again(context=key, by=by)

    assert gone == 0
    assert list(TimeOff.objects.values_list("pk", "resource", "reason")) == [(off.pk, kim.pk, "Course")]


def test_the_list_counts_the_visits_of_each_in_one_query(kim, by, cost):
    visit = AppointmentFactory(practitioner=kim)
    for whose in ({"resource": kim}, {"resource": visit.table}, {"location": visit.location}):
        leaving.take_off(starts_at=MONDAY, ends_at=TUESDAY, by=by, **whose)
    leaving.take_off(resource=kim, starts_at=MONDAY + 9 * DAY, ends_at=MONDAY + 10 * DAY, by=by)
    leaving.take_off(resource=kim, starts_at=NOW - 9 * DAY, ends_at=NOW - 8 * DAY, by=by)

    listed = [(one.kind, one.hits) for one in leaving.coming(timezone.now())]

    assert listed == [("Closed", 1), ("People", 1), ("People", 0), ("Tables", 1)]
    assert cost(lambda: list(leaving.coming(timezone.now()))) == 1


# The pages


@pytest.mark.parametrize("name", ["away", "away_visits", "away_delete", "away_undo"])
def test_nobody_gets_to_time_off_without_login_and_permission(client, kim, by, name):
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)
    args = {"away": [], "away_undo": [uuid4()]}.get(name, [off.pk])
    address = reverse(f"scheduling:{name}", args=args)

    assert client.post(address).status_code == 302
    client.force_login(UserFactory())
    assert client.post(address).status_code == 403
    assert TimeOff.objects.count() == 1


def test_a_practitioner_makes_no_time_off(client, kim):
    client.force_login(kim.user)

    assert client.post(AWAY, wish(person(kim))).status_code == 403


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("pk", [0, 4711, 10**30])
@pytest.mark.parametrize("name", ["away_visits", "away_delete"])
def test_unknown_time_off_is_not_found(client, name, pk):
    assert client.post(reverse(f"scheduling:{name}", args=[pk])).status_code == 404


@pytest.mark.usefixtures("sam")
def test_an_empty_list_says_so(client):
    assert "Nobody is away" in client.get(AWAY).content.decode()


@pytest.mark.usefixtures("sam")
def test_whole_days_are_off_without_times(client, kim):
    answer = client.post(AWAY, wish(person(kim), until_day="2030-05-14", reason="Course"), follow=True)

    [off] = TimeOff.objects.all()
    assert (off.span.lower, off.span.upper, off.reason) == (MONDAY, TUESDAY + DAY, "Course")
    assert "Kim is away: Mon 13 May to Tue 14 May. No visits are booked then." in answer.content.decode()


@pytest.mark.usefixtures("sam")
def test_times_are_meant_in_the_zone_of_the_place(client):
    denver = LocationFactory(name="Denver", zone_name="America/Denver")
    table = TableFactory(name="D1", location=denver)

    client.post(AWAY, wish(person(table), at="9", until="17:30"))

    span = TimeOff.objects.get().span
    assert (span.lower.hour, span.upper.hour, span.upper.minute) == (15, 23, 30)
    assert "Mon 13 May, 09:00 to 17:30" in client.get(AWAY).content.decode()


@pytest.mark.usefixtures("sam")
def test_a_location_can_be_closed(client):
    place = LocationFactory()

    client.post(AWAY, wish(f"l{place.pk}"))

    assert TimeOff.objects.get().location == place


@pytest.mark.usefixtures("sam")
def test_a_double_click_is_one(client, kim):
    for _ in range(2):
        assert client.post(AWAY, wish(person(kim))).status_code == 302

    assert TimeOff.objects.count() == 1


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"who": ""}, "Choose from the list"),
        ({"who": "r4711"}, "Choose from the list"),
        ({"who": "x" * 5000}, "Choose from the list"),
        ({"day": ""}, "Choose a day."),
        ({"until_day": "31.12."}, "Write the day as 2031-05-14."),
        ({"until_day": "9999-12-31"}, "within the next two years"),
        ({"until_day": "2030-05-12"}, "The time off ends before it starts."),
        ({"at": "12", "until": "12"}, "The time off ends before it starts."),
        ({"day": "2030-05-11", "until_day": "2031-05-14"}, "Time off lasts a year at most."),
        ({"at": "later"}, "Write a time of day"),
        ({"day": "2031-03-09", "until_day": "2031-03-09", "at": "2:30"}, "02:30 does not exist that day"),
        ({"reason": "x" * 201}, "at most 200 letters. This one has 201."),
    ],
)
def test_what_cannot_be_is_told_and_typing_is_kept(client, kim, changes, sentence):
    answer = client.post(AWAY, wish(person(kim), reason="My words") | changes)

    page = answer.content.decode()
    assert sentence in page
    assert "My words" in page or "reason" in changes
    assert not TimeOff.objects.exists()


@pytest.mark.usefixtures("sam")
def test_hostile_text_is_only_text(client, kim):
    client.post(AWAY, wish(person(kim), reason=HOSTILE))

    page = client.get(AWAY).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("sam")
def test_time_off_with_visits_leads_to_them_and_moves_them(client, kim):
    table = TableFactory()
    visits = [
        AppointmentFactory(
            practitioner=kim,
            table=table,
            service=ServiceFactory(by=[kim], stages=HANDS_ON),
            start=MONDAY_TEN + number * HOUR,
        )
        for number in range(3)
    ]

    page = client.post(AWAY, wish(person(kim)), follow=True)
    address, rows = page.redirect_chain[-1][0], page.context["rows"]
    filled = {"move": [row["visit"].pk for row in rows]}
    for row in rows:
        filled |= {f"to-{row['visit'].pk}": row["times"][0].key, f"seen-{row['visit'].pk}": 0}
    done = client.post(address, filled, follow=True).content.decode()

    assert "3 visits are booked then." in page.content.decode()
    assert "3 visits are moved." in done
    assert "No visits are booked then." in done
    moved = Appointment.objects.filter(pk__in=[one.pk for one in visits]).order_by("pk")
    assert [one.starts_at - MONDAY_TEN for one in moved] == [7 * DAY, 7 * DAY + HOUR, 7 * DAY + 2 * HOUR]


@pytest.mark.usefixtures("sam")
def test_a_visit_that_was_put_there_on_purpose_is_not_ticked(client, kim, by):
    AppointmentFactory(practitioner=kim, override_reason="Comes from far away")
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)

    page = client.get(reverse("scheduling:away_visits", args=[off.pk]))

    assert "Booked all the same: Comes from far away" in page.content.decode()
    assert [row["ticked"] for row in page.context["rows"]] == [False]


@pytest.mark.usefixtures("sam")
def test_a_visit_of_somebody_else_is_not_moved_from_there(client, kim, by):
    other = AppointmentFactory(start=MONDAY_TEN + 9 * DAY)
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)

    answer = client.post(reverse("scheduling:away_visits", args=[off.pk]), {"move": [other.pk]})

    assert answer.status_code == 409
    assert "does not have to be moved any more" in answer.content.decode()


@pytest.mark.usefixtures("sam")
def test_time_off_is_called_off_and_comes_back(client, kim, by):
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)

    page = client.post(reverse("scheduling:away_delete", args=[off.pk]), follow=True).content.decode()
    gone = TimeOff.objects.count()
    event = TimeOff.pgh_event_model.objects.get(pgh_label="delete")
    client.post(reverse("scheduling:away_undo", args=[event.pgh_context_id]))

    assert "Called off: Kim is away: Mon 13 May." in page
    assert (gone, TimeOff.objects.count()) == (0, 1)


@pytest.mark.usefixtures("sam")
def test_opening_a_link_changes_nothing(client, kim, by):
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)

    assert client.get(reverse("scheduling:away_delete", args=[off.pk])).status_code == 405
    assert client.get(reverse("scheduling:away_undo", args=[uuid4()])).status_code == 405


@pytest.mark.usefixtures("sam")
def test_both_pages_cost_the_same_with_one_and_three_rows(client, kim, by, cost):
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    table = TableFactory()
    AppointmentFactory(practitioner=kim, table=table, service=service)
    off = leaving.take_off(resource=kim, starts_at=MONDAY, ends_at=TUESDAY, by=by)
    visits = reverse("scheduling:away_visits", args=[off.pk])
    client.get(AWAY)
    one = [cost(lambda page=page: client.get(page)) for page in (AWAY, visits)]
    for number in (1, 2):
        AppointmentFactory(practitioner=kim, table=table, service=service, start=MONDAY_TEN + number * HOUR)
        leaving.take_off(resource=PractitionerFactory(), starts_at=MONDAY, ends_at=TUESDAY, by=by)

    assert [cost(lambda page=page: client.get(page)) for page in (AWAY, visits)] == one
