"""A plan by keys: the order of its rows, undo, gentler, one step more."""

import pytest
from playwright.sync_api import expect

from tests.e2e.on_the_way import hold
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan():
    return making.a_plan("li4 lr3 st36 sp6")


@pytest.fixture
def page(sign_in, plan):
    page = sign_in(making.by(plan))
    page.goto(f"/sessions/{plan.appointment_id}/plan/")
    return page


def order(page):
    return page.locator(".item__code")


def row(page, plan, code):
    return page.locator(f"#needle-{making.needle(plan, code).pk}")


def test_a_row_is_moved_by_keys_keeps_the_focus_and_its_place_is_said(page, plan):
    row(page, plan, "LI4").focus()

    page.keyboard.press("Alt+ArrowDown")

    expect(order(page)).to_have_text(["LR3", "LI4", "ST36", "SP6"])
    expect(row(page, plan, "LI4")).to_be_focused()
    expect(page.locator("#plan-said")).to_have_text("LI4 L+R is now 2 of 4.")


def test_quick_presses_are_all_carried_out(page, plan):
    held = hold(page, "**/move/down/")
    row(page, plan, "LI4").focus()

    with page.expect_request("**/move/down/"):
        page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    held.pop().continue_()

    expect(order(page)).to_have_text(["LR3", "ST36", "SP6", "LI4"])
    expect(row(page, plan, "LI4")).to_be_focused()


def test_a_row_is_dragged_by_its_grip(page, plan):
    row(page, plan, "SP6").hover()
    row(page, plan, "SP6").locator("[data-grip]").hover()
    page.mouse.down()
    row(page, plan, "LI4").hover()
    page.mouse.up()

    expect(order(page)).to_have_text(["SP6", "LI4", "LR3", "ST36"])


def test_on_a_phone_the_menu_of_the_row_moves_it_and_undo_takes_it_back(sign_in, plan):
    page = sign_in(making.by(plan), viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"/sessions/{plan.appointment_id}/plan/")

    row(page, plan, "LR3").locator("summary").tap()
    page.get_by_role("button", name="Move up LR3").tap()
    expect(order(page)).to_have_text(["LR3", "LI4", "ST36", "SP6"])
    page.get_by_role("button", name="Undo the last change").tap()

    expect(order(page)).to_have_text(["LI4", "LR3", "ST36", "SP6"])


def test_after_a_refusal_that_is_not_drawn_in_the_plan_the_plan_still_listens(page, plan):
    page.locator("#id_points_text").fill("li4\0")
    page.keyboard.press("Enter")
    expect(page.locator("#refusal")).to_contain_text("The text holds")

    row(page, plan, "LI4").focus()
    page.keyboard.press("Alt+ArrowDown")

    expect(order(page)).to_have_text(["LR3", "LI4", "ST36", "SP6"])


def test_gentler_by_key_shows_what_it_does_and_z_undoes_it(page, plan):
    page.keyboard.press("-")
    expect(page.get_by_text("left out")).to_be_visible()
    expect(page.get_by_role("button", name="Make it gentler")).to_be_focused()
    page.keyboard.press("Enter")
    expect(order(page)).to_have_text(["LI4", "LR3"])
    page.keyboard.press("z")

    expect(order(page)).to_have_text(["LI4", "LR3", "ST36", "SP6"])


@pytest.mark.parametrize("key", ["+", "="])
def test_one_step_more_by_key(page, plan, key):
    page.keyboard.press(key)
    page.get_by_role("button", name="Raise time").press("Enter")

    expect(page.get_by_text("The plan is one step on.")).to_be_visible()
    assert {needle.retention_min for needle in plan.needles.all()} == {25}
