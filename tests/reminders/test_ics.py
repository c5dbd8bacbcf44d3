"""Calendar files, read back by another library (vobject) than the one that writes them."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from reminders import composing
from reminders.calendars import Entry, calendar_file
from reminders.models import Kind
from scheduling import booking, moving
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory, LocationFactory, PatientFactory, TableFactory, UserFactory
from tests.reminders.posting import ANA, DAY, GRACE, HOUR, confirmed, just_placed, only, replaced

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
BACK = datetime(2030, 11, 3, 6, tzinfo=UTC)  # in New York it is one o'clock again
FIELDS = {
    "uid": "visit-1@localhost",
    "sequence": 0,
    "summary": "Visit: Riverside",
    "place": "Riverside, 1 River Street",
    "note": "555-0100",
    "organizer": "clinic@example.com",
    "clinic": "Riverside",
    "starts_at": MONDAY_TEN,
    "ends_at": MONDAY_TEN + HOUR,
    "made_at": MONDAY_TEN - DAY,
    "zone": NEW_YORK,
}


def entry(**fields):
    return Entry(**(FIELDS | fields))


def read(text):
    """(the file, its events in order), as vobject understands them."""
    calendar = vobject.readOne(text)
    return calendar, calendar.contents.get("vevent", [])


def event(text):
    _, (only_one,) = read(text)
    return only_one


def attached(letters):
    return [letter.part("text/calendar") for letter in letters]


def test_a_file_says_when_where_and_what():
    calendar, (found,) = read(calendar_file([entry(sequence=3)]))

    assert (calendar.method.value, calendar.version.value) == ("PUBLISH", "2.0")
    assert found.uid.value == "visit-1@localhost"
    assert found.sequence.value == "3"
    assert found.summary.value == "Visit: Riverside"
    assert found.location.value == "Riverside, 1 River Street"
    assert found.description.value == "555-0100"
    assert found.status.value == "CONFIRMED"
    assert (found.organizer.value, found.organizer.cn_param) == ("mailto:clinic@example.com", "Riverside")
    assert found.dtstamp.value == MONDAY_TEN - DAY
    assert (found.dtstart.value, found.dtend.value) == (MONDAY_TEN, MONDAY_TEN + HOUR)
    assert found.dtstart.value.hour == 10


def test_a_file_about_what_is_cancelled_says_so():
    calendar, (found,) = read(calendar_file([entry()], cancelled=True))

    assert calendar.method.value == "CANCEL"
    assert found.status.value == "CANCELLED"


def test_several_visits_are_one_file_with_an_event_each():
    entries = [entry(uid=f"visit-{day}@localhost", starts_at=MONDAY_TEN + day * DAY) for day in range(5)]

    _, events = read(calendar_file([one_hour(one) for one in entries]))

    assert [found.uid.value for found in events] == [f"visit-{day}@localhost" for day in range(5)]
    assert [found.dtstart.value for found in events] == [MONDAY_TEN + day * DAY for day in range(5)]


def one_hour(found):
    return Entry(**(vars(found) | {"ends_at": found.starts_at + HOUR}))


def test_visits_of_two_places_each_stand_on_their_own_clock():
    calendar, (here, there) = read(calendar_file([entry(), entry(uid="visit-2@localhost", zone=BERLIN)]))

    assert (here.dtstart.value.hour, there.dtstart.value.hour) == (10, 16)
    assert here.dtstart.value == there.dtstart.value == MONDAY_TEN
    assert {zone.tzid.value for zone in calendar.vtimezone_list} == {"America/New_York", "Europe/Berlin"}


def test_the_rules_of_a_zone_stand_in_a_file_once():
    text = calendar_file([entry(), entry(uid="visit-2@localhost"), entry(uid="visit-3@localhost", zone=BERLIN)])

    assert text.count("BEGIN:VTIMEZONE") == 2


@pytest.mark.parametrize("order", [1, -1])
def test_visits_years_apart_share_rules_that_hold_for_all_of_them(order):
    """Read by dateutil: vobject keeps the rules of a zone that it has read first."""
    years = (2028, 2030, 2034)
    starts = [datetime(year, month, 12, 9, tzinfo=NEW_YORK).astimezone(UTC) for year in years for month in (1, 7)]

    text = calendar_file([entry(uid=f"visit-{at.year}-{at.month}@x", starts_at=at) for at in starts[::order]])

    told = tzical(StringIO(text.replace("\r\n", "\n"))).get("America/New_York")
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert [at.astimezone(told).hour for at in starts] == [9] * len(starts)


@pytest.mark.parametrize("starts_at", [BACK - 30 * timedelta(minutes=1), BACK, BACK + 30 * timedelta(minutes=1)])
def test_a_visit_in_the_hour_that_comes_twice_keeps_its_moment(starts_at):
    found = event(calendar_file([entry(starts_at=starts_at, ends_at=starts_at + HOUR)]))

    assert (found.dtstart.value, found.dtend.value) == (starts_at, starts_at + HOUR)


@pytest.mark.parametrize("month", [1, 3, 7, 11])
def test_in_any_season_the_hour_is_that_of_the_place(month):
    starts_at = datetime(2030, month, 12, 9, tzinfo=NEW_YORK).astimezone(UTC)

    found = event(calendar_file([entry(starts_at=starts_at, ends_at=starts_at + HOUR)]))

    assert found.dtstart.value == starts_at
    assert found.dtstart.value.hour == 9


def test_a_visit_in_the_last_year_of_the_calendar_is_told_too():
    starts_at = datetime(9999, 12, 30, 15, tzinfo=UTC)

    found = event(calendar_file([entry(starts_at=starts_at, ends_at=starts_at + HOUR)]))

    assert found.dtstart.value.replace(tzinfo=None) == datetime(9999, 12, 30, 10)  # noqa: DTZ001


@pytest.mark.parametrize(
    "place",
    [
        "1; River, Street",
        "two\nlines",
        "a backslash \\ and \\n none",
        'a "quote": and a colon',
        "END:VEVENT\nBEGIN:VEVENT",
        "Straße der Nadeln 1, Zürich, " + "ñ" * 200,
        "針灸診所 " * 40,
        "🪡" * 100,
    ],
)
def test_no_name_of_a_place_breaks_a_file(place):
    text = calendar_file([entry(place=place, summary=f"Visit: {place}", clinic=place)])

    found = event(text)
    assert found.location.value == place
    assert found.summary.value == f"Visit: {place}"
    assert found.organizer.value == "mailto:clinic@example.com"


# What a form lets through: no control characters but the line break.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=200)


@given(place=WORDS)
@settings(deadline=None)
def test_lines_are_short_in_bytes_whole_in_letters_and_end_as_they_must(place):
    text = calendar_file([entry(place=place, clinic=place)])

    lines = text.encode().split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and line.decode() is not None and b"\n" not in line for line in lines)


# From the database's rows to the file.


@pytest.mark.django_db
def test_a_visits_place_is_told_on_its_own_clock():
    place = LocationFactory(name="Straße, 1; Denver", address="2 Hill\nSuite 3", zone_name="America/Denver")
    visit = AppointmentFactory(table=TableFactory(location=place))

    found = event(composing.calendar([visit]))

    assert found.location.value == "Straße, 1; Denver, 2 Hill\nSuite 3"
    assert found.dtstart.value == MONDAY_TEN
    assert found.dtstart.value.hour == 8


@pytest.mark.django_db
def test_a_spanish_speakers_calendar_is_in_spanish():
    visit = AppointmentFactory(patient__language="es")

    assert event(composing.calendar([visit])).summary.value == "Cita: Riverside"


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "title"), [("en", "Visit: Riverside"), ("es", "Cita: Riverside")])
def test_the_entries_of_a_family_say_whose_they_are(language, title):
    ana, ben = (PatientFactory(given_name=name, email=ANA, language=language) for name in ("Ana", "Ben; B"))
    visits = [AppointmentFactory(patient=one, start=MONDAY_TEN + day * DAY) for day, one in enumerate((ana, ben))]

    _, found = read(composing.calendar(visits))

    assert [one.summary.value for one in found] == [f"Ana: {title}", f"Ben; B: {title}"]


@pytest.mark.django_db
def test_several_visits_of_one_person_need_no_name():
    ana = PatientFactory(email=ANA)
    visits = [AppointmentFactory(patient=ana, start=MONDAY_TEN + day * DAY) for day in range(2)]

    _, found = read(composing.calendar(visits))

    assert {one.summary.value for one in found} == {"Visit: Riverside"}


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_the_uid_stays_and_the_sequence_rises_with_every_change(sink, tell, clock):
    only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED)
    by = UserFactory()
    visit = confirmed(ANA)
    tell()

    for step in (
        lambda: moving.move(visit=visit, starts_at=MONDAY_TEN + DAY, by=by),
        lambda: moving.undo_move(visit=visit, revision=1, by=by),
        lambda: booking.cancel(visit=visit, reason="", by=by),
        lambda: booking.undo(visit=visit, by=by),
        lambda: booking.cancel(visit=visit, reason="", by=by),
    ):
        step()
        visit.refresh_from_db()
        clock.shift(GRACE)
        tell()

    found = [read(text) for text in attached(sink.letters)]
    assert {events[0].uid.value for _, events in found} == {f"visit-{visit.pk}@localhost"}
    assert [events[0].sequence.value for _, events in found] == ["0", "1", "2", "3", "4", "5"]
    assert [calendar.method.value for calendar, _ in found] == ["PUBLISH"] * 3 + ["CANCEL", "PUBLISH", "CANCEL"]


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_later_version_is_stamped_later(clock):
    visit = just_placed()
    first = event(composing.calendar([visit]))
    clock.shift(DAY)
    second = event(composing.calendar([replaced(visit)]))
    clock.shift(DAY)
    booking.cancel(visit=visit, reason="", by=UserFactory())
    third = event(composing.calendar([visit]))

    assert first.dtstamp.value < second.dtstamp.value < third.dtstamp.value == timezone.now()


@pytest.mark.django_db
@pytest.mark.usefixtures("clock")
def test_a_course_cancelled_at_once_is_taken_out_by_one_file(sink, tell, clock):
    only(Kind.BOOKED, Kind.CANCELLED)
    patient = PatientFactory(email=ANA)
    visits = [just_placed(patient=patient, start=MONDAY_TEN + day * DAY) for day in range(3)]
    tell()
    for visit in visits:
        booking.cancel(visit=Appointment.objects.get(pk=visit.pk), reason="", by=UserFactory())
    clock.shift(GRACE)
    tell()

    put_in, taken_out = (read(text) for text in attached(sink.letters))
    assert taken_out[0].method.value == "CANCEL"
    assert [found.uid.value for found in put_in[1]] == [found.uid.value for found in taken_out[1]]
    assert {found.sequence.value for found in taken_out[1]} == {"1"}
