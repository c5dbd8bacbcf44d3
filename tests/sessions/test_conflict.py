"""Two people in one session: they see each other, and neither overwrites what they have not seen."""

import pytest
from django.db import transaction
from django.test import Client

from sessions import charting, presence
from sessions.charting import Counted
from sessions.models import Note, SessionPlan
from sessions.refusals import FieldChanged
from tests.factories import PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.pages import HTMX, opened, post, url, words
from tests.sessions.races import elsewhere, wait_for_a_lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return making.begun("li4 lr3")


@pytest.fixture
def roy():
    return PractitionerFactory(user__first_name="Roy", user__last_name="Hale").user


@pytest.fixture
def kim(client, plan):
    client.force_login(making.by(plan))
    return client


def signed_in(user):
    browser = Client()
    browser.force_login(user)
    return browser


def box(plan, name, code="LI4"):
    return f"{name}-needle-{making.needle(plan, code).pk}"


def autosave(client, plan, **boxes):
    return post(client, "autosave", plan.appointment, version=1, **boxes).json()


# Field by field


def test_two_people_in_different_boxes_of_a_row_never_meet(kim, plan, roy):
    autosave(signed_in(roy), plan, **{box(plan, "sensation"): "ache"})

    answer = autosave(kim, plan, **{box(plan, "done_note"): "Right only"})

    needle = making.needle(plan, "LI4")
    assert answer["clashes"] == {}
    assert (needle.sensation, needle.done_note) == ("ache", "Right only")


def test_in_the_same_box_the_second_sees_both_texts_and_nothing_is_overwritten(kim, plan, roy):
    name = box(plan, "sensation")
    autosave(signed_in(roy), plan, **{name: "ache"})

    answer = autosave(kim, plan, response="Calm", **{name: "warmth", f"seen_{name}": ""})

    assert answer["saved"] == ["response"]
    assert answer["clashes"][name]["theirs"] == "ache"
    assert "Roy changed" in answer["clashes"][name]["html"]
    assert "Keep mine" in answer["clashes"][name]["html"]
    assert making.needle(plan, "LI4").sensation == "ache"


def test_each_of_several_clashes_is_told(kim, plan, roy):
    autosave(signed_in(roy), plan, response="Dizzy", advice="Rest.")

    answer = autosave(kim, plan, response="Calm", advice="Walk.", tongue="Pale")

    assert (answer["saved"], set(answer["clashes"])) == (["tongue"], {"response", "advice"})
    assert Note.objects.get().response == "Dizzy"


def test_whoever_chooses_theirs_has_it(kim, plan):
    Note.objects.create(plan=plan, response="Dizzy")
    sent = {"response": "Calm", "seen_response": "Dizzy", "clash": "response"}

    post(kim, "save", plan.appointment, version=plan.version, take="response", **sent)

    assert Note.objects.get().response == "Dizzy"


def test_whoever_keeps_theirs_has_seen_the_other(kim, plan):
    Note.objects.create(plan=plan, response="Dizzy")
    sent = {"response": "Calm", "seen_response": "Dizzy", "clash": "response"}

    undecided = post(kim, "save", plan.appointment, version=plan.version, **sent)
    untouched = Note.objects.get().response
    decided = post(kim, "save", plan.appointment, version=plan.version, keep="response", **sent)

    assert (undecided.status_code, untouched) == (409, "Dizzy")
    assert "Both of you wrote here. Choose one." in words(undecided)
    assert decided.status_code == 200
    assert Note.objects.get().response == "Calm"


def test_without_script_the_page_shows_both_texts_with_their_buttons(kim, plan):
    Note.objects.create(plan=plan, response="Dizzy <b>")

    page = post(kim, "save", plan.appointment, version=plan.version, htmx=False, response="Calm", seen_response="")

    assert page.status_code == 409
    assert "Theirs: Dizzy &lt;b&gt;" in page.content.decode().replace("<b>Theirs:</b>", "Theirs:")
    assert '<button type="submit" class="btn btn-sm" name="take" value="response">' in page.content.decode()
    assert "Calm</textarea>" in page.content.decode()


# Counts and rows


def test_two_people_count_different_numbers_of_a_row(kim, plan, roy):
    one, other = box(plan, "put_in"), box(plan, "out")
    autosave(kim, plan, **{one: "2"})

    answer = autosave(kim, plan, **{other: "2"})

    needle = making.needle(plan, "LI4")
    assert answer["saved"] == [other]
    assert (needle.needles_in, needle.needles_out) == (2, 2)


