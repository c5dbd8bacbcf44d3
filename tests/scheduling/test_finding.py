from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from clinic.models import Credential, Location, TimeOff, WorkingHours
from clinic.weeks import week_of
from scheduling import finding
from scheduling.models import Block, Occupancy, Status
from tests.factories import (
    AppointmentFactory,
    DeviceFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2030, 5, 10, 12, tzinfo=UTC)
MONDAY = date(2030, 5, 13)
HANDS_ON = [("Treatment", 60, True, False)]

pytestmark = pytest.mark.django_db


def at(hour, minute=0, day=MONDAY):
    return datetime.combine(day, time(hour, minute), tzinfo=NEW_YORK)


def works(practitioner, starts, ends, weekdays=range(7), location=None, weeks=0):
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=practitioner,
            location=location or LocationFactory(),
            weekday=weekday,
            weeks=weeks,
            starts=time(starts),
            ends=time(ends),
            valid_from=date(2020, 1, 1),
        )
        for weekday in weekdays
    )
    return practitioner


def blocked(resource, start, end, title="Team meeting"):
    block = Block.objects.create(resource=resource, location=LocationFactory(), span=(start, end), title=title)
    Occupancy.objects.create(resource=resource, block=block, span=(start, end))


def monday(service, **wish):
    return finding.free_times(service=service, start=MONDAY, days=1, now=NOW, a_day=99, limit=99, **wish)


def clocks(times):
    return sorted(free.starts_at.astimezone(NEW_YORK).strftime("%H:%M") for free in times)


def test_a_free_time_lies_in_the_hours_from_its_first_to_its_last_minute():
    kim = works(PractitionerFactory(hours=False), 9, 12)
    TableFactory()

    found = monday(ServiceFactory(by=[kim], stages=HANDS_ON))

    assert {free.practitioner for free in found} == {kim}
    assert clocks(found)[0] == "09:00"
    assert clocks(found)[-1] == "11:00"


def test_everybody_who_offers_the_service_is_asked_and_nobody_else():
    kim, roy, lee = PractitionerFactory.create_batch(3)
    TableFactory()

    found = monday(ServiceFactory(by=[kim, roy]))

    assert {free.practitioner for free in found} == {kim, roy}
    assert lee not in {free.practitioner for free in found}


def test_time_off_and_closures_are_not_offered():
    kim = works(PractitionerFactory(hours=False), 9, 17)
    TableFactory()
    TimeOff.objects.create(resource=kim, span=(at(9), at(11)))
    TimeOff.objects.create(location=LocationFactory(), span=(at(15), at(23)))

    found = monday(ServiceFactory(by=[kim], stages=HANDS_ON))

    assert clocks(found)[0] == "11:00"
    assert clocks(found)[-1] == "14:00"


def test_nobody_is_offered_after_the_licence_has_ended():
    kim = PractitionerFactory()
    Credential.objects.update(expires=MONDAY)
    TableFactory()
    service = ServiceFactory(by=[kim])

    found = finding.free_times(service=service, start=MONDAY, days=14, now=NOW)

    assert {free.starts_at.astimezone(NEW_YORK).date() for free in found} == {MONDAY}


def test_a_table_is_left_alone_for_its_turnover_before_and_after():
    kim, roy = (works(PractitionerFactory(hours=False), 9, 15) for _ in range(2))
    table = TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON, turnover_minutes=15)
    AppointmentFactory(practitioner=roy, table=table, start=at(11), service=service, turnover_minutes=30)

    found = clocks(monday(service))

    assert [clock for clock in found if "09:45" < clock < "12:30"] == []
    assert {"09:45", "12:30"} <= set(found)


def test_a_practitioner_keeps_the_buffer_after_either_of_two_visits():
    kim = works(PractitionerFactory(hours=False), 9, 15)
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON, buffer_minutes=10)
    AppointmentFactory(practitioner=kim, start=at(11), service=service, buffer_minutes=20)

    found = clocks(monday(service))

    assert [clock for clock in found if "09:50" < clock < "12:20"] == []
    assert {"09:50", "12:20"} <= set(found)
    assert found[-1] == "14:00"  # the buffer may lie after hours


def test_a_buffer_follows_the_last_stage_with_the_practitioner_and_not_the_visit():
    kim = works(PractitionerFactory(hours=False), 9, 12)
    TableFactory.create_batch(2)
    service = ServiceFactory(
        by=[kim], stages=[("Needling", 20, True, False), ("Rest", 40, False, False)], buffer_minutes=10
    )
    AppointmentFactory(practitioner=kim, start=at(9), service=service, buffer_minutes=10)

    assert clocks(monday(service))[0] == "09:30"


