"""A visit about to take its time: what is fixed, what is left to choose, and what it would take."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from clinic.errors import ClinicError, NotAllowed
from clinic.models import Device, Location, Practitioner, Service, Table
from patients.models import Patient
from scheduling import hours, loading, staging, wording
from scheduling.availability import CELL
from scheduling.errors import BadTime, Overridable
from scheduling.models import Appointment
from scheduling.staging import Claim

A_DAY = timedelta(days=1)  # `visit_within_a_day`
BEHIND = timedelta(hours=1)  # who walked in is written down a little later
OVERRIDE = "scheduling.override_hours"


@dataclass(frozen=True)
class Placing:
    """Without a `table` or `device` any that is free will do, those of `rather` (primary keys) first.

    A `visit` that moves or comes back does not stand in its own way. An `override` is the written reason why hours,
    time off, closures and the rests between visits do not count.
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
    override: str = ""

    @classmethod
    def new(cls, *, patient, service, practitioner, starts_at, table=None, device=None, override=""):
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
            override=override,
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
            "override": visit.override_reason,
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

    def refuse_nonsense(self, now):
        """What no reason passes, whoever sent it: a service that can't be booked, a time at which no visit starts."""
        if not (self.visit or self.service.active):
            raise ClinicError(wording.retired(self.service), field="service")
        if not self.stages:
            raise ClinicError(wording.no_stages(self.service), field="service")
        if staging.length(self.stages) > A_DAY:
            raise ClinicError(f"{self.service} takes longer than a day. Nothing was changed.", field="service")
        if self.starts_at < now - BEHIND:
            raise BadTime("That time has passed. Choose a later one.")
        refuse_odd(self.starts_at)

    def ask_checks(self, by):
        """The rooms above may object, too: settings name whom to ask.

        Raises what they raise, but for what the override passes.
        """
        for name in settings.BOOKING_CHECKS:
            try:
                import_string(name)(
                    patient=self.patient,
                    service=self.service,
                    practitioner=self.practitioner,
                    starts_at=self.starts_at,
                    ends_at=self.ends_at,
                    location=self.location,
                    by=by,
                )
            except Overridable:
                if not self.override:
                    raise


def refuse_odd(starts_at, field=None):
    """Free times are looked for on the five minutes: what starts beside them would hide some."""
    if starts_at.timestamp() % CELL:
        raise BadTime("Visits start on the five minutes, such as 15:05.", field=field)


def refuse_override(override, by):
    """A reason alone opens nothing: it takes the permission as well."""
    if override and not (by and by.has_perm(OVERRIDE)):
        raise NotAllowed("Only a manager or a practitioner can book outside hours. Nothing was changed.")


def where(practitioner, starts_at, rather=None):
    """The location where the practitioner works at that time, or else on that day, or else at all, `rather` there."""
    rows = loading.hours_of(loading.with_timetable(practitioner))

    def likely(location):
        zone, there = location.zone, rows.get(location.pk, [])
        open_then = hours.hold(there, starts_at, starts_at + timedelta(minutes=5), zone)
        that_day = bool(hours.told(there, starts_at.astimezone(zone).date()))
        return open_then, that_day, bool(there), location == rather

    places = Location.objects.active().order_by("pk")
    if found := max(places, key=likely, default=None):
        return found
    raise ClinicError("No location takes bookings. A manager can open one in Settings.")
