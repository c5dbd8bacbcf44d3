"""What is planned for each person, session by session: a base of their own that grows slowly. Rows are not saved.

The doses are the product's defaults for fibromyalgia: at most ten needles and twenty minutes at the first visit, then
one thing more a visit (the clinic's care protocols, part 1).
"""

from dataclasses import dataclass, field
from decimal import Decimal

from sessions.models import CuppingSite, DryNeedlingTarget, EstimCircuit, MovementStep, NeedlePoint, TuiNaStep
from sessions.safety.rulebook import limbs

LYING = {
    "supine": "ST36 LI4 LR3 GB34 SP6 LI11 PC6 GV20 EX-HN3 SP9 KI3 HT7 CV12 ST25 LI10 TE5 LU7 CV4 ST44 LR8",
    "prone": "BL23 BL25 GB20 BL40 BL57 GV14 BL10 KI3 BL60 GB30 BL18 BL20 SI11 GV4 BL13 BL62 GB34 SI3",
    "side": "GB34 LI11 GB20 GB30 LI4 SP6 TE5 GB41 ST36 GB21 SI3 BL60 LI15 GV20",
    "seated": "LI4 ST36 LI11 LR3 GV20 GB34 EX-HN3 TE5 PC6 SP6 LI10 KI3",
}
EARS = ["AUR-TF4", "AUR-CO10", "AUR-AH13", "AUR-AT4"]
PAIRS = [  # on one limb or one side of the loins, a short way apart
    ("ST36", "GB34"),
    ("SP6", "SP9"),
    ("LI4", "LI11"),
    ("BL23", "BL25"),
    ("BL40", "BL57"),
    ("LI10", "LI11"),
    ("GB30", "GB34"),
    ("TE5", "LI11"),
]
DOSES = [(2, None), (2, None), (4, None), (10, None), (2, 100), (2, 15)]  # Hz; two for dense-disperse
MUSCLES = {  # code: length in mm, approach
    "trapezius_upper": (25, "pincer"),
    "infraspinatus": (30, "perpendicular"),
    "splenius_capitis": (25, "perpendicular"),
    "gluteus_medius": (50, "perpendicular"),
    "gluteus_minimus": (60, "perpendicular"),
    "piriformis": (60, "perpendicular"),
    "quadratus_lumborum": (60, "tangential"),
    "lumbar_multifidi": (40, "perpendicular"),
    "levator_scapulae": (25, "tangential"),
    "extensor_digitorum": (25, "perpendicular"),
    "ecr": (25, "perpendicular"),
    "tfl": (40, "perpendicular"),
    "vastus_lateralis": (40, "perpendicular"),
    "biceps_femoris": (40, "perpendicular"),
    "gastrocnemius": (30, "tangential"),
    "soleus": (40, "tangential"),
    "tibialis_anterior": (30, "perpendicular"),
    "deltoid_middle": (30, "perpendicular"),
}
HANDS = [
    ("neck", "kneading"),
    ("upper back", "rolling"),
    ("lower back", "pressing"),
    ("shoulder", "grasping"),
    ("hip", "pressing"),
    ("thigh", "rolling"),
    ("leg", "kneading"),
    ("forearm", "pushing"),
]
CUPS = ["upper back", "lower back", "shoulder", "hip"]
MOVEMENTS = [
    ("breathing", "Slow breathing, longer out than in.", 5, "Five minutes before bed."),
    ("breathing", "Breathing into the sides of the ribs, hands on them.", 4, "Ten breaths after lunch."),
    ("movement", "Shoulder blades along the wall, up and down.", 5, "Twice a day, eight times."),
    ("movement", "Heel slides lying down, without pain.", 5, "Morning and evening, six times."),
    ("movement", "Standing from a chair without hands.", 4, "Five times, three times a day."),
    ("movement", "Neck turns with the eyes leading.", 3, "Once an hour at the desk."),
    ("movement", "Walking on the spot to the breath.", 6, "Ten minutes out of doors."),
]


