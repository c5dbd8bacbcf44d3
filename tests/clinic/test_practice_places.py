"""Locations, tables, chairs and e-stim units, as a manager edits them in Settings."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from clinic.models import Device, Location, Table
from clinic.practice import places, zones
from clinic.practice.errors import NameTaken, OutAlready, SavedMeanwhile
from clinic.practice.writing import digest, told
from tests.factories import AppointmentFactory, DeviceFactory, LocationFactory, TableFactory, UserFactory

pytestmark = pytest.mark.django_db

RIVERSIDE = {
    "name": "Riverside",
    "address": "1 River Street",
    "phone": "555-0100",
    "cancel_hours": "24",
    "zone_name": "America/New_York",
    "jurisdiction": "co",
}
HOSTILE = ["<script>alert(1)</script>", "\u202eAna 🪡", "x" * 5000, "'; drop table clinic_location; --"]


@pytest.fixture
def manager(client):
    user = UserFactory(role="Manager", first_name="Robin")
    client.force_login(user)
    return user


def sent(client, url, **changes):
    """What the page at that address would send as it stands, with these changes."""
    form = client.get(url).context["form"]
    held = {field.html_name: field.value() for field in form}
    return {name: value for name, value in (held | changes).items() if value is not None and value is not False}


# Doors


@pytest.fixture
def rows(db):
    location = LocationFactory()
    return {"location": location, "table": TableFactory(location=location), "unit": DeviceFactory(location=location)}


PAGES = [
    ("places", None),
    ("add_location", None),
    ("location", "location"),
    ("add_tables", "location"),
    ("add_unit", "location"),
    ("table", "table"),
    ("unit", "unit"),
    ("take_out", "unit"),
]
POSTS = [("put_back", "unit")]


def address(name, row):
    return reverse(f"practice:{name}", args=[row.pk] if row else [])


@pytest.mark.parametrize(("name", "row"), PAGES + POSTS)
def test_a_stranger_is_sent_to_sign_in(client, rows, name, row):
    answer = client.post(address(name, rows.get(row)))

    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("role", ["Front desk", "Practitioner"])
@pytest.mark.parametrize(("name", "row"), PAGES + POSTS)
def test_only_a_manager_may_change_places(client, rows, name, row, role):
    client.force_login(UserFactory(role=role))

    method = client.post if (name, row) in POSTS else client.get

    assert method(address(name, rows.get(row))).status_code == 403


@pytest.mark.parametrize(("name", "row"), [page for page in PAGES if page[1]])
def test_an_unknown_number_is_not_found(client, manager, name, row):
    assert client.get(reverse(f"practice:{name}", args=[987654])).status_code == 404


@pytest.mark.parametrize(("name", "row"), POSTS)
def test_a_get_changes_nothing(client, manager, rows, name, row):
    assert client.get(address(name, rows[row])).status_code == 405


# Locations


def test_a_manager_adds_a_location_and_comes_to_its_tables(client, manager):
    answer = client.post(reverse("practice:add_location"), RIVERSIDE)

    location = Location.objects.get()
    assert answer["Location"] == reverse("practice:add_tables", args=[location.pk])
    assert (location.name, location.jurisdiction, location.active) == ("Riverside", "CO", True)


def test_a_location_sent_twice_is_there_once(client, manager):
    client.post(reverse("practice:add_location"), RIVERSIDE)

    answer = client.post(reverse("practice:add_location"), RIVERSIDE)

    assert answer.status_code == 409
    assert "There is a location called Riverside already" in answer.text
    assert Location.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Name the location"),
        ("zone_name", "Atlantis/Deep", "Choose a time zone from the list"),
        ("zone_name", "../../etc/passwd", "Choose a time zone from the list"),
        ("jurisdiction", "C O!", "Write the code in letters"),
        ("jurisdiction", "", "Write the state or country code"),
        ("address", "x" * 5000, "at most 200"),
        ("email", "desk@", "Write the whole e-mail address"),
        ("email", "desk@example.com\r\nBcc: all@example.com", "Write the whole e-mail address"),
        ("email", f"desk@{'x' * 60}.{'x' * 60}.{'x' * 60}.{'x' * 60}.{'x' * 60}.com", "at most 254"),
    ],
)
def test_what_a_location_lacks_is_said_at_its_field(client, manager, field, value, sentence):
    answer = client.post(reverse("practice:add_location"), RIVERSIDE | {field: value})

    assert answer.status_code == 200
    assert sentence in answer.context["form"].errors[field][0]
    assert not Location.objects.exists()


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["name", "address", "phone", "jurisdiction"])
def test_hostile_text_is_kept_as_text_or_refused(client, manager, field, text):
    answer = client.post(reverse("practice:add_location"), RIVERSIDE | {field: text})

    page = client.get(reverse("practice:places"))
    assert answer.status_code in {200, 302}
    assert "<script>alert" not in page.text + answer.text
    assert "\u202e" not in page.text


def test_a_change_is_saved_and_kept_in_the_history(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])

    client.post(url, sent(client, url, phone="555-0199"))

    location.refresh_from_db()
    assert location.phone == "555-0199"
    assert location.location_history.last().pgh_context.metadata["user"] == manager.pk


def test_a_location_says_where_answers_go_and_whether_messages_name_the_service(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])
    before = client.get(url).text

    client.post(url, sent(client, url, email="desk@example.com", names_services="on"))

    location.refresh_from_db()
    assert (location.email, location.names_services) == ("desk@example.com", True)
    assert "answers and news about failed messages come here" in before
    assert "Off, a message says nothing of what the visit is for." in before
    assert f'href="{reverse("reminders:letters")}">the words of a message</a> hold {{planned}} or {{service}}' in before


def test_a_new_location_names_no_services(client, manager):
    client.post(reverse("practice:add_location"), RIVERSIDE)

    assert (Location.objects.get().email, Location.objects.get().names_services) == ("", False)


def test_a_location_says_until_when_patients_cancel_online(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])
    before = client.get(url).context["form"]["cancel_hours"].value()

    client.post(url, sent(client, url, cancel_hours="48"))

    location.refresh_from_db()
    assert (before, location.cancel_hours) == (24, 48)


@pytest.mark.parametrize("hours", ["", "-1", "169", "1.5", "soon", "<script>", "9" * 30])
def test_hours_to_cancel_are_a_number_within_a_week(client, manager, hours):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])

    answer = client.post(url, sent(client, url, cancel_hours=hours))

    location.refresh_from_db()
    assert answer.context["form"].errors["cancel_hours"] == ["Write the hours: a number from 0 to 168."]
    assert location.cancel_hours == 24


def test_the_database_refuses_more_than_a_week(db):
    with pytest.raises(IntegrityError, match="online_until_a_week_before_at_most"):
        LocationFactory(cancel_hours=169)


def test_the_second_of_two_managers_is_shown_both_versions(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])
    mine = sent(client, url, phone="555-0111")
    Location.objects.update(phone="555-0222")

    answer = client.post(url, mine)

    location.refresh_from_db()
    assert answer.status_code == 409
    assert answer.context["form"].clashes == [("Phone", "555-0222", "555-0111")]
    assert 'value="555-0111"' in answer.text
    assert location.phone == "555-0222"


def test_whoever_has_seen_both_versions_may_save(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])
    mine = sent(client, url, phone="555-0111")
    Location.objects.update(phone="555-0222")
    seen = client.post(url, mine).context["form"]["seen"].value()

    answer = client.post(url, mine | {"seen": seen})

    location.refresh_from_db()
    assert answer.status_code == 302
    assert location.phone == "555-0111"


def test_a_page_without_what_was_seen_saves_nothing(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])

    answer = client.post(url, sent(client, url, phone="555-0111", seen="nonsense"))

    assert answer.status_code == 409


def test_a_new_time_zone_must_be_meant(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])
    wanted = sent(client, url, zone_name="America/Denver")

    answer = client.post(url, wanted)

    location.refresh_from_db()
    assert "Visits that are booked stay at their moment" in answer.context["form"].errors["zone_moves"][0]
    assert location.zone_name == "America/New_York"


def test_a_new_time_zone_that_is_ticked_is_saved(client, manager):
    location = LocationFactory()
    url = reverse("practice:location", args=[location.pk])

    client.post(url, sent(client, url, zone_name="America/Denver", zone_moves="on"))

    location.refresh_from_db()
    assert location.zone_name == "America/Denver"


def test_every_zone_in_the_list_is_one_and_an_old_spelling_stays_choosable():
    grouped = [name for _, cities in zones.choices()[1:] for name, _ in cities]

    assert "America/New_York" in grouped
    assert "Australia/Lord_Howe" in grouped
    assert zones.with_zone("US/Eastern")[-1] == ("As it is", [("US/Eastern", "US/Eastern")])


# Tables and chairs


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Table 1", ["Table 1"]),
        ("Chair 1-3", ["Chair 1", "Chair 2", "Chair 3"]),
        ("Chair 9–11", ["Chair 9", "Chair 10", "Chair 11"]),
        ("1 to 2", ["1", "2"]),
        ("Chair 3-1", ["Chair 3-1"]),
        ("Room 1-900", ["Room 1-900"]),
        ("Wing A-7", ["Wing A-7"]),
    ],
)
def test_a_name_may_mean_several(text, meant):
    assert places.names(text) == meant


def test_six_chairs_are_added_at_once(client, manager):
    location = LocationFactory()
    url = reverse("practice:add_tables", args=[location.pk])

    client.post(url, {"name": "Chair 1-6", "room": "Community room", "chair": "chair"})

    assert [table.name for table in Table.objects.order_by("name")] == [f"Chair {n}" for n in range(1, 7)]
    assert all(table.chair for table in Table.objects.all())


@pytest.mark.parametrize("chair", ["", "sofa"])
def test_what_it_is_must_be_one_of_the_two(client, manager, chair):
    url = reverse("practice:add_tables", args=[LocationFactory().pk])

    answer = client.post(url, {"name": "Table 1", "room": "Willow room", "chair": chair})

    assert answer.context["form"].errors["chair"] == ["Choose what it is."]
    assert not Table.objects.exists()


def test_a_table_may_become_a_chair(client, manager):
    table = TableFactory()
    url = reverse("practice:table", args=[table.pk])

    client.post(url, sent(client, url, chair="chair"))

    table.refresh_from_db()
    assert table.chair


def test_if_one_of_several_is_there_already_none_is_added(client, manager):
    table = TableFactory(name="Chair 3")
    url = reverse("practice:add_tables", args=[table.location.pk])

    answer = client.post(url, {"name": "Chair 1-6", "room": "Community room", "chair": "chair"})

    assert answer.status_code == 409
    assert "Riverside has something called Chair 3 already" in answer.context["form"].errors["name"][0]
    assert Table.objects.count() == 1


def test_a_table_is_taken_out_of_use_and_its_visits_are_told(client, manager):
    visit = AppointmentFactory(start=soon())
    url = reverse("practice:table", args=[visit.table.pk])

    answer = client.post(url, sent(client, url, active=None), follow=True)

    visit.table.refresh_from_db()
    assert not visit.table.active
    assert "1 coming visit no longer fits" in answer.text


def test_a_change_that_strands_nobody_says_nothing(client, manager):
    visit = AppointmentFactory(start=soon())
    url = reverse("practice:table", args=[visit.table.pk])

    answer = client.post(url, sent(client, url, room="Cedar room"), follow=True)

    assert "no longer fit" not in answer.text


def soon():
    """Ten in New York within the next days."""
    return (timezone.now() + timedelta(days=7)).replace(hour=16, minute=0, second=0, microsecond=0)


def test_two_tables_of_one_name_at_one_location_are_refused(client, manager):
    TableFactory(name="T1")
    other = TableFactory(name="T2")
    url = reverse("practice:table", args=[other.pk])

    answer = client.post(url, sent(client, url, name="t1"))

    assert answer.status_code == 409
    assert Table.objects.filter(name="T2").exists()


# E-stim units

UNIT = {"name": "Unit 1", "model": "Brookline 6", "serial": "BL6-1", "channels": "6", "max_hz": "150"}


def test_a_unit_is_added(client, manager):
    location = LocationFactory()

    client.post(reverse("practice:add_unit", args=[location.pk]), UNIT | {"service_due": "2031-05-01"})

    unit = Device.objects.get()
    assert (unit.location, unit.channels, unit.max_hz, unit.active) == (location, 6, 150, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("channels", "0"),
        ("channels", "99999999999999"),
        ("max_hz", "1001"),
        ("max_hz", "many"),
        ("service_due", "2031-02-30"),
        ("service_due", "99999-01-01"),
        ("serial", ""),
    ],
)
def test_a_units_label_is_checked(client, manager, field, value):
    location = LocationFactory()

    answer = client.post(reverse("practice:add_unit", args=[location.pk]), UNIT | {field: value})

    assert list(answer.context["form"].errors) == [field]
    assert not Device.objects.exists()


def test_a_unit_goes_out_of_service_with_a_reason_and_comes_back(client, manager):
    unit = DeviceFactory()

    client.post(reverse("practice:take_out", args=[unit.pk]), {"reason": "Cable broken"})
    unit.refresh_from_db()
    assert unit.out_of_service == "Cable broken"
    assert "Cable broken" in client.get(reverse("practice:places")).text

    client.post(reverse("practice:put_back", args=[unit.pk]))
    unit.refresh_from_db()
    assert unit.out_of_service == ""


@pytest.mark.parametrize("reason", ["", "   ", "x" * 5000])
def test_a_unit_does_not_go_out_without_a_fit_reason(client, manager, reason):
    unit = DeviceFactory()

    answer = client.post(reverse("practice:take_out", args=[unit.pk]), {"reason": reason})

    unit.refresh_from_db()
    assert answer.context["form"].errors["reason"]
    assert unit.out_of_service == ""


def test_the_first_reason_stands():
    unit, robin = DeviceFactory(), UserFactory()
    places.take_out(unit=unit, reason="Cable broken", by=robin)

    with pytest.raises(OutAlready, match="Cable broken"):
        places.take_out(unit=unit, reason="Lost", by=robin)


def test_whoever_takes_it_out_second_reads_the_first_reason(client, manager):
    unit = DeviceFactory(out_of_service="Cable broken")

    answer = client.post(reverse("practice:take_out", args=[unit.pk]), {"reason": "Lost"})

    assert answer.status_code == 409
    assert "Cable broken" in answer.context["form"].errors["reason"][0]


def test_a_unit_changed_meanwhile_is_not_overwritten():
    unit, robin = DeviceFactory(max_hz=100), UserFactory()
    seen = digest(told(unit, ["max_hz"]))
    Device.objects.update(max_hz=120)

    with pytest.raises(SavedMeanwhile) as refusal:
        places.save(row=unit, details={"name": unit.name, "max_hz": 90}, seen=seen, by=robin)

    assert refusal.value.theirs["Max hz"] == "120"


def test_a_unit_may_not_bear_a_tables_name():
    table = TableFactory(name="One")

    with pytest.raises(NameTaken):
        places.save(row=Device(location=table.location), details={"name": "One"}, by=UserFactory())


def test_an_empty_clinic_is_told_what_to_add_first(client, manager):
    assert "No location yet" in client.get(reverse("practice:places")).text


def test_the_list_costs_the_same_with_one_row_and_with_three(client, manager, django_assert_num_queries):
    def add(number):
        location = LocationFactory(name=f"Place {number}")
        TableFactory.create_batch(number, location=location)
        DeviceFactory.create_batch(number, location=location)

    add(1)
    client.get(reverse("practice:places"))
    with django_assert_num_queries(8):
        client.get(reverse("practice:places"))

    add(2)
    add(3)
    with django_assert_num_queries(8):
        client.get(reverse("practice:places"))
