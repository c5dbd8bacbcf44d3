"""A visit about to take its time: what is fixed, what is left to choose, and what it would take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from clinic.models import Device, Location, Practitioner, Service, Table
from patients.models import Patient
from scheduling import hours, loading, staging
from scheduling.errors import OutOfHours
from scheduling.models import Appointment
from scheduling.staging import Claim


@dataclass(frozen=True)
class Placing:
    """Without a `table` or `device` any that is free will do, those of `rather` (primary keys) first.

    A `visit` that moves or comes back does not stand in its own way.
    """

    patient: Patient
    service: Service
    practitioner: Practitioner
    location: Location
    starts_at: datetime
    stages: list
    turnover: timedelta
    buffer: timedelta
    table: Table | None = None
    device: Device | None = None
    visit: Appointment | None = None
    rather: tuple = ()

    @classmethod
    def new(cls, *, patient, service, practitioner, starts_at, table, device):
        practitioner = loading.with_timetable(practitioner)
        return cls(
            patient=patient,
            service=service,
            practitioner=practitioner,
            location=table.location if table else where(practitioner, starts_at),
            starts_at=starts_at,
            stages=staging.snapshot(service.stages.all()),
            turnover=timedelta(minutes=service.turnover_minutes),
            buffer=timedelta(minutes=service.buffer_minutes),
            table=table,
            device=device,
        )

    @classmethod
    def of(cls, visit, **changes):
        """A visit as it was booked, but for the changes."""
        as_booked = {
            "patient": visit.patient,
            "service": visit.service,
            "practitioner": visit.practitioner,
            "location": visit.location,
            "starts_at": visit.starts_at,
            "stages": visit.stages,
            "turnover": timedelta(minutes=visit.turnover_minutes),
            "buffer": timedelta(minutes=visit.buffer_minutes),
            "table": visit.table,
            "device": visit.device,
            "visit": visit,
        }
        return cls(**as_booked | changes)

    @property
    def ends_at(self):
        return self.starts_at + staging.length(self.stages)

    @property
    def span(self):
        return self.starts_at, self.ends_at

    @property
    def needs_device(self):
        return any(stage["device"] for stage in self.stages)

    def claims(self, table, device):
        """What is written."""
        return staging.claims(
            self.stages,
            self.starts_at,
            practitioner=self.practitioner.pk,
            table=table.pk,
            device=device and device.pk,
            turnover=self.turnover,
            buffer=self.buffer,
        )

    def practitioner_claims(self):
        return staging.staged(self.stages, self.starts_at, "practitioner", self.practitioner.pk, self.buffer)

    def table_claims(self, table):
        return [Claim(table.pk, self.starts_at, self.ends_at, self.turnover)]

    def device_claims(self, device):
        return staging.staged(self.stages, self.starts_at, "device", device.pk)

    def ask_checks(self, by):
        """The rooms above may object, too: settings name whom to ask. Raises what they raise."""
        for name in settings.BOOKING_CHECKS:
            import_string(name)(
                patient=self.patient,
                service=self.service,
                practitioner=self.practitioner,
                starts_at=self.starts_at,
                ends_at=self.ends_at,
                location=self.location,
                by=by,
            )


def where(practitioner, starts_at):
    """The location where the practitioner works at that time, or else on that day, or else at all."""
    rows = loading.hours_of(loading.with_timetable(practitioner))
    if not rows:
        raise OutOfHours(f"{practitioner} has no working hours yet. Choose somebody else.")

    def likely(location):
        zone, there = location.zone, rows[location.pk]
        open_then = hours.hold(there, starts_at, starts_at + timedelta(minutes=5), zone)
        return open_then, bool(hours.told(there, starts_at.astimezone(zone).date()))

    return max(Location.objects.filter(pk__in=rows).order_by("pk"), key=likely)