@pytest.mark.parametrize(
    ("spot", "told"),
    [
        ("table", "The only table is taken until 11:00."),
        ("chair", "Both chairs are taken until 11:00."),
        ("either", "All 3 tables and chairs are taken until 11:00."),
    ],
)
def test_a_service_is_given_on_a_table_or_in_a_chair(spot, told):
    kim, roy = PractitionerFactory(), PractitionerFactory()
    places = [TableFactory(), TableFactory(chair=True), TableFactory(chair=True)]
    service = ServiceFactory(by=[kim, roy], stages=[("Rest", 60, False, False)], spot=spot)
    fitting = [place for place in places if spot == "either" or place.chair == (spot == "chair")]
    for place in fitting[1:]:
        AppointmentFactory(table=place, service=service, practitioner=roy, start=at(10))

    assert why_not(service, at(10)) == ""
    AppointmentFactory(table=fitting[0], service=service, practitioner=roy, start=at(10))
    assert why_not(service, at(10)) == told


def test_a_location_without_a_chair_says_so():
    kim = PractitionerFactory()
    TableFactory()

    assert why_not(ServiceFactory(by=[kim], spot="chair"), at(10)) == "Riverside has no chair that can be used."


def test_blocks_take_time_as_visits_do():
    kim = works(PractitionerFactory(hours=False), 9, 13)
    TableFactory()
    blocked(kim, at(10), at(11))

    assert clocks(monday(ServiceFactory(by=[kim], stages=HANDS_ON)))[0:2] == ["09:00", "11:00"]


def test_alternate_weeks_are_offered_in_their_turn():
    kim = works(PractitionerFactory(hours=False), 9, 10, weekdays=[0], weeks=week_of(MONDAY))
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)

    found = finding.free_times(service=service, start=MONDAY, days=28, now=NOW)

    assert [free.starts_at for free in found] == [at(9), at(9, day=MONDAY + timedelta(weeks=2))]


def test_a_location_that_is_not_in_use_gives_no_time():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim])
    Location.objects.update(active=False)

    assert monday(service) == []
    told = why_not(service, at(10), location=LocationFactory())
    assert told == "Riverside is not in use any more. Choose another location."


def test_a_table_or_unit_with_time_off_gives_no_time():
    kim = works(PractitionerFactory(hours=False), 9, 13)
    table, unit = TableFactory(), DeviceFactory()
    current = ServiceFactory(by=[kim], stages=[("Needling", 30, True, False), ("Current", 30, False, True)])
    TimeOff.objects.create(resource=table, span=(at(9), at(10)))
    TimeOff.objects.create(resource=unit, span=(at(11), at(11, 5)))

    assert clocks(monday(current)) == ["10:00", "11:05", "12:00"]


def test_a_patient_with_a_link_keeps_the_notice_and_the_desk_does_not():
    kim = works(PractitionerFactory(hours=False), 9, 13)
    TableFactory()
    service = ServiceFactory(by=[kim], name="Cupping", stages=HANDS_ON, bookable_online=True, notice_minutes=90)

    online = finding.free_times(service=service, start=MONDAY, days=1, now=at(9, 30), limit=99, online=True)
    desk = finding.free_times(service=service, start=MONDAY, days=1, now=at(9, 30), limit=99)
    told = finding.why_not(service=service, wanted=at(10), now=at(9, 30), online=True)

    assert clocks(online)[0] == "11:00"
    assert clocks(desk)[0] == "09:30"
    assert told == (
        "Cupping can be booked online until 90 minutes before it starts. For an earlier time call 555-0100."
    )


def test_what_is_not_offered_any_more_is_offered_to_nobody_but_visits_of_it_move():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim], name="Cupping", bookable_online=True)
    visit = AppointmentFactory(service=service, practitioner=kim)
    service.active = False
    service.save()

    assert monday(service) == monday(service, online=True) == []
    assert why_not(service, at(10)) == "Cupping is not offered any more. Choose another service."
    assert why_not(service, at(10), online=True) == "Cupping can't be booked online."
    assert monday(service, visit=visit)


