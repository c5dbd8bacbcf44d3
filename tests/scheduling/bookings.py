"""What the tests of the verbs share: booking with as few words as possible, and looking at what is taken."""

from datetime import timedelta

from scheduling import booking
from scheduling.models import Appointment, Occupancy
from tests.factories import MONDAY_TEN, PatientFactory, ServiceFactory

CURRENT = [("Needling", 20, True, False), ("Current", 25, False, True), ("Removal", 15, True, False)]
HANDS_ON = [("Treatment", 60, True, False)]


def minutes(number):
    return timedelta(minutes=number)


def book(practitioner, service=None, *, patient=None, starts_at=MONDAY_TEN, by=None, **wanted):
    service = service or ServiceFactory(by=[practitioner])
    patient = patient or PatientFactory()
    return booking.book(
        patient=patient, service=service, practitioner=practitioner, starts_at=starts_at, by=by, **wanted
    )


def taken(visit):
    """{resource: [(from, to)]} in minutes from the visit's start."""
    found = {}
    for one in visit.occupancies.order_by("span"):
        span = [(moment - visit.starts_at) // minutes(1) for moment in (one.span.lower, one.span.upper)]
        found.setdefault(one.resource_id, []).append(tuple(span))
    return found


def snapshot():
    return list(Appointment.objects.values()), list(Occupancy.objects.values())
