"""A letter to several that is sent again piece by piece: whatever comes back can be told again, and nobody's address or
news gets mixed up with another's."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient
from reminders import calling, choosing, handling, sending
from reminders.handling import NotSent
from reminders.models import AnswerKind, Kind, Message, State
from reminders.sending import Objection
from scheduling import moving
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.posting import GRACE, HOUR, find, only, placed_long_ago, told_of
from tests.reminders.test_answers_page import post
from tests.reminders.test_correcting import RIGHT, undo
from tests.reminders.written import DAY, answered, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOME = "home@example.com"


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


@pytest.fixture
def family():
    return [PatientFactory(given_name=name, email=HOME) for name in ("Ana", "Ben")]


def letter(family, **fields):
    return told(visits=[AppointmentFactory(patient=person) for person in family], **fields)


def move(visit, starts_at):
    moving.move(visit=Appointment.objects.get(pk=visit.pk), starts_at=starts_at, by=UserFactory())


def address_of(person):
    return Patient.objects.get(pk=person.pk).email


def test_what_comes_back_after_two_corrections_can_be_told_again(desk, family, clock):
    visits = [AppointmentFactory(patient=person) for person in family]
    told(visits=visits, state=State.ACCEPTED)
    first, second = (answered(AnswerKind.NOT_ME, visit=visit) for visit in visits)
    done = post(desk, "correct_address", first, off="1")
    clock.shift(5)
    post(desk, "correct_address", second, off="1")
    undo(desk, done)

    post(desk, "correct_address", first, to=RIGHT)
    post(desk, "tell_again", first)

    [again] = Message.objects.filter(to=RIGHT)
    assert [notice.visit for notice in again.notices.all()] == [visits[0]]


def test_the_first_of_two_copies_that_is_held_back_is_the_front_desks_again(family, clock):
    ana, _ = family
    message, by = letter(family), UserFactory()
    Patient.objects.filter(pk=ana.pk).update(email="ana@example.com")
    copy = handling.resend(message=message, by=by)
    clock.shift(5)
    handling.resend(message=message, by=by, to="ben@example.com", seen=HOME)

    handling.withhold(message=copy, by=by)

    assert list(Message.objects.failed()) == [message]
    assert [notice.visit.patient for notice in message.notices.all()] == [ana]
    assert handling.resend(message=message, by=by).patient == ana


def test_an_address_is_written_down_for_whom_the_form_named(desk, family):
    ana, ben = family
    message = letter(family)
    Patient.objects.filter(pk=ben.pk).update(email="ben@example.com")
    Appointment.objects.filter(patient=ana).update(revision=1)

    page = desk.get(message.get_absolute_url())

    assert f"E-mail address of {ben}" in page.content.decode()
    assert page.context["form"].initial == {"to": "ben@example.com", "seen": "ben@example.com", "reader": ben.pk}


def test_whoever_is_left_meanwhile_does_not_get_the_address_of_another(desk, family):
    ana, ben = family
    message = letter(family)
    Patient.objects.update(email="")
    form = desk.get(message.get_absolute_url()).context["form"].initial
    Appointment.objects.filter(patient=ana).update(revision=1)

    refused = desk.post(reverse("reminders:resend", args=[message.pk]), form | {"to": "ana@example.com"})

    assert refused.status_code == 409
    assert f"of whom it tells only {ben} is left" in refused.content.decode()
    assert [address_of(person) for person in family] == ["", ""]


def test_what_stayed_on_a_call_that_was_written_instead_has_told_nobody(clock):
    only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED)
    patient = PatientFactory(email="")
    first, second = (placed_long_ago(patient=patient, start=MONDAY_TEN + day * DAY) for day in range(2))
    for visit in (first, second):
        move(visit, visit.starts_at + 2 * HOUR)
    clock.shift(GRACE)
    find()
    call = Message.objects.get(state=State.CALL)
    move(first, MONDAY_TEN + 4 * HOUR)
    Patient.objects.update(email="new@example.com")
    handling.resend(message=call, by=UserFactory())
    clock.shift(60)

    move(first, MONDAY_TEN + 2 * HOUR)
    clock.shift(GRACE)
    find()

    told_by = Message.objects.filter(notices__visit=first, notices__revision=3)
    assert [message.to for message in told_by] == ["new@example.com"]
    assert not calling.to_call(Message.objects.all(), timezone.now()).exists()


def test_a_new_time_that_was_refused_is_not_the_one_that_another_takes_the_place_of(clock):
    only(Kind.BOOKED, Kind.MOVED, Kind.CANCELLED)
    patient = PatientFactory()
    first, second = (told_of(placed_long_ago(patient=patient, start=MONDAY_TEN + day * DAY)) for day in range(2))
    for visit in (first, second):
        move(visit, visit.starts_at + 2 * HOUR)
    clock.shift(GRACE)
    find()
    refused = Message.objects.filter(state=State.WAITING)
    refused.update(state=State.REFUSED, answer="550 5.1.1 No such user")
    move(first, MONDAY_TEN + 4 * HOUR)
    handling.resend(message=Message.objects.get(state=State.REFUSED), by=UserFactory(), to=RIGHT, seen=patient.email)
    clock.shift(GRACE)
    find()

    last = Message.objects.filter(notices__visit=first).latest("pk")
    assert "It takes the place of Monday, May 13, 10:00 AM." in last.text


def test_a_doubtful_letter_about_what_is_no_longer_so_needs_nobody(clock):
    visit = AppointmentFactory()
    message = told(visit=visit, state=State.UNCERTAIN, kind=Kind.MOVED)
    copy = handling.resend(message=message, by=UserFactory())
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    sending.drop(Message.objects.filter(pk=copy.pk), Message.objects.get(pk=copy.pk), Objection.MOVED)

    assert not Message.objects.failed().exists()
    assert message.notices.exists()


def test_overtaken_news_is_nobodys_task_however_much_of_it_there_is(clock, monkeypatch):
    monkeypatch.setattr(sending, "AT_ONCE", 2)
    for day in range(5):
        told(visit=AppointmentFactory(start=MONDAY_TEN + day * DAY), state=State.WAITING, kind=Kind.MOVED, answer="")
    Appointment.objects.update(revision=1)
    Message.objects.update(give_up_at=timezone.now(), next_attempt_at=timezone.now())
    clock.shift(10)

    for _ in range(3):
        sending.clear_away(timezone.now())

    assert set(Message.objects.values_list("state", flat=True)) == {State.DROPPED}


def test_what_is_told_again_waits_as_long_as_an_undo_may_take(desk, family):
    answer = answered(AnswerKind.NOT_ME, visit=AppointmentFactory(patient=family[0]))
    told(visit=answer.visit, state=State.ACCEPTED)
    post(desk, "correct_address", answer, to=RIGHT)

    post(desk, "tell_again", answer)

    assert Message.objects.get(to=RIGHT).next_attempt_at >= timezone.now() + timedelta(seconds=20)


def test_who_unticks_all_there_is_wants_none_of_what_may_come(clock):
    patient = PatientFactory()
    only(Kind.REMINDER)

    choosing.prefer(patient=patient, offered=choosing.kinds_sent()[1], kinds=[], language="en")

    patient.refresh_from_db()
    assert choosing.wanted(patient) == []


def test_nothing_is_left_to_send_to_somebody_else(family):
    message = letter(family)

    with pytest.raises(NotSent):
        handling.resend(message=message, by=UserFactory(), to=RIGHT, seen=HOME, reader=family[1].pk)