def test_a_visit_that_a_patient_has_moves_online_whatever_its_service_and_keeps_the_notice():
    kim = works(PractitionerFactory(hours=False), 9, 13)
    service = ServiceFactory(by=[kim], stages=HANDS_ON, bookable_online=False, notice_minutes=90)
    visit = AppointmentFactory(service=service, practitioner=kim, start=at(12))

    found = finding.free_times(
        service=service, start=MONDAY, days=1, now=at(9, 30), limit=99, online=True, visit=visit, patient=visit.patient
    )

    assert clocks(found)[0] == "11:00"
    assert "12:00" in clocks(found)


def test_what_cannot_be_booked_online_is_offered_at_the_desk_only():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim], name="Cupping", bookable_online=False)

    assert monday(service, online=True) == []
    assert finding.nearest(service=service, practitioner=kim, wanted=at(10), now=NOW, online=True) == []
    assert why_not(service, at(10), online=True) == "Cupping can't be booked online."
    assert monday(service)


def test_a_service_without_stages_has_no_time():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim], name="Cupping")
    service.stages.all().delete()

    assert monday(service) == []
    assert why_not(service, at(10)) == "Cupping has no stages yet, so that nobody knows how long it takes."


def test_a_unit_is_needed_only_in_its_own_stage():
    kim, roy = (works(PractitionerFactory(hours=False), 9, 13) for _ in range(2))
    TableFactory.create_batch(2)
    unit = DeviceFactory()
    current = ServiceFactory(by=[kim], stages=[("Needling", 30, True, False), ("Current", 30, False, True)])
    AppointmentFactory(practitioner=roy, device=unit, service=current, start=at(10))  # has the unit from 10:30 to 11:00

    found = clocks(monday(current))

    assert "10:30" in found
    assert [clock for clock in found if "09:30" < clock < "10:30"] == []


def test_a_unit_out_of_service_gives_no_time():
    kim = PractitionerFactory()
    TableFactory()
    DeviceFactory(out_of_service="Cracked lead")
    current = ServiceFactory(by=[kim], stages=[("Current", 30, False, True)])

    assert monday(current) == []


def test_a_patient_is_not_offered_a_time_at_which_they_are_here_already():
    kim = works(PractitionerFactory(hours=False), 9, 13)
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    ana = AppointmentFactory(start=at(10)).patient

    assert [clock for clock in clocks(monday(service, patient=ana)) if "09:00" < clock < "11:00"] == []


def test_what_has_passed_is_not_offered():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)

    found = finding.free_times(service=service, start=MONDAY, days=1, now=at(14, 2), limit=99, a_day=99)

    assert clocks(found)[0] == "14:05"


def test_the_usual_practitioner_weekday_and_hour_come_first():
    kim, roy = PractitionerFactory(name="Kim"), PractitionerFactory(name="Roy")
    TableFactory()
    service = ServiceFactory(by=[kim, roy])
    ana = PatientFactory()
    for weeks in (1, 2, 3):
        AppointmentFactory(
            patient=ana, practitioner=roy, service=service, start=at(15) - timedelta(days=4, weeks=weeks)
        )

    first, *_ = finding.free_times(service=service, patient=ana, start=MONDAY, days=7, now=NOW)

    assert (first.practitioner, first.starts_at) == (roy, at(15, day=date(2030, 5, 16)))


def test_without_habits_the_earliest_day_comes_first_and_gaps_are_not_torn():
    kim = works(PractitionerFactory(hours=False), 9, 17)
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    AppointmentFactory(practitioner=kim, service=service, start=at(10, 30))

    first, second, *_ = finding.free_times(service=service, start=MONDAY, days=3, now=NOW)

    assert clocks([first, second]) == ["11:30", "16:00"]  # 09:00 and 09:30 would leave half an hour that helps nobody


def test_a_gap_is_of_use_if_any_service_of_the_practitioner_fits_into_it():
    kim = works(PractitionerFactory(hours=False), 9, 17)
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    ServiceFactory(by=[kim], stages=[("Check", 30, True, False)])
    AppointmentFactory(practitioner=kim, service=service, start=at(10, 30))

    first, *_ = finding.free_times(service=service, start=MONDAY, days=3, now=NOW)

    assert clocks([first]) == ["09:00"]  # half an hour is left, enough for a check


def test_best_times_are_spread_over_days_unless_there_are_too_few():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim])

    spread = finding.free_times(service=service, start=MONDAY, days=14, now=NOW, limit=6, a_day=2)
    one_day = finding.free_times(service=service, start=MONDAY, days=1, now=NOW, limit=6, a_day=1)

    assert len({free.starts_at.astimezone(NEW_YORK).date() for free in spread}) == 3
    assert len(one_day) == 6


