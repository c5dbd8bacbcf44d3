"""The calendar: what it draws, who may see it, what an unchanged one costs, and where a visit may be dropped."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse

from clinic.models import Location, TimeOff, WorkingHours
from scheduling import attending, booking
from scheduling.calendar import glow
from scheduling.calendar.drawing import gaps
from scheduling.calendar.shown import By, Shown, Span
from scheduling.hours import Hours
from scheduling.models import Appointment, Block, Occupancy, Status
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

NEW_YORK = ZoneInfo("America/New_York")
NOW = MONDAY_TEN - timedelta(days=3)
PAGE = "/schedule/calendar/"
DAY = "2030-05-13"
HOSTILE = "<script>alert(1)</script> 🙃 \u202eabc"
GARBAGE = [
    "day=9999-12-31",
    "day=0001-01-01",
    "day=tomorrow",
    "location=99999999999999999",
    "location=x&column=-1&practitioner=x&service=1e9&status=asleep&by=moon&span=year&colour=red",
    f"practitioner={'9' * 400}",
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_friday")]


@pytest.fixture
def ana(kim):
    """Ana's visit with Kim at ten."""
    return AppointmentFactory(practitioner=kim, patient=PatientFactory(family_name="Ortiz"))


def page(client, **query):
    return client.get(PAGE, {"day": DAY, **query})


def data(answer):
    """What the page carries for the script."""
    return answer.context["page"].data


def fed(client, version=None, **query):
    query = {"day": DAY, "location": Location.objects.get(name="Riverside").pk, **query}
    headers = {"If-None-Match": version} if version else {}
    return client.get(f"{PAGE}feed/?{urlencode(query)}", headers=headers)


def drop(client, visit, at="2030-05-13T11:00", **values):
    url = reverse("scheduling:calendar_drop", args=[visit.pk])
    return client.post(url, {"at": at, "revision": visit.revision, **values})


def stretch(client, visit, at):
    url = reverse("scheduling:calendar_stretch", args=[visit.pk])
    return client.post(url, {"at": at, "revision": visit.revision})


def clinic_day(visits):
    """That many visits of different people, with blocks and time off beside them."""
    for hour in range(visits):
        start = MONDAY_TEN + timedelta(hours=hour)
        visit = AppointmentFactory(start=start)
        other = PractitionerFactory()
        Block.objects.create(
            resource=other, location=visit.table.location, span=(start, start + timedelta(hours=1)), title="Meeting"
        )
        TimeOff.objects.create(resource=other, span=(start + timedelta(hours=2), start + timedelta(hours=3)))


# what it shows


def test_times_are_the_wall_clock_of_the_location(client, sam, ana):
    [visit] = data(page(client))["visits"]

    assert (visit["starts"], visit["ends"]) == ("2030-05-13T10:00", "2030-05-13T11:00")
    assert data(page(client))["offset"] == "-04:00"


def test_a_visit_bears_its_stages_and_nothing_clinical(client, sam, ana):
    shown = data(page(client))

    [visit] = shown["visits"]
    assert [stage["name"] for stage in shown["stages"][visit["stages"]]] == ["Needling", "Rest", "Removal"]
    assert set(visit) == {
        *("id", "family", "given", "service", "practitioner", "table", "device"),
        *("starts", "ends", "status", "revision", "stages", "turnover", "buffer", "note"),
    }


def test_each_view_has_its_own_columns(client, sam, ana):
    unit = DeviceFactory(name="E-stim 7", out_of_service="Broken dial")

    assert [one["name"] for one in data(page(client))["columns"]] == ["Kim"]
    assert [one["name"] for one in data(page(client, by="table"))["columns"]] == [ana.table.name]
    [column] = data(page(client, by="device"))["columns"]
    assert (column["name"], column["note"]) == (unit.name, "Out of service: Broken dial")


def test_who_does_not_work_that_day_has_no_column_unless_booked(client, sam, ana):
    PractitionerFactory(name="Roy", hours=False)
    away = PractitionerFactory(name="Lee", hours=False)
    AppointmentFactory(practitioner=away, start=MONDAY_TEN)

    assert [one["name"] for one in data(page(client))["columns"]] == ["Kim", "Lee"]


