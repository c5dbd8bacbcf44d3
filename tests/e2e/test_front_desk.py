"""The front desk's day in browsers of their own: two desks, a practitioner's tablet, and what patients get by e-mail."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scheduling.models import Appointment, Sitting
from sessions import planning
from tests.e2e.on_calendar import AWAY, across, click_cell, drag, open_day
from tests.e2e.on_calendar import visit as drawn
from tests.e2e.test_main_job import zone_in_the_morning
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
FIVE_MINUTES = timedelta(minutes=5)
NEXT_LOOK = 15_000  # milliseconds until a page has asked again, also on a busy machine


@pytest.fixture
def riverside():
    return LocationFactory(zone_name=zone_in_the_morning())


@pytest.fixture
def kim(riverside):
    return PractitionerFactory(name="Kim Lee", user__first_name="Kim")


@pytest.fixture
def roy(riverside):
    return PractitionerFactory(name="Roy Diaz", user__first_name="Roy")


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
def day(riverside):
    """A week from today, where the clinic is."""
    return timezone.localdate(timezone=riverside.zone) + timedelta(days=7)


@pytest.fixture
def at(day, riverside):
    return lambda hour, minute=0: datetime.combine(day, time(hour, minute), tzinfo=riverside.zone)


@pytest.fixture
def people():
    """people("Ana Ortiz") is a patient with an address of her own."""

    def register(name):
        given, family = name.split()
        return PatientFactory(given_name=given, family_name=family, email=f"{given.lower()}@example.com")

    return register


@pytest.fixture
def desk(sign_in):
    """desk("Dana") gives the page of that colleague, who sits in front of a calendar's width."""
    return lambda name: sign_in(UserFactory(role="Front desk", first_name=name), **AWAY)


def placed(visit):
    visit.refresh_from_db()
    return visit.practitioner.name, visit.starts_at


# Two desks and one calendar


def test_two_desks_want_the_same_time_and_then_the_same_visit(needling, kim, roy, people, at, day, desk):
    ana, bo = people("Ana Ortiz"), people("Bo Chen")
    early = AppointmentFactory(practitioner=kim, service=needling, start=at(8))
    dana, sam = desk("Dana"), desk("Sam")

    for page, name in [(dana, "ort"), (sam, "che")]:
        open_day(page, day, early)
        click_cell(page, "Roy Diaz", early, minutes=120)
        ask_for(page, name, needling)
        expect(page.locator("[name=slot]:checked + strong")).to_contain_text("10:00")
    visits = [take_wanted_time(sam), lose_it_and_take_the_next(dana)]
    assert [(visit.patient, *placed(visit)) for visit in visits] == [
        (bo, "Roy Diaz", at(10)),
        (ana, "Roy Diaz", visits[1].starts_at),
    ]

    move_to_a_colleague_and_back(dana, visits[0], early, day, at)
    both_move_it(dana, sam, visits[0], early, day, at)


def ask_for(page, letters, service):
    """Who and what; with whom and when was said by the cell."""
    page.wait_for_url("**/schedule/book/**")
    page.get_by_label("Who").press_sequentially(letters)
    page.get_by_label("What").select_option(label=service.name)


def take_wanted_time(page):
    page.get_by_role("button", name="Book", exact=True).click()
    return booked(page)


def booked(page):
    page.wait_for_url(re.compile(r"/schedule/\d+/$"))
    expect(page.locator("#toasts")).to_contain_text("Booked")
    return Appointment.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])


def lose_it_and_take_the_next(page):
    page.get_by_role("button", name=re.compile("^Book")).click()
    expect(page.locator("[data-errors]")).to_contain_text("10:00 was just taken. Roy Diaz is with Bo")
    expect(page.locator("[data-errors]")).to_contain_text("Nothing is booked.")
    expect(page.get_by_role("radio", name="Ortiz, Ana")).to_be_checked()
    page.locator(".slot", has_text="Roy Diaz").locator("[name=slot]").first.check()
    page.get_by_role("button", name=re.compile("^Book")).click()
    return booked(page)
