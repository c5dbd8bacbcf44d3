"""What can't be written stops nobody else, and none of its words get into a log."""

import logging

import pytest
from django.db import connection

from clinic.models import Location
from reminders import objections, sending
from reminders.models import Kind, Message, Notice, State
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, LocationFactory, PatientFactory, TableFactory
from tests.reminders.posting import ANA, BEN, DAY, confirmed, find, just_placed, message, only, reminded, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
CLEO = "cleo@example.com"


def nowhere():
    """A place that is in no zone, as only a restored or imported database can have it."""
    place = LocationFactory(name="Nowhere")
    Location.objects.filter(pk=place.pk).update(zone_name="Nowhere/Atlantis")
    return place


def test_a_visit_that_cannot_be_told_of_stops_no_other():
    only(Kind.BOOKED)
    for day in range(3):
        confirmed(ANA, start=MONDAY_TEN + day * DAY)
    confirmed(BEN, table=TableFactory(location=nowhere()))

    find()

    assert Notice.objects.count() == 3
    assert set(Message.objects.values_list("to", flat=True)) == {ANA}


def test_a_letter_that_cannot_be_written_stops_no_other_rule():
    only(Kind.BOOKED, Kind.REMINDER)
    confirmed(ANA, start=MONDAY_TEN + 20 * DAY, table=TableFactory(location=nowhere()))
    reminded(BEN)

    find()

    assert set(Message.objects.values_list("kind", "to")) == {(Kind.REMINDER, BEN)}


@pytest.mark.django_db(transaction=True)
def test_a_place_in_no_zone_stops_no_delivery(sink):
    only(Kind.BOOKED)
    for day, email in enumerate((CLEO, ANA, BEN)):
        confirmed(email, start=MONDAY_TEN + day * DAY)
    find()
    Appointment.objects.filter(patient__email=ANA).update(table=TableFactory(location=nowhere()))

    sending.deliver()

    assert [letter.to for letter in sink.letters] == [[CLEO], [BEN]]
    assert states() == [State.ACCEPTED, State.WAITING, State.ACCEPTED]
    assert message(ANA).answer == sending.UNREADABLE


# (rows, pages) with which PostgreSQL once chose to read every place's clock before it looked whose it was asked for.
# It is told to believe so, which it can be since version 18.
BELIEVED = {
    "reminders_message": (30, 50),
    "reminders_notice": (0, 1),
    "reminders_rule": (3, 1),
    "scheduling_appointment": (1, 0),
    "patients_patient": (30, 2),
    "clinic_resource": (1, 2),
    "clinic_location": (1, 2),
}


def test_no_place_but_the_visits_own_is_asked_for_the_time():
    only(Kind.BOOKED)
    confirmed(ANA)
    nowhere()
    find()
    with connection.cursor() as cursor:
        for table, (rows, pages) in BELIEVED.items():
            cursor.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s,"
                " 'reltuples', %s::real, 'relpages', %s)",
                [table, rows, pages],
            )

    assert objections.objection(message(ANA)) is None


def test_what_the_database_refuses_is_logged_without_its_words(caplog):
    only(Kind.BOOKED)
    just_placed(patient=PatientFactory(given_name="Xiomara", email="xiomara@example.com"))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reminders_message ADD CONSTRAINT no_x CHECK (text NOT LIKE '%Xiomara%')")
    confirmed(ANA)

    with caplog.at_level(logging.DEBUG):
        find()

    assert Message.objects.get().to == ANA
    assert "could not be told: CheckViolation at finding.py:" in caplog.text
    for words in ("Xiomara", "xiomara", "10:00", "Riverside"):
        assert words not in caplog.text
