"""Where and when a visit can be, and what a written reason passes."""

from datetime import time, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from clinic.errors import ClinicError, NotAllowed
from clinic.models import Location, Spot, Stage, TimeOff
from scheduling import booking, repeating
from scheduling.errors import BadTime, Barred, NotLicensed, SeriesTaken, SlotTaken
from scheduling.models import Appointment, Status
from scheduling.walking_in import this_cell
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
from tests.scheduling.bookings import CURRENT, HANDS_ON, book, minutes, snapshot

pytestmark = pytest.mark.django_db


def test_the_spot_of_a_service_decides_between_table_and_chair(kim):
    table, chair = TableFactory(name="T1"), TableFactory(name="C1", chair=True)
    at_table, in_chair = (
        ServiceFactory(by=[kim], name="Cupping"),
        ServiceFactory(by=[kim], spot=Spot.CHAIR, name="Ears"),
    )

    assert book(kim, in_chair).table == chair
    assert book(kim, at_table, starts_at=MONDAY_TEN + minutes(60)).table == table
    with pytest.raises(SlotTaken, match=r"Ears is given in a community chair\. Choose another place than T1\."):
        book(kim, in_chair, table=table)


def test_when_all_chairs_are_taken_it_says_so(kim):
    TableFactory()
    AppointmentFactory(table=TableFactory(chair=True))

    with pytest.raises(SlotTaken, match=r"^The only chair is taken until 11:00\."):
        book(kim, ServiceFactory(by=[kim], spot=Spot.CHAIR))


def test_an_inactive_location_takes_no_bookings(kim):
    far = LocationFactory(name="Far", active=False)
    closed_table = TableFactory(location=far)

    with pytest.raises(SlotTaken, match=r"can't be used then"):
        book(kim, table=closed_table, by=UserFactory(role="Manager"), override="All the same")


def test_without_any_active_location_nothing_is_booked(kim):
    Location.objects.update(active=False)

    with pytest.raises(ClinicError, match=r"^No location takes bookings\."):
        book(kim)


def test_a_time_that_has_passed_is_not_booked_but_a_moment_ago_is(kim):
    TableFactory()
    now = this_cell(timezone.now())

    with pytest.raises(BadTime, match="That time has passed"):
        book(kim, starts_at=now - minutes(65))
    kim.hours.update(starts=time(0), ends=time(23, 59))
    TimeOff.objects.all().delete()
    manager = UserFactory(role="Manager")
    assert book(kim, starts_at=now - minutes(55), by=manager, override="Came in before").pk


def test_no_verb_starts_a_visit_beside_the_five_minutes(kim):
    TableFactory()
    visit = book(kim)
    odd = MONDAY_TEN + minutes(123)
    before = snapshot()

    for start in (odd, MONDAY_TEN + timedelta(hours=2, seconds=1)):
        with pytest.raises(BadTime, match=r"on the five minutes"):
            book(kim, starts_at=start)
        with pytest.raises(BadTime, match=r"on the five minutes"):
            booking.move(visit=visit, starts_at=start, by=None)
    with pytest.raises(SeriesTaken, match=r"on the five minutes"):
        repeating.book_all(
            patient=visit.patient, service=visit.service, times=[(odd, kim)], by=None, request_key=uuid4()
        )

    assert snapshot() == before


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({"active": False}, r"^Tui Na is not offered any more\."),
        ({"stages": [("Rest", 240, True, False)] * 7}, r"^Tui Na takes longer than a day\."),
        ({}, r"^Tui Na has no stages yet"),
    ],
)
def test_a_service_that_can_not_be_booked_is_refused_by_every_verb_that_books(kim, sam, broken, sentence):
    TableFactory()
    manager, ana = UserFactory(role="Manager"), PatientFactory()
    service = ServiceFactory(by=[kim], name="Tui Na", **broken)
    if not broken:
        service.stages.all().delete()
    wish = {"patient": ana, "service": service}
    verbs = [
        partial(booking.book, **wish, practitioner=kim, starts_at=MONDAY_TEN, by=manager, override="All the same"),
        partial(booking.walk_in, **wish, practitioner=kim, now=MONDAY_TEN, by=sam),
        partial(repeating.book_all, **wish, times=[(MONDAY_TEN, kim)], by=sam, request_key=uuid4()),
    ]

    for verb in verbs:
        with pytest.raises(ClinicError, match=sentence) as refused:
            verb()
        assert refused.value.field == "service"

    assert not Appointment.objects.exists()


