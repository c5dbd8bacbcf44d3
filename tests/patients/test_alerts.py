from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from patients.alerts import alerts_of, banner
from patients.models import Intake, Patient
from tests.factories import MONDAY_TEN, AppointmentFactory, HealthFactFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2030, 5, 13)


def words(patient, role, day=TODAY):
    return [alert.whole for alert in banner(patient, UserFactory(role=role), day)["alerts"]]


def filled_in(**kwargs):
    patient = PatientFactory(**kwargs)
    Intake.objects.create(patient=patient)
    return patient


def test_a_clinician_sees_every_fact_in_force_blocks_first():
    patient = filled_in()
    for code, more in [
        ("fibromyalgia", {}),
        ("anticoagulant", {"detail": "Warfarin 5 mg"}),
        ("pacemaker", {}),
        ("lymphoedema", {"region": "left_arm"}),
        ("pregnancy", {"due_date": TODAY + timedelta(days=126)}),
    ]:
        HealthFactFactory(patient=patient, code=code, **more)

    assert words(patient, "Practitioner") == [
        "Lymphoedema or node removal · left arm",
        "Pacemaker",
        "Pregnant 22 wk",
        "Anticoagulant · Warfarin 5 mg",
        "Fibromyalgia",
    ]


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_nobody_else_sees_a_fact(role):
    patient = filled_in()
    HealthFactFactory(patient=patient, code="pacemaker")

    assert words(patient, role) == []


@pytest.mark.parametrize(
    ("times", "seen"),
    [
        ({}, True),
        ({"since": TODAY, "until": TODAY}, True),
        ({"since": TODAY + timedelta(days=1)}, False),
        ({"until": TODAY - timedelta(days=1)}, False),
        ({"entered_in_error": True}, False),
    ],
)
def test_a_fact_counts_on_the_days_it_holds(times, seen):
    patient = filled_in()
    fact = HealthFactFactory(patient=patient, code="pacemaker", **times)

    assert (words(patient, "Practitioner") == ["Pacemaker"]) is seen
    assert fact.holds_on(TODAY) is seen


def test_everybody_sees_what_the_visit_needs():
    patient = PatientFactory(
        email="", language="es", interpreter=True, wheelchair=True, guardian="Eva Ortiz", desk_note="Likes table 2"
    )

    expected = [
        "Intake form missing",
        "No e-mail: call about visits",
        "Interpreter Spanish",
        "Wheelchair",
        "Guardian: Eva Ortiz",
        "Likes table 2",
    ]
    assert words(patient, "Front desk") == words(patient, "Practitioner") == expected


@pytest.mark.parametrize("role", ["Front desk", "Practitioner", "Manager"])
def test_everybody_sees_that_somebody_has_died(role):
    assert words(filled_in(deceased_on=date(2030, 5, 3)), role)[0] == "Died on 3 May 2030"


def test_a_minor_without_a_guardian_is_pointed_out():
    assert words(filled_in(birth_date=date(2015, 1, 1)), "Front desk") == ["Under 18, no guardian named"]


def test_the_banner_says_who_and_what_comes_next():
    visit = AppointmentFactory(start=timezone.now() + timedelta(days=2), patient=filled_in(pronouns="she/her"))
    context = banner(visit.patient, UserFactory(role="Front desk"), timezone.localdate())

    html = render_to_string("patients/_banner.html", context)

    assert visit.patient.family_name.upper() in html
    assert "she/her" in html
    assert f"#{visit.patient.chart_number}" in html
    assert f"{timezone.localtime(visit.starts_at, visit.zone):%H:%M}" in html


@pytest.mark.parametrize(("days", "is_today"), [(0, True), (2, False)])
def test_the_next_visit_is_today_on_its_own_day_whatever_day_the_page_is_about(days, is_today):
    with time_machine.travel(MONDAY_TEN):
        visit = AppointmentFactory(start=MONDAY_TEN + timedelta(days=days, hours=1))

        for day in (date(2030, 5, 13), date(2030, 5, 15)):
            context = banner(visit.patient, UserFactory(role="Front desk"), day)

            assert context["next_is_today"] is is_today


def test_a_hostile_name_is_text_in_the_banner():
    patient = PatientFactory(given_name="<script>alert(1)</script>", desk_note='"><b>')

    html = render_to_string("patients/_banner.html", banner(patient, UserFactory(role="Front desk"), TODAY))

    assert "<script>" not in html
    assert '"><b>' not in html


@pytest.mark.parametrize(("role", "queries"), [("Front desk", 2), ("Practitioner", 3)])
def test_the_banner_costs_two_queries_and_one_more_for_facts(role, queries):
    patient, user = PatientFactory(), UserFactory(role=role)
    HealthFactFactory(patient=patient)
    user.has_perm("patients.view_patient")

    with CaptureQueriesContext(connection) as seen:
        banner(patient, user, TODAY)

    assert len(seen) == queries


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_with_alerts_costs_two_queries_however_long(count, django_assert_num_queries):
    user = UserFactory(role="Practitioner")
    user.has_perm("patients.view_patient")
    for _ in range(count):
        HealthFactFactory(code="pacemaker")

    with django_assert_num_queries(2):
        found = [alerts_of(patient, user, TODAY) for patient in Patient.objects.with_alerts(user, TODAY)]

    assert [alerts[0].word for alerts in found] == ["Pacemaker"] * count
