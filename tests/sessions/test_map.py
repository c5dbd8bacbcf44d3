"""The body map: what is drawn, what it lists, what a tap adds, and the marks of cups."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from patients.models import AccessRecord
from sessions import bodymap, catalogue, planning
from sessions.mapped import AREAS
from sessions.models import CuppingSite, Muscle, Point, Region, SessionPlan
from tests.factories import AppointmentFactory, UserFactory
from tests.sessions import making
from tests.sessions.pages import HTMX, post, url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    return AppointmentFactory(status="arrived")


@pytest.fixture
def kim(client, visit):
    """Who treats, signed in."""
    client.force_login(visit.practitioner.user)
    return client


def planned(visit, text="li4 lr3"):
    return making.add(planning.open_plan(visit=visit, by=visit.practitioner.user), text)


def tapped(client, visit, **where):
    return client.get(url("map", visit), where, headers=HTMX)


def marked(plan, **fields):
    """A cup in a plan that is signed afterwards."""
    return CuppingSite.objects.create(plan=plan, **{"region": "upper back", "side": "both", "outcome": "done"} | fields)


def left_marks(mark="dark"):
    """A plan for the visit after one whose cups left marks."""
    done = making.charted("li4")
    marked(done, marks_after=mark)
    making.sign(done)
    return making.again(done, "li4")


# The drawing


@pytest.mark.parametrize("region", sorted({*Region.values} - {"other"}))
def test_every_region_of_the_catalogue_is_drawn_left_and_right(region):
    assert bodymap.views_of(region, "left")
    assert bodymap.views_of(region, "right")


def test_every_region_that_the_catalogue_names_can_be_tapped():
    named = {*Point.objects.values_list("region", flat=True), *Muscle.objects.values_list("region", flat=True)}
    listed = {row["region"] for row in catalogue.read_file("regions.csv")}

    assert named | listed <= {*AREAS}


def test_every_point_of_the_ear_lies_in_a_zone_that_is_drawn():
    for point in Point.objects.filter(region="ear"):
        zones = bodymap.zones_of(point.site_detail)

        assert zones, point.code
        assert all(bodymap.views_of(zone, "left") == ["left-ear"] for zone in zones)


@pytest.mark.parametrize(
    ("detail", "zones"),
    [
        ("inferior crus of antihelix AH6a", ("ear-inferior-crus",)),
        ("inner antitragus / concha border", ("ear-antitragus",)),
        ("lower helix near lobe", ("ear-helix",)),
        ("notch where helix crus rises", ("ear-crus",)),
        ("concha", ("ear-cymba", "ear-cavum")),
    ],
)
def test_a_zone_is_read_out_of_the_words_of_the_site(detail, zones):
    assert bodymap.zones_of(detail) == zones


def test_the_two_halves_are_mirror_images():
    for view in (bodymap.VIEW["front"], bodymap.VIEW["back"]):
        for left in (shape for shape in view.shapes if shape.side == "left"):
            right = view.shape(left.area, "right")

            assert (right.x, right.y) == (-left.x, left.y)


def test_the_patients_right_is_on_the_left_of_the_front_and_on_the_right_of_the_back():
    assert bodymap.VIEW["front"].shape("hand", "right").x < 0 < bodymap.VIEW["back"].shape("hand", "right").x


# Who may look


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_the_map_is_closed_to_who_does_not_treat(client, visit, role):
    client.force_login(UserFactory(role=role))

    assert client.get(url("map", visit)).status_code == 403
    assert post(client, "tap", visit, "point", text="li4 l").status_code == 403
    assert not SessionPlan.objects.exists()


def test_who_is_not_signed_in_is_asked_to(client, visit):
    assert client.get(url("map", visit)).status_code == 302
    assert post(client, "tap", visit, "point", htmx=False, text="li4 l").status_code == 302
    assert post(client, "tap", visit, "point", text="li4 l").status_code == 401


def test_looking_is_on_record_and_writes_no_plan(kim, visit):
    assert kim.get(url("map", visit)).status_code == 200
    assert AccessRecord.objects.get().page == "sessions:map"
    assert not SessionPlan.objects.exists()


@pytest.mark.parametrize("pk", [999_999, 10**30])
def test_an_unknown_visit_is_not_found(kim, pk):
    assert kim.get(f"/sessions/{pk}/plan/map/").status_code == 404
    assert kim.post(f"/sessions/{pk}/plan/map/point/", {"version": 0, "text": "li4"}).status_code == 404


@pytest.mark.parametrize(
    "where",
    [
        {"area": "tail"},
        {"area": "chest", "at": "midline"},
        {"view": "inside"},
        {"area": "<script>"},
        {"area": "\u202echest"},
        {"area": "💉"},
        {"area": "x" * 5_000},
    ],
)
def test_a_place_that_no_map_has_is_not_found(kim, visit, where):
    assert kim.get(url("map", visit), where).status_code == 404


def test_an_unknown_kind_of_tap_is_not_found(kim, visit):
    assert post(kim, "tap", visit, "potion", text="li4").status_code == 404
    assert kim.get(url("tap", visit, "point")).status_code == 405


# What is listed


def test_an_area_lists_its_points_with_names_and_hazards_and_its_muscles(kim, visit):
    page = words(tapped(kim, visit, area="shoulder", at="left"))

    assert "GB21 Jiānjǐng Shoulder Well Over the lung: short and slanted. Mind: lung apex. Care in pregnancy." in page
    assert "Add GB21 left" in page
    assert "Trapezius, upper Refers to" in page
    assert "Add Trapezius, upper left" in page


def test_a_zone_of_the_ear_lists_its_points_only(kim, visit):
    page = words(tapped(kim, visit, area="ear-fossa", at="right"))

    assert "AUR-TF4 Shénmén" in page or "AUR-TF4 Shenmen" in page
    assert "AUR-CO15" not in page


def test_what_every_point_of_an_area_has_in_common_is_said_once(kim, visit):
    page = words(tapped(kim, visit, area="ear-cymba", at="left"))

    assert page.count("Mind: thin skin over cartilage: perichondritis, vasovagal reaction.") == 1
    assert "All of them: Mind: thin skin" in page


def test_points_of_the_midline_are_added_on_the_midline_whatever_side_was_tapped(kim, visit):
    page = tapped(kim, visit, area="chest", at="left")
    values = re.findall(r'name="text" value="([^"]+)"', page.content.decode())

    assert "CV17 m" in values
    assert "KI27 l" in values
    assert "Add CV17 midline" in words(page)


def test_what_is_never_needled_is_shown_as_such_without_a_button(kim, visit):
    page = tapped(kim, visit, area="abdomen", at="left")

    assert "CV8" in words(page)
    assert "Not needled" in words(page)
    assert 'value="CV8 m"' not in page.content.decode()


def test_a_point_without_a_place_is_found_under_anywhere(kim, visit):
    page = tapped(kim, visit, area="other", at="left")

    assert "Add EX-ASHI left" in words(page)


def test_what_the_plan_holds_is_told_in_words_and_offers_no_second_button(kim, visit):
    planned(visit, "li4 l gv20")

    page = tapped(kim, visit, area="hand", at="left")

    assert 'aria-label="Hand, left: LI4 L"' in page.content.decode()
    assert 'aria-label="Head, left: GV20 on the midline"' in page.content.decode()
    assert 'value="LI4 l"' not in page.content.decode()


def test_a_circuit_is_drawn_between_the_areas_of_its_ends(kim, visit):
    plan = planned(visit, "st36 sp6 lr3")
    making.circuit(plan, "ST36-left", "LR3-left")

    page = tapped(kim, visit, view="front").content.decode()

    assert page.count("picture__wire") == 1


def test_whoever_lies_face_down_is_shown_from_the_back(kim, visit):
    plan = planned(visit)
    planning.set_position(plan=plan, version=plan.version, position="prone", by=making.by(plan))

    assert "picture--back" in tapped(kim, visit).content.decode()


# What a tap adds


@pytest.mark.parametrize("code", ["LI4", "GV20", "EX-HN1", "AUR-CO6-10i", "AUR-POINTZERO", "EX-ASHI"])
@pytest.mark.parametrize("at", ["left", "both"])
def test_the_value_of_every_button_is_shorthand_that_adds_the_point(kim, visit, code, at):
    point = Point.objects.get(code=code)
    area = bodymap.areas_of(point.region, point.site_detail)[-1]
    page = tapped(kim, visit, area=area, at=at).content.decode()
    text = next(value for value in re.findall(r'name="text" value="([^"]+)"', page) if value.split()[0] == code)

    answer = post(kim, "tap", visit, "point", text=text)

    assert answer.status_code == 200
    row = visit.plan.needles.get()
    assert (row.point.code, row.side) == (code, at if point.bilateral or point.is_free else "midline")


def test_the_answer_is_the_plan_with_an_undo(kim, visit):
    answer = post(kim, "tap", visit, "point", text="LI4 l")

    assert 'id="plan"' in answer.content.decode()
    assert "1 needle" in words(answer)
    assert "The point is in the plan." in answer["HX-Trigger-After-Settle"]


def test_a_muscle_is_added_on_the_side_that_was_tapped(kim, visit):
    answer = post(kim, "tap", visit, "muscle", muscle="infraspinatus", at="right")

    assert answer.status_code == 200
    assert visit.plan.targets.get().label == "Infraspinatus R"


@pytest.mark.parametrize("muscle", ["", "tail", "💉", "diaphragm"])
def test_a_muscle_that_is_none_or_is_never_needled_is_refused_in_words(kim, visit, muscle):
    answer = post(kim, "tap", visit, "muscle", muscle=muscle, at="left")

    assert answer.status_code in (409, 422)
    assert "out of date" in words(answer) or "is not needled" in words(answer)


@pytest.mark.parametrize("text", ["", "st99 l", "💉", "<script>alert(1)</script>", "li4 " * 500])
def test_a_point_that_is_none_is_refused_in_the_foot_and_nothing_is_written(kim, visit, text):
    answer = post(kim, "tap", visit, "point", text=text)

    assert answer.status_code in (409, 422)
    assert "foot__refusal" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    assert not SessionPlan.objects.filter(needles__isnull=False).exists()


def test_a_zero_byte_is_refused(kim, visit):
    assert post(kim, "tap", visit, "point", text="li4\x00").status_code == 400


def test_tapping_twice_adds_once_and_says_so(kim, visit):
    first, second = (post(kim, "tap", visit, "point", text="LI4 l") for _ in range(2))

    assert (first.status_code, second.status_code) == (200, 409)
    assert visit.plan.needles.count() == 1
    assert "You changed this plan in another window" in words(second)


def test_what_is_in_the_plan_already_is_refused_in_words(kim, visit):
    plan = planned(visit, "li4")

    answer = post(kim, "tap", visit, "point", version=plan.version, text="LI4 l")

    assert answer.status_code in (409, 422)
    assert "LI4 is in the plan already" in words(answer)


def test_without_script_the_tap_goes_back_to_the_map(kim, visit):
    here = url("map", visit) + "?area=hand&at=left"

    answer = post(kim, "tap", visit, "point", htmx=False, text="LI4 l", next=here)

    assert (answer.status_code, answer["Location"]) == (302, here)


def test_without_script_every_link_and_form_is_a_plain_one(kim, visit):
    page = kim.get(url("map", visit), {"area": "hand", "at": "left"}).content.decode()

    inner = page[page.index('id="bodymap"') : page.index("</section>", page.index('id="bodymap"'))]
    assert "hx-post" not in inner
    assert f'action="{url("tap", visit, "point")}"' in inner


def test_a_cancelled_visit_can_be_looked_at_and_takes_no_taps(client):
    visit = AppointmentFactory(status="cancelled")
    client.force_login(visit.practitioner.user)

    page = tapped(client, visit, area="hand", at="left")
    answer = post(client, "tap", visit, "point", text="LI4 l")

    assert "This visit is cancelled" in words(page)
    assert 'name="text"' not in page.content.decode()
    assert answer.status_code == 409
    assert not SessionPlan.objects.exists()


def test_a_signed_plan_takes_no_taps(client):
    plan = making.signed()
    client.force_login(making.by(plan))

    page = tapped(client, plan.appointment, area="foot", at="left")
    answer = post(client, "tap", plan.appointment, "point", version=plan.version, text="ST44 l")

    assert 'name="text"' not in page.content.decode()
    assert answer.status_code in (403, 409)
    assert plan.needles.count() == 2


# Marks of cups


def test_marks_of_the_last_session_speak_against_a_second_cup(client):
    plan = left_marks()
    client.force_login(making.by(plan))

    page = tapped(client, plan.appointment, area="upper back", at="left")

    assert "No second cup on visible marks." in words(page)
    assert "Dark red or purple from" in words(page)
    assert "Marks of cups: dark red or purple" in page.content.decode()


def test_skin_without_marks_says_nothing(client):
    plan = left_marks("none")
    client.force_login(making.by(plan))

    assert "visible marks" not in words(tapped(client, plan.appointment, area="upper back", at="left"))


def test_only_the_latest_session_before_the_visit_counts(client):
    plan = left_marks()
    making.sign(making.chart(making.begin(plan)))
    later = making.again(plan)
    client.force_login(making.by(later))

    assert "visible marks" not in words(tapped(client, later.appointment))


def test_the_chart_draws_each_cup_with_its_mark_in_words(client):
    plan = making.begun("li4")
    cup = marked(plan, outcome="pending", marks_before="faded", marks_after="red")
    client.force_login(making.by(plan))

    page = client.get(url("chart", plan.appointment)).content.decode()

    assert f'data-cup="cup-{cup.pk}" data-mark="red"' in page
    assert "before nearly faded, after red" in page
    assert f'data-box="marks_after-cup-{cup.pk}" checked' in page


@pytest.mark.parametrize("side", ["left", "both", "midline"])
def test_the_chart_opens_whatever_regions_are_cupped(client, side):
    plan = making.begun("li4")
    for order, region in enumerate(Region.values):
        marked(plan, outcome="pending", region=region, side=side, order=order)
    client.force_login(making.by(plan))

    assert client.get(url("chart", plan.appointment)).status_code == 200


# Cost


def test_the_map_costs_the_same_whatever_the_plan_holds(kim, visit):
    costs = []
    for text in ("li4", "lr3 st36"):
        planned(visit, text)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            tapped(kim, visit, area="hand", at="left")
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_plan_page_pays_nothing_for_the_map(kim, visit):
    page = kim.get(url("plan", visit)).content.decode()

    assert f'href="{reverse("sessions:map", args=[visit.pk])}"' in page
    assert "<svg" not in page
