"""The rows that needles go in for: points, the current between them, muscles."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from clinic.models import tracked
from sessions.freezing import circuit_ends, frozen_child, keeps_circuits

from .base import JoinedManager, PlanItem, between, known, once_a_side, within
from .choices import Angle, Approach, Manipulation, Mode, NeuralTarget, Polarity, Side, Waveform
from .plan import SessionPlan


class NeedleQuerySet(models.QuerySet):
    def still_in_place(self):
        """Needles that signed sessions left in place and nobody wrote down to be out, the first to come out first."""
        found = self.filter(left_in_place__gt=0, left_out=None, plan__signed_at__isnull=False)
        return found.order_by("remove_on", "pk")


class NeedleManager(JoinedManager.from_queryset(NeedleQuerySet)):
    along = ("point",)


class TargetManager(JoinedManager):
    along = ("muscle",)


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


class Aimed(models.Model):
    """Rows of neuropuncture say what they are aimed at: the neural target, and its level such as "L4".

    The catalogue suggests both (`sessions/data/neural_targets.csv`).
    """

    neural_target = models.CharField(max_length=20, choices=NeuralTarget, blank=True)
    neural_level = models.CharField("level", max_length=40, blank=True)

    class Meta:
        abstract = True
        constraints = [
            known("neural_target", NeuralTarget, blank=True),
            models.CheckConstraint(
                condition=Q(neural_level="") | ~Q(neural_target=""),
                name="%(class)s_level_has_a_target",
                violation_error_message="Choose the neural target that this level belongs to.",
            ),
        ]


@tracked
class NeedlePoint(Aimed, Needled):
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
    sensation = models.CharField("sensation felt", max_length=200, blank=True)
    left_in_place = models.PositiveSmallIntegerField(default=0, validators=within(0, 60))
    remove_on = models.DateField(null=True, blank=True, help_text="When needles left in place come out.")

    objects = NeedleManager()

    class Meta(Needled.Meta):
        triggers = [*frozen_child(), keeps_circuits()]
        indexes = [
            models.Index(fields=["remove_on"], condition=Q(left_in_place__gt=0), name="needles_left_in_place"),
        ]
        constraints = [
            *Needled.Meta.constraints,
            *Aimed.Meta.constraints,
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
class EstimCircuit(Aimed, PlanItem):
    """Current between two needled sites of one plan. Ranges: `sessions/data/estim.csv`.

    `strength` and `done_strength` are the patient's own rating of what is felt, 0 to 10. `done_ma` is the current
    reached, `tolerated_ma` the one that stayed comfortable: only where the unit shows milliamps, for a dial is not
    calibrated (`done_dial` is what the dial said).
    """

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
    phase_s = models.PositiveSmallIntegerField(
        "seconds a phase", null=True, blank=True, validators=within(1, 10), help_text="s"
    )
    pulse_us = models.PositiveSmallIntegerField("pulse width", default=200, validators=within(100, 700), help_text="µs")
    minutes = models.PositiveSmallIntegerField(default=20, validators=within(1, 45))
    strength = models.PositiveSmallIntegerField(
        "strength felt", null=True, blank=True, validators=within(0, 7), help_text="0 to 10"
    )
    polarity = models.CharField(max_length=1, choices=Polarity, blank=True)
    channel = models.PositiveSmallIntegerField("channel of the unit", null=True, blank=True, validators=within(1, 12))
    done_ma = models.DecimalField(
        "current reached",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=within(0, 10),
        help_text="mA",
    )
    tolerated_ma = models.DecimalField(
        "current tolerated",
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=within(0, 10),
        help_text="mA",
    )
    done_dial = models.CharField("dial", max_length=20, blank=True)
    done_strength = models.PositiveSmallIntegerField(
        "strength felt", null=True, blank=True, validators=within(0, 10), help_text="0 to 10"
    )
    sensation = models.CharField(max_length=200, blank=True)

    class Meta(PlanItem.Meta):
        triggers = [*frozen_child(), circuit_ends()]
        constraints = [
            *PlanItem.Meta.constraints,
            *Aimed.Meta.constraints,
            known("mode", Mode),
            known("waveform", Waveform),
            known("polarity", Polarity, blank=True),
            between("phase_s", 1, 10),
            between("strength", 0, 7),
            between("channel", 1, 12),
            between("tolerated_ma", 0, 10),
            between("done_strength", 0, 10),
            models.CheckConstraint(
                condition=~Q(mode=Mode.CONTINUOUS) | Q(phase_s__isnull=True),
                name="continuous_has_no_phases",
                violation_error_message="Only dense-disperse and intermittent currents have phases.",
            ),
            models.CheckConstraint(
                condition=Q(polarity="") | Q(waveform=Waveform.ASYMMETRIC),
                name="polarity_of_an_asymmetric_pulse",
                violation_error_message="A balanced pulse has no polarity. Leave it empty.",
            ),
            models.CheckConstraint(
                condition=Q(tolerated_ma__isnull=True) | Q(done_ma__isnull=True) | Q(tolerated_ma__lte=F("done_ma")),
                name="tolerated_is_no_more_than_reached",
                violation_error_message="The current tolerated is no more than the current reached.",
            ),
            models.UniqueConstraint(
                fields=["plan", "channel"],
                name="one_circuit_a_channel",
                violation_error_message="Another circuit uses this channel.",
            ),
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
    site = models.CharField("trigger point", max_length=80, blank=True, help_text="Where in the muscle.")
    approach = models.CharField(max_length=15, choices=Approach, default=Approach.PERPENDICULAR)
    passes = models.PositiveSmallIntegerField(default=3, validators=within(1, 20))
    twitches = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=within(0, 50), help_text="Twitches seen."
    )
    soreness_told = models.BooleanField("told about soreness", default=False)

    objects = TargetManager()

    class Meta(Needled.Meta):
        constraints = [
            *Needled.Meta.constraints,
            known("side", Side),
            known("approach", Approach),
            between("passes", 1, 20),
            between("twitches", 0, 50),
            *once_a_side("muscle", "muscle", "site"),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        site = f" ({self.site})" if self.site else ""
        return f"{self.muscle.name} {self.get_side_display()}{site}"
