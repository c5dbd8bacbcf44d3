"""An address that is somebody else's: who is corrected, who is not, and what is told again."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient
from reminders import calling, links, sending
from reminders.links import LinkEnded, Purpose
from reminders.lists import A_PAGE
from reminders.models import Answer, AnswerKind, Kind, Message, Rule, State
from scheduling.models import Appointment
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.test_answers_page import ANSWERS, page, post
from tests.reminders.written import answered, to_call, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
RIGHT = "right@example.com"


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="Front desk"))
    return client


@pytest.fixture
def family():
    """Luis, who has Marta's address by mistake, Marta, and Noa at it too."""
    return [PatientFactory(given_name=name, email="marta@example.com") for name in ("Luis", "Marta", "Noa")]


def emails(people):
    found = Patient.objects.in_bulk([person.pk for person in people])
    return [found[person.pk].email for person in people]


def said_of(person, **fields):
    return answered(AnswerKind.NOT_ME, visit=AppointmentFactory(patient=person), **fields)


def words(html):
    return re.sub(r"<[^>]+>", "", html)


def undo(client, response):
    """Press Undo in the toast that came with this page."""
    return client.post(undo_url(response), {"next": ANSWERS}, follow=True)


def undo_url(response):
    [url] = re.findall(r'action="([^"]+/undo/[^"]*)"', response.content.decode())
    return url.replace("&amp;", "&")


# Whose address changes


def test_a_correction_changes_the_patient_and_nobody_else_at_that_address(desk, family):
    answer = said_of(family[0])

    shown = post(desk, "correct_address", answer, to=RIGHT)

    assert emails(family) == [RIGHT, "marta@example.com", "marta@example.com"]
    assert f"{family[0].name} is written to at {RIGHT} from now on." in shown.content.decode()
    assert not Answer.objects.open().exists()


def test_who_shares_the_address_is_listed_to_be_ticked(desk, family):
    merged = PatientFactory(given_name="Old", email="marta@example.com", merged_into=family[1])
    answer = said_of(family[0])

    before = page(desk)
    after = post(desk, "correct_address", answer, to=RIGHT, also=[family[2].pk]).content.decode()

    for person in family[1:]:
        assert f"also: {person.name} (#{person.chart_number})" in before
    assert f"(#{merged.chart_number})" not in before
    assert "checked" not in before.split("also: ")[1].split("</form>")[0]
    assert emails(family) == [RIGHT, "marta@example.com", RIGHT]
    assert f"{family[0].name} and {family[2].name} are written to at {RIGHT} from now on." in after


def test_whoever_has_another_address_by_now_is_not_overwritten(desk, family):
    answer = said_of(family[0])
    Patient.objects.filter(pk=family[0].pk).update(email="new@example.com")

    response = post(desk, "correct_address", answer, to=RIGHT)

    assert response.status_code == 409
    assert "Another address is on record by now: " in response.content.decode()
    assert emails(family) == ["new@example.com", "marta@example.com", "marta@example.com"]
    assert Answer.objects.open().exists()


def test_nor_is_somebody_who_was_ticked_and_has_another_by_now(desk, family):
    answer = said_of(family[0])
    Patient.objects.filter(pk=family[2].pk).update(email="noa@example.com")

    response = post(desk, "correct_address", answer, to=RIGHT, also=[family[2].pk])

    assert response.status_code == 400
    assert "Somebody who was ticked has another address by now." in response.content.decode()
    assert emails(family) == ["marta@example.com", "marta@example.com", "noa@example.com"]


@pytest.mark.parametrize("also", ["x", "0", str(10**30), "-1", "1e3"])
def test_nobody_else_can_be_ticked(desk, family, also):
    stranger = PatientFactory(email="else@example.com")
    answer = said_of(family[0])

    answers = [post(desk, "correct_address", answer, to=RIGHT, also=[one]) for one in (also, stranger.pk)]

    assert {response.status_code for response in answers} == {400}
    assert emails([*family, stranger]) == ["marta@example.com"] * 3 + ["else@example.com"]


def test_an_answer_of_somebody_who_was_ticked_is_settled_too(desk, family):
    answers = [said_of(person) for person in family]

    post(desk, "correct_address", answers[0], to=RIGHT, also=[family[2].pk])

    assert list(Answer.objects.open()) == [answers[1]]


