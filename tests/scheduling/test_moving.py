from datetime import timedelta

import pytest
from django.utils import timezone

from clinic.errors import NotAllowed
from clinic.models import Spot, TimeOff
from scheduling import attending, booking, sitting
from scheduling.errors import BadTime, Moved, OutOfHours, SlotTaken
from scheduling.models import Appointment, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    DeviceFactory,
    LocationFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.scheduling.bookings import CURRENT, HANDS_ON, book, minutes, snapshot, taken

pytestmark = pytest.mark.django_db


def test_a_moved_visit_takes_its_new_time_and_lets_the_old_one_go(kim, sam):
    table = TableFactory()
    service = ServiceFactory(by=[kim])
    visit = book(kim, service)

    booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), by=sam)

    assert (visit.starts_at, visit.table, visit.revision) == (MONDAY_TEN, table, 0), "the caller's copy is left alone"
    visit.refresh_from_db()
    assert (visit.starts_at, visit.table, visit.revision) == (MONDAY_TEN + minutes(120), table, 1)
    assert (visit.placed_by, visit.placed_at > visit.booked_at) == (sam, True)
    assert taken(visit) == {kim.pk: [(0, 20), (45, 60)], table.pk: [(0, 60)]}
    assert book(kim, service).starts_at == MONDAY_TEN


def test_a_visit_may_move_into_its_own_time(kim):
    TableFactory()
    visit = book(kim)

    moved = booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(10), by=None)

    assert moved.starts_at == MONDAY_TEN + minutes(10)


def test_a_visit_moves_to_another_practitioner_and_table(kim):
    roy = PractitionerFactory(name="Roy")
    _, window = TableFactory.create_batch(2)
    visit = book(kim, ServiceFactory(by=[kim, roy]))

    moved = booking.move(visit=visit, starts_at=visit.starts_at, practitioner=roy, table=window, by=None)

    assert (moved.practitioner, moved.table) == (roy, window)
    assert set(taken(moved)) == {roy.pk, window.pk}


def test_a_confirmed_visit_that_moves_has_to_be_confirmed_again(kim):
    TableFactory()
    visit = attending.confirm(visit=book(kim), by=None)

    moved = booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), by=None)

    assert (moved.status, moved.status_before) == (Status.BOOKED, "")


def test_a_move_keeps_the_stages_and_the_turnover_of_the_booking(kim):
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    visit = book(kim, service)
    service.stages.update(minutes=30)

    moved = booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), by=None)

    assert moved.ends_at - moved.starts_at == minutes(60)


def test_a_move_into_taken_time_changes_nothing(kim):
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    visit = book(kim, service)
    book(kim, service, starts_at=MONDAY_TEN + minutes(120))
    before = snapshot()

    with pytest.raises(SlotTaken, match=r"Kim is with Ana until 13:00\.") as refused:
        booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), by=None)

    assert len(refused.value.alternatives) == 3
    assert snapshot() == before


def test_a_move_to_where_the_visit_is_changes_nothing_and_is_no_mistake(kim):
    TableFactory()
    visit = book(kim)

    assert booking.move(visit=visit, starts_at=visit.starts_at, by=None).revision == 0


def test_whoever_moves_second_is_told_who_was_first(kim, sam):
    TableFactory()
    visit = book(kim)
    seen = Appointment.objects.get(pk=visit.pk)
    booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(30), by=sam)

    with pytest.raises(Moved, match=r"Sam moved this visit to Mon 13 May, 10:30\. Your move was not saved\."):
        booking.move(visit=seen, starts_at=MONDAY_TEN + minutes(120), by=None)


def test_only_a_coming_visit_moves(kim, sam):
    TableFactory()
    visit = attending.arrive(visit=book(kim), by=sam)

    with pytest.raises(Moved, match="Sam checked Ana in"):
        booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), by=None)


def test_a_move_asks_the_same_checks_as_a_booking(kim):
    TableFactory()
    visit = book(kim)

    with pytest.raises(OutOfHours):
        booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(hours=14), by=None)


