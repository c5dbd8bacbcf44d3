"""The front desk's day: two desks, a practitioner's tablet, each in its own browser, and what patients are told."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from clinic.saying import when
from scheduling.models import Appointment, Sitting
from sessions import planning
from tests.e2e.morning import zone_in_the_morning
from tests.e2e.on_calendar import AWAY, click_cell, distance, drag, open_day
from tests.e2e.on_calendar import visit as drawn
from tests.e2e.on_chart import count_needles
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
TABLET = {"width": 1180, "height": 820}
A_MINUTE = timedelta(minutes=1)
NEXT_LOOK = 15_000  # milliseconds: a floor asks every five seconds


@pytest.fixture
def riverside():
    return LocationFactory(name="Riverside", zone_name=zone_in_the_morning())


@pytest.fixture
def kim(riverside):
    return PractitionerFactory(name="Kim Lee")


@pytest.fixture
def roy(riverside):
    return PractitionerFactory(name="Roy Diaz")


@pytest.fixture
def window(riverside):
    return TableFactory(name="Window", location=riverside)


@pytest.fixture
def garden(riverside):
    return TableFactory(name="Garden", location=riverside)


@pytest.fixture
def needling(kim, roy, window, garden):
    """20 minutes hands-on, 25 at rest, 15 hands-on."""
    return ServiceFactory(name="Needling", by=[kim, roy])


@pytest.fixture
def ana():
    return PatientFactory(given_name="Ana", family_name="Ortiz")


@pytest.fixture
def bo():
    return PatientFactory(given_name="Bo", family_name="Chen")


@pytest.fixture
def day(riverside):
    """A week from today, where the clinic is."""
    return timezone.localdate(timezone=riverside.zone) + timedelta(days=7)


@pytest.fixture
def at(day, riverside):
    return lambda hour, minute=0: datetime.combine(day, time(hour, minute), tzinfo=riverside.zone)


@pytest.fixture
def today(sign_in):
    """today(user) gives Today as that person sees it."""

    def enter(user, **options):
        page = sign_in(user, **options)
        page.goto("/")
        return page

    return enter


@pytest.fixture
def desk(today):
    """desk("Dana") gives the page of a colleague at the front desk."""
    return lambda name: today(UserFactory(role="Front desk", first_name=name), **AWAY)


def toast(page, text):
    expect(page.locator("#toasts")).to_contain_text(text)


def placed(visit):
    visit.refresh_from_db()
    return visit.practitioner.name, visit.starts_at


# Two desks and one calendar


def test_two_desks_want_the_same_time_and_then_the_same_visit(needling, kim, ana, bo, at, day, desk):
    early = AppointmentFactory(patient=PatientFactory(family_name="Wren"), practitioner=kim, start=at(8))
    dana, sam = desk("Dana"), desk("Sam")

    ask_for_ten_with_roy(dana, "ort", early, day)
    ask_for_ten_with_roy(sam, "che", early, day)
    first = book(sam)
    second = lose_and_book_the_next(dana)

    assert (first.patient, *placed(first)) == (bo, "Roy Diaz", at(10))
    assert (second.patient, second.practitioner.name) == (ana, "Roy Diaz")

    open_day(dana, day, first)
    move_to_a_colleague_and_back(dana, first, at)
    open_day(sam, day, first)
    both_move(dana, sam, first)

    assert placed(first) == ("Roy Diaz", at(12))


def ask_for_ten_with_roy(page, letters, early, day):
    """A click on Roy's ten o'clock; left to say is who, and what."""
    open_day(page, day, early)
    click_cell(page, "Roy Diaz", early, minutes=120)
    page.wait_for_url("**/schedule/book/**")
    page.get_by_label("Who").press_sequentially(letters)
    expect(page.locator("#take [name=patient]:not([value=''])")).to_have_count(1)
    page.get_by_label("What").select_option(label="Needling")
    expect(page.locator(".slot", has_text="10:00").locator("[name=slot]")).to_be_checked()


def book(page):
    page.get_by_role("button", name=re.compile("^Book .* with Roy Diaz$")).click()
    page.wait_for_url(re.compile(r"/schedule/\d+/$"))
    toast(page, "Booked")
    return Appointment.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])


def lose_and_book_the_next(page):
    page.get_by_role("button", name=re.compile("^Book .* 10:00 with Roy Diaz$")).click()
    expect(page.locator("[data-errors]")).to_contain_text("10:00 was just taken. Roy Diaz is with Bo until")
    expect(page.locator("[data-errors]")).to_contain_text("Nothing is booked.")
    expect(page.get_by_role("radio", name="Ortiz, Ana")).to_be_checked()
    page.locator(".slot", has_text="Roy Diaz").first.click()
    return book(page)


def move_to_a_colleague_and_back(page, visit, at):
    drag(page, drawn(page, visit), across=distance(page, "Roy Diaz", "Kim Lee"), minutes=30).up()
    toast(page, "Moved: Bo Chen")
    expect(drawn(page, visit)).to_contain_text("10:30")
    assert placed(visit) == ("Kim Lee", at(10, 30))

    page.keyboard.press("z")
    toast(page, "Undone")
    expect(drawn(page, visit)).to_contain_text("10:00")
    assert placed(visit) == ("Roy Diaz", at(10))


def both_move(slower, faster, visit):
    """Sam has dropped the visit before Dana, who has it in her hand, lets it go."""
    hand = drag(slower, drawn(slower, visit), minutes=60)
    drag(faster, drawn(faster, visit), minutes=120).up()
    toast(faster, "Moved: Bo Chen")

    hand.up()

    expect(slower.locator("#refusal")).to_contain_text("Sam moved this visit to")
    expect(slower.locator("#refusal")).to_contain_text("Your move was not saved.")
    expect(drawn(slower, visit)).to_contain_text("12:00")


# One practitioner and two tables


def test_one_practitioner_runs_two_tables_until_the_needles_are_counted(
    needling, kim, ana, bo, window, garden, desk, today
):
    at_kims = {"status": "booked", "practitioner": kim, "service": needling, "turnover_minutes": 10}
    first, second = with_plan(ana, window, **at_kims), with_plan(bo, garden, **at_kims, minutes=20)
    dana, tablet = desk("Dana"), today(kim.user, viewport=TABLET)

    check_in_by_mistake(dana, second)
    check_in(dana, first)
    go_to_floor(dana)
    dana.get_by_role("button", name="Check in B.C.").click()
    toast(dana, "B.C. is checked in.")

    go_to_floor(tablet)
    press(tablet, window, "Start A.O.")
    press(tablet, window, "Start Rest A.O.")
    expect(bed(tablet, window)).to_contain_text("Rest until")
    press(tablet, garden, "Start B.C.")
    expect(bed(tablet, garden)).to_contain_text("Needling until")

    the_rest_is_over(first)
    both_see_it(dana, tablet, window)
    take_needles_out(tablet, window)
    count_before_leaving(tablet, window)
    turn_over(dana, tablet, window)

    first.sitting.refresh_from_db()
    assert first.sitting.ready_at
    assert [(row.needles_in, row.needles_out) for row in first.plan.needles.all()] == [(2, 2), (2, 2)]
    expect(bed(dana, garden)).to_contain_text("Needling until")


def with_plan(patient, table, *, minutes=0, **more):
    """A visit that begins in so many minutes, with a plan that is ready."""
    now = timezone.now().replace(second=0, microsecond=0)
    start = now + (minutes - now.minute % 5) * A_MINUTE
    plan = making.a_plan("li4 lr3", patient=patient, table=table, start=start, **more)
    planning.make_ready(plan=plan, version=plan.version, by=making.by(plan))
    return plan.appointment


def check_in_by_mistake(page, visit):
    check_in(page, visit)
    toast(page, "is checked in.")
    page.keyboard.press("z")
    toast(page, "Undone")
    expect(page.locator(f"#visit-{visit.pk}")).to_contain_text("Booked")


def check_in(page, visit):
    row = page.locator(f"#visit-{visit.pk}")
    row.get_by_role("button", name="Check in").click()
    expect(row).to_contain_text("Arrived")


def go_to_floor(page):
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Floor").click()


def bed(page, table):
    """The card of a table on the floor."""
    return page.locator(".bed", has=page.get_by_role("button", name=table.name))


def press(page, table, name):
    """As soon as the cards that came last answer to htmx: it takes 20 ms longer than a test does."""
    expect(page.locator(".htmx-added, .htmx-settling")).to_have_count(0)
    bed(page, table).get_by_role("button", name=name).click()


def the_rest_is_over(visit):
    """Its minutes have passed."""
    Sitting.objects.filter(visit=visit).update(until=timezone.now())


def both_see_it(dana, tablet, table):
    """It comes first and counts up; only who treats is told of needles, and has a button for them."""
    for page in (dana, tablet):
        expect(page.locator(".bed").first).to_contain_text("Overdue", timeout=NEXT_LOOK)
        expect(bed(page, table)).to_contain_text("+00:")
    expect(bed(tablet, table)).to_contain_text("4 planned")
    expect(bed(dana, table)).not_to_contain_text("planned")
    expect(bed(dana, table).get_by_role("button", name="Needles out")).to_have_count(0)


def take_needles_out(tablet, table):
    """With two keys: the table's and the button's. Undo and once more."""
    tablet.keyboard.press(bed(tablet, table).locator("kbd").inner_text())
    tablet.keyboard.press("o")
    expect(bed(tablet, table)).to_contain_text("Removal until")
    toast(tablet, "A.O.: Removal.")  # z takes back what was said last
    tablet.keyboard.press("z")
    expect(bed(tablet, table)).to_contain_text("Rest until")

    press(tablet, table, "Needles out")
    expect(bed(tablet, table)).to_contain_text("4 to count")


def count_before_leaving(tablet, table):
    """Nobody leaves before they are counted."""
    press(tablet, table, "Done")
    expect(bed(tablet, table)).to_contain_text("Window: 4 needles uncounted. Count first.")
    tablet.get_by_role("link", name="Count in the chart").click()
    count_needles(tablet)
    tablet.locator("#count input[inputmode=numeric]").last.blur()
    expect(tablet.locator("#sum-total")).to_contain_text("4 in, 4 out", timeout=NEXT_LOOK)
    go_to_floor(tablet)
    expect(bed(tablet, table)).to_contain_text("all counted")


def turn_over(dana, tablet, table):
    press(tablet, table, "Done")
    toast(tablet, "A.O. has left Window.")
    expect(bed(dana, table)).to_contain_text("Turn over", timeout=NEXT_LOOK)
    press(dana, table, "Room ready")
    expect(bed(dana, table)).to_contain_text("Free")


# Time off


def test_time_off_moves_three_visits_and_each_patient_is_told_once(needling, kim, roy, at, day, desk, sink):
    visits = [AppointmentFactory(practitioner=kim, service=needling, start=at(hour)) for hour in (9, 11, 14)]
    for visit in visits:
        sink.expect(visit.patient.email)
    dana = desk("Dana")

    take_off(dana, "Kim Lee", day)
    expect(dana.locator("main")).to_contain_text("3 visits are booked then.")
    give_to_a_colleague(dana, visits[1], "Roy Diaz")
    dana.get_by_role("button", name="Move the ticked visits").click()
    toast(dana, "3 visits are moved.")
    expect(dana.locator("main")).to_contain_text("No visits are booked then.")

    assert placed(visits[1]) == ("Roy Diaz", at(11))
    for visit in visits:
        visit.refresh_from_db()
        assert (visit.practitioner, visit.starts_at.astimezone(visit.zone).date()) != (kim, day)
        is_told_of_the_new_time(visit, sink)
    the_next_news_go_out(roy, sink)
    assert [len(sink.to(visit.patient.email)) for visit in visits] == [2, 2, 2]

    open_day(dana, day, visits[1])
    expect(dana.locator(".shade--away").first).to_contain_text("Away")
    expect(dana.locator("#calendar-grid [data-visit]")).to_have_count(1)


def take_off(page, who, day):
    page.goto("/schedule/away/")
    page.get_by_label("Who or what").select_option(label=who)
    for label in ("First day", "Last day"):
        page.get_by_label(label).fill(str(day))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{who} is away: {day:%a} {day.day}")


def give_to_a_colleague(page, visit, name):
    """The times offered at first are with the same practitioner on another day."""
    times = page.get_by_label(f"New time for {visit.patient}")
    expect(page.locator(f"#move-{visit.pk}")).to_be_checked()
    times.select_option(times.locator("option", has_text=name).first.get_attribute("value"))


def is_told_of_the_new_time(visit, sink):
    booked, moved = sink.expect(visit.patient.email, count=2)
    told = when(visit.starts_at, zone=visit.zone, language="en")
    [event] = Calendar.from_ical(moved.part("text/calendar")).walk("VEVENT")
    [before] = Calendar.from_ical(booked.part("text/calendar")).walk("VEVENT")
    assert moved.message["Subject"] == f"Your visit is now on {told.day} at {told.time}"
    assert event["dtstart"].dt == visit.starts_at
    assert (event["uid"], event["sequence"]) == (before["uid"], before["sequence"] + 1)


def the_next_news_go_out(practitioner, sink):
    """Whatever was due before has been written and sent by then."""
    visit = AppointmentFactory(practitioner=practitioner)
    sink.expect(visit.patient.email)
