"""Sending again, sending now and not sending: what the front desk does about one message or many."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic.errors import ClinicError
from patients.models import Patient
from reminders import finding, handling, lists, sending
from reminders.courier import NO_SERVER
from reminders.models import Answer, AnswerKind, Kind, Message, Rule, State
from reminders.sending import GIVEN_UP, Delivery
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.posting import just_placed, replaced
from tests.reminders.written import DAY, by_hand, to_call, to_staff, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = reverse("reminders:messages")
AGAIN = reverse("reminders:resend_all")
OUTAGE = f"{GIVEN_UP}{NO_SERVER}: Connection refused"


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


def address(name, message):
    return reverse(f"reminders:{name}", args=[message.pk])


def shown(response):
    return response.content.decode().replace("<wbr>", "")


def waiting(**fields):
    fields = {"answer": "", "attempts": 0, "tried_at": None, **fields}
    return told(state=State.WAITING, next_attempt_at=timezone.now() + timedelta(minutes=10), **fields)


def state_of(message):
    return Message.objects.get(pk=message.pk).state


# An address that was corrected meanwhile


def test_an_address_that_was_corrected_meanwhile_is_not_written_back(desk):
    message = told()
    form = desk.get(address("message", message)).context["form"].initial
    Patient.objects.update(email="right@example.com")

    refused = desk.post(address("resend", message), form)

    assert refused.status_code == 409
    assert "it is right@example.com now. Nothing was sent to ana" in shown(refused)
    assert 'value="right@example.com"' in shown(refused)
    assert Patient.objects.get().email == "right@example.com"
    assert Message.objects.count() == 1


def test_the_form_that_shows_the_new_address_sends_there(desk):
    message = told()
    form = desk.get(address("message", message)).context["form"].initial
    Patient.objects.update(email="right@example.com")

    shown_now = desk.post(address("resend", message), form).context["form"].data
    desk.post(address("resend", message), shown_now)

    assert Message.objects.get(state=State.WAITING).to == "right@example.com"


@pytest.mark.parametrize("present", ["", "right@example.com"])
def test_a_third_address_is_not_written_over_one_that_nobody_saw(desk, present):
    message = told()
    Patient.objects.update(email=present)

    refused = desk.post(address("resend", message), {"to": "third@example.com", "seen": message.to})

    assert refused.status_code == 409
    assert Patient.objects.get().email == present


def test_two_who_correct_an_address_alike_do_not_refuse_each_other(desk):
    message = told()
    Patient.objects.update(email="right@example.com")

    desk.post(address("resend", message), {"to": "right@example.com", "seen": message.to})

    assert Message.objects.get(state=State.WAITING).to == "right@example.com"


def test_a_familys_address_that_was_corrected_before_is_corrected_once_more_for_all(desk):
    ana, ben = PatientFactory(email="home@example.com"), PatientFactory(email="home@example.com", given_name="Ben")
    message = told(visits=[AppointmentFactory(patient=ana), AppointmentFactory(patient=ben)])
    Patient.objects.update(email="hose@example.com")

    desk.post(address("resend", message), {"to": "house@example.com", "seen": "hose@example.com"})

    assert set(Patient.objects.values_list("email", flat=True)) == {"house@example.com"}


def family(**fields):
    people = [PatientFactory(email="home@example.com", given_name=name) for name in ("Ana", "Ben")]
    return *people, told(visits=[AppointmentFactory(patient=person) for person in people], **fields)


def test_sending_again_to_an_address_that_was_corrected_elsewhere_moves_nobody(desk):
    ana, ben, message = family()
    Patient.objects.filter(pk=ana.pk).update(email="ana@new.example")

    desk.post(address("resend", message), {"to": "ana@new.example", "seen": "ana@new.example"})

    ben.refresh_from_db()
    copy = Message.objects.get(state=State.WAITING)
    assert ben.email == "home@example.com"
    assert [notice.visit.patient for notice in copy.notices.all()] == [ana]
    assert "Ben" not in copy.text


def test_who_is_left_of_a_family_is_told_at_their_own_address(desk):
    ana, ben, message = family()
    Patient.objects.filter(pk=ana.pk).update(email="ana@new.example")
    desk.post(address("resend", message), {"to": "ana@new.example", "seen": "ana@new.example"})

    form = desk.get(address("message", message)).context["form"].initial
    desk.post(address("resend", message), form)

    copy = Message.objects.get(state=State.WAITING, patient=ben)
    message.refresh_from_db()
    assert form == {"to": "home@example.com", "seen": "home@example.com", "reader": ben.pk}
    assert [notice.visit.patient for notice in copy.notices.all()] == [ben]
    assert message.sent_again == copy
    assert desk.post(address("resend", message), form).status_code == 409


def test_a_visit_that_has_moved_since_keeps_nobody_from_correcting_the_address_of_the_others(desk, sink, clock):
    ana = PatientFactory()
    still, moved = (AppointmentFactory(patient=ana, start=MONDAY_TEN + day * DAY) for day in range(2))
    message = told(visits=[still, moved])
    Appointment.objects.filter(pk=moved.pk).update(revision=1)

    desk.post(address("resend", message), {"to": "right@example.com", "seen": ana.email})
    clock.shift(60)
    sending.deliver()

    [letter] = sink.to("right@example.com")
    assert "May 13" in letter.part("text/plain")
    assert "May 14" not in letter.part("text/plain")
    assert Patient.objects.get().email == "right@example.com"


def test_who_was_called_before_is_still_called_when_the_copy_is_taken_back(desk, clock):
    message = told()
    desk.post(address("called", message))
    before = Message.objects.values("handled_by", "handled_at").get()
    desk.force_login(UserFactory(role="Front desk"))
    clock.shift(60)

    desk.post(address("resend", message), {"to": message.to, "seen": message.to})
    meanwhile = shown(desk.get(address("message", message)))
    desk.post(address("withhold", Message.objects.get(state=State.WAITING)))

    assert Message.objects.values("handled_by", "handled_at").get(pk=message.pk) == before
    assert "<dt>Called</dt>" in shown(desk.get(address("message", message)))
    assert "<dt>Copy</dt>" in meanwhile


# While it waits


def test_what_waits_can_be_sent_now(desk, sink):
    message = waiting()

    answer = desk.post(address("send_now", message))
    sending.deliver()

    assert answer["Location"] == message.get_absolute_url()
    assert len(sink.to(message.to)) == 1


def test_send_now_finds_that_quiet_hours_are_off_by_now(desk, clock, sink):
    rule = Rule.objects.filter(kind=Kind.REMINDER).first()
    message = waiting(kind=Kind.REMINDER)
    clock.shift(10 * 3600)

    quiet = desk.post(address("send_now", message))
    Rule.objects.filter(pk=rule.pk).update(quiet_from=None, quiet_until=None)
    desk.post(address("send_now", message))
    sending.deliver()

    assert quiet.status_code == 409
    assert "It may not go now: nobody is told anything at this hour." in shown(quiet)
    assert len(sink.to(message.to)) == 1


def test_send_now_says_why_it_may_not_go(desk):
    message = waiting()
    Appointment.objects.update(status="cancelled")

    refused = desk.post(address("send_now", message))

    assert refused.status_code == 409
    assert "It may not go now: this visit is cancelled." in shown(refused)
    assert Message.objects.get().next_attempt_at > timezone.now()


@pytest.mark.parametrize("state", [State.SENDING, State.ACCEPTED, State.REFUSED, State.DROPPED, State.CALL])
@pytest.mark.parametrize("act", ["send_now", "withhold"])
def test_what_does_not_wait_is_neither_sent_now_nor_held_back(desk, state, act):
    message = told(state=state)

    assert desk.post(address(act, message)).status_code == 409
    assert state_of(message) == state


def test_what_is_held_back_is_not_sent_and_not_written_anew(desk, clock, sink, tell):
    just_placed()
    finding.write_due(now=timezone.now())
    message = Message.objects.get()

    desk.post(address("withhold", message))
    clock.shift(60)
    tell()

    assert sink.letters == []
    assert Message.objects.get().state == State.DROPPED


def test_a_visit_that_moves_after_that_is_told(desk, clock, sink, tell):
    visit = just_placed()
    finding.write_due(now=timezone.now())
    desk.post(address("withhold", Message.objects.get()))

    replaced(visit)
    clock.shift(300)
    tell()

    assert len(sink.letters) == 1


def test_who_held_it_back_is_written_down(desk):
    message = waiting()

    desk.post(address("withhold", message))

    page, row = desk.get(address("message", message)), desk.get(LIST, {"show": "dropped"})
    assert "<dt>Held back</dt>" in shown(page)
    assert "held back by" in shown(row)
    assert "Why not" not in shown(page)


def test_what_was_held_back_waits_again_after_undo_and_goes(desk, clock, sink):
    message = waiting()

    answer = desk.post(address("withhold", message), follow=True)
    desk.post(address("release", message))
    clock.shift(3600)
    sending.deliver()

    assert address("release", message) in shown(answer)
    assert len(sink.to(message.to)) == 1


@pytest.mark.parametrize("change", [{"status": "cancelled"}, {"revision": 1}])
def test_what_is_no_longer_true_is_not_released(desk, change):
    message = waiting()
    desk.post(address("withhold", message))
    Appointment.objects.update(**change)

    assert desk.post(address("release", message)).status_code == 409
    assert state_of(message) == State.DROPPED


def test_what_is_too_late_by_now_is_not_released(desk):
    message = waiting()
    desk.post(address("withhold", message))
    Message.objects.update(give_up_at=timezone.now())

    assert desk.post(address("release", message)).status_code == 409
    assert state_of(message) == State.DROPPED


def test_what_the_last_look_held_back_is_not_released(desk):
    message = told(state=State.DROPPED, answer="This visit is cancelled.")

    assert desk.post(address("release", message)).status_code == 409
    assert "Send after all" not in shown(desk.get(address("message", message)))


def test_a_second_press_holds_nothing_back_twice(desk):
    message = waiting()

    answers = [desk.post(address("withhold", message)).status_code for _ in range(2)]

    assert answers == [302, 409]


def test_a_worker_that_was_about_to_take_it_finds_it_held_back(desk, sink):
    message = waiting()
    Message.objects.update(next_attempt_at=timezone.now())
    batch = sending.reserve(timezone.now())

    desk.post(address("withhold", message))
    Delivery(batch).carry()

    assert sink.letters == []
    assert state_of(message) == State.DROPPED


def test_what_a_worker_has_in_hand_cannot_be_held_back(desk):
    message = waiting()
    Message.objects.update(next_attempt_at=timezone.now())
    batch = sending.reserve(timezone.now())
    assert Delivery(batch).turn(batch[0])

    refused = desk.post(address("withhold", message))

    assert refused.status_code == 409
    assert "being handed to the mail server at this moment" in shown(refused)
    assert state_of(message) == State.SENDING


def test_a_batch_that_was_reserved_hands_over_once_what_is_sent_now(desk, sink):
    message = waiting()
    Message.objects.update(next_attempt_at=timezone.now())
    batch = sending.reserve(timezone.now())

    desk.post(address("send_now", message))
    Delivery(batch).carry()
    sending.deliver()

    assert len(sink.to(message.to)) == 1


def test_a_message_written_by_hand_can_be_taken_back(desk, clock, sink, tell):
    message = by_hand(state=State.WAITING)

    desk.post(address("withhold", message))
    clock.shift(60)
    tell()

    assert sink.letters == []
    assert Message.objects.get().state == State.DROPPED


def test_a_copy_that_is_taken_back_leaves_the_first_as_it_was(desk):
    message = told()
    desk.post(address("resend", message), {"to": message.to, "seen": message.to})
    copy = Message.objects.get(state=State.WAITING)

    desk.post(address("withhold", copy))

    message.refresh_from_db()
    assert (message.needs_action, message.sent_again, message.handled_by) == (True, None, None)
    assert message.notices.count() == 1
    assert not copy.notices.exists()
    assert desk.post(address("release", copy)).status_code == 409
    assert desk.post(address("resend", message), {"to": message.to, "seen": message.to}).status_code == 302


def test_a_copy_of_what_was_written_by_hand_that_is_taken_back_goes_no_more(desk):
    message = by_hand(state=State.FAILED)
    desk.post(address("resend", message), {"to": message.to, "seen": message.to})
    copy = Message.objects.get(state=State.WAITING)

    desk.post(address("withhold", copy))

    copy.refresh_from_db()
    assert not copy.may_go_again
    assert "Send after all" not in shown(desk.get(address("message", copy)))
    assert desk.post(address("release", copy)).status_code == 409


@pytest.mark.parametrize(
    ("state", "offered"),
    [(State.WAITING, ["Send now", "Do not send"]), (State.SENDING, ["It is being handed"]), (State.ACCEPTED, [])],
)
def test_a_page_offers_what_can_be_done(desk, state, offered):
    page = shown(desk.get(address("message", told(state=state))))

    assert [words for words in ("Send now", "Do not send", "It is being handed") if words in page] == offered


# Many at once


def outage(count=3):
    return [told(state=State.FAILED, answer=OUTAGE, visit=AppointmentFactory()) for _ in range(count)]


def test_one_press_in_its_row_sends_one_again(desk, clock, sink):
    message, other = outage(2)

    row = shown(desk.get(LIST))
    answer = desk.post(AGAIN, {"only": message.pk, "message": other.pk, "next": LIST}, follow=True)
    clock.shift(handling.GRACE)
    sending.deliver()

    copy = Message.objects.get(first=message)
    assert f'name="only" value="{message.pk}"' in row
    assert answer.redirect_chain[0][0] == LIST
    assert address("withhold", copy) in shown(answer)
    assert len(sink.to(message.to)) == 1
    assert state_of(other) == State.FAILED
    assert other.sent_again is None


def test_those_that_are_ticked_go_again(desk):
    first, second, third = outage()

    desk.post(AGAIN, {"message": [first.pk, third.pk]})

    assert set(Message.objects.failed()) == {second}
    assert Message.objects.filter(state=State.WAITING).count() == 2


def test_all_of_one_reason_go_again_by_one_press(desk):
    outage(3)
    other = told(state=State.FAILED, answer=f"{GIVEN_UP}451 Try later")

    page = shown(desk.get(LIST))
    answer = desk.post(AGAIN, {"reason": "unreachable", "next": LIST}, follow=True)

    assert "Send all 3 again" in page
    assert "3 messages: The mail server was not reachable until it was too late." in page
    assert "3 will go within a minute." in shown(answer)
    assert list(Message.objects.failed()) == [other]


def test_enter_at_a_tick_sends_what_is_ticked_and_not_the_first_button(desk):
    outage(2)

    page = shown(desk.get(LIST))

    form = page[page.index(f'action="{AGAIN}"') :]
    assert form.index("Enter at a tick") < form.index('name="reason"') < form.index('name="only"')


def test_what_may_not_go_again_is_told_with_why_and_stops_no_other(desk):
    gone, cancelled, stranger, nowhere = outage(4)
    Appointment.objects.filter(pk=cancelled.notices.get().visit_id).update(status="cancelled")
    Answer.objects.create(patient=stranger.patient, kind=AnswerKind.NOT_ME, address=stranger.to)
    Patient.objects.filter(pk=nowhere.patient_id).update(email="")

    answer = desk.post(AGAIN, {"reason": "unreachable"})

    page = shown(answer)
    assert answer.status_code == 200
    assert "1 message will go within a minute." in page
    assert "3 messages did not go again." in page
    assert "Not sent again: this visit is cancelled." in page
    assert "Not sent again: whoever reads this address says that it is not this patient." in page
    assert "Not sent again: there is no e-mail address on record." in page
    assert set(Message.objects.failed()) == {cancelled, stranger, nowhere}
    assert Message.objects.get(state=State.WAITING).first == gone


def test_an_address_that_the_server_does_not_know_is_not_written_to_again_unlooked(desk):
    message = told()

    row = shown(desk.get(LIST))
    answer = desk.post(AGAIN, {"message": message.pk})

    assert 'name="only"' not in row
    assert answer.status_code == 409
    assert "the mail server does not know this address" in shown(answer)


def test_one_that_was_corrected_on_the_patients_page_goes_to_the_new_address(desk):
    message = told()
    Patient.objects.update(email="right@example.com")

    row = shown(desk.get(LIST))
    desk.post(AGAIN, {"only": message.pk})

    assert f'name="only" value="{message.pk}"' in row
    assert Message.objects.get(state=State.WAITING).to == "right@example.com"


def test_many_at_once_correct_nobodys_address(desk):
    ana, ben = PatientFactory(email="home@example.com"), PatientFactory(email="home@example.com", given_name="Ben")
    told(state=State.FAILED, answer=OUTAGE, visits=[AppointmentFactory(patient=ana), AppointmentFactory(patient=ben)])
    Patient.objects.filter(pk=ana.pk).update(email="ana@new.example")

    for _ in range(2):
        desk.post(AGAIN, {"reason": "unreachable"})

    ben.refresh_from_db()
    copies = Message.objects.filter(state=State.WAITING).order_by("pk")
    assert ben.email == "home@example.com"
    assert [(copy.patient, copy.to) for copy in copies] == [(ana, "ana@new.example"), (ben, "home@example.com")]
    assert not Message.objects.failed().exists()


def test_a_double_press_sends_each_once(desk):
    outage(2)
    data = {"message": list(Message.objects.values_list("pk", flat=True))}

    answers = [desk.post(AGAIN, data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert Message.objects.filter(state=State.WAITING).count() == 2


def test_one_press_sends_no_more_than_a_worker_takes_in_a_moment(desk, monkeypatch):
    monkeypatch.setattr(lists, "AT_ONCE", 2)
    outage(3)

    page = shown(desk.get(LIST))
    desk.post(AGAIN, {"reason": "unreachable"})

    assert "Send the oldest 2 of 3 again" in page
    assert Message.objects.filter(state=State.WAITING).count() == 2
    assert Message.objects.failed().count() == 1


@pytest.mark.parametrize("data", [{}, {"message": "x"}, {"message": "9" * 30}, {"reason": "nothing"}, {"only": "-1"}])
def test_nothing_chosen_sends_nothing_and_says_so(desk, data):
    outage(1)

    answer = desk.post(AGAIN, data)

    assert answer.status_code == 409
    assert "Tick a message first. Nothing was sent." in shown(answer)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", [State.WAITING, State.SENDING])
def test_what_is_under_way_does_not_go_again_with_the_others(desk, state):
    message = told(state=state)

    answer = desk.post(AGAIN, {"message": message.pk})

    assert answer.status_code == 409
    assert "it is still waiting and will go by itself" in shown(answer)


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        (State.UNCERTAIN, "The worker stopped while handing this over."),
        (State.REFUSED, "550 5.1.1 No such user"),
        (State.FAILED, "The patient's address has changed."),
    ],
)
def test_what_wants_a_look_at_each_is_not_offered_all_at_once(desk, state, answer):
    for _ in range(2):
        told(state=state, answer=answer, visit=AppointmentFactory())

    assert "Several for one reason" not in shown(desk.get(LIST))


def test_messages_to_the_desk_are_not_ticked(desk):
    to_staff(state=State.FAILED, answer=OUTAGE)
    to_staff(state=State.FAILED, answer=OUTAGE)

    page = shown(desk.get(LIST))

    assert 'name="message"' not in page
    assert "Several for one reason" not in page


def test_reasons_cost_one_query_however_many(desk):
    counts = []

    for _ in range(2):
        outage(2)
        told(state=State.FAILED, answer=f"{GIVEN_UP}451 Try later")
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_call_goes_by_e_mail_to_an_address_that_is_there_by_now(desk):
    message = to_call()
    Patient.objects.update(email="ana@new.example")

    handling.resend_all(messages=[message], by=UserFactory())

    assert Message.objects.get(state=State.WAITING).to == "ana@new.example"


def test_a_hostile_name_is_only_text_where_it_did_not_go(desk):
    message = told(visit=AppointmentFactory(patient__given_name="<img src=x>"))

    assert "<img src=x>" not in shown(desk.post(AGAIN, {"message": message.pk}))


def test_who_may_only_read_sends_nothing_again(client):
    message = outage(1)[0]
    stranger = client.post(AGAIN, {"message": message.pk})
    client.force_login(UserFactory(role="Practitioner"))

    page = shown(client.get(LIST))

    assert stranger["Location"].startswith("/accounts/login/")
    assert client.post(AGAIN, {"message": message.pk}).status_code == 403
    assert client.get(AGAIN).status_code == 405
    assert 'name="only"' not in page
    assert f"message-{message.pk}" in page


@pytest.mark.parametrize(
    ("answer", "heading"),
    [
        ("550 5.1.1 No such user", "Correct the address"),
        ("554 5.7.1 Rejected as spam", "Call, or send it again"),
        ("552 5.2.2 Mailbox full", "Call, or send it again later"),
    ],
)
def test_the_heading_says_what_to_do(desk, answer, heading):
    page = shown(desk.get(address("message", told(answer=answer))))

    assert f'<h2 id="again">{heading}</h2>' in page


def test_what_has_no_trouble_is_refused_under_a_heading_all_the_same(desk):
    message = told(state=State.WAITING)

    page = shown(desk.post(address("resend", message), {"to": message.to, "seen": message.to}))

    assert '<h2 id="again">Send it again</h2>' in page


def test_in_doubt_and_after_an_outage_the_address_is_not_called_wrong(desk):
    doubtful = told(state=State.UNCERTAIN, answer="The worker stopped while handing this over.")
    late = outage(1)[0]

    pages = [shown(desk.get(address("message", message))) for message in (doubtful, late)]

    assert '<h2 id="again">Send it again, perhaps twice</h2>' in pages[0]
    assert '<h2 id="again">Send it again</h2>' in pages[1]
    assert "The mail server was not reachable until it was too late." in pages[1]
    assert not any("Correct the address" in page for page in pages)


def test_a_resend_that_is_refused_leaves_everything_as_it_was():
    message = told(kind=Kind.REMINDER)
    Patient.objects.update(wants_reminders=False)

    with pytest.raises(ClinicError):
        handling.resend(message=message, to="new@example.com", seen=message.to, by=UserFactory())

    message.refresh_from_db()
    assert message.sent_again is None
    assert message.notices.count() == 1
    assert Patient.objects.get().email == message.to