def test_two_who_counted_differently_are_told_and_the_first_number_stands(kim, plan):
    counts = {("needle", making.needle(plan, "LI4").pk): Counted(2)}
    charting.count(plan=plan, counts=counts, by=making.by(plan))
    name = box(plan, "put_in")

    answer = autosave(kim, plan, **{name: "3", f"seen_{name}": ""})

    assert answer["clashes"][name]["theirs"] == "2"
    assert making.needle(plan, "LI4").needles_in == 2


def test_a_count_compares_with_what_was_seen(plan):
    key = ("needle", making.needle(plan, "LI4").pk)
    charting.count(plan=plan, counts={key: Counted(2)}, seen={key: Counted()}, by=making.by(plan))

    with pytest.raises(FieldChanged) as refusal:
        charting.count(plan=plan, counts={key: Counted(1)}, seen={key: Counted()}, by=making.by(plan))

    assert refusal.value.field == "needles_in"


def test_two_who_mark_different_rows_from_one_page_never_meet(kim, plan, roy):
    rows = [making.needle(plan, code) for code in ("LI4", "LR3")]
    hands = [signed_in(roy), kim]

    answers = [
        post(hand, "mark", plan.appointment, "needle", row.pk, version=plan.version, outcome="done")
        for hand, row in zip(hands, rows, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert {row.outcome for row in plan.needles.all()} == {"done"}


def test_two_who_mark_one_row_differently_are_told(kim, plan, roy):
    row = making.needle(plan, "LI4")
    sent = {"version": plan.version, f"seen_outcome-needle-{row.pk}": "pending"}
    post(signed_in(roy), "mark", plan.appointment, "needle", row.pk, outcome="omitted", **sent)

    answer = post(kim, "mark", plan.appointment, "needle", row.pk, outcome="done", **sent)

    assert answer.status_code == 409
    assert "Roy changed Outcome meanwhile." in words(answer)
    assert making.needle(plan, "LI4").outcome == "omitted"


# Both at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("mine", "theirs", "clash"), [("advice", "response", False), ("response", "response", True)])
def test_whoever_waited_for_the_other_finds_what_was_written(plan, roy, mine, theirs, clash):
    answers = []
    browser = signed_in(making.by(plan))
    thread = elsewhere(lambda: answers.append(autosave(browser, plan, **{mine: "Calm", f"seen_{mine}": ""})))
    with transaction.atomic():
        charting.note(plan=plan, fields={theirs: "Dizzy"}, seen={theirs: ""}, by=roy)
        thread.start()
        wait_for_a_lock()
    thread.join()

    assert thread.error is None
    assert getattr(Note.objects.get(), theirs) == "Dizzy"
    assert bool(answers[0]["clashes"]) is clash


# The form of a row in the plan


@pytest.fixture
def draft():
    return making.a_plan("li4 lr3")


@pytest.fixture
def two(draft, roy):
    """Who treats, and a colleague, both signed in."""
    return signed_in(making.by(draft)), signed_in(roy)


def li4(client, plan):
    return opened(client, plan, "needle", making.needle(plan, "LI4"))


def save(client, plan, form, kind="needle", row=None, **typed):
    row = row or making.needle(plan, "LI4")
    return client.post(url("edit", plan.appointment, kind, row.pk), form | typed, headers=HTMX)


def test_two_who_edit_different_fields_of_one_row_never_meet(two, draft):
    kim, roy = two
    mine, theirs = (
        li4(kim, draft),
        li4(roy, draft),
    )

    answers = [save(roy, draft, theirs, depth_mm="15"), save(kim, draft, mine, retention_min="25")]

    needle = making.needle(draft, "LI4")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (needle.depth_mm, needle.retention_min) == (15, 25)


def test_in_the_same_fields_the_second_sees_both_values_and_nothing_is_overwritten(two, draft):
    kim, roy = two
    mine, theirs = (
        li4(kim, draft),
        li4(roy, draft),
    )
    save(roy, draft, theirs, depth_mm="15", angle="oblique")

    answer = save(kim, draft, mine, depth_mm="8", angle="transverse", retention_min="25")

    needle = making.needle(draft, "LI4")
    assert answer.status_code == 409
    assert "Roy changed Depth meanwhile. Choose one." in words(answer)
    assert "Depth (mm). Yours: 8. Theirs: 15." in words(answer)
    assert "Angle. Yours: Along the skin. Theirs: Slanted." in words(answer)
    assert 'name="retention_min" value="25"' in answer.content.decode()
    assert (needle.depth_mm, needle.angle, needle.retention_min) == (15, "oblique", 20)


def test_each_field_is_decided_by_itself(two, draft):
    kim, roy = two
    save(roy, draft, li4(roy, draft), depth_mm="15", angle="oblique")
    typed = {"depth_mm": "8", "angle": "transverse", "retention_min": "25"}
    now = li4(kim, draft) | typed | {"clash": ["depth_mm", "angle"]}

    undecided = save(kim, draft, now)
    half = save(kim, draft, now, keep="depth_mm")
    decided = save(kim, draft, now | {"clash": ["angle"]}, take="angle")

    needle = making.needle(draft, "LI4")
    assert [answer.status_code for answer in (undecided, half, decided)] == [409, 409, 200]
    assert "Both of you wrote here. Choose one." in words(undecided)
    assert (needle.depth_mm, needle.angle, needle.retention_min) == (8, "oblique", 25)


def test_the_ends_of_a_circuit_are_compared_too_and_whoever_wrote_is_named(roy):
    plan = making.circuit(making.a_plan("li4 li11 st36"), "LI4-left", "LI11-left")
    kim, other, row = signed_in(making.by(plan)), signed_in(roy), plan.circuits.get()
    forms = [opened(hand, plan, "circuit", row) for hand in (kim, other)]
    to = {code: f"{making.needle(plan, code).pk}-left" for code in ("LI4", "ST36")}
    save(other, plan, forms[1], "circuit", row, needle_b=to["ST36"])

    answer = save(kim, plan, forms[0], "circuit", row, needle_b=f"{making.needle(plan, 'LI11').pk}-right")

    row.refresh_from_db()
    assert answer.status_code == 409
    assert "Roy changed" in words(answer)
    assert "To. Yours: LI11-R. Theirs: ST36-L." in words(answer)
    assert row.needle_b == making.needle(plan, "ST36")


def test_a_row_saved_as_it_was_opened_stays_as_it_is(two, draft):
    kim, _ = two

    answer = save(kim, draft, li4(kim, draft))

    assert answer.status_code == 200
    assert SessionPlan.objects.get().version == draft.version


def test_a_row_that_was_removed_meanwhile_is_told_with_what_was_typed(two, draft):
    kim, roy = two
    mine, row = li4(kim, draft), making.needle(draft, "LI4")
    post(roy, "remove", draft.appointment, "needle", row.pk, version=draft.version)

    answer = save(kim, draft, mine, row=row, depth_mm="8")

    assert answer.status_code == 409
    assert "Roy changed this plan" in words(answer)
    assert "Removed LI4 L+R." in words(answer)
    assert "You had typed Depth (mm): 8." in words(answer)


def test_a_form_that_does_not_say_what_was_seen_overwrites_nothing(two, draft):
    kim, _ = two
    blind = {name: value for name, value in li4(kim, draft).items() if not name.startswith("seen_")}

    answer = save(kim, draft, blind, retention_min="25")

    assert answer.status_code == 409
    assert making.needle(draft, "LI4").retention_min == 20


# Presence


def test_who_has_the_chart_open_sees_who_else_has(kim, plan, roy):
    signed_in(roy).get(url("present", plan.appointment, "chart"))

    page = kim.get(url("present", plan.appointment, "chart"), {"known": "", "version": plan.version})

    assert "Roy is in this chart too, since" in words(page)


def test_nothing_new_is_answered_with_nothing(kim, plan):
    answer = kim.get(url("present", plan.appointment, "chart"), {"known": ":", "version": plan.version})

    assert answer.status_code == 204


def test_a_change_is_told_with_its_time_and_who_made_it(kim, plan, roy):
    autosave(signed_in(roy), plan, response="Dizzy")

    page = kim.get(url("present", plan.appointment, "chart"), {"known": ":", "version": plan.version})

    assert "Roy Hale changed this at" in words(page)
    assert "Dizzy" not in words(page)


def test_who_left_is_gone_after_half_a_minute(plan, roy, monkeypatch):
    presence.here(visit=plan.appointment_id, user=roy)
    monkeypatch.setattr(presence, "SEEN_WITHIN", -presence.SEEN_WITHIN)

    assert presence.here(visit=plan.appointment_id, user=making.by(plan)) == []


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_presence_is_for_who_treats(client, plan, role):
    client.force_login(UserFactory(role=role))

    assert client.get(url("present", plan.appointment, "chart")).status_code == 403


def test_an_unknown_visit_or_page_has_nobody(kim, plan):
    assert kim.get("/sessions/999999/present/chart/").status_code == 404
    assert kim.get(url("present", plan.appointment, "record")).status_code == 404


def test_asking_who_is_here_costs_one_statement(kim, plan, django_assert_num_queries):
    frame = 4  # the session, the user and the two reads of permissions

    with django_assert_num_queries(1 + frame):
        kim.get(url("present", plan.appointment, "chart"), {"known": ":", "version": plan.version})
