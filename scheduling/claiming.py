"""Taking time: locks in one fixed order, a look, the write, and the constraint as the backstop.

The order is the visit (if there is one), the patient, then resources by primary key, so that rivals never wait for each
other in a circle. The locks are FOR NO KEY UPDATE: whoever only writes a foreign key to the same patient or table does
not wait for them. See docs/decisions/occupancy-constraint.md.
"""

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.models import Device, Resource, Table
from patients.models import Patient
from scheduling import finding, wording
from scheduling.errors import Moved, SlotTaken
from scheduling.explaining import SPOTS
from scheduling.models import Appointment, Occupancy
from scheduling.staging import Claim

A_MINUTE = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=2)  # `rest_within_two_hours` of an occupancy
ROUNDS = 50  # each lost round means that a rival got a table or unit, and there are not that many
EXCLUSIONS = {"resource_is_in_one_place", "patient_is_in_one_place"}


class Clash(Exception):
    """The time is taken; the text says by whom. `overridable` if only a rest between visits is in the way."""

    def __init__(self, sentence, placing, *, overridable=False):
        super().__init__(sentence)
        self.placing = placing
        self.overridable = overridable


class Overtaken(Exception):
    """The table or unit that was free a moment ago is taken by now. Another may be free."""


@contextmanager
def refusals():
    """A clash becomes SlotTaken with the nearest free times, looked for when the transaction has let its locks go."""
    try:
        yield
    except Clash as clash:
        raise SlotTaken(str(clash), alternatives=nearest(clash.placing), overridable=clash.overridable) from None


def nearest(placing):
    """The free times nearest to where a visit should be; none for one that would stay and become longer."""
    if placing.visit and placing.visit.stages != placing.stages:
        return []
    return finding.nearest(
        service=placing.service,
        wanted=placing.starts_at,
        now=timezone.now(),
        patient=placing.patient,
        practitioner=placing.practitioner,
        visit=placing.visit,
    )


def claim(placing, write):
    """Find a table and a unit, lock all that is scarce, look again, and return `write(table, device)`.

    The caller is in a transaction and holds the patient's lock. Raises Clash if the time is taken.
    """
    [written] = claim_all([placing], lambda placing, table, device: write(table, device), lambda: [choose(placing)])
    return written


def claim_all(placings, write, choose_all):
    """The same for several visits of one patient, all or none: a list of `write(placing, table, device)`.

    `choose_all` returns a (table, device) for each.
    """
    for _ in range(ROUNDS):
        chosen = [(placing, *found) for placing, found in zip(placings, choose_all(), strict=True)]
        try:
            with transaction.atomic():
                lock_resources(chosen)
                for one in chosen:
                    look_again(*one)
                return [write(*one) for one in chosen]
        except Overtaken:
            continue
        except IntegrityError as breach:
            if constraint(breach) not in EXCLUSIONS:  # else somebody wrote without the locks; the next look says who
                raise
    raise Clash("That time was taken in this very moment.", placings[0])


def constraint(breach):
    """The name of the constraint that an IntegrityError breached."""
    return breach.__cause__.diag.constraint_name


def lock_visit(visit):
    return Appointment.objects.select_for_update(no_key=True).get(pk=visit.pk)


def lock_patient(patient):
    locked = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    if locked.merged_into_id:
        raise Moved("This record was merged with another one. Open that one and book there.")


