"""Every write of a row that matters is on record, raw SQL too, and the record cannot be changed."""

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction

from tests.factories import PatientFactory, PractitionerFactory

OURS = {"clinic", "patients", "scheduling", "sessions", "reminders"}
WITHOUT = {
    "clinic.User",  # an event would keep old password hashes; sign-ins are allauth's to record
    "scheduling.Occupancy",  # derived from the visit, whose every change is kept
    "clinic_sessions.Point",  # the catalogue: what it was is in the app's own data files
    "clinic_sessions.Muscle",
    "clinic_sessions.SignedRecord",  # written once, by trigger
    "clinic_sessions.Amendment",
    "clinic_sessions.ProtocolVersion",
    "patients.AccessRecord",
    "reminders.Message",  # its states are its history; the words never change once written
    "reminders.Notice",
    "reminders.StaffNotice",
    "reminders.Letter",  # each version is a row of its own, never changed
}
pytestmark = pytest.mark.django_db


def kept_models():
    return [
        model
        for model in apps.get_models()
        if model._meta.app_config.name in OURS and not hasattr(model, "pgh_obj_id") and not model._meta.auto_created
        if not model.__name__.endswith("Event") or model.__name__ == "AdverseEvent"
        if model._meta.label not in WITHOUT
    ]


@pytest.mark.parametrize("model", kept_models(), ids=lambda model: model._meta.label)
def test_insert_update_and_delete_are_kept(model):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(tgname, ' ') FROM pg_trigger WHERE tgrelid = %s::regclass", [model._meta.db_table]
        )
        triggers = cursor.fetchone()[0] or ""

    assert all(f"pgtrigger_{what}_{what}" in triggers for what in ("insert", "update", "delete"))


def test_a_change_by_raw_sql_to_an_inherited_row_is_kept():
    practitioner = PractitionerFactory(name="Kim")

    with connection.cursor() as cursor:
        cursor.execute("UPDATE clinic_resource SET name = 'Roy' WHERE id = %s", [practitioner.pk])

    names = practitioner.resource_ptr.resource_history.order_by("pgh_id").values_list("name", flat=True)
    assert list(names) == ["Kim", "Roy"]


@pytest.mark.parametrize(
    "statement", ["UPDATE patients_patientevent SET given_name = ''", "DELETE FROM patients_patientevent"]
)
def test_history_itself_never_changes(statement):
    PatientFactory()

    with pytest.raises(ProgrammingError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
