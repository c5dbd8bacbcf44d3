"""Real threads on the real database: rivals in rounds. Exactly one wins a slot, and the others are told when else.

The figures in docs/decisions/occupancy-constraint.md were measured with these races, in 60 rounds.
"""

from datetime import timedelta
from functools import partial
from threading import Event
from uuid import uuid4

import pytest
from django.db import connection, transaction

from scheduling import attending, booking, repeating
from scheduling.errors import Moved, SentTwice, SlotTaken
from scheduling.models import Appointment, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    DeviceFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.scheduling.racing import (
    RIVALS,
    assert_all_told_when_else,
    assert_nothing_is_in_two_places,
    booker,
    losers,
    winners,
)

ROUNDS = 30

pytestmark = [pytest.mark.crash, pytest.mark.django_db(transaction=True)]


def somebody_waits_for_me(tries=1000):
    """Asks the database, every hundredth of a second, whether another connection waits for this one's commit."""
    waiting = (
        "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    with connection.cursor() as cursor:
        for _ in range(tries):
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return True
    return False


def test_of_rivals_for_one_slot_with_different_patients_exactly_one_wins_each_round(race):
    kim = PractitionerFactory()
    service = ServiceFactory(by=[kim])
    TableFactory.create_batch(2)
    patients = PatientFactory.create_batch(RIVALS)

    for number in range(ROUNDS):
        slot = MONDAY_TEN + timedelta(days=number)
        results = race([booker(patient=ana, service=service, practitioner=kim, starts_at=slot) for ana in patients])

        assert len(winners(results)) == 1
        assert_all_told_when_else(losers(results))

    assert Appointment.objects.count() == ROUNDS
    assert_nothing_is_in_two_places()


def test_of_rivals_who_book_one_patient_with_everybody_exactly_one_wins_each_round(race):
    team = PractitionerFactory.create_batch(RIVALS)
    service = ServiceFactory(by=team)
    TableFactory.create_batch(RIVALS)
    ana = PatientFactory()

    for number in range(ROUNDS):
        slot = MONDAY_TEN + timedelta(days=number)
        results = race([booker(patient=ana, service=service, practitioner=one, starts_at=slot) for one in team])

        assert len(winners(results)) == 1
        assert_all_told_when_else(losers(results))

    assert Appointment.objects.count() == ROUNDS
    assert_nothing_is_in_two_places()


def test_rivals_who_need_the_same_table_and_unit_in_opposite_order_never_stand_in_each_others_way_for_ever(race):
    """Half name table and unit, half choose; some claim what others let go. Whoever gets nothing is told so."""
    team = PractitionerFactory.create_batch(RIVALS)
    tables, units = TableFactory.create_batch(3), DeviceFactory.create_batch(2)
    current = ServiceFactory(by=team, stages=[("Needling", 20, True, False), ("Current", 25, False, True)])
    first_current = ServiceFactory(by=team, stages=[("Current", 25, False, True), ("Needling", 20, True, False)])
    patients = PatientFactory.create_batch(RIVALS)
    named = [{"table": tables[0], "device": units[1]}, {"table": tables[1], "device": units[0]}, {}, {}]

    for number in range(20):
        slot = MONDAY_TEN + timedelta(days=number)
        results = race(
            [
                booker(
                    patient=patients[n],
                    service=[current, first_current][n % 2],
                    practitioner=team[-n],
                    starts_at=slot,
                    **named[n % 4],
                )
                for n in range(RIVALS)
            ]
        )

        assert 2 <= len(winners(results)) <= 3
        assert_all_told_when_else(losers(results))

    assert_nothing_is_in_two_places()


def test_a_form_sent_eight_times_at_once_books_once_and_everybody_gets_that_visit(race):
    kim = PractitionerFactory()
    service = ServiceFactory(by=[kim])
    TableFactory()
    ana = PatientFactory()

    for number in range(10):
        slot = MONDAY_TEN + timedelta(days=number)
        twice = {"patient": ana, "service": service, "practitioner": kim, "starts_at": slot, "request_key": uuid4()}
        results = race([booker(**twice)] * RIVALS)

        assert len({visit.pk for visit in winners(results)}) == 1
        assert losers(results) == []

    assert Appointment.objects.count() == 10


def test_one_key_sent_for_two_patients_at_once_books_one_of_them(race):
    kim = PractitionerFactory()
    service = ServiceFactory(by=[kim])
    TableFactory.create_batch(2)
    ana, ben = PatientFactory.create_batch(2)

    for number in range(10):
        key, slot = uuid4(), MONDAY_TEN + timedelta(days=number)
        results = race(
            [
                booker(patient=ana, service=service, practitioner=kim, starts_at=slot, request_key=key),
                booker(
                    patient=ben, service=service, practitioner=kim, starts_at=slot + timedelta(hours=2), request_key=key
                ),
            ]
        )

        assert len(winners(results)) == 1
        assert [type(loser) for loser in losers(results)] == [SentTwice]

    assert Appointment.objects.count() == 10


def test_whoever_writes_without_the_locks_meets_the_constraint_and_the_booking_is_refused_in_words(race):
    """The constraint as the backstop: the look sees nothing yet, the write waits for the other's commit and fails."""
    kim = PractitionerFactory(name="Kim")
    service = ServiceFactory(by=[kim])
    TableFactory.create_batch(2)
    ana = PatientFactory()
    written = Event()

    def write_without_locks():
        with transaction.atomic():
            AppointmentFactory(practitioner=kim, service=service)
            written.set()
            assert somebody_waits_for_me()

    def book_into_it():
        written.wait()
        return booking.book(patient=ana, service=service, practitioner=kim, starts_at=MONDAY_TEN, by=None)

    _, refused = race([write_without_locks, book_into_it])

    assert isinstance(refused, SlotTaken), refused
    assert refused.sentence == "Kim is with Ana until 10:20."
    assert Appointment.objects.count() == 1


def test_moves_and_bookings_into_one_another_end_with_everything_in_one_place(race):
    kim, roy = PractitionerFactory(name="Kim"), PractitionerFactory(name="Roy")
    service = ServiceFactory(by=[kim, roy])
    tables = TableFactory.create_batch(2)
    noon = MONDAY_TEN + timedelta(hours=2)
    visits = [
        AppointmentFactory(practitioner=one, service=service, table=table, start=start)
        for one, table, start in [(kim, tables[0], MONDAY_TEN), (roy, tables[1], noon)]
    ]
    guests = PatientFactory.create_batch(2)

    for number in range(20):
        there, back = (MONDAY_TEN, noon) if number % 2 else (noon, MONDAY_TEN)
        results = race(
            [
                partial(booking.move, visit=visits[0], starts_at=there, practitioner=roy, by=None),
                partial(booking.move, visit=visits[1], starts_at=back, practitioner=kim, by=None),
                booker(patient=guests[0], service=service, practitioner=kim, starts_at=there),
                booker(patient=guests[1], service=service, practitioner=roy, starts_at=back),
            ]
        )

        assert {type(result) for result in results} <= {Appointment, SlotTaken, Moved}
        assert_nothing_is_in_two_places()
        for visit in Appointment.objects.filter(patient__in=guests).live():
            booking.cancel(visit=visit, reason="", by=None)
        for visit in visits:
            visit.refresh_from_db()


def test_two_who_check_in_at_once_are_one_check_in_and_one_refusal(race):
    sam, mia = UserFactory(first_name="Sam"), UserFactory(first_name="Mia")

    for number in range(10):
        visit = AppointmentFactory(start=MONDAY_TEN + timedelta(days=number))
        seen = [Appointment.objects.get(pk=visit.pk) for _ in range(2)]
        results = race(
            [
                partial(attending.arrive, visit=seen[0], by=sam),
                partial(attending.arrive, visit=seen[1], by=mia),
            ]
        )

        assert [winner.status for winner in winners(results)] == [Status.ARRIVED]
        assert [type(loser) for loser in losers(results)] == [Moved]


def test_a_cancelled_visit_comes_back_or_its_slot_goes_to_a_rival_but_never_both(race):
    kim = PractitionerFactory()
    service = ServiceFactory(by=[kim])
    table = TableFactory()
    guest = PatientFactory()

    for number in range(10):
        slot = MONDAY_TEN + timedelta(days=number)
        visit = AppointmentFactory(practitioner=kim, service=service, table=table, start=slot)
        booking.cancel(visit=visit, reason="", by=None)
        results = race(
            [
                partial(booking.undo, visit=visit, by=None),
                booker(patient=guest, service=service, practitioner=kim, starts_at=slot),
            ]
        )

        assert len(winners(results)) == 1
        assert_all_told_when_else(losers(results))

    assert_nothing_is_in_two_places()


def test_a_repetition_sent_eight_times_at_once_is_booked_once_and_everybody_gets_its_visits(race):
    kim = PractitionerFactory()
    service = ServiceFactory(by=[kim])
    TableFactory()
    ana = PatientFactory()

    for number in range(5):
        first = MONDAY_TEN + timedelta(days=number)
        times = [(first + timedelta(days=7 * week), kim) for week in range(3)]
        wish = {"patient": ana, "service": service, "times": times, "by": None, "request_key": uuid4()}
        results = race([partial(repeating.book_all, **wish)] * RIVALS)

        assert all(isinstance(result, list) for result in results), results
        assert len({tuple(visit.pk for visit in visits) for visits in results}) == 1

    assert Appointment.objects.count() == 15
    assert_nothing_is_in_two_places()


def test_of_two_repetitions_that_cross_one_is_booked_whole_and_the_other_not_at_all(race):
    kim = PractitionerFactory(name="Kim")
    service = ServiceFactory(by=[kim])
    TableFactory.create_batch(2)
    patients = PatientFactory.create_batch(2)

    for number in range(5):
        dates = [MONDAY_TEN + timedelta(days=7 * week, hours=number) for week in range(3)]
        times = [[(date, kim) for date in dates], [(date, kim) for date in reversed(dates)]]
        results = race(
            [
                partial(repeating.book_all, patient=ana, service=service, times=wanted, by=None, request_key=uuid4())
                for ana, wanted in zip(patients, times, strict=True)
            ]
        )

        assert sorted(type(result).__name__ for result in results) == ["SeriesTaken", "list"]

    assert Appointment.objects.count() == 15
