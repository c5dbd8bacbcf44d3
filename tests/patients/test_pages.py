"""The pages of this room: who may open them, what they refuse, what they leave on record."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import AccessRecord, HealthFact, Intake, Patient
from tests.factories import HealthFactFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> \u202eevil\u200f 😀"
NEW = {"given_name": "Ana", "family_name": "Ortiz", "birth_date": "1971-03-12", "language": "en"}


def address(name, *args):
    return reverse(f"patients:{name}", args=args)


def hidden(response, name):
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def new_patient(client, **more):
    """Open the page and send the form."""
    key = hidden(client.get(address("register")), "request_key")
    return client.post(address("register"), {**NEW, "request_key": key, **more})


def test_every_page_asks_for_a_login(client):
    patient, fact = PatientFactory(), HealthFactFactory()
    intake = Intake.objects.create(patient=patient)

    for url in [
        address("pick"),
        address("register"),
        address("edit", patient.pk),
        address("facts", patient.pk),
        address("add_fact", patient.pk),
        address("end_fact", fact.pk),
        address("withdraw_fact", fact.pk),
        address("reopen_fact", fact.pk),
        address("intake", intake.pk),
        address("review_intake", intake.pk),
    ]:
        assert "/accounts/login/" in client.get(url).headers["Location"]


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_clinical_pages_are_for_practitioners(client, role):
    fact = HealthFactFactory()
    intake = Intake.objects.create(patient=fact.patient)
    client.force_login(UserFactory(role=role))

    gets = [client.get(address("facts", fact.patient.pk)), client.get(address("intake", intake.pk))]
    posts = [
        client.post(address("add_fact", fact.patient.pk), {"code": "pacemaker"}),
        client.post(address("end_fact", fact.pk), {"until": "2020-01-01"}),
        client.post(address("withdraw_fact", fact.pk)),
        client.post(address("reopen_fact", fact.pk)),
        client.post(address("review_intake", intake.pk)),
    ]

    assert [answer.status_code for answer in gets + posts] == [403] * 7
    assert not AccessRecord.objects.exists()
    assert HealthFact.objects.get() == fact


def test_a_person_without_a_role_sees_nobody(client):
    client.force_login(UserFactory())

    assert client.get(address("pick"), {"q": "ort"}).status_code == 403
    assert client.get(address("register")).status_code == 403
    assert client.get(address("edit", PatientFactory().pk)).status_code == 403


@pytest.mark.parametrize("pk", [0, 999_999, 10**18, 10**30])
def test_an_unknown_number_is_not_found(client, practitioner, pk):
    for name in ["edit", "facts", "intake"]:
        assert (
            client.get(f"/patients/{pk}/{name}/" if name != "intake" else f"/patients/intakes/{pk}/").status_code == 404
        )
    for name in ["end", "withdraw", "reopen"]:
        assert client.post(f"/patients/facts/{pk}/{name}/").status_code == 404
    assert client.post(f"/patients/{pk}/facts/add/", {"code": "pacemaker"}).status_code == 404


# Picking


def test_three_letters_offer_radio_buttons_with_birth_date_and_chart_number(client, desk):
    ana = PatientFactory(family_name="Ortiz")
    PatientFactory(family_name="Chen", given_name="Li")

    html = client.get(address("pick"), {"q": "ort"}).content.decode()

    assert f'name="patient" value="{ana.pk}"' in html
    assert "12 Mar 1971" in html
    assert f"#{ana.chart_number}" in html
    assert "Chen" not in html


def test_whoever_is_not_found_can_be_registered_and_comes_back_to_the_booking(client, desk):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/schedule/book/?service=3"}

    html = client.get(address("pick"), {"q": "Eva Diaz"}, headers=headers).content.decode()

    url = re.search(r'href="([^"]*register[^"]*)"', html)[1].replace("&amp;", "&")
    form = client.get(url)
    assert hidden(form, "next") == "/schedule/book/?service=3"
    assert 'value="Eva"' in form.content.decode()
    assert 'value="Diaz"' in form.content.decode()


@pytest.mark.parametrize("typed", [HOSTILE, "%", "'; DROP TABLE", "x" * 5000])
def test_hostile_letters_find_nobody_and_show_as_text(client, desk, typed):
    answer = client.get(address("pick"), {"q": typed})

    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("count", [1, 3])
def test_picking_costs_the_same_for_one_and_for_three(client, desk, count, django_assert_num_queries):
    for _ in range(count):
        PatientFactory()

    with django_assert_num_queries(5):  # session, user, two of permissions, the search
        client.get(address("pick"), {"q": "ortiz"})


# Registering


def test_three_fields_register_a_person(client, desk):
    answer = new_patient(client)

    ana = Patient.objects.get()
    assert answer.headers["Location"] == ana.get_absolute_url()
    assert (ana.name, ana.birth_date, ana.language) == ("Ana Ortiz", date(1971, 3, 12), "en")


def test_a_double_click_registers_once(client, desk):
    key = hidden(client.get(address("register")), "request_key")

    answers = [client.post(address("register"), {**NEW, "request_key": key}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Patient.objects.count() == 1


def test_the_booking_gets_its_patient(client, desk):
    answer = new_patient(client, next="/schedule/book/?service=3&patient=99")

    assert answer.headers["Location"] == f"/schedule/book/?service=3&patient={Patient.objects.get().pk}"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_another_site_is_no_way_back(client, desk, url):
    answer = new_patient(client, next=url)

    assert answer.headers["Location"] == Patient.objects.get().get_absolute_url()
    assert "evil" not in client.get(address("register"), {"next": url}).content.decode().split("<form")[0]


def test_somebody_like_that_is_pointed_out_before_a_second_record_is_made(client, desk):
    known = PatientFactory(given_name="Ana", family_name="Ortiz")

    answer = new_patient(client)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "This may be Ana Ortiz, born 12 Mar 1971" in html
    assert known.get_absolute_url() in html
    assert Patient.objects.count() == 1

    assert new_patient(client, anyway="1").status_code == 302
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("given_name", "", "Write the given name."),
        ("given_name", "\u200f\u202e", "Write the name with its letters."),
        ("given_name", "x" * 100_000, "80"),
        ("birth_date", "", "Write the birth date."),
        ("birth_date", "12.13.1971", "Write a day of the calendar"),
        ("birth_date", "9999-12-31", "Birth date is in the future. Check the year."),
        ("birth_date", "0001-01-01", "Birth date is before 1880. Check the year."),
        ("birth_date", "99999-01-01", "Write a day of the calendar"),
        ("email", "ana at example", "Write the whole e-mail address"),
        ("phone", "call", "Write the phone number with all its digits"),
        ("zone_name", "Mars/Olympus", "This is no time zone"),
        ("language", "tlh", "tlh"),
        ("request_key", "1", "This page is not whole any more"),
        ("desk_note", "x" * 100_000, "300"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(client, desk, field, value, sentence):
    answer = new_patient(client, **{field: value})

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Patient.objects.exists()


def test_a_name_becomes_one_line_without_signs_that_turn_the_page(client, desk):
    new_patient(client, given_name=" Ana\r\nBcc: all \u202e", family_name="Ortiz 😀")

    assert Patient.objects.get().name == "Ana Bcc: all Ortiz 😀"


# Editing


def loaded(client, patient):
    """The fields as the page shows them."""
    form = client.get(address("edit", patient.pk)).context["form"]
    fields = {name: form[name].value() for name in form.fields if name != "loaded"}
    sent = {name: value for name, value in fields.items() if value not in (False, None)}
    return sent | {"loaded": form["loaded"].value()}


def test_a_detail_is_changed(client, desk):
    patient = PatientFactory(phone="555-0101")

    answer = client.post(address("edit", patient.pk), loaded(client, patient) | {"phone": "555-0199"})

    patient.refresh_from_db()
    assert answer.headers["Location"] == patient.get_absolute_url()
    assert patient.phone == "555-0199"


def test_the_day_somebody_died_is_written_down_and_taken_back(client, desk):
    patient, today = PatientFactory(), timezone.localdate()
    url = address("edit", patient.pk)

    client.post(url, loaded(client, patient) | {"deceased_on": today.isoformat()})
    died = Patient.objects.get().deceased_on
    client.post(url, loaded(client, patient) | {"deceased_on": ""})

    assert died == today
    assert Patient.objects.get().deceased_on is None


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2999-01-01", "This day is in the future. Check it."),
        ("1970-01-01", "This day is before the birth date. Check both."),
        ("x" * 5000, "Write a day of the calendar"),
    ],
)
def test_nobody_dies_in_the_future_or_before_they_were_born(client, desk, day, sentence):
    patient = PatientFactory()

    answer = client.post(address("edit", patient.pk), loaded(client, patient) | {"deceased_on": day})

    assert sentence in answer.content.decode()
    assert Patient.objects.get().deceased_on is None


def test_what_two_people_changed_is_asked_about(client, desk):
    patient = PatientFactory(phone="555-0101")
    mine, theirs = loaded(client, patient), loaded(client, patient)
    client.post(address("edit", patient.pk), theirs | {"phone": "555-0102"})

    answer = client.post(address("edit", patient.pk), mine | {"phone": "555-0103", "wheelchair": "on"})

    html = answer.content.decode()
    assert answer.status_code == 409
    assert f"{desk} just changed this: phone. Keep yours or theirs?" in html
    assert "Keep mine: 555-0103" in html
    assert "Keep theirs: 555-0102" in html
    patient.refresh_from_db()
    assert (patient.phone, patient.wheelchair) == ("555-0102", False)


@pytest.mark.parametrize(("kept", "phone"), [("mine", "555-0103"), ("theirs", "555-0102")])
def test_the_answer_counts(client, desk, kept, phone):
    patient = PatientFactory(phone="555-0101")
    mine, theirs = loaded(client, patient), loaded(client, patient)
    client.post(address("edit", patient.pk), theirs | {"phone": "555-0102"})
    asked = client.post(address("edit", patient.pk), mine | {"phone": "555-0103", "wheelchair": "on"})
    form = asked.context["form"]

    answer = client.post(
        address("edit", patient.pk),
        mine | {"phone": "555-0103", "wheelchair": "on", "loaded": form["loaded"].value(), "keep_phone": kept},
    )

    patient.refresh_from_db()
    assert answer.status_code == 302
    assert (patient.phone, patient.wheelchair) == (phone, True)


@pytest.mark.parametrize("value", ["", "{", "[]", "{}", '{"birth_date": 3}', '"text"', "null", "[" * 5000])
def test_a_page_that_is_not_whole_saves_nothing(client, desk, value):
    patient = PatientFactory(phone="555-0101")

    answer = client.post(address("edit", patient.pk), loaded(client, patient) | {"loaded": value, "phone": "555-0102"})

    patient.refresh_from_db()
    assert answer.status_code == 200
    assert "This page is not whole any more" in answer.content.decode()
    assert patient.phone == "555-0101"


def test_the_edit_page_shows_the_front_desk_nothing_clinical(client, desk):
    fact = HealthFactFactory(code="pacemaker", detail="Serial 77")

    html = client.get(address("edit", fact.patient.pk)).content.decode()

    assert "acemaker" not in html
    assert "Serial 77" not in html


# Health facts


def test_a_practitioner_puts_a_fact_on_record_and_reading_is_noted(client, practitioner):
    patient = PatientFactory()
    due = timezone.localdate() + timedelta(days=126)

    answer = client.post(
        address("add_fact", patient.pk), {"code": "pregnancy", "due_date": due.isoformat()}, follow=True
    )

    assert patient.facts.get().recorded_by == practitioner
    assert "Pregnant 22 wk" in answer.content.decode()
    assert AccessRecord.objects.filter(user=practitioner, patient=patient, page="patients:facts").exists()


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({}, "Choose what it is."),
        ({"code": "wings"}, "Choose one from the list."),
        ({"code": "lymphoedema"}, "Say which limb."),
        ({"code": "pacemaker", "region": "left_arm"}, "A limb is said for"),
        ({"code": "lymphoedema", "region": "tail"}, "tail"),
        ({"code": "pacemaker", "due_date": "2030-01-01"}, "Only a pregnancy has a due date."),
        ({"code": "pregnancy", "due_date": "9999-12-31"}, "A due date lies within 42 weeks"),
        ({"code": "pacemaker", "since": "9999-12-31"}, "This day is in the future."),
        ({"code": "pacemaker", "since": "2020-02-02", "until": "2020-02-01"}, "before the day it began"),
        ({"code": "pacemaker", "detail": "x" * 100_000}, "300"),
    ],
)
def test_what_cannot_be_is_said_and_not_recorded(client, practitioner, told, sentence):
    patient = PatientFactory()

    answer = client.post(address("add_fact", patient.pk), told)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not patient.facts.exists()


def test_a_second_press_records_once_and_another_of_the_kind_is_refused(client, practitioner):
    patient = PatientFactory()

    presses = [client.post(address("add_fact", patient.pk), {"code": "pacemaker"}) for _ in range(2)]
    other = client.post(address("add_fact", patient.pk), {"code": "pacemaker", "detail": "new"})

    assert [press.status_code for press in presses] == [302, 302]
    assert "This is on record already." in other.content.decode()
    assert patient.facts.count() == 1


def test_a_fact_is_ended_and_taken_up_again(client, practitioner):
    fact = HealthFactFactory(since=date(2020, 1, 1))

    client.post(address("end_fact", fact.pk), {"until": "2020-03-01"})
    fact.refresh_from_db()
    assert fact.until == date(2020, 3, 1)

    client.post(address("reopen_fact", fact.pk))
    fact.refresh_from_db()
    assert fact.until is None


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        ("", "Write the last day it held."),
        ("9999-12-31", "This day is in the future."),
        ("2019-12-31", "This is before the fact began."),
        ("soon", "Write a day of the calendar"),
    ],
)
def test_an_end_that_cannot_be_is_said(client, practitioner, until, sentence):
    fact = HealthFactFactory(since=date(2020, 1, 1))

    answer = client.post(address("end_fact", fact.pk), {"until": until}, follow=True)

    fact.refresh_from_db()
    assert sentence in answer.content.decode()
    assert fact.until is None


def test_an_error_is_shown_as_one_and_marked_once(client, practitioner):
    fact = HealthFactFactory(code="pacemaker")

    first = client.post(address("withdraw_fact", fact.pk), follow=True)
    second = client.post(address("withdraw_fact", fact.pk))

    assert "Entered in error" in first.content.decode()
    assert second.status_code == 409


def test_hostile_detail_is_text(client, practitioner):
    patient = PatientFactory()

    answer = client.post(address("add_fact", patient.pk), {"code": "anticoagulant", "detail": HOSTILE}, follow=True)

    assert "<script>alert" not in answer.content.decode()
    assert "&lt;script&gt;" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_facts_costs_the_same_for_one_and_for_three(client, practitioner, count, django_assert_num_queries):
    patient = PatientFactory()
    for code in ["pacemaker", "epilepsy", "diabetes"][:count]:
        HealthFactFactory(patient=patient, code=code, recorded_by=UserFactory())

    with django_assert_num_queries(10):
        client.get(address("facts", patient.pk))


# Intake


def intake_of(patient, **answers):
    told = {"areas": ["neck", "jaw_left", "hip_left"], "fatigue": 3, "months": 7, "goals": "Sleep through the night"}
    return Intake.objects.create(patient=patient, **{**told, **answers})


def test_the_intake_shows_the_answers_and_the_criteria_and_never_a_diagnosis(client, practitioner):
    intake = intake_of(PatientFactory(), depression=True)

    html = client.get(address("intake", intake.pk)).content.decode()

    assert "left jaw" in html
    assert "Sleep through the night" in html
    assert "Questionnaire criteria not met" in html
    assert "3 of 19" in html
    assert "Wolfe 2016" in html
    assert "diagnos" not in html.lower()
    assert AccessRecord.objects.get().page == "patients:intake"


def test_criteria_that_are_met_are_called_so(client, practitioner):
    areas = [
        "shoulder_girdle_left",
        "shoulder_girdle_right",
        "hip_left",
        "hip_right",
        "neck",
        "lower_back",
        "upper_back",
    ]
    intake = intake_of(PatientFactory(), areas=areas, unrefreshed=2)

    html = client.get(address("intake", intake.pk)).content.decode()

    assert "Questionnaire criteria met" in html


def test_a_practitioner_notes_to_have_read_it_and_the_first_reading_counts(client, practitioner):
    intake = intake_of(PatientFactory())

    client.post(address("review_intake", intake.pk))
    client.force_login(UserFactory(role="Practitioner"))
    client.post(address("review_intake", intake.pk))

    intake.refresh_from_db()
    assert intake.reviewed_by == practitioner