def test_another_table_alone_is_no_news_to_the_patient(kim, sam):
    _, window = TableFactory.create_batch(2)
    visit = attending.confirm(visit=book(kim), by=None)

    moved = booking.move(visit=visit, table=window, by=sam)

    assert (moved.table, moved.starts_at, moved.placed_by) == (window, MONDAY_TEN, sam)
    assert (moved.revision, moved.status) == (0, Status.CONFIRMED)
    assert taken(moved)[window.pk] == [(0, 60)]


def test_another_unit_alone_leaves_table_and_time(kim):
    table = TableFactory()
    first, second = DeviceFactory.create_batch(2)
    visit = book(kim, ServiceFactory(by=[kim], stages=CURRENT), device=first)

    moved = booking.move(visit=visit, device=second, by=None)

    assert (moved.table, moved.device, moved.revision) == (table, second, 0)
    assert taken(moved) == {kim.pk: [(0, 20), (45, 60)], second.pk: [(20, 45)], table.pk: [(0, 60)]}


def test_who_waits_can_be_given_another_table_but_no_other_time(kim, sam):
    _, window = TableFactory.create_batch(2)
    visit = attending.arrive(visit=book(kim), by=sam)

    assert booking.move(visit=visit, table=window, by=sam).table == window
    with pytest.raises(Moved, match="Sam checked Ana in"):
        booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(30), by=sam)


def test_a_session_that_has_begun_keeps_its_table(kim, sam):
    _, window = TableFactory.create_batch(2)
    visit = attending.start(visit=attending.arrive(visit=book(kim), by=sam), by=sam)

    with pytest.raises(Moved, match="Sam started this session"):
        booking.move(visit=visit, table=window, by=sam)


def test_a_table_that_is_taken_is_refused_by_its_name_and_nothing_changes(kim):
    window = AppointmentFactory(table=TableFactory(name="Window")).table
    TableFactory()
    visit = book(kim)
    before = snapshot()

    with pytest.raises(SlotTaken, match=r"Window is taken until 11:00\."):
        booking.move(visit=visit, table=window, by=None)

    assert snapshot() == before


def test_a_service_on_a_table_moves_to_no_chair(kim):
    TableFactory()
    chair = TableFactory(name="C1", chair=True)
    visit = book(kim, ServiceFactory(by=[kim], name="Cupping"))

    with pytest.raises(SlotTaken, match=r"Cupping is given on a treatment table\. Choose another place than C1\."):
        booking.move(visit=visit, table=chair, by=None)


def test_a_visit_stays_on_the_table_it_has_whatever_the_service_says_later(kim):
    chair, table = TableFactory(chair=True), TableFactory()
    service = ServiceFactory(by=[kim], spot=Spot.CHAIR)
    visit = book(kim, service)
    visit.service.spot = Spot.TABLE
    visit.service.save()

    assert booking.resize(visit=visit, ends_at=visit.ends_at + minutes(5), by=None).table == chair
    assert booking.move(visit=visit, seen=1, starts_at=MONDAY_TEN + minutes(5), by=None).table == table


def test_a_move_into_the_past_is_refused(kim):
    TableFactory()
    visit = book(kim)

    with pytest.raises(BadTime, match="That time has passed"):
        booking.move(visit=visit, starts_at=timezone.now() - timedelta(hours=2), by=None)


def test_a_late_visit_can_still_be_given_another_table(kim):
    window = TableFactory()
    visit = AppointmentFactory(practitioner=kim, start=MONDAY_TEN - timedelta(days=3650))

    assert booking.move(visit=visit, table=window, by=None).table == window


def test_a_move_stays_at_its_location_when_the_hours_do_not_say_where(kim, settings):
    settings.BOOKING_CHECKS = []
    TableFactory()
    far = TableFactory(location=LocationFactory(name="Far"))
    visit = AppointmentFactory(practitioner=kim, table=far)
    kim.hours.all().delete()

    assert booking.move(visit=visit, starts_at=MONDAY_TEN + timedelta(days=1), by=None).location == far.location


