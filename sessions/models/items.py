"""The rows of a plan. Each holds what was planned and what was done."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from clinic.models import tracked
from sessions.freezing import circuit_ends, frozen_child, keeps_circuits

from .choices import (
    Angle,
    Approach,
    CupMethod,
    CupStrength,
    Manipulation,
    Mode,
    MovementKind,
    Outcome,
    Pressure,
    Region,
    Side,
    TuiNaTechnique,
    Waveform,
)
from .plan import SessionPlan


def within(low, high):
    """Validators of a number from `low` to `high`; the constraint of the same range stands in the model's Meta."""
    sentence = f"Type a number from {low} to {high}."
    return [MinValueValidator(Decimal(low), sentence), MaxValueValidator(Decimal(high), sentence)]


def between(name, low, high):
    """A check constraint on a number that may be empty."""
    return models.CheckConstraint(
        condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__range": (low, high)}),
        name=f"%(class)s_{name}_in_range",
        violation_error_message=f"Type a number from {low} to {high}.",
    )


def known(name, choices):
    """A check constraint for a field with choices, which by themselves check nothing."""
    return models.CheckConstraint(condition=Q(**{f"{name}__in": choices.values}), name=f"%(class)s_{name}_is_known")


def once_a_side(what, *fields):
    """A site is planned once: left and right may be two rows, but neither stands beside a row for both sides."""
    message = f"This {what} is in the plan already."
    return [
        models.UniqueConstraint(
            fields=["plan", *fields],
            condition=~Q(side=other),
            name=f"{what}_once_on_the_{side}",
            violation_error_message=message,
        )
        for side, other in ((Side.LEFT, Side.RIGHT), (Side.RIGHT, Side.LEFT))
    ]


class JoinedManager(models.Manager):
    """Rows come with the row that they name: without it they say nothing. A related manager is made from its class
    alone, so what is joined stands on the class."""

    along = ()

    def get_queryset(self):
        return super().get_queryset().select_related(*self.along)


class NeedleManager(JoinedManager):
    along = ("point",)


class TargetManager(JoinedManager):
    along = ("muscle",)


class PlanItem(models.Model):
    """What every row of a plan has. A child's Meta must extend this Meta, or it silently has no trigger."""

    order = models.PositiveSmallIntegerField(default=0)
    unplanned = models.BooleanField("added once the session had begun", default=False)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    done_note = models.CharField("what was different", max_length=500, blank=True)

    class Meta:
        abstract = True
        ordering = ["order", "pk"]
        triggers = frozen_child()
        constraints = [
            known("outcome", Outcome),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.CHANGED) | ~Q(done_note=""),
                name="%(class)s_change_is_described",
                violation_error_message="Say what was different.",
            ),
        ]


class Needled(PlanItem):
    """Rows that count needles. `needles_in` and `needles_out` stay empty until somebody counted."""

    length_mm = models.PositiveSmallIntegerField("length", default=25, validators=within(7, 125), help_text="mm")
    gauge_mm = models.DecimalField(
        "diameter",
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.25"),
        validators=within("0.12", "0.50"),
        help_text="mm",
    )
    needles_in = models.PositiveSmallIntegerField(null=True, blank=True, validators=within(0, 60))
    needles_out = models.PositiveSmallIntegerField(null=True, blank=True, validators=within(0, 60))

    class Meta(PlanItem.Meta):
        abstract = True
        constraints = [
            *PlanItem.Meta.constraints,
            between("length_mm", 7, 125),
            between("gauge_mm", "0.12", "0.50"),
            between("needles_in", 0, 60),
            models.CheckConstraint(
                condition=Q(needles_out__isnull=True)
                | Q(needles_in__isnull=False) & Q(needles_out__lte=F("needles_in")),
                name="%(class)s_no_more_needles_out_than_in",
                violation_error_message="More needles out than in.",
            ),
        ]


