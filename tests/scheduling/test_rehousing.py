"""Visits that no longer fit, the new times that are proposed for them, and moving those that are ticked."""

import re
from datetime import date, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from clinic.models import Credential, TimeOff, WorkingHours
from reminders import finding as due
from scheduling import booking, rehousing, resettling
from scheduling.models import Appointment, Occupancy, Status
from scheduling.resettling import Move, NotMoved
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
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HANDS_ON = [("Treatment", 60, True, False)]
WITH_UNIT = [("Needling", 20, True, False), ("Rest", 25, False, True), ("Removal", 15, True, False)]
TO_MOVE = "/schedule/to-move/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_friday")]


@pytest.fixture
def roy():
    return PractitionerFactory(name="Roy")


@pytest.fixture
def table():
    return TableFactory(name="Table 1")


@pytest.fixture
def massage(kim, roy):
    return ServiceFactory(name="Massage", by=[kim, roy], stages=HANDS_ON)


@pytest.fixture
def visit(kim, table, massage):
    return AppointmentFactory(practitioner=kim, table=table, service=massage)


def off(who, start=MONDAY_TEN - HOUR, end=MONDAY_TEN + 2 * HOUR):
    key = "location" if who.__class__.__name__ == "Location" else "resource"
    return TimeOff.objects.create(**{key: who}, span=(start, end))


def whys():
    return [why for _, why in rehousing.stranded(timezone.now())]


# Who is stranded


@pytest.mark.usefixtures("visit")
def test_a_visit_that_fits_is_not_stranded():
    assert rehousing.stranded(timezone.now()) == []


@pytest.mark.usefixtures("visit")
def test_changed_hours_strand_a_visit(kim):
    kim.hours.update(starts=time(11))

    assert whys() == [
        "Kim works at Riverside 11:00 to 21:00 on Mon 13 May. The visit would be from 10:00 to 11:00.",
    ]


@pytest.mark.usefixtures("visit")
def test_hours_that_end_strand_what_comes_later(kim):
    kim.hours.update(valid_until=date(2030, 5, 12))

    assert whys() == ["Kim does not work at Riverside on Mon 13 May."]


@pytest.mark.usefixtures("visit")
def test_hours_that_follow_each_other_hold_together(kim):
    kim.hours.filter(weekday=0).update(ends=time(10, 30))
    WorkingHours.objects.create(
        practitioner=kim,
        location=LocationFactory(),
        weekday=0,
        starts=time(10, 30),
        ends=time(12),
        valid_from=date(2020, 1, 1),
    )

    assert whys() == []


def test_a_visit_past_midnight_fits_hours_of_both_days(kim, table, massage):
    kim.hours.update(starts=time(0), ends=time(23, 59, 59, 999999))
    late = MONDAY_TEN + timedelta(hours=13, minutes=30)
    AppointmentFactory(practitioner=kim, table=table, service=massage, start=late)

    assert len(whys()) == 1


def test_time_off_strands_a_visit_and_a_closure_too(visit, kim):
    off(kim)
    away = whys()
    off(visit.location)

    assert away == ["Kim is away until 12:00."]
    assert whys() == ["Riverside is closed until 12:00."]


def test_a_table_or_a_unit_that_is_away_strands_a_visit(visit, kim, table):
    unit = DeviceFactory(name="Unit 1")
    other = AppointmentFactory(
        practitioner=kim, device=unit, start=MONDAY_TEN + HOUR, service=ServiceFactory(by=[kim], stages=WITH_UNIT)
    )
    off(table)
    off(unit)

    assert rehousing.stranded(timezone.now()) == [
        (visit, "Table 1 can't be used until 12:00."),
        (other, "Unit 1 can't be used until 12:00."),
    ]


def test_whatever_is_out_of_use_strands_a_visit(visit, kim, table):
    said = []
    for one in (visit.location, kim, table):
        type(one).objects.filter(pk=one.pk).update(active=False)
        said += whys()
        type(one).objects.filter(pk=one.pk).update(active=True)

    assert said == [
        "Riverside is not in use any more.",
        "Kim does not work here any more.",
        "Table 1 is not in use any more.",
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"active": False}, "Unit 1 is not in use any more."),
        ({"out_of_service": "Cable broken"}, "Unit 1 is out of service: Cable broken."),
    ],
)
def test_a_unit_out_of_service_strands_a_visit(kim, changes, why):
    unit = DeviceFactory(name="Unit 1", **changes)
    AppointmentFactory(practitioner=kim, device=unit, service=ServiceFactory(by=[kim], stages=WITH_UNIT))

    assert whys() == [why]


@pytest.mark.usefixtures("visit")
def test_a_service_that_is_no_longer_offered_strands_a_visit(kim, massage):
    massage.practitioners.remove(kim)

    assert whys() == ["Kim does not offer Massage any more."]


