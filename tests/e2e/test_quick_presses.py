"""Fingers faster than the network: a press made while the last answer is on its way is not lost and undoes nothing."""

import pytest
from playwright.sync_api import expect

from tests.e2e.on_the_way import hold
from tests.factories import AppointmentFactory
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_every_row_that_is_marked_in_quick_succession_is_marked(sign_in):
    plan = making.begun("li4 lr3 st36")
    page = sign_in(making.by(plan))
    page.goto(f"/sessions/{plan.appointment_id}/chart/")
    buttons = page.get_by_role("button", name="As planned", exact=True)

    held = hold(page, "**/mark/")
    with page.expect_request("**/mark/"):
        buttons.first.click()
    buttons.nth(1).click()
    buttons.nth(2).click()
    held.pop().continue_()

    expect(page.locator(".done__row.is-done")).to_have_count(3)
    assert {row.outcome for row in plan.needles.all()} == {"done"}


def test_a_form_opened_while_points_are_being_added_opens_beside_them(sign_in):
    visit = AppointmentFactory(status="arrived")
    page = sign_in(visit.practitioner.user)
    page.goto(f"/sessions/{visit.pk}/plan/")

    held = hold(page, "**/add/needle/")
    page.get_by_label("Add points").fill("li4 lr3")
    with page.expect_request("**/add/needle/"):
        page.keyboard.press("Enter")
    page.get_by_role("link", name="Cups").click()
    held.pop().continue_()

    expect(page.get_by_label("Region")).to_be_visible()
    expect(page.locator(".item__code")).to_have_text(["LI4", "LR3"])
