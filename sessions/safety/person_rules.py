"""Rules that a fact about the person makes apply to some rows of the plan."""

from sessions.safety.rulebook import distal, rulebook
from sessions.safety.rules import Hit, rule, what

LOWER_TRUNK = {"abdomen", "lower back", "sacrum"}
EVERY = ("needling", "auricular", "estim", "dry_needling", "cupping", "tuina")


@rule("S010")
def needles_with_epilepsy(facts, plan):
    return whole_plan("S010", facts.of("epilepsy"), plan)


@rule("S013")
def first_trimester(facts, plan):
    return each_needle(pregnant(facts, 1), plan, lambda needle: needle.pregnancy_tier == "lower_abdomen_lumbosacral")


@rule("S014")
def after_the_third_month(facts, plan):
    """A pregnancy without a due date may be as far."""
    tiers = {"upper_abdomen", "lower_abdomen_lumbosacral"}
    return each_needle(pregnant(facts, 0, 2, 3), plan, lambda needle: needle.pregnancy_tier in tiers)


@rule("S015")
def ear_points_in_pregnancy(facts, plan):
    return each_needle(
        facts.of("pregnancy"),
        plan,
        lambda needle: needle.system == "auricular" and needle.pregnancy_tier != "none",
    )


@rule("S016")
def first_trimester_at_all(facts, plan):
    """The other half of the rule, an unknown pregnancy, needs the question to have been asked: the intake's part."""
    return whole_plan("S016", pregnant(facts, 1), plan)


@rule("S017")
def lower_trunk_in_pregnancy(facts, plan):
    """Cups anywhere on the lower trunk; hands only if they press deep."""
    if found := facts.of("pregnancy"):
        deep = [step for step in plan.tuina if step.pressure == "deep"]
        for row in (*plan.cups, *deep):
            if row.region in LOWER_TRUNK:
                yield Hit(row, found, what(row))


@rule("S019")
def needles_with_anticoagulant(facts, plan):
    return whole_plan("S019", facts.of("anticoagulant"), plan)


@rule("S020")
def antiplatelet(facts, plan):
    return whole_plan("S020", facts.of("antiplatelet"), plan)


@rule("S023")
def cups_with_thinned_blood(facts, plan):
    return whole_plan("S023", facts.of("anticoagulant", "antiplatelet"), plan)


@rule("S024")
def cups_with_bleeding_disorder(facts, plan):
    return whole_plan("S024", facts.of("bleeding_disorder"), plan)


@rule("S031")
def indwelling_ear_needle_with_diabetes(facts, plan):
    if found := facts.of("diabetes"):
        for needle in plan.needles:
            if needle.system == "auricular" and needle.count.left_in_place:
                yield Hit(needle, found, (*what(needle), needle.count.left_in_place))


@rule("S032")
def metal_allergy(facts, plan):
    return whole_plan("S032", facts.of("metal_allergy"), plan)


@rule("S040")
def fainted_before(facts, plan):
    return whole_plan("S040", facts.of("needle_faint"), plan)


@rule("S046")
def over_a_lung_at_risk(facts, plan):
    if found := facts.of("lung_risk"):
        for row in plan.needled:
            if row.pneumothorax_tier in ("high", "moderate"):
                yield Hit(row, found, (*what(row), *row.insertion))


@rule("S066")
def distal_limb_with_diabetes(facts, plan):
    if found := facts.of("diabetes"):
        for row in plan.needled:
            if distal().get(row.region):
                yield Hit(row, found, what(row))


def pregnant(facts, *trimesters):
    return tuple(fact for fact in facts.of("pregnancy") if fact.trimester in trimesters)


def each_needle(found, plan, applies):
    for needle in plan.needles if found else ():
        if applies(needle):
            yield Hit(needle, found, (*what(needle), *(fact.trimester for fact in found)))


def whole_plan(identifier, found, plan):
    """One finding for the plan, if it has rows of the rule's techniques. Which rows does not change the answer."""
    if found and plan.rows(*techniques(identifier)):
        yield Hit(None, found)


def techniques(identifier):
    named = rulebook()[identifier].techniques
    return EVERY if "all" in named else named
