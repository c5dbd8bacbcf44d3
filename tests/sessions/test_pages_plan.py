"""The plan's page, opened and changed as a practitioner would."""

import re

import pytest
from django.urls import reverse

from patients.models import AccessRecord
from scheduling.models import Appointment
from sessions import planning
from sessions.models import SessionPlan
from tests.factories import AppointmentFactory, DeviceFactory, HealthFactFactory, PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.pages import HTMX, opened, post, url, words

pytestmark = pytest.mark.django_db
CIRCUIT = {
    "mode": "continuous",
    "low_hz": "2",
    "high_hz": "",
    "pulse_us": "200",
    "minutes": "20",
    "waveform": "balanced_biphasic",
}
TARGET = {"side": "left", "approach": "perpendicular", "length_mm": "40", "gauge_mm": "0.30", "passes": "3"}


@pytest.fixture
def visit():
    return AppointmentFactory(status="arrived")


@pytest.fixture
def kim(client, visit):
    """Who treats, signed in."""
    client.force_login(visit.practitioner.user)
    return client


def planned(visit, text="li4 lr3 st36 b/l"):
    return making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), text)


# Opening


def test_an_empty_plan_offers_to_type_a_point_and_is_not_written(kim, visit):
    page = kim.get(url("plan", visit))

    assert page.status_code == 200
    assert "No plan yet. Type a point." in words(page)
    assert not SessionPlan.objects.exists()


def test_opening_the_plan_is_on_record_and_kept_by_no_cache(kim, visit):
    page = kim.get(url("plan", visit))

    assert AccessRecord.objects.get().page == "sessions:plan"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_the_plan_is_closed_to_who_does_not_treat(client, visit, role):
    client.force_login(UserFactory(role=role))

    assert client.get(url("plan", visit)).status_code == 403
    assert client.get(reverse("sessions:points"), {"text": "li4"}).status_code == 403
    assert post(client, "add", visit, "needle", text="li4").status_code == 403
    assert not SessionPlan.objects.exists()


def test_who_is_not_signed_in_is_asked_to(client, visit):
    assert client.get(url("plan", visit)).status_code == 302
    assert post(client, "add", visit, "needle", htmx=False, text="li4").status_code == 302
    assert post(client, "add", visit, "needle", text="li4").status_code == 401


@pytest.mark.parametrize("pk", [999_999, 10**30])
def test_an_unknown_visit_is_not_found(kim, pk):
    assert kim.get(f"/sessions/{pk}/plan/").status_code == 404
    assert kim.post(f"/sessions/{pk}/plan/add/needle/", {"version": 0, "text": "li4"}).status_code == 404


def test_an_unknown_kind_or_row_is_not_found(kim, visit):
    plan = planned(visit)

    assert post(kim, "add", visit, "potion", version=plan.version).status_code == 404
    assert post(kim, "edit", visit, "needle", 999_999, version=plan.version).status_code == 404
    assert post(kim, "remove", visit, "potion", 1, version=plan.version).status_code == 404


def test_a_row_of_another_plan_is_not_found(kim, visit):
    plan, other = planned(visit), making.a_plan("gv20")

    answer = post(kim, "remove", visit, "needle", other.needles.get().pk, version=plan.version)

    assert answer.status_code == 404
    assert other.needles.exists()


def test_get_changes_nothing(kim, visit):
    assert kim.get(url("add", visit, "needle")).status_code == 405
    assert kim.get(url("make_ready", visit)).status_code == 405


# Points


def test_points_typed_in_shorthand_become_rows_with_the_box_empty_again(kim, visit):
    answer = post(kim, "add", visit, "needle", text="li4 lr3 st36 b/l")

    assert answer.status_code == 200
    assert [row.label for row in visit.plan.needles.all()] == ["LI4 L+R", "LR3 L+R", "ST36 L+R"]
    assert 'name="text" value=""' in answer.content.decode()
    assert "6 needles" in words(answer)


def test_without_script_the_same_form_goes_back_to_the_page(kim, visit):
    answer = post(kim, "add", visit, "needle", htmx=False, text="zusanli")

    assert (answer.status_code, answer["Location"]) == (302, url("plan", visit))
    assert visit.plan.needles.get().point.code == "ST36"


