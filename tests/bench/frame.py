"""The frame of the bench's clinic: who works there, on what, doing what."""

from dataclasses import dataclass
from datetime import date, time

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from clinic.models import (
    Credential,
    Device,
    Location,
    Practitioner,
    ScopeRule,
    Service,
    Stage,
    Table,
    Technique,
    User,
    WorkingHours,
)
from scheduling import staging

TEAM, TABLES, DEVICES = 50, 60, 20
PASSWORD = "needles-at-rest"
LONG_AGO = date(2000, 1, 1)
TURNOVER = 10  # minutes


@dataclass(frozen=True)
class Frame:
    """Practitioner n works on table n; the first 20 give current with a unit of their own."""

    location: Location
    team: list[Practitioner]
    tables: list[Table]
    devices: list[Device]
    estim: Service
    needling: Service

    def offered_by(self, n):
        """(service, unit or None) of practitioner n."""
        return (self.estim, self.devices[n]) if n < len(self.devices) else (self.needling, None)


def make():
    location = Location.objects.create(
        name="Riverside", address="1 River Street", phone="555-0100", zone_name="America/New_York", jurisdiction="CO"
    )
    password = make_password(PASSWORD)
    team = [practitioner(number, location, password) for number in range(TEAM)]
    ScopeRule.objects.bulk_create(
        ScopeRule(jurisdiction="CO", credential_kind="lac", technique=one, allowed=True, source="bench")
        for one in Technique.values
    )
    return Frame(
        location,
        team,
        [Table.objects.create(name=f"Table {n}", room=f"Room {n // 2}", location=location) for n in range(TABLES)],
        [device(n, location) for n in range(DEVICES)],
        service("Needling with current", ["needling", "estim"], team[:DEVICES], current=True),
        service("Needling", ["needling"], team, current=False),
    )


def practitioner(number, location, password):
    """One who may do everything, every day from 8 to 18, and can sign in."""
    user = User.objects.create(
        email=f"practitioner{number}@example.com",
        first_name="Kim",
        last_name=f"Number{number}",
        password=password,
    )
    user.groups.add(Group.objects.get(name="Practitioner"))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    kim = Practitioner.objects.create(name=f"Kim {number}", user=user)
    Credential.objects.create(practitioner=kim, kind="lac", number="BENCH", jurisdiction="CO", issued=LONG_AGO)
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=kim, location=location, weekday=day, starts=time(8), ends=time(18), valid_from=LONG_AGO
        )
        for day in range(7)
    )
    return kim


def device(number, location):
    return Device.objects.create(
        name=f"Unit {number}", model="Six", serial=f"B{number}", channels=6, max_hz=200, location=location
    )


def service(name, techniques, team, *, current):
    made = Service.objects.create(name=name, techniques=techniques, turnover_minutes=TURNOVER)
    made.practitioners.set(team)
    stages = [("Needling", 20, True, False), ("Rest", 25, False, current), ("Removal", 15, True, False)]
    for position, (stage, minutes, hands_on, unit) in enumerate(stages, 1):
        Stage.objects.create(
            service=made,
            position=position,
            name=stage,
            minutes=minutes,
            needs_practitioner=hands_on,
            needs_device=unit,
            elastic=not hands_on,
        )
    return made


def snapshot(service):
    return staging.snapshot(service.stages.all())
