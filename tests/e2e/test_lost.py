"""Nothing typed is lost: without network, without a sign-in, in a closed tab, beside a second browser."""

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Error, expect

from sessions.models import Note, SessionPlan
from tests.e2e.on_chart import count_needles
from tests.e2e.on_the_way import hold
from tests.factories import PASSWORD, PractitionerFactory
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plan():
    return making.begun("li4 lr3", start=timezone.now())


@pytest.fixture
def open_chart(sign_in, plan):
    def enter(user=None):
        page = sign_in(user or making.by(plan))
        page.goto(f"/sessions/{plan.appointment_id}/chart/")
        return page

    return enter


def lose_sign_in(page):
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def sign_in_again(page, user):
    frame = page.frame_locator(".dialog__frame")
    frame.locator("[name=login]").fill(user.email)
    frame.locator("[name=password]").fill(PASSWORD)
    frame.get_by_role("button", name="Sign in").click()


def test_every_box_is_saved_by_itself_and_says_so(open_chart, plan):
    page = open_chart()

    page.get_by_label("Response").press_sequentially("Calm")
    page.locator("[name^=put_in-]").first.press_sequentially("2")
    page.get_by_label("Advice").press_sequentially("Walk")

    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#sum-total")).to_contain_text("2 in")
    note = Note.objects.get()
    assert (note.response, note.advice) == ("Calm", "Walk")
    assert sorted(row.needles_in or 0 for row in plan.needles.all()) == [0, 2]


def test_a_count_typed_while_a_note_is_on_its_way_is_sent_too(open_chart, plan):
    page = open_chart()
    held = hold(page, "**/autosave/")

    with page.expect_request("**/autosave/"):
        page.get_by_label("Response").press_sequentially("Calm")
    page.locator("[name^=put_in-]").first.press_sequentially("2")
    with page.expect_response("**/sums/"):
        held.pop().continue_()

    expect(page.locator("#saved")).to_contain_text("Saved")
    assert sorted(row.needles_in or 0 for row in plan.needles.all()) == [0, 2]


def test_a_time_is_saved_by_itself_and_told_at_the_top(open_chart, plan):
    page = open_chart()
    page.get_by_text("Correct the times").click()

    page.get_by_label("Needles in").fill("00:00")

    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator("#stamped")).to_contain_text("Needles in 00:00")


def test_a_needle_left_in_place_is_saved_once_its_date_is_there(open_chart, plan):
    page = open_chart()
    row = page.locator("#count tbody tr:not(.region)").first
    for box, number in enumerate("211"):
        row.locator("input[inputmode=numeric]").nth(box).fill(number)
    expect(row).to_contain_text("When do they come out?")

    row.locator("input[type=date]").fill(str(timezone.localdate(timezone=plan.appointment.zone)))

    expect(row).not_to_contain_text("When do they come out?")
    expect(page.locator("#sum-total")).to_contain_text("1 left in place")
    expect(row.locator(".invalid-feedback")).to_have_count(0)


def test_a_count_that_comes_out_stamps_the_time_in_its_box(open_chart):
    page = open_chart()
    page.get_by_text("Correct the times").click()

    count_needles(page)

    expect(page.locator("#stamped")).to_contain_text("Needles out")
    expect(page.get_by_label("Needles out", exact=True)).not_to_have_value("")
    expect(page.locator("#stamped")).not_to_contain_text("since needles in")


def test_half_a_time_is_not_sent(open_chart, plan):
    page = open_chart()
    page.get_by_text("Correct the times").click()

    page.get_by_label("Needles in").press("Backspace")
    page.get_by_label("Response").fill("Calm")

    expect(page.locator("#saved")).to_contain_text("Saved")
    assert SessionPlan.objects.get().needles_in_at == plan.needles_in_at


def test_what_is_typed_without_a_network_is_sent_when_it_is_back(open_chart):
    page = open_chart()
    page.context.set_offline(True)

    page.get_by_label("Response").press_sequentially("Calm")
    expect(page.locator("#saved")).to_have_text("Not saved yet: no connection. Your typing is kept on this device.")
    assert not Note.objects.exists()
    page.context.set_offline(False)

    expect(page.locator("#saved")).to_contain_text("Saved")
    assert Note.objects.get().response == "Calm"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('typed:')).length") == 0