def test_alternate_weeks_show_only_in_theirs(client, sam):
    roy = PractitionerFactory(name="Roy", hours=False)
    WorkingHours.objects.create(
        practitioner=roy, location=LocationFactory(), weekday=0, weeks=1, starts=time(9), ends=time(12), valid_from=NOW
    )

    shown = [bool(data(page(client, day=day))["columns"]) for day in (DAY, "2030-05-20")]

    assert sorted(shown) == [False, True]


def test_cancelled_visits_show_only_to_whoever_asks(client, sam, ana):
    AppointmentFactory(status=Status.CANCELLED, start=MONDAY_TEN + timedelta(hours=4))

    assert len(data(page(client))["visits"]) == 1
    assert [one["status"] for one in data(page(client, status="cancelled"))["visits"]] == ["cancelled"]


def test_filters_leave_out_and_stay_in_the_address(client, sam, ana):
    other = AppointmentFactory(start=MONDAY_TEN)

    answer = page(client, service=ana.service_id)

    assert [one["id"] for one in data(answer)["visits"]] == [ana.pk]
    assert f"service={ana.service_id}" in answer.context["page"].following
    [visit] = data(page(client, practitioner=other.practitioner_id))["visits"]
    assert visit["id"] == other.pk


def test_another_location_shows_its_own_and_is_remembered(client, sam, ana):
    lake = LocationFactory(name="Lakeside", zone_name="America/Denver")
    there = AppointmentFactory(table=TableFactory(location=lake), start=MONDAY_TEN)

    [visit] = data(page(client, location=lake.pk))["visits"]

    assert (visit["id"], visit["starts"]) == (there.pk, "2030-05-13T08:00")
    assert page(client).context["page"].shown.location == lake.pk


def test_blocks_time_off_closures_and_hours_are_behind_the_visits(client, sam, ana, kim):
    place, noon = ana.table.location, MONDAY_TEN + timedelta(hours=2)
    Block.objects.create(resource=kim, location=place, span=(noon, noon + timedelta(hours=1)), title="Team meeting")
    TimeOff.objects.create(resource=kim, span=(noon + timedelta(hours=2), noon + timedelta(hours=3)), reason="Dentist")
    TimeOff.objects.create(location=place, span=(noon + timedelta(hours=5), noon + timedelta(hours=6)))

    shown = data(page(client))

    assert [(one["title"], one["starts"]) for one in shown["blocks"]] == [("Team meeting", "2030-05-13T12:00")]
    assert {(one["why"], one["starts"][11:], one["ends"][11:]) for one in shown["shade"]} == {
        ("off", "00:00", "07:00"),
        ("off", "21:00", "00:00"),
        ("away", "14:00", "15:00"),
        ("closed", "17:00", "18:00"),
    }
    assert "Dentist" not in json.dumps(shown)


def test_a_block_in_the_list_leads_to_its_form_for_whoever_may_change_it(client, sam, ana, kim):
    span = (MONDAY_TEN + timedelta(hours=3), MONDAY_TEN + timedelta(hours=4))
    block = Block.objects.create(resource=kim, location=ana.table.location, span=span, title="Staff meeting")

    assert f'href="/schedule/block/{block.pk}/"' in page(client).content.decode()


def test_time_is_blocked_from_the_day_or_week_that_is_shown(client, sam, ana, kim):
    place = ana.table.location_id

    assert data_of(page(client)) == {"location": str(place), "day": DAY}
    assert data_of(page(client, span="week")) == {"location": str(place), "day": DAY, "resource": str(kim.pk)}


def data_of(answer):
    """What the form of a block is told."""
    [link] = re.findall(r'id="calendar-block" href="[^"?]*\?([^"]*)"', answer.content.decode())
    return dict(parse_qsl(unescape(link)))


def test_a_week_is_from_monday_of_one_column(client, sam, ana, kim):
    AppointmentFactory(practitioner=kim, start=MONDAY_TEN + timedelta(days=6))
    AppointmentFactory(practitioner=PractitionerFactory(name="Roy"), start=MONDAY_TEN)

    shown = data(page(client, day="2030-05-16", span="week", column=kim.pk))

    assert (shown["first"], shown["days"]) == (DAY, 7)
    assert [one["name"] for one in shown["columns"]] == ["Kim"]
    assert [one["starts"][:10] for one in shown["visits"]] == [DAY, "2030-05-19"]


def test_a_practitioner_sees_the_own_column_as_list(client, ana):
    busy = PractitionerFactory(name="Busy")
    AppointmentFactory.create_batch(1, practitioner=busy, start=MONDAY_TEN + timedelta(hours=3))
    client.force_login(ana.practitioner.user)

    answer = page(client)

    assert answer.context["page"].drawing.chosen["name"] == "Kim"
    assert "Ortiz" in answer.content.decode()


