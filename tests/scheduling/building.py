"""Builds a world of `slowly` in the database."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinic.models import Credential, Practitioner, Service, TimeOff, WorkingHours
from patients.models import Patient
from scheduling.models import Appointment, Block, Occupancy
from tests.factories import (
    DeviceFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)


@dataclass(frozen=True)
class Clinic:
    kim: Practitioner
    service: Service
    patient: Patient


def build(world, spot):
    """Tables are treatment tables and community chairs by turns; what overlaps is left out."""
    here = LocationFactory(zone_name=world.zone.key)
    kim = PractitionerFactory(hours=False)
    first, last = world.licence
    Credential.objects.filter(practitioner=kim).update(issued=first, expires=last)
    service = ServiceFactory(
        by=[kim],
        spot=spot,
        turnover_minutes=world.turnover,
        buffer_minutes=world.buffer,
        stages=[(one["name"], one["minutes"], one["practitioner"], one["device"]) for one in world.stages],
    )
    work(kim, here, world.hours)
    tables = [TableFactory(location=here, chair=bool(number % 2)) for number in range(len(world.tables))]
    devices = [DeviceFactory(location=here) for _ in world.devices]
    other = Clinic(PractitionerFactory(hours=False), service, PatientFactory())
    things = [(kim, world.practitioner), *zip(tables, world.tables, strict=True)]
    for resource, thing in [*things, *zip(devices, world.devices, strict=True)]:
        occupy(resource, thing, here, other, tables[0])
    for span in world.closed:
        TimeOff.objects.create(location=here, span=span)
    for span in world.elsewhere:
        visit(other, span, tables[0])
    return Clinic(kim, service, other.patient)


def work(practitioner, location, hours):
    WorkingHours.objects.bulk_create(
        WorkingHours(
            practitioner=practitioner,
            location=location,
            weekday=weekday,
            weeks=weeks,
            starts=opens,
            ends=closes,
            valid_from=date(2020, 1, 1),
        )
        for weekday, weeks, opens, closes in hours
    )


def occupy(resource, thing, location, other, table):
    """By a block, or by a visit if a rest follows."""
    free_from = None
    for start, end, rest in sorted(thing.taken):
        if free_from and start < free_from:
            continue
        if rest:
            owner = {"appointment": visit(Clinic(other.kim, other.service, PatientFactory()), (start, end), table)}
        else:
            owner = {"block": Block.objects.create(resource=resource, location=location, span=(start, end), title="x")}
        Occupancy.objects.create(resource=resource, span=(start, end), rest_minutes=rest, **owner)
        free_from = end
    for span in thing.off:
        TimeOff.objects.create(resource=resource, span=span)


def visit(clinic, span, table):
    """As a row alone, without what it would take."""
    return Appointment.objects.create(
        patient=clinic.patient,
        service=clinic.service,
        practitioner=clinic.kim,
        table=table,
        span=span,
        stages=[{"name": "x", "minutes": (span[1] - span[0]) // timedelta(minutes=1), "practitioner": True}],
    )
