from datetime import timedelta

import pytest

from scheduling.errors import Barred
from sessions import checks
from tests.factories import MONDAY_TEN, HealthFactFactory, LocationFactory, PatientFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


def ask(code=None, techniques=("needling", "estim"), by=None, **fact):
    patient = PatientFactory()
    if code:
        HealthFactFactory(patient=patient, code=code, **fact)
    checks.may_have(
        patient=patient,
        service=ServiceFactory(techniques=list(techniques)),
        practitioner=None,
        starts_at=MONDAY_TEN,
        ends_at=MONDAY_TEN + timedelta(hours=1),
        location=LocationFactory(),
        by=by,
    )


@pytest.mark.parametrize("code", ["pacemaker", "icd", "crt", "pregnancy", "bleeding_disorder"])
def test_the_front_desk_is_told_to_ask_and_not_why(code):
    with pytest.raises(Barred, match=r"^Ana can't have this service yet\. Ask a practitioner\.$"):
        ask(code, by=UserFactory(role="Front desk"))


def test_the_patients_own_link_is_refused_as_well():
    with pytest.raises(Barred):
        ask("pacemaker", by=None)


def test_a_practitioner_may_book_it():
    ask("pacemaker", by=UserFactory(role="Practitioner"))


@pytest.mark.parametrize(
    ("code", "techniques"),
    [
        (None, ["estim"]),
        ("pacemaker", ["needling"]),
        ("pregnancy", ["needling", "cupping"]),
        ("bleeding_disorder", ["tuina"]),
        ("anticoagulant", ["dry_needling"]),
        ("lymphoedema", ["needling"]),
    ],
)
def test_what_a_plan_could_still_avoid_is_booked(code, techniques):
    limb = {"region": "left_arm"} if code == "lymphoedema" else {}

    ask(code, techniques, by=UserFactory(role="Front desk"), **limb)


def test_what_is_over_by_the_day_of_the_visit_bars_nothing():
    ask("pregnancy", by=UserFactory(role="Front desk"), until="2030-05-12")


def test_asking_takes_one_query_beside_the_permissions(django_assert_num_queries):
    patient, service, location = PatientFactory(), ServiceFactory(), LocationFactory()

    with django_assert_num_queries(1):
        checks.may_have(
            patient=patient,
            service=service,
            practitioner=None,
            starts_at=MONDAY_TEN,
            ends_at=MONDAY_TEN,
            location=location,
            by=None,
        )
