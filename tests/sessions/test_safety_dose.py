"""Rules about how much. Plain values only; the numbers are those of thresholds.csv."""

from dataclasses import replace

from sessions import safety
from sessions.safety.terms import Cups, Fact, Facts, Hands, Needle, Plan, Target

NOBODY = Facts()
FIBROMYALGIA = Facts((Fact("fibromyalgia"),))
ST36 = Needle(2, "ST36 L+R", "ST36", "both", "leg", sites=2)
GB21 = Needle(3, "GB21 L", "GB21", "left", "shoulder", pneumothorax_tier="high")
MUSCLES = [Target(number, f"Muscle {number}", f"muscle_{number}", "left", "leg") for number in range(4)]
CUPS = Cups(8, "Cups", "shoulder", "both")


def rules(facts, plan):
    return {finding.rule for finding in safety.assess(facts, plan)}


def test_s041_sitting_up_at_the_first_session_warns():
    seated = Plan(needles=(ST36,), first=True, position="seated")

    assert rules(NOBODY, seated) == {"S041"}
    assert rules(NOBODY, replace(seated, first=False)) == set()
    assert rules(NOBODY, replace(seated, position="prone")) == set()
    assert rules(NOBODY, Plan(first=True, position="seated")) == set()


def test_s047_both_sides_of_the_chest_warn():
    left, right = GB21, replace(GB21, pk=4, side="right")

    assert "S047" in rules(NOBODY, Plan(needles=(left, right)))
    assert "S047" in rules(NOBODY, Plan(needles=(replace(GB21, side="both"),)))
    assert "S047" not in rules(NOBODY, Plan(needles=(left,)))


def test_s049_and_s050_sites_that_are_not_for_everybody_block():
    assert rules(NOBODY, Plan(needles=(replace(ST36, restriction="prohibited"),))) == {"S049"}
    assert rules(NOBODY, Plan(needles=(replace(ST36, restriction="restricted"),))) == {"S050"}
    assert rules(NOBODY, Plan(needles=(replace(ST36, restriction="infants_only"),))) == set()


def test_s051_more_than_ten_needles_at_the_first_session_with_fibromyalgia_warn():
    ten, twelve = Plan(needles=(ST36,) * 5, first=True), Plan(needles=(ST36,) * 6, first=True)

    assert rules(FIBROMYALGIA, twelve) == {"S051"}
    assert rules(FIBROMYALGIA, ten) == set()
    assert rules(NOBODY, twelve) == set()
    assert rules(FIBROMYALGIA, replace(twelve, first=False)) == set()


def test_s052_needles_that_rest_too_long_warn():
    def resting(minutes, **plan):
        return Plan(needles=(replace(ST36, retention_min=minutes),), **plan)

    assert rules(NOBODY, resting(30)) == set()
    assert rules(NOBODY, resting(31)) == {"S052"}
    assert rules(FIBROMYALGIA, resting(21, first=True)) == {"S052"}
    assert rules(FIBROMYALGIA, resting(21)) == set()


def test_s054_more_than_three_muscles_or_two_twitches_in_fibromyalgia_warn():
    assert rules(FIBROMYALGIA, Plan(targets=tuple(MUSCLES))) == {"S054"}
    assert rules(FIBROMYALGIA, Plan(targets=tuple(MUSCLES[:3]))) == set()
    assert rules(FIBROMYALGIA, Plan(targets=(replace(MUSCLES[0], twitches=3),))) == {"S054"}
    assert rules(NOBODY, Plan(targets=tuple(MUSCLES))) == set()


def test_s056_deep_hands_in_fibromyalgia_warn():
    assert rules(FIBROMYALGIA, Plan(tuina=(Hands(1, "Tui Na", "neck", "both", "deep"),))) == {"S056"}
    assert rules(FIBROMYALGIA, Plan(tuina=(Hands(1, "Tui Na", "neck", "both", "medium"),))) == set()


def test_s061_cups_that_stay_too_long_warn():
    assert rules(NOBODY, Plan(cups=(replace(CUPS, minutes=15),))) == set()
    assert rules(NOBODY, Plan(cups=(replace(CUPS, minutes=16),))) == {"S061"}
    assert rules(NOBODY, Plan(cups=(replace(CUPS, minutes=6),), first=True)) == {"S061"}
    assert rules(NOBODY, Plan(cups=(replace(CUPS, minutes=6, method="sliding"),), first=True)) == set()