def test_an_empty_day_says_that_nobody_works(client, sam):
    LocationFactory()

    answer = page(client)

    assert "Nobody works on Monday 13 May." in answer.content.decode()


def test_without_any_location_there_is_a_sentence(client, sam):
    answer = page(client)

    assert answer.status_code == 200
    assert "no location in use yet" in answer.content.decode()


def test_hostile_names_and_colours_stay_text(client, sam, kim):
    patient = PatientFactory(given_name=HOSTILE[:60], family_name="</script>'\"&")
    service = ServiceFactory(name="<b>bold</b>", colour="red;}<", by=[kim])
    AppointmentFactory(patient=patient, practitioner=kim, service=service)

    text = page(client).content.decode()

    assert "<script>alert" not in text
    assert "</script>'" not in text
    assert "<b>bold" not in text
    assert data(page(client))["services"][service.pk]["colour"] == "#1d6b59"


def test_the_clock_change_night_is_drawn_too(client, sam, kim):
    spring = datetime(2030, 3, 10, 6, 30, tzinfo=UTC)  # 01:30, half an hour before the clocks go on
    with time_machine.travel(spring - timedelta(days=3)):
        AppointmentFactory(practitioner=kim, start=spring)

        [visit] = data(page(client, day="2030-03-10"))["visits"]

    assert (visit["starts"], visit["ends"]) == ("2030-03-10T01:30", "2030-03-10T03:30")


# what it costs


@pytest.mark.parametrize("query", [{}, {"by": "table"}, {"by": "device"}, {"span": "week"}])
def test_a_day_costs_the_same_whatever_is_in_it(client, sam, cost, query):
    clinic_day(1)
    page(client)
    one = cost(lambda: page(client, **query))
    clinic_day(3)

    three = cost(lambda: page(client, **query))

    assert one == three
    assert three - cost(lambda: client.get("/schedule/999999/")) + 1 <= 8  # a visit that is not there costs one


def test_the_script_gets_the_same_as_the_page(client, sam, ana):
    assert json.loads(fed(client).content) == json.loads(json.dumps(data(page(client, location=ana.table.location_id))))


def test_an_unchanged_calendar_is_one_query(client, sam, ana, cost):
    version = fed(client)["ETag"]
    bare = cost(lambda: client.get("/schedule/999999/")) - 1

    answers = []
    url = f"{PAGE}feed/?day={DAY}&location={ana.table.location_id}"
    taken = cost(lambda: answers.append(client.get(url, headers={"If-None-Match": version})))

    assert answers[0].status_code == 304
    assert taken - bare == 1


@pytest.mark.django_db(transaction=True)  # what one transaction writes twice looks the same from outside
@pytest.mark.parametrize(
    "change",
    [
        lambda visit: booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(hours=2), by=None),
        lambda visit: booking.cancel(visit=visit, reason="", by=None),
        lambda visit: AppointmentFactory(start=MONDAY_TEN + timedelta(hours=5)),
        lambda visit: type(visit.patient).objects.filter(pk=visit.patient_id).update(family_name="Diaz"),
        lambda visit: type(visit.service).objects.filter(pk=visit.service_id).update(colour="#000000"),
        lambda visit: visit.practitioner.hours.filter(weekday=0).delete(),
        lambda visit: TimeOff.objects.create(
            resource=visit.practitioner, span=(MONDAY_TEN, MONDAY_TEN + timedelta(hours=9))
        ),
        lambda visit: Block.objects.create(
            resource=visit.practitioner,
            location=visit.table.location,
            span=(MONDAY_TEN, MONDAY_TEN + timedelta(hours=9)),
            title="x",
        ),
        lambda visit: DeviceFactory(),
    ],
)
def test_whatever_is_shown_changes_the_version(client, sam, ana, change):
    version = fed(client)["ETag"]

    change(ana)

    answer = fed(client, version)
    assert answer.status_code == 200
    assert answer["ETag"] != version


def test_what_happens_on_another_day_changes_nothing(client, sam, ana):
    version = fed(client)["ETag"]

    AppointmentFactory(
        start=MONDAY_TEN + timedelta(days=3),
        practitioner=ana.practitioner,
        service=ana.service,
        table=ana.table,
        patient=ana.patient,
    )

    assert fed(client, version).status_code == 304


