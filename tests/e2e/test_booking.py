"""New visit in a browser: what is booked is for whom the page shows as chosen."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from scheduling.models import Appointment
from tests.e2e.morning import zone_in_the_morning
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HANDS_ON = [("Treatment", 60, True, False)]


@pytest.fixture
def massage():
    LocationFactory(zone_name=zone_in_the_morning())
    kim = PractitionerFactory(name="Kim Lee")
    TableFactory.create_batch(2)
    return ServiceFactory(name="Massage", by=[kim], stages=HANDS_ON)


@pytest.fixture
def ana(massage):
    """Ana had a massage before."""
    ana = PatientFactory(given_name="Ana", family_name="Ortiz")
    AppointmentFactory(patient=ana, service=massage, practitioner=massage.practitioners.get(), status="completed")
    return ana


@pytest.fixture
def page(ana, sign_in):
    page = sign_in(UserFactory(role="Front desk"))
    page.goto("/schedule/book/")
    return page


def test_the_one_patient_found_is_chosen_with_the_usual_service(page, massage):
    page.get_by_label("Who").press_sequentially("ort")

    expect(page.get_by_label("What")).to_have_value(str(massage.pk))
    expect(page.locator("[name=slot]").first).to_be_attached()
    expect(page).to_have_url(re.compile(r"/schedule/book/\?patient="))


def test_book_without_a_time_says_so_in_our_words_and_loses_nothing(page):
    page.get_by_label("Who").press_sequentially("ort")
    page.get_by_label("Note").fill("By phone")
    expect(page.locator("[name=slot]").first).to_be_attached()

    page.get_by_role("button", name="Book").click()

    expect(page.locator("#times")).to_contain_text("Choose a time.")
    expect(page.get_by_label("Note")).to_have_value("By phone")
    expect(page.get_by_role("radio", name="Ortiz, Ana")).to_be_checked()


def test_whoever_types_another_name_books_nobody_until_somebody_is_chosen(page, massage):
    PatientFactory(given_name="Li", family_name="Chen")
    PatientFactory(given_name="Wei", family_name="Chen")
    page.get_by_label("Who").press_sequentially("ort")
    page.locator("[name=slot]").first.check(force=True)

    page.get_by_label("Who").fill("chen")
    expect(page.get_by_role("radio", name="Chen, Li")).to_be_visible()
    page.get_by_role("button", name="Book").click()

    expect(page.locator("[data-errors]")).to_contain_text("Choose a patient first.")
    expect(page.get_by_role("radio", name="Chen, Li")).to_be_visible()
    assert not Appointment.objects.filter(status="booked").exists()


def test_a_service_that_nobody_chose_does_not_pass_to_the_next_patient(page):
    PatientFactory(given_name="Li", family_name="Chen")
    page.get_by_label("Who").press_sequentially("ort")
    expect(page.get_by_label("What")).not_to_have_value("")

    page.get_by_label("Who").fill("chen")

    expect(page.locator("#take [name=patient]:not([value=''])")).to_have_count(1)
    expect(page.get_by_role("radio", name="Chen, Li")).to_be_checked()
    expect(page.get_by_label("What")).to_have_value("")


def test_going_back_after_booking_offers_times_and_has_chosen_none(page):
    page.get_by_label("Who").press_sequentially("ort")
    page.locator("[name=slot]").first.check(force=True)
    page.get_by_role("button", name="Book").click()
    page.wait_for_url("**/schedule/*/")

    page.go_back()

    expect(page.locator("[name=slot]").first).to_be_attached()
    expect(page.locator("[name=slot]:checked")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Book$"))).to_be_visible()


def test_whoever_stands_at_the_desk_is_booked_and_checked_in_with_one_button(page, ana, massage):
    page.get_by_role("link", name="Here now").click()
    page.get_by_label("Who").press_sequentially("ort")
    expect(page.locator("#times")).to_contain_text("Now, ")

    page.get_by_role("button", name="Book and check in").click()
    page.wait_for_url("**/schedule/*/")

    expect(page.locator(".page-head")).to_contain_text("Arrived")
    visit = Appointment.objects.get(patient=ana, status="arrived")
    assert visit.practitioner == massage.practitioners.get()


def test_the_same_visit_on_the_next_six_weeks_is_booked_from_the_keyboard(page, ana, massage):
    chosen = choose_first_time(page)
    taken = Appointment.objects.latest("pk").practitioner
    second = AppointmentFactory(practitioner=taken, service=massage, start=chosen + timedelta(weeks=1))

    page.keyboard.press("r")
    page.wait_for_url("**/schedule/repeat/")
    expect(page.locator("#dates")).to_contain_text("Kim Lee is with Ana")
    expect(page.get_by_role("button", name="Book these 5 visits")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-errors]")).to_contain_text("Some dates are not free.")
    assert not Appointment.objects.filter(patient=ana, status="booked").exists()

    page.locator(".dates__row--lacks input").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Book these 6 visits")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/schedule/\d+/$"))

    expect(page.locator("main")).to_contain_text("1 of 6, every week")
    visits = Appointment.objects.filter(patient=ana, status="booked")
    assert visits.count() == 6
    assert second.starts_at not in {visit.starts_at for visit in visits}


def choose_first_time(page):
    """Ana and her first free time in the weeks to come, chosen with the keyboard; returns the time."""
    page.get_by_label("Who").press_sequentially("ort")
    expect(page.locator("[name=slot]").first).to_be_attached()
    page.keyboard.press("Alt+1")
    chosen = page.locator("[name=slot]:checked")
    expect(chosen).to_have_count(1)
    return datetime.fromtimestamp(int(chosen.get_attribute("value").partition("@")[2]), UTC)


def test_repeating_more_often_shows_the_dates_at_once_and_keeps_what_was_left_out(page):
    choose_first_time(page)
    page.get_by_role("button", name="Repeat weekly").click()
    page.wait_for_url("**/schedule/repeat/")
    page.get_by_label("Leave it out").nth(1).check()

    page.get_by_label("How many").fill("8")
    page.get_by_label("How many").blur()

    expect(page.locator(".dates > li")).to_have_count(8)
    expect(page.get_by_role("button", name="Book these 7 visits")).to_be_visible()
    expect(page.get_by_label("Leave it out").nth(1)).to_be_checked()