@pytest.mark.usefixtures("visit")
def test_a_licence_that_ends_before_the_day_strands_a_visit(kim):
    Credential.objects.filter(practitioner=kim).update(expires=date(2030, 5, 12))

    assert whys() == ["Kim's acupuncture licence ends 12 May 2030."]


def test_a_visit_booked_so_with_a_reason_is_not_stranded_by_hours_or_time_off(visit, kim, table):
    Appointment.objects.update(override_reason="Asked for it")
    kim.hours.all().delete()
    off(kim)
    off(visit.location)
    with_a_reason = whys()
    off(table)

    assert with_a_reason == []
    assert whys() == ["Table 1 can't be used until 12:00."]


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW])
def test_only_a_coming_visit_is_stranded(kim, status):
    AppointmentFactory(practitioner=kim, status=status)
    off(kim)

    assert whys() == []


def test_only_the_next_sixty_days_are_looked_at(kim, table, massage):
    for days in (-4, 59, 61):
        AppointmentFactory(practitioner=kim, table=table, service=massage, start=NOW + days * DAY)
    kim.hours.all().delete()

    assert [visit.starts_at for visit, _ in rehousing.stranded(timezone.now())] == [NOW + 59 * DAY]


def test_asking_costs_five_queries_however_many_are_stranded(kim, table, massage, cost):
    def ask():
        return rehousing.stranded(timezone.now())

    for number in range(3):
        AppointmentFactory(practitioner=kim, table=table, service=massage, start=MONDAY_TEN + number * DAY)
    well = cost(ask)
    off(kim)
    one = cost(ask)
    off(kim, MONDAY_TEN, MONDAY_TEN + 5 * DAY)

    assert (well, one, cost(ask)) == (4, 5, 5)
    assert len(ask()) == 3


# What is proposed


def proposed(*visits):
    found = Appointment.objects.filter(pk__in=[one.pk for one in visits]).select_related(*rehousing.RELATED)
    return resettling.new_times(list(found), timezone.now())


def told(new):
    return f"{new.starts_at.astimezone(NEW_YORK):%a %d %H:%M} {new.practitioner} {new.table}"


def test_a_table_that_is_off_leaves_time_and_person_as_they_are(visit, table):
    TableFactory(name="Table 2")
    off(table)

    best = proposed(visit)[visit][0]

    assert told(best) == "Mon 13 10:00 Kim Table 2"


def test_a_unit_that_is_off_is_replaced_at_the_same_time(kim, table):
    unit, other = DeviceFactory(), DeviceFactory()
    visit = AppointmentFactory(
        practitioner=kim, device=unit, table=table, service=ServiceFactory(by=[kim], stages=WITH_UNIT)
    )
    off(unit)

    best = proposed(visit)[visit][0]

    assert (best.starts_at, best.table, best.device) == (MONDAY_TEN, table, other)


def test_the_same_person_at_the_usual_hour_comes_first_then_a_colleague_then_another_day(visit, kim):
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + 3 * DAY)

    times = proposed(visit)[visit]

    assert [told(one) for one in times] == [
        "Mon 20 10:00 Kim Table 1",
        "Mon 13 10:00 Roy Table 1",
        "Mon 27 10:00 Kim Table 1",
    ]


def test_a_few_hours_off_are_passed_by_on_the_same_day(visit, kim):
    off(kim)

    assert told(proposed(visit)[visit][0]) == "Mon 13 12:00 Kim Table 1"


def test_who_is_not_licensed_or_does_not_offer_it_is_not_proposed(visit, kim, roy):
    off(kim, NOW, NOW + 60 * DAY)
    Credential.objects.filter(practitioner=roy).delete()

    assert proposed(visit)[visit] == []


def test_nobody_is_asked_to_come_within_a_day(visit, kim):
    off(kim, NOW + DAY, MONDAY_TEN + 40 * DAY)
    with time_machine.travel(MONDAY_TEN - 2 * DAY, tick=False):
        times = proposed(visit)[visit]

    assert all(one.starts_at >= MONDAY_TEN - DAY for one in times)
    assert {one.practitioner.name for one in times} == {"Roy"}


def test_the_patients_other_visits_are_kept_clear(visit, kim, roy):
    AppointmentFactory(patient=visit.patient, practitioner=roy, start=MONDAY_TEN + 2 * HOUR)
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + 2 * HOUR)

    assert told(proposed(visit)[visit][0]) == "Mon 13 13:00 Kim Table 1"


def test_a_turnover_is_kept_after_a_new_time(visit, kim, table, massage):
    Appointment.objects.filter(pk=visit.pk).update(turnover_minutes=30)
    AppointmentFactory(practitioner=PractitionerFactory(), table=table, start=MONDAY_TEN + 3 * HOUR)
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + 2 * HOUR)

    best = proposed(visit)[visit][0]

    assert told(best) == "Mon 13 14:00 Kim Table 1"


