"""Settings, services: the list, the editor with its stages, and what it says no to."""

import re
from html import unescape

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from clinic.bars import pieces
from clinic.models import Location, ScopeRule, Service, Stage
from clinic.practice import offering
from clinic.practice.pace import pace
from tests.factories import (
    DeviceFactory,
    LocationFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

LIST = "/settings/services/"
ADD = "/settings/services/add/"
HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script> \u202eevil\u200f 😀"
STAGES = [("Needling", 20, "p"), ("Rest", 25, "d"), ("Removal", 15, "p")]

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(role="Manager")
    client.force_login(user)
    return user


@pytest.fixture
def kim():
    return PractitionerFactory(name="Kim")


@pytest.fixture
def clinic(kim):
    """Somebody to give a service, a table and a unit to give it with."""
    TableFactory()
    DeviceFactory()
    return kim


def rows(stages):
    """Stages as the page sends them: name, minutes, and letters for p(ractitioner), d(evice), e(lastic)."""
    sent = {}
    for number, (name, minutes, needs) in enumerate(stages):
        sent |= {f"stage-{number}-name": name, f"stage-{number}-minutes": minutes}
        words = {"p": "needs_practitioner", "d": "needs_device", "e": "elastic"}
        sent |= {f"stage-{number}-{words[letter]}": "on" for letter in needs}
    return sent


def filled(practitioner, stages=STAGES, **changes):
    wish = {
        "name": "Neuropuncture",
        "techniques": ["needling", "estim"],
        "price": "95.50",
        "colour": "#34528c",
        "spot": "table",
        "turnover_minutes": "10",
        "buffer_minutes": "5",
        "notice_hours": "1.5",
        "active": "on",
        "practitioners": [practitioner.pk],
    }
    return wish | rows(stages) | changes


def address(service):
    return f"{LIST}{service.pk}/"


def seen(page):
    return re.search(r'name="seen" value="(\w*)"', page.content.decode())[1]


def text(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def stages_on(page):
    """[(name, minutes)] of the rows on the page."""
    html = page.content.decode()
    value = r'name="stage-\d+-{}"[^>]*?value="([^"]*)"|value="([^"]*)"[^>]*?name="stage-\d+-{}"'
    names, minutes = (["".join(found) for found in re.findall(value.format(f, f), html)] for f in ("name", "minutes"))
    return list(zip(names, minutes, strict=True))


def change(client, service, practitioner, **changes):
    """Open the page of a service and send it."""
    page = client.get(address(service))
    return client.post(address(service), filled(practitioner, seen=seen(page), **changes))


# Who may


def test_every_page_asks_for_a_login(client):
    service = ServiceFactory()

    for url in (LIST, ADD, address(service)):
        assert "/accounts/login/" in client.get(url).headers["Location"]


@pytest.mark.parametrize("role", ["Front desk", "Practitioner", None])
def test_services_are_the_managers(client, role, clinic):
    service = ServiceFactory(by=[clinic])
    client.force_login(UserFactory(role=role))

    answers = [client.get(url) for url in (LIST, ADD, address(service))]
    answers += [client.post(url, filled(clinic)) for url in (ADD, address(service))]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert Service.objects.get() == service


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30])
def test_an_unknown_service_is_not_found(client, manager, pk):
    assert client.get(f"{LIST}{pk}/").status_code == 404
    assert client.post(f"{LIST}{pk}/", {"act": "add"}).status_code == 404
    assert client.get(f"{ADD}?like={pk}").status_code == 404


def test_a_service_to_copy_that_is_no_number_is_not_found(client, manager):
    assert client.get(f"{ADD}?like=٣").status_code == 404


# The list


def test_the_list_shows_each_service_with_its_stages_and_people(client, manager, clinic):
    ServiceFactory(name="Acupuncture", by=[clinic], price=85)

    page = client.get(LIST)

    assert "Acupuncture" in text(page)
    assert "Kim" in text(page)
    assert "Rest 25 minutes, resting" in page.content.decode()


def test_an_empty_list_says_what_to_do(client, manager):
    assert "Add the first" in text(client.get(LIST))