# who may see it, and bad addresses


def test_anonymous_and_people_without_a_role_see_nothing(client, ana):
    urls = [PAGE, f"{PAGE}feed/?day={DAY}&location=1", f"{PAGE}{ana.pk}/", f"{PAGE}{ana.pk}/free/"]

    assert {client.get(url).status_code for url in urls} == {302}
    client.force_login(UserFactory())
    assert {client.get(url).status_code for url in urls} == {403}
    assert {drop(client, ana).status_code, stretch(client, ana, "2030-05-13T11:30").status_code} == {403}


@pytest.mark.parametrize("role", ["Front desk", "Practitioner", "Manager"])
def test_every_role_opens_it(client, ana, role):
    client.force_login(UserFactory(role=role))

    assert page(client).status_code == 200
    assert fed(client).status_code == 200


def test_a_strange_cookie_means_the_first_location(client, sam, ana):
    for cookie in ("x", "9" * 5000, "-1", "²"):
        client.cookies["calendar_location"] = cookie

        assert page(client).status_code == 200


@pytest.mark.parametrize("query", GARBAGE)
def test_a_strange_address_shows_something_all_the_same(client, sam, ana, query):
    assert client.get(f"{PAGE}?{query}").status_code == 200


@pytest.mark.parametrize("query", ["", "day=2030-05-13", "location=1", "day=9999-12-31&location=1", "day=x&location=x"])
def test_the_script_has_to_ask_for_a_day_and_a_place(client, sam, ana, query):
    assert client.get(f"{PAGE}feed/?{query}").status_code == 400
    assert client.get(f"{PAGE}{ana.pk}/free/?{query}").status_code == 400


def test_an_unknown_place_or_visit_is_not_found(client, sam, ana):
    gone = Appointment(pk=999_999, revision=0)

    assert fed(client, location=999_999).status_code == 404
    assert client.get(f"{PAGE}999999/").status_code == 404
    assert client.get(f"{PAGE}999999/free/?day={DAY}&location=1").status_code == 404
    assert drop(client, gone).status_code == 404
    assert stretch(client, gone, "2030-05-13T11:30").status_code == 404


def test_a_zero_byte_is_refused(client, sam, ana):
    assert client.get(f"{PAGE}?day=%00").status_code == 400
    assert drop(client, ana, at="2030-05-13T11:00\x00").status_code == 400


def test_a_day_that_is_none_says_so_and_shows_today(client, sam, ana):
    answer = client.get(f"{PAGE}?day=9999-12-31")

    assert "The calendar goes from 2000 to 2099. Today is shown." in answer.content.decode()
    assert answer.context["page"].shown.day == date(2030, 5, 10)


# the panel


def test_the_panel_offers_what_may_be_done(client, sam, ana):
    text = client.get(f"{PAGE}{ana.pk}/", {"next": f"{PAGE}?day={DAY}"}).content.decode()

    assert "Confirm" in text
    assert "Cancel visit" in text
    assert reverse("scheduling:move", args=[ana.pk]) in text
    assert f'name="next" value="{PAGE}?day={DAY}"' in text


def test_a_completed_visit_can_only_be_opened(client, sam, ana):
    Appointment.objects.filter(pk=ana.pk).update(status=Status.COMPLETED)

    text = client.get(f"{PAGE}{ana.pk}/").content.decode()

    assert "Open visit" in text
    assert '<form method="post"' not in text


# dropping


def test_a_drop_moves_the_visit_and_offers_undo(client, sam, ana):
    roy = PractitionerFactory(name="Roy")
    ana.service.practitioners.add(roy)

    answer = drop(client, ana, practitioner=roy.pk)

    ana.refresh_from_db()
    assert answer.status_code == 200
    assert (ana.starts_at, ana.practitioner.pk) == (MONDAY_TEN + timedelta(hours=1), roy.pk)
    assert reverse("scheduling:unmove", args=[ana.pk]) in answer["HX-Trigger-After-Settle"]
    assert "calendar-changed" in answer["HX-Trigger"]


def test_a_drop_on_another_table_keeps_time_and_practitioner(client, sam, ana):
    window = TableFactory(name="Window")

    drop(client, ana, at="2030-05-13T10:00", table=window.pk)

    ana.refresh_from_db()
    assert (ana.table.pk, ana.starts_at) == (window.pk, MONDAY_TEN)


