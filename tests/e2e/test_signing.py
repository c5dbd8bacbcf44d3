"""A sign-in that is older than a quarter of an hour: who signs or amends is asked once more, on the same page."""

import time
from importlib import import_module

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from playwright.sync_api import expect

from sessions.models import Amendment, SignedRecord
from tests.browser import sign_in as by_password
from tests.factories import PASSWORD
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AN_HOUR = 60 * 60


@pytest.fixture
def enter(visitor):
    """enter(plan, page) opens a page of a session for its practitioner, who typed the password an hour ago."""

    def enter(plan, name):
        page = visitor()
        by_password(page, making.by(plan).email, PASSWORD)
        page.goto(f"/sessions/{plan.appointment_id}/{name}/")
        age_sign_in(page)
        return page

    return enter


def age_sign_in(page):
    key = next(one["value"] for one in page.context.cookies() if one["name"] == settings.SESSION_COOKIE_NAME)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = time.time() - AN_HOUR
    session.save()


def sign_and_lock(page):
    page.get_by_role("button", name="Sign and lock").click()
    return page.frame_locator(".dialog__frame")


def give(frame, password):
    frame.locator("[name=password]").fill(password)
    frame.get_by_role("button", name="Go on").click()


def test_the_password_is_asked_on_the_same_page_and_the_signature_goes_through(enter):
    plan = making.charted("li4")
    page = enter(plan, "chart")
    page.get_by_label("Response").fill("Calm")

    frame = sign_and_lock(page)
    expect(page.get_by_role("dialog", name="Confirm that it is you")).to_be_visible()
    assert not SignedRecord.objects.exists()
    give(frame, PASSWORD)

    page.wait_for_url(f"**/sessions/{plan.appointment_id}/record/")
    expect(page.locator(".sealed")).to_contain_text("Signed")
    assert '"response":"Calm"' in SignedRecord.objects.get().snapshot


def test_a_wrong_password_and_a_closed_dialog_sign_nothing(enter):
    page = enter(making.charted("li4"), "chart")

    frame = sign_and_lock(page)
    give(frame, "guessed")
    expect(frame.locator("#error_id_password, .invalid-feedback").first).to_be_visible()
    page.get_by_role("button", name="Not now").click()

    expect(page.locator("[data-connection]")).to_contain_text("Nothing is lost.")
    expect(page.get_by_role("button", name="Sign and lock")).to_be_visible()
    assert not SignedRecord.objects.exists()


def test_an_amendment_is_asked_for_too_and_added_once(enter):
    page = enter(making.signed("li4"), "record")
    page.get_by_label("Add to this record").fill("Sore the next day.")

    page.get_by_role("button", name="Add amendment").click()
    expect(page.get_by_role("dialog", name="Confirm that it is you")).to_be_visible()
    assert not Amendment.objects.exists()
    give(page.frame_locator(".dialog__frame"), PASSWORD)

    expect(page.locator(".amendment")).to_contain_text("Sore the next day.")
    expect(page.get_by_label("Add to this record")).to_have_value("")
    assert Amendment.objects.get().text == "Sore the next day."
