"""What the front desk sees of the post, and does about it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from patients.models import Patient
from reminders import calling, handling, links
from reminders.courier import NO_SERVER
from reminders.links import Own, Purpose
from reminders.models import Answer, AnswerKind, Kind, Message, State
from scheduling.models import Appointment
from tests.factories import AppointmentFactory, HealthFactFactory, LocationFactory, PatientFactory, UserFactory
from tests.reminders.written import by_hand, to_call, to_staff, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = reverse("reminders:messages")
CHANGES = ["resend", "send_now", "withhold", "release", "called", "not_called"]


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def address(name, message):
    return reverse(f"reminders:{name}", args=[message.pk])


def page(client, show="action"):
    return read(client, LIST, {"show": show})


def read(client, path, query=None):
    """As it is read: where an address may turn over, nothing stands."""
    return client.get(path, query).content.decode().replace("<wbr>", "")


def test_a_refused_message_needs_action_and_says_why(desk):
    message = told()

    shown = page(desk)

    assert str(message.patient) in shown
    assert message.to in shown
    assert "550 5.1.1 No such user" in shown
    assert "Visit booked: Mon 13 May, 10:00" in shown


@pytest.mark.parametrize(
    ("state", "show"),
    [
        (State.REFUSED, "action"),
        (State.UNCERTAIN, "action"),
        (State.FAILED, "action"),
        (State.CALL, "call"),
        (State.WAITING, "waiting"),
        (State.SENDING, "waiting"),
        (State.ACCEPTED, "accepted"),
        (State.DROPPED, "dropped"),
    ],
)
def test_each_message_stands_in_one_list(desk, state, show):
    message = told(state=state)

    lists = [
        name
        for name in ("action", "call", "waiting", "accepted", "dropped")
        if f"message-{message.pk}" in page(desk, name)
    ]

    assert lists == [show]


def test_a_waiting_message_says_how_often_it_was_tried_and_when_next(desk):
    told(state=State.WAITING, answer="451 Try later", next_attempt_at=timezone.now() + timedelta(minutes=5))

    shown = page(desk, "waiting")

    assert "tried 1×, next Fri 10 May 12:05" in shown
    assert "451 Try later" in shown


def test_a_stopped_mail_server_is_told_on_top(desk):
    told(state=State.WAITING, answer=f"{NO_SERVER}: Connection refused")

    shown = page(desk)

    assert "The mail server does not take messages right now." in shown
    assert "1 message waits and will go by itself" in shown


def test_a_mail_server_that_answers_again_is_not_complained_of(desk, clock):
    told(state=State.WAITING, answer=f"{NO_SERVER}: Connection refused")
    clock.shift(60)
    told(state=State.ACCEPTED, answer="250 Kept")

    assert "does not take messages" not in page(desk)


def test_an_empty_list_says_that_all_is_well(desk):
    told(state=State.ACCEPTED, answer="250 Kept")

    assert "Nothing needs you. Last message accepted on Fri 10 May at 12:00." in page(desk)


def test_a_list_that_does_not_exist_is_not_found(desk):
    assert desk.get(LIST, {"show": "all"}).status_code == 404


@pytest.mark.parametrize("number", ["2", "0", "-1", "9" * 30, "x"])
def test_a_page_that_does_not_exist_is_the_nearest(desk, number):
    told()

    assert desk.get(LIST, {"page": number}).status_code == 200


def test_the_26th_message_is_on_the_second_page(desk):
    visit = AppointmentFactory()
    Message.objects.bulk_create(
        Message(
            kind=Kind.BOOKED,
            patient=visit.patient,
            to=f"n{number}@example.com",
            subject="x",
            text="x",
            html="x",
            message_id=f"<n{number}@localhost>",
            state=State.REFUSED,
            give_up_at=visit.starts_at,
            created_at=timezone.now() - timedelta(minutes=number),
        )
        for number in range(26)
    )

    assert "n25@example.com" not in page(desk)
    assert "n25@example.com" in read(desk, LIST, {"page": 2})


@pytest.mark.parametrize("show", ["action", "call", "waiting", "accepted", "dropped"])
def test_three_messages_cost_as_much_as_one(desk, show):
    states = {"action": State.REFUSED, "call": State.CALL, "waiting": State.WAITING, "accepted": State.ACCEPTED}
    counts = []

    for more in (1, 2):
        for _ in range(more):
            told(state=states.get(show, State.DROPPED), visits=[AppointmentFactory(), AppointmentFactory()])
        with CaptureQueriesContext(connection) as queries:
            page(desk, show)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_message_shows_exactly_its_words(desk):
    message = told()

    shown = desk.get(address("message", message)).content.decode()

    assert message.subject in shown
    assert message.text in shown
    assert escape(message.message_id) in shown
    assert message.html not in shown


def test_the_html_is_shown_where_nothing_of_it_can_run(desk):
    message = told()
    Message.objects.update(html="<script>alert(1)</script>")

    response = desk.get(address("message_html", message))

    policy = response["Content-Security-Policy"]
    assert response.content == b"<script>alert(1)</script>"
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_corrected_address_gets_the_news_written_anew_and_becomes_the_patients(desk):
    message = told()
    old = links.token(Purpose.CONFIRM, message.notices.get().visit)

    response = desk.post(address("resend", message), {"to": "ana@gmail.example", "seen": message.to})

    copy = Message.objects.get(to="ana@gmail.example")
    message.refresh_from_db()
    message.patient.refresh_from_db()
    assert response["Location"] == copy.get_absolute_url()
    visit = message.patient.appointments.get()
    assert (copy.state, copy.kind, copy.reply_to) == (State.WAITING, Kind.BOOKED, visit.location.email)
    assert links.url(Purpose.CONFIRM, visit) in copy.text
    assert old not in copy.text
    assert copy.message_id != message.message_id
    assert message.patient.email == "ana@gmail.example"
    assert (message.state, message.sent_again, message.handled_by.email) == (State.REFUSED, copy, signed_in(desk))
    assert copy.notices.count() == 1
    assert not Message.objects.failed().exists()


def signed_in(client):
    return UserFactory._meta.model.objects.get(pk=client.session["_auth_user_id"]).email


def test_the_same_address_gets_the_news_in_words_of_today(desk):
    message = told(answer="552 5.2.2 Mailbox full", kind=Kind.REMINDER, text="In the words of last year.")

    desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    copy = Message.objects.exclude(pk=message.pk).get()
    assert links.url(Purpose.CONFIRM, copy.notices.get().visit) in copy.text
    assert copy.unsubscribe == links.own_url(Own.UNSUBSCRIBE, message.patient)


def test_a_call_is_written_instead_once_there_is_an_address(desk):
    message = to_call()

    desk.post(address("resend", message), {"to": "ana@gmail.example", "seen": message.to})

    copy = Message.objects.get(to="ana@gmail.example")
    message.refresh_from_db()
    assert (copy.state, copy.answer) == (State.WAITING, "")
    assert message.sent_again == copy
    assert "Nobody is to be called." in page(desk, "call")


def test_what_goes_again_after_its_time_gets_a_new_time(desk):
    message = by_hand(state=State.FAILED, give_up_at=timezone.now() - timedelta(hours=1))

    desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    assert Message.objects.get(state=State.WAITING).give_up_at == timezone.now() + timedelta(days=2)


def test_a_message_by_hand_goes_word_for_word_to_a_corrected_address(desk):
    author = UserFactory()
    message = by_hand(written_by=author)

    desk.post(address("resend", message), {"to": "ana@gmail.example", "seen": message.to})

    copy = Message.objects.get(to="ana@gmail.example")
    assert (copy.kind, copy.text, copy.written_by) == (Kind.BY_HAND, message.text, author)


def test_a_familys_corrected_address_is_corrected_for_all_of_them(desk):
    ana, ben = PatientFactory(email="home@example.com"), PatientFactory(email="home@example.com", given_name="Ben")
    away = PatientFactory(email="else@example.com")
    message = told(visits=[AppointmentFactory(patient=ana), AppointmentFactory(patient=ben)])

    desk.post(address("resend", message), {"to": "house@example.com", "seen": message.to})

    addresses = Patient.objects.order_by("pk").values_list("email", flat=True)
    assert list(addresses) == ["house@example.com", "house@example.com", away.email]
    assert Message.objects.get(to="house@example.com").notices.count() == 2


def test_nothing_goes_again_to_an_address_that_is_somebody_elses(desk):
    message = told(state=State.ACCEPTED, answer="250 Kept")
    Answer.objects.create(patient=message.patient, kind=AnswerKind.NOT_ME, address=message.to)

    response = desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    assert response.status_code == 409
    assert "whoever reads this address says that it is not this patient" in response.content.decode()
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"deceased_on": "2030-05-01"}, "this patient has died"), ({"wants_reminders": False}, "wants no messages")],
)
def test_whom_nothing_is_sent_to_gets_nothing_again(desk, change, reason):
    message = told(kind=Kind.REMINDER)
    Patient.objects.update(**change)

    response = desk.post(address("resend", message), {"to": "ana@gmail.example", "seen": message.to})

    message.patient.refresh_from_db()
    assert response.status_code == 409
    assert reason in response.content.decode()
    assert message.patient.email == message.to


def test_a_resent_message_goes_out(desk, clock, sink, tell):
    message = told()

    desk.post(address("resend", message), {"to": "ana@gmail.example", "seen": message.to})
    tell()
    early = sink.to("ana@gmail.example")
    clock.shift(handling.GRACE)
    tell()

    assert not early
    assert len(sink.to("ana@gmail.example")) == 1


def test_a_double_click_sends_one_copy(desk):
    message = told()
    desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    response = desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    assert response.status_code == 409
    assert "somebody has sent it again already" in response.content.decode()
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "cancelled"}, "Not sent again: this visit is cancelled."),
        ({"revision": 1}, "Not sent again: this visit has another time by now."),
        ({"status": "arrived"}, "Not sent again: this visit has begun."),
    ],
)
def test_what_is_no_longer_true_is_not_sent_again(desk, change, reason):
    message = told()
    Appointment.objects.update(**change)

    response = desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    assert response.status_code == 409
    assert reason in response.content.decode()
    assert Message.objects.count() == 1


def test_what_waits_is_not_sent_again(desk):
    message = told(state=State.WAITING)

    response = desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    assert response.status_code == 409
    assert "it is still waiting and will go by itself" in response.content.decode()


@pytest.mark.parametrize(
    "to", ["", "ana@", "a@b.c\r\nBcc: x@y.z", "x" * 100_000, "ana\u202e@example.com", "😀@example.com"]
)
def test_what_is_no_address_is_an_error_at_its_field(desk, to):
    message = told()

    response = desk.post(address("resend", message), {"to": to, "seen": message.to})

    assert response.status_code == 400
    assert 'id="error_1_id_to"' in response.content.decode()
    assert Message.objects.count() == 1


def test_a_message_marked_as_called_needs_no_action_until_that_is_taken_back(desk):
    message = told()

    response = desk.post(address("called", message), follow=True)
    handled = not Message.objects.failed().exists()
    desk.post(address("not_called", message))

    assert "Marked as called." in response.content.decode()
    assert handled
    assert Message.objects.failed().exists()


def test_a_message_is_marked_as_called_once(desk):
    message = told()
    calling.mark_called(message=message, by=UserFactory(last_name="Other"))

    response = desk.post(address("called", message))

    message.refresh_from_db()
    assert response.status_code == 409
    assert message.handled_by.last_name == "Other"


def test_what_was_sent_again_is_not_taken_back_by_undo(desk):
    message = told()
    desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    desk.post(address("not_called", message))

    assert not Message.objects.failed().exists()


def test_nothing_of_health_is_on_these_pages(client):
    message = told(visit=AppointmentFactory(service__name="Needling for pain"))
    HealthFactFactory(patient=message.patient, detail="warfarin since May")
    client.force_login(UserFactory(role="Practitioner"))

    for shown in (page(client), client.get(address("message", message)).content.decode()):
        assert "warfarin" not in shown
        assert "nticoagulant" not in shown
        assert "Needling for pain" not in shown


def test_who_is_not_signed_in_is_sent_to_the_door(client):
    message = told()

    addresses = [LIST, address("message", message), address("message_html", message)]

    assert all(client.get(one)["Location"].startswith("/accounts/login/") for one in addresses)
    assert all(client.post(address(name, message))["Location"].startswith("/accounts/login/") for name in CHANGES)


def test_who_has_no_role_is_refused(client):
    message = told()
    client.force_login(UserFactory())

    addresses = [LIST, address("message", message), address("message_html", message)]

    assert {client.get(one).status_code for one in addresses} == {403}
    assert {client.post(address(name, message)).status_code for name in CHANGES} == {403}


def test_a_practitioner_reads_messages_and_changes_none(client):
    message = told()
    client.force_login(UserFactory(role="Practitioner"))

    shown = client.get(address("message", message))

    assert shown.status_code == 200
    assert "Mark as called" not in shown.content.decode()
    assert {client.post(address(name, message)).status_code for name in CHANGES} == {403}


def test_a_change_takes_a_post(desk):
    message = told()

    assert {desk.get(address(name, message)).status_code for name in CHANGES} == {405}


@pytest.mark.parametrize("name", ["message", "message_html"])
@pytest.mark.parametrize("pk", [0, 999_999_999, 10**30])
def test_an_unknown_message_is_not_found(desk, name, pk):
    assert desk.get(reverse(f"reminders:{name}", args=[pk])).status_code == 404


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("pk", [0, 10**30])
def test_an_unknown_message_is_not_changed(desk, name, pk):
    assert desk.post(reverse(f"reminders:{name}", args=[pk]), {"to": "a@example.com"}).status_code == 404


def test_a_hostile_name_is_only_text(desk):
    visit = AppointmentFactory(patient__family_name="<script>alert(1)</script>")
    message = told(visit=visit, answer="550 <img src=x>")

    shown = page(desk) + desk.get(address("message", message)).content.decode()

    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown


def test_a_message_to_the_staff_is_to_no_patient(desk):
    message = to_staff(state=State.REFUSED)

    shown = page(desk), desk.get(address("message", message)).content.decode()

    assert all("Front desk" in one for one in shown)
    assert "Send again" not in shown[1]
    assert desk.post(address("resend", message), {"to": message.to, "seen": message.to}).status_code == 409
    assert desk.post(address("called", message)).status_code == 302


def test_a_letter_to_a_family_names_everybody_it_tells_of(desk):
    ana, ben = AppointmentFactory(), AppointmentFactory(patient__given_name="Ben")
    message = told(visits=[ana, ben])

    shown = page(desk)

    assert f"<bdi>{ana.patient}</bdi>; <bdi>{ben.patient}</bdi>" in shown
    assert "Visit booked: Mon 13 May, 10:00; Mon 13 May, 10:00" in shown
    assert f"message-{message.pk}" in shown


def test_where_replies_reach_nobody_the_page_says_so(desk):
    place = LocationFactory(name="Riverside")
    before = page(desk)
    place.email = "desk@example.com"
    place.save()

    assert "reach nobody at the desk" in before
    assert "reach nobody at the desk" not in page(desk)


def test_a_message_says_where_its_replies_go(desk):
    message = told(reply_to="desk@riverside.example")

    assert "desk@riverside.example" in read(desk, address("message", message))


def test_who_may_not_correct_an_address_is_offered_no_form_for_it(client):
    user = UserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_message", "change_message"]))
    client.force_login(user)
    message = told()

    shown = client.get(address("message", message)).content.decode()

    assert "Mark as called" in shown
    assert "Send again" not in shown
    assert client.post(address("resend", message), {"to": message.to, "seen": message.to}).status_code == 403


def test_how_the_post_stands_comes_again_once_a_minute(desk):
    assert f'hx-get="{reverse("reminders:post")}?said=ok" hx-trigger="every 60s"' in page(desk)


def test_what_somebody_wrote_and_was_held_back_may_be_sent_again(desk, clock, sink, tell):
    message = by_hand(state=State.DROPPED, handled_by=UserFactory(), handled_at=timezone.now())
    Patient.objects.update(email="new@example.com")

    shown = desk.get(address("message", message)).content.decode()
    desk.post(address("resend", message), {"to": "new@example.com", "seen": message.to})
    clock.shift(handling.GRACE)
    tell()

    assert "Send again" in shown
    assert len(sink.to("new@example.com")) == 1


def test_what_was_held_back_of_itself_is_written_anew_and_not_sent_again(desk):
    message = told(state=State.DROPPED)

    shown = desk.get(address("message", message)).content.decode()
    response = desk.post(address("resend", message), {"to": message.to, "seen": message.to})

    assert "Send again" not in shown
    assert response.status_code == 409
    assert "what is still due is written anew by itself" in response.content.decode()


def test_a_letter_by_hand_to_a_corrected_address_leads_to_preferences_that_open(desk):
    patient = PatientFactory()
    old = links.own_url(Own.PREFERENCES, patient)
    message = by_hand(patient=patient, text=f"Hello.\n{old}", html=f'<a href="{old}">Choose</a>')

    desk.post(address("resend", message), {"to": "new@example.com", "seen": message.to})

    copy = Message.objects.get(to="new@example.com")
    patient.refresh_from_db()
    new = links.own_url(Own.PREFERENCES, patient)
    assert (copy.text, copy.html) == (f"Hello.\n{new}", f'<a href="{new}">Choose</a>')
    assert new != old
