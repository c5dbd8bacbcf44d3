"""Staff blocks: as hard as a visit, once or every week, shown before they clash, and taken back."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from clinic.errors import ClinicError
from scheduling import blocking, booking
from scheduling.blocking import Blocked
from scheduling.errors import Moved, SlotTaken
from scheduling.models import Appointment, Block, Occupancy
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    DeviceFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)

NEW_YORK = ZoneInfo("America/New_York")
NOW = MONDAY_TEN - timedelta(days=3)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
NEW = "/schedule/block/"
HOSTILE = "<script>alert(1)</script> 🙃 \u202eabc"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_a_friday")]


@pytest.fixture
def by():
    return UserFactory()


def meeting(kim, by, **changes):
    wanted = {"starts_at": MONDAY_TEN, "ends_at": MONDAY_TEN + HOUR, "title": "Team meeting"}
    return blocking.block(**{"resource": kim, "location": LocationFactory(), "by": by} | wanted | changes)


def wish(kim, **changes):
    filled = {"resource": kim.pk, "day": "2030-05-13", "at": "10", "until": "11:00", "title": "Team meeting"}
    return filled | {"count": 1, "every_weeks": 1} | changes


# The verbs


def test_a_block_keeps_visits_out(kim, by):
    TableFactory()
    meeting(kim, by)

    with pytest.raises(SlotTaken, match="Kim has Team meeting"):
        booking.book(
            patient=PatientFactory(), service=ServiceFactory(by=[kim]), practitioner=kim, starts_at=MONDAY_TEN, by=by
        )


def test_a_block_of_a_table_and_of_a_unit_keeps_that_one_out(by):
    table, unit = TableFactory(), DeviceFactory()

    made = [meeting(one, by, title="Repair")[0] for one in (table, unit)]

    assert [one.occupancy.resource_id for one in made] == [table.pk, unit.pk]


def test_a_weekly_block_stays_at_its_wall_clock_time_across_the_clock_change(kim, by):
    october = datetime(2030, 10, 28, 14, tzinfo=UTC)  # Monday ten o'clock; the clocks change on 3 November

    made = meeting(kim, by, starts_at=october, ends_at=october + HOUR, count=3)

    local = [one.span.lower.astimezone(NEW_YORK) for one in made]
    assert [(at.day, at.hour) for at in local] == [(28, 10), (4, 10), (11, 10)]
    assert len({one.series for one in made}) == 1


def test_every_second_week_is_every_second_week(kim, by):
    made = meeting(kim, by, count=3, every_weeks=2)

    assert [one.span.lower - MONDAY_TEN for one in made] == [0 * WEEK, 2 * WEEK, 4 * WEEK]


def test_a_repetition_that_the_clocks_jump_over_is_refused_with_its_date(kim, by):
    before = datetime(2031, 3, 2, 2, 30, tzinfo=NEW_YORK)  # at 2:30; on 9 March there is no such time

    with pytest.raises(Blocked, match="Sun 9 Mar: the clocks jump over that time"):
        meeting(kim, by, starts_at=before, ends_at=before + HOUR, count=2)

    assert not Block.objects.exists()


def test_all_clashes_are_told_and_nothing_is_written(kim, by):
    ana = PatientFactory(given_name="Ana", family_name="Ortiz")
    AppointmentFactory(practitioner=kim, patient=ana, start=MONDAY_TEN + WEEK)
    meeting(kim, by, starts_at=MONDAY_TEN + 2 * WEEK, ends_at=MONDAY_TEN + 2 * WEEK + HOUR, title="Course")

    with pytest.raises(Blocked) as refused:
        meeting(kim, by, count=4)

    assert [str(one) for one in refused.value.clashes][-1] == "Mon 27 May: Course, 10:00 to 11:00."
    assert "Mon 20 May: Ana Ortiz" in str(refused.value).replace("Ortiz, Ana", "Ana Ortiz")
    assert Block.objects.count() == 1


def test_the_rest_after_a_visit_does_not_stand_in_the_way_of_a_block(kim, by):
    visit = AppointmentFactory(practitioner=kim, buffer_minutes=30)

    made = meeting(kim, by, starts_at=visit.ends_at, ends_at=visit.ends_at + HOUR)

    assert made


def test_a_block_sent_twice_is_one(kim, by):
    once, twice = meeting(kim, by, count=2), meeting(kim, by, count=2)

    assert [one.pk for one in once] == [one.pk for one in twice]
    assert Block.objects.count() == Occupancy.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"title": ""}, "what the time is kept for", "title"),
        ({"ends_at": MONDAY_TEN}, "ends after it starts", "until"),
        ({"ends_at": MONDAY_TEN + timedelta(days=2)}, "within a day", "until"),
    ],
)
def test_nonsense_is_refused_on_its_field(kim, by, changes, sentence, field):
    with pytest.raises(ClinicError, match=sentence) as refused:
        meeting(kim, by, **changes)

    assert refused.value.field == field


def test_the_constraint_holds_against_whoever_takes_no_locks(kim, by):
    visit = AppointmentFactory(practitioner=kim)
    block = Block(resource=kim, location=LocationFactory(), span=visit.span, title="Sneaked in", made_by=by)

    with pytest.raises(Moved, match="in this very moment"), transaction.atomic():
        blocking.write([block])

    assert not Block.objects.exists()


def test_another_breach_stays_loud(kim, by):
    with pytest.raises(IntegrityError), transaction.atomic():
        blocking.write(
            [Block(resource=kim, location=LocationFactory(), span=(MONDAY_TEN, MONDAY_TEN + HOUR), title="")]
        )


def test_a_block_moves_alone_and_frees_its_time(kim, by):
    first, second = meeting(kim, by, count=2)

    blocking.move_block(block=first, by=by, starts_at=MONDAY_TEN + HOUR, ends_at=MONDAY_TEN + 2 * HOUR, title="Later")

    first.refresh_from_db(), second.refresh_from_db()
    assert (first.title, second.title) == ("Later", "Team meeting")
    assert first.occupancy.span.lower == MONDAY_TEN + HOUR
    assert second.span.lower == MONDAY_TEN + WEEK


def test_a_block_does_not_stand_in_its_own_way_but_others_do(kim, by):
    [one] = meeting(kim, by)
    meeting(kim, by, starts_at=MONDAY_TEN + 2 * HOUR, ends_at=MONDAY_TEN + 3 * HOUR, title="Course")

    blocking.move_block(block=one, by=by, starts_at=MONDAY_TEN, ends_at=MONDAY_TEN + 2 * HOUR)
    with pytest.raises(Blocked, match="Course, 12:00 to 13:00"):
        blocking.move_block(block=one, by=by, starts_at=MONDAY_TEN, ends_at=MONDAY_TEN + 3 * HOUR)


def test_whoever_saw_an_older_block_is_told_what_it_is_now(kim, by):
    [one] = meeting(kim, by)
    seen = blocking.stamp(one)
    blocking.move_block(block=one, by=by, starts_at=MONDAY_TEN, ends_at=MONDAY_TEN + HOUR, title="Training")

    with pytest.raises(Moved, match="Training, Mon 13 May, 10:00 to 11:00"):
        blocking.move_block(block=one, by=by, starts_at=MONDAY_TEN, ends_at=MONDAY_TEN + 2 * HOUR, seen=seen)


def test_a_deleted_block_is_not_changed(kim, by):
    [one] = meeting(kim, by)
    Block.objects.all().delete()

    with pytest.raises(Moved, match="deleted"):
        blocking.move_block(block=one, by=by, starts_at=MONDAY_TEN, ends_at=MONDAY_TEN + 2 * HOUR)


def test_one_block_or_the_rest_of_its_series_is_deleted(kim, by):
    first, second, third, _ = meeting(kim, by, count=4)

    blocking.unblock(block=second, by=by)
    blocking.unblock(block=third, by=by, whole_series=True)

    assert list(Block.objects.all()) == [first]
    assert Occupancy.objects.count() == 1


def test_a_deletion_is_taken_back_once(kim, by):
    made = meeting(kim, by, count=3)
    key = blocking.unblock(block=made[1], by=by, whole_series=True)

    blocking.reblock(context=key, by=by)
    blocking.reblock(context=key, by=by)

    assert list(Block.objects.values_list("pk", "series", "title")) == [(b.pk, b.series, b.title) for b in made]
    assert Occupancy.objects.count() == 3


def test_a_deletion_whose_time_is_taken_by_now_stays(kim, by):
    made = meeting(kim, by, count=2)
    key = blocking.unblock(block=made[0], by=by, whole_series=True)
    AppointmentFactory(practitioner=kim)

    with pytest.raises(Blocked):
        blocking.reblock(context=key, by=by)

    assert not Block.objects.exists()


# The pages


@pytest.mark.parametrize("name", ["block", "block_edit", "block_delete", "block_undo"])
def test_nobody_gets_to_blocks_without_login_and_permission(client, kim, by, name):
    [one] = meeting(kim, by)
    args = {"block": [], "block_undo": [uuid4()]}.get(name, [one.pk])
    address = reverse(f"scheduling:{name}", args=args)

    assert client.post(address).status_code == 302
    client.force_login(UserFactory())
    assert client.post(address).status_code == 403
    assert Block.objects.count() == 1


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("pk", [0, 4711, 10**30])
@pytest.mark.parametrize("name", ["block_edit", "block_delete"])
def test_an_unknown_block_is_not_found(client, name, pk):
    assert client.post(reverse(f"scheduling:{name}", args=[pk])).status_code == 404


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize("name", ["block_delete", "block_undo"])
def test_opening_a_link_changes_nothing(client, kim, by, name):
    [one] = meeting(kim, by)

    address = reverse(f"scheduling:{name}", args=[one.pk if name == "block_delete" else uuid4()])

    assert client.get(address).status_code == 405


@pytest.mark.usefixtures("sam")
def test_the_calendar_fills_the_form_in(client, kim):
    page = client.get(NEW, {"resource": kim.pk, "day": "2030-05-20", "at": "11:00"}).content.decode()

    assert f'value="{kim.pk}" selected' in page
    assert 'value="2030-05-20"' in page
    assert 'value="11:00"' in page


@pytest.mark.usefixtures("sam")
def test_a_title_turns_only_its_own_direction_in_the_toast(client, kim):
    answer = client.post(NEW, wish(kim, title="\u202eMeeting"), follow=True)

    assert "\u2068\u202eMeeting\u2069: " in answer.content.decode()


def test_a_series_is_made_and_told(client, sam, kim):
    answer = client.post(NEW, wish(kim, count=3), follow=True)

    assert "\u2068Team meeting\u2069: Mon 13 May 10:00 and 2 more, Kim." in answer.content.decode()
    assert [one.made_by for one in Block.objects.all()] == [sam] * 3


@pytest.mark.usefixtures("sam")
def test_a_double_click_blocks_once(client, kim):
    for _ in range(2):
        assert client.post(NEW, wish(kim, count=2)).status_code == 302

    assert Block.objects.count() == 2


@pytest.mark.usefixtures("sam")
def test_each_clash_leads_to_what_is_there_and_typing_is_kept(client, kim):
    visit = AppointmentFactory(practitioner=kim, start=MONDAY_TEN + WEEK)

    answer = client.post(NEW, wish(kim, count=3))

    page = answer.content.decode()
    assert answer.status_code == 409
    assert visit.get_absolute_url() in page
    assert 'value="Team meeting"' in page
    assert not Block.objects.exists()


@pytest.mark.usefixtures("sam")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"resource": ""}, "Choose a person, a table or a unit."),
        ({"resource": "4711"}, "Choose a person, table or unit from the list."),
        ({"resource": "x" * 1000}, "Choose a person, table or unit from the list."),
        ({"day": ""}, "Choose a day."),
        ({"day": "13.5."}, "Write the day as 2031-05-14."),
        ({"day": "9999-12-31"}, "within the next two years"),
        ({"day": "2030-05-09"}, "That time has passed."),
        ({"at": "25:00"}, "Write a time of day"),
        ({"at": "noon"}, "Write a time of day"),
        ({"until": "10:00"}, "A block ends after it starts"),
        ({"until": ""}, "Write a time of day"),
        ({"title": ""}, "Write what the time is kept for."),
        ({"title": "   "}, "Write what the time is kept for."),
        ({"title": "x" * 81}, "at most 80 letters. This one has 81."),
        ({"count": 53}, "1 to 52 times"),
        ({"count": 0}, "1 to 52 times"),
        ({"count": "many"}, "1 to 52 times"),
        ({"every_weeks": 5}, "every 1 to 4 weeks"),
        ({"day": "2031-03-09", "at": "02:30", "until": "04:00"}, "02:30 does not exist that day"),
    ],
)
def test_what_cannot_be_is_told_on_its_field(client, kim, changes, sentence):
    answer = client.post(NEW, wish(kim, **changes))

    assert sentence in answer.content.decode()
    assert not Block.objects.exists()


@pytest.mark.usefixtures("sam")
def test_hostile_text_is_only_text(client, kim):
    client.post(NEW, wish(kim, title=HOSTILE))

    page = client.get(reverse("scheduling:block_edit", args=[Block.objects.get().pk])).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.usefixtures("sam")
def test_a_block_is_changed_on_its_page(client, kim, by):
    [one] = meeting(kim, by)
    sent = {"day": "2030-05-13", "at": "14", "until": "15", "title": "Moved", "seen": blocking.stamp(one)}

    answer = client.post(reverse("scheduling:block_edit", args=[one.pk]), sent)

    one.refresh_from_db()
    assert answer.status_code == 302
    assert (one.title, one.span.lower) == ("Moved", MONDAY_TEN + 4 * HOUR)


@pytest.mark.usefixtures("sam")
def test_who_was_slower_sees_both(client, kim, by):
    [one] = meeting(kim, by)
    seen = blocking.stamp(one)
    blocking.move_block(block=one, by=by, starts_at=MONDAY_TEN, ends_at=MONDAY_TEN + HOUR, title="Training")
    sent = {"day": "2030-05-13", "at": "14", "until": "15", "title": "Mine", "seen": seen}

    answer = client.post(reverse("scheduling:block_edit", args=[one.pk]), sent)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Training, Mon 13 May" in page
    assert 'value="Mine"' in page


@pytest.mark.usefixtures("sam")
def test_a_deleted_series_comes_back_with_undo(client, kim, by):
    first, *_ = meeting(kim, by, count=3)

    page = client.post(reverse("scheduling:block_delete", args=[first.pk]), {"series": "1"}, follow=True)
    gone = Block.objects.count()
    event = Block.pgh_event_model.objects.filter(pgh_label="delete").first()
    undo = reverse("scheduling:block_undo", args=[event.pgh_context_id])
    client.post(undo)

    assert undo in page.content.decode()
    assert (gone, Block.objects.count()) == (0, 3)


@pytest.mark.usefixtures("sam")
def test_an_unknown_undo_changes_nothing(client):
    assert client.post(reverse("scheduling:block_undo", args=[uuid4()])).status_code == 302


@pytest.mark.usefixtures("sam")
def test_the_form_costs_the_same_with_one_and_three_people(client, kim, cost):
    client.get(NEW)
    one = cost(lambda: client.get(NEW))
    PractitionerFactory.create_batch(2)
    TableFactory.create_batch(2)

    assert cost(lambda: client.get(NEW)) == one


def test_a_year_of_blocks_costs_as_much_as_a_month(kim, by, cost):
    month = cost(lambda: meeting(kim, by, count=4))
    year = cost(lambda: meeting(kim, by, count=52, starts_at=MONDAY_TEN + HOUR, ends_at=MONDAY_TEN + 2 * HOUR))

    assert year == month
    assert Appointment.objects.count() == 0
    assert Block.objects.last().span.lower.date() > date(2031, 4, 1)
