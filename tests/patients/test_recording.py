from datetime import date

import pytest

from clinic.errors import ClinicError
from patients import recording
from patients.models import HealthFact
from tests.factories import HealthFactFactory, PatientFactory, UserFactory

pytestmark = pytest.mark.django_db
MAY = date(2030, 5, 13)


def test_a_second_press_returns_the_first_fact():
    patient, user = PatientFactory(), UserFactory()

    first = recording.record(patient=patient, by=user, code="pacemaker")
    second = recording.record(patient=patient, by=user, code="pacemaker")

    assert first == second
    assert first.recorded_by == user


def test_an_open_fact_is_not_recorded_twice():
    fact = HealthFactFactory(code="anticoagulant", detail="Warfarin")

    with pytest.raises(ClinicError, match="on record already"):
        recording.record(patient=fact.patient, by=UserFactory(), code="anticoagulant", detail="Apixaban")

    assert HealthFact.objects.get() == fact


def test_two_limbs_are_two_facts():
    fact = HealthFactFactory(code="lymphoedema", region="left_arm")

    assert recording.record(patient=fact.patient, by=UserFactory(), code="lymphoedema", region="right_arm") != fact


def test_a_fact_ends_on_a_day_and_can_be_recorded_anew():
    fact = HealthFactFactory(code="anticoagulant")

    recording.end(fact=fact, until=MAY, by=UserFactory())

    fact.refresh_from_db()
    assert fact.until == MAY
    assert recording.record(patient=fact.patient, by=UserFactory(), code="anticoagulant") != fact


def test_a_fact_does_not_end_before_it_began():
    fact = HealthFactFactory(since=MAY)

    with pytest.raises(ClinicError, match="before the fact began") as refusal:
        recording.end(fact=fact, until=date(2030, 5, 12), by=UserFactory())

    assert refusal.value.field == "until"


def test_whoever_comes_second_hears_that_the_fact_changed():
    fact = HealthFactFactory()
    recording.end(fact=fact, until=MAY, by=UserFactory())

    with pytest.raises(ClinicError, match="a moment ago"):
        recording.end(fact=fact, until=date(2030, 5, 14), by=UserFactory())


def test_what_was_entered_in_error_counts_for_nothing_and_can_be_taken_back():
    fact = HealthFactFactory()

    recording.withdraw(fact=fact, by=UserFactory())
    assert not HealthFact.objects.on(MAY).exists()

    recording.reopen(fact=fact, by=UserFactory())
    assert HealthFact.objects.on(MAY).get() == fact


def test_an_error_is_marked_once():
    fact = HealthFactFactory(entered_in_error=True)

    with pytest.raises(ClinicError, match="a moment ago"):
        recording.withdraw(fact=fact, by=UserFactory())


def test_a_fact_is_not_reopened_beside_its_like():
    old = HealthFactFactory(code="anticoagulant", until=MAY)
    HealthFactFactory(patient=old.patient, code="anticoagulant")

    with pytest.raises(ClinicError, match="on record already"):
        recording.reopen(fact=old, by=UserFactory())


def test_every_change_is_in_the_history_with_who_made_it():
    user = UserFactory()
    fact = recording.record(patient=PatientFactory(), by=user, code="pacemaker")
    recording.end(fact=fact, until=MAY, by=user)

    events = fact.healthfact_history.order_by("pgh_id")

    assert [event.until for event in events] == [None, MAY]
    assert {event.pgh_context.metadata["user"] for event in events} == {user.pk}