def test_pressing_twice_moves_once(client, sam, ana):
    assert [drop(client, ana).status_code for _ in range(2)] == [200, 200]

    ana.refresh_from_db()
    assert ana.revision == 1


def test_a_clash_says_who_is_busy_that_the_visit_stays_and_what_is_free(client, sam, ana, kim):
    AppointmentFactory(practitioner=kim, start=MONDAY_TEN + timedelta(hours=3), patient__given_name="Li")

    answer = drop(client, ana, at="2030-05-13T13:00")

    text = answer.content.decode()
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#refusal"
    assert "Kim is with Li until" in text
    assert "The visit stays at 10:00." in text
    assert text.count("data-drop") >= 2
    ana.refresh_from_db()
    assert ana.starts_at == MONDAY_TEN


def test_whoever_is_slower_learns_where_the_visit_is(client, sam, ana):
    dana = UserFactory(first_name="Dana", role="Front desk")
    booking.move(visit=ana, starts_at=MONDAY_TEN + timedelta(hours=4), by=dana)
    ana.revision = 0

    answer = drop(client, ana)

    assert answer.status_code == 409
    assert "Dana moved this visit to Mon 13 May, 14:00. Your move was not saved." in answer.content.decode()
    assert "The visit stays" not in answer.content.decode()
    assert Occupancy.objects.filter(appointment=ana).count() == 3


def test_only_whoever_may_override_is_led_to_the_reason(client, ana):
    leads = {}
    for role in ("Front desk", "Manager"):
        client.force_login(UserFactory(role=role))
        answer = drop(client, ana, at="2030-05-13T06:00")
        assert answer.status_code == 409
        leads[role] = reverse("scheduling:move", args=[ana.pk]) in answer.content.decode()

    assert leads == {"Front desk": False, "Manager": True}


def test_what_is_no_time_is_refused_and_nothing_moves(client, sam, ana):
    for at in (
        "",
        "later",
        "2030-05-13T25:00",
        "2030-02-30T10:00",
        "9999-12-31T10:00",
        "0001-01-01T00:00",
        "2030-05-13T10:03",
    ):
        answer = drop(client, ana, at=at)
        assert answer.status_code == 400, at
        assert "note--block" in answer.content.decode()

    ana.refresh_from_db()
    assert ana.revision == 0


def test_a_time_that_the_clocks_skip_is_refused_in_words(client, sam, kim):
    with time_machine.travel(datetime(2030, 3, 1, tzinfo=UTC)):
        visit = AppointmentFactory(practitioner=kim, start=datetime(2030, 3, 10, 14, tzinfo=UTC))

        answer = drop(client, visit, at="2030-03-10T02:30")

    assert answer.status_code == 400
    assert "there is no 02:30 on that day" in answer.content.decode()


def test_unknown_people_and_tables_are_refused(client, sam, ana):
    assert drop(client, ana, practitioner=999_999).status_code == 400
    assert drop(client, ana, table="x").status_code == 400
    assert drop(client, ana, revision="x").status_code == 400
    assert drop(client, ana, device=uuid4()).status_code == 400


def closed_that_day(visit):
    noon = MONDAY_TEN + timedelta(days=1, hours=2)
    TimeOff.objects.create(location=visit.table.location, span=(noon - timedelta(hours=12), noon + timedelta(hours=12)))
    return {"at": "2030-05-14T10:00"}


def after_hours(visit):
    return {"at": "2030-05-13T21:30"}


def with_somebody_who_does_not_do_it(visit):
    return {"practitioner": PractitionerFactory(name="Roy").pk}


def begun(visit):
    attending.arrive(visit=visit, by=None)
    return {}


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (closed_that_day, "Riverside is closed until the end of the day. The visit stays at 10:00."),
        (after_hours, "The visit would be from 21:30 to 22:30. The visit stays at 10:00."),
        (with_somebody_who_does_not_do_it, "Choose Kim. The visit stays at 10:00."),
        (begun, "checked Ana in at 10:00.</p>"),
    ],
)
def test_a_drop_where_the_visit_cannot_be_says_why(client, sam, ana, where, sentence):
    answer = drop(client, ana, **where(ana))

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    ana.refresh_from_db()
    assert (ana.starts_at, ana.practitioner.name) == (MONDAY_TEN, "Kim")