@tracked
class NeedlePoint(Needled):
    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="needles")
    point = models.ForeignKey("clinic_sessions.Point", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    site = models.CharField(
        "exact site", max_length=80, blank=True, help_text="Where, for a point of free location such as Ashi or Jiaji."
    )
    depth_mm = models.PositiveSmallIntegerField(
        "depth", null=True, blank=True, validators=within(1, 125), help_text="mm"
    )
    angle = models.CharField(max_length=15, choices=Angle, default=Angle.PERPENDICULAR)
    manipulation = models.CharField(max_length=15, choices=Manipulation, default=Manipulation.EVEN)
    retention_min = models.PositiveSmallIntegerField("retention", default=20, validators=within(0, 60), help_text="min")
    left_in_place = models.PositiveSmallIntegerField(default=0, validators=within(0, 60))
    remove_on = models.DateField(null=True, blank=True, help_text="When needles left in place come out.")

    objects = NeedleManager()

    class Meta(Needled.Meta):
        triggers = [*frozen_child(), keeps_circuits()]
        constraints = [
            *Needled.Meta.constraints,
            known("side", Side),
            known("angle", Angle),
            known("manipulation", Manipulation),
            between("depth_mm", 1, 125),
            between("retention_min", 0, 60),
            models.CheckConstraint(
                condition=Q(left_in_place=0) | Q(remove_on__isnull=False),
                name="left_in_place_has_a_removal_date",
                violation_error_message="Say when the needles left in place come out.",
            ),
            models.CheckConstraint(
                condition=Q(needles_in__isnull=True) & Q(left_in_place=0)
                | Q(needles_in__isnull=False, needles_out__isnull=True, needles_in__gte=F("left_in_place"))
                | Q(needles_out__isnull=False, needles_in__gte=F("left_in_place") + F("needles_out")),
                name="no_more_accounted_than_in",
                violation_error_message="More needles out and left in place than went in.",
            ),
            *once_a_side("point", "point", "site"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        """How the plan's reader knows this row: LI4 L+R, or EX-ASHI L (calf)."""
        site = f" ({self.site})" if self.site else ""
        side = "" if self.side == Side.MIDLINE else f" {self.get_side_display()}"
        return f"{self.point.code}{side}{site}"

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

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="circuits")
    needle_a = models.ForeignKey(NeedlePoint, models.PROTECT, related_name="circuits_from")
    side_a = models.CharField(max_length=10, choices=Side)
    needle_b = models.ForeignKey(NeedlePoint, models.PROTECT, related_name="circuits_to")
    side_b = models.CharField(max_length=10, choices=Side)
    mode = models.CharField(max_length=20, choices=Mode, default=Mode.CONTINUOUS)
    waveform = models.CharField(max_length=40, choices=Waveform, default=Waveform.BALANCED)
    low_hz = models.DecimalField(
        "frequency", max_digits=5, decimal_places=1, default=Decimal(2), validators=within(1, 150), help_text="Hz"
    )
    high_hz = models.DecimalField(
        "second frequency",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=within(1, 150),
        help_text="Hz",
    )
    pulse_us = models.PositiveSmallIntegerField("pulse width", default=200, validators=within(100, 700), help_text="µs")
    minutes = models.PositiveSmallIntegerField(default=20, validators=within(1, 45))
    done_ma = models.DecimalField(
        "current", max_digits=4, decimal_places=1, null=True, blank=True, validators=within(0, 10), help_text="mA"
    )
    sensation = models.CharField(max_length=200, blank=True)

    class Meta(PlanItem.Meta):
        triggers = [*frozen_child(), circuit_ends()]
        constraints = [
            *PlanItem.Meta.constraints,
            known("mode", Mode),
            known("waveform", Waveform),
            models.CheckConstraint(
                condition=Q(side_a__in=["left", "right", "midline"], side_b__in=["left", "right", "midline"]),
                name="electrode_sits_on_one_side",
                violation_error_message="An electrode sits on one side. Choose left or right.",
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
            between("order", 0, 11),
            models.UniqueConstraint(
                fields=["plan", "order"],
                name="one_circuit_a_letter",
                violation_error_message="Another circuit has this letter.",
            ),
            models.UniqueConstraint(
                fields=["needle_a", "side_a", "needle_b", "side_b"],
                name="two_sites_one_circuit",
                violation_error_message="Another circuit joins these two sites already.",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def letter(self):
        """A to L: the channel keeps its letter when another circuit is taken out."""
        return chr(ord("A") + self.order)

    @property
    def label(self):
        return f"Circuit {self.letter}"

    @property
    def ends(self):
        """(key of the needle, side) of each electrode."""
        return (self.needle_a_id, self.side_a), (self.needle_b_id, self.side_b)

    @property
    def path(self):
        """LI4-L to LI11-L. Both needles with their points must be at hand."""
        ends = ((self.needle_a, self.get_side_a_display()), (self.needle_b, self.get_side_b_display()))
        return " to ".join(f"{needle.point.code}-{side}" for needle, side in ends)


@tracked
class DryNeedlingTarget(Needled):
    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="targets")
    muscle = models.ForeignKey("clinic_sessions.Muscle", models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side)
    approach = models.CharField(max_length=15, choices=Approach, default=Approach.PERPENDICULAR)
    passes = models.PositiveSmallIntegerField(default=3, validators=within(1, 20))
    twitches = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=within(0, 50), help_text="Twitches seen."
    )

    objects = TargetManager()

    class Meta(Needled.Meta):
        constraints = [
            *Needled.Meta.constraints,
            known("side", Side),
            known("approach", Approach),
            between("passes", 1, 20),
            between("twitches", 0, 50),
            *once_a_side("muscle", "muscle"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return f"{self.muscle.name} {self.get_side_display()}"


@tracked
class CuppingSite(PlanItem):
    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="cups")
    region = models.CharField(max_length=20, choices=Region)
    side = models.CharField(max_length=10, choices=Side, default=Side.BOTH)
    method = models.CharField(max_length=10, choices=CupMethod, default=CupMethod.STATIC)
    strength = models.CharField(max_length=10, choices=CupStrength, default=CupStrength.LIGHT)
    cups = models.PositiveSmallIntegerField(default=2, validators=within(1, 20))
    minutes = models.PositiveSmallIntegerField(default=5, validators=within(1, 30))

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            known("region", Region),
            known("side", Side),
            known("method", CupMethod),
            known("strength", CupStrength),
            between("cups", 1, 20),
            between("minutes", 1, 30),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return f"Cups {self.get_region_display().lower()} {self.get_side_display()}"


@tracked
class TuiNaStep(PlanItem):
    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="tuina")
    region = models.CharField(max_length=20, choices=Region)
    side = models.CharField(max_length=10, choices=Side, default=Side.BOTH)
    technique = models.CharField(max_length=15, choices=TuiNaTechnique, default=TuiNaTechnique.ROLLING)
    pressure = models.CharField(max_length=10, choices=Pressure, default=Pressure.LIGHT)
    minutes = models.PositiveSmallIntegerField(default=10, validators=within(1, 60))

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            known("region", Region),
            known("side", Side),
            known("technique", TuiNaTechnique),
            known("pressure", Pressure),
            between("minutes", 1, 60),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return f"Tui Na {self.get_region_display().lower()} {self.get_side_display()}"


@tracked
class MovementStep(PlanItem):
    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=MovementKind, default=MovementKind.BREATHING)
    instruction = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField(default=5, validators=within(1, 60))
    home = models.CharField("to do at home", max_length=300, blank=True)

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            known("kind", MovementKind),
            between("minutes", 1, 60),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        return self.get_kind_display()
