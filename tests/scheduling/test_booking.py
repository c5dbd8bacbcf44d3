from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from clinic.errors import ClinicError
from clinic.models import Spot, Table, TimeOff
from scheduling import attending, booking
from scheduling.errors import Moved, OutOfHours, SentTwice, SlotTaken
from scheduling.models import Appointment, Sitting, Status
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
from tests.scheduling.bookings import CURRENT, HANDS_ON, book, minutes, snapshot, taken

pytestmark = pytest.mark.django_db


def test_a_visit_takes_its_stages_and_the_table_throughout(kim, sam):
    table, unit = TableFactory(), DeviceFactory()

    visit = book(kim, ServiceFactory(by=[kim], stages=CURRENT), by=sam, note="By phone")

    assert taken(visit) == {kim.pk: [(0, 20), (45, 60)], unit.pk: [(20, 45)], table.pk: [(0, 60)]}
    assert (visit.status, visit.booked_by, visit.note, visit.revision) == (Status.BOOKED, sam, "By phone", 0)
    stored = Appointment.objects.get()
    assert (stored.starts_at, stored.ends_at) == (visit.starts_at, visit.ends_at)
    assert stored.span == visit.span == DateTimeTZRange(MONDAY_TEN, MONDAY_TEN + minutes(60))


def test_a_visit_keeps_the_stages_it_was_booked_with(kim):
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    visit = book(kim, service)

    service.stages.update(minutes=30)
    visit.refresh_from_db()

    assert visit.ends_at - visit.starts_at == minutes(60)
    assert [stage["minutes"] for stage in visit.stages] == [60]


def test_a_practitioner_begins_with_the_next_while_the_first_rests(kim):
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim])
    first = book(kim, service)

    second = book(kim, service, starts_at=MONDAY_TEN + minutes(20))

    assert second.table != first.table


def test_a_busy_practitioner_is_named_with_the_patient_and_three_nearest_times(kim):
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON)
    book(kim, service)
    before = snapshot()

    with pytest.raises(SlotTaken) as refused:
        book(kim, service, starts_at=MONDAY_TEN + minutes(30))

    assert refused.value.sentence == "Kim is with Ana until 11:00."
    assert [str(free) for free in refused.value.alternatives] == [
        "Mon 13 May 11:00 with Kim",
        "Mon 13 May 11:15 with Kim",
        "Mon 13 May 11:30 with Kim",
    ]
    assert str(refused.value).startswith("Kim is with Ana until 11:00. Free: Mon 13 May 11:00 with Kim, ")
    assert snapshot() == before


def test_a_patient_is_in_one_place(kim):
    TableFactory.create_batch(2)
    ana = AppointmentFactory(practitioner=PractitionerFactory(name="Roy")).patient

    with pytest.raises(SlotTaken, match=r"Ana has another visit with Roy until 11:00\."):
        book(kim, patient=ana, starts_at=MONDAY_TEN + minutes(30))


def test_when_all_tables_are_taken_it_says_until_when(kim):
    AppointmentFactory(table=TableFactory())
    AppointmentFactory(table=TableFactory(), start=MONDAY_TEN + minutes(15))

    with pytest.raises(SlotTaken, match=r"Both tables are taken until 11:00\."):
        book(kim, starts_at=MONDAY_TEN + minutes(30))


def test_when_the_only_unit_is_taken_it_says_until_when(kim):
    TableFactory.create_batch(2)
    current = ServiceFactory(by=[kim], stages=CURRENT)
    AppointmentFactory(device=DeviceFactory(), service=current)

    with pytest.raises(SlotTaken, match=r"The only e-stim unit is taken until 10:45\."):
        book(kim, current)


def test_a_location_without_a_usable_unit_says_so(kim):
    TableFactory()
    DeviceFactory(out_of_service="Cracked lead")

    with pytest.raises(SlotTaken, match=r"Riverside has no e-stim unit that can be used\."):
        book(kim, ServiceFactory(by=[kim], stages=CURRENT))


def test_a_named_table_is_taken_or_refused_by_its_name(kim):
    window, _ = TableFactory(name="Window"), TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON)

    assert book(kim, service, table=window).table == window
    roy = PractitionerFactory()
    with pytest.raises(SlotTaken, match=r"Window is taken until 11:00\."):
        book(roy, table=window)


def test_a_named_unit_is_taken_or_refused_by_its_name(kim):
    TableFactory.create_batch(2)
    _, good = DeviceFactory(), DeviceFactory(name="Good one")
    current = ServiceFactory(by=[kim], stages=CURRENT)

    assert book(kim, current, device=good).device == good
    roy = PractitionerFactory()
    with pytest.raises(SlotTaken, match=r"Good one is taken until 10:45\."):
        book(roy, ServiceFactory(by=[roy], stages=CURRENT), device=good)


def test_a_table_with_time_off_is_not_chosen(kim):
    away, here = TableFactory(), TableFactory()
    TimeOff.objects.create(resource=away, span=(MONDAY_TEN, MONDAY_TEN + minutes(30)))

    assert book(kim).table == here