def test_the_list_costs_the_same_for_one_and_for_three(client, manager, clinic):
    ServiceFactory(by=[clinic])
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _ in range(2):
        ServiceFactory(by=[PractitionerFactory(), PractitionerFactory()])
        TableFactory(location=LocationFactory(name=f"Place {_}"))

    with CaptureQueriesContext(connection) as three:
        client.get(LIST)

    assert len(three) == len(one)


def test_the_editor_costs_the_same_for_one_practitioner_and_for_three(client, manager, clinic):
    service = ServiceFactory(by=[clinic])
    with CaptureQueriesContext(connection) as one:
        client.get(address(service))
    service.practitioners.add(PractitionerFactory(), PractitionerFactory())

    with CaptureQueriesContext(connection) as three:
        client.get(address(service))

    assert len(three) == len(one)


def test_the_list_says_what_keeps_a_service_from_being_booked(client, manager, kim):
    ServiceFactory(by=[kim])

    assert "No location has a table" in text(client.get(LIST))


# Saving


def test_a_service_is_saved_whole(client, manager, clinic):
    stages = [("Needling", 20, "p"), ("Rest", 25, "de"), ("Removal", 15, "p")]

    answer = client.post(ADD, filled(clinic, stages, bookable_online="on"))

    service = Service.objects.get()
    assert answer.headers["Location"] == LIST
    assert (service.name, service.price, service.colour, service.spot) == ("Neuropuncture", 95.50, "#34528c", "table")
    assert (service.turnover_minutes, service.buffer_minutes, service.notice_minutes) == (10, 5, 90)
    assert (service.bookable_online, service.active) == (True, True)
    assert list(service.practitioners.all()) == [clinic]
    assert [(s.name, s.minutes, s.needs_practitioner, s.needs_device, s.elastic) for s in service.stages.all()] == [
        ("Needling", 20, True, False, False),
        ("Rest", 25, False, True, True),
        ("Removal", 15, True, False, False),
    ]


def test_what_is_saved_is_what_the_page_shows_next(client, manager, clinic):
    client.post(ADD, filled(clinic))
    service = Service.objects.get()

    page = client.get(address(service))

    assert stages_on(page) == [("Needling", "20"), ("Rest", "25"), ("Removal", "15")]
    assert 'value="1.5"' in page.content.decode()


def test_a_second_press_adds_no_second_service(client, manager, clinic):
    client.post(ADD, filled(clinic))

    again = client.post(ADD, filled(clinic))

    assert again.status_code == 409
    assert "There is a service called Neuropuncture already." in text(again)
    assert Service.objects.count() == 1


def test_a_name_in_other_letters_is_the_same_name(client, manager, clinic):
    ServiceFactory(name="NEUROPUNCTURE")

    assert "already" in text(client.post(ADD, filled(clinic)))
    assert Service.objects.count() == 1


def test_changed_stages_replace_the_old_ones(client, manager, clinic):
    service = ServiceFactory(by=[clinic])

    answer = change(client, service, clinic, stages=[("Talk", 30, "p"), ("Rest", 30, "")])

    assert answer.status_code == 302
    assert list(service.stages.values_list("position", "name", "minutes")) == [(1, "Talk", 30), (2, "Rest", 30)]


def test_stages_that_stay_as_they_are_are_not_written_again(client, manager, clinic):
    client.post(ADD, filled(clinic))
    service = Service.objects.get()
    before = list(service.stages.values_list("pk", flat=True))

    change(client, service, clinic, price="99")

    assert list(Stage.objects.values_list("pk", flat=True)) == before
    assert Service.objects.get().price == 99


def test_the_page_says_that_booked_visits_keep_their_stages(client, manager, clinic):
    page = client.get(address(ServiceFactory(by=[clinic])))

    assert "Visits that are booked keep the stages they were booked with" in text(page)


