"""The rules, each both ways, and what makes an answer lapse. Plain values only: no database."""

from dataclasses import replace

import pytest

from sessions import safety
from sessions.safety.rulebook import digest, limbs, rulebook
from sessions.safety.rules import RULES
from sessions.safety.terms import Circuit, Count, Cups, Electrode, Fact, Facts, Hands, Needle, Plan, Target

NOBODY = Facts()
LI4 = Needle(1, "LI4 L+R", "LI4", "both", "hand", zone="upper_limb", pregnancy_tier="classic")
ST36 = Needle(2, "ST36 L", "ST36", "left", "leg", zone="lower_limb")
GB21 = Needle(3, "GB21 L", "GB21", "left", "shoulder", zone="posterior_thorax", pneumothorax_tier="high")
PSOAS = Target(4, "Psoas L", "psoas_major", "left", "lower back", depth_class="deep")
TRAPEZIUS = Target(5, "Trapezius L", "trapezius_upper", "left", "shoulder", pneumothorax_tier="high")


def person(*codes, limb=""):
    return Facts(tuple(Fact(code, limb) for code in codes))


def electrode(code, side):
    zones = {
        "LI4": ("hand", "upper_limb"),
        "LI11": ("elbow", "upper_limb"),
        "ST36": ("leg", "lower_limb"),
        "ST18": ("chest", "anterior_thorax"),
        "CV17": ("chest", "anterior_thorax"),
        "BL13": ("upper back", "posterior_thorax"),
        "BL23": ("lower back", "lumbosacral"),
    }
    return Electrode(code, side, *zones[code])


def current(one, other):
    """A plan with one circuit: current("LI4-left", "LI11-left")."""
    ends = tuple(electrode(*end.split("-")) for end in (one, other))
    return Plan(circuits=(Circuit(7, "Circuit A", ends),))


def found(facts, plan):
    return {(finding.rule, finding.subject and finding.subject.label) for finding in safety.assess(facts, plan)}


def rules(facts, plan):
    return {rule for rule, _ in found(facts, plan)}


LEGS = current("ST36-left", "ST36-right")


def test_every_rule_has_its_words_severity_and_source():
    for name in RULES:
        assert rulebook()[name].reason
        assert rulebook()[name].source
    assert {rulebook()[name].severity for name in RULES} == {"block", "warn", "inform"}


@pytest.mark.parametrize("device", ["pacemaker", "icd", "crt"])
def test_s001_current_with_a_cardiac_device_blocks(device):
    assert found(person(device), LEGS) == {("S001", "Circuit A")}


def test_s001_needles_alone_with_a_cardiac_device_do_not():
    assert rules(person("pacemaker"), Plan(needles=(ST36,))) == set()
    assert rules(person("fibromyalgia"), LEGS) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LI4-left", "LI4-right"),
        ("LI4-left", "LI11-right"),
        ("ST18-left", "ST18-right"),
        ("BL13-left", "BL13-right"),
        ("ST18-left", "BL13-left"),
        ("CV17-midline", "BL13-right"),
        ("LI4-left", "BL13-right"),
    ],
)
def test_s003_current_across_the_chest_blocks(one, other):
    assert found(NOBODY, current(one, other)) == {("S003", "Circuit A")}
    assert found(NOBODY, current(other, one)) == {("S003", "Circuit A")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LI4-left", "LI11-left"),
        ("ST36-left", "ST36-right"),
        ("BL13-left", "LI11-left"),
        ("CV17-midline", "ST18-left"),
    ],
)
def test_s003_current_on_one_side_or_below_the_chest_does_not(one, other):
    assert found(NOBODY, current(one, other)) == set()


def test_s011_current_in_pregnancy_blocks():
    assert found(person("pregnancy"), LEGS) == {("S011", "Circuit A")}
    assert found(person("pregnancy"), Plan(needles=(ST36,))) == set()


def test_s012_a_classic_point_in_pregnancy_blocks():
    plan = Plan(needles=(LI4, ST36))

    assert found(person("pregnancy"), plan) == {("S012", "LI4 L+R")}
    assert found(NOBODY, plan) == set()


def test_s018_a_deep_muscle_with_an_anticoagulant_blocks():
    plan = Plan(targets=(PSOAS, replace(PSOAS, code="masseter", label="Masseter L", depth_class="superficial")))

    assert found(person("anticoagulant"), plan) == {("S018", "Psoas L")}
    assert "S018" not in rules(person("antiplatelet"), plan)


@pytest.mark.parametrize("plan", [Plan(needles=(ST36,)), Plan(targets=(PSOAS,)), LEGS])
def test_s021_needles_and_current_with_a_bleeding_disorder_block_the_whole_plan(plan):
    assert found(person("bleeding_disorder"), plan) == {("S021", None)}


def test_s021_hands_with_a_bleeding_disorder_do_not():
    plan = Plan(tuina=(Hands(1, "Tui Na", "neck", "both"),))

    assert found(person("bleeding_disorder"), plan) == set()


@pytest.mark.parametrize(
    "plan",
    [
        Plan(needles=(LI4,)),
        Plan(needles=(replace(LI4, side="left"),)),
        Plan(targets=(TRAPEZIUS,)),
        Plan(cups=(Cups(1, "x", "shoulder", "left"),)),
        Plan(tuina=(Hands(1, "x", "forearm", "both"),)),
        current("LI11-left", "LI4-left"),
    ],
)
def test_s026_whatever_touches_the_swollen_limb_blocks(plan):
    assert "S026" in rules(person("lymphoedema", limb="left_arm"), plan)


