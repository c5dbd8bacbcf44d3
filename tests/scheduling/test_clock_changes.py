"""When the clocks change: in New York and London by an hour, on Lord Howe by half an hour, in Phoenix never."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.models import WorkingHours
from scheduling import booking, finding, looking
from scheduling.hours import Hours, exists, midnight, moment, skipped, spans
from tests.factories import LocationFactory, PatientFactory, PractitionerFactory, ServiceFactory, TableFactory

steady = settings(deadline=None, derandomize=True)
NEW_YORK, LONDON, LORD_HOWE, PHOENIX = map(
    ZoneInfo, ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Phoenix")
)
NOW = datetime(2029, 12, 1, tzinfo=UTC)
HANDS_ON = [("Treatment", 60, True, False)]
# zone, day, its length in hours, the wall-clock time from which the clocks jump, and the one to which they do
CHANGES = [
    (NEW_YORK, date(2030, 3, 10), 23, time(2), time(3)),
    (NEW_YORK, date(2030, 11, 3), 25, time(2), time(1)),
    (LONDON, date(2030, 3, 31), 23, time(1), time(2)),
    (LONDON, date(2030, 10, 27), 25, time(2), time(1)),
    (LORD_HOWE, date(2030, 10, 6), 23.5, time(2), time(2, 30)),
    (LORD_HOWE, date(2030, 4, 7), 24.5, time(2), time(1, 30)),
]
FORWARD = [change for change in CHANGES if change[3] < change[4]]
BACK = [change for change in CHANGES if change[3] > change[4]]

zones = st.sampled_from([NEW_YORK, LONDON, LORD_HOWE, PHOENIX])
days = st.dates(date(2029, 1, 1), date(2032, 12, 31)) | st.sampled_from([change[1] for change in CHANGES])
clocks = st.builds(time, st.integers(0, 23), st.sampled_from(range(0, 60, 5)))


def minutes(wall):
    return wall.hour * 60 + wall.minute


@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), CHANGES)
def test_the_day_of_a_change_is_as_long_as_it_is(zone, day, length, left, reached):
    assert midnight(day + timedelta(days=1), zone) - midnight(day, zone) == timedelta(hours=length)


@pytest.mark.parametrize("zone", [NEW_YORK, LONDON, LORD_HOWE, PHOENIX])
def test_nine_stays_nine_on_every_day_of_a_year(zone):
    always = [Hours(weekday, time(9), time(17)) for weekday in range(7)]
    year = [date(2030, 1, 1) + timedelta(days=n) for n in range(365)]

    found = list(spans(always, year, zone))

    assert [start.astimezone(zone).replace(tzinfo=None) for start, _ in found] == [
        datetime.combine(day, time(9)) for day in year
    ]
    assert {end - start for start, end in found} == {timedelta(hours=8)}


@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), CHANGES)
def test_hours_over_a_change_last_as_long_as_the_clock_needs(zone, day, length, left, reached):
    night = [Hours(day.weekday(), time(0), time(5))]

    [(start, end)] = spans(night, [day], zone)

    assert end - start == timedelta(hours=5 + length - 24)


@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), FORWARD)
def test_a_skipped_time_does_not_exist_and_says_what_the_clocks_do(zone, day, length, left, reached):
    inside = [time(minute // 60, minute % 60) for minute in range(minutes(left), minutes(reached))]

    assert not any(exists(day, wall, zone) for wall in inside)
    assert {skipped(day, wall, zone) for wall in inside} == {(left, reached)}
    assert exists(day, reached, zone)
    assert exists(day, time(left.hour - 1, 59), zone)
    assert exists(day + timedelta(days=1), left, zone)


@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), FORWARD)
def test_hours_inside_a_skipped_time_do_not_happen(zone, day, length, left, reached):
    inside = [Hours(day.weekday(), left, reached)]

    assert [end - start for start, end in spans(inside, [day], zone)] == []
    assert len(list(spans(inside, [day - timedelta(weeks=1)], zone))) == 1


@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), BACK)
def test_a_time_that_happens_twice_is_the_first_of_the_two(zone, day, length, left, reached):
    first = moment(day, reached, zone)
    again = first + timedelta(hours=length - 24)

    assert exists(day, reached, zone)
    assert first.astimezone(zone).time() == again.astimezone(zone).time() == reached
    assert first < again


@steady
@given(zones, days, clocks)
def test_a_moment_shows_the_wall_clock_time_that_was_asked_for_if_there_is_one(zone, day, wall):
    shown = moment(day, wall, zone).astimezone(zone)

    if exists(day, wall, zone):
        assert (shown.date(), shown.time()) == (day, wall)
        assert skipped(day, wall, zone) is None
    else:
        left, reached = skipped(day, wall, zone)
        assert left <= wall < reached
        assert (zone, day, left, reached) in [(*change[:2], *change[3:]) for change in FORWARD] or day.year != 2030


@steady
@given(zones, days, clocks, clocks)
def test_moments_follow_the_clock_and_stay_in_their_day(zone, day, one, other):
    earlier, later = sorted((one, other))

    found = [moment(day, wall, zone) for wall in (earlier, later)]

    if exists(day, earlier, zone) and exists(day, later, zone):
        assert (found[0] < found[1]) == (earlier < later)
        assert midnight(day, zone) <= found[0] <= found[1] < midnight(day + timedelta(days=1), zone)
    assert all(at.tzinfo is UTC for at in found)


def open_all_night(zone):
    """A practitioner who works from midnight to five, and the service."""
    here = LocationFactory(name="Night", zone_name=zone.key)
    kim = PractitionerFactory(hours=False, name="Kim")
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=kim, location=here, weekday=day, starts=time(0), ends=time(5), valid_from=date(2020, 1, 1)
        )
        for day in range(7)
    )
    TableFactory(location=here)
    return kim, ServiceFactory(by=[kim], stages=HANDS_ON)


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), CHANGES)
def test_a_visit_over_the_change_takes_the_time_that_passes(zone, day, length, left, reached):
    kim, service = open_all_night(zone)
    start = midnight(day, zone) + timedelta(minutes=45)

    visit = booking.book(patient=PatientFactory(), service=service, practitioner=kim, starts_at=start, by=None)
    night = finding.free_times(service=service, start=day, days=1, now=NOW, limit=99, a_day=99)

    assert visit.ends_at - visit.starts_at == timedelta(hours=1)
    assert min(free.starts_at for free in night) == visit.ends_at
    assert max(free.ends_at for free in night) == moment(day, time(5), zone)


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), FORWARD)
def test_the_desk_is_told_that_a_time_does_not_exist(zone, day, length, left, reached):
    kim, service = open_all_night(zone)
    wall = time(left.hour, 15)

    here = looking.offer(day=day, at=wall, location=LocationFactory(name="Night"), zone=zone, now=NOW, service=service)
    anywhere = looking.offer(day=day, at=wall, zone=zone, now=NOW, service=service)

    on = f"On {day:%a} {day.day} {day:%b} the clocks jump from {left:%H:%M} to {reached:%H:%M}"
    city = zone.key.split("/")[1].replace("_", " ")
    assert here.why_not == f"{on} in Night: {wall:%H:%M} does not exist that day."
    assert anywhere.why_not == f"{on} in {city}: {wall:%H:%M} does not exist that day."
    assert here.wanted is None
    assert [free.practitioner for free in here.times] == [kim] * 3


@pytest.mark.django_db
@pytest.mark.parametrize(("zone", "day", "length", "left", "reached"), BACK)
def test_the_desk_gets_the_first_of_two_times(zone, day, length, left, reached):
    _, service = open_all_night(zone)

    found = looking.offer(day=day, at=reached, zone=zone, now=NOW, service=service)

    assert (found.why_not, found.times[0].starts_at) == ("", moment(day, reached, zone))
