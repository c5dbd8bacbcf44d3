"""Settings: the overview, and the guide that takes an empty database to the first booked visit."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import Location, Practitioner, Service, Table, TimeOff, User, WorkingHours
from clinic.practice.forms.rows import Rows
from desk import guide
from patients.models import Patient
from reminders.models import Rule
from scheduling.models import Appointment
from tests.factories import (
    AppointmentFactory,
    DeviceFactory,
    LocationFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

GUIDE, SETTINGS = "/settings/guide/", "/settings/"


@pytest.fixture
def manager(client, monday_ten):
    user = UserFactory(role="Manager", first_name="Robin")
    client.force_login(user)
    return user


def states(now):
    return {step.key: step.state for step in guide.steps(now)}


def tells(now, key):
    return next(step.tells for step in guide.steps(now) if step.key == key)


def clinic_of(**of_practitioner):
    """A clinic that could treat, but for what the arguments take away."""
    TableFactory()
    kim = PractitionerFactory(name="Kim", **of_practitioner)
    return kim, ServiceFactory(name="Acupuncture hour", by=[kim])


# Doors


@pytest.mark.parametrize("url", [GUIDE, SETTINGS])
def test_a_stranger_is_sent_to_sign_in(client, url):
    assert client.get(url).status_code == 302


@pytest.mark.parametrize("role", ["Front desk", "Practitioner"])
@pytest.mark.parametrize("url", [GUIDE, SETTINGS])
def test_only_a_manager_opens_settings(client, url, role):
    client.force_login(UserFactory(role=role))

    assert client.get(url).status_code == 403


@pytest.mark.parametrize("url", [GUIDE, SETTINGS])
def test_nothing_is_posted_to_them(client, manager, url):
    assert client.post(url).status_code == 405


# The guide


def test_an_empty_clinic_begins_with_a_location(monday_ten):
    found = states(monday_ten)

    assert found["location"] == "next"
    assert found["practitioner"] == "open"
    assert {found[key] for key in ("table", "licence", "scope", "service", "hours", "time", "visit")} == {"blocked"}


def test_the_next_step_moves_on(monday_ten):
    LocationFactory()

    found = states(monday_ten)

    assert (found["location"], found["table"]) == ("done", "next")


def test_a_clinic_that_can_treat_is_told_its_first_time(monday_ten):
    clinic_of()

    found = states(monday_ten)

    assert set(found.values()) == {"done", "next"}
    assert found["visit"] == "next"
    assert re.fullmatch(r"Acupuncture hour: Mon 13 May \d\d:\d\d with Kim", tells(monday_ten, "time"))


def test_without_a_licence_for_the_service_the_guide_names_who_lacks_it(monday_ten):
    kim, _ = clinic_of()
    kim.credentials.update(jurisdiction="NM")

    assert states(monday_ten)["scope"] == "next"
    assert tells(monday_ten, "time") == "Kim has no licence in CO for: Acupuncture."


def test_without_hours_the_guide_says_so(monday_ten):
    clinic_of(hours=False)

    assert states(monday_ten)["hours"] == "next"
    assert tells(monday_ten, "time") == "Nobody who offers Acupuncture hour has working hours from today on."


def test_hours_that_are_over_do_not_count(monday_ten):
    clinic_of()
    WorkingHours.objects.update(valid_until=monday_ten.date() - timedelta(days=1))

    assert states(monday_ten)["hours"] == "next"


def test_a_service_that_nobody_offers_is_named(monday_ten):
    _, service = clinic_of()
    service.practitioners.clear()

    assert states(monday_ten)["service"] == "next"
    assert "Nobody who works here offers this service" in tells(monday_ten, "time")


def test_a_service_without_stages_is_named(monday_ten):
    _, service = clinic_of()
    service.stages.all().delete()

    assert "Acupuncture hour has no stages yet" in tells(monday_ten, "time")


def test_a_clinic_that_is_closed_for_weeks_is_told_where_to_look(monday_ten):
    kim, _ = clinic_of()
    TimeOff.objects.create(
        location=kim.hours.first().location, span=(monday_ten - timedelta(days=1), monday_ten + timedelta(days=60))
    )

    assert states(monday_ten)["time"] == "next"
    assert "Look at hours, closures and time off" in tells(monday_ten, "time")


def test_what_is_archived_does_not_count(monday_ten):
    clinic_of()
    Table.objects.update(active=False)
    Practitioner.objects.update(active=False)

    found = states(monday_ten)

    assert (found["table"], found["practitioner"]) == ("next", "open")


def test_the_guide_is_over_with_the_first_visit(client, manager):
    assert guide.unfinished(manager) == GUIDE

    AppointmentFactory()

    assert guide.unfinished(manager) == ""


def test_the_guide_is_shown_to_nobody_else(db):
    assert guide.unfinished(UserFactory(role="Front desk")) == ""


@pytest.mark.parametrize("page", ["places", "add_location", "staff", "add_person", "scope", "add_service", "hours"])
def test_every_page_of_settings_leads_back_to_the_guide_until_the_first_visit(client, manager, page):
    back = f'<a class="nav-link" href="{GUIDE}">Guide</a>'

    assert back in client.get(reverse(f"practice:{page}")).text

    AppointmentFactory()
    assert back not in client.get(reverse(f"practice:{page}")).text


def test_today_leads_a_manager_to_the_guide(client, manager):
    assert f'href="{GUIDE}"' in client.get("/").text


def test_the_guide_costs_the_same_with_one_row_and_with_three(client, manager, django_assert_num_queries):
    clinic_of()
    client.get(GUIDE)
    with django_assert_num_queries(15):
        client.get(GUIDE)

    TableFactory.create_batch(2)
    ServiceFactory.create_batch(2, by=PractitionerFactory.create_batch(2))
    with django_assert_num_queries(15):
        client.get(GUIDE)


# The overview


def titles(client):
    return [card.title for card in client.get(SETTINGS).context["cards"]]


def test_a_manager_sees_every_part_of_the_frame(client, manager):
    assert titles(client)[:6] == [
        "Places",
        "E-stim units",
        "Services",
        "Staff",
        "Working hours",
        "Licences and scope",
    ]


def test_a_card_says_what_is_missing(client, manager):
    LocationFactory()
    PractitionerFactory(hours=False)
    DeviceFactory(out_of_service="Cable broken")

    text = client.get(SETTINGS).text

    assert "Riverside has no table." in text
    assert "1 out of service." in text
    assert "1 practitioner has none from today on." in text


def test_a_card_says_what_is_sent_and_where_no_answer_can_go(client, manager):
    LocationFactory()
    Rule.objects.filter(kind="reminder").update(active=False)
    off = Rule.objects.filter(active=False).count()

    text = client.get(SETTINGS).text

    assert f"{Rule.objects.count() - off} rules on, {off} off" in text
    assert "1 location has no e-mail address for answers." in text


def test_visits_that_no_longer_fit_are_counted(client, manager):
    visit = AppointmentFactory(start=timezone.now() + timedelta(days=7))
    Table.objects.filter(pk=visit.table.pk).update(active=False)

    assert "1 coming visit no longer fits" in client.get(SETTINGS).text


def test_settings_are_in_the_rail(client, manager):
    assert 'aria-current="page"' in client.get(SETTINGS).text


def test_the_overview_costs_the_same_with_one_row_and_with_three(client, manager, django_assert_num_queries):
    AppointmentFactory(start=timezone.now() + timedelta(days=7))
    DeviceFactory()
    client.get(SETTINGS)
    with django_assert_num_queries(26):
        client.get(SETTINGS)

    for days in (8, 9):
        AppointmentFactory(start=timezone.now() + timedelta(days=days))
        DeviceFactory(location=LocationFactory(name=f"Place {days}"))
    with django_assert_num_queries(26):
        client.get(SETTINGS)


# The whole way


def test_from_an_empty_database_to_a_booked_visit(client, monday_ten):
    """As `createsuperuser` leaves it, through every page that the guide leads to, by what the pages show alone."""
    admin = User.objects.create_superuser("Robin@Example.com", "needles-at-rest")
    assert client.post("/accounts/login/", {"login": admin.email, "password": "needles-at-rest"})["Location"] == "/"
    assert f'href="{GUIDE}"' in client.get("/").text

    follow(
        client,
        "location",
        name="Riverside",
        address="1 River Street",
        phone="555-0100",
        zone_name="America/New_York",
        jurisdiction="CO",
    )
    follow(client, "table", name="Table 1-2", room="Willow room", chair="table")
    follow(client, "practitioner", first_name="Kim", last_name="Lee", email="kim@example.com", roles=["Practitioner"])
    follow(client, "licence", kind="lac", number="CO-77", jurisdiction="CO", issued="2020-01-01")
    state(client, "scope", jurisdiction="CO", kind="lac")
    kim = Practitioner.objects.get()
    follow(client, "service", name="Acupuncture hour", techniques=["needling"], spot="table", practitioners=[kim.pk])
    page = client.get(step(client, "hours").url)
    client.post(step(client, "hours").url, as_it_stands(page) | {"act": "add"})
    set_hours(client, step(client, "hours").url)

    assert step(client, "time").state == "done"
    book(client, step(client, "visit").url)

    assert Appointment.objects.get().practitioner == kim
    assert step(client, "visit").state == "done"
    assert guide.unfinished(admin) == ""


def step(client, key):
    return next(one for one in client.get(GUIDE).context["steps"] if one.key == key)


def as_it_stands(page):
    """What the form of a page would send as it stands, its rows included."""
    form = page.context["form"]
    held = {field.html_name: field.value() for field in form}
    for rows in (part for part in vars(form).values() if isinstance(part, Rows)):
        held |= {field.html_name: field.value() for row in rows for field in row}
    return {name: value for name, value in held.items() if value is not None and value is not False}


def follow(client, key, **typed):
    """Open the page that the guide leads to, type, send; the step is done then."""
    assert step(client, key).state in {"next", "open"}
    url = step(client, key).url
    answer = client.post(url, as_it_stands(client.get(url)) | typed)

    assert answer.status_code == 302, answer.context["form"].errors
    assert step(client, key).state == "done"


def state(client, key, **typed):
    rules = client.get(step(client, key).url, typed)["Location"]
    allowed = {"needling-allowed": "on", "needling-source": "Board rule 4.1"}
    answer = client.post(rules, as_it_stands(client.get(rules)) | allowed)

    assert answer.status_code == 302
    assert step(client, key).state == "done"


def set_hours(client, url):
    location = Location.objects.get()
    rows = {
        f"row-{day}-{name}": value
        for day in range(7)
        for name, value in {
            "weekday": day,
            "location": location.pk,
            "weeks": 0,
            "starts": "09:00",
            "ends": "17:00",
            "valid_from": timezone.localdate().isoformat(),
        }.items()
    }
    answer = client.post(url, as_it_stands(client.get(url)) | rows)

    assert answer.status_code == 302, answer.context["form"].errors


def book(client, url):
    client.post(
        reverse("patients:register"),
        as_it_stands(client.get(reverse("patients:register")))
        | {"given_name": "Ana", "family_name": "Ortiz", "birth_date": "1971-03-12"},
    )
    patient, service = Patient.objects.get(), Service.objects.get()
    page = client.get(url, {"patient": patient.pk, "service": service.pk})
    wanted = dict(re.findall(r'name="(slot|request_key)"[^>]*value="([^"]+)"', page.text)[::-1])

    answer = client.post(url, {"patient": patient.pk, "service": service.pk, **wanted})

    assert answer.status_code == 302