def test_a_group_becomes_its_points(kim, visit):
    post(kim, "add", visit, "needle", text="four gates l gv20")

    assert [row.label for row in visit.plan.needles.all()] == ["LI4 L", "LR3 L", "GV20"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("li4", "LI4 is in the plan already on both sides. Leave it out."),
        ("li4 l", "LI4 is in the plan already on both sides. Change its side there."),
        ("four gates", "LI4 is in the plan already on both sides. Leave it out."),
        ("gb21", "GB21 is in the plan already on the left. Type GB21 r, or change its side there."),
        ("gv20", "GV20 is in the plan already. Leave it out."),
        ("sp6 sp6", "SP6 is typed twice. Leave one out."),
        ("sp6 l sp6", "SP6 is typed twice. Leave one out."),
        (
            "bl1-12 bl13-24 bl25-36 bl37-48 bl49-60",
            "A plan holds 60 rows of needles, and this would make 63. Type fewer points.",
        ),
    ],
)
def test_what_cannot_be_added_is_told_at_the_field_and_nothing_is(kim, visit, text, sentence):
    plan = planned(visit, "li4; gb21 l; gv20")

    answer = post(
        kim, "add", visit, "needle", version=plan.version, text=f"ki3 l; {text}" if "bl" not in text else text
    )

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'id="points-error"' in answer.content.decode()
    assert plan.needles.count() == 3


def test_the_other_side_may_be_added(kim, visit):
    plan = planned(visit, "gb21 l")

    post(kim, "add", visit, "needle", version=plan.version, text="gb21 r")

    assert [row.label for row in plan.needles.all()] == ["GB21 L", "GB21 R"]


def test_a_point_that_does_not_exist_is_refused_at_the_field_with_the_typing_kept(kim, visit):
    answer = post(kim, "add", visit, "needle", text="li4 st99")

    assert answer.status_code == 422
    assert "ST99 is not a point. Stomach ends at ST45." in words(answer)
    assert 'value="li4 st99"' in answer.content.decode()
    assert not visit.plan.needles.exists()


@pytest.mark.parametrize("text", ["", "   ", "💉", "\u202eli4", "<script>alert(1)</script>", "li4 " * 2_000, "9" * 600])
def test_nonsense_for_a_point_is_refused_in_words(kim, visit, text):
    answer = post(kim, "add", visit, "needle", text=text)

    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.content.decode()
    assert answer.status_code == 422 or visit.plan.needles.count() == 1


def test_a_zero_byte_is_refused(kim, visit):
    assert post(kim, "add", visit, "needle", text="li4\x00").status_code == 400