def test_no_two_choices_of_a_list_take_the_same(kim, roy, table, massage):
    TableFactory()
    visits = [
        AppointmentFactory(practitioner=kim, table=table, service=massage, start=MONDAY_TEN + number * HOUR)
        for number in range(5)
    ]
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + DAY)

    found = proposed(*visits)

    assert [len(times) for times in found.values()] == [3] * 5
    for one, other in combinations(visits, 2):
        for new in found[one]:
            assert not any(in_each_others_way(new, another) for another in found[other])


def in_each_others_way(one, other):
    at_once = one.starts_at < other.ends_at and other.starts_at < one.ends_at
    return at_once and (one.practitioner == other.practitioner or one.table == other.table)


def test_two_visits_of_one_patient_are_not_proposed_at_once(kim, roy, massage):
    TableFactory.create_batch(3)
    ana = PatientFactory()
    visits = [
        AppointmentFactory(practitioner=kim, patient=ana, service=massage, start=MONDAY_TEN + number * HOUR)
        for number in range(2)
    ]
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + DAY)

    first, second = (proposed(*visits)[visit] for visit in visits)

    assert not any(a.starts_at < b.ends_at and b.starts_at < a.ends_at for a in first for b in second)


def test_every_proposal_can_be_booked(kim, roy, massage):
    TableFactory.create_batch(2)
    ServiceFactory(by=[kim, roy])
    visits = [
        AppointmentFactory(practitioner=kim, service=massage, start=MONDAY_TEN + number * HOUR) for number in range(4)
    ]
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + DAY)
    found = proposed(*visits)

    for number in range(3):
        moves = [to(visit, times[number]) for visit, times in found.items()]
        for visit in resettling.move_all(moves=moves, by=UserFactory()):
            new = found[visit][number]
            assert (visit.starts_at, visit.practitioner, visit.table) == (new.starts_at, new.practitioner, new.table)
        for visit in found:
            visit.refresh_from_db()


def test_proposals_cost_the_same_for_one_and_three(kim, table, massage, cost):
    visits = [
        AppointmentFactory(practitioner=kim, table=table, service=massage, start=MONDAY_TEN + number * HOUR)
        for number in range(3)
    ]
    found = list(Appointment.objects.filter(pk__in=[one.pk for one in visits]).select_related(*rehousing.RELATED))

    one, three = (cost(lambda n=n: resettling.new_times(found[:n], timezone.now())) for n in (1, 3))

    assert (one, three) == (7, 7)


def test_nothing_to_move_costs_nothing(cost):
    assert cost(lambda: resettling.new_times([], timezone.now())) == 0


# Moving them


def to(visit, new):
    return Move(visit, visit.revision, new.starts_at, new.practitioner, new.table, new.device)


@pytest.fixture
def stranded(kim, roy, table, massage):
    """Three visits of Kim's in time off."""
    made = [
        AppointmentFactory(practitioner=kim, table=table, service=massage, start=MONDAY_TEN + number * HOUR)
        for number in range(3)
    ]
    off(kim, MONDAY_TEN - 10 * HOUR, MONDAY_TEN + DAY)
    return made


def test_moved_visits_are_due_to_be_told_anew(stranded):
    by = UserFactory()
    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        due.write_due(now=timezone.now())
    found = proposed(*stranded)

    with time_machine.travel(NOW + HOUR, tick=False):
        moved = resettling.move_all(moves=[to(visit, times[0]) for visit, times in found.items()], by=by)
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        written = due.write_due(now=timezone.now())

    assert [visit.revision for visit in moved] == [1, 1, 1]
    assert written == 3


def test_all_move_or_none(stranded, roy):
    found = proposed(*stranded)
    moves = [to(visit, times[0]) for visit, times in found.items()]
    before = set(Occupancy.objects.values_list("appointment", "resource", "span"))
    AppointmentFactory(practitioner=moves[2].practitioner, start=moves[2].starts_at)
    rival = set(Occupancy.objects.values_list("appointment", "resource", "span")) - before

    with pytest.raises(NotMoved, match="Nothing was moved") as refused:
        resettling.move_all(moves=moves, by=UserFactory())

    assert refused.value.visit == stranded[2]
    assert set(Occupancy.objects.values_list("appointment", "resource", "span")) == before | rival
    assert set(Appointment.objects.values_list("revision", flat=True)) == {0}


