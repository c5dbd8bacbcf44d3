"""Rules about current: the way it takes, where it enters, how long and how strong. Pairing: sessions/data/estim.csv."""

from sessions.safety.rulebook import rulebook
from sessions.safety.rules import Hit, each_circuit, path, rule

SPINE_ABOVE = {"posterior_neck", "posterior_thorax"}
HEAD_AND_NECK = {"head", "posterior_neck", "anterior_neck", "ear"}


@rule("S002")
def current_with_another_implant(facts, plan):
    return each_circuit(("other_implant",), facts, plan)


@rule("S004")
def electrode_at_the_front_of_the_neck(facts, plan):
    return each(plan, lambda circuit: any(end.zone == "anterior_neck" for end in circuit.ends))


@rule("S005")
def electrode_over_the_precordium(facts, plan):
    return each(plan, lambda circuit: any("precordial" in end.avoid for end in circuit.ends))


@rule("S006")
def current_across_the_cord(facts, plan):
    """Left to right at the neck, or from neck to back. Inside the thorax the same pair crosses the chest: S003."""
    return each(
        plan,
        lambda circuit: crosses(circuit) and zones(circuit) <= SPINE_ABOVE and "posterior_neck" in zones(circuit),
    )


@rule("S007")
def current_across_the_lower_back(facts, plan):
    return each(plan, lambda circuit: crosses(circuit) and zones(circuit) == {"lumbosacral"})


@rule("S009")
def current_at_the_head_with_epilepsy(facts, plan):
    if epilepsy := facts.of("epilepsy"):
        for circuit in plan.circuits:
            if zones(circuit) & HEAD_AND_NECK:
                yield Hit(circuit, epilepsy, path(circuit))


@rule("S065")
def long_or_strong_current(facts, plan):
    book, fibromyalgia = rulebook()["S065"], facts.of("fibromyalgia")
    for circuit in plan.circuits:
        long = circuit.minutes > book.threshold("longest_current")
        strong = fibromyalgia and (circuit.strength or 0) > book.threshold("strongest_in_fibromyalgia")
        if long or strong:
            yield Hit(circuit, fibromyalgia if strong else (), (*path(circuit), circuit.minutes, circuit.strength))


def each(plan, applies):
    for circuit in plan.circuits:
        if applies(circuit):
            yield Hit(circuit, values=path(circuit))


def zones(circuit):
    return {end.zone for end in circuit.ends}


def crosses(circuit):
    return {end.side for end in circuit.ends} == {"left", "right"}
