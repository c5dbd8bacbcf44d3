"""The rules about needles, and what all rules share; further ones: current_rules, dose_rules, person_rules.

Each takes (facts, plan) and yields a Hit for every row, or for the whole plan, that it applies to.
What a rule says and cites is in sessions/data/safety_rules.csv; here is only when it applies. Rules about the person
alone (`BARS`) are data: a booking asks them before there is a plan.
"""

from dataclasses import dataclass

from sessions.safety.rulebook import limbs, rulebook
from sessions.safety.terms import Fact, Row

CARDIAC_DEVICES = ("pacemaker", "icd", "crt")
CHEST = ("anterior_thorax", "posterior_thorax")

# Rules that a technique and one fact about the person make certain.
BARS = {
    "S001": CARDIAC_DEVICES,
    "S002": ("other_implant",),
    "S011": ("pregnancy",),
    "S021": ("bleeding_disorder",),
    "S024": ("bleeding_disorder",),
}


@dataclass(frozen=True)
class Hit:
    """A rule applies to `row` (None: to the plan) because of `facts` and `values`; its fingerprint is made of them."""

    row: Row | None
    facts: tuple[Fact, ...] = ()
    values: tuple = ()


RULES = {}


def rule(identifier):
    """Register the function for a rule of the rulebook."""

    def register(function):
        RULES[identifier] = function
        return function

    return register


@rule("S001")
def current_with_cardiac_device(facts, plan):
    return each_circuit(BARS["S001"], facts, plan)


@rule("S003")
def current_across_the_chest(facts, plan):
    for circuit in plan.circuits:
        if crosses_chest(*circuit.ends):
            yield Hit(circuit, values=path(circuit))


@rule("S011")
def current_in_pregnancy(facts, plan):
    return each_circuit(BARS["S011"], facts, plan)


@rule("S012")
def classic_point_in_pregnancy(facts, plan):
    if pregnant := facts.of("pregnancy"):
        for needle in plan.needles:
            if needle.pregnancy_tier == "classic":
                yield Hit(needle, pregnant, what(needle))


@rule("S018")
def deep_muscle_with_anticoagulant(facts, plan):
    if thinned := facts.of("anticoagulant"):
        for target in plan.targets:
            if target.depth_class == "deep":
                yield Hit(target, thinned, (*what(target), *target.insertion))


@rule("S021")
def needle_with_bleeding_disorder(facts, plan):
    bleeding, rows = facts.of(*BARS["S021"]), plan.rows(*rulebook()["S021"].techniques)
    if bleeding and rows:
        yield Hit(None, bleeding, tuple(sorted(what(row) for row in rows)))


@rule("S026")
def limb_with_lymphoedema(facts, plan):
    swollen = facts.of("lymphoedema")
    for row in plan.rows(*rulebook()["S026"].techniques) if swollen else ():
        if touched := tuple(fact for fact in swollen if fact.limb in limbs_of(row)):
            yield Hit(row, touched, what(row))


@rule("S045")
def site_over_the_lung(facts, plan):
    for row in plan.needled:
        if row.pneumothorax_tier == "high":
            yield Hit(row, values=(*what(row), *row.insertion))


@rule("S048")
def long_needle_over_the_lung(facts, plan):
    longest = rulebook()["S048"].threshold("longest_over_lung")
    for row in plan.needled:
        if row.pneumothorax_tier == "high" and row.length_mm > longest:
            yield Hit(row, values=(*what(row), *row.insertion))


@rule("S053")
def needles_unaccounted_for(facts, plan):
    """While needles rest they are in and not out; only when they come out is a difference a finding."""
    for row in plan.needled if plan.closing else ():
        if shortage(row.count):
            count = row.count
            yield Hit(row, values=(*what(row), count.put_in, count.out, count.left_in_place, count.missing))


def each_circuit(codes, facts, plan):
    """Current at all is the trouble, and the way it takes is what an override was written for."""
    if found := facts.of(*codes):
        for circuit in plan.circuits:
            yield Hit(circuit, found, path(circuit))


def crosses_chest(one, other):
    """Does current between two electrodes pass through the chest?

    Source: the pairing rules in sessions/data/estim.csv (Cummings 2011; BMAS 2023): front to back of the thorax, and
    left to right between the arms or inside the thorax. An arm and the far side of the thorax count as left to right.
    """
    zones, sides = {one.zone, other.zone}, {one.side, other.side}
    return zones == set(CHEST) or (zones <= {*CHEST, "upper_limb"} and sides == {"left", "right"})


def limbs_of(row):
    """The limbs that a row touches: left_arm and so on. Both sides touch both."""
    sites = row.ends if row.kind == "circuit" else (row,)
    return {
        f"{side}_{limb}"
        for site in sites
        if (limb := limbs().get(site.region))
        for side in (("left", "right") if site.side in ("both", "midline") else (site.side,))
    }


def shortage(count):
    """Needles in that are neither out, nor left in place, nor named as missing; None in counts as nothing counted."""
    return (count.put_in or 0) - (count.out or 0) - count.left_in_place - count.missing


def what(row):
    """What a row is, as a sorted fingerprint can hold it."""
    if row.kind == "circuit":
        return (row.kind, *path(row))
    return (row.kind, getattr(row, "code", row.region), row.side, getattr(row, "site", ""))


def path(circuit):
    """The same for a circuit whichever end is named first."""
    return tuple(sorted(f"{end.code}-{end.side}" for end in circuit.ends))