# Longer and shorter


def test_a_longer_visit_lets_its_elastic_stage_grow(kim, sam):
    table = TableFactory()
    visit = attending.confirm(visit=book(kim), by=None)

    longer = booking.resize(visit=visit, ends_at=visit.ends_at + minutes(15), by=sam)

    assert [stage["minutes"] for stage in longer.stages] == [20, 40, 15]
    assert taken(longer) == {kim.pk: [(0, 20), (60, 75)], table.pk: [(0, 75)]}
    assert (longer.ends_at, longer.revision, longer.placed_by) == (MONDAY_TEN + minutes(75), 1, sam)
    assert longer.status == Status.CONFIRMED, "who comes at the same time need not confirm again"


def test_a_shorter_visit_gives_its_time_to_others(kim):
    TableFactory()
    service = ServiceFactory(by=[kim])
    visit = book(kim, service)

    booking.resize(visit=visit, ends_at=visit.ends_at - minutes(15), by=None)

    assert book(kim, service, starts_at=MONDAY_TEN + minutes(45)).starts_at == MONDAY_TEN + minutes(45)


def test_of_several_elastic_stages_the_longest_grows(kim):
    TableFactory()
    stages = [("Rest", 10, False, False), ("Needling", 20, True, False), ("Long rest", 25, False, False)]
    visit = book(kim, ServiceFactory(by=[kim], stages=stages))

    longer = booking.resize(visit=visit, ends_at=visit.ends_at + minutes(5), by=None)

    assert [stage["minutes"] for stage in longer.stages] == [10, 20, 30]


def test_a_visit_without_an_elastic_stage_says_that_it_stays_as_it_is(kim):
    TableFactory()
    visit = book(kim, ServiceFactory(by=[kim], stages=HANDS_ON, name="Tui Na"))

    with pytest.raises(BadTime, match=r"^No stage of Tui Na can be longer or shorter\. The visit stays") as refused:
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(15), by=None)

    assert refused.value.field == "ends_at"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (-25, "Rest takes at least 5 minutes. Choose a later end."),
        (-90, "Rest takes at least 5 minutes. Choose a later end."),
        (220, "Rest takes at most 240 minutes. Choose an earlier end."),
        (60 * 24 * 365 * 5000, "Rest takes at most 240 minutes. Choose an earlier end."),
        (7, "Visits end on the five minutes, such as 15:05."),
    ],
)
def test_a_stage_gives_way_within_bounds_only(kim, more, sentence):
    TableFactory()
    visit = book(kim)
    before = snapshot()

    with pytest.raises(BadTime) as refused:
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(more), by=None)

    assert str(refused.value) == sentence
    assert snapshot() == before


def test_a_longer_visit_takes_nobodys_time(kim):
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim])
    visit = book(kim, service)
    book(kim, service, starts_at=MONDAY_TEN + minutes(60))
    before = snapshot()

    with pytest.raises(SlotTaken, match=r"Kim is with Ana from 11:00 to 11:20\.$"):
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(5), by=None)

    assert snapshot() == before


def test_a_longer_visit_keeps_to_the_hours_and_a_shorter_one_is_not_asked(kim):
    TableFactory()
    visit = book(kim, starts_at=MONDAY_TEN + timedelta(hours=10))

    with pytest.raises(OutOfHours):
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(5), by=None)

    kim.hours.all().delete()
    assert booking.resize(visit=visit, ends_at=visit.ends_at - minutes(5), by=None).revision == 1


@pytest.mark.parametrize("verbs", [[attending.arrive], [attending.arrive, attending.start]])
def test_a_visit_whose_patient_is_here_can_be_made_longer(kim, sam, verbs):
    TableFactory()
    visit = book(kim)
    for verb in verbs:
        visit = verb(visit=visit, by=sam)

    assert booking.resize(visit=visit, ends_at=visit.ends_at + minutes(10), by=sam).status == visit.status


