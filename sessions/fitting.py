"""Does a row fit its plan: the point its side, the circuit its needles, the current the unit on the visit?"""

from clinic.errors import ClinicError
from sessions import estim
from sessions.models import EstimCircuit, Mode, Side, Waveform
from sessions.rows import kind_of

LETTERS = range(12)  # circuits A to L: no unit has more channels


def check(plan, row):
    """Raise ClinicError if `row`, not saved yet, does not fit `plan`."""
    CHECKS.get(kind_of(row), ignore)(plan, row)


def ignore(plan, row):
    """Cups and breath fit anywhere."""


def check_needle(plan, needle):
    check_aim(needle)
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


def check_tuina(plan, step):
    """On a point the step lies in the point's region and on a side that it has; a technique comes once."""
    point = step.point
    if point and step.region != point.region:
        raise ClinicError(f"{point.code} lies on the {point.region}. Choose that region.", field="region")
    if point and point.bilateral and step.side == Side.MIDLINE:
        raise ClinicError(f"{point.code} lies on both sides. Choose left, right or both.", field="side")
    if point and not point.bilateral and not point.is_free and step.side != Side.MIDLINE:
        raise ClinicError(f"{point.code} has no left and right. Choose midline.", field="side")
    if len({step.technique, *step.further}) <= len(step.further):
        raise ClinicError("Each technique is named once. Take the second one out.", field="further")


def check_aim(row):
    if row.neural_level and not row.neural_target:
        raise ClinicError("Choose the neural target that this level belongs to.", field="neural_target")


def check_circuit(plan, circuit):
    for name, side in (("needle_a", circuit.side_a), ("needle_b", circuit.side_b)):
        check_electrode(plan, getattr(circuit, name), side, name)
    if circuit.ends[0] == circuit.ends[1]:
        raise ClinicError("A circuit joins two different sites. Choose another end.", field="needle_b")
    others = plan.circuits.exclude(pk=circuit.pk)
    for other in others:
        if set(other.ends) == set(circuit.ends):
            raise ClinicError(f"{other.label} joins these two sites already. Change it there.", field="needle_b")
    check_mode(circuit)
    check_channel(circuit, plan.appointment.device, others)
    check_aim(circuit)


def check_mode(circuit):
    """A field that says nothing in the chosen mode or pulse stays empty."""
    dense = circuit.mode == Mode.DENSE_DISPERSE
    if dense and circuit.high_hz is None:
        raise ClinicError("Dense-disperse needs a second frequency.", field="high_hz")
    if dense and circuit.high_hz == circuit.low_hz:
        raise ClinicError("Dense-disperse needs a second frequency that differs from the first.", field="high_hz")
    if not dense and circuit.high_hz is not None:
        raise ClinicError(
            f"Dense-disperse needs a second frequency, {circuit.get_mode_display()} has one only. Leave it empty.",
            field="high_hz",
        )
    if circuit.mode == Mode.CONTINUOUS and circuit.phase_s is not None:
        raise ClinicError("A continuous current has no phases. Leave the seconds empty.", field="phase_s")
    if circuit.polarity and circuit.waveform != Waveform.ASYMMETRIC:
        raise ClinicError("A balanced pulse has no polarity. Leave it empty.", field="polarity")


def check_channel(circuit, unit, others):
    if circuit.channel is None:
        return
    if unit is None:
        raise ClinicError("No e-stim unit is with this visit. Choose one first.", field="channel")
    if why := unusable(unit):
        raise ClinicError(f"{why} Choose another unit.", field="channel")
    if circuit.channel > unit.channels:
        raise ClinicError(f"{unit.name} has {channels(unit)}. Choose one of them.", field="channel")
    if taken := next((other for other in others if other.channel == circuit.channel), None):
        raise ClinicError(f"{taken.label} uses channel {circuit.channel}. Choose another.", field="channel")


def check_electrode(plan, needle, side, name):
    if needle.plan_id != plan.pk:
        raise ClinicError("A circuit joins two needles of this plan. Choose them again.", field=name)
    if side not in needle.electrodes:
        sides = " and ".join(Side(side).label for side in needle.electrodes)
        raise ClinicError(f"{needle.point.code} is needled {sides} only. Choose that side.", field=name)