def test_a_chair_is_chosen_only_when_no_table_is_free(kim):
    chair, table = TableFactory(chair=True), TableFactory()
    roy = PractitionerFactory()
    either = ServiceFactory(by=[kim, roy], spot=Spot.EITHER)

    assert book(kim, either).table == table
    assert book(roy, either).table == chair


def test_a_table_rests_before_and_after_a_visit(kim):
    TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON, turnover_minutes=15)
    book(kim, service)

    for early, late in [(50, 60), (-70, -60)]:
        for start in (early, late):
            with pytest.raises(SlotTaken):
                book(kim, service, starts_at=MONDAY_TEN + minutes(start))
    book(kim, service, starts_at=MONDAY_TEN + minutes(75))
    book(kim, service, starts_at=MONDAY_TEN - minutes(75))


def test_turnover_is_soft_the_database_accepts_what_the_verb_refuses(kim):
    table = TableFactory()
    service = ServiceFactory(by=[kim], stages=HANDS_ON, turnover_minutes=15)

    first = AppointmentFactory(table=table, service=service, turnover_minutes=15)
    second = AppointmentFactory(table=table, service=service, start=first.ends_at)

    assert second.occupancies.exists()


def test_a_form_sent_twice_books_once(kim):
    TableFactory()
    service, ana, key = ServiceFactory(by=[kim]), PatientFactory(), uuid4()

    first = book(kim, service, patient=ana, request_key=key)
    again = book(kim, service, patient=ana, request_key=key)

    assert again == first
    assert Appointment.objects.count() == 1


def test_a_form_sent_again_with_something_else_is_refused_and_books_nothing(kim):
    TableFactory.create_batch(2)
    service, ana, key = ServiceFactory(by=[kim]), PatientFactory(family_name="Ortiz"), uuid4()
    book(kim, service, patient=ana, request_key=key)

    with pytest.raises(SentTwice, match=r"booked Ana Ortiz with Kim, Mon 13 May, 10:00\. Nothing more is booked\."):
        book(kim, service, patient=ana, starts_at=MONDAY_TEN + minutes(120), request_key=key)
    with pytest.raises(SentTwice):
        book(kim, service, starts_at=MONDAY_TEN + minutes(120), request_key=key)

    assert Appointment.objects.count() == 1


def test_a_form_sent_again_after_its_visit_was_cancelled_books_nothing_by_itself(kim):
    TableFactory()
    service, ana, key = ServiceFactory(by=[kim]), PatientFactory(), uuid4()
    booking.cancel(visit=book(kim, service, patient=ana, request_key=key), reason="", by=None)

    with pytest.raises(SentTwice):
        book(kim, service, patient=ana, request_key=key)


HAPPENING = []


def something_happens(**asked):
    """A check among BOOKING_CHECKS, called between the first look and the locks."""
    if HAPPENING:
        HAPPENING.pop()()


def test_a_table_that_is_taken_between_the_first_look_and_the_locks_is_replaced_by_another(kim, settings):
    settings.BOOKING_CHECKS = [f"{__name__}.something_happens"]
    first, second = TableFactory.create_batch(2)
    HAPPENING.append(lambda: AppointmentFactory(table=first))

    assert book(kim).table == second


def test_the_rooms_above_are_asked_with_the_visit_as_it_would_be(kim, sam, settings):
    settings.BOOKING_CHECKS = [f"{__name__}.object_to_all"]
    TableFactory()

    with pytest.raises(ClinicError, match="None of that"):
        book(kim, by=sam)

    asked = OBJECTED.pop()
    assert (asked["practitioner"], asked["by"], asked["location"]) == (kim, sam, LocationFactory())
    assert (asked["starts_at"], asked["ends_at"]) == (MONDAY_TEN, MONDAY_TEN + minutes(60))
    assert not Appointment.objects.exists()


OBJECTED = []


def object_to_all(**asked):
    OBJECTED.append(asked)
    raise ClinicError("None of that.")


def test_a_merged_record_is_not_booked(kim):
    TableFactory()
    ana = PatientFactory(merged_into=PatientFactory())

    with pytest.raises(Moved, match="merged"):
        book(kim, patient=ana)


def test_a_practitioner_without_hours_is_not_booked():
    kim = PractitionerFactory(name="Kim", hours=False)
    TableFactory()

    with pytest.raises(OutOfHours, match=r"Kim has no working hours yet\."):
        book(kim)


def test_the_table_is_where_the_practitioner_works_at_that_hour(kim):
    far = LocationFactory(name="Far")
    TableFactory()
    there = TableFactory(location=far)
    kim.hours.filter(weekday=1).update(location=far)

    assert book(kim, starts_at=MONDAY_TEN + timedelta(days=1)).table == there


