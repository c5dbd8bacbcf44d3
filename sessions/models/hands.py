"""The rows without a needle: cups, hands, breath and movement."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clinic.models import tracked

from .base import JoinedManager, PlanItem, between, known, within
from .choices import CupMark, CupMethod, CupStrength, MovementKind, Pressure, Region, Side, TuiNaTechnique
from .plan import SessionPlan


class TuiNaManager(JoinedManager):
    along = ("point",)


@tracked
class CuppingSite(PlanItem):
    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="cups")
    region = models.CharField(max_length=20, choices=Region)
    side = models.CharField(max_length=10, choices=Side, default=Side.BOTH)
    site = models.CharField("exact site", max_length=80, blank=True)
    method = models.CharField(max_length=10, choices=CupMethod, default=CupMethod.STATIC)
    strength = models.CharField(max_length=10, choices=CupStrength, default=CupStrength.LIGHT)
    cups = models.PositiveSmallIntegerField(default=2, validators=within(1, 20))
    minutes = models.PositiveSmallIntegerField(default=5, validators=within(1, 30))
    marks_before = models.CharField(max_length=10, choices=CupMark, blank=True)
    marks_after = models.CharField(max_length=10, choices=CupMark, blank=True)

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            known("region", Region),
            known("side", Side),
            known("method", CupMethod),
            known("strength", CupStrength),
            known("marks_before", CupMark, blank=True),
            known("marks_after", CupMark, blank=True),
            between("cups", 1, 20),
            between("minutes", 1, 30),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        site = f" ({self.site})" if self.site else ""
        return f"Cups {self.get_region_display().lower()} {self.get_side_display()}{site}"


@tracked
class TuiNaStep(PlanItem):
    """Hands on a region, or on a point, whose region then is the step's. `further` techniques follow the first."""

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="tuina")
    region = models.CharField(max_length=20, choices=Region)
    side = models.CharField(max_length=10, choices=Side, default=Side.BOTH)
    point = models.ForeignKey("clinic_sessions.Point", models.PROTECT, null=True, blank=True, related_name="+")
    technique = models.CharField(max_length=15, choices=TuiNaTechnique, default=TuiNaTechnique.ROLLING)
    further = ArrayField(
        models.CharField(max_length=15, choices=TuiNaTechnique),
        verbose_name="further techniques",
        default=list,
        blank=True,
        size=5,
    )
    pressure = models.CharField(max_length=10, choices=Pressure, default=Pressure.LIGHT)
    minutes = models.PositiveSmallIntegerField(default=10, validators=within(1, 60))

    objects = TuiNaManager()

    class Meta(PlanItem.Meta):
        constraints = [
            *PlanItem.Meta.constraints,
            known("region", Region),
            known("side", Side),
            known("technique", TuiNaTechnique),
            models.CheckConstraint(
                condition=Q(further__contained_by=TuiNaTechnique.values), name="further_techniques_are_known"
            ),
            known("pressure", Pressure),
            between("minutes", 1, 60),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self):
        where = self.point.code if self.point else self.get_region_display().lower()
        return f"Tui Na {where} {self.get_side_display()}"

    @property
    def techniques(self):
        """The words of all techniques in their order."""
        return [TuiNaTechnique(value).label for value in (self.technique, *self.further)]


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
