from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from clinic.models import Credential, TimeOff, WorkingHours
from scheduling import booking, repeating
from scheduling.errors import BadTime, Barred, Moved, NotLicensed, SentTwice, SeriesTaken
from scheduling.models import Appointment, Occupancy
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)
from tests.scheduling.bookings import HANDS_ON, book, minutes, snapshot, taken

NOW = datetime(2030, 5, 6, 14, 0, tzinfo=UTC)
A_WEEK = timedelta(days=7)

pytestmark = pytest.mark.django_db


@pytest.fixture
def wish(kim):
    """What is repeated: an hour of Kim's hands, on the only table."""
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON, name="Tui Na")
    return {"patient": PatientFactory(), "service": service}


def propose(wish, who, *, starts_at=MONDAY_TEN, count=6, every_weeks=1, now=NOW, location=None):
    return repeating.propose(
        **wish,
        practitioner=who,
        location=location or LocationFactory(),
        starts_at=starts_at,
        count=count,
        every_weeks=every_weeks,
        now=now,
    )


def mondays(kim, count, *, starts_at=MONDAY_TEN):
    return [(starts_at + number * A_WEEK, kim) for number in range(count)]


def book_all(wish, times, by=None, **options):
    return repeating.book_all(**wish, times=times, by=by, **{"request_key": uuid4(), **options})


# Looking


def test_every_date_is_proposed_with_what_can_be_had(wish, kim):
    found = propose(wish, kim, count=3, every_weeks=2)

    assert [one.wanted for one in found] == [MONDAY_TEN + number * 2 * A_WEEK for number in range(3)]
    assert all(one.free and not one.why_not and not one.alternatives for one in found)
    assert [(one.time.starts_at, one.time.practitioner) for one in found] == [(one.wanted, kim) for one in found]


def test_a_date_that_is_taken_says_by_whom_and_what_is_free_around_it(wish, kim):
    book(kim, wish["service"], starts_at=MONDAY_TEN + A_WEEK)

    found = propose(wish, kim, count=3)

    assert [one.free for one in found] == [True, False, True]
    assert found[1].why_not == "Kim is with Ana until 11:00."
    assert [str(free) for free in found[1].alternatives] == [
        "Mon 20 May 08:45 with Kim",
        "Mon 20 May 09:00 with Kim",
        "Mon 20 May 11:00 with Kim",
    ]


def test_what_is_proposed_instead_lies_nearer_to_its_date_than_to_the_next(wish, kim):
    away = (MONDAY_TEN + A_WEEK - timedelta(days=3, hours=12), MONDAY_TEN + A_WEEK + timedelta(days=3, hours=12))
    TimeOff.objects.create(resource=kim, span=away)

    [_, gone, _] = propose(wish, kim, count=3)

    assert gone.why_not.startswith("Kim is away until")
    assert gone.alternatives == []


def test_nine_stays_nine_across_both_clock_changes(wish, kim):
    zone = ZoneInfo("America/New_York")
    autumn, spring = date(2030, 10, 28), date(2031, 3, 3)

    for first in (autumn, spring):
        start = datetime.combine(first, time(9), tzinfo=zone).astimezone(UTC)
        found = propose(wish, kim, starts_at=start, count=3)
        clocks = [one.wanted.astimezone(zone) for one in found]

        assert {clock.time() for clock in clocks} == {time(9)}
        assert len({clock.utcoffset() for clock in clocks}) == 2
        assert all(one.free for one in found)


@pytest.mark.parametrize(
    ("zone_name", "first", "wall", "sentence"),
    [
        (
            "America/New_York",
            date(2031, 3, 2),
            time(2, 30),
            "On Sun 9 Mar the clocks jump from 02:00 to 03:00 in Night: 02:30 does not exist that day.",
        ),
        (
            "Australia/Lord_Howe",
            date(2030, 9, 29),
            time(2, 15),
            "On Sun 6 Oct the clocks jump from 02:00 to 02:30 in Night: 02:15 does not exist that day.",
        ),
    ],
)
def test_a_time_that_the_clocks_jump_over_is_a_clash_with_a_sentence_of_its_own(zone_name, first, wall, sentence):
    night = LocationFactory(name="Night", zone_name=zone_name)
    owl = PractitionerFactory(name="Owl", hours=False)
    WorkingHours.objects.create(
        practitioner=owl, location=night, weekday=6, starts=time(0), ends=time(12), valid_from=date(2020, 1, 1)
    )
    TableFactory(location=night)
    wish = {"patient": PatientFactory(), "service": ServiceFactory(by=[owl])}
    start = datetime.combine(first, wall, tzinfo=night.zone).astimezone(UTC)

    [free, skipped, after] = propose(wish, owl, location=night, starts_at=start, count=3)

    assert (free.free, after.free) == (True, True)
    assert (skipped.free, skipped.why_not) == (False, sentence)
    assert skipped.alternatives


