"""The chart's page: what was done, the count, the notes, and the signature."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from patients.models import AccessRecord
from scheduling.models import Appointment
from sessions import charting, planning
from sessions.charting import Counted
from sessions.forms import TimesForm
from sessions.models import Note, SessionPlan
from tests.factories import AppointmentFactory, PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.pages import HTMX, post, prove, url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    """LI4 and LR3 on both sides, the needles in."""
    return making.begun("li4 lr3")


@pytest.fixture
def visit(plan):
    return plan.appointment


@pytest.fixture
def kim(client, plan):
    client.force_login(making.by(plan))
    return client


def now(plan):
    return SessionPlan.objects.get(pk=plan.pk)


def row(plan, code):
    return making.needle(plan, code)


def press(client, name, plan, *more, htmx=True, **data):
    """Press a button of the form as it is drawn now: its hidden fields go along."""
    page = client.get(url("chart", plan.appointment)).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="((?:version|seen_)[^"]*)" value="([^"]*)"', page))
    return client.post(url(name, plan.appointment, *more), hidden | data, headers=HTMX if htmx else {})


# Opening


def test_a_visit_that_was_completed_without_a_session_is_written_down_afterwards(client):
    plan = making.a_plan("li4", status="completed", start=timezone.now() - timedelta(days=1))
    planning.make_ready(plan=plan, version=plan.version, by=making.by(plan))
    client.force_login(making.by(plan))
    page = words(client.get(url("chart", plan.appointment)))
    assert "Press Start to write down what was done." in page

    answer = press(client, "start", plan)

    assert "Needles in no time noted" in words(answer)
    assert now(plan).status == "in_progress"


def test_a_visit_of_the_worklist_without_any_plan_is_begun_from_the_chart(client):
    visit = AppointmentFactory(status="completed", start=timezone.now() - timedelta(days=1))
    client.force_login(visit.practitioner.user)
    assert "or in the notes that nothing was." in words(client.get(url("chart", visit)))

    answer = post(client, "start", visit, history="Talked, no needles.")

    assert answer.status_code == 200
    plan = SessionPlan.objects.get()
    assert (plan.status, plan.note.history) == ("in_progress", "Talked, no needles.")


def test_the_chart_shows_planned_beside_done_and_the_time_since_the_needles_went_in(kim, visit):
    page = kim.get(url("chart", visit))

    assert page.status_code == 200
    assert "Hégǔ" in words(page)
    assert "As planned Changed Left out" in words(page)
    assert "data-since=" in page.content.decode()
    assert AccessRecord.objects.get().page == "sessions:chart"


def test_the_boxes_of_the_count_are_empty_until_somebody_counts(kim, plan):
    page = kim.get(url("chart", plan.appointment)).content.decode()

    boxes = re.findall(r'name="(?:put_in|out)-needle-\d+" value="([^"]*)"', page)
    assert boxes == ["", "", "", ""]


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
@pytest.mark.parametrize("name", ["chart", "record", "record_pdf"])
def test_the_chart_is_closed_to_who_does_not_treat(client, visit, role, name):
    client.force_login(UserFactory(role=role))

    assert client.get(url(name, visit)).status_code == 403
    assert post(client, "autosave", visit, history="x").status_code == 403
    assert post(client, "sign", visit).status_code == 403


def test_who_is_not_signed_in_is_asked_to(client, visit):
    assert client.get(url("chart", visit)).status_code == 302


def test_an_unknown_visit_or_row_is_not_found(kim, visit, plan):
    assert kim.get("/sessions/999999/chart/").status_code == 404
    assert kim.post("/sessions/999999/chart/autosave/").status_code == 404
    assert post(kim, "mark", visit, "needle", 999_999, version=plan.version, outcome="done").status_code == 404
    assert post(kim, "found", visit, 999_999, version=plan.version).status_code == 404


# Start


def test_start_stamps_the_needles_in(client):
    plan = making.a_plan("li4")
    client.force_login(making.by(plan))
    post(client, "make_ready", plan.appointment, version=plan.version)

    answer = post(client, "start", plan.appointment, version=plan.version + 1)

    assert answer.status_code == 200
    assert now(plan).needles_in_at is not None
    assert Appointment.objects.get().status == "in_session"


def test_a_draft_does_not_start_and_says_why(client):
    plan = making.a_plan("li4")
    client.force_login(making.by(plan))

    answer = post(client, "start", plan.appointment, version=plan.version)

    assert answer.status_code == 409
    assert "The plan is still a draft. Make it ready first." in words(answer)


def test_starting_twice_starts_once(kim, plan):
    began = plan.needles_in_at

    answer = press(kim, "start", plan)

    assert answer.status_code == 409
    assert now(plan).needles_in_at == began


# Done


def test_a_row_is_done_as_planned_with_one_press(kim, plan):
    answer = press(kim, "mark", plan, "needle", row(plan, "LI4").pk, outcome="done")

    assert answer.status_code == 200
    assert row(plan, "LI4").outcome == "done"


def test_what_was_different_is_asked_for_and_then_kept(kim, plan):
    needle = row(plan, "LI4")

    asked = press(kim, "mark", plan, "needle", needle.pk, outcome="changed")
    kept = press(
        kim, "mark", plan, "needle", needle.pk, outcome="changed", **{f"done_note-needle-{needle.pk}": "Right only"}
    )

    assert asked.status_code == 409
    assert "Say what was different." in words(asked)
    assert kept.status_code == 200
    assert (row(plan, "LI4").outcome, row(plan, "LI4").done_note) == ("changed", "Right only")


def test_an_unknown_outcome_is_refused(kim, plan):
    answer = press(kim, "mark", plan, "needle", row(plan, "LI4").pk, outcome="magic")

    assert answer.status_code == 409
    assert row(plan, "LI4").outcome == "pending"


def test_everything_still_open_is_done_as_planned_at_once(kim, plan):
    answer = press(kim, "mark_all_done", plan, htmx=False)

    assert answer.status_code == 302
    assert {needle.outcome for needle in plan.needles.all()} == {"done"}


def test_whatever_button_is_pressed_what_was_typed_is_saved(kim, plan):
    needle = row(plan, "LI4")

    press(
        kim, "mark", plan, "needle", needle.pk, outcome="done", response="Calm", **{f"put_in-needle-{needle.pk}": "2"}
    )

    assert now(plan).note.response == "Calm"
    assert row(plan, "LI4").needles_in == 2


# Count


def counted(plan, **codes):
    """counted(plan, LI4=(2, 1)): the boxes of those rows."""
    boxes = {}
    for code, numbers in codes.items():
        names = ("put_in", "out", "left", "until")
        boxes |= {f"{name}-needle-{row(plan, code).pk}": it for name, it in zip(names, numbers, strict=False)}
    return boxes


def test_a_count_is_saved_with_its_sums(kim, plan):
    answer = press(kim, "save", plan, **counted(plan, LI4=("2", "1")))

    assert answer.status_code == 200
    assert "2 in, 1 out ✕ one short" in words(answer)
    assert (row(plan, "LI4").needles_in, row(plan, "LI4").needles_out) == (2, 1)


def test_a_row_that_nobody_touched_is_not_written(kim, plan):
    page = press(kim, "save", plan, **counted(plan, LI4=("2", "")))
    making_now = now(plan)
    charting.count(
        plan=plan,
        version=making_now.version,
        counts={("needle", row(plan, "LR3").pk): Counted(2, 2)},
        by=making.by(plan),
    )

    press(kim, "save", plan, **counted(plan, LI4=("2", "2"), LR3=("2", "2")))

    assert page.status_code == 200
    assert row(plan, "LR3").needles_out == 2


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        (("99", ""), "In is a whole number from 0 to 60."),
        (("x", ""), "In is a whole number from 0 to 60."),
        (("-1", ""), "In is a whole number from 0 to 60."),
        (("9" * 5_000, ""), "In is a whole number from 0 to 60."),
        (("", "1"), "How many went in?"),
        (("2", "3"), "2 went in."),
        (("2", "1", "1", ""), "When do they come out?"),
        (("2", "1", "1", "9999-12-31"), "Needles come out on the day of the visit or within 30 days."),
        (("2", "1", "1", "soon"), "Write the date as 2030-05-14."),
    ],
)
def test_a_count_that_cannot_be_is_refused_and_the_typing_kept(kim, plan, numbers, sentence):
    answer = press(kim, "save", plan, **counted(plan, LI4=numbers))

    assert answer.status_code in (409, 422)
    assert sentence in words(answer)
    assert answer["HX-Retarget"] == "#chart"
    assert f'value="{numbers[0]}"' in answer.content.decode()
    assert row(plan, "LI4").needles_in is None


def test_when_the_last_needle_is_out_the_time_is_stamped(kim, plan):
    answer = press(kim, "save", plan, htmx=False, **counted(plan, LI4=("2", "2"), LR3=("2", "2")))

    assert answer.status_code == 302
    assert now(plan).needles_out_at is not None


def test_a_missing_needle_is_reported_and_found_again(kim, plan):
    press(kim, "save", plan, **counted(plan, LI4=("2", "1"), LR3=("2", "2")))
    missing = {"missing_row": f"needle-{row(plan, 'LI4').pk}", "missing": "1", "missing_detail": "Searched the table."}

    reported = press(kim, "report_missing", plan, **missing)
    twice = press(kim, "report_missing", plan, **missing)
    event = plan.events.get()
    back = press(kim, "found", plan, event.pk)

    assert "1 reported missing" in words(reported)
    assert twice.status_code == 409
    assert "LI4 L+R is not short." in words(twice)
    assert back.status_code == 200
    assert plan.events.get().missing == 0


def test_a_report_without_words_is_asked_for_them(kim, plan):
    missing = press(kim, "report_missing", plan, missing_row="nowhere", missing="0", missing_detail="")
    incident = press(kim, "report", plan, incident_code="", incident_severity="x", incident_row="", incident_detail="")

    assert (missing.status_code, incident.status_code) == (422, 422)
    assert "Write what was done to find it." in words(missing)
    assert "Write what happened." in words(incident)
    assert not plan.events.exists()


def test_an_incident_is_reported(kim, plan):
    data = {
        "incident_code": "dizzy",
        "incident_severity": "mild",
        "incident_row": "",
        "incident_detail": "Ten minutes.",
    }

    answer = press(kim, "report", plan, **data)

    assert "Dizzy" in words(answer)
    assert plan.events.get().detail == "Ten minutes."


# Times


def test_a_time_that_is_none_is_refused(kim, plan):
    answer = press(kim, "save", plan, needles_in_at="25:99", needles_out_at="")

    assert answer.status_code == 422
    assert "Write the time as 09:05." in words(answer)
    assert now(plan).needles_in_at == plan.needles_in_at


def test_start_pressed_late_is_put_right_in_the_clock_of_the_location(client):
    plan = making.begun("li4", start=timezone.now())
    client.force_login(making.by(plan))

    answer = press(client, "save", plan, needles_in_at="00:00")

    midnight = timezone.now().astimezone(plan.appointment.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    assert answer.status_code == 200
    assert now(plan).needles_in_at == midnight


def test_a_time_is_saved_as_it_is_typed(client):
    plan = making.begun("li4", start=timezone.now())
    client.force_login(making.by(plan))
    seen = dict(TimesForm(plan=plan).seen())

    answer = post(client, "autosave", plan.appointment, version=plan.version, needles_in_at="00:00", **seen)

    assert answer.json()["saved"] == ["needles_in_at"]
    assert timezone.localtime(now(plan).needles_in_at, plan.appointment.zone).hour == 0


def test_a_time_out_of_order_is_told_at_its_box_and_nothing_is_taken_for_saved(kim, plan):
    answer = post(kim, "autosave", plan.appointment, current_on_at="00:00", seen_current_on_at="").json()

    assert (answer["saved"], list(answer["wrong"])) == ([], ["current_on_at"])


def test_the_times_are_drawn_anew_with_the_sums(kim, plan):
    charting.mark_all_done(plan=plan, version=plan.version, by=making.by(plan))

    answer = kim.get(url("sums", plan.appointment), headers=HTMX)

    assert "Needles out" in words(answer)


# Notes


def test_notes_are_saved_as_they_are_typed_before_the_session_has_begun_too(client):
    plan = making.a_plan("li4")
    client.force_login(making.by(plan))

    answer = press(client, "autosave", plan, history="Slept well.\r\nNeck is better.", pain_before="7")

    assert answer.status_code == 200
    assert sorted(answer.json()["saved"]) == ["history", "pain_before"]
    note = Note.objects.get()
    assert (note.history, note.pain_before) == ("Slept well.\nNeck is better.", 7)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("history", "x" * 100_000, "Since last time holds up to 20,000 characters, and this is 100000."),
        ("pulse", "x" * 501, "Pulse holds up to 500 characters"),
        ("pain_after", "11", "Choose a number from 0 to 10."),
        ("pain_after", "-1", "Choose a number from 0 to 10."),
    ],
)
def test_a_note_that_cannot_be_kept_is_refused_at_its_field(kim, plan, field, typed, sentence):
    answer = press(kim, "save", plan, **{field: typed})

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Note.objects.exists()


def test_hostile_text_in_a_note_is_kept_and_shown_as_text(kim, plan):
    hostile = "</textarea><script>alert(1)</script> \u202e 🪡"

    press(kim, "save", plan, response=hostile)
    page = kim.get(url("chart", plan.appointment)).content.decode()

    assert now(plan).note.response == hostile
    assert "<script>alert" not in page


def test_a_zero_byte_in_a_note_is_refused(kim, plan):
    assert press(kim, "save", plan, response="a\x00b").status_code == 400


def test_two_people_write_into_different_fields(kim, plan):
    charting.note(plan=plan, version=None, fields={"advice": "Walk."}, by=UserFactory(), seen={"advice": ""})

    answer = post(kim, "autosave", plan.appointment, version=plan.version, response="Calm", seen_response="")

    assert answer.status_code == 200
    assert (now(plan).note.advice, now(plan).note.response) == ("Walk.", "Calm")


def test_two_people_who_wrote_into_one_field_see_both_texts(kim, plan):
    roy = UserFactory(first_name="Roy")
    charting.note(plan=plan, version=None, fields={"response": "Dizzy"}, by=roy, seen={"response": ""})

    answer = post(kim, "save", plan.appointment, version=plan.version, response="Calm", seen_response="")
    again = post(kim, "save", plan.appointment, version=plan.version, response="Calm", seen_response="Dizzy")

    assert answer.status_code == 409
    assert "Roy changed Response meanwhile. Choose one." in words(answer)
    assert "Theirs: Dizzy" in words(answer)
    assert "Calm</textarea>" in answer.content.decode()
    assert again.status_code == 200
    assert now(plan).note.response == "Calm"


def test_a_press_on_an_old_page_says_what_is_new(kim, plan):
    old = plan.version
    roy = UserFactory(first_name="Roy")
    charting.mark(plan=plan, version=old, item=row(plan, "LR3"), outcome="omitted", by=roy)

    answer = post(kim, "mark_all_done", plan.appointment, version=old)

    assert answer.status_code == 409
    assert "Roy changed this plan at" in words(answer)
    assert "Changed LR3 L+R." in words(answer)
    assert row(plan, "LI4").outcome == "pending"


# Sign


def test_signing_is_always_offered_and_says_what_is_missing(kim, plan):
    undone = press(kim, "sign", plan)
    press(kim, "mark_all_done", plan)
    uncounted = press(kim, "sign", plan)
    press(kim, "save", plan, **counted(plan, LI4=("2", "2"), LR3=("2", "1")))
    short = press(kim, "sign", plan)

    assert "Say what was done: LI4 L+R, LR3 L+R." in words(undone)
    assert "Hands and feet are not counted yet." in words(uncounted)
    assert "4 in, 3 out. Feet are one short. Find it or report it missing." in words(short)
    assert {undone.status_code, uncounted.status_code, short.status_code} == {409}


def test_signing_saves_what_was_typed_and_opens_the_record(client):
    plan = making.charted()
    client.force_login(making.by(plan))
    prove(client)

    answer = press(client, "sign", plan, response="Calm", pain_after="3")

    assert answer["HX-Redirect"] == url("record", plan.appointment)
    assert now(plan).is_signed
    assert now(plan).note.pain_after == 3


def test_signing_twice_signs_once(client):
    plan = making.charted()
    client.force_login(making.by(plan))
    prove(client)

    answers = [post(client, "sign", plan.appointment, version=plan.version, htmx=False) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert "signed and never changes" in words(answers[1])


@pytest.mark.parametrize(("htmx", "status"), [(True, 409), (False, 403)])
def test_only_who_treats_signs(client, htmx, status):
    plan = making.charted()
    client.force_login(PractitionerFactory().user)

    answer = press(client, "sign", plan, htmx=htmx)

    assert answer.status_code == status
    assert "Only Kim can sign this. Hand over first." in words(answer)
    assert not now(plan).is_signed


def test_a_signed_chart_leads_to_its_record_and_takes_nothing(client):
    plan = making.signed()
    client.force_login(making.by(plan))

    page = client.get(url("chart", plan.appointment))
    answer = post(client, "autosave", plan.appointment, version=plan.version, response="late")

    assert "Open the record" in words(page)
    assert "<textarea" not in page.content.decode()
    assert answer.status_code == 409


def test_a_cancelled_visit_without_a_plan_has_nothing_to_chart(kim):
    gone = making.a_plan().appointment
    gone.plan.delete()
    Appointment.objects.filter(pk=gone.pk).update(status="no_show")

    page = kim.get(url("chart", gone))

    assert "This visit is no-show. There is nothing to chart." in words(page)
    assert post(kim, "autosave", gone, response="x").status_code == 409


# Cost

OWN, FRAME = 13, 4  # the page's; the session, the user and the two reads of permissions


@pytest.mark.parametrize("points", ["li4", "li4 lr3 gv20"])
def test_the_chart_costs_the_same_whatever_is_in_it(client, points, django_assert_num_queries):
    plan = making.begun(points)
    client.force_login(making.by(plan))
    client.get(url("chart", plan.appointment))

    with django_assert_num_queries(OWN + FRAME):
        client.get(url("chart", plan.appointment))


def test_an_autosave_of_a_note_costs_little(kim, plan, django_assert_max_num_queries):
    press(kim, "save", plan, response="Calm")
    version = now(plan).version

    with django_assert_max_num_queries(10 + FRAME + 2):  # and a savepoint, set and released
        answer = post(kim, "autosave", plan.appointment, version=version, response="Calmer", seen_response="Calm")

    assert answer.status_code == 200
