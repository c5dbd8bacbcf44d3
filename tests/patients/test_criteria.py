"""The ten vectors of the 2016 criteria, and what may not be asked."""

import pytest

from patients import criteria

UPPER_LEFT = ["shoulder_girdle_left", "upper_arm_left", "lower_arm_left"]
UPPER_RIGHT = ["shoulder_girdle_right", "upper_arm_right", "lower_arm_right"]
LOWER_LEFT = ["hip_left", "upper_leg_left", "lower_leg_left"]
LOWER_RIGHT = ["hip_right", "upper_leg_right", "lower_leg_right"]
AXIAL = ["neck", "upper_back", "lower_back"]
JAWS_AND_TRUNK = ["jaw_left", "jaw_right", "chest", "abdomen"]
FOUR = [UPPER_LEFT[0], UPPER_RIGHT[0], LOWER_LEFT[0], LOWER_RIGHT[0]]

# number: areas, symptom score, months, (pain index, regions), met
VECTORS = {
    1: ([*UPPER_LEFT, *UPPER_RIGHT[:2], LOWER_LEFT[0], LOWER_RIGHT[0]], 5, 3, (7, 4), True),
    2: ([*FOUR, *AXIAL], 4, 6, (7, 5), False),
    3: ([*FOUR, UPPER_LEFT[1], UPPER_RIGHT[1]], 9, 12, (6, 4), True),
    4: ([*FOUR, UPPER_LEFT[1], UPPER_RIGHT[1]], 8, 12, (6, 4), False),
    5: (FOUR, 9, 3, (4, 4), True),
    6: (FOUR[:3], 12, 24, (3, 3), False),
    7: ([*UPPER_LEFT, *UPPER_RIGHT, *LOWER_LEFT, "jaw_left", "jaw_right", "chest"], 10, 24, (12, 3), False),
    8: (sorted(criteria.AREAS), 12, 2, (19, 5), False),
    9: ([*JAWS_AND_TRUNK, *AXIAL], 9, 6, (7, 1), False),
    10: ([*FOUR, "neck", "lower_back", "lower_leg_right"], 5, 3, (7, 5), True),
}


def answers(score):
    """Severities and symptoms that add up to a symptom score."""
    severities = [min(3, max(0, score - 3 * place)) for place in range(3)]
    symptoms = [place < score - 9 for place in range(3)]
    return severities, symptoms


@pytest.mark.parametrize("number", VECTORS)
def test_each_vector_of_the_published_criteria_comes_out_as_told(number):
    areas, score, months, (pain_index, regions), met = VECTORS[number]
    severities, symptoms = answers(score)

    found = criteria.assess(areas=areas, severities=severities, symptoms=symptoms, months=months)

    assert (found.pain_index, found.symptom_score, found.regions) == (pain_index, score, regions)
    assert found.met is met
    assert found.severity == pain_index + score


def test_an_area_that_is_marked_twice_counts_once():
    found = criteria.assess(areas=["neck", "neck"], severities=(0, 0, 0), symptoms=(False,) * 3, months=3)

    assert found.pain_index == 1


def test_an_area_beyond_the_nineteen_is_an_error():
    with pytest.raises(ValueError, match="19 areas"):
        criteria.assess(areas=["tail"], severities=(0, 0, 0), symptoms=(False,) * 3, months=3)


@pytest.mark.parametrize("severity", [-1, 4])
def test_a_severity_beyond_three_is_an_error(severity):
    with pytest.raises(ValueError, match="between 0 and 3"):
        criteria.assess(areas=[], severities=(severity, 0, 0), symptoms=(False,) * 3, months=3)
