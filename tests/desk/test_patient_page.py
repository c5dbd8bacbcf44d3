"""One page about one person: what it shows to whom, what it leaves on record, what it costs."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.models import AccessRecord, Intake
from reminders.models import State
from tests.desk.test_today import message, text
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    HealthFactFactory,
    PatientFactory,
    UserFactory,
)
from tests.reminders.written import told
from tests.sessions import making

pytestmark = pytest.mark.django_db


def page(client, patient, **query):
    return client.get(reverse("desk:patient", args=[patient.pk]), query).content.decode()


def signed(patient, start):
    """A visit of this patient whose session is signed."""
    plan = making.a_plan("li4", patient=patient, start=start)
    making.answer(plan)
    making.sign(making.chart(making.begin(plan)))
    return plan.appointment


def test_the_page_asks_for_a_login_and_a_role(client):
    url = reverse("desk:patient", args=[PatientFactory().pk])

    assert "/accounts/login/" in client.get(url).headers["Location"]
    client.force_login(UserFactory())
    assert client.get(url).status_code == 403


@pytest.mark.parametrize("pk", [0, 999_999, 10**18, 10**30])
def test_nobody_is_nobody(client, desk, pk):
    assert client.get(f"/people/{pk}/").status_code == 404


def test_a_merged_record_is_not_opened(client, desk):
    merged = PatientFactory(merged_into=PatientFactory())

    assert client.get(reverse("desk:patient", args=[merged.pk])).status_code == 404


def test_the_front_desk_finds_what_it_needs(client, desk):
    patient = PatientFactory(phone="555-0177", interpreter=True)
    ahead = AppointmentFactory(patient=patient, start=MONDAY_TEN + timedelta(days=2))
    past = AppointmentFactory(patient=patient, start=MONDAY_TEN - timedelta(days=5), status="no_show")
    sent = message(patient, State.ACCEPTED, accepted_at=MONDAY_TEN)

    html = page(client, patient)

    for url in [ahead.get_absolute_url(), past.get_absolute_url(), sent.get_absolute_url()]:
        assert url in html
    words = text(html)
    for word in ["555-0177", "Interpreter", "Intake form missing", "No-show", "Accepted", "Book a visit"]:
        assert word in words
    assert f"{reverse('scheduling:book')}?patient={patient.pk}" in html


def test_the_front_desk_sees_nothing_clinical_and_leaves_no_record_of_reading(client, desk):
    patient = PatientFactory()
    HealthFactFactory(patient=patient, code="pacemaker", detail="Serial 77")
    Intake.objects.create(patient=patient, areas=["neck"], goals="Less sadness", mood="Gloomy", sleep="Sleepless")
    signed(patient, MONDAY_TEN - timedelta(days=3))

    html = page(client, patient)

    for word in ["acemaker", "Serial 77", "sadness", "Gloomy", "Sleepless", "LI4", "neck", "/sessions/"]:
        assert word not in html
    assert "/facts" not in html
    assert "intakes/" not in html
    assert "Intake form came in" in text(html)
    assert not AccessRecord.objects.exists()


def test_a_practitioner_sees_what_matters_without_a_click_and_the_reading_is_noted(client, kim):
    patient = PatientFactory()
    HealthFactFactory(patient=patient, code="anticoagulant", detail="Warfarin 5 mg")
    Intake.objects.create(patient=patient, goals="Less pain")
    visit = signed(patient, MONDAY_TEN - timedelta(days=3))

    html = page(client, patient)

    words = text(html)
    assert "Anticoagulant · Warfarin 5 mg" in words
    assert "LI4 L+R" in words
    assert "Not read yet" in words
    assert reverse("sessions:record", args=[visit.pk]) in html
    assert AccessRecord.objects.get(user=kim.user, patient=patient).page == "desk:patient"


def test_todays_visit_can_be_checked_in_from_here(client, desk):
    visit = AppointmentFactory(start=MONDAY_TEN + timedelta(minutes=20))
    url = reverse("desk:attend", args=[visit.pk, "arrive"])
    here = visit.patient.get_absolute_url()

    assert url in page(client, visit.patient)
    answer = client.post(url, {"next": here})

    visit.refresh_from_db()
    assert answer.headers["Location"] == here
    assert visit.status == "arrived"
    assert url not in page(client, visit.patient)


def test_a_practitioner_opens_todays_plan_from_here(client, kim):
    visit = AppointmentFactory(start=MONDAY_TEN + timedelta(minutes=20))

    assert reverse("sessions:plan", args=[visit.pk]) in page(client, visit.patient)


def test_without_visits_the_page_says_what_to_do_next(client, desk):
    words = text(page(client, PatientFactory()))

    assert "No visits yet. Book the first" in words
    assert "No visit lies ahead." in words


def test_a_familys_letter_is_on_the_page_of_each_of_them_once(client, desk):
    ana, ben = PatientFactory(), PatientFactory()
    sent = told(visits=[AppointmentFactory(patient=one, start=MONDAY_TEN + timedelta(days=2)) for one in (ana, ben)])

    pages = [page(client, patient) for patient in (ana, ben)]

    assert [html.count(sent.get_absolute_url()) for html in pages] == [1, 1]


def test_a_long_past_is_read_page_by_page_without_losing_anything(client, desk):
    patient = PatientFactory()
    sent = [message(patient, State.DROPPED, created_at=MONDAY_TEN - timedelta(hours=n)) for n in range(60)]

    seen, query = [], {}
    for _ in range(3):
        answer = client.get(patient.get_absolute_url(), query)
        seen += [event.of.pk for event in answer.context["events"]]
        query = {"before": answer.context["older"]}

    assert seen == [one.pk for one in sent]
    assert answer.context["older"] is None


@pytest.mark.parametrize("before", ["x", "1" * 40, "-1", "😀", "1e5", ""])
def test_a_place_in_the_past_that_is_none_is_the_newest(client, desk, before):
    assert client.get(PatientFactory().get_absolute_url(), {"before": before}).status_code == 200


def test_hostile_details_are_text(client, desk):
    patient = PatientFactory(
        given_name="<script>alert(1)</script>", phone='"><b>55501', address="<img src=x>", desk_note="\u202e<i>"
    )

    html = page(client, patient)

    for sign in ["<script>alert", '"><b>', "<img src=x>", "<i>"]:
        assert sign not in html


@pytest.mark.parametrize(("role", "most"), [("Front desk", 10), ("Practitioner", 14)])
def test_the_page_costs_the_same_for_one_event_and_for_three(
    client, monday_ten, role, most, django_assert_max_num_queries
):
    user, patient = UserFactory(role=role), PatientFactory()
    client.force_login(user)
    counts = []
    for count in (1, 2):
        for number in range(count):
            days = timedelta(days=10 * count + number)
            signed(patient, MONDAY_TEN - days)
            AppointmentFactory(patient=patient, start=MONDAY_TEN + days)
            HealthFactFactory(patient=patient, code=["pacemaker", "epilepsy", "diabetes"][count + number - 1])
            Intake.objects.create(patient=patient)
            message(patient, State.DROPPED)
        with django_assert_max_num_queries(most + 3) as seen:  # the user and the permissions come on top
            page(client, patient)
        counts.append(len(seen))

    assert counts[0] == counts[1]