def test_a_copy_opens_filled_and_writes_nothing(client, manager, clinic):
    service = ServiceFactory(name="Acupuncture", by=[clinic])

    page = client.get(f"{ADD}?like={service.pk}")

    assert stages_on(page) == [("Needling", "20"), ("Rest", "25"), ("Removal", "15")]
    assert 'value="Acupuncture"' not in page.content.decode()
    assert Service.objects.count() == 1


def test_the_history_says_who(client, manager, clinic):
    client.post(ADD, filled(clinic))

    (event,) = Service.objects.get().service_history.all()
    assert event.pgh_context.metadata["user"] == manager.pk


# Two at once


def test_the_second_of_two_managers_sees_both_versions_and_loses_nothing(client, manager, clinic):
    service = ServiceFactory(name="Acupuncture", by=[clinic])
    page = client.get(address(service))
    change(client, service, clinic, name="Theirs", price="70")

    answer = client.post(address(service), filled(clinic, name="Mine", seen=seen(page)))

    assert answer.status_code == 409
    assert "Somebody else saved this while you were editing it." in text(answer)
    assert "Name Theirs Mine" in text(answer)
    assert 'value="Mine"' in answer.content.decode()
    assert Service.objects.get().name == "Theirs"


def test_whoever_saves_again_has_seen_both(client, manager, clinic):
    service = ServiceFactory(by=[clinic])
    page = client.get(address(service))
    change(client, service, clinic, name="Theirs")
    refused = client.post(address(service), filled(clinic, name="Mine", seen=seen(page)))

    answer = client.post(address(service), filled(clinic, name="Mine", seen=seen(refused)))

    assert answer.status_code == 302
    assert Service.objects.get().name == "Mine"


def test_a_page_without_its_mark_saves_nothing(client, manager, clinic):
    service = ServiceFactory(name="Acupuncture", by=[clinic])

    assert client.post(address(service), filled(clinic)).status_code == 409
    assert Service.objects.get().name == "Acupuncture"


# Rows without script


def press(client, act, stages=STAGES, headers=None):
    return client.post(ADD, {"name": "Half", "act": act} | rows(stages), headers=headers)


@pytest.mark.parametrize(
    ("act", "names"),
    [
        ("add", ["Needling", "Rest", "Removal", ""]),
        ("remove-1", ["Needling", "Removal"]),
        ("up-2", ["Needling", "Removal", "Rest"]),
        ("down-0", ["Rest", "Needling", "Removal"]),
        ("up-0", ["Needling", "Rest", "Removal"]),
        ("down-2", ["Needling", "Rest", "Removal"]),
        ("remove-99", ["Needling", "Rest", "Removal"]),
        ("remove-²", ["Needling", "Rest", "Removal"]),
        ("nonsense", ["Needling", "Rest", "Removal"]),
    ],
)
def test_a_button_rearranges_the_stages_and_saves_nothing(client, manager, clinic, act, names):
    page = press(client, act)

    html = page.content.decode()
    fields = re.findall(r'<input[^>]*-name"[^>]*>', html)
    assert [(re.search(r'value="([^"]*)"', field) or ["", ""])[1] for field in fields] == names
    assert 'value="Half"' in html
    assert "needs mending" not in html
    assert not Service.objects.exists()


def test_half_typed_stages_come_back_as_they_were(client, manager, clinic):
    page = press(client, "add", [("Needling", "twenty", "p")])

    assert 'value="twenty"' in page.content.decode()


def test_the_rows_alone_answer_htmx(client, manager, clinic):
    html = press(client, "add", headers=HTMX).content.decode()

    assert len(re.findall(r'<input[^>]*-name"', html)) == 4
    assert "<html" not in html


def test_the_drawing_alone_answers_htmx_while_somebody_types(client, manager, clinic):
    html = press(client, "draw", [("Needling", 20, "p"), ("Rest", "", "")], headers=HTMX).content.decode()

    assert 'aria-label="Needling 20 minutes, hands-on"' in html
    assert "<input" not in html


# What it says no to


