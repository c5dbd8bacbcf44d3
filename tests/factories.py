"""Plainly invented people and places. Rows are made as the verbs would leave them, occupancies included."""

from datetime import UTC, date, datetime, time
from functools import cache

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

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
from patients.models import HealthFact, Patient
from scheduling import staging
from scheduling.models import GONE, Appointment, Occupancy
from sessions.models import SessionPlan

PASSWORD = "needles-at-rest"
MONDAY_TEN = datetime(2030, 5, 13, 14, 0, tzinfo=UTC)  # ten o'clock in New York, on a Monday


@cache
def hashed():
    """Hashing is slow on purpose; everybody here has the same password, so once is enough."""
    return make_password(PASSWORD)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"user{n}@example.com")
    first_name = "Sam"
    last_name = factory.Sequence(lambda n: f"Desk{n}")
    password = factory.LazyFunction(hashed)

    @factory.post_generation
    def role(self, create, name, **kwargs):
        """UserFactory(role="Front desk"), one of clinic.roles.ROLES."""
        if name:
            self.groups.add(Group.objects.get(name=name))


class LocationFactory(DjangoModelFactory):
    class Meta:
        model = Location
        django_get_or_create = ["name"]

    name = "Riverside"
    address = "1 River Street"
    phone = "555-0100"
    zone_name = "America/New_York"
    jurisdiction = "CO"


class PractitionerFactory(DjangoModelFactory):
    """Licensed for every technique, hours every day from 7 to 21, unless told not to."""

    class Meta:
        model = Practitioner
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Kim {n}")
    user = factory.SubFactory(UserFactory, role="Practitioner", first_name="Kim")

    @factory.post_generation
    def hours(self, create, wanted, **kwargs):
        if wanted is False:
            return
        location = LocationFactory()
        WorkingHours.objects.bulk_create(
            WorkingHours(
                practitioner=self,
                location=location,
                weekday=day,
                starts=time(7),
                ends=time(21),
                valid_from=date(2020, 1, 1),
            )
            for day in range(7)
        )

    @factory.post_generation
    def licensed(self, create, wanted, **kwargs):
        if wanted is False:
            return
        Credential.objects.create(
            practitioner=self, kind="lac", number="TEST-1", jurisdiction="CO", issued=date(2020, 1, 1)
        )
        ScopeRule.objects.bulk_create(
            (
                ScopeRule(jurisdiction="CO", credential_kind="lac", technique=technique, allowed=True, source="test")
                for technique in Technique.values
            ),
            ignore_conflicts=True,
        )


class TableFactory(DjangoModelFactory):
    class Meta:
        model = Table

    name = factory.Sequence(lambda n: f"T{n}")
    room = "Room 1"
    location = factory.SubFactory(LocationFactory)


class DeviceFactory(DjangoModelFactory):
    class Meta:
        model = Device

    name = factory.Sequence(lambda n: f"E-stim {n}")
    model = "ES-160"
    serial = factory.Sequence(lambda n: f"SN{n}")
    channels = 6
    max_hz = 200
    location = factory.SubFactory(LocationFactory)


class ServiceFactory(DjangoModelFactory):
    """Needling 20 min with practitioner, rest 25 min, removal 15 min with practitioner.

    `stages` may be given as (name, minutes, practitioner, device) tuples; `by` is a list of practitioners.
    """

    class Meta:
        model = Service
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Needling {n}")
    techniques = ["needling"]

    @factory.post_generation
    def stages(self, create, wanted, **kwargs):
        rows = wanted or [("Needling", 20, True, False), ("Rest", 25, False, False), ("Removal", 15, True, False)]
        for position, (name, minutes, practitioner, device) in enumerate(rows, 1):
            Stage.objects.create(
                service=self,
                position=position,
                name=name,
                minutes=minutes,
                needs_practitioner=practitioner,
                needs_device=device,
                elastic=not practitioner,
            )

    @factory.post_generation
    def by(self, create, wanted, **kwargs):
        self.practitioners.set(wanted or [])


class PatientFactory(DjangoModelFactory):
    class Meta:
        model = Patient

    given_name = "Ana"
    family_name = factory.Sequence(lambda n: f"Ortiz{n}")
    birth_date = date(1971, 3, 12)
    email = factory.Sequence(lambda n: f"ana{n}@example.com")
    phone = "555-0142"


class HealthFactFactory(DjangoModelFactory):
    class Meta:
        model = HealthFact

    patient = factory.SubFactory(PatientFactory)
    code = "anticoagulant"


class AppointmentFactory(DjangoModelFactory):
    """A visit at `start` with its stages' occupancies (none if cancelled or no-show)."""

    class Meta:
        model = Appointment
        skip_postgeneration_save = True

    class Params:
        start = MONDAY_TEN
        end = factory.LazyAttribute(lambda visit: visit.start + staging.length(visit.stages))

    patient = factory.SubFactory(PatientFactory)
    practitioner = factory.SubFactory(PractitionerFactory)
    table = factory.SubFactory(TableFactory)
    service = factory.LazyAttribute(lambda visit: ServiceFactory(by=[visit.practitioner]))
    stages = factory.LazyAttribute(lambda visit: staging.snapshot(visit.service.stages.all()))
    span = factory.LazyAttribute(lambda visit: (visit.start, visit.end))

    @factory.post_generation
    def occupancies(self, create, wanted, **kwargs):
        self.refresh_from_db()
        if self.status in GONE:
            return
        taken = staging.claims_of(self, self.starts_at)
        Occupancy.objects.bulk_create(Occupancy.objects.taking(taken, appointment=self))


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = SessionPlan

    appointment = factory.SubFactory(AppointmentFactory, status="arrived")