def test_a_visit_without_an_elastic_stage_keeps_its_length(client, sam, ana):
    Appointment.objects.filter(pk=ana.pk).update(stages=[stage | {"elastic": False} for stage in ana.stages])

    answer = stretch(client, ana, "2030-05-13T11:20")

    assert answer.status_code == 409
    assert "can be longer or shorter." in answer.content.decode()
    assert "The visit still ends at 11:00." in answer.content.decode()


def test_a_get_drops_nothing(client, sam, ana):
    assert client.get(reverse("scheduling:calendar_drop", args=[ana.pk])).status_code == 405


def test_stretching_grows_the_elastic_stage(client, sam, ana):
    answer = stretch(client, ana, "2030-05-13T11:20")

    ana.refresh_from_db()
    assert answer.status_code == 200
    assert [stage["minutes"] for stage in ana.stages] == [20, 45, 15]
    assert "unmove" in answer["HX-Trigger-After-Settle"]


def test_stretching_into_another_visit_is_refused(client, sam, ana):
    AppointmentFactory(practitioner=ana.practitioner, table=ana.table, start=MONDAY_TEN + timedelta(hours=1))

    answer = stretch(client, ana, "2030-05-13T11:30")

    ana.refresh_from_db()
    assert answer.status_code == 409
    assert ana.ends_at == MONDAY_TEN + timedelta(hours=1)
    assert "The visit still ends at 11:00." in answer.content.decode()
    assert "Free:" not in answer.content.decode()


# what glows


def shown(by=By.PRACTITIONER, span=Span.DAY):
    return Shown(location=LocationFactory().pk, zone=NEW_YORK, day=date(2030, 5, 13), by=by, span=span)


def test_where_a_visit_could_start_glows_column_by_column(ana, kim):
    roy = PractitionerFactory(name="Roy")
    ana.service.practitioners.add(roy)
    AppointmentFactory(practitioner=roy, start=MONDAY_TEN)

    found = glow.starts(ana, shown(), NOW)

    assert {(one["column"], one["starts"][11:], one["ends"][11:]) for one in found if one["column"] == kim.pk} == {
        (kim.pk, "07:00", "20:05")
    }
    assert len([one for one in found if one["column"] == roy.pk]) > 1


def test_by_table_each_table_glows_where_it_is_free(ana):
    window, taken = TableFactory(name="Window"), TableFactory(name="Taken")
    AppointmentFactory(table=taken, start=MONDAY_TEN)

    found = glow.starts(ana, shown(By.TABLE), NOW)

    assert [(one["starts"][11:], one["ends"][11:]) for one in found if one["column"] == window.pk] == [
        ("07:00", "20:05")
    ]
    assert [one["starts"][11:] for one in found if one["column"] == taken.pk] == ["07:00", "11:00"]


def test_by_device_each_unit_glows_when_the_visit_would_need_it(kim):
    unit, taken = DeviceFactory(), DeviceFactory()
    service = ServiceFactory(by=[kim], stages=[("Needling", 20, True, False), ("Current", 20, False, True)])
    ana = AppointmentFactory(practitioner=kim, service=service, device=unit)
    AppointmentFactory(service=service, practitioner=PractitionerFactory(), device=taken, start=MONDAY_TEN)

    found = glow.starts(ana, shown(By.DEVICE), NOW)

    ends = {one["column"]: one["ends"][11:] for one in found if one["starts"].endswith("07:00")}
    assert ends == {unit.pk: "20:25", taken.pk: "09:45"}


def test_the_glow_costs_the_same_for_one_and_for_three(client, sam, ana, cost):
    def ask():
        query = {"day": DAY, "location": ana.table.location_id}
        assert client.get(f"{PAGE}{ana.pk}/free/", query).status_code == 200

    ask()
    one = cost(ask)
    clinic_day(3)

    assert cost(ask) == one


# pure


def test_gaps_are_what_the_hours_leave():
    hours = [Hours(0, time(8), time(12)), Hours(0, time(13), time(17)), Hours(1, time(0), time(1))]
    day = date(2030, 5, 13)

    found = [(start[11:], end[11:]) for start, end in gaps(hours, day)]

    assert found == [("00:00", "08:00"), ("12:00", "13:00"), ("17:00", "00:00")]


def test_pages_of_a_week_are_a_week_apart(client, sam, ana):
    shown = page(client, span="week").context["page"]

    assert "day=2030-05-20" in shown.following
    assert "day=2030-05-06" in shown.previous
