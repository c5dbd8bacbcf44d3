"""When people and places can be booked, in wall-clock time of the location."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Extract

from .history import tracked


class Weekday(models.IntegerChoices):
    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


class Weeks(models.IntegerChoices):
    """In which weeks: alternate ones are called A and B by turns, from Monday to Sunday (see `scheduling.hours`)."""

    EVERY = 0, "Every week"
    A = 1, "Weeks A"
    B = 2, "Weeks B"


def range_of(function, lower, upper, bounds="[)"):
    return Func(lower, upper, Value(bounds), function=function)


# Every week touches weeks A and B, so the three are ranges over them: [0, 2), [0, 1), [1, 2).
IN_WEEKS = range_of(
    "int4range", Case(When(weeks=Weeks.B, then=1), default=0), Case(When(weeks=Weeks.A, then=1), default=2)
)
WHILE_VALID = range_of("daterange", F("valid_from"), F("valid_until"), "[]")
ON_THE_CLOCK = range_of("numrange", Extract("starts", "epoch"), Extract("ends", "epoch"))


@tracked
class WorkingHours(models.Model):
    """A practitioner is at a location from nine to five on Tuesdays: nine stays nine across clock changes."""

    practitioner = models.ForeignKey("clinic.Practitioner", models.CASCADE, related_name="hours")
    location = models.ForeignKey("clinic.Location", models.PROTECT, related_name="hours")
    weekday = models.SmallIntegerField(choices=Weekday)
    weeks = models.SmallIntegerField(choices=Weeks, default=Weeks.EVERY)
    starts = models.TimeField()
    ends = models.TimeField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="The last day, included.")

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="hours_weekday_is_monday_to_sunday"),
            models.CheckConstraint(condition=Q(weeks__range=(0, 2)), name="hours_are_of_known_weeks"),
            ExclusionConstraint(
                name="hours_do_not_overlap",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (IN_WEEKS, RangeOperators.OVERLAPS),
                    (WHILE_VALID, RangeOperators.OVERLAPS),
                    (ON_THE_CLOCK, RangeOperators.OVERLAPS),
                ],
                violation_error_message="These hours overlap others of the same practitioner.",
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")),
                name="hours_end_after_start",
                violation_error_message="Hours end after they start.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="hours_valid_in_order",
                violation_error_message="The last day is not before the first.",
            ),
        ]


@tracked
class TimeOff(models.Model):
    """A resource is away or a location is closed: exactly one of the two."""

    resource = models.ForeignKey("clinic.Resource", models.CASCADE, null=True, blank=True, related_name="time_off")
    location = models.ForeignKey("clinic.Location", models.CASCADE, null=True, blank=True, related_name="closures")
    span = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resource__isnull=True) ^ Q(location__isnull=True), name="time_off_is_of_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False),
                name="time_off_has_two_ends",
            ),
        ]
