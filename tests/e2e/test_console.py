"""The browser has nothing to complain about on plan and chart: no broken script, nothing that the policy forbids,
nothing that htmx looks for in vain. Refusals are answers: the browser names those by itself."""

import pytest
from playwright.sync_api import expect

from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AN_ANSWER = "Failed to load resource"


@pytest.fixture
def enter(sign_in):
    """enter(user) gives a page that keeps what the browser complains about."""

    def listen(user):
        page = sign_in(user)
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda said: AN_ANSWER in said.text or page.complaints.append(said.text))
        return page

    return listen


def open_page(page, plan, name):
    page.goto(f"/sessions/{plan.appointment_id}/{name}/")
    page.wait_for_load_state("networkidle")


def test_of_a_plan_that_is_typed_refused_and_changed(enter):
    plan = making.a_plan("li4 lr3")
    page = enter(making.by(plan))
    open_page(page, plan, "plan")
    page.get_by_label("Add points", exact=True).press_sequentially("st99")
    expect(page.locator(".picker")).to_have_count(1)

    page.screenshot()  # leaves an empty style at fields, as browsers' own helpers do
    page.keyboard.press("Enter")
    expect(page.locator("#points-error")).to_contain_text("ST99 is not a point.")
    for word, kind in (("Circuit", "circuit"), ("Cups", "cup"), ("Dry needling", "target")):
        page.locator(".sheet__adds").get_by_role("link", name=word).click()
        form = page.locator(f"#form-new-{kind}")
        form.get_by_role("button", name="Add", exact=True).click()
        expect(form.locator(".is-invalid").first).to_be_visible()

    assert page.complaints == []


@pytest.mark.parametrize("name", ["plan", "chart"])
def test_of_a_signed_session(enter, name):
    plan = making.signed("li4")
    page = enter(making.by(plan))

    open_page(page, plan, name)

    assert page.complaints == []


def test_of_a_chart_that_is_filled_in(enter):
    plan = making.begun("li4 lr3")
    page = enter(making.by(plan))
    open_page(page, plan, "chart")

    page.get_by_label("Response", exact=True).press_sequentially("Calm")
    expect(page.locator("#saved")).to_contain_text("Saved")
    page.screenshot()
    page.get_by_role("button", name="All 2 as planned").click()
    expect(page.locator(".done__row.is-done")).to_have_count(2)

    assert page.complaints == []