def test_a_correction_ends_the_old_links(desk):
    answer = answered(AnswerKind.NOT_ME)
    old = links.token(Purpose.CONFIRM, answer.visit)

    post(desk, "correct_address", answer, to=RIGHT)

    with pytest.raises(LinkEnded):
        links.opened(Purpose.CONFIRM, old, now=timezone.now())


@pytest.mark.parametrize("to", ["", "ana@", "a@b.c\r\nBcc: x@y.z", "x" * 10_000, "😀@example.com"])
def test_what_is_no_address_is_an_error_in_its_row(desk, to):
    answer = answered(AnswerKind.NOT_ME)

    response = post(desk, "correct_address", answer, to=to)

    assert response.status_code == 400
    assert f'id="error_1_id_{answer.pk}_to"' in response.content.decode()
    assert Answer.objects.open().exists()


def test_the_wrong_address_is_no_correction(desk):
    answer = answered(AnswerKind.NOT_ME)

    response = post(desk, "correct_address", answer, to=answer.address)

    assert response.status_code == 409
    assert "This is the address that is somebody else" in response.content.decode()
    assert Answer.objects.open().exists()


def test_a_double_click_corrects_once(desk):
    answer = answered(AnswerKind.NOT_ME)

    answers = [post(desk, "correct_address", answer, to=RIGHT).status_code for _ in range(2)]

    assert answers == [200, 409]


def test_only_of_an_address_that_is_somebody_elses_there_is_something_to_correct(desk):
    answer = answered(AnswerKind.URGENT)

    assert post(desk, "correct_address", answer, to=RIGHT).status_code == 404
    assert emails([answer.patient]) == [answer.address]


def test_hostile_names_at_an_address_are_only_text(desk, family):
    PatientFactory(given_name="<script>alert(1)</script>", email="marta@example.com")
    said_of(family[0])

    assert "<script>alert" not in page(desk)


# Undo


def test_a_correction_can_be_undone_for_all_who_were_corrected(desk, family):
    answers = [said_of(person) for person in family]
    done = post(desk, "correct_address", answers[0], to=RIGHT, also=[family[2].pk])

    undo(desk, done)

    assert emails(family) == ["marta@example.com"] * 3
    assert set(Answer.objects.open()) == set(answers)


def test_no_address_stands_in_the_url_that_undoes(desk, family):
    done = post(desk, "correct_address", said_of(family[0]), to=RIGHT, also=[family[2].pk])

    assert undo_url(done).endswith(f"/undo/?also={family[2].pk}")


def test_an_undo_leaves_an_address_that_was_changed_since(desk, family):
    answer = said_of(family[0])
    done = post(desk, "correct_address", answer, to=RIGHT, also=[family[2].pk])
    Patient.objects.filter(pk=family[0].pk).update(email="third@example.com")

    response = undo(desk, done)

    assert response.status_code == 409
    assert emails(family) == ["third@example.com", "marta@example.com", RIGHT]


def test_an_undo_moves_nobody_whom_the_correction_did_not(desk, family):
    answer = said_of(family[0])
    post(desk, "correct_address", answer, to=RIGHT)
    other = PatientFactory(email=RIGHT)

    url = reverse("reminders:undo_correction", args=[answer.pk])
    desk.post(f"{url}?also={other.pk}&also={family[1].pk}&also={10**30}&also=x")

    assert emails([*family, other]) == ["marta@example.com"] * 3 + [RIGHT]


def test_undone_twice_is_undone_once(desk, family):
    done = post(desk, "correct_address", said_of(family[0]), to=RIGHT)

    answers = [undo(desk, done).status_code for _ in range(2)]

    assert answers == [200, 409]


# What went to the stranger


def went(visit, kind=Kind.BOOKED, **fields):
    """A message that the stranger has."""
    return told(visit=visit, kind=kind, state=State.ACCEPTED, answer="250 Ok", **fields)


def copies():
    return Message.objects.filter(first__isnull=False)


def test_what_went_to_the_wrong_address_is_sent_again_in_one_press(desk, sink, clock):
    answer = answered(AnswerKind.NOT_ME)
    sent = [went(answer.visit, kind) for kind in (Kind.BOOKED, Kind.REMINDER, Kind.BEFORE)]

    offer = post(desk, "correct_address", answer, to=RIGHT).content.decode()
    post(desk, "tell_again", answer)
    clock.shift(60)
    sending.deliver()

    assert "3 messages about visits still ahead went to the wrong address" in offer
    assert "Send them again</button>" in offer
    assert f"By now the address is {RIGHT}." in words(offer)
    assert {one.to for one in copies()} == {RIGHT}
    assert {message.kind for message in copies()} == {message.kind for message in sent}
    assert len(sink.to(RIGHT)) == 3
    assert "went to the wrong address" not in page(desk)


