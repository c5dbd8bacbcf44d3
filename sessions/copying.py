"""As last time: the rows of the patient's last signed session, copied as they were planned."""

from sessions.fitting import LETTERS, share_out
from sessions.models import EstimCircuit, SessionPlan
from sessions.rows import KINDS, PLANNED, RELATED, meet

# Rows with the same values here, whose sides meet, treat the same place.
PLACE = {
    "needle": ("point_id", "site"),
    "target": ("muscle_id", "site"),
    "cup": ("region", "site", "method"),
    "tuina": ("region", "point_id", "technique"),
    "movement": ("kind", "instruction"),
}


def last_signed(plan):
    """The patient's last signed session before this visit, laid out; None for the first one."""
    visit = plan.appointment
    return (
        SessionPlan.objects.signed()
        .filter(appointment__patient=visit.patient_id, appointment__starts_at__lt=visit.starts_at)
        .order_by("-appointment__starts_at")
        .laid_out()
        .first()
    )


def copy_rows(last, plan):
    """Copy what `plan` lacks. A circuit comes along when both its needles stand in the plan on its sides."""
    for kind in PLACE:
        copy_kind(kind, last, plan)
    copy_circuits(last, plan)


def copy_kind(kind, last, plan):
    model, present = KINDS[kind], list(getattr(plan, RELATED[kind]).all())
    first = max((row.order for row in present), default=-1) + 1
    missing = [row for row in getattr(last, RELATED[kind]).all() if not any(same(kind, row, one) for one in present)]
    model.objects.bulk_create(
        model(plan=plan, **planned(row) | {"order": order}) for order, row in enumerate(missing, first)
    )


def same(kind, row, other):
    """LI4 L+R in the plan stands for LI4 L of last time."""
    return all(getattr(row, name) == getattr(other, name) for name in PLACE[kind]) and (
        kind == "movement" or meet(row.side, other.side)
    )


def planned(row):
    return {name: getattr(row, name) for name in PLANNED[type(row)]}


def copy_circuits(last, plan):
    """Each keeps its letter and its channel if they are free, else the first free ones."""
    present = list(plan.circuits.all())
    joined = {frozenset(circuit.ends) for circuit in present}
    free = [letter for letter in LETTERS if letter not in {circuit.order for circuit in present}]
    copies = []
    for circuit, ends in repaired(last, plan):
        if free and None not in ends and frozenset(electrodes_of(circuit, ends)) not in joined:
            letter = circuit.order if circuit.order in free else free[0]
            free.remove(letter)
            values = planned(circuit) | {"needle_a": ends[0], "needle_b": ends[1], "order": letter}
            copies.append(EstimCircuit(plan=plan, **values))
    share_out(copies, plan.appointment.device, taken={circuit.channel for circuit in present})
    EstimCircuit.objects.bulk_create(copies)


def repaired(last, plan):
    """Each circuit of last time with the needles of this plan that its ends would sit on (None where there is none)."""
    here = {(needle.point_id, needle.site, side): needle for needle in plan.needles.all() for side in needle.electrodes}
    there = {needle.pk: (needle.point_id, needle.site) for needle in last.needles.all()}
    for circuit in last.circuits.all():
        yield circuit, [here.get((*there[needle], side)) for needle, side in circuit.ends]


def electrodes_of(circuit, ends):
    return zip([end.pk for end in ends], [circuit.side_a, circuit.side_b], strict=True)
