"""When the sample clinic is loaded, when not, and that it is the same each time. The database is empty at first."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from clinic.models import Credential, Location, ScopeRule
from desk import sample
from desk.sample.ground import Ground
from patients.models import Patient
from reminders.models import Message
from scheduling.models import Appointment, Status
from sessions.models import NeedlePoint
from tests.factories import PatientFactory, UserFactory

ZONE = ZoneInfo("America/New_York")
AT_ANY_HOUR = [
    datetime(2030, 5, 12, 23, 40, tzinfo=ZONE),  # a Sunday night
    datetime(2028, 2, 29, 0, 5, tzinfo=ZONE),
    datetime(2030, 3, 10, 3, 30, tzinfo=ZONE),  # the clocks went forward half an hour ago
]
pytestmark = pytest.mark.django_db


def picture():
    """Everything of note, without primary keys."""
    return [
        list(Patient.objects.order_by("phone").values_list("given_name", "birth_date", "email", "phone", "created_at")),
        list(
            Appointment.objects.order_by("request_key").values_list(
                "request_key", "patient__phone", "starts_at", "table__name", "device__name", "status", "status_at"
            )
        ),
        list(
            NeedlePoint.objects.order_by("plan__appointment__request_key", "order", "point__code").values_list(
                "point__code", "side", "outcome", "needles_in", "plan__needles_in_at", "plan__note__history"
            )
        ),
        list(Message.objects.order_by("message_id").values_list("message_id", "to", "state", "subject", "accepted_at")),
        sorted(ScopeRule.objects.values_list("credential_kind", "technique", "allowed")),
        sorted(Credential.objects.values_list("kind", "issued", "expires")),
    ]


def furnished(now):
    """The picture of a sample clinic that is not signed, and gone again."""
    point = transaction.savepoint()
    sample.furnish(Ground(now=now, zone=ZONE))
    connection.check_constraints()
    seen = picture()
    transaction.savepoint_rollback(point)
    return seen


def test_the_same_moment_gives_the_same_clinic():
    first, second = furnished(AT_ANY_HOUR[0]), furnished(AT_ANY_HOUR[0])

    assert first == second


def test_real_patients_are_left_alone():
    PatientFactory()

    with pytest.raises(CommandError, match="people in this database"):
        call_command("sampledata")

    assert not Location.objects.exists()


def test_real_users_are_left_alone():
    UserFactory()

    with pytest.raises(CommandError, match="people in this database"):
        call_command("sampledata")

    assert Patient.objects.count() == 0


def test_if_empty_does_nothing_where_there_is_somebody(capsys):
    UserFactory()

    call_command("sampledata", "--if-empty")

    assert capsys.readouterr().out == ""
    assert Patient.objects.count() == 0


def test_without_the_sample_there_are_no_sign_ins(capsys):
    call_command("sampledata", "--sign-ins")

    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("now", AT_ANY_HOUR, ids=str)
def test_it_has_its_scene_whenever_it_is_loaded(now):
    with transaction.atomic():
        _, sessions = sample.furnish(Ground(now=now, zone=ZONE))
        connection.check_constraints()

    statuses = set(Appointment.objects.values_list("status", flat=True))
    assert len(sessions) == 150
    assert statuses == set(Status.values)
    assert not Appointment.objects.filter(status_at__gt=now).exists()