def test_a_visit_moves_and_comes_back_although_its_service_is_not_offered_any_more(kim):
    TableFactory()
    visit = book(kim)
    visit.service.active = False
    visit.service.save()

    moved = booking.move(visit=visit, starts_at=MONDAY_TEN + minutes(120), by=None)
    back = booking.undo(visit=booking.cancel(visit=moved, reason="", by=None), by=None)

    assert back.starts_at == MONDAY_TEN + minutes(120)


def test_who_walks_in_is_booked_for_now_and_checked_in(kim, sam):
    TableFactory()
    kwargs = {"patient": PatientFactory(), "service": ServiceFactory(by=[kim]), "practitioner": kim, "by": sam}
    once = {"now": MONDAY_TEN + timedelta(minutes=7, seconds=12), "request_key": uuid4()}

    visit = booking.walk_in(**kwargs, **once)

    assert (visit.starts_at, visit.status, visit.status_by) == (MONDAY_TEN + minutes(5), Status.ARRIVED, sam)
    assert booking.walk_in(**kwargs, **once) == visit, "a double click books once"
    assert booking.walk_in(**kwargs, **once | {"now": MONDAY_TEN + minutes(10)}) == visit, "five minutes on, too"
    assert Appointment.objects.count() == 1


def test_who_walks_in_when_nobody_is_free_is_told_when_and_nothing_is_booked(kim, sam):
    TableFactory()
    service = ServiceFactory(by=[kim])
    book(kim, service)

    with pytest.raises(SlotTaken, match="Kim is with Ana until 10:20") as refused:
        booking.walk_in(patient=PatientFactory(), service=service, practitioner=kim, by=sam, now=MONDAY_TEN)

    assert len(refused.value.alternatives) == 3
    assert Appointment.objects.count() == 1


# In spite of hours and rests


@pytest.mark.parametrize("role", ["Manager", "Practitioner"])
def test_who_may_books_out_of_hours_and_in_time_off_with_a_reason(kim, role):
    TableFactory()
    TimeOff.objects.create(location=LocationFactory(), span=(MONDAY_TEN, MONDAY_TEN + minutes(60)))
    by = UserFactory(role=role)

    shut = book(kim, by=by, override="Travels far")
    late = book(kim, starts_at=MONDAY_TEN + timedelta(hours=12), by=by, override="Travels far")

    assert [one.override_reason for one in (shut, late)] == ["Travels far"] * 2


def test_a_reason_opens_nothing_without_the_permission(kim):
    TableFactory()

    for by in (None, UserFactory(role="Front desk")):
        with pytest.raises(NotAllowed, match=r"^Only a manager or a practitioner can book outside hours\."):
            book(kim, starts_at=MONDAY_TEN + timedelta(hours=12), by=by, override="Travels far")

    assert not Appointment.objects.exists()


def test_a_reason_passes_neither_licences_nor_clinical_bars(kim, settings):
    TableFactory()
    manager = UserFactory(role="Manager")

    with pytest.raises(NotLicensed):
        book(kim, ServiceFactory(by=[PractitionerFactory()]), by=manager, override="Travels far")
    settings.BOOKING_CHECKS = [f"{__name__}.bar"]
    with pytest.raises(Barred):
        book(kim, by=manager, override="Travels far")


def bar(**asked):
    raise Barred("Ask a practitioner.")


