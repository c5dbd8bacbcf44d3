import uuid
from datetime import date
from threading import Thread

import pytest
from django.db import connection

from patients.errors import LooksLike
from patients.models import Patient
from patients.registering import register
from tests.factories import PatientFactory, UserFactory

ANA = {"given_name": "Ana", "family_name": "Ortiz", "birth_date": date(1971, 3, 12)}


@pytest.mark.django_db
def test_the_same_key_registers_one_person_once():
    user, key = UserFactory(), uuid.uuid4()

    first = register(details=ANA, request_key=key, by=user)
    second = register(details=ANA, request_key=key, by=user)

    assert first == second
    assert Patient.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_register_one_person():
    user, key, found = UserFactory(), uuid.uuid4(), []

    def press():
        found.append(register(details=ANA, request_key=key, by=user, anyway=True).pk)
        connection.close()

    threads = [Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(found)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", [("Ana", "Ortiz"), ("Anna", "Ortis"), ("Ortiz", "Ana"), ("ANA", "ÖRTÍZ"), ("Ana María", "Ortiz")]
)
def test_a_similar_name_of_the_same_birth_date_is_pointed_out(name):
    known = PatientFactory(given_name=name[0], family_name=name[1], birth_date=ANA["birth_date"])

    with pytest.raises(LooksLike) as refusal:
        register(details=ANA, request_key=uuid.uuid4(), by=UserFactory())

    assert refusal.value.patients == [known]
    assert Patient.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"birth_date": date(1971, 3, 13)}, {"given_name": "Li", "family_name": "Chen"}])
def test_another_name_or_birth_date_is_another_person(other):
    PatientFactory(**{**ANA, **other})

    register(details=ANA, request_key=uuid.uuid4(), by=UserFactory())

    assert Patient.objects.count() == 2


@pytest.mark.django_db
def test_a_merged_record_is_nobody_to_be_confused_with():
    kept = PatientFactory(birth_date=date(1950, 1, 1))
    PatientFactory(**ANA, merged_into=kept)

    assert register(details=ANA, request_key=uuid.uuid4(), by=UserFactory())


@pytest.mark.django_db
def test_whoever_looked_registers_anyway_and_the_history_names_them():
    PatientFactory(**ANA)
    user = UserFactory()

    made = register(details=ANA, request_key=uuid.uuid4(), by=user, anyway=True)

    event = made.patient_history.get()
    assert event.pgh_context.metadata["user"] == user.pk