@pytest.mark.parametrize(
    "plan",
    [
        Plan(needles=(replace(LI4, side="right"), ST36)),
        Plan(cups=(Cups(1, "x", "upper back", "both"),)),
        current("ST36-left", "ST36-right"),
    ],
)
def test_s026_what_leaves_the_swollen_limb_alone_does_not(plan):
    assert rules(person("lymphoedema", limb="left_arm"), plan) == set()


def test_s026_every_region_of_the_catalogue_is_known():
    assert {limbs()[region] for region in ("shoulder", "leg", "chest")} == {"arm", "leg", ""}
    assert len(limbs()) == 26


def test_s045_a_point_or_muscle_over_the_lung_warns():
    plan = Plan(needles=(GB21, ST36), targets=(TRAPEZIUS, PSOAS))

    assert found(NOBODY, plan) == {("S045", "GB21 L"), ("S045", "Trapezius L")}


def test_s048_over_the_lung_25_mm_is_allowed_and_longer_blocks():
    assert rules(NOBODY, Plan(needles=(replace(GB21, length_mm=25),))) == {"S045"}
    assert rules(NOBODY, Plan(needles=(replace(GB21, length_mm=26),))) == {"S045", "S048"}
    assert rules(NOBODY, Plan(targets=(replace(TRAPEZIUS, length_mm=40),))) == {"S045", "S048"}
    assert rules(NOBODY, Plan(needles=(replace(ST36, length_mm=75),))) == set()


@pytest.mark.parametrize(
    ("count", "differs"),
    [
        (Count(5, 4), True),
        (Count(5, 5), False),
        (Count(5, 3, left_in_place=2), False),
        (Count(5, 4, missing=1), False),
        (Count(5, 5, missing=1), True),
        (Count(5, None), True),
        (Count(), False),
    ],
)
def test_s053_needles_unaccounted_for_block_once_they_come_out(count, differs):
    plan = Plan(needles=(replace(ST36, count=count),))

    assert rules(NOBODY, replace(plan, closing=True)) == ({"S053"} if differs else set())
    assert rules(NOBODY, plan) == set()


def test_the_gravest_finding_comes_first():
    plan = Plan(needles=(replace(GB21, length_mm=40),))

    assert [finding.severity for finding in safety.assess(NOBODY, plan)] == ["block", "warn"]


def fingerprint(facts, plan):
    (finding,) = safety.assess(facts, plan)
    return finding.fingerprint


def test_an_answer_holds_while_nothing_it_was_about_changes():
    before = fingerprint(NOBODY, Plan(needles=(GB21,)))

    assert fingerprint(person("myofascial_pain"), Plan(needles=(GB21, ST36))) == before
    assert fingerprint(NOBODY, Plan(needles=(replace(GB21, pk=99),))) == before


@pytest.mark.parametrize("change", [{"side": "right"}, {"length_mm": 20}, {"angle": "oblique"}, {"depth_mm": 12}])
def test_an_answer_lapses_when_the_item_changes(change):
    assert fingerprint(NOBODY, Plan(needles=(replace(GB21, **change),))) != fingerprint(NOBODY, Plan(needles=(GB21,)))


def test_an_answer_lapses_when_the_fact_changes():
    plan = Plan(targets=(PSOAS,))
    warfarin, heparin = (
        Facts((Fact("anticoagulant", detail="warfarin"),)),
        Facts((Fact("anticoagulant", detail="heparin"),)),
    )

    assert fingerprint(warfarin, plan) != fingerprint(heparin, plan)


def test_an_answer_about_the_whole_plan_lapses_when_a_needle_is_added():
    bleeding = person("bleeding_disorder")

    assert fingerprint(bleeding, Plan(needles=(ST36,))) != fingerprint(bleeding, Plan(needles=(ST36, LI4)))


def test_an_answer_about_current_lapses_when_its_path_changes_and_not_when_its_ends_are_swapped():
    cardiac = person("pacemaker")

    assert fingerprint(cardiac, current("ST36-left", "ST36-right")) == fingerprint(
        cardiac, current("ST36-right", "ST36-left")
    )
    assert fingerprint(cardiac, LEGS) != fingerprint(cardiac, current("ST36-left", "BL23-left"))


def test_an_answer_lapses_when_the_rule_or_its_threshold_changes():
    rule = rulebook()["S048"]

    assert rule.threshold("longest_over_lung") == 25
    assert len(rule.version) == 64
    assert rule.version != rulebook()["S045"].version
    assert digest([{"id": "S048"}, [{"value": "25"}]]) != digest([{"id": "S048"}, [{"value": "30"}]])


def test_a_booking_is_barred_only_where_the_plan_could_not_help_it():
    assert safety.bars(person("pacemaker"), ["needling", "estim"]) == ["S001"]
    assert safety.bars(person("pacemaker"), ["needling"]) == []
    assert safety.bars(person("pregnancy", "bleeding_disorder"), ["estim"]) == ["S011", "S021"]
    assert safety.bars(person("bleeding_disorder"), ["tuina"]) == []
    assert safety.bars(person("anticoagulant"), ["dry_needling"]) == []
    assert safety.bars(person("other_implant"), ["estim"]) == ["S002"]
    assert safety.bars(person("bleeding_disorder"), ["cupping"]) == ["S024"]
