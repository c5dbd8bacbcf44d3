"""The day sheet, on the screen and on paper: logistics only."""

from datetime import timedelta

import pytest
from django.urls import reverse

from clinic.models import TimeOff
from scheduling.models import Block
from tests.desk.test_today import text
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    DeviceFactory,
    HealthFactFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    TableFactory,
    UserFactory,
)
from tests.pdf import sheets

pytestmark = pytest.mark.django_db
SHEET, PDF = reverse("desk:day_sheet"), reverse("desk:day_sheet_pdf")
HOUR = timedelta(hours=1)


def page(client, **query):
    return text(client.get(SHEET, query).content.decode())


def block(resource, start, end, title):
    return Block.objects.create(resource=resource, location=LocationFactory(), span=(start, end), title=title)


@pytest.mark.parametrize("url", [SHEET, PDF])
def test_the_sheet_asks_for_a_login_and_a_role(client, url):
    assert "/accounts/login/" in client.get(url).headers["Location"]

    client.force_login(UserFactory())
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 405


def test_a_line_has_time_name_chart_number_service_place_and_notes(client, desk):
    patient = PatientFactory(wheelchair=True)
    visit = AppointmentFactory(
        patient=patient, table=TableFactory(name="Table 3"), device=DeviceFactory(name="Unit 2"), note="Rings first."
    )

    said = page(client)

    line = said.split(visit.practitioner.name)[1]
    for part in (
        "10:00",
        "11:00",
        f"{patient.family_name}, Ana",
        f"#{patient.chart_number}",
        visit.service.name,
        "Table 3, Unit 2",
        "Rings first. · Intake form missing · Wheelchair",
    ):
        assert part in line


def test_a_name_in_letters_that_no_font_has_is_not_written_into_the_log(client, desk, caplog):
    AppointmentFactory(patient=PatientFactory(family_name="🙂🦄"))

    client.get(PDF)

    assert caplog.text == ""


def test_long_names_and_notes_leave_room_for_the_day_on_one_sheet(client, desk):
    patient = PatientFactory(family_name="Longestname" * 7, given_name="🙂")
    for hours in range(3):
        AppointmentFactory(patient=patient, start=MONDAY_TEN + 2 * hours * HOUR, note="rings the bell " * 20)

    assert len(sheets(client.get(PDF).content)) == 1


def test_the_boxes_are_ticked_as_far_as_the_visit_is(client, desk):
    for hours, status in enumerate(("booked", "arrived", "completed", "cancelled", "no_show")):
        AppointmentFactory(start=MONDAY_TEN + hours * HOUR, status=status)

    html = client.get(SHEET).content.decode()

    assert html.count('<span class="box">') == 6
    assert html.count('<span class="box">x</span>') == 3


def test_nothing_clinical_is_on_the_sheet_for_practitioners_either(client, kim):
    visit = AppointmentFactory(practitioner=kim)
    HealthFactFactory(patient=visit.patient, code="pacemaker")

    assert "acemaker" not in page(client)
    assert "acemaker" not in sheets(client.get(PDF).content)[0]


def test_blocks_time_off_and_closures_stand_among_the_visits(client, desk):
    kim = PractitionerFactory()
    AppointmentFactory(practitioner=kim)
    block(kim, MONDAY_TEN + 2 * HOUR, MONDAY_TEN + 3 * HOUR, "Team meeting")
    block(TableFactory(name="Table 9"), MONDAY_TEN, MONDAY_TEN + HOUR, "Re-covered")
    TimeOff.objects.create(
        resource=kim, span=(MONDAY_TEN + 5 * HOUR, MONDAY_TEN + timedelta(days=3)), reason="Operation"
    )
    TimeOff.objects.create(location=LocationFactory(), span=(MONDAY_TEN + 7 * HOUR, MONDAY_TEN + 8 * HOUR))

    said = page(client)

    for part in ("12:00–13:00 Team meeting", "15:00–00:00 Away", "10:00–11:00 Table 9: Re-covered"):
        assert part in said
    assert "Closed from 17:00 to 18:00" in said
    assert "Operation" not in said


def test_a_practitioner_prints_the_own_day_or_the_whole_clinics(client, kim):
    mine, other = AppointmentFactory(practitioner=kim), AppointmentFactory()

    own, whole = page(client, view="mine"), page(client)

    assert mine.patient.family_name in own
    assert other.patient.family_name not in own
    assert other.patient.family_name in whole


def test_each_location_is_on_a_sheet_of_its_own_in_its_own_time(client, desk):
    AppointmentFactory()
    hill = LocationFactory(name="Hillside", zone_name="America/Denver")
    AppointmentFactory(table=TableFactory(location=hill))

    answer = client.get(PDF)

    first, second = sheets(answer.content)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "day-sheet-2030-05-13.pdf" in answer.headers["Content-Disposition"]
    assert "Riverside" in first
    assert "10:00–11:00" in first
    assert "Hillside" in second
    assert "08:00–09:00" in second
    for number, sheet in enumerate((first, second), 1):
        assert "Day sheet · Monday 13 May 2030" in sheet
        assert f"Page {number} of 2" in sheet


def test_a_day_without_anything_says_so(client, desk):
    assert "Nothing is booked on this day." in page(client)
    assert "Nothing is booked on this day." in sheets(client.get(PDF).content)[0]


@pytest.mark.parametrize("day", ["9999-12-31", "x", "2030-02-30", "<script>", "\u202e"])
def test_a_day_that_is_none_is_today_with_a_sentence(client, desk, day):
    assert "This is today." in page(client, day=day)
    assert client.get(PDF, {"day": day}).status_code == 200


def test_a_hostile_name_and_note_are_text(client, desk):
    patient = PatientFactory(given_name="<script>alert(1)</script>", family_name="\u202eOrtiz", desk_note="<img src=x>")
    AppointmentFactory(patient=patient, note="</td></table>")

    html = client.get(SHEET).content.decode()

    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "&lt;/td&gt;&lt;/table&gt;" in html
    assert "<img src=x>" in sheets(client.get(PDF).content)[0]


def test_the_sheet_is_linked_from_the_day(client, desk):
    assert f"{SHEET}?day=2030-05-13" in client.get(reverse("desk:today")).content.decode()


def test_the_sheet_costs_the_same_for_one_visit_and_for_three(client, desk, django_assert_max_num_queries):
    counts = []
    for count in (1, 2):
        for number in range(count):
            visit = AppointmentFactory(start=MONDAY_TEN + 2 * (number + 3 * count) * HOUR)
            HealthFactFactory(patient=visit.patient)
            block(visit.practitioner, visit.starts_at - HOUR, visit.starts_at, "Notes")
            TimeOff.objects.create(
                resource=visit.practitioner, span=(visit.starts_at + HOUR, visit.starts_at + 2 * HOUR)
            )
        with django_assert_max_num_queries(10) as seen:
            page(client)
        counts.append(len(seen))

    assert counts[0] == counts[1]