@dataclass
class Rows:
    """The rows of one plan, without their plan. A circuit names its needles by their place in the list."""

    position: str = "supine"
    needles: list[NeedlePoint] = field(default_factory=list)
    circuits: list[tuple[EstimCircuit, int, int]] = field(default_factory=list)
    targets: list[DryNeedlingTarget] = field(default_factory=list)
    cups: list[CuppingSite] = field(default_factory=list)
    tuina: list[TuiNaStep] = field(default_factory=list)
    movements: list[MovementStep] = field(default_factory=list)


class Prescriber:
    """Prescribes for one person; `number` counts the sessions from 0. `points` and `muscles` are rows by code."""

    def __init__(self, ground, person, points, muscles):
        self.points, self.muscles, self.marks, self.care = points, muscles, person.marks, person.care
        dice = self.dice = ground.dice(f"care of {person.patient.family_name}")
        self.position = "seated" if self.care == "cm" else dice.choice(["supine", "supine", "prone", "side"])
        self.codes = self.chosen_points(dice)
        self.gentle = dice.sample([code for code in LYING["supine"].split()[:9] if self.may_have(points[code])], 4)
        self.targets = [(code, dice.choice(["left", "right"])) for code in self.chosen_muscles(dice)]
        self.dose = dice.choice(DOSES)
        self.hands, self.cups = dice.sample(HANDS, len(HANDS)), dice.sample(CUPS, 2)
        self.movement = dice.randrange(len(MOVEMENTS))

    def chosen_points(self, dice):
        """The person's points in the order in which they are added; for current, a pair comes first."""
        codes = [code for code in LYING[self.position].split() if self.may_have(self.points[code])]
        first = [list(pair) for pair in PAIRS if set(pair) <= set(codes)] if self.care == "np" else [codes[:1]]
        lead = dice.choice(first or [codes[:1]])
        rest = [code for code in codes if code not in lead]
        near = rest[:9]
        return [*lead, *dice.sample(near, len(near)), *rest[9:]]

    def may_have(self, point):
        return point.pregnancy_tier == "none" or not any(mark.startswith("pregnant") for mark in self.marks)

    def chosen_muscles(self, dice):
        thinned = self.marks & {"warfarin", "apixaban"}
        fit = [code for code in MUSCLES if not thinned or self.muscles[code].depth_class != "deep"]
        deep = ["gluteus_minimus"] if "deep" in self.marks else []  # agreed with the prescriber: an override each time
        return [*deep, *dice.sample(fit, 4 - len(deep))]

    def prescribe(self, kind, number, device=None):
        """The rows for a visit of that kind of care."""
        rows = Rows(position=self.position)
        if kind == "first":
            rows.position = "supine"
            self.add_needles(rows, [code for code in LYING["supine"].split() if code in self.gentle], minutes=20)
        if kind in ("np", "ac", "cm"):
            self.add_needles(rows, self.codes[: min(5 + number, 9)], minutes=25)
        if kind == "np":
            self.add_circuits(rows, number, device)
        if kind == "ac" and number % 2:
            rows.needles.append(self.ear(number))
        if kind in ("dn", "first_dn"):
            rows.position = "prone"
            many = 1 if kind == "first_dn" else 2 + number % 2
            rows.targets = [self.target(place, number) for place in range(many)]
        if kind in ("np", "ac", "tn", "tc"):
            rows.tuina = self.tuina(number, steps=4 if kind in ("tn", "tc") else 1)
        if kind == "tc":
            rows.cups = [self.cup(place, number) for place in range(1 + number % 2)]
        if kind != "cm":
            rows.movements = [self.step(number)]
        return rows

    def add_needles(self, rows, codes, minutes):
        for order, code in enumerate(codes):
            point = self.points[code]
            fields = {"retention_min": minutes, **self.insertion(point)}
            rows.needles.append(NeedlePoint(point=point, side=self.side(point), order=order, **fields))

    def side(self, point):
        """Both, or the side of a swollen limb left alone."""
        if not point.bilateral:
            return "midline"
        limb = limbs()[point.region]
        for mark in self.marks:
            if mark.startswith("lymph_") and mark.endswith(f"_{limb or 'none'}"):
                return "right" if "left" in mark else "left"
        return "both"

    def insertion(self, point):
        """Short and slanted over the lung, straight elsewhere."""
        if point.pneumothorax_tier in ("high", "moderate"):
            return {
                "length_mm": 13,
                "depth_mm": 6,
                "angle": "oblique",
                "gauge_mm": Decimal("0.20"),
                "retention_min": 15,
            }
        if point.region in ("head", "face"):
            return {"length_mm": 13, "depth_mm": 5, "angle": "transverse", "gauge_mm": Decimal("0.20")}
        limb = point.region in ("leg", "knee", "hip", "lower back", "thigh")
        return {"length_mm": 40 if limb else 25, "depth_mm": 20 if limb else 10}

    def ear(self, number):
        point = self.points[EARS[number // 2 % len(EARS)]]
        side = "left" if number % 4 == 1 else "right"
        return NeedlePoint(point=point, side=side, order=20, length_mm=7, gauge_mm=Decimal("0.20"), depth_mm=2)

    def add_circuits(self, rows, number, device):
        """Pairs on the left, then on the right, as many as the unit has channels for and the visit's number allows."""
        place = {needle.point.code: order for order, needle in enumerate(rows.needles)}
        pairs = [(a, b) for a, b in PAIRS if a in place and b in place][: 1 + (number > 1)]
        ends = [(pair, side) for pair in pairs for side in ("left", "right") if self.needled(rows, place, pair, side)]
        low, high = self.dose if number else (2, None)
        for order, ((a, b), side) in enumerate(ends[: device.channels if device else 4]):
            circuit = EstimCircuit(
                side_a=side,
                side_b=side,
                mode="dense_disperse" if high else "continuous",
                low_hz=Decimal(low),
                high_hz=high and Decimal(min(high, device.max_hz if device else high)),
                pulse_us=200,
                minutes=min(15 + 5 * number, 25),
                order=order,
            )
            rows.circuits.append((circuit, place[a], place[b]))

    def needled(self, rows, place, pair, side):
        return all(rows.needles[place[code]].side in ("both", side) for code in pair)

    def target(self, place, number):
        code, side = self.targets[(place + number // 2) % len(self.targets)]
        length, approach = MUSCLES[code]
        return DryNeedlingTarget(
            muscle=self.muscles[code],
            side=side,
            approach=approach,
            length_mm=length,
            gauge_mm=Decimal("0.30"),
            passes=3 + min(number, 4),
            order=place,
        )

    def tuina(self, number, steps):
        chosen = [hand for hand in self.hands if steps > 1 or not limbs()[hand[0]]][:steps]
        if not self.spared(chosen):
            chosen = [hand for hand in self.hands if not limbs()[hand[0]]][:steps]
        return [
            TuiNaStep(
                region=region,
                technique=technique,
                pressure="medium" if number > 2 and not order else "light",
                minutes=8,
                order=order,
            )
            for order, (region, technique) in enumerate(chosen)
        ]

    def spared(self, chosen):
        """Does this leave swollen limbs alone?"""
        return not any(mark.startswith("lymph") for mark in self.marks) or not any(limbs()[one] for one, _ in chosen)

    def cup(self, place, number):
        return CuppingSite(
            region=self.cups[place],
            method="sliding" if number % 3 == 2 else "static",
            strength="medium" if number > 3 else "light",
            cups=2 + 2 * place,
            minutes=5 if number else 3,
            order=place,
        )

    def step(self, number):
        kind, instruction, minutes, home = MOVEMENTS[(self.movement + number // 2) % len(MOVEMENTS)]
        return MovementStep(kind=kind, instruction=instruction, minutes=minutes, home=home)
