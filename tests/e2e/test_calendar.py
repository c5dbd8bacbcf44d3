"""The calendar in a browser whose own clock is on the other side of the world: dragging, stretching, keys, rivals."""

import re
from datetime import datetime, time, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scheduling import booking
from scheduling.models import Appointment, Block
from tests.e2e.on_calendar import AWAY, PIXELS, click_cell, distance, drag, open_day, visit
from tests.factories import (
    AppointmentFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NEW_YORK = ZoneInfo("America/New_York")
WITHIN_TEN_SECONDS = 10_000


@pytest.fixture
def day():
    return timezone.localdate(timezone=NEW_YORK) + timedelta(days=7)


@pytest.fixture
def at(day):
    return lambda hour, minute=0: datetime.combine(day, time(hour, minute), tzinfo=NEW_YORK)


@pytest.fixture
def kim():
    return PractitionerFactory(name="Kim")


@pytest.fixture
def roy():
    return PractitionerFactory(name="Roy")


@pytest.fixture
def needling(kim, roy):
    """20 minutes hands-on, 25 at rest, which stretch, 15 hands-on."""
    TableFactory.create_batch(4)
    return ServiceFactory(name="Needling", by=[kim, roy])


@pytest.fixture
def ana(needling, kim, at):
    """Ana's visit with Kim at ten."""
    return AppointmentFactory(
        patient=PatientFactory(given_name="Ana", family_name="Ortiz"),
        practitioner=kim,
        service=needling,
        table=needling_table(),
        start=at(10),
    )


def needling_table():
    return TableFactory(name="Window")


@pytest.fixture
def desk():
    return UserFactory(role="Front desk", first_name="Dana")


@pytest.fixture
def page(ana, desk, sign_in, day):
    page = sign_in(desk, **AWAY)
    page.forbidden = []
    page.on("console", lambda said: page.forbidden.append(said.text) if "Security Policy" in said.text else None)
    open_day(page, day, ana)
    return page


def is_at(one, start):
    one.refresh_from_db()
    return one.starts_at == start


def test_the_times_are_those_of_the_clinic_wherever_the_browser_is(page, ana):
    expect(visit(page, ana)).to_contain_text("10:00 Ortiz, Ana")
    expect(visit(page, ana)).to_contain_text("Booked · Needling")
    assert page.forbidden == []


def test_dragging_to_another_practitioner_moves_the_visit_and_undo_takes_it_back(page, ana, kim, roy, at):
    drag(page, visit(page, ana), across=distance(page, "Kim", "Roy"), minutes=30).up()

    expect(page.locator("#toasts")).to_contain_text("Moved: Ana Ortiz")
    ana.refresh_from_db()
    assert (ana.practitioner.pk, ana.starts_at) == (roy.pk, at(10, 30))

    page.keyboard.press("z")

    expect(page.locator("#toasts")).to_contain_text("Undone")
    ana.refresh_from_db()
    assert (ana.practitioner.pk, ana.starts_at) == (kim.pk, at(10))


def test_free_times_glow_while_a_visit_is_in_the_hand(page, ana, kim):
    AppointmentFactory(practitioner=kim, start=ana.starts_at + timedelta(hours=3), service=ana.service)

    mouse = drag(page, visit(page, ana), minutes=30)

    expect(page.locator(".glow").first).to_be_attached()
    expect(page.locator("#calendar-grid")).to_have_attribute("data-fits", "yes")

    mouse.up()

    expect(page.locator(".glow")).to_have_count(0)


def test_stretching_the_end_makes_the_resting_stage_longer(page, ana, at):
    drag(page, visit(page, ana), minutes=15, from_bottom=True).up()

    expect(page.locator("#toasts")).to_contain_text("Ana Ortiz")
    ana.refresh_from_db()
    assert ana.ends_at == at(11, 15)
    assert [stage["minutes"] for stage in ana.stages] == [20, 40, 15]


def test_a_click_on_an_empty_cell_books_there(page, ana, roy, day):
    click_cell(page, "Roy", ana, minutes=60)

    page.wait_for_url("**/schedule/book/**")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["day"] == [str(day)]
    assert asked["at"] == ["11:00"]
    assert asked["practitioner"] == [str(roy.pk)]


def test_what_somebody_else_does_appears_by_itself(page, ana, roy, at):
    booking.move(visit=ana, starts_at=at(14), practitioner=roy, by=None)
    new = AppointmentFactory(practitioner=roy, service=ana.service, start=at(9))

    expect(visit(page, ana)).to_contain_text("14:00", timeout=WITHIN_TEN_SECONDS)
    expect(visit(page, new)).to_be_visible()


def test_a_lost_race_shows_what_happened_and_where_the_visit_is(page, ana, at, sam):
    mouse = drag(page, visit(page, ana), minutes=60)
    booking.move(visit=ana, starts_at=at(14), by=sam)

    mouse.up()

    expect(page.locator("#refusal")).to_contain_text("Sam moved this visit to")
    expect(page.locator("#refusal")).to_contain_text("Your move was not saved.")
    expect(visit(page, ana)).to_contain_text("14:00")
    assert is_at(ana, at(14))


@pytest.fixture
def sam():
    return UserFactory(role="Front desk", first_name="Sam")


def test_a_clash_puts_the_visit_back_and_a_free_time_is_one_press_away(page, ana, kim, at):
    patient = PatientFactory(given_name="Li", family_name="Chen")
    AppointmentFactory(patient=patient, practitioner=kim, service=ana.service, start=at(13))

    drag(page, visit(page, ana), minutes=180).up()

    refusal = page.locator("#refusal")
    expect(refusal).to_contain_text("Kim is with Li until")
    expect(refusal).to_contain_text("The visit stays at 10:00.")
    expect(visit(page, ana)).to_contain_text("10:00")
    assert is_at(ana, at(10))

    refusal.get_by_role("button").first.click()

    expect(page.locator("#toasts")).to_contain_text("Moved: Ana Ortiz")
    expect(refusal).to_be_empty()
    assert not is_at(ana, at(10))


def test_a_calendar_that_could_not_ask_says_how_old_it_is(ana, desk, sign_in, day):
    page = sign_in(desk, **AWAY)
    page.clock.install()
    open_day(page, day, ana)

    page.context.set_offline(True)
    page.clock.fast_forward(47_000)

    expect(page.locator("#calendar-late")).to_contain_text("Not updated for 40 seconds.")

    page.context.set_offline(False)
    page.clock.fast_forward(7_000)

    expect(page.locator("#calendar-late")).to_be_hidden()


def test_by_keyboard_a_visit_is_carried_dropped_and_told(page, ana, roy, at):
    visit(page, ana).focus()
    page.keyboard.press("m")
    expect(page.locator("#calendar-said")).to_contain_text("Moving Ortiz, Ana")
    expect(page.locator(".glow").first).to_be_attached()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#calendar-said")).to_have_text("10:05, Roy, free")
    page.keyboard.press("Enter")

    expect(page.locator("#toasts")).to_contain_text("Moved: Ana Ortiz")
    ana.refresh_from_db()
    assert (ana.practitioner.pk, ana.starts_at) == (roy.pk, at(10, 5))


def test_escape_leaves_a_carried_visit_where_it_was(page, ana, at):
    visit(page, ana).focus()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")

    page.keyboard.press("Escape")

    expect(visit(page, ana)).to_contain_text("10:00")
    expect(page.locator("#calendar-said")).to_have_text("Ortiz, Ana stays at 10:00.")
    assert is_at(ana, at(10))


def test_arrows_walk_the_visits_and_enter_opens_one(page, ana, kim, roy, at):
    below = AppointmentFactory(practitioner=kim, service=ana.service, start=at(12))
    beside = AppointmentFactory(practitioner=roy, service=ana.service, start=at(12, 30))
    page.reload()
    visit(page, ana).focus()

    page.keyboard.press("ArrowDown")
    expect(visit(page, below)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(visit(page, beside)).to_be_focused()
    page.keyboard.press("Enter")

    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("12:30 to 13:30")
    expect(panel.get_by_role("link", name="Move")).to_be_visible()


def test_a_visit_is_confirmed_from_its_panel_and_the_calendar_comes_back(page, ana, day):
    visit(page, ana).click()

    page.get_by_role("dialog").get_by_role("button", name="Confirm").click()

    expect(page.locator("#toasts")).to_contain_text("is confirmed")
    expect(page).to_have_url(re.compile(f"/schedule/calendar/\\?.*day={day}"))
    expect(visit(page, ana)).to_contain_text("Confirmed")


def test_views_and_days_change_without_leaving_the_page(page, ana, day):
    page.keyboard.press("2")
    expect(page.locator(".ec-col-head", has_text="Window")).to_be_visible()
    expect(visit(page, ana)).to_be_visible()

    page.keyboard.press("]")
    expect(page.locator("h1")).to_contain_text(f"{day + timedelta(days=1):%a}")
    expect(visit(page, ana)).to_have_count(0)

    page.keyboard.press("[")
    expect(visit(page, ana)).to_be_visible()
    expect(page).to_have_url(re.compile(f"day={day}.*by=table"))


def test_a_week_shows_one_practitioner_and_can_be_dragged_to_another_day(page, ana, at, day):
    page.get_by_role("link", name="Week").click()
    expect(page.locator(".ec-col-head")).to_have_count(7)
    there = page.locator(".ec-col-head").nth((day.weekday() + 1) % 7).bounding_box()
    here = visit(page, ana).bounding_box()

    drag(page, visit(page, ana), across=there["x"] - here["x"]).up()

    expect(page.locator("#toasts")).to_contain_text("Moved: Ana Ortiz")
    moved = timedelta(days=1 if day.weekday() < 6 else -6)
    assert is_at(ana, at(10) + moved)


def test_on_a_phone_one_persons_day_is_a_list(ana, desk, sign_in, day, kim):
    page = sign_in(desk, viewport={"width": 390, "height": 844}, timezone_id="Asia/Tokyo")

    page.goto(f"/schedule/calendar/?day={day}")

    row = page.locator(".day__row", has_text="Ortiz, Ana")
    expect(row).to_contain_text("10:00")
    expect(row.get_by_role("link", name="Move")).to_be_visible()
    expect(page.locator("#calendar-grid")).to_be_hidden()


def test_a_phone_never_loads_what_draws_the_calendar(ana, desk, sign_in, day):
    page = sign_in(desk, viewport={"width": 390, "height": 844})
    loaded = []
    page.on("request", lambda asked: loaded.append(asked.url) if asked.resource_type == "script" else None)

    page.goto(f"/schedule/calendar/?day={day}")
    page.wait_for_load_state("networkidle")
    assert not any("event-calendar" in url for url in loaded)

    page.set_viewport_size({"width": 1200, "height": 900})
    expect(visit(page, ana)).to_be_visible()
    expect(page.locator(".cal__list")).to_be_hidden()


def test_two_visits_dropped_before_the_first_answer_both_end_where_the_server_has_them(page, ana, kim, at):
    """One is moved, the other is refused: it had been left where it was dropped."""
    below = AppointmentFactory(practitioner=kim, service=ana.service, start=at(12))
    page.reload()
    expect(visit(page, below)).to_be_visible()
    first = {}
    page.route("**/drop/", lambda route: route.continue_() if first else first.update(route=route))

    drag(page, visit(page, below), minutes=-120).up()
    drag(page, visit(page, ana), minutes=-60).up()
    first["route"].continue_()

    expect(page.locator("#toasts")).to_contain_text("Moved: Ana Ortiz")
    expect(visit(page, ana)).to_contain_text("09:00")
    expect(visit(page, below)).to_contain_text("12:00")
    top = {one.pk: visit(page, one).bounding_box()["y"] for one in (ana, below)}
    assert top[below.pk] - top[ana.pk] == pytest.approx(180 * PIXELS, abs=1)


def test_a_server_that_does_not_answer_puts_the_visit_back(page, ana, at):
    before = visit(page, ana).get_attribute("style")
    page.route("**/drop/", lambda route: route.abort())

    drag(page, visit(page, ana), minutes=60).up()

    expect(page.locator("#connection")).to_contain_text("No connection.")
    expect(visit(page, ana)).to_contain_text("10:00")
    expect(visit(page, ana)).to_have_attribute("style", before)


def test_a_session_that_ends_in_the_middle_of_a_drag_says_so(page, ana, at):
    mouse = drag(page, visit(page, ana), minutes=60)
    page.context.clear_cookies(name="sessionid")
    mouse.up()

    expect(page.locator("#connection")).to_contain_text("You were signed out.")
    expect(page.locator("#calendar-late").get_by_role("link", name="Sign in here.")).to_be_visible()
    assert is_at(ana, at(10))


def test_a_carried_visit_keeps_to_the_hours_that_are_drawn(page, ana):
    visit(page, ana).focus()
    page.keyboard.press("m")
    for _ in range(40):
        page.keyboard.press("ArrowUp")

    expect(page.locator("#calendar-said")).to_contain_text("07:00, Kim")

    page.keyboard.press("Tab")

    expect(page.locator("#calendar-said")).to_have_text("Ortiz, Ana stays at 10:00.")


def test_a_block_opens_its_form_and_leaves_the_visits_within_reach_of_tab(page, ana, kim, at):
    span = (at(13), at(14))
    block = Block.objects.create(resource=kim, location=ana.table.location, span=span, title="Staff meeting")
    page.reload()
    drawn = page.get_by_role("button", name="13:00 Staff meeting")

    drawn.focus()

    expect(visit(page, ana)).to_have_attribute("tabindex", "0")

    page.keyboard.press("Enter")

    page.wait_for_url(f"**/schedule/block/{block.pk}/")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/schedule/calendar/**")


def test_names_are_text_and_never_markup(desk, sign_in, needling, kim, at, day):
    patient = PatientFactory(given_name="<img src=x onerror=alert(1)>", family_name="</script><b>Ortiz</b>")
    one = AppointmentFactory(patient=patient, practitioner=kim, service=needling, start=at(10))
    page = sign_in(desk, **AWAY)
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))

    page.goto(f"/schedule/calendar/?day={day}")

    expect(visit(page, one)).to_contain_text("</script><b>Ortiz</b>, <img src=x onerror=alert(1)>")
    assert Appointment.objects.count() == 1