def test_who_was_faster_is_named(stranded, kim, roy):
    [first, *_] = found = proposed(*stranded)
    move = to(first, found[first][0])
    booking.move(visit=first, starts_at=MONDAY_TEN + 2 * DAY, by=UserFactory(first_name="Lee"))

    with pytest.raises(NotMoved, match="Lee moved this visit"):
        resettling.move_all(moves=[move], by=UserFactory())


# The page


def test_nobody_gets_to_it_without_login_and_permission(client):
    assert client.post(TO_MOVE).status_code == 302
    client.force_login(UserFactory())
    assert client.post(TO_MOVE).status_code == 403


@pytest.mark.usefixtures("sam")
def test_where_all_fits_the_page_says_so(client):
    assert "Every visit of the next 60 days fits" in client.get(TO_MOVE).content.decode()


@pytest.mark.usefixtures("sam")
def test_the_page_tells_why_and_where_to(client, stranded):
    page = client.get(TO_MOVE).content.decode()

    assert page.count("Kim is away until") == 3
    assert ticked(page) == 3
    for visit in stranded:
        assert reverse("scheduling:move", args=[visit.pk]) in page


def ticked(page):
    return len(re.findall(r'name="move"[^>]* checked', page))


def sent(*visits):
    rows = {visit: times[0].key for visit, times in proposed(*visits).items()}
    filled = {"move": [visit.pk for visit in visits]}
    return filled | {f"to-{v.pk}": key for v, key in rows.items()} | {f"seen-{v.pk}": v.revision for v in visits}


@pytest.mark.usefixtures("sam")
def test_ticked_visits_move_and_the_others_stay(client, stranded):
    answer = client.post(TO_MOVE, sent(*stranded[:2]), follow=True)

    assert "2 visits are moved." in answer.content.decode()
    assert [Appointment.objects.get(pk=one.pk).revision for one in stranded] == [1, 1, 0]


@pytest.mark.usefixtures("sam")
def test_a_double_click_moves_once(client, stranded):
    filled = sent(*stranded[:1])
    client.post(TO_MOVE, filled)

    answer = client.post(TO_MOVE, filled)

    assert answer.status_code == 409
    assert Appointment.objects.get(pk=stranded[0].pk).revision == 1


@pytest.mark.usefixtures("sam")
def test_a_lost_race_names_the_row_moves_none_and_proposes_anew(client, stranded):
    filled = sent(*stranded)
    lost = proposed(*stranded)[stranded[1]][0]
    AppointmentFactory(practitioner=lost.practitioner, start=lost.starts_at)

    answer = client.post(TO_MOVE, filled)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nothing was moved." in page
    assert "to-move__row--refused" in page
    assert f'value="{lost.key}"' not in page
    assert ticked(page) == 3
    assert set(Appointment.objects.values_list("revision", flat=True)) == {0}


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"move": []}, "Nothing is ticked"),
        ({"move": ["4711"]}, "does not have to be moved any more"),
        ({"move": ["9" * 18]}, "does not have to be moved any more"),
        ({"move": ["x", "\u202e", "9" * 50]}, "Nothing is ticked"),
        ({"to": ""}, "Choose a new time"),
        ({"to": "1@2@3"}, "Choose a new time"),
        ({"to": "4711@1904911200@1@0"}, "not on the list any more"),
        ({"to": "9999999999@99999999999@9999999999@9999999999"}, "not on the list any more"),
        ({"seen": "latest"}, "not on the list any more"),
        ({"seen": "7"}, "Your move was not saved"),
    ],
)
def test_what_nobody_offered_moves_nothing(client, stranded, changes, sentence):
    [first, *_] = stranded
    filled = sent(first) | {("move" if name == "move" else f"{name}-{first.pk}"): v for name, v in changes.items()}

    answer = client.post(TO_MOVE, filled)

    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert set(Appointment.objects.values_list("revision", flat=True)) == {0}


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("seconds", [0, 1904911201, 99999999999])
def test_a_time_that_was_not_offered_is_refused(client, stranded, table, roy, seconds):
    [first, *_] = stranded

    answer = client.post(TO_MOVE, sent(first) | {f"to-{first.pk}": f"{roy.pk}@{seconds}@{table.pk}@0"})

    assert answer.status_code == 409
    assert Appointment.objects.get(pk=first.pk).revision == 0


@pytest.mark.usefixtures("sam")
def test_the_page_costs_the_same_with_one_and_three_rows(client, kim, table, massage, cost):
    AppointmentFactory(practitioner=kim, table=table, service=massage)
    off(kim, MONDAY_TEN - HOUR, MONDAY_TEN + DAY)
    client.get(TO_MOVE)
    one = cost(lambda: client.get(TO_MOVE))
    for number in (1, 2):
        AppointmentFactory(practitioner=kim, table=table, service=massage, start=MONDAY_TEN + number * HOUR)

    assert cost(lambda: client.get(TO_MOVE)) == one