def test_nine_is_offered_as_nine_on_both_sides_of_a_clock_change():
    kim = works(PractitionerFactory(hours=False), 9, 10)
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)

    found = finding.free_times(service=service, start=date(2031, 3, 8), days=2, now=NOW, limit=9)

    assert [free.starts_at for free in found] == [
        datetime(2031, 3, 8, 14, tzinfo=UTC),
        datetime(2031, 3, 9, 13, tzinfo=UTC),
    ]


def test_each_location_has_its_own_clock():
    far = LocationFactory(name="Far", zone_name="Australia/Lord_Howe")
    kim = works(PractitionerFactory(hours=False), 9, 10, location=far)
    TableFactory(location=far)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)

    found = finding.free_times(service=service, start=MONDAY, days=1, now=NOW)

    assert [str(free) for free in found] == [f"Mon 13 May 09:00 with {kim}"]


def test_the_nearest_times_are_the_practitioners_own_and_in_order():
    kim, roy = PractitionerFactory(), PractitionerFactory()
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim, roy], stages=HANDS_ON)
    AppointmentFactory(practitioner=kim, service=service, start=at(10))

    found = finding.nearest(service=service, practitioner=kim, wanted=at(10), now=NOW)

    assert {free.practitioner for free in found} == {kim}
    assert clocks(found) == ["08:45", "09:00", "11:00"]


def test_a_wanted_time_that_is_free_is_its_own_nearest():
    kim = PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim])

    found = finding.nearest(service=service, wanted=at(10, 5), now=NOW)

    assert at(10, 5) in [free.starts_at for free in found]


def test_somebody_else_is_near_at_the_wanted_location_only():
    kim, roy, lee = (PractitionerFactory(hours=False) for _ in range(3))
    far = LocationFactory(name="Far")
    TableFactory(), TableFactory(location=far)
    service = ServiceFactory(by=[kim, works(roy, 9, 17), works(lee, 9, 17, location=far)], stages=HANDS_ON)

    found = finding.nearest(service=service, practitioner=kim, location=far, wanted=at(10), now=NOW)

    assert {free.practitioner for free in found} == {lee}


def test_somebody_else_is_near_if_the_practitioner_has_no_time_at_all():
    kim, roy = PractitionerFactory(hours=False), PractitionerFactory()
    TableFactory()
    service = ServiceFactory(by=[kim, roy])

    found = finding.nearest(service=service, practitioner=kim, wanted=at(10), now=NOW)

    assert {free.practitioner for free in found} == {roy}


def why_not(service, wanted, **wish):
    return finding.why_not(service=service, wanted=wanted, now=NOW, **wish)


def test_nothing_stands_in_the_way_of_a_free_time():
    kim = PractitionerFactory()
    TableFactory()

    assert why_not(ServiceFactory(by=[kim]), at(10), practitioner=kim) == ""


def test_why_not_names_the_patient_whom_the_practitioner_treats():
    kim = PractitionerFactory(name="Kim")
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    AppointmentFactory(practitioner=kim, service=service, start=at(10))

    assert why_not(service, at(10, 30)) == "Kim is with Ana until 11:00."
    assert why_not(service, at(9, 30)) == "Kim is with Ana from 10:00 to 11:00."


def test_why_not_names_the_block():
    kim = PractitionerFactory(name="Kim")
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    blocked(kim, at(10), at(11))

    assert why_not(service, at(10, 30)) == "Kim has Team meeting until 11:00."
    assert why_not(service, at(9, 30)) == "Kim has Team meeting from 10:00 to 11:00."


def test_why_not_tells_what_a_practitioner_keeps_free():
    kim = PractitionerFactory(name="Kim")
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON, buffer_minutes=15)
    AppointmentFactory(practitioner=kim, service=service, start=at(10), buffer_minutes=10)

    assert why_not(service, at(11, 5)) == "Kim keeps 10 minutes free after Ana, until 11:10."
    assert why_not(service, at(11, 10)) == ""
    assert (
        why_not(service, at(8, 50))
        == "Kim keeps 15 minutes free after this visit. Kim is with Ana from 10:00 to 11:10."
    )
    assert why_not(service, at(8, 45)) == ""
    assert why_not(service, at(9, 5)) == "Kim is with Ana from 10:00 to 11:10."


