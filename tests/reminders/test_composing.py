from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from icalendar import Calendar

from clinic.models import Location
from patients.models import Language, Patient
from reminders.composing import compose
from reminders.models import Kind, Rule
from scheduling.models import Appointment
from tests.factories import AppointmentFactory, LocationFactory, ServiceFactory, TableFactory

pytestmark = pytest.mark.django_db


def letter(visit, kind=Kind.BOOKED):
    return compose(rule=Rule.objects.get(kind=kind), visit=visit, now=visit.placed_at)


def event(message):
    calendar = Calendar.from_ical(message.calendar)
    return calendar, calendar.events[0]


def test_a_letter_names_the_day_and_the_time_of_the_place():
    message = letter(AppointmentFactory())

    assert message.subject == "Your visit on Monday, May 13 at 10:00 AM"
    assert "Monday, May 13, 10:00 AM" in message.text
    assert "Riverside, 1 River Street" in message.text
    assert "555-0100" in message.text


def test_a_spanish_speaker_is_written_to_in_spanish():
    message = letter(AppointmentFactory(patient__language="es"))

    assert message.subject == "Su cita del lunes 13 de mayo a las 10:00 a.m."
    assert "Confirmar mi cita" in message.text
    assert 'lang="es"' in message.html


def test_a_moved_visit_is_told_as_news():
    message = letter(AppointmentFactory(revision=1))

    assert message.subject == "Your visit is now on Monday, May 13 at 10:00 AM"


@pytest.mark.parametrize(("kind", "language", "revision"), list(product(Kind, Language.values, [0, 1])))
def test_no_letter_says_what_the_visit_is_for(kind, language, revision):
    service = ServiceFactory(name="Needling for fibromyalgia")
    visit = AppointmentFactory(service=service, patient__language=language, revision=revision)

    message = letter(visit, kind)

    for words in (message.subject, message.text, message.html, message.calendar):
        assert "fibromyalgia" not in words.lower()
        assert "needling" not in words.lower()


def test_styles_are_written_into_the_html():
    html = letter(AppointmentFactory()).html

    assert "<style" not in html
    assert 'class="button" href="http://localhost:8000/visit/confirm/' in html
    assert "background: #1d6b59" in html
    assert "{" not in html


def test_a_hostile_name_stays_a_name():
    hostile = "Ana\r\nBcc: all@example.com\u202e<i>"
    visit = AppointmentFactory(patient__given_name=hostile, practitioner__name="K</td>im")

    message = letter(visit)

    assert "\n" not in message.subject
    assert "<i>" not in message.html
    assert "</td>" not in message.html


def test_the_longest_name_that_the_database_takes_fits():
    longest = Patient._meta.get_field("given_name").max_length

    message = letter(AppointmentFactory(patient__given_name="ñ" * longest))

    assert len(message.subject) <= 200
    assert "ñ" * longest in message.text


def test_the_calendar_file_reads_back():
    visit = AppointmentFactory(revision=3)

    calendar, found = event(letter(visit))

    assert calendar["METHOD"] == "PUBLISH"
    assert found["UID"] == f"visit-{visit.pk}@localhost"
    assert found["SEQUENCE"] == 3
    assert found.start == visit.starts_at
    assert found.end == visit.ends_at
    assert found["DTSTART"].params["TZID"] == "America/New_York"
    assert str(found["LOCATION"]) == "Riverside, 1 River Street"


def test_the_uid_stays_and_the_sequence_rises_when_a_visit_moves():
    visit = AppointmentFactory()
    _, before = event(letter(visit))
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    _, after = event(letter(Appointment.objects.get(pk=visit.pk)))

    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)


@pytest.mark.parametrize(
    "start",
    [
        datetime(2030, 3, 9, 14, tzinfo=UTC),  # nine o'clock, the day before the clocks go forward
        datetime(2030, 3, 10, 13, tzinfo=UTC),  # nine o'clock, the day itself
        datetime(2030, 11, 2, 13, tzinfo=UTC),
        datetime(2030, 11, 3, 14, tzinfo=UTC),
    ],
)
def test_nine_is_nine_on_both_sides_of_a_clock_change(start):
    visit = AppointmentFactory(start=start)

    message = letter(visit)

    _, found = event(message)
    assert message.subject.endswith("9:00 AM")
    assert found["DTSTART"].to_ical().endswith(b"T090000")
    assert start.astimezone(zone_rules(message)).hour == 9


def zone_rules(message):
    """The VTIMEZONE that travels with the file: a mail program may know no other."""
    return Calendar.from_ical(message.calendar).timezones[0].to_tz(lookup_tzid=False)


def test_each_place_has_its_own_clock():
    denver = LocationFactory(name="Denver", zone_name="America/Denver")
    visit = AppointmentFactory(table=TableFactory(location=denver))

    message = letter(visit)

    assert message.subject.endswith("8:00 AM")
    assert event(message)[1]["DTSTART"].params["TZID"] == "America/Denver"


def test_a_comma_or_line_break_in_an_address_breaks_no_calendar():
    Location.objects.filter(pk=LocationFactory().pk).update(address="1; River, Street\nEND:VEVENT")

    _, found = event(letter(AppointmentFactory()))

    assert str(found["LOCATION"]) == "Riverside, 1; River, Street\nEND:VEVENT"


def test_a_visit_in_the_last_year_of_the_calendar_is_told_too():
    start = datetime(9999, 12, 30, 15, tzinfo=UTC)

    _, found = event(letter(AppointmentFactory(start=start)))

    assert found.start == start
    assert found.end == start + timedelta(minutes=60)