def test_a_date_on_which_the_practitioner_does_not_work_says_so(wish, kim):
    kim.hours.update(valid_until=date(2030, 5, 14))

    [_, second] = propose(wish, kim, count=2)

    assert second.why_not == "Kim does not work at Riverside on Mon 20 May."


def test_a_practitioner_who_does_not_offer_it_is_named_on_every_date(wish):
    roy = PractitionerFactory(name="Roy")

    found = propose(wish, roy, count=2)

    assert {one.why_not for one in found} == {"Roy does not offer Tui Na, or has no working hours there."}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"count": 1}, "count"),
        ({"count": 28}, "count"),
        ({"every_weeks": 0}, "every_weeks"),
        ({"every_weeks": 13}, "every_weeks"),
        ({"count": 26, "every_weeks": 12}, "count"),
        ({"starts_at": MONDAY_TEN + minutes(3)}, "at"),
    ],
)
def test_what_can_not_be_repeated_is_refused_on_its_field(wish, kim, asked, field):
    with pytest.raises(BadTime) as refused:
        propose(wish, kim, **asked)

    assert refused.value.field == field


def test_a_long_repetition_costs_what_a_short_one_does(wish, kim, cost):
    few = cost(lambda: propose(wish, kim, count=2))

    many = cost(lambda: propose(wish, kim, count=26))

    assert few == many <= 6


def test_naming_with_whom_somebody_is_busy_costs_the_same_on_one_date_and_on_many(wish, kim, cost):
    for number in range(6):
        AppointmentFactory(practitioner=kim, patient=PatientFactory(), start=MONDAY_TEN + (number + 1) * A_WEEK)

    few = cost(lambda: propose(wish, kim, count=2))
    many = cost(lambda: propose(wish, kim, count=7))

    assert few == many
    told = [one.why_not for one in propose(wish, kim, count=7)]
    assert told == ["", *["Kim is with Ana until 10:20."] * 6]


# Booking


def test_all_dates_are_booked_as_one_series(wish, kim, sam):
    visits = book_all(wish, mondays(kim, 6), sam, note="By phone")

    assert [visit.starts_at for visit in visits] == [MONDAY_TEN + number * A_WEEK for number in range(6)]
    assert len({visit.series for visit in visits}) == 1
    assert visits[0].series
    assert {(visit.booked_by, visit.note, visit.revision) for visit in visits} == {(sam, "By phone", 0)}
    assert all(taken(visit) == {kim.pk: [(0, 60)], visit.table_id: [(0, 60)]} for visit in visits)


def test_the_dates_may_be_with_different_people_and_in_any_order(wish, kim):
    roy = PractitionerFactory(name="Roy")
    wish["service"].practitioners.add(roy)

    visits = book_all(wish, [(MONDAY_TEN + A_WEEK, roy), (MONDAY_TEN, kim)])

    assert [visit.practitioner for visit in visits] == [kim, roy]


def test_every_date_that_clashes_is_named_with_what_is_free_and_nothing_is_booked(wish, kim):
    book(kim, wish["service"], starts_at=MONDAY_TEN + A_WEEK)
    off = MONDAY_TEN + 3 * A_WEEK
    TimeOff.objects.create(resource=kim, span=(off, off + minutes(60)))
    before = snapshot()

    with pytest.raises(SeriesTaken) as refused:
        book_all(wish, mondays(kim, 4))

    assert str(refused.value) == (
        "Nothing is booked. 2 of 4 dates can't be had. "
        "Mon 20 May: Kim is with Ana until 11:00. Mon 3 Jun: Kim is away until 11:00."
    )
    assert [one.wanted for one in refused.value.clashes] == [MONDAY_TEN + A_WEEK, off]
    assert [len(one.alternatives) for one in refused.value.clashes] == [3, 3]
    assert snapshot() == before