def test_who_is_written_to_again_need_not_be_called(desk):
    answer = answered(AnswerKind.NOT_ME)
    went(answer.visit)
    to_call(visit=answer.visit)
    post(desk, "correct_address", answer, to=RIGHT)

    post(desk, "tell_again", answer)

    assert {message.kind for message in Message.objects.filter(state=State.WAITING)} == {Kind.BOOKED, Kind.REMINDER}
    assert not calling.to_call(Message.objects.all(), timezone.now()).exists()


def test_pressed_twice_it_is_sent_once(desk):
    answer = answered(AnswerKind.NOT_ME)
    went(answer.visit)
    post(desk, "correct_address", answer, to=RIGHT)

    answers = [post(desk, "tell_again", answer).status_code for _ in range(2)]

    assert answers == [200, 409]
    assert copies().count() == 1


def test_of_two_reminders_of_a_visit_the_later_is_sent_again(desk, clock):
    answer = answered(AnswerKind.NOT_ME)
    first = went(answer.visit, Kind.REMINDER)
    first.notices.update(rule=Rule.objects.filter(kind=Kind.REMINDER).last())
    clock.shift(60)
    second = went(answer.visit, Kind.REMINDER)
    post(desk, "correct_address", answer, to=RIGHT)

    post(desk, "tell_again", answer)

    assert copies().get().first == second
    assert first.notices.exists()


def test_what_is_no_longer_true_or_over_is_not_offered(desk):
    answer = answered(AnswerKind.NOT_ME)
    person, day = answer.patient, timedelta(days=1)
    past, gone, moved = (
        AppointmentFactory(patient=person, start=MONDAY_TEN + when) for when in (-5 * day, day, 2 * day)
    )
    for visit in (past, gone, moved):
        went(visit)
    Appointment.objects.filter(pk=gone.pk).update(status="cancelled")
    Appointment.objects.filter(pk=moved.pk).update(revision=1)
    told(visit=answer.visit, state=State.REFUSED)

    offer = post(desk, "correct_address", answer, to=RIGHT).content.decode()

    assert "went to the wrong address" not in offer
    assert post(desk, "tell_again", answer).status_code == 409


def test_a_cancellation_that_the_stranger_was_told_is_told_again(desk):
    visit = AppointmentFactory(status="cancelled")
    answer = answered(AnswerKind.NOT_ME, visit=visit)
    went(visit, Kind.CANCELLED)
    post(desk, "correct_address", answer, to=RIGHT)

    post(desk, "tell_again", answer)

    assert (copies().get().to, copies().get().kind) == (RIGHT, Kind.CANCELLED)


def test_of_a_letter_to_several_only_who_was_corrected_is_told_again(desk, family):
    luis, marta, _ = family
    visits = [AppointmentFactory(patient=person) for person in (marta, luis)]
    sent = told(visits=visits, state=State.ACCEPTED)
    answer = answered(AnswerKind.NOT_ME, visit=visits[1])
    post(desk, "correct_address", answer, to=RIGHT)

    post(desk, "tell_again", answer)

    new = Message.objects.exclude(pk=sent.pk).get()
    assert (new.to, new.patient, new.state) == (RIGHT, luis, State.WAITING)
    assert [notice.visit for notice in new.notices.all()] == [visits[1]]
    assert [notice.visit for notice in sent.notices.all()] == [visits[0]]
    assert emails(family) == [RIGHT, "marta@example.com", "marta@example.com"]
    assert post(desk, "tell_again", answer).status_code == 409


def test_what_is_left_of_a_letter_to_several_is_told_again_when_the_others_are_corrected(desk, family):
    luis, marta, _ = family
    visits = [AppointmentFactory(patient=person) for person in (luis, marta)]
    told(visits=visits, state=State.ACCEPTED)
    first, second = (answered(AnswerKind.NOT_ME, visit=visit) for visit in visits)
    post(desk, "correct_address", first, to=RIGHT)
    post(desk, "tell_again", first)
    post(desk, "correct_address", second, to="marta.new@example.com")

    post(desk, "tell_again", second)

    new = Message.objects.get(to="marta.new@example.com")
    assert [notice.visit for notice in new.notices.all()] == [visits[1]]