def test_a_crashed_tab_offers_what_was_not_saved(open_chart):
    again = open_chart()
    address, tab = again.url, again.context.new_page()
    tab.goto(address)
    tab.context.set_offline(True)
    tab.get_by_label("Response").press_sequentially("Calm")
    expect(tab.locator("#saved")).to_contain_text("Not saved yet")
    with pytest.raises(Error):
        tab.goto("chrome://crash")  # a tab that is only closed may still get its last words through
    tab.close()
    again.context.set_offline(False)

    again.goto(address)
    expect(again.locator("#typed-before")).to_contain_text("not saved yet")
    expect(again.locator("#typed-before")).to_contain_text("Response: Calm")
    again.get_by_role("button", name="Put back").click()

    expect(again.locator("#saved")).to_contain_text("Saved")
    assert Note.objects.get().response == "Calm"
    again.reload()
    expect(again.locator("#typed-before")).to_have_count(0)


def test_who_is_signed_out_signs_in_on_the_same_page_and_goes_on(open_chart, plan):
    page = open_chart()
    lose_sign_in(page)

    page.get_by_label("Response").press_sequentially("Calm")
    sign_in_again(page, making.by(plan))

    expect(page.locator("#saved")).to_contain_text("Saved")
    expect(page.locator(".dialog__frame")).not_to_be_visible()
    assert Note.objects.get().response == "Calm"


def test_a_press_that_met_a_lost_sign_in_is_made_again(open_chart, plan):
    page = open_chart()
    lose_sign_in(page)

    page.get_by_role("button", name="As planned", exact=True).first.click()
    sign_in_again(page, making.by(plan))

    expect(page.locator(".done__row.is-done")).to_have_count(1)


def test_somebody_else_who_signs_in_sends_nothing_of_mine(open_chart):
    page, roy = open_chart(), PractitionerFactory(user__first_name="Roy", user__last_name="Hale").user
    lose_sign_in(page)

    page.get_by_label("Response").press_sequentially("Calm")
    sign_in_again(page, roy)

    expect(page.locator("[data-connection]")).to_contain_text("Roy Hale is signed in on this device now.")
    expect(page.get_by_label("Response")).to_have_value("Calm")
    assert not Note.objects.exists()
    page.goto("/")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('typed:')).length") == 0


def test_the_points_being_typed_into_a_plan_outlive_a_lost_sign_in(sign_in):
    plan = making.a_plan()
    page = sign_in(making.by(plan))
    page.goto(f"/sessions/{plan.appointment_id}/plan/")
    lose_sign_in(page)

    page.get_by_label("Add points").fill("li4 lr3")
    page.get_by_label("Add points").press("Enter")
    sign_in_again(page, making.by(plan))

    expect(page.locator(".item__code")).to_have_text(["LI4", "LR3"])


def test_two_browsers_see_each_other_and_choose_in_the_same_box(open_chart):
    kim = open_chart()
    roy = open_chart(PractitionerFactory(user__first_name="Roy", user__last_name="Hale").user)
    roy.get_by_label("Response").press_sequentially("Dizzy")
    expect(roy.locator("#saved")).to_contain_text("Saved")

    kim.get_by_label("Response").press_sequentially("Calm")
    expect(kim.locator("[data-clash=response]")).to_contain_text("Theirs: Dizzy")
    assert Note.objects.get().response == "Dizzy"
    expect(kim.locator(".presence")).to_contain_text("Roy is in this chart too", timeout=15_000)
    kim.get_by_role("button", name="Keep mine").click()

    expect(kim.locator("[data-clash=response]")).to_have_count(0)
    expect(kim.locator("#saved")).to_contain_text("Saved")
    assert Note.objects.get().response == "Calm"


def test_a_box_still_to_be_decided_is_so_after_looking_at_what_others_wrote(open_chart):
    kim = open_chart()
    roy = open_chart(PractitionerFactory(user__first_name="Roy", user__last_name="Hale").user)
    roy.get_by_label("Response").press_sequentially("Dizzy")
    expect(roy.locator("#saved")).to_contain_text("Saved")
    kim.get_by_label("Response").press_sequentially("Calm")
    expect(kim.locator("[data-clash=response]")).to_contain_text("Theirs: Dizzy")
    roy.get_by_label("Tongue").press_sequentially("pale")

    kim.get_by_role("link", name="see it").click(timeout=15_000)

    expect(kim.get_by_label("Tongue")).to_have_value("pale")
    expect(kim.get_by_label("Response")).to_have_value("Calm")
    expect(kim.locator("[data-clash=response]")).to_contain_text("Theirs: Dizzy")
    assert Note.objects.get().response == "Dizzy"
