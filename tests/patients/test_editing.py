import pytest

from patients.editing import edit
from patients.errors import ChangedMeanwhile
from patients.models import Patient
from tests.factories import PatientFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_only_what_was_changed_is_written():
    patient = PatientFactory(phone="555-0101", address="1 River Street")
    Patient.objects.filter(pk=patient.pk).update(address="2 Hill Road")

    edit(
        patient=patient,
        loaded={"phone": "555-0101", "address": "1 River Street"},
        wanted={"phone": "555-0199", "address": "1 River Street"},
        by=UserFactory(),
    )

    patient.refresh_from_db()
    assert (patient.phone, patient.address) == ("555-0199", "2 Hill Road")


def test_two_people_who_change_one_detail_do_not_overwrite_each_other():
    patient, sam, roy = PatientFactory(phone="555-0101"), UserFactory(first_name="Sam"), UserFactory(first_name="Roy")
    loaded = {"phone": "555-0101", "address": ""}
    edit(patient=patient, loaded=loaded, wanted={"phone": "555-0102"}, by=sam)
    edit(patient=patient, loaded={"pronouns": ""}, wanted={"pronouns": "she/her"}, by=roy)

    with pytest.raises(ChangedMeanwhile) as refusal:
        edit(patient=patient, loaded=loaded, wanted={"phone": "555-0103", "address": "3 Lane"}, by=roy)

    patient.refresh_from_db()
    assert (patient.phone, patient.address) == ("555-0102", "")
    assert refusal.value.theirs == {"phone": "555-0102"}
    assert refusal.value.by == {"phone": sam}


def test_two_people_who_write_the_same_agree():
    patient = PatientFactory(phone="555-0101")
    edit(patient=patient, loaded={"phone": "555-0101"}, wanted={"phone": "555-0102"}, by=UserFactory())

    edit(patient=patient, loaded={"phone": "555-0101"}, wanted={"phone": "555-0102"}, by=UserFactory())

    patient.refresh_from_db()
    assert patient.phone == "555-0102"


def test_a_change_by_nobody_we_know_is_still_told():
    patient = PatientFactory(phone="555-0101")
    Patient.objects.filter(pk=patient.pk).update(phone="555-0102")

    with pytest.raises(ChangedMeanwhile) as refusal:
        edit(patient=patient, loaded={"phone": "555-0101"}, wanted={"phone": "555-0103"}, by=UserFactory())

    assert refusal.value.by == {"phone": None}