def lock_resources(chosen):
    """Those that the visits take, and those that they let go."""
    wanted = {one.pk for placing, *found in chosen for one in (placing.practitioner, *found) if one}
    moving = [placing.visit for placing, *_ in chosen if placing.visit]
    if moving:
        wanted.update(Occupancy.objects.filter(appointment__in=moving).values_list("resource_id", flat=True))
    list(Resource.objects.filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def choose(placing):
    """A free table, and a free unit if a stage needs one. Raises Clash if the time is taken for anything it needs."""
    refuse_wrong_spot(placing)
    tables, devices = tables_for(placing), devices_for(placing)
    refuse_patient_elsewhere(placing)
    held = Held.around(placing, [placing.practitioner, *tables, *devices])
    refuse_busy(placing, held)
    table = first_free(SPOTS[placing.service.spot], tables, placing.table_claims, placing, held, placing.table)
    device = None
    if placing.needs_device:
        device = first_free("e-stim unit", devices, placing.device_claims, placing, held, placing.device)
    refuse_restless(placing, held, table)
    return table, device


def tables_for(placing):
    """Any on which the service is given, or the one that was asked for; not where the location takes no bookings."""
    usable = Table.objects.active().filter(location__active=True).order_by("chair", "pk")
    return candidates(usable if placing.table else usable.for_spot(placing.service.spot), placing, placing.table)


def devices_for(placing):
    return candidates(Device.objects.usable().order_by("pk"), placing, placing.device) if placing.needs_device else []


def candidates(queryset, placing, fixed):
    """What is at the location and has no time off then; only the one that was asked for, if one was."""
    there = queryset.filter(location=placing.location).exclude(time_off__span__overlap=placing.span)
    if fixed:
        there = there.filter(pk=fixed.pk)
    return sorted(there, key=lambda one: one.pk not in placing.rather)


def first_free(thing, candidates, claims, placing, held, fixed):
    """The first candidate that nobody holds, better one that has rested as well. Raises Clash with the time at which
    one will be free."""
    free = [one for one in candidates if not held.taken(claims(one))]
    if free:
        return next((one for one in free if not held.resting(claims(one))), free[0])
    ends = [max(row.until for row in held.taken(claims(one))) for one in candidates]
    soonest, near = min(ends, default=None), placing.starts_at
    if fixed:
        raise Clash(wording.taken(fixed, soonest, near, placing.location.zone), placing)
    raise Clash(wording.none_free(len(ends), thing, placing.location, soonest, near), placing)


def look_again(placing, table, device):
    """Under the locks. Raises Clash if the practitioner is busy, Overtaken if only table or unit are.

    The patient was locked before the first look.
    """
    held = Held.around(placing, [placing.practitioner, table, *([device] if device else [])])
    refuse_busy(placing, held)
    claims = placing.table_claims(table) + (placing.device_claims(device) if device else [])
    if held.taken(claims) or (held.resting(claims) and not placing.override):
        raise Overtaken
    refuse_restless(placing, held, table)


def refuse_wrong_spot(placing):
    """A table that was asked for; the one that a visit has already is not asked about again."""
    table, own = placing.table, placing.visit and placing.visit.table
    if table in (None, own) or Table.objects.for_spot(placing.service.spot).filter(pk=table.pk).exists():
        return
    raise Clash(wording.wrong_spot(placing.service, table), placing)


def refuse_patient_elsewhere(placing):
    visits = Appointment.objects.overlapping(*placing.span).filter(patient=placing.patient)
    if placing.visit:
        visits = visits.exclude(pk=placing.visit.pk)
    if other := visits.select_related("practitioner").first():
        raise Clash(wording.elsewhere(placing.patient, other, placing.starts_at, placing.location.zone), placing)


def refuse_busy(placing, held):
    near, zone = placing.starts_at, placing.location.zone
    for one in held.taken(placing.practitioner_claims()):
        raise Clash(wording.occupied(placing.practitioner, one, near, zone), placing)


def refuse_restless(placing, held, table):
    """Time is kept free between visits, unless there is a written reason: notes are written, a table is turned over."""
    if placing.override:
        return
    person = placing.practitioner, placing.buffer, placing.practitioner_claims()
    for who, rest, claims in (person, (table, placing.turnover, placing.table_claims(table))):
        for one in held.resting(claims):
            raise Clash(restless(who, rest, one, placing.starts_at, placing.location.zone), placing, overridable=True)


def restless(who, rest, occupancy, near, zone):
    if occupancy.span.lower < near:
        return wording.rests(who, occupancy, near, zone)
    return wording.wants_rest(who, rest // A_MINUTE, occupancy, near, zone)


@dataclass(frozen=True)
class Held:
    """The occupancies around a placing, as {resource: earliest first}; `own` are the claims of the visit that moves, as
    it stands. Who it is that takes the time is read only where somebody is told.
    """

    rows: dict
    own: list

    @classmethod
    def around(cls, placing, resources):
        start, end = placing.starts_at - LONGEST_REST, placing.ends_at + max(placing.turnover, placing.buffer)
        found = Occupancy.objects.filter(resource__in=[one.pk for one in resources]).overlapping(start, end)
        visit, rows, own = placing.visit and placing.visit.pk, defaultdict(list), []
        for one in found.order_by("span"):
            if visit and one.appointment_id == visit:
                own.append(claim_of(one))
            else:
                rows[one.resource_id].append(one)
        return cls(rows, own)

    def taken(self, claims):
        """The occupancies that overlap one of the claims: no reason passes them."""
        return [one for claim in claims for one in self.rows.get(claim.resource, ()) if overlap(claim, one)]

    def resting(self, claims):
        """Those that one of the claims comes too near to, not counting those that the visit is as near to already."""
        return [
            one
            for claim in claims
            for one in self.rows.get(claim.resource, ())
            if too_near(claim, one) and not any(too_near(mine, one) for mine in self.own if same(mine, one))
        ]


def same(claim, occupancy):
    return claim.resource == occupancy.resource_id


def overlap(claim, occupancy):
    """Of the same resource: are they at the same time?"""
    return claim.start < occupancy.span.upper and occupancy.span.lower < claim.end


def too_near(claim, occupancy):
    """Of the same resource: do they overlap with the rest after each?"""
    return claim.start < occupancy.until and occupancy.span.lower < claim.end + claim.rest


def claim_of(occupancy):
    span, rest = occupancy.span, timedelta(minutes=occupancy.rest_minutes)
    return Claim(occupancy.resource_id, span.lower, span.upper, rest)


def occupy(claims, **owner):
    """Write what a visit or a block takes; `owner` is appointment= or block=."""
    Occupancy.objects.bulk_create(Occupancy.objects.taking(claims, **owner))