def test_why_not_of_a_visit_that_moves_does_not_name_itself():
    kim = PractitionerFactory(name="Kim")
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    visit = AppointmentFactory(practitioner=kim, service=service, start=at(10))
    blocked(kim, at(11), at(12))

    assert why_not(service, at(10, 30), visit=visit) == "Kim has Team meeting from 11:00 to 12:00."
    assert why_not(service, at(9, 30), visit=visit, patient=visit.patient) == ""


def test_where_a_patient_did_not_come_another_visit_can_be():
    kim, roy = PractitionerFactory(), PractitionerFactory()
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    gone = AppointmentFactory(practitioner=roy, start=at(10), status=Status.NO_SHOW)
    gone.occupancies.all().delete()

    assert why_not(service, at(10), patient=gone.patient) == ""


def test_why_not_tells_hours_time_off_closure_and_licence():
    kim = works(PractitionerFactory(hours=False, name="Kim"), 9, 17, weekdays=[0, 1])
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON, techniques=["dry_needling"])
    TimeOff.objects.create(resource=kim, span=(at(9), at(11)))
    TimeOff.objects.create(location=LocationFactory(), span=(at(12), at(13)))
    Credential.objects.update(expires=MONDAY)

    told = [why_not(service, wanted) for wanted in (at(10), at(12), at(16, 30), at(10, day=date(2030, 5, 15)))]
    licence = why_not(service, at(10, day=date(2030, 5, 14)))

    assert told == [
        "Kim is away until 11:00.",
        "Riverside is closed until 13:00.",
        "Kim works at Riverside 09:00 to 17:00 on Mon 13 May. The visit would be from 16:30 to 17:30.",
        "Kim does not work at Riverside on Wed 15 May.",
    ]
    assert licence == "Kim's dry-needling licence ends 13 May 2030."


def test_why_not_tells_when_tables_and_units_are_free_again():
    kim, roy = PractitionerFactory(name="Kim"), PractitionerFactory(name="Roy")
    tables, units = TableFactory.create_batch(2), DeviceFactory.create_batch(2)
    current = ServiceFactory(by=[kim, roy], stages=[("Current", 60, False, True)])
    plain = ServiceFactory(by=[kim, roy], stages=HANDS_ON)
    for table, unit in zip(tables, units, strict=True):
        AppointmentFactory(table=table, device=unit, service=current, start=at(14, 40))

    assert why_not(plain, at(15)) == "Both tables are taken until 15:40."
    TableFactory()
    assert why_not(plain, at(15)) == ""
    assert why_not(current, at(15)) == "Both e-stim units are taken until 15:40."


def test_why_not_tells_of_the_patients_own_visit_and_of_what_has_passed():
    kim = PractitionerFactory()
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim])
    ana = AppointmentFactory(start=at(10)).patient

    assert why_not(service, at(10, 30), patient=ana) == "Ana has another visit until 11:00."
    assert why_not(service, NOW - timedelta(hours=1)) == "That time has passed. Choose a later one."


def test_why_not_says_what_each_does_if_nobody_is_asked_for():
    kim, roy = PractitionerFactory(name="Kim"), PractitionerFactory(name="Roy")
    TableFactory.create_batch(3)
    service = ServiceFactory(by=[kim, roy], stages=HANDS_ON)
    AppointmentFactory(practitioner=kim, service=service, start=at(10))
    TimeOff.objects.create(resource=roy, span=(at(9), at(12)))

    assert why_not(service, at(10)) == "Kim is with Ana until 11:00. Roy is away until 12:00."
    assert why_not(service, at(3)) == "Nobody works at 03:00 on Mon 13 May."


def test_why_not_tells_that_nobody_offers_the_service():
    kim = PractitionerFactory(name="Kim")
    service = ServiceFactory(name="Cupping")

    assert why_not(service, at(10)) == "Nobody with working hours offers Cupping."
    assert why_not(service, at(10), practitioner=kim) == "Kim does not offer Cupping, or has no working hours there."


def test_a_search_costs_three_queries_and_its_stages_whatever_the_clinic(django_assert_num_queries):
    team = PractitionerFactory.create_batch(3)
    tables = TableFactory.create_batch(3)
    service, ana = ServiceFactory(by=team[:1]), PatientFactory()

    with django_assert_num_queries(4):
        finding.free_times(service=service, patient=ana, start=MONDAY, days=14, now=NOW)
    service.practitioners.set(team)
    for one, table in zip(team, tables, strict=True):
        AppointmentFactory(practitioner=one, table=table, service=service)
    with django_assert_num_queries(4):
        finding.free_times(service=service, patient=ana, start=MONDAY, days=14, now=NOW)