def test_who_was_ticked_is_told_again_too(desk, family):
    luis, _, noa = family
    answer = said_of(luis)
    went(AppointmentFactory(patient=noa))

    post(desk, "correct_address", answer, to=RIGHT, also=[noa.pk])
    post(desk, "tell_again", answer)

    assert (copies().get().patient, copies().get().to) == (noa, RIGHT)


def test_an_address_that_was_corrected_elsewhere_and_settled_is_offered_too(desk):
    answer = answered(AnswerKind.NOT_ME)
    went(answer.visit)
    Patient.objects.filter(pk=answer.patient_id).update(email=RIGHT)

    settled = post(desk, "look_after", answer).content.decode()

    assert "Send it again</button>" in settled
    assert f"By now the address is {RIGHT}." in words(settled)


def test_of_an_address_that_was_found_right_nothing_is_offered(desk):
    answer = answered(AnswerKind.NOT_ME)
    went(answer.visit)

    settled = post(desk, "look_after", answer).content.decode()

    assert "The address stands" in settled
    assert "went to the wrong address" not in settled


@pytest.mark.parametrize("off", [False, True])
@pytest.mark.parametrize(
    ("days", "change"), [(1, {"revision": 1}), (1, {"status": "cancelled"}), (-7, {"revision": 0})]
)
def test_what_is_no_longer_true_of_a_letter_is_left_out(desk, sink, clock, off, days, change):
    answer = answered(AnswerKind.NOT_ME)
    other = AppointmentFactory(patient=answer.patient, start=MONDAY_TEN + timedelta(days=days))
    told(visits=[answer.visit, other], state=State.ACCEPTED, give_up_at=answer.visit.starts_at)
    Appointment.objects.filter(pk=other.pk).update(**change)

    post(desk, "correct_address", answer, **({"off": "1"} if off else {"to": RIGHT}))
    if not off:
        post(desk, "tell_again", answer)
        clock.shift(60)
        sending.deliver()

    new = Message.objects.latest("pk")
    assert new.state == (State.CALL if off else State.ACCEPTED)
    assert [notice.visit for notice in new.notices.all()] == [answer.visit]
    assert new.text.count("60 minutes") == 1


# Nobody knows the right one


def test_an_address_can_be_taken_off_the_record_and_the_patient_is_called(desk, family):
    luis, marta, noa = family
    visits = [AppointmentFactory(patient=person) for person in (luis, noa, marta)]
    sent = [went(visit) for visit in visits]
    went(visits[0], Kind.REMINDER)
    answer = answered(AnswerKind.NOT_ME, visit=visits[0])

    shown = post(desk, "correct_address", answer, to="not@", off="1", also=[noa.pk]).content.decode()

    calls = calling.to_call(Message.objects.all(), timezone.now())
    assert emails(family) == ["", "marta@example.com", ""]
    assert f"{luis.name} and {noa.name} are called from now on." in shown
    assert "By now no address is on record" in shown
    assert {call.patient for call in calls} == {luis, noa}
    assert calls.count() == 2
    assert sent[2].notices.exists()


def test_an_address_taken_off_can_be_put_back(desk, family):
    answer = said_of(family[0])
    done = post(desk, "correct_address", answer, off="1", also=[family[2].pk])

    undo(desk, done)

    assert emails(family) == ["marta@example.com"] * 3
    assert Answer.objects.open().get() == answer


def test_its_calls_go_with_it_and_the_letters_tell_their_visits_again(desk, family):
    luis, marta, noa = family
    visits = [AppointmentFactory(patient=person) for person in (luis, marta, noa)]
    together, alone = told(visits=visits[:2], state=State.ACCEPTED), went(visits[2])
    answer = answered(AnswerKind.NOT_ME, visit=visits[0])
    done = post(desk, "correct_address", answer, off="1", also=[noa.pk])
    calls = list(Message.objects.filter(state=State.CALL))
    shown = desk.get(calls[0].get_absolute_url()).content.decode()

    undo(desk, done)

    alone.refresh_from_db()
    assert len(calls) == 2
    assert f'<dt>Copy of</dt><dd><a href="{calls[0].copy_of.get_absolute_url()}">' in shown
    assert not Message.objects.filter(state=State.CALL).exists()
    assert {notice.visit for notice in together.notices.all()} == set(visits[:2])
    assert alone.notices.get().visit == visits[2]
    assert (alone.sent_again, alone.handled_at) == (None, None)