CHECKS = {"needle": check_needle, "circuit": check_circuit, "target": check_target, "tuina": check_tuina}


def settle(plan, row, fields):
    """Give a circuit what `fields` left open: seconds a phase, and the unit's first free channel. What its new mode or
    pulse has no use for goes."""
    if kind_of(row) != "circuit":
        return
    for name in idle(row):
        if name not in fields:
            setattr(row, name, "" if name == "polarity" else None)
    if row.mode != Mode.CONTINUOUS and row.phase_s is None:
        row.phase_s = int(estim.parameters()["phase_s"].default)
    if row.channel is None:
        taken = set(plan.circuits.exclude(pk=row.pk).values_list("channel", flat=True))
        row.channel = free_channel(plan.appointment.device, taken)


def idle(circuit):
    """The fields that say nothing in this circuit's mode and pulse."""
    if circuit.mode != Mode.DENSE_DISPERSE:
        yield "high_hz"
    if circuit.mode == Mode.CONTINUOUS:
        yield "phase_s"
    if circuit.waveform != Waveform.ASYMMETRIC:
        yield "polarity"


def free_channel(unit, taken, rather=None):
    """A channel of `unit` that is not `taken`, `rather` that one, else the first; None if there is none to be had."""
    if unit is None or unusable(unit):
        return None
    free = [channel for channel in range(1, unit.channels + 1) if channel not in taken]
    return rather if rather in free else next(iter(free), None)


def share_out(circuits, unit, taken):
    """Give each circuit its own channel: the one that it has where that is free, else the first free one.

    `taken` are those of circuits that stay as they are. Returns the circuits that changed.
    """
    taken, homeless = set(taken), []
    for circuit in circuits:
        if circuit.channel and free_channel(unit, taken, rather=circuit.channel) == circuit.channel:
            taken.add(circuit.channel)
        else:
            homeless.append(circuit)
    for circuit in homeless:
        circuit.channel = free_channel(unit, taken)
        taken.add(circuit.channel)
    return homeless


def unusable(unit):
    """Why no current may come from this unit, as a sentence; nothing if it may."""
    if unit.out_of_service:
        return f"{unit.name} is out of service: {unit.out_of_service.rstrip('.')}."
    return "" if unit.active else f"{unit.name} is no longer in use."


def channels(unit):
    return f"{unit.channels} channel{'' if unit.channels == 1 else 's'}"


def check_limits(fields, unit):
    """What the unit booked with the visit cannot give. Without a unit the limits of estim.csv hold alone."""
    for name in ("low_hz", "high_hz"):
        hertz = fields.get(name)
        if unit and hertz is not None and hertz > unit.max_hz:
            raise ClinicError(f"{estim.plain(hertz)} Hz is above {unit.name}'s limit, {unit.max_hz}.", field=name)


def check_unit(plan):
    """The unit may have changed since the circuits were planned: look at all of them again."""
    unit, circuits = plan.appointment.device, plan.circuits.all()
    if unit and circuits:
        check_unit_for(unit, circuits)
        refuse_missing_channels(unit, circuits)


def check_unit_for(unit, circuits):
    """Can it carry them all, on whatever channels?"""
    if why := unusable(unit):
        raise ClinicError(f"{why} Choose another unit for this plan's circuits.")
    if len(circuits) > unit.channels:
        raise ClinicError(f"{len(circuits)} circuits are more than {unit.name}'s {channels(unit)}. Take one out first.")
    for circuit in circuits:
        check_limits(vars(circuit), unit)


def refuse_missing_channels(unit, circuits):
    for circuit in circuits:
        if circuit.channel and circuit.channel > unit.channels:
            there = f"{circuit.label} is on channel {circuit.channel}, and {unit.name} has {channels(unit)}."
            raise ClinicError(f"{there} Choose another channel.")


def free_letter(plan):
    """The first letter that no circuit of the plan has, as a number from 0 for A."""
    taken = set(plan.circuits.values_list("order", flat=True))
    unit = plan.appointment.device
    if unit and len(taken) >= unit.channels:
        raise ClinicError(f"{unit.name} has {channels(unit)}, and all are in use.")
    free = next((letter for letter in LETTERS if letter not in taken), None)
    if free is None:
        raise ClinicError(f"A plan holds {len(LETTERS)} circuits.")
    return free
