"""The floor: what stands on it for whom, what its buttons do and refuse, what it costs."""

import json
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connections
from django.urls import reverse

from clinic.errors import ClinicError
from desk import floor, running
from patients.models import Patient
from scheduling import attending, sitting
from scheduling.errors import Moved
from scheduling.models import Appointment, Sitting, Status
from sessions import charting, timing
from sessions.charting import Counted
from sessions.models import PlanStatus, SessionPlan
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    TableFactory,
    UserFactory,
)
from tests.sessions import making

pytestmark = pytest.mark.django_db
FLOOR = reverse("desk:floor")
MINUTE = timedelta(minutes=1)
HTMX = {"HX-Request": "true"}


def page(client, **query):
    return client.get(FLOOR, query).content.decode()


def text(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def words(answer):
    return text(answer.content.decode())


def card(html, visit):
    """The card of the table that the visit is on."""
    return text(html.split(f'id="bed-{visit.table_id}-{visit.pk}"')[1].split("</article>")[0])


def press(client, visit, verb, **data):
    return client.post(reverse("desk:press", args=[visit.pk, verb]), data, headers=HTMX)


def on_table(stage=0, *, left=20 * MINUTE, **more):
    """A visit in that stage, which has `left` to run."""
    visit = AppointmentFactory(**{"status": Status.IN_SESSION, "status_at": MONDAY_TEN, **more})
    until = MONDAY_TEN + left
    Sitting.objects.create(visit=visit, stage=stage, since=until - 25 * MINUTE, until=until, by=visit.practitioner.user)
    return visit


def needled(stage=1, text="li4 lr3", **more):
    """A session that has begun, its needles in and counted, in its resting stage."""
    plan = making.begun(text, start=MONDAY_TEN, **more)
    counts = {("needle", row.pk): Counted(row.sites) for row in plan.needles.all()}
    charting.count(plan=plan, version=plan.version, counts=counts, by=making.by(plan))
    Sitting.objects.filter(visit=plan.appointment).update(stage=stage)
    return plan.appointment


def count_out(visit):
    plan = SessionPlan.objects.get(appointment=visit)
    counts = {("needle", row.pk): Counted(row.sites, row.sites) for row in plan.needles.all()}
    charting.count(plan=plan, version=plan.version, counts=counts, by=making.by(plan))


# Who sees what


def test_the_floor_asks_for_a_login_and_a_role(client):
    visit = AppointmentFactory()
    assert "/accounts/login/" in client.get(FLOOR).headers["Location"]
    assert "/accounts/login/" in client.post(reverse("desk:press", args=[visit.pk, "arrive"])).headers["Location"]

    client.force_login(UserFactory())
    assert client.get(FLOOR).status_code == 403
    assert press(client, visit, "arrive").status_code == 403


def test_a_card_tells_who_is_on_the_table_with_whom_in_which_stage_until_when(client, kim):
    visit = on_table(practitioner=kim, table=TableFactory(name="Table 7", room="Maple"))

    html = page(client)

    said = card(html, visit)
    for part in ("Table 7", "Maple", kim.name, "A.O.", "Needling until 10:20", "Start Rest", "+5 min"):
        assert part in said
    assert f'data-until="{int((MONDAY_TEN + 20 * MINUTE).timestamp() * 1000)}"' in html
    assert f'data-server-now="{int(MONDAY_TEN.timestamp() * 1000)}"' in html


def test_names_never_stand_on_the_floor(client, desk):
    visit = on_table(patient=PatientFactory(given_name="Ghislaine", family_name="Featherby"))
    AppointmentFactory(status=Status.ARRIVED, patient=PatientFactory(given_name="Ghislaine", family_name="Featherby"))

    html = page(client)

    assert "G.F." in card(html, visit)
    assert "Ghislaine" not in html
    assert "Featherby" not in html


@pytest.mark.parametrize(
    ("given", "family", "letters"),
    [
        ("Ana", "Ortiz", "A.O."),
        ("\u202ehsoj", "<script>", "H.S."),
        ("🙂", "  ", "?"),
        ("élodie", "'t Hooft", "É.T."),
        ("李", "小龍", "李.小."),
    ],
)
def test_initials_are_letters_whatever_the_name_is(given, family, letters):
    assert floor.initials(Patient(given_name=given, family_name=family)) == letters


def test_needles_in_are_a_number_for_practitioners_only(client, kim):
    visit = needled(practitioner=kim)

    assert "4 in" in card(page(client), visit)
    client.force_login(UserFactory(role="Front desk"))
    html = page(client)
    assert "4 in" not in html
    assert "/sessions/" not in html
    assert "eedles" not in html


def test_needles_nobody_has_counted_yet_are_those_of_the_plan(client, kim):
    plan = making.begun("li4; lr3 l", practitioner=kim, start=MONDAY_TEN)

    assert "3 planned" in card(page(client), plan.appointment)


def test_the_front_desk_checks_in_and_turns_over_and_treats_nobody(client, desk):
    visit, expected = on_table(), AppointmentFactory(start=MONDAY_TEN + 10 * MINUTE)
    left = on_table(turnover_minutes=10)
    attending.complete(visit=left, by=None)

    html = page(client)

    assert "Check in" in html
    assert "Room ready" in card(html, left)
    assert "Start Rest" not in html
    for verb in ("start", "next", "more"):
        assert press(client, visit, verb, stage=0).status_code == 403
    assert press(client, expected, "arrive").status_code == 200
    assert press(client, left, "ready").status_code == 200
    assert Sitting.objects.get(visit=left).ready_at == MONDAY_TEN


# What stands where


def test_the_overdue_come_first_then_those_due_soonest_then_what_is_to_be_turned_over(client, kim):
    late, soon = on_table(1, left=-3 * MINUTE), on_table(1, left=MINUTE)
    busy = on_table(0, left=-9 * MINUTE)
    left = on_table(turnover_minutes=10)
    attending.complete(visit=left, by=kim.user)

    html = page(client)

    order = sorted((late, soon, busy, left), key=lambda visit: html.index(f'id="bed-{visit.table_id}-{visit.pk}"'))
    assert order == [late, busy, soon, left]
    assert re.search(rf'bed--overdue" id="bed-{late.table_id}-', html)
    assert re.search(rf'bed--soon" id="bed-{soon.table_id}-', html)
    assert html.count("bed--overdue") == 1
    assert "turn over" in card(html, left).lower()


def test_a_free_table_tells_who_comes_next_and_whoever_waits_starts_there(client, kim):
    table = TableFactory()
    late = AppointmentFactory(table=table, start=MONDAY_TEN - 90 * MINUTE)
    here = AppointmentFactory(table=table, status=Status.ARRIVED, status_at=MONDAY_TEN - 4 * MINUTE)

    html = page(client)

    free = text(html.split(f'id="bed-{table.pk}"')[1].split("</article>")[0])
    assert "Free" in free
    assert "here since 09:56" in free
    assert "Start" in free
    assert "late 90 min" in text(html.split(f'id="line-{late.pk}"')[1].split('id="')[0])
    assert "since 09:56" in text(html.split(f'id="line-{here.pk}"')[1].split('id="')[0])


def test_a_table_that_was_taken_again_is_not_turned_over(client, kim):
    table = TableFactory()
    left = on_table(table=table, turnover_minutes=10, start=MONDAY_TEN - 60 * MINUTE)
    attending.complete(visit=left, by=kim.user)

    on_table(table=table)

    assert "Turn over" not in page(client)


def test_where_nobody_is_on_a_table_it_says_who_comes_next(client, desk):
    AppointmentFactory(start=MONDAY_TEN + 60 * MINUTE, table=TableFactory(name="Table 2"))

    assert "No one on a table. Next: A.O., 11:00, Table 2." in text(page(client))


def test_a_clinic_without_tables_says_so(client, desk):
    assert "There is no table here yet." in text(page(client))


def test_chairs_of_the_community_room_stand_on_the_floor(client, kim):
    visit = on_table(table=TableFactory(name="Chair 3", chair=True))

    assert "Chair 3" in card(page(client), visit)


def test_yesterdays_table_and_tomorrows_patient_are_not_on_the_floor(client, kim):
    with time_machine.travel(MONDAY_TEN - timedelta(hours=20), tick=False):
        left = on_table(turnover_minutes=10, start=MONDAY_TEN - timedelta(hours=21))
        attending.complete(visit=left, by=kim.user)
    AppointmentFactory(start=MONDAY_TEN + timedelta(hours=23))

    said = text(page(client))

    assert "Turn over" not in said
    assert "No one on a table." in said
    assert "Next:" not in said


def test_a_session_from_before_sittings_were_kept_stands_in_the_stage_of_the_clock(client, kim):
    visit = AppointmentFactory(status=Status.IN_SESSION, status_at=MONDAY_TEN - 30 * MINUTE)

    assert "Rest until 10:15" in card(page(client), visit)
    assert press(client, visit, "next", stage=1).status_code == 200
    assert Sitting.objects.get(visit=visit).stage == 2


def test_each_location_has_its_own_floor_and_its_own_clock(client, desk):
    hill = LocationFactory(name="Hillside", zone_name="America/Denver")
    river, there = on_table(), on_table(table=TableFactory(location=hill))

    both, one = page(client), page(client, location=hill.pk)

    assert re.findall(r'data-key="(\d)"', both) == ["1", "2"]
    assert "until 10:20" in card(both, river)
    assert "until 08:20" in card(both, there)
    assert f"bed-{river.table_id}" not in one
    assert f'"location": "{hill.pk}"' in one


@pytest.mark.parametrize("location", ["0", "999999", "x", "9" * 40, "-1", "\u202e"])
def test_a_location_nobody_knows_is_all_of_them(client, desk, location):
    visit = on_table()

    assert f"bed-{visit.table_id}" in page(client, location=location)


# Live


def mark(html):
    return re.search(r'"seen": "(\w+)"', html)[1]


def ask(client, seen):
    return client.get(FLOOR, {"seen": seen}, headers=HTMX)


def test_while_nothing_changes_the_answer_is_empty_but_tells_the_time(client, kim):
    on_table()

    answer = ask(client, mark(page(client)))

    assert (answer.status_code, answer.content) == (204, b"")
    assert str(int(MONDAY_TEN.timestamp() * 1000)) in answer.headers["HX-Trigger"]


def test_what_anybody_does_comes_with_the_next_answer(client, kim):
    visit = needled(practitioner=kim)
    other = AppointmentFactory(start=MONDAY_TEN + 70 * MINUTE)
    by = kim.user
    steps = [
        lambda: attending.arrive(visit=other, by=by),
        lambda: running.start(visit=other, by=by),
        lambda: sitting.more_time(visit=other, minutes=5, until=Sitting.objects.get(visit=other).until, by=by),
        lambda: running.go_on(visit=visit, stage=1, by=by),
        lambda: count_out(visit),
        lambda: running.go_on(visit=visit, stage=2, by=by),
    ]

    seen = mark(page(client))
    for step in steps:
        step()
        answer = ask(client, seen)
        assert answer.status_code == 200
        assert answer.content.decode().strip().startswith('<div id="floor"')
        seen = mark(answer.content.decode())


def test_time_alone_makes_a_rest_overdue(client, kim):
    with time_machine.travel(MONDAY_TEN, tick=False) as clock:
        on_table(1, left=5 * MINUTE)
        seen = mark(page(client))

        clock.shift(4 * MINUTE)
        soon = ask(client, seen)
        clock.shift(2 * MINUTE)
        over = ask(client, mark(soon.content.decode()))

    assert "bed--soon" in soon.content.decode()
    assert "bed--overdue" in over.content.decode()


# Pressing


def test_a_start_begins_the_plan_that_is_ready_and_stamps_the_needles(client, kim):
    plan = making.a_plan("li4", practitioner=kim, start=MONDAY_TEN)
    plan = making.planning.make_ready(plan=plan, version=plan.version, by=kim.user)

    answer = press(client, plan.appointment, "start")

    plan.refresh_from_db()
    assert answer.status_code == 200
    assert (plan.status, plan.needles_in_at) == (PlanStatus.IN_PROGRESS, MONDAY_TEN)
    assert Sitting.objects.get(visit=plan.appointment).stage == 0
    assert f"{reverse('scheduling:undo', args=[plan.appointment_id])}?of=in_session" in str(answer.headers)


def test_a_start_leaves_a_draft_a_draft(client, kim):
    plan = making.a_plan("li4", practitioner=kim, start=MONDAY_TEN)

    press(client, plan.appointment, "start")

    plan.refresh_from_db()
    assert (plan.status, plan.needles_in_at) == (PlanStatus.DRAFT, None)
    assert Appointment.objects.get(pk=plan.appointment_id).status == Status.IN_SESSION


def test_needles_out_goes_on_stamps_the_plan_and_stops_no_open_chart(client, kim):
    visit = needled(practitioner=kim)
    version = SessionPlan.objects.get(appointment=visit).version
    assert "Needles out" in card(page(client), visit)

    answer = press(client, visit, "next", stage=1)

    plan = SessionPlan.objects.get(appointment=visit)
    assert (plan.needles_out_at, plan.version) == (MONDAY_TEN, version)
    assert Sitting.objects.get(visit=visit).stage == 2
    assert "4 to count" in card(answer.content.decode(), visit)


def test_the_time_of_needles_out_stays_while_they_are_counted(kim):
    visit = needled(practitioner=kim)
    running.go_on(visit=visit, stage=1, by=kim.user)

    with time_machine.travel(MONDAY_TEN + 6 * MINUTE, tick=False):
        count_out(visit)

    assert SessionPlan.objects.get(appointment=visit).needles_out_at == MONDAY_TEN


def test_nobody_leaves_with_needles_uncounted(client, kim):
    visit = needled(practitioner=kim, table=TableFactory(name="Table 4"))
    press(client, visit, "next", stage=1)

    refused = press(client, visit, "next", stage=2)
    count_out(visit)
    gone = press(client, visit, "next", stage=2)

    assert refused.status_code == 409
    assert "Table 4: 4 needles uncounted. Count first." in card(refused.content.decode(), visit)
    assert f"{reverse('sessions:chart', args=[visit.pk])}#count" in refused.content.decode()
    assert gone.status_code == 200
    assert Sitting.objects.get(visit=visit).ended_at == MONDAY_TEN


def test_a_completion_from_anywhere_waits_for_the_count_and_tells_the_desk_no_more(desk):
    visit = needled(table=TableFactory(name="Table 4"))

    with pytest.raises(ClinicError, match=r"^Table 4 is not ready to be left\. Ask a practitioner\.$"):
        attending.complete(visit=visit, by=desk)

    assert Appointment.objects.get(pk=visit.pk).status == Status.IN_SESSION


def test_signing_ends_the_sitting(kim):
    plan = making.charted("li4", practitioner=kim, start=MONDAY_TEN)

    making.sign(plan)

    assert Sitting.objects.get(visit=plan.appointment).ended_at is not None


def test_the_slower_one_is_told_who_took_the_needles_out(client, kim):
    visit = needled(practitioner=kim)
    running.go_on(visit=visit, stage=1, by=UserFactory(first_name="Roy"))

    answer = press(client, visit, "next", stage=1)

    assert answer.status_code == 409
    assert "Roy took these out at 10:00." in card(answer.content.decode(), visit)


def test_a_second_press_of_the_same_person_changes_nothing(client, kim):
    visit = needled(practitioner=kim)
    until = Sitting.objects.get(visit=visit).until

    answers = [
        press(client, visit, "more", until=int(until.timestamp() * 1_000_000)),
        press(client, visit, "more", until=int(until.timestamp() * 1_000_000)),
        press(client, visit, "next", stage=1),
        press(client, visit, "next", stage=1),
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert Sitting.objects.get(visit=visit).stage == 2


def undo_of(answer):
    """The address that the toast of this answer undoes with."""
    return json.loads(answer.headers["HX-Trigger-After-Settle"])["toast"]["undo"]


def test_needles_out_on_the_wrong_table_is_undone_and_they_are_in_again(client, kim):
    visit = needled(practitioner=kim)
    was = Sitting.objects.get(visit=visit)
    undo = undo_of(press(client, visit, "next", stage=1))

    answer = client.post(undo, headers=HTMX)

    sat = Sitting.objects.get(visit=visit)
    assert (sat.stage, sat.until) == (was.stage, was.until)
    assert SessionPlan.objects.get().needles_out_at is None
    assert "4 in" in card(answer.content.decode(), visit)


def test_an_undo_leaves_the_time_of_needles_that_were_all_counted_out(client, kim):
    visit = needled(practitioner=kim)
    undo = undo_of(press(client, visit, "next", stage=1))
    plan = SessionPlan.objects.get()
    counts = {("needle", row.pk): Counted(row.sites, row.sites) for row in plan.needles.all()}
    charting.count(plan=plan, version=plan.version, counts=counts, by=kim.user)

    client.post(undo, headers=HTMX)

    assert SessionPlan.objects.get().needles_out_at is not None


def test_more_time_for_the_wrong_table_is_undone_and_the_needles_stay_as_they_are(client, kim):
    visit = needled(2, practitioner=kim)
    timing.take_out(plan=SessionPlan.objects.get(), by=kim.user)
    until = Sitting.objects.get(visit=visit).until

    client.post(undo_of(press(client, visit, "more", until=int(until.timestamp() * 1_000_000))), headers=HTMX)

    assert Sitting.objects.get(visit=visit).until == until
    assert SessionPlan.objects.get().needles_out_at is not None


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "²", "1"])
def test_an_undo_of_what_nobody_pressed_last_is_refused(client, kim, seen):
    visit = needled(practitioner=kim)
    press(client, visit, "next", stage=1)

    assert press(client, visit, "undo", press=seen).status_code == 409
    assert Sitting.objects.get(visit=visit).stage == 2


