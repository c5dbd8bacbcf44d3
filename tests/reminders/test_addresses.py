"""`Home@` and `home@` are one mailbox: a family is one, however the address was typed for each of them."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from patients.models import Patient
from reminders import choosing, links, reaching
from reminders.links import Own, Purpose
from reminders.models import Answer, AnswerKind, Kind, Message, State
from tests.factories import MONDAY_TEN, PatientFactory, UserFactory
from tests.reminders.posting import DAY, HOUR, find, only, placed_long_ago
from tests.reminders.written import answered, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SPELLINGS = ["Home@Example.com", "home@example.com", "HOME@EXAMPLE.COM"]
HOME = "home@example.com"


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def typed(desk, patient, email):
    """The front desk edits a patient's address. Returns the patient."""
    url = reverse("patients:edit", args=[patient.pk])
    form = desk.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in values.items() if value not in (None, False)}
    assert desk.post(url, sent | {"email": email}).status_code == 302
    patient.refresh_from_db()
    return patient


@pytest.fixture
def family(desk):
    """Ana, Ben and Cleo, each with another spelling of one address, as the front desk typed it."""
    names = ["Ana", "Ben", "Cleo"]
    return [typed(desk, PatientFactory(given_name=name), email) for name, email in zip(names, SPELLINGS, strict=True)]


def test_however_it_is_typed_it_is_kept_in_small_letters(family):
    assert {one.email for one in family} == {HOME}


def test_typed_once_more_in_capitals_it_is_no_change(desk, family):
    before = family[1].patient_history.count()

    typed(desk, family[1], "HOME@example.COM")

    assert family[1].patient_history.count() == before


@pytest.mark.parametrize("email", ["Home@example.com", "home@Example.com"])
def test_the_database_refuses_another_spelling(email):
    with pytest.raises(IntegrityError, match="patient_address_in_small_letters"):
        PatientFactory(email=email)


def test_a_family_gets_one_e_mail_for_one_day(family, sink, tell, clock):
    only(Kind.REMINDER, minutes=24 * 60)
    for hour, one in enumerate(family):
        placed_long_ago(patient=one, start=MONDAY_TEN + hour * HOUR)
    clock.move_to(MONDAY_TEN - DAY + 2 * HOUR)

    tell()

    (letter,) = sink.letters
    assert letter.to == [HOME]
    assert letter.part("text/plain").startswith("Hello Ana, Ben and Cleo,")


def test_one_click_unsubscribes_all_spellings(client, family):
    client.post(links.own_path(Own.UNSUBSCRIBE, family[1]), {"List-Unsubscribe": "One-Click"})

    assert not Patient.objects.filter(wants_reminders=True).exists()
    assert not choosing.is_subscribed(HOME)


def test_not_me_stops_what_goes_to_all_spellings(client, family, sink, tell, clock):
    only(Kind.REMINDER, minutes=24 * 60)
    visits = [placed_long_ago(patient=one, start=MONDAY_TEN + hour * HOUR) for hour, one in enumerate(family)]
    client.post(links.path(Purpose.NOT_ME, visits[2]))
    clock.move_to(MONDAY_TEN - DAY + 2 * HOUR)

    tell()

    assert sink.letters == []
    assert {message.answer for message in Message.objects.all()} == {reaching.SOMEBODY_ELSES}


def test_a_bounce_of_one_counts_for_all(family, clock):
    only(Kind.REMINDER, minutes=24 * 60)
    told(patient=family[0], to=HOME, state=State.REFUSED, answer="550 5.1.1 No such user")
    placed_long_ago(patient=family[2])
    clock.move_to(MONDAY_TEN - DAY)

    find()

    assert Message.objects.get(patient=family[2]).answer == reaching.UNKNOWN


def test_an_address_corrected_at_an_answer_is_kept_in_small_letters(desk, family):
    answer = answered(AnswerKind.NOT_ME, visit=placed_long_ago(patient=family[0]))

    desk.post(reverse("reminders:correct_address", args=[answer.pk]), {"to": "House@Example.com"})

    family[0].refresh_from_db()
    assert family[0].email == "house@example.com"


def test_a_wrong_address_in_capitals_is_no_correction(desk, family):
    answer = answered(AnswerKind.NOT_ME, visit=placed_long_ago(patient=family[0]))

    response = desk.post(reverse("reminders:correct_address", args=[answer.pk]), {"to": HOME.upper()})

    assert "This is the address that is somebody else" in response.content.decode()
    assert Answer.objects.open().count() == 1


def test_sent_again_to_an_address_in_capitals_it_goes_to_small_letters(desk, family):
    message = told(visit=placed_long_ago(patient=family[0]))

    desk.post(reverse("reminders:resend", args=[message.pk]), {"to": "Ana@Example.com", "seen": HOME})

    message.refresh_from_db()
    assert message.sent_again.to == message.patient.email == "ana@example.com"


@pytest.fixture
def old_clinic():
    """Rows of before the constraint, each with its own spelling."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE patients_patient DROP CONSTRAINT patient_address_in_small_letters")
    return [PatientFactory(email=email) for email in [*SPELLINGS, "", "Ana.Ortiz@example.com"]]


def fold(app, name):
    import_module(f"{app}.migrations.{name}").fold(apps, None)


def test_upgrading_makes_the_addresses_of_patients_one_spelling(old_clinic):
    fold("patients", "0003_addresses_in_small_letters")

    emails = list(Patient.objects.order_by("pk").values_list("email", flat=True))
    assert emails == [HOME, HOME, HOME, "", "ana.ortiz@example.com"]


def test_upgrading_leaves_what_the_history_says(old_clinic):
    fold("patients", "0003_addresses_in_small_letters")

    first, second = (one.patient_history.order_by("pgh_id") for one in old_clinic[:2])
    assert [event.email for event in first] == ["Home@Example.com", HOME]
    assert [event.email for event in second] == [HOME]


def test_upgrading_lets_what_was_said_of_an_address_count_on(old_clinic):
    ana, _, cleo = old_clinic[:3]
    told(patient=ana, to=ana.email, state=State.REFUSED, answer="550 5.1.1 No such user")
    Answer.objects.create(patient=cleo, kind=AnswerKind.NOT_ME, address=cleo.email)

    fold("reminders", "0006_addresses_in_small_letters")

    assert list(Message.objects.values_list("to", flat=True)) == [HOME]
    assert reaching.unreachable([HOME]) == {HOME: reaching.SOMEBODY_ELSES}


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 2), (2, 0), (0, 1, 2), (2, 0, 1)])
def test_upgrading_two_open_answers_that_differ_by_spelling_alone(old_clinic, order):
    for place in order:
        Answer.objects.create(patient=old_clinic[0], kind=AnswerKind.NOT_ME, address=SPELLINGS[place])

    with transaction.atomic():
        fold("reminders", "0006_addresses_in_small_letters")

    addresses = sorted(Answer.objects.open().values_list("address", flat=True))
    assert len(addresses) == len(order)
    assert addresses.count(HOME) == 1
