"""The body map in a browser: a tap, the keyboard alone, a phone, and the skin under the cups."""

import pytest
from playwright.sync_api import expect

from sessions.models import CuppingSite
from tests.factories import AppointmentFactory
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def opened(sign_in, visit):
    page = sign_in(visit.practitioner.user)
    page.goto(f"/sessions/{visit.pk}/plan/")
    page.get_by_role("link", name="Body map").click()
    expect(page.locator("#map-title")).to_be_focused()
    return page


def test_a_tap_on_the_picture_lists_what_is_there_and_one_more_adds_it(sign_in):
    visit = AppointmentFactory(status="arrived")
    page = opened(sign_in, visit)

    page.locator("#zone-front-hand-left").click()
    page.get_by_role("button", name="Add LI4 left").click()

    expect(page.locator(".item__code")).to_have_text(["LI4"])
    expect(page.locator("#zone-front-hand-left")).to_have_attribute("aria-label", "Hand, left: LI4 L")
    expect(page.get_by_role("button", name="Add LI4 left")).to_have_count(0)


def test_two_quick_taps_add_both_points(sign_in):
    visit = AppointmentFactory(status="arrived")
    page = opened(sign_in, visit)
    page.locator("#zone-front-hand-right").click()

    page.get_by_role("button", name="Add LI4 right").click()
    page.get_by_role("button", name="Add LI3 right").click()

    expect(page.locator(".item__code")).to_have_text(["LI4", "LI3"])


def test_the_keyboard_alone_opens_the_map_adds_a_point_and_closes_it(sign_in):
    visit = AppointmentFactory(status="arrived")
    page = sign_in(visit.practitioner.user)
    page.goto(f"/sessions/{visit.pk}/plan/")

    page.locator("#map-open").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-title")).to_be_focused()
    page.locator("#zone-front-foot-left").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#map-chosen")).to_be_focused()
    page.get_by_role("button", name="Add LR3 left").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#zone-front-foot-left")).to_have_attribute("aria-label", "Foot, left: LR3 L")
    page.keyboard.press("Escape")

    expect(page.locator("#bodymap")).to_have_count(0)
    expect(page.locator("#map-open")).to_be_focused()


def test_on_a_phone_the_map_fills_the_screen_and_the_foot_stays_in_reach(sign_in):
    visit = AppointmentFactory(status="arrived")
    page = sign_in(visit.practitioner.user)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.goto(f"/sessions/{visit.pk}/plan/")
    page.get_by_role("link", name="Body map").click()

    page.locator("#zone-front-knee-left").click()

    panel, foot = page.locator("#map").bounding_box(), page.locator(".foot--plan").bounding_box()
    assert (panel["x"], panel["y"], panel["width"]) == (0, 0, 390)
    assert panel["y"] + panel["height"] <= foot["y"] + 1
    expect(page.locator("#map-chosen")).to_be_in_viewport()
    head, chosen = page.locator(".bodymap__head").bounding_box(), page.locator("#map-chosen").bounding_box()
    assert chosen["y"] >= head["y"] + head["height"]
    expect(page.get_by_role("button", name="Make ready")).to_be_in_viewport()
    assert all(box["height"] >= 44 for box in map_boxes(page))
    page.get_by_role("link", name="Close").click()
    expect(page.locator("#bodymap")).to_have_count(0)


def map_boxes(page):
    buttons = page.locator("#map .offer__act .btn")
    return [buttons.nth(number).bounding_box() for number in range(buttons.count())]


def test_a_mark_chosen_on_the_skin_is_set_in_its_box_and_saved(sign_in):
    plan = making.begun("li4")
    cup = CuppingSite.objects.create(plan=plan, region="upper back", side="both")
    page = sign_in(making.by(plan))
    page.goto(f"/sessions/{plan.appointment_id}/chart/")
    zone = page.locator(f"[data-cup=cup-{cup.pk}]")

    zone.locator(".zone__hit").first.click()
    page.get_by_role("group", name="Marks after").get_by_label("dark red or purple").check()

    expect(page.locator(f"select[name=marks_after-cup-{cup.pk}]")).to_have_value("dark")
    expect(zone).to_have_attribute("data-mark", "dark")
    expect(zone).to_have_attribute("aria-label", "Cups upper back L+R: before not looked at, after dark red or purple")
    with page.expect_response("**/chart/save/"):
        page.get_by_role("button", name="Save", exact=True).click()
    page.reload()
    expect(zone).to_have_attribute("data-mark", "dark")
    cup.refresh_from_db()
    assert cup.marks_after == "dark"