@pytest.mark.parametrize(
    ("stages", "sentence"),
    [
        ([("Needling", 0, "p")], "Stage 1: A stage takes 5 to 240 minutes."),
        ([("Needling", 600, "p")], "Stage 1: A stage takes 5 to 240 minutes."),
        ([("Needling", -5, "p")], "Stage 1: A stage takes 5 to 240 minutes."),
        ([("Needling", 12, "p")], "Stage 1: Write full five minutes, such as 5, 10 or 15."),
        ([("Needling", "", "p")], "Stage 1: Write how many minutes."),
        ([("Needling", "x", "p")], "Stage 1: Write a whole number of minutes."),
        ([("Needling", "9" * 400, "p")], "Stage 1:"),
        ([("Needling", 20, "p"), ("", 20, "p")], "Stage 2: Name this stage."),
        ([("N" * 61, 20, "p")], "Stage 1: Write at most 60 letters."),
        ([], "Add a stage. A service has at least one."),
        ([("Needling", 5, "p")] * 13, "A service has at most 12 stages. This one has 13."),
        ([("Needling", 240, "p")] * 4, "A visit takes at most 12 hours. Shorten a stage."),
        ([("Rest", 20, "")], "The practitioner is in none of the stages."),
    ],
)
def test_stages_that_cannot_be_are_refused_where_they_stand(client, manager, clinic, stages, sentence):
    page = client.post(ADD, filled(clinic, stages))

    assert sentence in text(page)
    assert not Service.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Name the service."),
        ({"name": "N" * 81}, "Write at most 80 letters."),
        ({"name": "N" * 100_000}, "Write at most 80 letters."),
        ({"techniques": []}, "Choose what is done."),
        ({"techniques": ["surgery"]}, "Choose techniques from the list."),
        ({"price": "-1"}, "A price is not below 0."),
        ({"price": "1e9"}, "A price is below 1,000,000."),
        ({"price": "NaN"}, "Write the price as a number"),
        ({"price": "1.005"}, "at most two decimals"),
        ({"colour": "red"}, "Write the colour as # and six digits"),
        ({"spot": "floor"}, "Choose from the list."),
        ({"turnover_minutes": "125"}, "A turnover takes 0 to 120 minutes."),
        ({"turnover_minutes": "7"}, "Write full five minutes"),
        ({"buffer_minutes": "999999999999"}, "A buffer takes 0 to 120 minutes."),
        ({"notice_hours": "1441"}, "Notice is at most 1440 hours"),
        ({"notice_hours": "-1"}, "Notice is not below 0 hours."),
        ({"practitioners": ["999999"]}, "Choose practitioners from the list."),
        ({"practitioners": ["9" * 30]}, "Choose practitioners from the list."),
        ({"practitioners": ["x"]}, "Choose practitioners from the list."),
    ],
)
def test_a_wrong_field_says_so_and_keeps_what_was_typed(client, manager, clinic, changes, sentence):
    page = client.post(ADD, filled(clinic, **changes))

    assert page.status_code == 200
    assert sentence in text(page)
    assert "What you typed is still here." in text(page)
    assert not Service.objects.exists()


def test_hostile_text_is_only_text(client, manager, clinic):
    client.post(ADD, filled(clinic, [(HOSTILE[:60], 20, "p")], name=HOSTILE))

    for url in (LIST, address(Service.objects.get())):
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html
        assert "\u202e" not in html


def test_a_name_is_one_line_as_it_stands_in_subjects_and_calendars(client, manager, clinic):
    client.post(ADD, filled(clinic, [("Rest\r\nand warmth", 20, "p")], name="Ear\nBcc: all"))

    assert Service.objects.get().name == "Ear Bcc: all"
    assert Stage.objects.get().name == "Rest and warmth"


def test_a_zero_byte_is_refused_before_anything_is_written(client, manager, clinic):
    assert client.post(ADD, filled(clinic, name="a\x00b")).status_code == 400
    assert not Service.objects.exists()


# Nobody could serve it


def test_an_active_service_is_offered_by_somebody(client, manager, clinic):
    answer = client.post(ADD, filled(clinic, practitioners=[]))

    assert answer.status_code == 409
    assert "Nobody who works here offers this service." in text(answer)
    assert not Service.objects.exists()


