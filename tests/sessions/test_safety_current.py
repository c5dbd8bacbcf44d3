"""Rules about current and its way through the body. Plain values only."""

import pytest

from sessions import safety
from sessions.safety.terms import Circuit, Electrode, Fact, Facts, Plan

NOBODY = Facts()
ENDS = {
    "BL10": ("neck", "posterior_neck", ""),
    "BL13": ("upper back", "posterior_thorax", ""),
    "BL23": ("lower back", "lumbosacral", ""),
    "ST9": ("neck", "anterior_neck", "carotid/anterior neck: no current"),
    "ST18": ("chest", "anterior_thorax", "precordial area: no current"),
    "ST36": ("leg", "lower_limb", ""),
    "GB8": ("head", "head", ""),
    "CO10": ("ear", "ear", ""),
}


def circuit(one, other, **fields):
    ends = [end.split("-") for end in (one, other)]
    return Circuit(7, "Circuit A", tuple(Electrode(code, side, *ENDS[code]) for code, side in ends), **fields)


def rules(facts, *circuits):
    return {finding.rule for finding in safety.assess(facts, Plan(circuits=circuits))}


def person(*codes):
    return Facts(tuple(Fact(code) for code in codes))


def test_s002_current_with_another_active_implant_blocks():
    assert rules(person("other_implant"), circuit("ST36-left", "ST36-right")) == {"S002"}


def test_s004_an_electrode_at_the_front_of_the_neck_blocks():
    assert "S004" in rules(NOBODY, circuit("ST9-left", "BL10-left"))


def test_s005_an_electrode_over_the_heart_blocks():
    assert rules(NOBODY, circuit("ST18-left", "ST18-left")) == {"S005"}


@pytest.mark.parametrize(("one", "other"), [("BL10-left", "BL10-right"), ("BL10-left", "BL13-right")])
def test_s006_current_across_the_cord_blocks(one, other):
    assert "S006" in rules(NOBODY, circuit(one, other))


@pytest.mark.parametrize(
    ("one", "other"), [("BL10-left", "BL13-left"), ("BL13-left", "BL13-right"), ("BL23-left", "BL23-right")]
)
def test_s006_one_side_the_chest_and_the_lower_back_are_other_matters(one, other):
    assert "S006" not in rules(NOBODY, circuit(one, other))


def test_s007_current_across_the_lower_back_warns():
    assert rules(NOBODY, circuit("BL23-left", "BL23-right")) == {"S007"}
    assert rules(NOBODY, circuit("BL23-left", "BL23-left")) == set()


@pytest.mark.parametrize("place", ["GB8", "BL10", "CO10"])
def test_s009_current_at_head_neck_or_ear_with_epilepsy_blocks(place):
    assert "S009" in rules(person("epilepsy"), circuit(f"{place}-left", "BL13-left"))
    assert "S009" not in rules(NOBODY, circuit(f"{place}-left", "BL13-left"))


def test_s009_current_at_the_legs_with_epilepsy_does_not():
    assert "S009" not in rules(person("epilepsy"), circuit("ST36-left", "ST36-right"))


def test_s065_current_longer_than_thirty_minutes_warns():
    assert rules(NOBODY, circuit("ST36-left", "ST36-right", minutes=30)) == set()
    assert rules(NOBODY, circuit("ST36-left", "ST36-right", minutes=31)) == {"S065"}


def test_s065_strong_current_in_fibromyalgia_warns():
    strong = circuit("ST36-left", "ST36-right", strength=6)

    assert rules(person("fibromyalgia"), strong) == {"S065"}
    assert rules(person("fibromyalgia"), circuit("ST36-left", "ST36-right", strength=5)) == set()
    assert rules(NOBODY, strong) == set()
