"""The 2016 revision of the ACR fibromyalgia criteria, as a questionnaire. Pure; source: Wolfe 2016.

Wolfe 2016 says that the self-reported form diagnoses nobody: screens say "questionnaire criteria met" or "not met".
"""

from dataclasses import dataclass

REGIONS = {
    "left upper": {"jaw_left", "shoulder_girdle_left", "upper_arm_left", "lower_arm_left"},
    "right upper": {"jaw_right", "shoulder_girdle_right", "upper_arm_right", "lower_arm_right"},
    "left lower": {"hip_left", "upper_leg_left", "lower_leg_left"},
    "right lower": {"hip_right", "upper_leg_right", "lower_leg_right"},
    "axial": {"neck", "upper_back", "lower_back", "chest", "abdomen"},
}
AREAS = frozenset().union(*REGIONS.values())
NOT_FOR_REGIONS = {"jaw_left", "jaw_right", "chest", "abdomen"}  # they count for the pain index only


@dataclass(frozen=True)
class Assessment:
    """`pain_index` 0-19 (WPI), `symptom_score` 0-12 (SSS), `regions` 0-5, and whether the three conditions are met."""

    pain_index: int
    symptom_score: int
    regions: int
    met: bool

    @property
    def severity(self):
        """Fibromyalgia severity, 0-31."""
        return self.pain_index + self.symptom_score


def assess(*, areas, severities, symptoms, months):
    """Apply the criteria: `areas` from AREAS (past 7 days), three `severities` 0-3, three yes/no `symptoms`.

    Raises ValueError for an area that is none of the 19 or a severity outside 0-3.
    """
    if unknown := set(areas) - AREAS:
        raise ValueError(f"not among the 19 areas: {sorted(unknown)}")
    if any(not 0 <= severity <= 3 for severity in severities):
        raise ValueError("a severity lies between 0 and 3")
    pain_index = len(set(areas))
    symptom_score = sum(severities) + sum(map(bool, symptoms))
    regions = sum(bool((members - NOT_FOR_REGIONS) & set(areas)) for members in REGIONS.values())
    return Assessment(pain_index, symptom_score, regions, is_met(pain_index, symptom_score, regions, months))


def is_met(pain_index, symptom_score, regions, months):
    """The three conditions: index and score together, pain in four of five regions, three months or longer."""
    widespread = (pain_index >= 7 and symptom_score >= 5) or (4 <= pain_index <= 6 and symptom_score >= 9)
    return widespread and regions >= 4 and months >= 3
