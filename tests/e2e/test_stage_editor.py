"""The stage editor in a browser: add, reorder, watch the bar, save; and the same without script."""

import re

import pytest
from playwright.sync_api import expect

from clinic.models import Service
from tests.factories import DeviceFactory, PractitionerFactory, ServiceFactory, TableFactory, UserFactory

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kim():
    TableFactory()
    DeviceFactory()
    return PractitionerFactory(name="Kim")


def names(page):
    return page.locator("[name^=stage-][name$=-name]")


def minutes(page):
    return page.locator("[name^=stage-][name$=-minutes]")


def bar(page):
    return page.locator("#drawn svg[role=img]")


def test_a_service_is_made_stage_by_stage_and_the_bar_follows(kim, sign_in):
    page = sign_in(UserFactory(role="Manager"))
    page.goto("/settings/services/add/")
    page.get_by_label("Name", exact=True).fill("Neuropuncture")
    page.get_by_label("Electro-acupuncture").check()
    page.get_by_label("Kim").check()

    names(page).first.fill("Needling")
    minutes(page).first.fill("20")
    expect(bar(page)).to_have_attribute("aria-label", "Needling 20 minutes, hands-on")
    page.get_by_role("button", name="Add a stage").click()
    expect(names(page)).to_have_count(2)
    expect(names(page).nth(1)).to_be_focused()
    page.keyboard.type("Rest")
    minutes(page).nth(1).fill("25")
    page.locator("[name=stage-1-needs_practitioner]").uncheck()
    page.locator("[name=stage-1-needs_device]").check()
    expect(bar(page)).to_have_attribute("aria-label", re.compile("Rest 25 minutes, e-stim, alone"))
    expect(page.locator("#drawn")).to_contain_text("45 min")
    page.get_by_role("button", name="Save service").click()

    expect(page.get_by_text("Neuropuncture is saved.")).to_be_visible()
    assert list(Service.objects.get().stages.values_list("name", "minutes")) == [("Needling", 20), ("Rest", 25)]


def test_stages_are_reordered_by_button_and_by_keyboard(kim, sign_in):
    service = ServiceFactory(by=[kim])
    page = sign_in(UserFactory(role="Manager"))
    page.goto(f"/settings/services/{service.pk}/")

    page.get_by_role("button", name="Stage 3 up").click()
    expect(names(page).nth(1)).to_have_value("Removal")
    expect(names(page).nth(1)).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    expect(names(page).first).to_have_value("Removal")
    expect(names(page).first).to_be_focused()
    expect(bar(page)).to_have_attribute("aria-label", re.compile("^Removal 15"))
    page.get_by_role("button", name="Save service").click()

    expect(page).to_have_url(re.compile("/settings/services/$"))
    assert list(service.stages.values_list("name", flat=True)) == ["Removal", "Needling", "Rest"]


def test_wrong_input_is_kept_and_the_error_leads_to_its_field(kim, sign_in):
    service = ServiceFactory(by=[kim])
    page = sign_in(UserFactory(role="Manager"))
    page.goto(f"/settings/services/{service.pk}/")

    names(page).first.fill("Long needling")
    minutes(page).first.fill("600")
    page.keyboard.press("Enter")

    error = page.get_by_role("link", name="Stage 1: A stage takes 5 to 240 minutes.")
    error.click()
    expect(minutes(page).first).to_be_focused()
    expect(minutes(page).first).to_have_value("600")
    expect(names(page).first).to_have_value("Long needling")
    assert service.stages.first().minutes == 20


def test_the_editor_works_without_script(kim, sign_in):
    service = ServiceFactory(by=[kim])
    page = sign_in(UserFactory(role="Manager"), java_script_enabled=False)
    page.goto(f"/settings/services/{service.pk}/")

    page.get_by_role("button", name="Add a stage").click()
    names(page).nth(3).fill("Tea")
    page.get_by_role("button", name="Stage 4 up").click()
    page.get_by_role("button", name="Save service").click()

    expect(page).to_have_url(re.compile("/settings/services/$"))
    assert list(service.stages.values_list("name", flat=True)) == ["Needling", "Rest", "Tea", "Removal"]


def test_a_day_of_hours_is_copied_and_drawn_before_it_is_saved(kim, sign_in):
    page = sign_in(UserFactory(role="Manager"))
    kim.hours.exclude(weekday=0).delete()
    page.goto(f"/settings/hours/{kim.pk}/")

    page.get_by_label("From of row 1").fill("10:30")
    expect(page.locator("#drawn")).to_contain_text("10:30–21:00")
    page.get_by_role("group", name="Copy a day to others").get_by_label("Fri").check()
    page.get_by_role("button", name="Copy the day").click()
    expect(page.get_by_label("From of row 2")).to_have_value("10:30")
    page.get_by_role("button", name="Save hours").click()

    expect(page.get_by_text("The hours of Kim are saved.")).to_be_visible()
    assert [(row.weekday, f"{row.starts:%H:%M}") for row in kim.hours.all()] == [(0, "10:30"), (4, "10:30")]
