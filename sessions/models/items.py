"""The rows of a plan. Each holds what was planned and what was done."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from clinic.models import tracked
from sessions.freezing import frozen_child

from .plan import SessionPlan


class Side(models.TextChoices):
    LEFT = "left", "L"
    RIGHT = "right", "R"
    BOTH = "both", "L+R"
    MIDLINE = "midline", "midline"


class Outcome(models.TextChoices):
    PENDING = "pending", "Planned"
    DONE = "done", "Done as planned"
    CHANGED = "changed", "Done, changed"
    OMITTED = "omitted", "Left out"


class Region(models.TextChoices):
    """The regions of the catalogue (`sessions/data/regions.csv`)."""

    HEAD = "head"
    FACE = "face"
    NECK = "neck"
    EAR = "ear"
    SHOULDER = "shoulder"
    SCAPULA = "scapula"
    AXILLA = "axilla"
    ARM = "arm"
    ELBOW = "elbow"
    FOREARM = "forearm"
    WRIST = "wrist"
    HAND = "hand"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    GROIN = "groin"
    PERINEUM = "perineum"
    UPPER_BACK = "upper back"
    LOWER_BACK = "lower back"
    SACRUM = "sacrum"
    HIP = "hip"
    THIGH = "thigh"
    KNEE = "knee"
    LEG = "leg"
    ANKLE = "ankle"
    FOOT = "foot"
    OTHER = "other"


def within(low, high):
    """Validators of a whole number from `low` to `high`; the constraint of the same range stands beside the field."""
    return [MinValueValidator(low), MaxValueValidator(high)]


def between(name, low, high):
    """A check constraint on a number that may be empty."""
    return models.CheckConstraint(
        condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (low, high)}),
        name=f"%(class)s_{name}_in_range",
    )


class PlanItem(models.Model):
    """What every row of a plan has. A child's Meta must extend this Meta, or it silently has no trigger."""

    order = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    done_note = models.CharField("what was different", max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]
        triggers = frozen_child()
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="%(class)s_outcome_is_known"),
        ]


class Needled(PlanItem):
    """Rows that count needles. `needles_in` and `needles_out` stay empty until somebody counted."""

    length_mm = models.PositiveSmallIntegerField("length", default=25, validators=within(7, 125), help_text="mm")
    gauge_mm = models.DecimalField("diameter", max_digits=3, decimal_places=2, default="0.25", help_text="mm")
    needles_in = models.PositiveSmallIntegerField(null=True, blank=True)
    needles_out = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(PlanItem.Meta):
        abstract = True
        constraints = [
            *PlanItem.Meta.constraints,
            between("length_mm", 7, 125),
            between("gauge_mm", "0.12", "0.50"),
            between("needles_in", 0, 60),
            models.CheckConstraint(
                condition=Q(needles_out__isnull=True) | Q(needles_out__lte=F("needles_in")),
                name="%(class)s_no_more_needles_out_than_in",
                violation_error_message="More needles out than in.",
            ),
        ]


