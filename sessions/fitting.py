"""Does a row fit its plan: the point its side, the circuit its needles, the current the unit on the visit?"""

from clinic.errors import ClinicError
from sessions.models import EstimCircuit, NeedlePoint, Side
from sessions.rows import kind_of, meet

LETTERS = range(12)  # circuits A to L: no unit has more channels


def check(plan, row):
    """Raise ClinicError if `row`, not saved yet, does not fit `plan`."""
    {"needle": check_needle, "circuit": check_circuit, "target": check_target}.get(kind_of(row), ignore)(plan, row)


def ignore(plan, row):
    """Cups, hands and breath fit anywhere."""


def new_needles(plan, entries, *, most):
    """Rows for shorthand entries, none saved; raises ClinicError if one is in the plan already or they are too many."""
    present = list(plan.needles.values_list("point_id", "side", "site"))
    if len(present) + len(entries) > most:
        raise ClinicError(f"A plan holds {most} rows of needles. Take some out first.")
    rows = []
    for code, side, point in entries:
        if any(it == point and not site and meet(side, its) for it, its, site in present):
            raise ClinicError(f"{code} is in the plan already. Change its side there.")
        present.append((point, side, ""))
        rows.append(NeedlePoint(plan=plan, point_id=point, side=side))
    return rows


def check_needle(plan, needle):
    point = needle.point
    if point.is_free and not needle.site:
        return refuse_lost_electrodes(needle)
    if point.bilateral and needle.side == Side.MIDLINE:
        raise ClinicError(f"{point.code} lies on both sides. Choose left, right or both.", field="side")
    if not point.bilateral and not point.is_free and needle.side != Side.MIDLINE:
        raise ClinicError(f"{point.code} has no left and right. Choose midline.", field="side")
    return refuse_lost_electrodes(needle)


def refuse_lost_electrodes(needle):
    """A needle keeps the sides that circuits use."""
    for circuit, side in uses(needle):
        if side not in needle.electrodes:
            site = f"{needle.point.code}-{Side(side).label}"
            raise ClinicError(f"{circuit.label} uses {site}. Re-pair {circuit.letter} first.", field="side")


def refuse_if_paired(needle):
    for circuit, _ in uses(needle):
        raise ClinicError(f"{circuit.label} uses {needle.point.code}. Re-pair {circuit.letter} first.")


def uses(needle):
    """(circuit, side) for each electrode on a saved needle."""
    if needle.pk is None:
        return
    for circuit in EstimCircuit.objects.filter(plan_id=needle.plan_id).order_by("order"):
        for end, side in circuit.ends:
            if end == needle.pk:
                yield circuit, side


def check_target(plan, target):
    if target.muscle.skill_level == "do_not_needle":
        raise ClinicError(f"{target.muscle.name} is not needled. Choose another muscle.", field="muscle")
    if target.muscle.side_specific and target.side == Side.MIDLINE:
        raise ClinicError(f"{target.muscle.name} has a left and a right. Choose a side.", field="side")


def check_circuit(plan, circuit):
    for name, side in (("needle_a", circuit.side_a), ("needle_b", circuit.side_b)):
        check_electrode(plan, getattr(circuit, name), side, name)
    for other in plan.circuits.exclude(pk=circuit.pk):
        if set(other.ends) == set(circuit.ends):
            raise ClinicError(f"{other.label} joins these two sites already. Change it there.", field="needle_b")


def check_electrode(plan, needle, side, name):
    if needle.plan_id != plan.pk:
        raise ClinicError("A circuit joins two needles of this plan. Choose them again.", field=name)
    if side not in needle.electrodes:
        sides = " and ".join(Side(side).label for side in needle.electrodes)
        raise ClinicError(f"{needle.point.code} is needled {sides} only. Choose that side.", field=name)


def check_limits(fields, unit):
    """What the unit booked with the visit cannot give. Without a unit the limits of estim.csv hold alone."""
    for name in ("low_hz", "high_hz"):
        hertz = fields.get(name)
        if unit and hertz is not None and hertz > unit.max_hz:
            raise ClinicError(f"{plain(hertz)} Hz is above {unit.name}'s limit, {unit.max_hz}.", field=name)


def plain(number):
    """ "500" for 500.0 and "2.5" for 2.5."""
    return f"{float(number):g}"


def check_unit(plan):
    """The unit may have changed since the circuits were planned: look at all of them again."""
    unit, circuits = plan.appointment.device, plan.circuits.all()
    if unit and len(circuits) > unit.channels:
        raise ClinicError(f"{len(circuits)} circuits are more than {unit.name}'s {unit.channels} channels.")
    for circuit in circuits:
        check_limits(vars(circuit), unit)


def free_letter(plan):
    """The first letter that no circuit of the plan has, as a number from 0 for A."""
    taken = set(plan.circuits.values_list("order", flat=True))
    unit = plan.appointment.device
    if unit and len(taken) >= unit.channels:
        raise ClinicError(f"{unit.name} has {unit.channels} channels, and all are in use.")
    free = next((letter for letter in LETTERS if letter not in taken), None)
    if free is None:
        raise ClinicError(f"A plan holds {len(LETTERS)} circuits.")
    return free
