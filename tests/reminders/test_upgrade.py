"""An old clinic's rules, messages and notices, of before there were kinds. Two migrations long: `test-crash`."""

import json
import os
import subprocess
import sys

import psycopg
import pytest

from clinic.engines import engines
from tests import processes

pytestmark = pytest.mark.crash
NAME = f"old_clinic_{os.getpid()}"
BEFORE = {"clinic": "0004", "patients": "0001", "scheduling": "0003", "sessions": "0005", "reminders": "0001"}
OLD_CLINIC = """
from datetime import date, timedelta
import django; django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
executor = MigrationExecutor(connection)
apps = executor.loader.project_state(list(executor.loader.applied_migrations)).apps
def make(label, **fields):
    return apps.get_model(label).objects.create(**fields)
now = timezone.now()
place = make("clinic.Location", name="Riverside", address="1", phone="5", zone_name="UTC", jurisdiction="CO")
kim = make("clinic.Practitioner", name="Kim", user=make("clinic.User", email="kim@example.com", password="x"))
table = make("clinic.Table", name="T1", room="1", location=place)
service = make("clinic.Service", name="Needling", techniques=["needling"])
ana = make("patients.Patient", given_name="Ana", family_name="O", birth_date=date(1970, 1, 1), email="Ana@Example.com")
news = make("reminders.Rule", kind="confirmation", lead_minutes=0)
soon = make("reminders.Rule", kind="reminder", lead_minutes=2880, active=False)
def told(rule, revision, days, ago=timedelta(hours=1)):
    start = now + timedelta(days=days)
    visit = make("scheduling.Appointment", patient=ana, service=service, practitioner=kim, table=table,
        span=(start, start + timedelta(hours=1)), stages=[], revision=revision, placed_at=now - ago)
    message = make("reminders.Message", patient=ana, to=ana.email, subject="s", text="t", html="h",
        message_id=f"<{visit.pk}@x>", give_up_at=start, state="accepted", accepted_at=now)
    make("reminders.Notice", rule=rule, visit=visit, revision=revision, message=message)
told(news, 0, 5); told(news, 3, 6); told(soon, 0, 1, ago=timedelta(days=9))
"""
TYPED_MEANWHILE = """
import django; django.setup()
from django.db import connection
connection.cursor().execute("UPDATE patients_patient SET email = 'ANA@Example.com'")
"""
FOUND = """
import json
import django; django.setup()
from django.utils import timezone
from reminders import finding
from patients.models import Patient
from reminders.models import Message, Notice, Rule
print(json.dumps({
    "rules": list(Rule.objects.order_by("pk").values_list("kind", "minutes", "active")),
    "notices": list(Notice.objects.order_by("pk").values_list("rule__kind", "revision", "message__kind")),
    "addresses": [*Patient.objects.values_list("email"), *Message.objects.values_list("to").distinct().order_by()],
    "anew": finding.write_due(now=timezone.now()),
}))
"""


@pytest.fixture(scope="module")
def upgraded():
    """What the migrations of today have made of an old clinic."""
    with engines(), psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME}")
        env = {**os.environ, "DATABASE_URL": processes.database_url(NAME), "LOG_LEVEL": "ERROR"}
        for app, target in BEFORE.items():
            processes.manage("migrate", "clinic_sessions" if app == "sessions" else app, target, env=env)
        run(OLD_CLINIC, env)
        processes.manage("migrate", "patients", "0003", env=env)
        run(TYPED_MEANWHILE, env)
        processes.manage("migrate", env=env)
        yield json.loads(run(FOUND, env))
        connection.execute(f"DROP DATABASE {NAME}")  # by force it may meet autovacuum, which is not ours to end


def run(source, env):
    command = [sys.executable, "-c", source]
    return subprocess.run(command, cwd=processes.ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def test_rules_keep_their_times_and_what_was_switched_off_stays_off(upgraded):
    rules = [tuple(rule) for rule in upgraded["rules"]]

    assert rules[:2] == [("booked", 0, True), ("reminder", 2880, False)]
    assert ("moved", 0, True) in rules
    assert [rule for rule in rules if rule[0] == "reminder"] == [("reminder", 2880, False)]


def test_a_clinic_that_has_rules_decides_itself_about_kinds_that_are_new(upgraded):
    active = {kind for kind, _, active in upgraded["rules"] if active}

    assert active == {"booked", "moved", "cancelled", "failed", "urgent"}


def test_who_was_told_stays_told_of_what_was_booked_and_of_what_was_moved(upgraded):
    told = [["booked", 0, "booked"], ["moved", 3, "moved"], ["reminder", 0, "reminder"]]

    assert upgraded["notices"] == told
    assert upgraded["anew"] == 0


def test_addresses_are_in_small_letters_from_then_on(upgraded):
    assert upgraded["addresses"] == [["ana@example.com"], ["ana@example.com"]]