def test_a_stage_that_is_over_grows_no_more(kim, sam):
    TableFactory()
    visit = attending.start(visit=attending.arrive(visit=book(kim), by=sam), by=sam)
    for stage in range(2):
        sitting.advance(visit=visit, stage=stage, by=sam)

    with pytest.raises(BadTime, match="The stage that could be longer or shorter is over"):
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(10), by=sam)


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW])
def test_a_visit_that_is_over_keeps_its_length(status, sam):
    visit = AppointmentFactory(status=status, status_by=sam)

    with pytest.raises(Moved):
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(10), by=sam)


def test_resizing_twice_is_no_mistake_and_whoever_is_second_is_told_who_was_first(kim, sam):
    TableFactory()
    visit = book(kim)
    ends_at = visit.ends_at + minutes(10)
    booking.resize(visit=visit, ends_at=ends_at, by=sam)

    assert booking.resize(visit=visit, ends_at=ends_at, by=sam).revision == 1
    with pytest.raises(Moved, match=r"Sam changed this visit to Mon 13 May, 10:00 to 11:10\. Your change was not"):
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(30), by=None)


def test_a_table_change_meanwhile_survives_a_resize(kim):
    _, window = TableFactory.create_batch(2)
    visit = book(kim)
    booking.move(visit=visit, table=window, by=None)

    assert booking.resize(visit=visit, ends_at=visit.ends_at + minutes(10), by=None).table == window


# Back to where it was


def test_a_move_is_taken_back_with_table_time_and_confirmation(kim, sam):
    table, window = TableFactory.create_batch(2)
    visit = attending.confirm(visit=book(kim), by=None)
    moved = booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), table=window, by=sam)

    back = booking.undo_move(visit=moved, by=sam, revision=moved.revision)

    assert (back.starts_at, back.table, back.revision) == (MONDAY_TEN, table, 2)
    assert (back.status, back.status_by) == (Status.CONFIRMED, None)
    assert taken(back) == {kim.pk: [(0, 20), (45, 60)], table.pk: [(0, 60)]}


def test_a_resize_is_taken_back(kim, sam):
    TableFactory()
    visit = book(kim)
    held = taken(visit)
    longer = booking.resize(visit=visit, ends_at=visit.ends_at + minutes(10), by=sam)

    back = booking.undo_move(visit=longer, by=sam, revision=1)

    assert (back.ends_at, [stage["minutes"] for stage in back.stages]) == (visit.ends_at, [20, 25, 15])
    assert taken(back) == held


@pytest.mark.django_db(transaction=True)  # each verb commits, as in earnest: the context of a change ends with it
def test_a_table_change_is_taken_back_and_made_again_and_taken_back(kim, sam):
    table, window = TableFactory.create_batch(2)
    visit = book(kim)

    for _ in range(2):
        booking.move(visit=visit, table=window, by=sam)
        assert booking.undo_move(visit=visit, by=sam, revision=0).table == table
        assert booking.undo_move(visit=visit, by=sam, revision=0).table == table, "pressing twice is no mistake"


def test_taking_a_move_back_twice_is_no_mistake(kim, sam):
    TableFactory()
    visit = booking.move(visit=book(kim), starts_at=MONDAY_TEN + minutes(120), by=sam)

    booking.undo_move(visit=visit, by=sam, revision=1)

    assert booking.undo_move(visit=visit, by=sam, revision=1).revision == 2


def test_what_somebody_moved_since_is_not_taken_back(kim, sam):
    TableFactory()
    visit = booking.move(visit=book(kim), starts_at=MONDAY_TEN + minutes(120), by=sam)
    booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(60), by=UserFactory(first_name="Mia"))

    with pytest.raises(Moved, match=r"Mia changed this visit to Mon 13 May, 11:00 to 12:00\."):
        booking.undo_move(visit=visit, by=sam, revision=1)


