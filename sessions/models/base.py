"""What every row of a plan is made of: the constraints that its fields share, and the base of all rows."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from sessions.freezing import frozen_child

from .choices import Outcome, Side


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


def known(name, choices, *, blank=False):
    """A check constraint for a field with choices, which by themselves check nothing."""
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(condition=Q(**{f"{name}__in": values}), name=f"%(class)s_{name}_is_known")


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