def test_a_cancelled_visit_frees_all_it_held_and_keeps_its_reason(kim, sam):
    TableFactory()
    service = ServiceFactory(by=[kim])
    gone = book(kim, service)

    booking.cancel(visit=gone, reason="Cold", by=sam)

    assert (gone.status, gone.status_by, gone.cancel_reason) == (Status.CANCELLED, sam, "Cold")
    assert not gone.occupancies.exists()
    assert book(kim, service).table == gone.table


def test_a_session_that_has_begun_is_not_cancelled(sam):
    visit = AppointmentFactory(status=Status.IN_SESSION, status_by=sam)

    with pytest.raises(Moved, match=r"Sam started this session"):
        booking.cancel(visit=visit, reason="", by=None)

    assert visit.occupancies.exists()


# Taking back


@pytest.mark.parametrize("verb", [attending.confirm, attending.arrive])
def test_an_arrow_is_walked_back(kim, sam, verb):
    TableFactory()
    visit = verb(visit=book(kim), by=sam)

    undone = booking.undo(visit=visit, by=sam)

    assert (undone.status, undone.status_before) == (Status.BOOKED, "")


@pytest.mark.parametrize("go", [attending.no_show, lambda **wish: booking.cancel(reason="Cold", **wish)])
def test_a_visit_that_comes_back_takes_its_time_again(kim, go):
    TableFactory()
    visit = attending.confirm(visit=book(kim), by=None)
    held = taken(visit)
    go(visit=visit, by=None)

    back = booking.undo(visit=visit, by=None)

    assert (back.status, back.cancel_reason) == (Status.CONFIRMED, "")
    assert taken(back) == held


def test_a_visit_whose_time_was_given_away_does_not_come_back(kim):
    TableFactory()
    service = ServiceFactory(by=[kim])
    visit = booking.cancel(visit=book(kim, service), reason="", by=None)
    book(kim, service)
    before = snapshot()

    with pytest.raises(SlotTaken, match=r"Kim is with Ana until 10:20\."):
        booking.undo(visit=visit, by=None)

    assert snapshot() == before


def test_a_visit_whose_table_is_gone_does_not_come_back(kim):
    table = TableFactory(name="Window")
    visit = booking.cancel(visit=book(kim), reason="", by=None)
    Table.objects.filter(pk=table.pk).update(active=False)

    with pytest.raises(SlotTaken, match=r"Window can't be used then\."):
        booking.undo(visit=visit, by=None)


def test_undoing_twice_is_no_mistake(kim, sam):
    TableFactory()
    visit = attending.arrive(visit=book(kim), by=sam)
    seen = Appointment.objects.get(pk=visit.pk)
    booking.undo(visit=visit, by=sam)

    assert booking.undo(visit=seen, by=sam).status == Status.BOOKED


def test_what_somebody_else_did_since_is_not_undone(kim, sam):
    TableFactory()
    visit = attending.arrive(visit=book(kim), by=sam)
    attending.start(visit=Appointment.objects.get(pk=visit.pk), by=UserFactory(first_name="Kim"))

    with pytest.raises(Moved, match="Kim started this session"):
        booking.undo(visit=visit, by=sam)


def test_there_is_nothing_to_undo_in_a_visit_that_was_only_booked(kim):
    TableFactory()

    with pytest.raises(Moved, match="nothing to undo"):
        booking.undo(visit=book(kim), by=None)


def test_a_completed_visit_is_opened_again_and_its_patient_sits_again(kim, sam):
    TableFactory()
    visit = attending.start(visit=attending.arrive(visit=book(kim), by=sam), by=sam)
    attending.complete(visit=visit, by=sam)

    undone = booking.undo(visit=visit, by=sam)

    assert (undone.status, undone.status_before) == (Status.IN_SESSION, "")
    assert undone.sitting.ended_at is None


def test_a_start_is_taken_back_and_nobody_sits(kim, sam):
    TableFactory()
    visit = attending.start(visit=attending.arrive(visit=book(kim), by=sam), by=sam)

    undone = booking.undo(visit=visit, by=sam)

    assert undone.status == Status.ARRIVED
    assert not Sitting.objects.exists()


def test_the_rooms_above_may_object_to_opening_a_completed_visit(kim, sam, settings):
    settings.UNDO_CHECKS = [f"{__name__}.object_to_all"]
    visit = AppointmentFactory(status=Status.COMPLETED, status_before=Status.IN_SESSION)

    with pytest.raises(ClinicError, match="None of that"):
        booking.undo(visit=visit, by=sam)

    assert OBJECTED.pop() == {"visit": visit, "by": sam}
    visit.refresh_from_db()
    assert visit.status == Status.COMPLETED


def test_booking_costs_the_same_in_a_large_clinic(kim, cost):
    TableFactory()
    service = ServiceFactory(by=[kim])
    alone = cost(lambda: book(kim, service, request_key=uuid4()))

    TableFactory.create_batch(5)
    for number in range(1, 4):
        AppointmentFactory(start=MONDAY_TEN + timedelta(days=number))
    crowded = cost(lambda: book(kim, service, starts_at=MONDAY_TEN + minutes(120), request_key=uuid4()))

    assert alone == crowded == 15  # the patient's own row among them