def test_pressing_twice_adds_once_and_says_so(kim, visit):
    first, second = (post(kim, "add", visit, "needle", text="li4") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert visit.plan.needles.count() == 1
    assert "You changed this plan in another window" in words(second)


def test_a_clash_says_who_was_faster_and_what_is_new_and_keeps_the_typing(kim, visit):
    plan = planned(visit)
    roy = PractitionerFactory(user__first_name="Roy").user
    planning.add_points(plan=plan, version=plan.version, text="gb21 l", by=roy)

    answer = post(kim, "add", visit, "needle", version=plan.version, text="sp6")

    assert answer.status_code == 409
    assert "Roy changed this plan at" in words(answer)
    assert "Added GB21 L." in words(answer)
    assert 'value="sp6"' in answer.content.decode()
    assert not plan.needles.filter(point__code="SP6").exists()


def test_the_clash_can_be_sent_again_with_the_version_it_brought(kim, visit):
    plan = planned(visit)
    clash = post(kim, "add", visit, "needle", version=0, text="sp6")
    version = re.search(r'name="version" value="(\d+)"', clash.content.decode())[1]

    again = post(kim, "add", visit, "needle", version=version, text="sp6")

    assert again.status_code == 200
    assert plan.needles.filter(point__code="SP6").exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_version_that_is_none_is_out_of_date(kim, visit, version):
    answer = post(kim, "add", visit, "needle", version=version, text="li4")

    assert answer.status_code == 422
    assert "This page is out of date." in words(answer)
    assert not SessionPlan.objects.exists()


# Rows


def test_a_row_opens_as_a_form_and_is_saved_in_place(kim, visit):
    plan = planned(visit)
    row = making.needle(plan, "LI4")
    values = {"length_mm": "13", "gauge_mm": "0.20", "depth_mm": "8", "angle": "oblique", "retention_min": "15"}

    form = kim.get(url("plan", visit), {"open": f"needle-{row.pk}"}, headers=HTMX)
    shown = opened(kim, plan, "needle", row)
    answer = post(kim, "edit", visit, "needle", row.pk, **shown | values | {"side": "right"})

    row.refresh_from_db()
    assert 'name="retention_min" value="20"' in form.content.decode()
    assert answer.status_code == 200
    assert (row.side, row.length_mm, row.depth_mm, row.angle, row.retention_min) == ("right", 13, 8, "oblique", 15)


def test_numbers_out_of_range_are_named_at_their_fields_and_kept(kim, visit):
    plan = planned(visit)
    row = making.needle(plan, "LI4")
    values = {"length_mm": "900", "gauge_mm": "9", "depth_mm": "x", "angle": "up", "retention_min": "-1"}

    answer = post(kim, "edit", visit, "needle", row.pk, **opened(kim, plan, "needle", row) | values)

    assert answer.status_code == 422
    assert "Length is a whole number from 7 to 125 mm." in words(answer)
    assert "Diameter is a number from 0.12 to 0.50 mm." in words(answer)
    assert 'value="900"' in answer.content.decode()
    row.refresh_from_db()
    assert row.length_mm == 25


def test_a_row_is_removed_and_a_second_press_is_told_so(kim, visit):
    plan = planned(visit)
    row = making.needle(plan, "LI4")

    first = post(kim, "remove", visit, "needle", row.pk, version=plan.version)
    second = post(kim, "remove", visit, "needle", row.pk, version=plan.version)

    assert (first.status_code, second.status_code) == (200, 409)
    assert "Removed LI4 L+R." in words(second)
    assert plan.needles.count() == 2


# Circuits


def ends(plan, one, other):
    """The two ends as the form names them: "LI4-left"."""
    (code_a, side_a), (code_b, side_b) = one.split("-"), other.split("-")
    return {
        "needle_a": f"{making.needle(plan, code_a).pk}-{side_a}",
        "needle_b": f"{making.needle(plan, code_b).pk}-{side_b}",
    }


def test_a_circuit_is_chosen_out_of_the_needled_sites(kim, visit):
    plan = planned(visit, "li4 l gv20")

    form = kim.get(url("plan", visit), {"open": "new-circuit"}).content.decode()

    assert ">LI4-L</option>" in form
    assert ">GV20</option>" in form
    assert ">LI4-R</option>" not in form
    assert plan.circuits.count() == 0


def test_a_circuit_is_drawn_between_its_ends(kim, visit):
    plan = planned(visit)

    answer = post(kim, "add", visit, "circuit", version=plan.version, **CIRCUIT, **ends(plan, "ST36-left", "LR3-left"))

    assert answer.status_code == 200
    assert "ST36-L to LR3-L 2 Hz · 20 min" in words(answer)


def test_a_circuit_with_both_ends_the_same_is_refused(kim, visit):
    plan = planned(visit)

    answer = post(kim, "add", visit, "circuit", version=plan.version, **CIRCUIT, **ends(plan, "LI4-left", "LI4-left"))

    assert answer.status_code in (409, 422)
    assert "A circuit joins two different sites." in words(answer)
    assert not plan.circuits.exists()


def test_500_hertz_are_refused_at_the_field(kim, visit):
    plan = planned(visit)
    data = CIRCUIT | {"low_hz": "500"}

    answer = post(kim, "add", visit, "circuit", version=plan.version, **data, **ends(plan, "LI4-left", "LI4-right"))

    assert answer.status_code == 422
    assert "Frequency is a number from 1 to 150 Hz." in words(answer)
    assert 'value="500"' in answer.content.decode()


def test_the_limit_of_the_unit_on_the_visit_is_named(client):
    visit = AppointmentFactory(status="arrived", device=DeviceFactory(name="unit 2", max_hz=100))
    client.force_login(visit.practitioner.user)
    plan = planned(visit)
    data = CIRCUIT | {"low_hz": "120"}

    answer = post(client, "add", visit, "circuit", version=plan.version, **data, **ends(plan, "LI4-left", "LR3-left"))

    assert answer.status_code == 422
    assert "120 Hz is above unit 2's limit, 100." in words(answer)


def test_an_end_that_is_no_needle_of_the_plan_is_refused(kim, visit):
    plan = planned(visit)
    data = CIRCUIT | {"needle_a": "1-left", "needle_b": "x"}

    answer = post(kim, "add", visit, "circuit", version=plan.version, **data)

    assert answer.status_code == 422
    assert "Choose one of the list: from." in words(answer)


def test_a_paired_needle_stays_until_its_circuit_is_paired_anew(kim, visit):
    plan = planned(visit)
    plan = making.circuit(plan, "LI4-left", "LR3-left")

    answer = post(kim, "remove", visit, "needle", making.needle(plan, "LI4").pk, version=plan.version)

    assert answer.status_code == 409
    assert "Circuit A uses LI4. Re-pair A first." in words(answer)


# Muscles, cups, hands, breath


def test_a_muscle_is_added_by_its_name_and_shows_how_to_needle_it_safely(kim, visit):
    answer = post(kim, "add", visit, "target", muscle="Infraspinatus", **TARGET)

    assert answer.status_code == 200
    assert visit.plan.targets.get().muscle.code == "infraspinatus"
    assert visit.plan.targets.get().muscle.safe_needling_note in words(answer)


@pytest.mark.parametrize("typed", ["", "xyzzy", "trap", "💪" * 40])
def test_a_muscle_that_is_not_clear_is_refused_at_the_field(kim, visit, typed):
    answer = post(kim, "add", visit, "target", muscle=typed, **TARGET)

    assert answer.status_code == 422
    assert not SessionPlan.objects.exists()


def test_cups_hands_and_breath_are_added(kim, visit):
    cups = {
        "region": "upper back",
        "side": "both",
        "method": "static",
        "strength": "light",
        "cups": "4",
        "minutes": "5",
    }
    hands = {"region": "shoulder", "side": "left", "technique": "kneading", "pressure": "light", "minutes": "10"}
    breath = {"kind": "breathing", "instruction": "Out twice as long as in", "minutes": "5", "home": ""}

    post(kim, "add", visit, "cup", version=0, **cups)
    post(kim, "add", visit, "tuina", version=1, **hands)
    answer = post(kim, "add", visit, "movement", version=2, **breath)

    assert "4 cups, Tui Na, 1 exercise" in words(answer)
    assert "Out twice as long as in" in words(answer)


def test_hostile_text_in_a_row_is_shown_as_text(kim, visit):
    hostile = "<img src=x onerror=alert(1)> \u202e 🪡"

    answer = post(kim, "add", visit, "movement", kind="movement", instruction=hostile, minutes="5", home="")

    assert answer.status_code == 200
    assert "<img" not in answer.content.decode()
    assert visit.plan.movements.get().instruction == hostile


# Findings


def test_a_finding_stands_beside_the_row_that_causes_it_with_rule_and_source(kim, visit):
    answer = post(kim, "add", visit, "needle", text="gb21 l").content.decode()

    row = answer[answer.index('id="needle-') : answer.index("</li>", answer.index('id="needle-'))]
    assert "finding--warn" in row
    assert "S045" in row


def test_a_warning_is_acknowledged_and_then_the_plan_is_made_ready(kim, visit):
    plan = planned(visit, "gb21 l")
    page = kim.get(url("plan", visit)).content.decode()
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', page)[1]

    refused = post(kim, "make_ready", visit, version=plan.version)
    kim.post(url("acknowledge", visit), {"fingerprint": fingerprint}, headers=HTMX)
    ready = post(kim, "make_ready", visit, version=plan.version)

    assert refused.status_code == 409
    assert "1 warning to answer: S045 GB21 L." in words(refused)
    assert ready.status_code == 200
    assert SessionPlan.objects.get().status == "ready"


def test_a_block_needs_a_reason_and_shows_who_gave_it(kim, visit):
    plan = making.circuit(planned(visit), "LI4-left", "LI4-right")
    page = kim.get(url("plan", visit)).content.decode()
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', page)[1]

    empty = kim.post(url("override", visit), {"fingerprint": fingerprint, "reason": " "}, headers=HTMX)
    thin = kim.post(url("override", visit), {"fingerprint": fingerprint, "reason": "okokokokok"}, headers=HTMX)
    written = "Hands only, 1 mA, patient asked for it and was told."
    given = kim.post(url("override", visit), {"fingerprint": fingerprint, "reason": written}, headers=HTMX)

    assert (empty.status_code, thin.status_code, given.status_code) == (422, 422, 200)
    assert "Write why, so that a colleague would understand it." in words(thin)
    assert "okokokokok" in thin.content.decode()
    assert f"Overridden by {visit.practitioner.user}" in words(given)
    assert plan.responses.get().reason == written


def test_an_answer_to_a_finding_that_changed_is_refused(kim, visit):
    planned(visit, "gb21 l")

    answer = kim.post(url("acknowledge", visit), {"fingerprint": "f" * 64}, headers=HTMX)

    assert answer.status_code == 409
    assert "This finding has changed since you saw it." in words(answer)


def test_a_finding_about_everything_stands_beside_the_plan(kim, visit):
    HealthFactFactory(patient=visit.patient, code="bleeding_disorder")

    page = words(post(kim, "add", visit, "needle", text="li4"))

    assert "About the whole plan" in page
    assert "S021" in page


# Last time, position, ready


def test_as_last_time_fills_the_plan_and_names_what_is_new(client):
    last = making.signed("li4 lr3")
    client.force_login(making.by(last))
    visit = making.again(last).appointment

    before = client.get(url("plan", visit))
    post(client, "as_last_time", visit)
    after = post(client, "add", visit, "needle", version=1, text="gv20")

    assert "2 rows" in words(before)
    assert "2 same, 1 new" in words(after)
    assert after.content.decode().count("is-new") == 1


def test_the_position_is_set(kim, visit):
    answer = post(kim, "set_position", visit, position="prone")

    assert answer.status_code == 200
    assert visit.plan.position == "prone"


def test_an_unknown_position_is_refused(kim, visit):
    assert post(kim, "set_position", visit, position="flying").status_code == 422
    assert not SessionPlan.objects.exists()


def test_an_empty_plan_is_not_ready(kim, visit):
    answer = post(kim, "make_ready", visit)

    assert answer.status_code == 409
    assert "The plan is empty." in words(answer)


def test_a_ready_plan_goes_back_to_draft(kim, visit):
    plan = planned(visit)
    post(kim, "make_ready", visit, version=plan.version)

    answer = post(kim, "back_to_draft", visit, version=plan.version + 1)

    assert answer.status_code == 200
    assert SessionPlan.objects.get().status == "draft"


def test_a_form_that_is_open_stays_open_when_a_point_is_added_beside_it(kim, visit):
    plan = planned(visit)

    answer = post(kim, "add", visit, "needle", version=plan.version, text="sp6", open="new-circuit")

    assert 'name="needle_a"' in answer.content.decode()
    assert ">SP6-L</option>" in answer.content.decode()


# Closed


def test_a_cancelled_visit_keeps_its_plan_and_takes_no_changes(kim, visit):
    plan = planned(visit)
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")

    page = kim.get(url("plan", visit))

    assert "This visit is cancelled. There is nothing to plan. What was planned is kept." in words(page)
    assert "LI4" in words(page)
    assert 'name="text"' not in page.content.decode()
    assert plan.needles.count() == 3


def test_a_cancelled_visit_gets_no_plan(kim, visit):
    Appointment.objects.filter(pk=visit.pk).update(status="cancelled")

    answer = post(kim, "add", visit, "needle", text="li4")

    assert answer.status_code == 409
    assert not SessionPlan.objects.exists()


def test_a_signed_session_takes_no_changes(client):
    plan = making.signed("li4")
    client.force_login(making.by(plan))

    page = client.get(url("plan", plan.appointment))
    answer = post(client, "add", plan.appointment, "needle", version=plan.version, text="lr3")

    assert "This session is signed and never changes." in words(page)
    assert answer.status_code == 409
    assert plan.needles.count() == 1


# Cost


OWN, FRAME = 15, 4  # the page's, at most 16 by the budget; the session, the user and the two reads of permissions


@pytest.mark.parametrize("points", ["li4", "li4 lr3 gb21 l"])
def test_the_plan_costs_the_same_whatever_is_in_it(client, points, django_assert_num_queries):
    last = making.signed("li4 lr3")
    plan = making.circuit(making.again(last, "st36 sp6"), "ST36-left", "SP6-left")
    plan = making.add(plan, points)
    client.force_login(making.by(plan))
    client.get(url("plan", plan.appointment))

    with django_assert_num_queries(OWN + FRAME):
        client.get(url("plan", plan.appointment))
