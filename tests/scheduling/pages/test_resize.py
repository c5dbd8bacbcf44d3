"""A visit becomes longer or shorter: its elastic stage gives way, also by a form."""

from datetime import timedelta

import pytest

from scheduling import booking
from scheduling.models import Appointment, Sitting, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, UserFactory
from tests.scheduling.pages import HOSTILE, NOW, url

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def visit(kim):
    """Needling 20 minutes, an elastic rest of 25, removal 15: from ten to eleven."""
    return AppointmentFactory(practitioner=kim)


def sent(end, revision=0, **changes):
    return {"ends_at": str(int(end.timestamp())), "revision": revision} | changes


@pytest.mark.usefixtures("sam")
def test_the_visit_offers_every_end_that_its_elastic_stage_allows(client, visit):
    page = client.get(visit.get_absolute_url()).content.decode()

    assert ">10:40 (40 minutes)</option>" in page
    assert "selected>11:00 (60 minutes)</option>" in page
    assert ">14:35 (275 minutes)</option>" in page
    assert page.count("minutes)</option>") == 48


@pytest.mark.usefixtures("sam")
def test_a_visit_without_an_elastic_stage_offers_none(client, kim, service):
    visit = AppointmentFactory(practitioner=kim, service=service)

    assert "Longer or shorter" not in client.get(visit.get_absolute_url()).content.decode()
    assert "No stage of this visit can grow or shrink." in client.get(url("resize", visit)).content.decode()


@pytest.mark.usefixtures("sam")
def test_a_session_whose_elastic_stage_is_over_offers_no_other_end(client, visit):
    Appointment.objects.filter(pk=visit.pk).update(status=Status.IN_SESSION)
    Sitting.objects.create(visit=visit, stage=2, since=NOW, until=NOW + HOUR)

    assert "No stage of this visit can grow or shrink." in client.get(url("resize", visit)).content.decode()


@pytest.mark.usefixtures("sam")
def test_an_end_that_was_drawn_in_vain_is_chosen_already(client, visit):
    page = url("resize", visit)

    wanted = client.get(page, {"ends": "11:15"}).content.decode()
    nonsense = client.get(page, {"ends": "25:99"}).content.decode()

    assert f'value="{int((visit.ends_at + HOUR / 4).timestamp())}" selected' in wanted
    assert f'value="{int(visit.ends_at.timestamp())}" selected' in nonsense


@pytest.mark.usefixtures("sam")
def test_a_visit_grows_and_undo_shrinks_it_again(client, visit):
    answer = client.post(url("resize", visit), sent(visit.ends_at + HOUR / 2))

    visit.refresh_from_db()
    assert (visit.ends_at, visit.revision) == (MONDAY_TEN + 1.5 * HOUR, 1)
    page = client.get(answer.url).content.decode()
    assert "until 11:30." in page
    client.post(f"{url('unmove', visit)}?revision=1")
    visit.refresh_from_db()
    assert visit.ends_at == MONDAY_TEN + HOUR


@pytest.mark.usefixtures("sam")
def test_growing_into_the_next_visit_is_refused_and_keeps_the_choice(client, kim, visit):
    AppointmentFactory(practitioner=kim, start=visit.ends_at)

    answer = client.post(url("resize", visit), sent(visit.ends_at + HOUR / 2))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Kim is with Ana" in page
    assert "The visit stays as it was." in page
    assert "selected>11:30 (90 minutes)</option>" in page
    visit.refresh_from_db()
    assert visit.ends_at == MONDAY_TEN + HOUR


@pytest.mark.usefixtures("mia")
def test_growing_out_of_hours_takes_a_reason(client, kim):
    visit = AppointmentFactory(practitioner=kim, start=MONDAY_TEN + 10 * HOUR)  # Kim works until nine in the evening
    longer = sent(visit.ends_at + HOUR / 2)

    refused = client.post(url("resize", visit), longer)
    unsaid = client.post(url("resize", visit), longer | {"all_the_same": "1"})
    said = client.post(url("resize", visit), longer | {"all_the_same": "1", "override": HOSTILE})

    assert "Save it all the same" in refused.content.decode()
    assert "Write why it is done all the same." in unsaid.content.decode()
    assert said.status_code == 302
    visit.refresh_from_db()
    assert (visit.ends_at, visit.override_reason) == (MONDAY_TEN + 11.5 * HOUR, HOSTILE)


@pytest.mark.usefixtures("sam")
def test_somebody_faster_is_named(client, kim, visit):
    booking.move(visit=visit, starts_at=MONDAY_TEN + HOUR, by=UserFactory(first_name="Mia"))

    answer = client.post(url("resize", visit), sent(visit.starts_at + 2.5 * HOUR))

    assert answer.status_code == 409
    assert "Mia changed this visit to Mon 13 May, 11:00 to 12:00." in answer.content.decode()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    "changes",
    [{"ends_at": ""}, {"ends_at": "soon"}, {"ends_at": "9" * 30}, {"ends_at": "1905000001"}, {"revision": "x"}],
)
def test_nonsense_changes_nothing(client, visit, changes):
    assert client.post(url("resize", visit), sent(visit.ends_at + HOUR) | changes).status_code == 200

    visit.refresh_from_db()
    assert visit.ends_at == MONDAY_TEN + HOUR


@pytest.mark.usefixtures("sam")
def test_a_double_press_grows_it_once(client, visit):
    answers = [client.post(url("resize", visit), sent(visit.ends_at + HOUR / 2)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    visit.refresh_from_db()
    assert visit.revision == 1


@pytest.mark.usefixtures("sam")
def test_a_cancelled_visit_has_no_end_to_change(client, kim):
    visit = AppointmentFactory(practitioner=kim, status=Status.CANCELLED)

    page = client.get(url("resize", visit)).content.decode()

    assert "This visit is cancelled." in page
    assert "Book again?" in page
