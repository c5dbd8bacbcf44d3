"""Rules that a fact about the person makes apply. Plain values only."""

from dataclasses import replace
from datetime import date

import pytest

from sessions import safety
from sessions.findings import trimester
from sessions.safety.terms import Count, Cups, Fact, Facts, Hands, Needle, Plan, Target

NOBODY = Facts()
ST36 = Needle(2, "ST36 L", "ST36", "left", "leg", zone="lower_limb")
CV4 = Needle(3, "CV4", "CV4", "midline", "abdomen", pregnancy_tier="lower_abdomen_lumbosacral")
CV12 = Needle(4, "CV12", "CV12", "midline", "abdomen", pregnancy_tier="upper_abdomen")
EAR = Needle(5, "Uterus L", "TF2", "left", "ear", system="auricular", pregnancy_tier="listed_by_some")
LIVER3 = Needle(6, "LR3 L", "LR3", "left", "foot")
LUNG = Target(7, "Rhomboids L", "rhomboids", "left", "upper back", pneumothorax_tier="moderate", length_mm=20)
CUPS = Cups(8, "Cups", "lower back", "both")


def person(code, **fields):
    return Facts((Fact(code, **fields),))


def found(facts, plan):
    return {(finding.rule, finding.subject and finding.subject.label) for finding in safety.assess(facts, plan)}


def rules(facts, plan):
    return {rule for rule, _ in found(facts, plan)}


def test_s010_needles_with_epilepsy_warn_once_for_the_plan():
    assert found(person("epilepsy"), Plan(needles=(ST36, LIVER3))) == {("S010", None)}
    assert found(person("epilepsy"), Plan(cups=(CUPS,))) == set()


def test_s013_and_s016_the_first_trimester():
    first = person("pregnancy", trimester=1)

    assert found(first, Plan(needles=(CV4, CV12))) == {("S013", "CV4"), ("S016", None)}
    assert found(first, Plan(needles=(ST36,))) == {("S016", None)}


@pytest.mark.parametrize("months", [0, 2, 3])
def test_s014_later_and_unknown_the_whole_belly_is_left_alone(months):
    later = person("pregnancy", trimester=months)

    assert found(later, Plan(needles=(CV4, CV12, ST36))) == {("S014", "CV4"), ("S014", "CV12")}


def test_s015_ear_points_in_pregnancy_warn():
    assert ("S015", "Uterus L") in found(person("pregnancy"), Plan(needles=(EAR,)))
    assert "S015" not in rules(NOBODY, Plan(needles=(EAR,)))


def test_s017_cups_and_deep_hands_on_the_lower_trunk_in_pregnancy_block():
    deep, light = (Hands(9, "Tui Na", "lower back", "both", pressure) for pressure in ("deep", "light"))

    assert rules(person("pregnancy"), Plan(cups=(CUPS,))) == {"S017"}
    assert rules(person("pregnancy"), Plan(tuina=(deep,))) == {"S017"}
    assert rules(person("pregnancy"), Plan(tuina=(light,))) == set()
    assert rules(person("pregnancy"), Plan(cups=(replace(CUPS, region="shoulder"),))) == set()


@pytest.mark.parametrize(
    ("code", "plan", "expected"),
    [
        ("anticoagulant", Plan(needles=(ST36,)), {"S019"}),
        ("anticoagulant", Plan(cups=(CUPS,)), {"S023"}),
        ("antiplatelet", Plan(needles=(ST36,)), {"S020"}),
        ("antiplatelet", Plan(cups=(CUPS,)), {"S020", "S023"}),
        ("bleeding_disorder", Plan(cups=(CUPS,)), {"S024"}),
        ("metal_allergy", Plan(needles=(ST36,)), {"S032"}),
        ("needle_faint", Plan(needles=(ST36,)), {"S040"}),
        ("needle_faint", Plan(cups=(CUPS,)), set()),
    ],
)
def test_drugs_and_histories(code, plan, expected):
    assert rules(person(code), plan) == expected


def test_s031_a_needle_left_in_the_ear_with_diabetes_blocks():
    left = replace(EAR, pregnancy_tier="none", count=Count(1, 0, left_in_place=1))

    assert "S031" in rules(person("diabetes"), Plan(needles=(left,)))
    assert "S031" not in rules(person("diabetes"), Plan(needles=(replace(left, count=Count(1, 1)),)))
    assert "S031" not in rules(NOBODY, Plan(needles=(left,)))


def test_s046_over_a_lung_at_risk_blocks():
    assert rules(person("lung_risk"), Plan(targets=(LUNG,))) == {"S046"}
    assert rules(person("lung_risk"), Plan(targets=(replace(LUNG, pneumothorax_tier="low"),))) == set()
    assert rules(NOBODY, Plan(targets=(LUNG,))) == set()


def test_s066_the_far_end_of_a_limb_with_diabetes_warns():
    assert found(person("diabetes"), Plan(needles=(LIVER3, CV12))) == {("S066", "LR3 L")}


@pytest.mark.parametrize(
    ("due", "expected"),
    [(None, 0), (date(2030, 10, 1), 1), (date(2030, 6, 25), 2), (date(2030, 3, 1), 3)],
)
def test_the_trimester_follows_from_the_due_date(due, expected):
    assert trimester(due, date(2030, 2, 1)) == expected


def test_an_answer_lapses_when_the_trimester_changes():
    plan = Plan(needles=(CV4,))
    second, third = (person("pregnancy", trimester=number) for number in (2, 3))

    (one,), (other,) = safety.assess(second, plan), safety.assess(third, plan)

    assert one.fingerprint != other.fingerprint
