"""Points and muscles typed in a browser: what the list suggests, what the keys do, that it never gets in the way."""

import pytest
from playwright.sync_api import expect

from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan():
    return making.a_plan("gv20")


@pytest.fixture
def page(sign_in, plan):
    """The plan, open for who treats; what the browser refused to run is collected in `page.refused`."""
    page = sign_in(making.by(plan))
    page.refused = []
    page.on("console", lambda said: "Content Security" in said.text and page.refused.append(said.text))
    page.on("pageerror", lambda error: page.refused.append(str(error)))
    page.goto(plan.get_absolute_url())
    return page


def enter(page):
    """Into the field by its key; the list is there once the catalogue is."""
    page.keyboard.press("a")
    expect(page.get_by_role("combobox", name="Add points")).to_be_focused()
    return page.get_by_role("combobox", name="Add points")


def first(page):
    return page.locator(".suggest [role=option] b").first


@pytest.mark.parametrize("scripted", [True, False])
def test_several_points_are_added_at_once_without_a_list(sign_in, plan, scripted):
    page = sign_in(making.by(plan), java_script_enabled=scripted)
    page.goto(plan.get_absolute_url())

    page.get_by_label("Add points").press_sequentially("li4 lr3 st36 b/l")
    page.get_by_label("Add points").press("Enter")

    expect(page.locator(".item__code", has_text="ST36")).to_be_visible()
    expect(page.get_by_label("Add points")).to_have_value("")
    assert [row.label for row in plan.needles.all()] == ["GV20", "LI4 L+R", "LR3 L+R", "ST36 L+R"]


def test_every_way_to_say_a_point_or_a_group_finds_it_and_the_keys_take_it(page, plan):
    field = enter(page)

    said = {
        "zusanli": "ST36",
        "stomach 36": "ST36",
        "足三里": "ST36",
        "Zúsānlǐ": "ST36",
        "ub60": "BL60",
        "leg thr": "ST36",
    }
    for typed, code in (
        said | {"four gates": "four gates", "gv20 4 ga": "four gates", "li4 lr3 st 36": "ST36"}
    ).items():
        field.fill(typed)
        expect(first(page)).to_have_text(code)
    for typed in ("li4 l", "li4 b/l", "li4 ", "xyzzy", ""):
        field.fill(typed)
        expect(first(page)).to_have_count(0)

    field.fill("sp6 four ga")
    expect(first(page)).to_have_text("four gates")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#{field.get_attribute('aria-activedescendant')}")).to_contain_text("four gates")
    page.keyboard.press("Enter")
    expect(field).to_have_value("sp6 four gates ")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("l")
    page.keyboard.press("Enter")
    expect(page.locator(".item__code", has_text="LR3")).to_be_visible()

    assert [row.label for row in plan.needles.all()] == ["GV20", "SP6 L", "LI4 L", "LR3 L"]
    assert page.refused == []


def test_the_mouse_takes_one_and_places_the_caret_and_escape_closes(page):
    field = enter(page)

    page.keyboard.type("heg")
    first(page).click()
    expect(field).to_have_value("LI4 ")
    page.keyboard.type("lr")
    expect(first(page)).to_have_text("LR1")
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.get_by_role("heading", name="Session plan").click()
    expect(field).not_to_be_focused()
    field.click(position={"x": 14, "y": 20})
    page.keyboard.type("0")

    assert field.input_value().endswith("LI4 lr")  # the caret stood before what was typed last
    assert page.refused == []


def test_a_refusal_keeps_what_was_typed_and_the_list_goes_on(page):
    field = enter(page)

    page.keyboard.type("li4 st99")
    page.keyboard.press("Enter")
    expect(page.locator("#points-error")).to_have_text("ST99 is not a point. Stomach ends at ST45.")
    expect(page.get_by_label("Add points")).to_be_focused()
    expect(page.get_by_label("Add points")).to_have_value("li4 st99")
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    expect(first(page)).to_have_text("ST9")

    assert field.input_value() == "li4 st9"
    assert page.refused == []


def test_a_catalogue_that_comes_late_takes_neither_the_focus_nor_the_typing(sign_in, plan):
    page, held = sign_in(making.by(plan)), []
    page.route("**/sessions/points/**", lambda route: held.append(route))
    page.goto(plan.get_absolute_url())

    page.get_by_label("Add points").press_sequentially("zus")
    page.locator("#id_position").focus()
    with page.expect_response("**/sessions/points/**"):
        held[0].continue_()
    expect(page.get_by_role("combobox", name="Add points")).to_have_value("zus")
    expect(page.locator("#id_position")).to_be_focused()
    expect(first(page)).to_have_count(0)
    page.get_by_label("Add points").press("End")
    page.keyboard.type("a")

    expect(first(page)).to_have_text("ST36")


def test_a_muscle_is_chosen_with_what_lies_near_it_before_its_eyes(page, plan):
    page.goto(f"{plan.get_absolute_url()}?open=new-target")
    field = page.get_by_role("combobox", name="Muscle")

    expect(field).to_be_focused()
    page.keyboard.type("upper trap")
    expect(first(page)).to_have_text("Trapezius, upper")
    expect(page.locator(".suggest [role=option]").first).to_contain_text("Over the lung.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")

    expect(field).to_have_value("Trapezius, upper")
    assert page.refused == []
