"""What is typed into a form stays in the tab until the form was sent: looking at it sends nothing."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from reminders.models import Kind, Letter, Message
from tests.factories import LocationFactory, PatientFactory, UserFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def write():
    LocationFactory()
    return f"{reverse('reminders:write')}?patient={PatientFactory().pk}"


def words(page):
    return page.get_by_label("Your words")


def test_a_message_that_was_looked_at_and_left_is_there_again(sign_in, write):
    page = sign_in(UserFactory(role="Front desk"))
    page.goto(write)

    page.get_by_label("Subject").fill("Your bill")
    words(page).press_sequentially("Come and see.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Come and see.")
    page.goto("/")
    page.goto(write)

    expect(words(page)).to_have_value("Come and see.")
    expect(page.get_by_text("This is what you typed before.")).to_be_visible()


def test_a_message_that_was_sent_is_not_typed_again(sign_in, write):
    page = sign_in(UserFactory(role="Front desk"))
    page.goto(write)

    page.get_by_label("Subject").fill("Your bill")
    words(page).press_sequentially("Come and see.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="While it waits")).to_be_visible()
    page.get_by_role("button", name="Do not send").click()
    expect(page.get_by_role("button", name="Send after all")).to_be_visible()
    page.goto(write)

    expect(words(page)).to_have_value("")
    assert Message.objects.get().state == "dropped"


def test_a_letter_is_not_taken_for_saved_when_its_preview_was_drawn(sign_in):
    page = sign_in(UserFactory(role="Manager"))
    page.goto(reverse("reminders:letter", args=[Kind.NO_SHOW, "en"]))

    page.locator("textarea").focus()
    page.keyboard.press("Control+End")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.keyboard.type("\n\nCome again soon.")
    expect(page.locator("#preview")).to_contain_text("Come again soon.")
    page.goto("/")
    page.goto(reverse("reminders:letter", args=[Kind.NO_SHOW, "en"]))

    expect(page.locator("textarea")).to_have_value(re.compile(r"Come again soon\.\s*$"))
    assert not Letter.objects.exists()
