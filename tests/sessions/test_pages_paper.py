"""The plan card for the room and the sheet that the patient takes home, on screen and as PDF."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from patients.models import AccessRecord, Language
from scheduling.models import Appointment
from sessions import aftercare, charting
from sessions.models import MovementStep, NeedlePoint
from tests import pdf
from tests.factories import AppointmentFactory, HealthFactFactory, PatientFactory, PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.pages import url, words

pytestmark = pytest.mark.django_db
PAGES = ["plan_card", "plan_card_pdf", "aftercare", "aftercare_pdf"]
HOSTILE = "<script>alert(1)</script> \u202eevil 🪡 " + "w" * 200


def enter(client, plan):
    client.force_login(making.by(plan))
    return client


def text_of(response):
    """What a reader sees, of a page or of a PDF."""
    if response["Content-Type"] == "application/pdf":
        return " ".join(pdf.sheets(response.content))
    return words(response)


def both(client, name, visit, query=""):
    return [text_of(client.get(url(page, visit) + query)) for page in (name, f"{name}_pdf")]


# Who may, and when


@pytest.mark.parametrize("name", PAGES)
def test_nobody_prints_without_signing_in_or_without_treating(client, name):
    visit = making.charted().appointment

    anonymous = client.get(url(name, visit))
    refused = []
    for role in ("Front desk", "Manager"):
        client.force_login(UserFactory(role=role))
        refused.append(client.get(url(name, visit)).status_code)

    assert anonymous.status_code == 302
    assert refused == [403, 403]
    assert not AccessRecord.objects.exists()


@pytest.mark.parametrize("path", ["plan-card/", "plan-card.pdf", "aftercare/", "aftercare.pdf"])
def test_an_unknown_visit_is_not_found(client, path):
    client.force_login(PractitionerFactory().user)

    assert client.get(f"/sessions/999999/{path}").status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_a_visit_without_a_plan_has_nothing_to_print(client, name):
    visit = AppointmentFactory()
    client.force_login(visit.practitioner.user)

    answer = client.get(url(name, visit))

    assert answer.status_code == 409
    assert "Nothing is planned for this visit yet. Plan first, then print." in words(answer)


@pytest.mark.parametrize("name", PAGES)
def test_a_cancelled_visit_has_nothing_to_print(client, name):
    plan = making.a_plan("li4")
    Appointment.objects.filter(pk=plan.appointment_id).update(status="cancelled")

    answer = enter(client, plan).get(url(name, plan.appointment))

    assert answer.status_code == 409
    assert "This visit is cancelled. There is nothing to print." in words(answer)


@pytest.mark.parametrize("name", PAGES)
def test_reading_them_is_noted_and_the_file_s_name_tells_nothing_of_health(client, name):
    plan = making.charted()

    answer = enter(client, plan).get(url(name, plan.appointment))

    assert AccessRecord.objects.get().page == f"sessions:{name}"
    assert "no-store" in answer["Cache-Control"]
    if name.endswith("pdf"):
        number = plan.appointment.patient.chart_number
        said = re.fullmatch(rf'inline; filename="[a-z-]+-{number}-2030-05-13\.pdf"', answer["Content-Disposition"])
        assert said


@pytest.mark.parametrize("name", PAGES)
def test_hostile_text_is_printed_as_text(client, name):
    patient = PatientFactory(given_name="<b>Zoë</b> \u202e", family_name="Ü" * 60)
    plan = making.a_plan("li4", patient=patient)
    NeedlePoint.objects.update(site=HOSTILE[:80])
    MovementStep.objects.create(plan=plan, instruction=HOSTILE[:300], home=HOSTILE[:300])
    making.answer(plan)
    plan = making.chart(making.begin(plan))
    charting.note(plan=plan, version=plan.version, fields={"advice": HOSTILE * 20}, by=making.by(plan))

    answer = enter(client, plan).get(url(name, plan.appointment))

    assert answer.status_code == 200
    if not name.endswith("pdf"):
        assert "<script>alert" not in answer.content.decode()
        assert "<b>Zoë" not in answer.content.decode()


# The plan card


def test_the_card_says_who_what_must_be_known_and_what_goes_where(client):
    patient = PatientFactory(given_name="Ana", family_name="Ortiz")
    HealthFactFactory(patient=patient, code="lymphoedema", region="left_arm")
    plan = making.circuit(making.a_plan("st36 lr3", patient=patient), "ST36-left", "LR3-left", low_hz=2, minutes=20)
    visit = plan.appointment

    for text in both(enter(client, plan), "plan_card", visit):
        assert "Ortiz, Ana" in text
        assert f"born {patient.birth_date:%-d %b %Y}" in text
        assert f"chart {patient.chart_number}" in text
        assert text.index("Lymphoedema or node removal · left arm") < text.index("Needles: 4")
        assert text.index("Legs") < text.index("ST36 L+R") < text.index("Feet") < text.index("LR3 L+R")
        assert "ST36-L to LR3-L" in text
        assert "2 Hz · 20 min" in text
        assert "Lying on the back" in text
        assert "Draft: not ready yet" in text
        assert "Not a record." in text


def test_the_card_shows_findings_with_their_answers_and_those_without(client):
    patient = PatientFactory()
    HealthFactFactory(patient=patient, code="pregnancy", due_date="2030-09-01")
    plan = making.a_plan("li4", patient=patient)

    before = words(enter(client, plan).get(url("plan_card", plan.appointment)))
    making.answer(plan)
    after = words(client.get(url("plan_card", plan.appointment)))

    assert "Not answered yet." in before
    assert f"Overridden by {making.by(plan)}: Agreed with the midwife" in after
    assert "Not answered yet." not in after


def test_a_usual_plan_fits_on_one_sheet(client):
    plan = making.full()

    sheets = pdf.sheets(enter(client, plan).get(url("plan_card_pdf", plan.appointment)).content)

    assert len(sheets) == 1
    assert "Gastrocnemius L" in sheets[0]
    assert "Cups neck L+R" in sheets[0]


def test_an_empty_plan_prints_and_says_so(client):
    plan = making.a_plan()

    assert "Nothing is planned yet." in words(enter(client, plan).get(url("plan_card", plan.appointment)))


def test_once_signed_the_record_is_printed_and_no_card(client):
    plan = making.signed()

    answer = enter(client, plan).get(url("plan_card", plan.appointment))

    assert answer.status_code == 409
    assert "Print its record instead" in words(answer)


# Aftercare


def test_aftercare_says_what_was_done_what_is_common_and_when_to_get_help(client):
    plan = making.full()
    visit = plan.appointment

    for text in both(enter(client, plan), "aftercare", visit):
        assert "Thin needles in the skin: shoulders and arms and hands." in text
        assert "Thin needles in muscles (dry needling): legs." in text
        assert "Cups on the skin: head and neck." in text
        assert "up to 72 hours (3 days)" in text
        assert "new shortness of breath" in text, "a point over the lung was needled"
        assert "A pounding or irregular heartbeat." in text
        assert "No next visit is booked yet." in text
        assert visit.table.location.phone in text
        assert "This does not replace your other care." in text


def test_aftercare_speaks_of_nothing_that_was_not_done(client):
    plan = making.begun("li4 st36")
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=making.by(plan))
    NeedlePoint.objects.filter(point__code="ST36").update(outcome="omitted")

    text = words(enter(client, plan).get(url("aftercare", plan.appointment)))

    assert "Thin needles in the skin: hands." in text
    for absent in ("legs", "Cups", "dry needling", "shortness of breath", "heartbeat", "stay in place"):
        assert absent not in text


def test_aftercare_tells_what_stays_in_place_what_to_do_and_the_next_visit(client):
    plan = making.charted("li4")
    start = timezone.now() + timedelta(days=365 * 10)
    NeedlePoint.objects.update(needles_out=1, left_in_place=1, remove_on="2030-05-16")
    MovementStep.objects.create(plan=plan, instruction="Breathe", home="Ten slow breaths", outcome="done")
    charting.note(plan=plan, version=plan.version, fields={"advice": "Walk a little"}, by=making.by(plan))
    AppointmentFactory(patient=plan.appointment.patient, start=start)

    for text in both(enter(client, plan), "aftercare", plan.appointment):
        assert "1 in place (hands), to come out on Thursday, May 16." in text
        assert "We take them out on that day" in text
        assert "Ten slow breaths" in text
        assert "Walk a little" in text
        assert "Your next visit:" in text


def test_aftercare_is_in_the_patient_s_language_or_the_one_that_is_asked_for(client):
    plan = making.charted("li4", patient=PatientFactory(language="es"))
    visit = plan.appointment
    enter(client, plan)

    for text in both(client, "aftercare", visit):
        assert "Agujas finas en la piel: manos." in text
        assert "lunes 13 de mayo" in text
    for text in both(client, "aftercare", visit, "?language=en"):
        assert "Thin needles in the skin: hands." in text
    assert "Agujas finas" in words(client.get(url("aftercare", visit) + "?language=xx"))


def test_aftercare_waits_until_something_was_done(client):
    draft, begun = making.a_plan("li4"), making.begun("li4")

    early = enter(client, draft).get(url("aftercare", draft.appointment))
    unmarked = enter(client, begun).get(url("aftercare", begun.appointment))

    assert "The session has not begun." in words(early)
    assert "Nothing is marked as done yet." in words(unmarked)
    assert {early.status_code, unmarked.status_code} == {409}


def test_every_line_of_aftercare_is_there_in_every_language_with_its_source():
    for line in aftercare.lines():
        assert line["source"], line
        for language in Language.values:
            assert line[language], line
            assert re.findall(r"{\w+}", line[language]) == re.findall(r"{\w+}", line["en"])


def test_aftercare_promises_nothing_and_names_no_condition():
    promised = r"\b(heal|cure|relie|reset|rewire|balanc|detox|boost|improv|fibromyalg|pain will)"

    assert not [line["en"] for line in aftercare.lines() if re.search(promised, line["en"], re.IGNORECASE)]


def test_both_are_offered_where_they_are_needed(client):
    draft, begun, signed = making.a_plan("li4"), making.charted("li4"), making.signed("li4")

    def page(name, plan):
        return enter(client, plan).get(url(name, plan.appointment)).content.decode()

    assert url("plan_card", draft.appointment) in page("plan", draft)
    assert url("aftercare", draft.appointment) not in page("plan", draft)
    assert url("aftercare", begun.appointment) in page("chart", begun)
    assert url("aftercare", signed.appointment) in page("chart", signed)
    assert url("aftercare", signed.appointment) in page("record", signed)


# Cost

FRAME = 4  # the session, the user and the two reads of permissions


@pytest.mark.parametrize("name", PAGES)
def test_a_sheet_costs_the_same_whatever_is_on_it(client, name, django_assert_max_num_queries):
    costs = []
    for points in ("li4", "li4 lr3 gv20"):
        plan = making.charted(points)
        enter(client, plan).get(url(name, plan.appointment))
        with django_assert_max_num_queries(14 + FRAME) as asked:
            client.get(url(name, plan.appointment))
        costs.append(len(asked))

    assert costs[0] == costs[1]