@tracked
class NeedlePoint(Needled):
    class Angle(models.TextChoices):
        PERPENDICULAR = "perpendicular", "straight"
        OBLIQUE = "oblique", "slanted"
        TRANSVERSE = "transverse", "along the skin"

    class Manipulation(models.TextChoices):
        NONE = "none", "none"
        EVEN = "even", "even"
        REINFORCING = "reinforcing", "reinforcing"
        REDUCING = "reducing", "reducing"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="needles")
    point = models.ForeignKey("clinic_sessions.Point", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    depth_mm = models.PositiveSmallIntegerField(
        "depth", null=True, blank=True, validators=within(1, 125), help_text="mm"
    )
    angle = models.CharField(max_length=15, choices=Angle, default=Angle.PERPENDICULAR)
    manipulation = models.CharField(max_length=15, choices=Manipulation, default=Manipulation.EVEN)
    retention_min = models.PositiveSmallIntegerField("retention", default=20, validators=within(0, 60), help_text="min")
    left_in_place = models.PositiveSmallIntegerField(default=0)
    remove_on = models.DateField(null=True, blank=True, help_text="When needles left in place come out.")

    class Meta(Needled.Meta):
        constraints = [
            *Needled.Meta.constraints,
            models.CheckConstraint(condition=Q(side__in=Side.values), name="needle_side_is_known"),
            between("depth_mm", 1, 125),
            between("retention_min", 0, 60),
            models.CheckConstraint(
                condition=Q(left_in_place=0) | Q(remove_on__isnull=False),
                name="left_in_place_has_a_removal_date",
                violation_error_message="Say when the needles left in place come out.",
            ),
            models.CheckConstraint(
                condition=Q(needles_in__isnull=True) & Q(left_in_place=0)
                | Q(needles_in__gte=F("left_in_place")) & Q(needles_out__isnull=True)
                | Q(needles_in__gte=F("left_in_place") + F("needles_out")),
                name="no_more_accounted_than_in",
                violation_error_message="More needles out and left in place than went in.",
            ),
            models.UniqueConstraint(
                fields=["plan", "point", "side"],
                name="point_once_a_side",
                violation_error_message="This point is in the plan already.",
            ),
        ]

    @property
    def sites(self):
        """How many needles the planned side asks for."""
        return self.point.sites_total // 2 if self.side in (Side.LEFT, Side.RIGHT) else self.point.sites_total

    @property
    def electrodes(self):
        """The sides at which a clip can sit on this row."""
        return (Side.LEFT, Side.RIGHT) if self.side == Side.BOTH else (self.side,)


@tracked
class EstimCircuit(PlanItem):
    """Current between two needled sites of one plan. Ranges: `sessions/data/estim.csv`."""

    class Mode(models.TextChoices):
        CONTINUOUS = "continuous", "continuous"
        DENSE_DISPERSE = "dense_disperse", "dense-disperse"
        INTERMITTENT = "intermittent", "intermittent"

    class Waveform(models.TextChoices):
        BALANCED = "balanced_biphasic", "balanced biphasic"
        ASYMMETRIC = "asymmetric_biphasic_charge_balanced", "asymmetric, charge-balanced"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="circuits")
    needle_a = models.ForeignKey(NeedlePoint, models.PROTECT, related_name="circuits_from")
    side_a = models.CharField(max_length=10, choices=Side)
    needle_b = models.ForeignKey(NeedlePoint, models.PROTECT, related_name="circuits_to")
    side_b = models.CharField(max_length=10, choices=Side)
    mode = models.CharField(max_length=20, choices=Mode, default=Mode.CONTINUOUS)
    waveform = models.CharField(max_length=40, choices=Waveform, default=Waveform.BALANCED)
    low_hz = models.DecimalField("frequency", max_digits=5, decimal_places=1, default=2, help_text="Hz")
    high_hz = models.DecimalField("second frequency", max_digits=5, decimal_places=1, null=True, blank=True)
    pulse_us = models.PositiveSmallIntegerField("pulse width", default=200, help_text="µs")
    minutes = models.PositiveSmallIntegerField(default=20)
    done_ma = models.DecimalField("current", max_digits=4, decimal_places=1, null=True, blank=True, help_text="mA")
    sensation = models.CharField(max_length=200, blank=True)

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(side_a__in=["left", "right", "midline"], side_b__in=["left", "right", "midline"]),
                name="electrode_sits_on_one_side",
            ),
            models.CheckConstraint(
                condition=~Q(needle_a=F("needle_b"), side_a=F("side_b")),
                name="circuit_has_two_ends",
                violation_error_message="A circuit joins two different sites.",
            ),
            models.CheckConstraint(
                condition=Q(mode="dense_disperse", high_hz__isnull=False) & ~Q(high_hz=F("low_hz"))
                | ~Q(mode="dense_disperse") & Q(high_hz__isnull=True),
                name="dense_disperse_has_two_frequencies",
                violation_error_message="Dense-disperse needs a second frequency that differs; other modes have one.",
            ),
            between("low_hz", 1, 150),
            between("high_hz", 1, 150),
            between("pulse_us", 100, 700),
            between("minutes", 1, 45),
            between("done_ma", 0, 10),
        ]