def test_the_front_desk_undoes_nothing_on_a_table(client, desk):
    assert press(client, on_table(), "undo", press="1").status_code == 403


@pytest.mark.parametrize("seen", [None, "x", "-1", "9" * 30, "²", "7"])
def test_a_stage_that_is_none_is_refused(client, kim, seen):
    visit = on_table()

    assert press(client, visit, "next", **({"stage": seen} if seen else {})).status_code == 409
    assert Sitting.objects.get(visit=visit).stage == 0


@pytest.mark.parametrize("until", ["", "x", "9" * 40, "-5", "1"])
def test_an_end_that_is_none_is_refused(client, kim, until):
    visit = on_table()

    assert press(client, visit, "more", until=until).status_code in (200, 409)
    assert Sitting.objects.get(visit=visit).until == MONDAY_TEN + 20 * MINUTE


def test_a_refusal_without_a_card_stands_on_top(client, kim):
    visit = AppointmentFactory(status=Status.CANCELLED)

    answer = press(client, visit, "start")

    assert answer.status_code == 409
    assert "This visit was cancelled" in words(answer)


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_a_visit_nobody_knows_is_not_found(client, kim, pk):
    assert client.post(f"/floor/{pk}/next/").status_code == 404


@pytest.mark.parametrize("verb", ["complete", "delete", "__class__", "cancel"])
def test_a_verb_the_floor_does_not_have_is_not_found(client, kim, verb):
    assert client.post(f"/floor/{AppointmentFactory().pk}/{verb}/").status_code == 404


