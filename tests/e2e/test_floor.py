"""The floor left to itself: it calls for a patient whose rest is over, and says when it has heard nothing for long."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scheduling import attending
from scheduling.models import Sitting
from tests.e2e.on_the_way import hold
from tests.factories import AppointmentFactory, TableFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
COUNT_TONES = """
  const start = OscillatorNode.prototype.start;
  window.tones = 0;
  OscillatorNode.prototype.start = function (...moment) { window.tones += 1; start.apply(this, moment); };
"""
TO_THE_NEXT_LOOK, A_MINUTE, FOR_LONG = 6_000, 61_000, 45_000  # milliseconds


@pytest.fixture
def visit():
    """A patient who rests on the table Window."""
    visit = AppointmentFactory(status="arrived", start=timezone.now(), table=TableFactory(name="Window"))
    attending.start(visit=visit, by=visit.practitioner.user)
    return rest(visit, timedelta(minutes=25))


def rest(visit, left):
    Sitting.objects.filter(visit=visit).update(stage=1, until=timezone.now() + left)
    return visit


@pytest.fixture
def page(visit, sign_in):
    """The floor, with a clock that the test can turn on, and `tones` counted as they are played."""
    page = sign_in(visit.practitioner.user)
    page.clock.install()
    page.add_init_script(COUNT_TONES)
    page.goto("/floor/")
    return page


def tones(page):
    return page.evaluate("tones")


def sound_is(page, word):
    expect(page.locator("[data-sound-word]")).to_have_text(word)


def test_a_rest_that_is_over_is_called_every_minute_until_the_sound_is_switched_off(page, visit):
    page.get_by_role("button", name="Turn sound on").click()
    sound_is(page, "Sound ON")
    assert tones(page) == 2  # to hear that it is on

    rest(visit, timedelta(seconds=1))
    page.clock.run_for(TO_THE_NEXT_LOOK)
    expect(page.get_by_role("status").filter(has_text="Window: due now.")).to_have_count(1)
    expect(page.locator(".bed--overdue")).to_contain_text("Window")
    assert tones(page) == 4
    page.clock.run_for(A_MINUTE)
    assert tones(page) == 6

    page.get_by_role("button", name="Turn sound off").click()
    sound_is(page, "Sound OFF")
    page.clock.run_for(A_MINUTE)
    assert tones(page) == 6


def test_a_sound_that_was_left_on_waits_for_the_first_key_of_the_next_page(page):
    page.get_by_role("button", name="Turn sound on").click()
    sound_is(page, "Sound ON")

    page.reload()

    sound_is(page, "Sound waits for a tap")
    page.keyboard.press("Shift")
    sound_is(page, "Sound ON")


def test_a_floor_that_hears_nothing_says_so_until_it_does(page):
    note = page.get_by_role("alert").filter(has_text="Check each table yourself.")

    page.context.set_offline(True)
    page.clock.run_for(FOR_LONG)

    expect(note).to_contain_text("Not updated for 40 seconds.")

    page.context.set_offline(False)
    page.clock.run_for(TO_THE_NEXT_LOOK)

    expect(note).to_have_count(0)


def test_a_question_about_others_never_takes_the_answer_to_a_press_away(page):
    hold(page, "**/floor/?seen=*")
    with page.expect_request("**/floor/?seen=*"):
        page.clock.run_for(TO_THE_NEXT_LOOK)
    press, asked = hold(page, "**/more/"), []

    with page.expect_event("requestfailed"):  # the question is given up
        page.get_by_role("button", name="+5 min").click()
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(TO_THE_NEXT_LOOK)
    assert asked == []
    press.pop().continue_()

    expect(page.locator("#toasts")).to_contain_text("5 minutes more.")