def test_a_reason_passes_nobodys_visit(kim):
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim])
    book(kim, service)

    with pytest.raises(SlotTaken, match="Kim is with Ana") as refused:
        book(kim, service, by=UserFactory(role="Manager"), override="Travels far")

    assert not refused.value.overridable


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (65, "Window is turned over until 11:10."),
        (-65, "Window is turned over for 10 minutes after this visit and taken from 10:00."),
    ],
)
def test_a_turnover_gives_way_to_a_reason_before_and_after(kim, start, sentence):
    TableFactory(name="Window")
    service = ServiceFactory(by=[kim], stages=HANDS_ON, turnover_minutes=10)
    book(kim, service)
    starts_at = MONDAY_TEN + minutes(start)

    with pytest.raises(SlotTaken) as refused:
        book(kim, service, starts_at=starts_at)
    squeezed = book(kim, service, starts_at=starts_at, by=UserFactory(role="Manager"), override="Travels far")

    assert (refused.value.sentence, refused.value.overridable) == (sentence, True)
    assert squeezed.override_reason == "Travels far"


@pytest.mark.parametrize(
    ("start", "sentence"),
    [
        (60, "Kim keeps 10 minutes free after Ana, until 11:10."),
        (-60, "Kim keeps 10 minutes free after this visit. Kim is with Ana from 10:00 to 11:10."),
    ],
)
def test_a_buffer_gives_way_to_a_reason_before_and_after(kim, start, sentence):
    TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON, buffer_minutes=10)
    book(kim, service)
    starts_at = MONDAY_TEN + minutes(start)

    with pytest.raises(SlotTaken) as refused:
        book(kim, service, starts_at=starts_at)
    book(kim, service, starts_at=starts_at, by=UserFactory(role="Manager"), override="Travels far")

    assert (refused.value.sentence, refused.value.overridable) == (sentence, True)


def test_a_buffer_follows_the_last_stage_only(kim):
    TableFactory.create_batch(2)
    book(kim, ServiceFactory(by=[kim], buffer_minutes=10))
    check = ServiceFactory(by=[kim], stages=[("Check", 25, True, False)])

    assert book(kim, check, starts_at=MONDAY_TEN + minutes(20)).pk, "while the first patient rests"


def test_a_table_that_has_rested_is_better_than_one_that_has_not(kim):
    first, second = TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON, turnover_minutes=10)
    book(kim, service, table=first)

    late = book(kim, service, starts_at=MONDAY_TEN + minutes(60), by=UserFactory(role="Manager"), override="Far")

    assert late.table == second


def test_a_time_that_is_taken_is_not_overridable_because_something_rests_as_well(kim):
    first, second = TableFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=HANDS_ON, buffer_minutes=10)
    book(kim, service, table=first)
    for table in (first, second):
        AppointmentFactory(table=table, start=MONDAY_TEN + minutes(60))

    with pytest.raises(SlotTaken, match="Both tables are taken") as refused:
        book(kim, service, starts_at=MONDAY_TEN + minutes(60))

    assert not refused.value.overridable


def test_a_visit_that_stands_too_near_to_another_may_shrink_and_change_its_unit(kim, sam):
    TableFactory()
    units = DeviceFactory.create_batch(2)
    service = ServiceFactory(by=[kim], stages=CURRENT, turnover_minutes=10)
    Stage.objects.filter(service=service, name="Current").update(elastic=True)
    book(kim, service, starts_at=MONDAY_TEN - minutes(60))
    visit = book(kim, service, by=UserFactory(role="Manager"), override="Travels far", device=units[0])
    Appointment.objects.filter(pk=visit.pk).update(override_reason="")

    assert booking.move(visit=visit, device=units[1], by=sam).device == units[1]
    assert booking.resize(visit=visit, ends_at=visit.ends_at - minutes(5), by=sam).revision == 1


def test_an_override_comes_back_with_its_visit(kim, sam):
    TableFactory()
    late = MONDAY_TEN + timedelta(hours=12)
    visit = book(kim, starts_at=late, by=UserFactory(role="Manager"), override="Travels far")
    booking.cancel(visit=visit, reason="", by=sam)

    assert booking.undo(visit=visit, by=sam).status == Status.BOOKED