def test_an_active_service_has_something_to_be_given_on(client, manager, clinic):
    answer = client.post(ADD, filled(clinic, spot="chair"))

    assert "No location has a community chair." in text(answer)
    assert not Service.objects.exists()


def test_an_active_service_that_needs_a_unit_has_one(client, manager, kim):
    TableFactory()
    DeviceFactory(out_of_service="Cable")

    answer = client.post(ADD, filled(kim))

    assert "A stage needs an e-stim unit, and no location has one in use." in text(answer)


def test_the_table_and_the_unit_are_at_one_place(client, manager, kim):
    TableFactory()
    DeviceFactory(location=LocationFactory(name="Hillside"))

    answer = client.post(ADD, filled(kim))

    assert "No location has both a table and an e-stim unit in use." in text(answer)


def test_a_closed_location_serves_nobody(client, manager, clinic):
    Location.objects.update(active=False)

    assert "No location has a table" in text(client.post(ADD, filled(clinic)))


def test_a_service_that_is_not_offered_yet_may_lack_all_of_it(client, manager, kim):
    wish = filled(kim, practitioners=[])
    del wish["active"]

    assert client.post(ADD, wish).status_code == 302
    assert not Service.objects.get().active


# Licences


def test_who_lacks_a_licence_is_said_with_technique_and_jurisdiction(client, manager, clinic):
    ScopeRule.objects.filter(technique="cupping").delete()
    service = ServiceFactory(techniques=["needling", "cupping"], by=[clinic])

    for page in (client.get(LIST), client.get(address(service))):
        assert "Kim has no licence in CO for: Cupping." in text(page)


def test_a_missing_licence_warns_and_does_not_refuse(client, manager, clinic):
    ScopeRule.objects.all().delete()

    assert client.post(ADD, filled(clinic)).status_code == 302


def test_who_has_no_hours_is_not_asked_for_a_licence(client, manager, clinic):
    idle = PractitionerFactory(name="Roy", hours=False, licensed=False)
    ServiceFactory(by=[clinic, idle])

    assert "Roy has no licence" not in text(client.get(LIST))


@pytest.mark.parametrize("minutes", [0, 7, 245])
def test_the_database_keeps_stages_on_the_grid_of_five_minutes(minutes):
    with pytest.raises(IntegrityError, match="stage_takes"):
        Stage.objects.create(service=ServiceFactory(), position=9, name="Rest", minutes=minutes)


# The bar and the pace


def stage(minutes, practitioner=True, device=False):
    needs = {"needs_practitioner": practitioner, "needs_device": device}
    return {"name": "Stage", "minutes": minutes, "elastic": False, **needs}


def test_a_piece_is_as_wide_as_its_stage_is_long():
    drawn = pieces([stage(20), stage(60, False, True), stage(20, False)])

    assert [(piece.left, piece.width) for piece in drawn] == [
        ("0.000%", "20.000%"),
        ("20.000%", "60.000%"),
        ("80.000%", "20.000%"),
    ]
    assert [piece.word for piece in drawn] == ["hands-on", "e-stim, alone", "resting"]


def test_the_pace_says_how_many_tables_keep_one_practitioner_busy():
    counted = pace([stage(20), stage(25, False), stage(15)], turnover=10, buffer=0)

    assert (counted.whole, counted.hands_on) == (60, 35)
    assert (counted.table_every, counted.practitioner_every, counted.tables) == (70, 35, 2)


def test_a_visit_without_the_practitioner_has_no_pace_of_theirs():
    assert pace([stage(30, False)], turnover=0, buffer=5).practitioner_every is None


def test_words_tell_every_field_that_can_be_saved():
    details = offering.details_of(ServiceFactory())

    for name in offering.DETAILS:
        other = details | {name: changed(details[name], name)}
        assert offering.told(other, [], []) != offering.told(details, [], [])


def changed(value, name):
    known = {"techniques": ["cupping"], "spot": "chair", "colour": "#000000", "name": "Other"}
    if isinstance(value, bool):
        return not value
    return known[name] if name in known else value + 1
