"""What the people of the sample clinic told us at intake. A few have not filled it in."""

from datetime import timedelta

from patients.criteria import AREAS
from patients.models import Intake

SLEEP = [
    "Wakes at three, tired in the morning.",
    "Falls asleep late; six hours.",
    "Restless legs some nights.",
    "Better since the course began.",
    "Sleeps long, wakes unrefreshed.",
]
DIGESTION = ["Bloated after meals.", "No trouble.", "Loose when pain is high.", "Slow; better with warm food.", ""]
MOOD = ["Worried about work.", "Even.", "Low on flare days.", "Short-tempered when tired.", ""]
GOALS = [
    "Walk to the lake and back.",
    "Pick up my grandchild.",
    "Work four days a week again.",
    "Sleep through three nights in a row.",
    "Play the accordion for an hour.",
    "Sit through a film.",
    "Garden without paying for it next day.",
]
AXIAL = ["neck", "upper_back", "lower_back"]
ONE_SIDED = ["neck", "upper_back", "shoulder_girdle_right", "upper_arm_right", "lower_back", "hip_left"]


def fill_in(ground, staff, people):
    """Most have an intake, reviewed by whoever treats them; newcomers' are still to be read."""
    dice = ground.dice("intakes")
    Intake.objects.bulk_create(intake(ground, staff, dice, one) for one in people if "noforms" not in one.marks)


def intake(ground, staff, dice, one):
    completed = one.patient.created_at + timedelta(hours=dice.randint(2, 20))
    reviewed = "new" not in one.marks
    return Intake(
        patient=one.patient,
        completed_at=completed,
        **(widespread(dice) if "fm" in one.marks else local(dice)),
        sleep=dice.choice(SLEEP),
        digestion=dice.choice(DIGESTION),
        mood=dice.choice(MOOD),
        goals=dice.choice(GOALS),
        reviewed_by=staff.treating[one.first_name].user if reviewed else None,
        reviewed_at=completed + timedelta(days=1, hours=dice.randint(1, 7)) if reviewed else None,
    )


def widespread(dice):
    """Answers that meet the questionnaire criteria: pain on both sides, above and below, for years."""
    corners = ["shoulder_girdle_left", "shoulder_girdle_right", "hip_left", "hip_right"]
    rest = sorted(AREAS - {*corners, *AXIAL})
    return {
        "areas": [*AXIAL, *corners, *dice.sample(rest, dice.randint(1, 8))],
        "fatigue": dice.choice([2, 2, 3]),
        "unrefreshed": dice.choice([2, 3, 3]),
        "cognitive": dice.choice([1, 2, 2, 3]),
        "headache": dice.random() < 0.6,
        "abdominal_pain": dice.random() < 0.4,
        "depression": dice.random() < 0.3,
        "months": dice.randint(8, 180),
    }


def local(dice):
    """Pain in a few places, on one side: myofascial, not fibromyalgia."""
    return {
        "areas": dice.sample(ONE_SIDED, dice.randint(2, 4)),
        "fatigue": dice.choice([0, 1, 1]),
        "unrefreshed": dice.choice([0, 1]),
        "cognitive": dice.choice([0, 0, 1]),
        "headache": dice.random() < 0.3,
        "months": dice.randint(2, 30),
    }
