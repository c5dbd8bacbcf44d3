"""Moving a visit."""

from datetime import datetime, timedelta

import pytest

from scheduling import booking
from scheduling.models import Occupancy, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, TableFactory, UserFactory
from tests.scheduling.pages import NEW_YORK, NOW, slot, url

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("sam")
def test_a_visit_moves_to_an_offered_time(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    page = client.get(url("move", visit), {"day": "2030-05-14", "practitioner": kim.pk}).content.decode()
    tuesday = datetime(2030, 5, 14, 7, tzinfo=NEW_YORK)

    assert slot(kim, tuesday) in page
    answer = client.post(url("move", visit), {"slot": slot(kim, tuesday), "revision": 0})

    visit.refresh_from_db()
    assert (answer.url, visit.starts_at, visit.revision) == (visit.get_absolute_url(), tuesday, 1)
    assert "Moved: Ana " in (page := client.get(answer.url).content.decode())
    assert "Tue 14 May 07:00 with Kim." in page


@pytest.mark.usefixtures("sam")
def test_a_visit_is_no_obstacle_to_its_own_move(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)

    page = client.get(url("move", visit), {"day": "2030-05-13", "at": "10:30"}).content.decode()

    assert slot(kim, MONDAY_TEN + timedelta(minutes=30)) in page


@pytest.mark.usefixtures("sam")
def test_a_move_that_somebody_overtook_is_refused(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(minutes=30), by=UserFactory(first_name="Mia"))

    answer = client.post(url("move", visit), {"slot": slot(kim, MONDAY_TEN + timedelta(hours=3)), "revision": 0})

    assert answer.status_code == 409
    assert "Mia moved this visit to Mon 13 May, 10:30. Your move was not saved." in answer.content.decode()


@pytest.mark.usefixtures("sam")
def test_a_move_into_taken_time_keeps_the_visit_and_offers_others(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    AppointmentFactory(practitioner=kim, service=service, start=MONDAY_TEN + timedelta(hours=2))

    answer = client.post(url("move", visit), {"slot": slot(kim, MONDAY_TEN + timedelta(hours=2)), "revision": 0})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Kim is with Ana until 13:00. The visit stays where it was." in page
    assert page.count('name="slot"') == 3
    visit.refresh_from_db()
    assert (visit.starts_at, Occupancy.objects.filter(appointment=visit).count()) == (MONDAY_TEN, 2)


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("changes", [{"slot": "x"}, {"revision": "x"}, {"revision": str(10**30)}, {"slot": ""}])
def test_nonsense_moves_nothing(client, kim, service, changes):
    visit = AppointmentFactory(practitioner=kim, service=service)
    filled = {"slot": slot(kim, MONDAY_TEN + timedelta(hours=2)), "revision": 0}

    answer = client.post(url("move", visit), filled | changes)

    assert answer.status_code == 200
    visit.refresh_from_db()
    assert visit.starts_at == MONDAY_TEN


@pytest.mark.usefixtures("sam")
def test_a_visit_that_is_over_offers_no_times(client):
    visit = AppointmentFactory(status=Status.CANCELLED)

    page = client.get(url("move", visit)).content.decode()

    assert "Only a visit that is still to come can be moved." in page
    assert 'name="slot"' not in page


@pytest.mark.usefixtures("sam")
def test_the_toast_takes_the_move_back(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    answer = client.post(url("move", visit), {"slot": slot(kim, MONDAY_TEN + timedelta(hours=2)), "revision": 0})
    undo = f"{url('unmove', visit)}?revision=1"

    assert undo in client.get(answer.url).content.decode()
    back = client.post(undo)

    visit.refresh_from_db()
    assert (back.url, visit.starts_at) == (visit.get_absolute_url(), MONDAY_TEN)
    assert f"Undone: {visit.patient.name}, Mon 13 May 10:00 with Kim." in client.get(back.url).content.decode()


@pytest.mark.usefixtures("sam")
def test_a_move_that_changes_nothing_offers_no_undo(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)

    answer = client.post(url("move", visit), {"slot": slot(kim), "revision": 0})

    assert answer.status_code == 302
    assert "/unmove/" not in client.get(answer.url).content.decode()


@pytest.mark.usefixtures("sam")
def test_a_move_that_somebody_went_on_from_is_not_taken_back(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    client.post(url("move", visit), {"slot": slot(kim, MONDAY_TEN + timedelta(hours=2)), "revision": 0})
    booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(hours=5), by=UserFactory(first_name="Mia"), seen=1)

    answer = client.post(f"{url('unmove', visit)}?revision=1")

    visit.refresh_from_db()
    assert (answer.status_code, visit.starts_at) == (409, MONDAY_TEN + timedelta(hours=5))
    assert "Mia changed this visit to Mon 13 May, 15:00 to 16:00." in answer.content.decode()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("revision", ["", "x", "-1", str(10**30)])
def test_an_undo_of_no_known_move_is_not_found(client, revision):
    assert client.post(f"{url('unmove', AppointmentFactory())}?revision={revision}").status_code == 404


@pytest.mark.usefixtures("sam")
def test_at_the_same_time_it_moves_to_another_table_and_unit(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    other = TableFactory(name="T9", location=visit.location)
    page = client.get(url("move", visit), {"practitioner": kim.pk, "table": other.pk}).content.decode()

    assert "<strong>Same time</strong>" in page
    client.post(url("move", visit), {"slot": slot(kim), "table": other.pk, "revision": 0})

    visit.refresh_from_db()
    assert (visit.table, visit.starts_at, visit.revision) == (other, MONDAY_TEN, 0)


@pytest.mark.usefixtures("sam")
def test_a_table_that_is_taken_is_refused_and_nothing_moves(client, kim, service):
    other = AppointmentFactory(service=service)
    visit = AppointmentFactory(practitioner=kim, service=service)

    answer = client.post(url("move", visit), {"slot": slot(kim), "table": other.table.pk, "revision": 0})

    assert answer.status_code == 409
    assert f"{other.table} is taken until 11:00." in answer.content.decode()
    assert "was just taken" not in answer.content.decode()
    visit.refresh_from_db()
    assert visit.table != other.table


@pytest.mark.usefixtures("sam")
def test_the_time_that_a_visit_has_is_not_offered_as_a_new_one(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)

    page = client.get(url("move", visit), {"practitioner": kim.pk, "day": "2030-05-13", "at": "10:00"}).content.decode()

    assert page.count('name="slot"') == 2
    assert f'value="{slot(kim)}"' not in page


@pytest.mark.usefixtures("sam")
def test_times_for_a_table_that_was_named_are_those_at_which_it_is_free(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)
    nine = AppointmentFactory(table__name="Table 9", table__location=visit.location, start=MONDAY_TEN + 3 * HOUR)
    wanted = {"practitioner": kim.pk, "day": "2030-05-13", "at": "13:00"}

    any_table = client.get(url("move", visit), wanted).content.decode()
    named = client.get(url("move", visit), wanted | {"table": nine.table.pk}).content.decode()

    taken = f'value="{slot(kim, MONDAY_TEN + 3 * HOUR)}"'
    assert taken in any_table
    assert "Table 9 is taken until 14:00." in named
    assert taken not in named
    assert f'value="{slot(kim, MONDAY_TEN + 4 * HOUR)}"' in named


@pytest.mark.usefixtures("sam")
def test_whoever_waits_is_given_another_table_but_no_other_time(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service, status=Status.ARRIVED, start=NOW)
    other = TableFactory(location=visit.location)
    page = client.get(url("move", visit), {"table": other.pk}).content.decode()

    moved = client.post(url("move", visit), {"slot": slot(kim, NOW), "table": other.pk, "revision": 0})
    refused = client.post(url("move", visit), {"slot": slot(kim, NOW + timedelta(hours=2)), "revision": 0})

    assert "Another table" in page
    assert page.count('name="slot"') == 1
    assert (moved.status_code, refused.status_code) == (302, 409)
    visit.refresh_from_db()
    assert (visit.table, visit.starts_at, visit.status) == (other, NOW, Status.ARRIVED)


@pytest.mark.usefixtures("sam")
def test_whoever_is_here_since_long_is_given_another_table_but_nobody_moves_into_the_past(client, kim, service):
    begun = NOW - timedelta(hours=3)
    visit = AppointmentFactory(practitioner=kim, service=service, status=Status.ARRIVED, start=begun)
    coming = AppointmentFactory(practitioner=kim, service=service)
    other = TableFactory(location=visit.location)

    moved = client.post(url("move", visit), {"slot": slot(kim, begun), "table": other.pk, "revision": 0})
    refused = client.post(url("move", coming), {"slot": slot(kim, begun), "revision": 0})

    visit.refresh_from_db()
    assert (moved.status_code, visit.table, visit.starts_at) == (302, other, begun)
    assert refused.status_code == 409
    assert "That time has passed. Choose a later one. The visit stays where it was." in refused.content.decode()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(("field", "word"), [("table", "table"), ("device", "unit")])
@pytest.mark.parametrize("typed", ["4711", "x", "9" * 50])
def test_an_unknown_table_or_unit_moves_nothing(client, kim, service, field, word, typed):
    visit = AppointmentFactory(practitioner=kim, service=service)

    answer = client.post(url("move", visit), {"slot": slot(kim), "revision": 0, field: typed})

    assert f"Choose a {word} from the list." in answer.content.decode()
    visit.refresh_from_db()
    assert visit.revision == 0


@pytest.mark.usefixtures("sam")
def test_a_cancelled_visit_leads_to_booking_again(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service, status=Status.CANCELLED)

    page = client.get(url("move", visit)).content.decode()

    assert f"?patient={visit.patient_id}&amp;service={service.pk}&amp;practitioner={kim.pk}" in page


@pytest.mark.usefixtures("sam")
def test_looking_for_another_time_costs_the_same_for_one_table_and_for_three(client, kim, service, cost):
    visit = AppointmentFactory(practitioner=kim, service=service)
    one = cost(lambda: client.get(url("move", visit)))

    TableFactory.create_batch(2)

    assert cost(lambda: client.get(url("move", visit))) == one