def test_a_move_that_the_patient_has_confirmed_is_not_taken_back(kim, sam):
    TableFactory()
    visit = booking.move(visit=book(kim), starts_at=MONDAY_TEN + minutes(120), by=sam)
    attending.confirm(visit=visit, by=None)

    with pytest.raises(Moved, match="The patient confirmed this visit"):
        booking.undo_move(visit=visit, by=sam, revision=1)


def test_a_visit_that_never_moved_has_nothing_to_take_back(kim, sam):
    TableFactory()

    with pytest.raises(Moved, match="nothing to undo"):
        booking.undo_move(visit=book(kim), by=sam, revision=0)


def test_a_move_is_not_taken_back_into_time_that_is_given_away(kim, sam):
    TableFactory()
    service = ServiceFactory(by=[kim])
    visit = booking.move(visit=book(kim, service), starts_at=MONDAY_TEN + minutes(120), by=sam)
    book(kim, service)
    before = snapshot()

    with pytest.raises(SlotTaken, match=r"Kim is with Ana until 10:20\."):
        booking.undo_move(visit=visit, by=sam, revision=1)

    assert snapshot() == before


# In spite of hours


def test_a_reason_moves_a_visit_into_time_off_and_a_later_move_clears_it(kim):
    TableFactory()
    manager = UserFactory(role="Manager")
    visit = book(kim)
    noon = MONDAY_TEN + minutes(120)
    TimeOff.objects.create(resource=kim, span=(noon, noon + minutes(60)))

    moved = booking.move(visit=visit, starts_at=noon, by=manager, override="Travels far")
    back = booking.move(visit=moved, starts_at=MONDAY_TEN, by=None)

    assert (moved.starts_at, moved.override_reason) == (noon, "Travels far")
    assert back.override_reason == ""


def test_a_reason_stays_as_long_as_time_and_practitioner_do(kim):
    _, window = TableFactory.create_batch(2)
    late = MONDAY_TEN + timedelta(hours=11)
    visit = book(kim, starts_at=late, by=UserFactory(role="Manager"), override="Travels far")

    assert booking.move(visit=visit, table=window, by=None).override_reason == "Travels far"
    assert booking.resize(visit=visit, ends_at=visit.ends_at - minutes(5), by=None).override_reason == "Travels far"
    with pytest.raises(OutOfHours):
        booking.resize(visit=visit, ends_at=visit.ends_at + minutes(5), seen=1, by=None)


def test_a_reason_for_one_location_opens_no_other(kim):
    TableFactory()
    far = TableFactory(location=LocationFactory(name="Far"))
    visit = book(
        kim, starts_at=MONDAY_TEN + timedelta(hours=11), by=UserFactory(role="Manager"), override="Travels far"
    )

    with pytest.raises(OutOfHours, match="Kim does not work at Far"):
        booking.move(visit=visit, table=far, by=None)


def test_a_reason_comes_back_with_the_place_it_was_for(kim, sam):
    TableFactory()
    late = MONDAY_TEN + timedelta(hours=11)
    visit = book(kim, starts_at=late, by=UserFactory(role="Manager"), override="Travels far")
    moved = booking.move(visit=visit, starts_at=MONDAY_TEN, by=sam)

    back = booking.undo_move(visit=moved, by=sam, revision=1)

    assert (back.starts_at, back.override_reason) == (late, "Travels far")


@pytest.mark.parametrize("verb", [booking.move, booking.resize])
def test_a_reason_without_the_permission_moves_nothing(kim, verb):
    TableFactory()
    visit = book(kim)
    when = {"starts_at": MONDAY_TEN} if verb == booking.move else {"ends_at": visit.ends_at}
    before = snapshot()

    for by in (None, UserFactory(role="Front desk")):
        with pytest.raises(NotAllowed, match="Only a manager or a practitioner can book outside hours"):
            verb(visit=visit, by=by, override="Travels far", **when)

    assert snapshot() == before
