"""Taking time: locks in one fixed order, a look, the write, and the constraint as the backstop.

The order is the visit (if there is one), the patient, then resources by primary key, so that rivals never wait for each
other in a circle. The locks are FOR NO KEY UPDATE: whoever only writes a foreign key to the same patient or table does
not wait for them. See docs/decisions/occupancy-constraint.md.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction

from clinic.models import Device, Resource, Table
from patients.models import Patient
from scheduling import wording
from scheduling.errors import Moved
from scheduling.models import Appointment, Occupancy

LONGEST_REST = timedelta(hours=2)  # `rest_within_two_hours` of an occupancy
ROUNDS = 50  # each lost round means that a rival got a table or unit, and there are not that many
EXCLUSIONS = {"resource_is_in_one_place", "patient_is_in_one_place"}


class Clash(Exception):
    """The time is taken; the text says by whom."""


class Overtaken(Exception):
    """The table or unit that was free a moment ago is taken by now. Another may be free."""


def claim(placing, write):
    """Find a table and a unit, lock all that is scarce, look again, and return `write(table, device)`.

    The caller is in a transaction and holds the patient's lock. Raises Clash if the time is taken.
    """
    for _ in range(ROUNDS):
        table, device = choose(placing)
        try:
            with transaction.atomic():
                lock_resources(placing, table, device)
                look_again(placing, table, device)
                return write(table, device)
        except Overtaken:
            continue
        except IntegrityError as breach:
            if constraint(breach) not in EXCLUSIONS:  # else somebody wrote without the locks; the next look says who
                raise
    raise Clash("That time was taken in this very moment.")


def constraint(breach):
    """The name of the constraint that an IntegrityError breached."""
    return breach.__cause__.diag.constraint_name


def lock_visit(visit):
    return Appointment.objects.select_for_update(no_key=True).get(pk=visit.pk)


def lock_patient(patient):
    locked = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if locked.merged_into_id:
        raise Moved("This record was merged with another one. Open that one and book there.")


def lock_resources(placing, table, device):
    """Those that the visit takes, and those that it lets go."""
    wanted = {placing.practitioner.pk, table.pk}
    if device:
        wanted.add(device.pk)
    if placing.visit:
        wanted.update(placing.visit.occupancies.values_list("resource_id", flat=True))
    list(Resource.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def choose(placing):
    """A free table, and a free unit if a stage needs one. Raises Clash if the time is taken for anything it needs."""
    tables = candidates(Table.objects.active().order_by("chair", "pk"), placing, placing.table)
    devices = []
    if placing.needs_device:
        devices = candidates(Device.objects.usable().order_by("pk"), placing, placing.device)
    refuse_patient_elsewhere(placing)
    held = Held.around(placing, [placing.practitioner, *tables, *devices])
    refuse_busy(placing, held)
    table = first_free("table", tables, placing.table_claims, placing, held, placing.table)
    if not placing.needs_device:
        return table, None
    return table, first_free("e-stim unit", devices, placing.device_claims, placing, held, placing.device)


def candidates(queryset, placing, fixed):
    """What is at the location and has no time off then; only the one that was asked for, if one was."""
    there = queryset.filter(location=placing.location).exclude(time_off__span__overlap=placing.span)
    if fixed:
        there = there.filter(pk=fixed.pk)
    return sorted(there, key=lambda one: one.pk not in placing.rather)


def first_free(thing, candidates, claims, placing, held, fixed):
    """The first candidate whose claims nobody holds. Raises Clash with the time at which one will be free."""
    ends = []
    for one in candidates:
        clashes = held.clashes(claims(one))
        if not clashes:
            return one
        ends.append(max(one.until for one in clashes))
    soonest, near = min(ends, default=None), placing.starts_at
    if fixed:
        raise Clash(wording.taken(fixed, soonest, near, placing.location.zone))
    raise Clash(wording.none_free(len(ends), thing, placing.location, soonest, near))


def look_again(placing, table, device):
    """Under the locks. Raises Clash if the practitioner is busy, Overtaken if only table or unit are.

    The patient was locked before the first look.
    """
    held = Held.around(placing, [placing.practitioner, table, *([device] if device else [])])
    refuse_busy(placing, held)
    claims = placing.table_claims(table) + (placing.device_claims(device) if device else [])
    if held.clashes(claims):
        raise Overtaken


def refuse_patient_elsewhere(placing):
    visits = Appointment.objects.overlapping(*placing.span).filter(patient=placing.patient)
    if placing.visit:
        visits = visits.exclude(pk=placing.visit.pk)
    if other := visits.select_related("practitioner").first():
        raise Clash(wording.elsewhere(placing.patient, other, placing.starts_at, placing.location.zone))


def refuse_busy(placing, held):
    near, zone = placing.starts_at, placing.location.zone
    for one in held.clashes(placing.practitioner_claims()):
        raise Clash(wording.occupied(placing.practitioner, one, near, zone))


@dataclass(frozen=True)
class Held:
    """The occupancies around a placing."""

    rows: list

    @classmethod
    def around(cls, placing, resources):
        start, end = placing.starts_at - LONGEST_REST, placing.ends_at + max(placing.turnover, placing.buffer)
        found = Occupancy.objects.filter(resource__in=[one.pk for one in resources]).overlapping(start, end)
        if placing.visit:
            found = found.exclude(appointment=placing.visit)
        return cls(list(found.select_related("appointment__patient", "block").order_by("span")))

    def clashes(self, claims):
        """The occupancies that overlap one of the claims, the rest after each included; earliest first."""
        return [one for one in self.rows if any(overlap(claim, one) for claim in claims)]


def overlap(claim, occupancy):
    return (
        claim.resource == occupancy.resource_id
        and claim.start < occupancy.until
        and occupancy.span.lower < claim.end + claim.rest
    )


def occupy(claims, **owner):
    """Write what a visit or a block takes; `owner` is appointment= or block=."""
    Occupancy.objects.bulk_create(Occupancy.objects.taking(claims, **owner))
