"""A message that somebody writes: once, plain words, and only to somebody who can be written to."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.models import Patient
from reminders import by_hand, handling
from reminders.models import Answer, AnswerKind, Kind, Letter, Message, State
from tests.factories import LocationFactory, PatientFactory, ServiceFactory, UserFactory
from tests.reminders.written import told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
WRITE = reverse("reminders:write")
BRACES = "5 < 6 & {phone} {nobody} [tell us]({not_me_url})\n\n> {{ x }}\nSubject: y"


@pytest.fixture
def place():
    return LocationFactory(email="desk@riverside.example")


@pytest.fixture
def patient(place):
    return PatientFactory()


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def send(client, patient, place, **data):
    filled = {"subject": "Call us back", "text": "We tried to reach you.", "language": "en", "send": "1", **data}
    filled = {"patient": patient.pk, "place": place.pk, "request_key": uuid4(), **filled}
    return client.post(WRITE, filled)


def test_what_was_written_waits_to_be_sent(desk, patient, place):
    response = send(desk, patient, place)

    message = Message.objects.get()
    assert response["Location"] == message.get_absolute_url()
    assert (message.kind, message.state, message.to) == (Kind.BY_HAND, State.WAITING, patient.email)
    assert (message.subject, message.reply_to) == ("Call us back", "desk@riverside.example")
    assert message.written_by.pk == int(desk.session["_auth_user_id"])
    assert "Hello Ana,\n\nWe tried to reach you.\n\n" in message.text
    assert not message.unsubscribe


def test_it_goes_out_once(desk, patient, place, clock, sink, tell):
    send(desk, patient, place)

    tell()
    early = sink.to(patient.email)
    clock.shift(handling.GRACE)
    tell()
    tell()

    assert not early

    (letter,) = sink.to(patient.email)
    assert letter.message["Reply-To"] == "desk@riverside.example"


def test_a_double_click_sends_once(desk, patient, place):
    key = uuid4()

    answers = [send(desk, patient, place, request_key=key) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("change", [{"text": "Come at ten."}, {"subject": "Come"}, {"language": "es"}])
def test_a_form_that_has_sent_says_so_when_other_words_are_to_go_and_sends_them_at_the_next_press(
    desk, patient, place, change
):
    key = uuid4()
    send(desk, patient, place, request_key=key)

    refused = send(desk, patient, place, request_key=key, **change)
    after_refusal = Message.objects.count()
    new = refused.context["form"]["request_key"].value()
    send(desk, patient, place, request_key=new, **change)

    assert refused.status_code == 409
    assert "This form was sent before, as “Call us back” to Ana" in refused.content.decode()
    assert change.get("text", "We tried to reach you.") in refused.content.decode()
    assert (after_refusal, Message.objects.count()) == (1, 2)


def test_a_form_that_has_sent_to_one_patient_sends_nothing_to_another_by_the_same_key(desk, patient, place):
    source = "Subject: From {place}\n\n{words}"  # in which nothing tells the two apart
    Letter.objects.create(kind=Kind.BY_HAND, language="en", version=1, source=source, made_by=UserFactory())
    key = uuid4()
    send(desk, patient, place, request_key=key)

    refused = send(desk, PatientFactory(), place, request_key=key)

    assert refused.status_code == 409
    assert Message.objects.get().patient == patient


def test_nothing_that_was_typed_is_markup_or_a_field(desk, patient, place):
    send(desk, patient, place, subject="{place} <b>", text=BRACES)

    message = Message.objects.get()
    assert message.subject == "{place} <b>"
    assert BRACES in message.text
    assert "5 &lt; 6 &amp; {phone} {nobody} [tell us]({not_me_url})<br><br>&gt; {{ x }}<br>Subject: y" in message.html


def test_a_line_break_in_the_subject_opens_no_header(desk, patient, place):
    send(desk, patient, place, subject="Hello\r\nBcc: x@example.com")

    assert Message.objects.get().subject == "Hello Bcc: x@example.com"


def test_a_preview_shows_the_whole_letter_and_sends_nothing(desk, patient, place):
    data = {"patient": patient.pk, "place": place.pk, "language": "es", "subject": "Hola", "text": "Llámenos."}

    response = desk.post(WRITE, {**data, "request_key": uuid4(), "preview": "1"})

    assert "Hola, Ana:\n\nLlámenos." in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", by_hand.Ready.values)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_ready_text_is_filled_in_to_start_from(desk, patient, place, name, language):
    data = {"patient": patient.pk, "place": place.pk, "language": language, "start": name}

    shown = desk.post(WRITE, data).content.decode()

    subject, text = by_hand.ready(name, language)
    assert subject in shown
    assert text in shown
    assert f'<option value="{language}" selected>' in shown
    assert not Message.objects.exists()


def started(client, patient, place, **typed):
    """The subject and the text that a press of "We run late" shows."""
    data = {"patient": patient.pk, "place": place.pk, "language": "en", "start": "late", **typed}
    form = client.post(WRITE, data).context["form"]
    return form["subject"].value(), form["text"].value()


def test_a_ready_text_stands_below_what_was_typed(desk, patient, place):
    subject, text = by_hand.ready("late", "en")

    both = started(desk, patient, place, subject="Sorry", text="About today:\r\nwe are sorry. ")
    words = started(desk, patient, place, subject="", text="About today.")
    heading = started(desk, patient, place, subject="Sorry", text=" ")

    assert both == ("Sorry", f"About today:\nwe are sorry.\n\n{text}")
    assert words == (subject, f"About today.\n\n{text}")
    assert heading == ("Sorry", text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_ready_text_that_nobody_has_touched_gives_way_to_another(desk, patient, place, language):
    subject, text = by_hand.ready("bring", language)

    assert started(desk, patient, place, subject=subject, text=text.replace("\n", "\r\n")) == by_hand.ready(
        "late", "en"
    )


@pytest.mark.parametrize("start", ["../../secrets", "", "nothing"])
def test_a_ready_text_that_does_not_exist_is_another_one(desk, patient, start):
    assert desk.post(WRITE, {"patient": patient.pk, "start": start}).status_code == 200


def test_the_form_begins_with_the_patients_language_and_says_what_not_to_write(desk, place):
    patient = PatientFactory(language="es")

    shown = desk.get(WRITE, {"patient": patient.pk}).content.decode()

    assert '<option value="es" selected>' in shown
    assert "No health matters: e-mail can be read by others." in shown


def test_the_clinics_own_letter_is_the_frame(desk, patient, place):
    source = "Subject: From {place}\n\nDear {given_name}\n\n{words}\n\nYours, {place}"
    Letter.objects.create(kind=Kind.BY_HAND, language="en", version=1, source=source, made_by=UserFactory())

    send(desk, patient, place)

    assert Message.objects.get().text == "Dear Ana\n\nWe tried to reach you.\n\nYours, Riverside\n"


def without_address(patient):
    Patient.objects.update(email="")


def refused_address(patient):
    told(patient=patient, to=patient.email)


def strangers_address(patient):
    Answer.objects.create(patient=patient, kind=AnswerKind.NOT_ME, address=patient.email)


def deceased(patient):
    Patient.objects.update(deceased_on="2030-05-01")


@pytest.mark.parametrize(
    ("because", "reason"),
    [
        (without_address, "There is no e-mail address on record."),
        (refused_address, "The mail server does not know this address."),
        (strangers_address, "Whoever reads this address says that it is not this patient."),
        (deceased, "The record says that this patient has died."),
    ],
)
def test_who_cannot_be_written_to_is_not(desk, patient, place, because, reason):
    because(patient)
    before = Message.objects.count()

    response = send(desk, patient, place)

    assert response.status_code == 409
    assert reason in response.content.decode()
    assert "We tried to reach you." in response.content.decode()
    assert Message.objects.count() == before


@pytest.mark.parametrize(
    "change", [{"subject": ""}, {"text": " "}, {"subject": "x" * 201}, {"text": "x" * 3001}, {"language": "fr"}]
)
def test_what_is_missing_or_too_long_is_an_error_at_its_field(desk, patient, place, change):
    response = send(desk, patient, place, **change)

    assert response.status_code == 400
    assert "error_1_id_" in response.content.decode()
    assert not Message.objects.exists()


def test_a_subject_that_tells_what_somebody_comes_for_is_an_error_at_its_field(desk, patient, place):
    ServiceFactory(name="Cupping")

    response = send(desk, patient, place, subject="After your cupping")

    assert response.status_code == 400
    assert 'id="error_1_id_subject"' in response.content.decode()
    assert "must not stand in a subject" in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize("name", by_hand.Ready.values)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_ready_text_may_be_sent_as_it_is(desk, patient, place, name, language):
    subject, text = by_hand.ready(name, language)

    assert send(desk, patient, place, subject=subject, text=text, language=language).status_code == 302


def test_without_a_patient_the_page_asks_for_one(desk, patient):
    asked = desk.get(WRITE).content.decode()
    found = desk.get(WRITE, {"q": patient.family_name}).content.decode()

    assert "To whom" in asked
    assert f'name="patient" value="{patient.pk}"' in found


@pytest.mark.parametrize("pk", ["0", "9" * 40, "x", "-1"])
def test_an_unknown_patient_is_asked_for_again(desk, pk):
    assert "To whom" in desk.get(WRITE, {"patient": pk}).content.decode()
    assert "To whom" in desk.post(WRITE, {"patient": pk, "send": "1"}).content.decode()


def test_a_hostile_name_is_only_text(desk, place):
    patient = PatientFactory(given_name="<img src=x>")

    send(desk, patient, place)

    assert "<img src=x>" not in desk.get(WRITE, {"patient": patient.pk}).content.decode()
    assert "<img src=x>" not in Message.objects.get().html


def test_only_who_may_change_messages_writes_one(client, patient, place):
    stranger = client.get(WRITE)
    client.force_login(UserFactory(role="Practitioner"))

    assert stranger["Location"].startswith("/accounts/login/")
    assert client.get(WRITE).status_code == 403
    assert send(client, patient, place).status_code == 403
