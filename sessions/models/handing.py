"""What goes on when another person takes a session over, or takes out later what was left in place."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from clinic.models import tracked
from sessions.freezing import append_only, frozen_child

from .base import JoinedManager
from .needling import NeedlePoint
from .plan import SessionPlan


class HandoverManager(JoinedManager):
    along = ("given_by", "taken_by")


@tracked
class Handover(models.Model):
    """Somebody else takes the session over, with the needles that are in: from then on they count, take out and sign.

    `needles` is what was said: the count in, area by area, as it stood then.
    """

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="handovers")
    given_by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    taken_by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    needles = models.CharField(max_length=300, blank=True)
    said = models.CharField("what was said", max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    objects = HandoverManager()

    class Meta:
        ordering = ["at", "pk"]
        triggers = [*frozen_child(), append_only()[0]]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_by=F("taken_by")),
                name="handed_to_somebody_else",
                violation_error_message="A session is handed to somebody else.",
            ),
        ]


@tracked
class LeftOut(models.Model):
    """The needles that a session left in place are out. Written once, afterwards: the count stays as signed."""

    needle = models.OneToOneField(
        NeedlePoint,
        models.PROTECT,
        related_name="left_out",
        error_messages={"unique": "These needles are out already."},
    )
    removed_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = append_only()