def test_a_licence_that_ends_before_the_last_date_is_a_clash_of_that_date(wish, kim):
    Credential.objects.update(expires=date(2030, 5, 21))

    with pytest.raises(SeriesTaken, match=r"1 of 3 dates can't be had\. Mon 27 May: Kim's .* licence ends 21 May 2030"):
        book_all(wish, mondays(kim, 3))


def test_what_bars_the_patient_is_said_once_and_not_for_every_date(wish, kim, settings):
    settings.BOOKING_CHECKS = [f"{__name__}.bar"]

    with pytest.raises(Barred, match=r"^Ask a practitioner\.$"):
        book_all(wish, mondays(kim, 3))

    assert not Appointment.objects.exists()


def bar(**asked):
    raise Barred("Ask a practitioner.")


def test_a_merged_record_gets_no_repetition(wish, kim):
    wish["patient"] = PatientFactory(merged_into=PatientFactory())

    with pytest.raises(Moved, match="merged"):
        book_all(wish, mondays(kim, 3))


def test_a_double_click_books_once(wish, kim):
    key = uuid4()

    first = book_all(wish, mondays(kim, 3), request_key=key)
    again = book_all(wish, mondays(kim, 3), request_key=key)

    assert again == first
    assert Appointment.objects.count() == 3


@pytest.mark.parametrize("count", [2, 4])
def test_the_same_form_with_other_dates_books_nothing_more(wish, kim, count):
    key = uuid4()
    book_all(wish, mondays(kim, 3), request_key=key)

    with pytest.raises(SentTwice):
        book_all(wish, mondays(kim, count, starts_at=MONDAY_TEN + minutes(60)), request_key=key)

    assert Appointment.objects.count() == 3


def test_the_same_form_after_one_of_its_visits_was_cancelled_books_nothing_by_itself(wish, kim):
    key = uuid4()
    visits = book_all(wish, mondays(kim, 2), request_key=key)
    booking.cancel(visit=visits[0], reason="", by=None)

    with pytest.raises(SentTwice):
        book_all(wish, mondays(kim, 2), request_key=key)


def test_without_a_key_each_call_is_a_repetition_of_its_own(wish, kim):
    first = book_all(wish, mondays(kim, 2), request_key=None)
    second = book_all(wish, mondays(kim, 2, starts_at=MONDAY_TEN + minutes(60)), request_key=None)

    assert first[0].series != second[0].series


def test_two_dates_that_overlap_are_refused_in_words(wish, kim):
    with pytest.raises(
        BadTime, match=r"^Ana can't have one visit on Mon 13 May at 10:00 and one on Mon 13 May at 10:30"
    ):
        book_all(wish, [(MONDAY_TEN, kim), (MONDAY_TEN + minutes(30), kim)])


@pytest.mark.parametrize("count", [0, 27])
def test_no_more_than_half_a_year_of_weeks_is_booked_at_once(wish, kim, count):
    with pytest.raises(BadTime) as refused:
        book_all(wish, mondays(kim, count))

    assert refused.value.field == "times"
    assert not Appointment.objects.exists()


def test_a_date_in_the_past_is_a_clash(wish, kim):
    with pytest.raises(SeriesTaken, match="That time has passed"):
        book_all(wish, [(datetime(2020, 5, 11, 14, tzinfo=UTC), kim), (MONDAY_TEN, kim)])


def test_nobody_who_is_not_licensed_repeats_anything(wish):
    roy = PractitionerFactory(name="Roy")
    assert NotLicensed in repeating.OF_A_DATE

    with pytest.raises(SeriesTaken, match="2 of 2 dates"):
        book_all(wish, mondays(roy, 2))


def test_the_occupancies_of_a_repetition_are_those_of_its_visits(wish, kim):
    AppointmentFactory(start=MONDAY_TEN + timedelta(days=1))

    book_all(wish, mondays(kim, 26))

    assert Occupancy.objects.filter(resource=kim).count() == 26