def test_a_call_that_was_made_stays_made(desk):
    answer = answered(AnswerKind.NOT_ME)
    went(answer.visit)
    done = post(desk, "correct_address", answer, off="1")
    call = Message.objects.get(state=State.CALL)
    calling.mark_called(message=call, by=UserFactory())

    undo(desk, done)

    assert call.notices.exists()
    assert Message.objects.get(state=State.CALL) == call


def test_who_has_got_an_address_meanwhile_is_still_told(desk, family):
    """The undo does not put them back, so what was to be said to them still is."""
    luis, _, noa = family
    visits = [AppointmentFactory(patient=person) for person in (luis, noa)]
    for visit in visits:
        went(visit)
    answer = answered(AnswerKind.NOT_ME, visit=visits[0])
    done = post(desk, "correct_address", answer, off="1", also=[noa.pk])
    Patient.objects.filter(pk=noa.pk).update(email="noa@example.com")

    undo(desk, done)

    [call] = Message.objects.filter(state=State.CALL)
    assert emails(family) == ["marta@example.com", "marta@example.com", "noa@example.com"]
    assert [notice.visit for notice in call.notices.all()] == [visits[1]]


def test_a_letter_that_nobody_need_be_told_again_stays_so(desk):
    answer = answered(AnswerKind.NOT_ME)
    letter = went(answer.visit, Kind.REMINDER)
    Message.objects.update(state=State.UNCERTAIN, accepted_at=None, handled_at=timezone.now() - timedelta(days=1))
    done = post(desk, "correct_address", answer, off="1")

    undo(desk, done)

    letter.refresh_from_db()
    assert not letter.needs_action
    assert letter.notices.exists()


def test_what_is_told_again_and_then_undone_is_not_told_a_third_time(desk, family, sink, tell, clock):
    luis, marta, _ = family
    visits = [AppointmentFactory(patient=person) for person in (marta, luis)]
    letter = told(visits=visits, state=State.ACCEPTED)
    answer = answered(AnswerKind.NOT_ME, visit=visits[1])
    done = post(desk, "correct_address", answer, to=RIGHT)
    post(desk, "tell_again", answer)

    undo(desk, done)
    post(desk, "look_after", answer)
    for _ in range(3):
        clock.shift(60)
        tell()

    assert sink.letters == []
    assert {notice.visit for notice in letter.notices.all()} == set(visits)


def test_whoever_a_letter_tells_of_is_locked_in_the_one_order(desk, family):
    """Sending a family's letter again locks all of them: who locks the last alone, then the first, could meet it."""
    luis, marta, noa = family
    told(visits=[AppointmentFactory(patient=person) for person in (luis, marta, noa)], state=State.ACCEPTED)
    later = AppointmentFactory(patient=noa, start=MONDAY_TEN + timedelta(days=1))
    told(visits=[later], patient=luis, to="marta@example.com", state=State.ACCEPTED)
    answer = answered(AnswerKind.NOT_ME, visit=Appointment.objects.filter(patient=noa).first())

    with CaptureQueriesContext(connection) as queries:
        post(desk, "correct_address", answer, off="1")

    first = next(query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"])
    assert all(re.search(rf"\b{person.pk}\b", first) for person in family)


def test_who_has_no_address_shares_none(desk):
    answer = answered(AnswerKind.NOT_ME, visit=AppointmentFactory(patient__email=""))
    other = PatientFactory(email="")

    post(desk, "correct_address", answer, to=RIGHT)

    assert emails([other]) == [""]


def test_a_letter_about_a_moved_visit_is_not_offered_because_of_another_letter(desk):
    answer = answered(AnswerKind.NOT_ME)
    moved = AppointmentFactory(patient=answer.patient, start=MONDAY_TEN + timedelta(days=1))
    old, still = went(moved), went(answer.visit)
    Appointment.objects.filter(pk=moved.pk).update(revision=1)
    post(desk, "correct_address", answer, to=RIGHT)

    post(desk, "tell_again", answer)

    assert copies().get().first == still
    assert old.notices.exists()


def test_an_address_with_a_slip_is_shown_again_on_its_own_page(desk):
    answers = [answered(AnswerKind.NOT_ME) for _ in range(A_PAGE + 1)]
    second = desk.get(ANSWERS, {"page": 2}).content.decode()
    [last] = [answer for answer in answers if f'id="answer-{answer.pk}"' in second]

    shown = desk.post(re.search(r'action="([^"]+/correct/[^"]*)"', second)[1], {"to": "not@"})

    assert f'id="answer-{last.pk}"' in shown.content.decode()
    assert 'value="not@"' in shown.content.decode()