@tracked
class DryNeedlingTarget(Needled):
    class Approach(models.TextChoices):
        PERPENDICULAR = "perpendicular", "straight to bone"
        TANGENTIAL = "tangential", "tangential"
        PINCER = "pincer", "pincer grip"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="targets")
    muscle = models.ForeignKey("clinic_sessions.Muscle", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    approach = models.CharField(max_length=15, choices=Approach, default=Approach.PERPENDICULAR)
    passes = models.PositiveSmallIntegerField(default=3)
    twitches = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Twitches seen.")

    class Meta(Needled.Meta):
        constraints = [
            *Needled.Meta.constraints,
            models.CheckConstraint(condition=Q(side__in=Side.values), name="target_side_is_known"),
            between("passes", 1, 20),
            between("twitches", 0, 50),
            models.UniqueConstraint(
                fields=["plan", "muscle", "side"],
                name="muscle_once_a_side",
                violation_error_message="This muscle is in the plan already.",
            ),
        ]


@tracked
class CuppingSite(PlanItem):
    class Method(models.TextChoices):
        STATIC = "static", "static"
        SLIDING = "sliding", "sliding"
        FLASH = "flash", "flash"

    class Strength(models.TextChoices):
        LIGHT = "light", "light"
        MEDIUM = "medium", "medium"
        STRONG = "strong", "strong"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="cups")
    region = models.CharField(max_length=20, choices=Region)
    side = models.CharField(max_length=10, choices=Side, default=Side.BOTH)
    method = models.CharField(max_length=10, choices=Method, default=Method.STATIC)
    strength = models.CharField(max_length=10, choices=Strength, default=Strength.LIGHT)
    cups = models.PositiveSmallIntegerField(default=2)
    minutes = models.PositiveSmallIntegerField(default=5)

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            models.CheckConstraint(condition=Q(region__in=Region.values), name="cup_region_is_known"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="cup_side_is_known"),
            between("cups", 1, 20),
            between("minutes", 1, 30),
        ]


@tracked
class TuiNaStep(PlanItem):
    class Technique(models.TextChoices):
        ROLLING = "rolling", "rolling (gun)"
        PRESSING = "pressing", "pressing (an)"
        KNEADING = "kneading", "kneading (rou)"
        GRASPING = "grasping", "grasping (na)"
        PUSHING = "pushing", "pushing (tui)"
        RUBBING = "rubbing", "rubbing (mo)"

    class Pressure(models.TextChoices):
        LIGHT = "light", "light"
        MEDIUM = "medium", "medium"
        DEEP = "deep", "deep"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="tuina")
    region = models.CharField(max_length=20, choices=Region)
    technique = models.CharField(max_length=15, choices=Technique, default=Technique.ROLLING)
    pressure = models.CharField(max_length=10, choices=Pressure, default=Pressure.LIGHT)
    minutes = models.PositiveSmallIntegerField(default=10)

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            models.CheckConstraint(condition=Q(region__in=Region.values), name="tuina_region_is_known"),
            between("minutes", 1, 60),
        ]


@tracked
class MovementStep(PlanItem):
    class Kind(models.TextChoices):
        BREATHING = "breathing", "Breathing"
        MOVEMENT = "movement", "Gentle movement"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BREATHING)
    instruction = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField(default=5)
    home = models.CharField("to do at home", max_length=300, blank=True)

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            models.CheckConstraint(condition=Q(kind__in=["breathing", "movement"]), name="movement_kind_is_known"),
            between("minutes", 1, 60),
        ]