def test_a_press_is_a_post(client, kim):
    assert client.get(reverse("desk:press", args=[AppointmentFactory().pk, "next"])).status_code == 405


def test_without_script_a_press_leads_back_to_the_floor(client, kim):
    visit = on_table()

    answer = client.post(reverse("desk:press", args=[visit.pk, "next"]), {"stage": 0, "next": f"{FLOOR}?location=3"})

    assert answer.headers["Location"] == f"{FLOOR}?location=3"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_needles_out_at_once_one_is_told_of_the_other():
    visit = needled()
    ready, told = threading.Barrier(2), []
    people = [UserFactory(first_name=name) for name in ("Kim", "Roy")]

    def out(by):
        try:
            ready.wait()
            running.go_on(visit=Appointment.objects.get(pk=visit.pk), stage=1, by=by)
        except Moved as late:
            told.append(str(late))
        finally:
            connections.close_all()

    rivals = [threading.Thread(target=out, args=[one]) for one in people]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert Sitting.objects.get(visit=visit).stage == 2
    assert len(told) == 1
    assert re.match(r"(Kim|Roy) took these out at", told[0])


# Cost


@pytest.mark.parametrize(("role", "most"), [("Front desk", 6), ("Practitioner", 12)])
def test_the_floor_costs_the_same_for_one_table_and_for_three(
    client, monday_ten, role, most, django_assert_max_num_queries
):
    client.force_login(UserFactory(role=role))
    counts = []
    for count in (1, 2):
        for number in range(count):
            needled(text="li4 lr3")
            AppointmentFactory(status=Status.ARRIVED)
            AppointmentFactory(start=MONDAY_TEN + (5 + number) * MINUTE)
            attending.complete(visit=on_table(turnover_minutes=10), by=None)
        with django_assert_max_num_queries(most) as seen:
            page(client)
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_a_visit_in_another_zone_is_read_in_its_own(client, kim):
    tokyo = LocationFactory(name="Harbour", zone_name="Asia/Tokyo")
    visit = on_table(table=TableFactory(location=tokyo), start=datetime(2030, 5, 13, 13, 30, tzinfo=UTC))

    assert "until 23:20" in card(page(client), visit)
