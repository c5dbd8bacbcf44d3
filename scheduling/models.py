"""When: visits, and the time they take of people, tables and devices."""

import uuid
from datetime import timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone

from clinic.models import tracked


class Status(models.TextChoices):
    BOOKED = "booked", "Booked"
    CONFIRMED = "confirmed", "Confirmed"
    ARRIVED = "arrived", "Arrived"
    IN_SESSION = "in_session", "In session"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "No-show"


# A status moves only along these arrows; `undo` walks the last one back and claims the time again if it was let go.
NEXT = {
    Status.BOOKED: {Status.CONFIRMED, Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED},
    Status.CONFIRMED: {Status.ARRIVED, Status.NO_SHOW, Status.CANCELLED},
    Status.ARRIVED: {Status.IN_SESSION, Status.CANCELLED},
    Status.IN_SESSION: {Status.COMPLETED},
    Status.COMPLETED: set(),
    Status.CANCELLED: set(),
    Status.NO_SHOW: set(),
}
COMING = {Status.BOOKED, Status.CONFIRMED}
GONE = {Status.CANCELLED, Status.NO_SHOW}  # holds no time
LIVE = set(Status) - GONE

BOUNDED = {"span__isempty": False, "span__lower_inf": False, "span__upper_inf": False}


class AppointmentQuerySet(models.QuerySet):
    def live(self):
        return self.exclude(status__in=GONE)

    def coming(self):
        return self.filter(status__in=COMING)

    def overlapping(self, start, end):
        return self.live().filter(span__overlap=(start, end))

    def starting(self, start, end):
        """Visits that start in [start, end)."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def visible_to(self, user):
        return self if user.has_perm("scheduling.view_appointment") else self.none()


@tracked
class Appointment(models.Model):
    """A visit. `stages` is what was booked, copied from the service: a later change there moves nobody."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="appointments")
    service = models.ForeignKey("clinic.Service", models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey("clinic.Practitioner", models.PROTECT, related_name="appointments")
    table = models.ForeignKey("clinic.Table", models.PROTECT, related_name="appointments")
    device = models.ForeignKey("clinic.Device", models.PROTECT, null=True, blank=True, related_name="appointments")
    span = DateTimeRangeField(help_text="From the first stage's start to the last one's end, half-open.")
    starts_at = models.GeneratedField(
        expression=Func(F("span"), function="lower"), output_field=models.DateTimeField(), db_persist=True
    )
    ends_at = models.GeneratedField(
        expression=Func(F("span"), function="upper"), output_field=models.DateTimeField(), db_persist=True
    )
    stages = models.JSONField(help_text="List of {name, minutes, practitioner, device}; the table is held throughout.")
    turnover_minutes = models.PositiveSmallIntegerField(default=0, help_text="The table rests this long afterwards.")
    status = models.CharField(max_length=20, choices=Status, default=Status.BOOKED)
    status_before = models.CharField(max_length=20, choices=Status, blank=True, help_text="What undo goes back to.")
    status_at = models.DateTimeField(default=timezone.now)
    status_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(default=0, help_text="Rises when start, place or practitioner changes.")
    placed_at = models.DateTimeField(default=timezone.now, help_text="When the present revision was made.")
    placed_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField("note for the front desk", max_length=300, blank=True, help_text="Nothing clinical.")
    cancel_reason = models.CharField(max_length=300, blank=True)
    request_key = models.UUIDField(
        unique=True, default=uuid.uuid4, help_text="Of the form that booked it: a double click books once."
    )
    booked_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at"], name="visits_by_start"),
            models.Index(fields=["patient", "-starts_at"], name="visits_of_a_patient"),
            models.Index(fields=["practitioner", "starts_at"], name="visits_of_a_practitioner"),
            models.Index(fields=["placed_at"], condition=Q(status__in=sorted(COMING)), name="coming_visits_by_placing"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=Status.values), name="visit_status_is_known"),
            models.CheckConstraint(condition=Q(**BOUNDED), name="visit_has_two_ends"),
            models.CheckConstraint(
                condition=Q(ends_at__lte=F("starts_at") + timedelta(days=1)),
                name="visit_within_a_day",
                violation_error_message="A visit is over within a day.",
            ),
            ExclusionConstraint(
                name="patient_is_in_one_place",
                expressions=[("patient", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                condition=~Q(status__in=sorted(GONE)),
                violation_error_message="The patient has another visit then.",
            ),
        ]

    def __str__(self):
        return f"visit {self.pk}"

    def get_absolute_url(self):
        return reverse("scheduling:visit", args=[self.pk])

    @property
    def location(self):
        return self.table.location

    @property
    def zone(self):
        """The zone this visit's wall-clock times are told in."""
        return self.table.location.zone

    def may_become(self, status):
        return status in NEXT[Status(self.status)]


class OccupancyQuerySet(models.QuerySet):
    def overlapping(self, start, end):
        return self.filter(span__overlap=(start, end))


class Occupancy(models.Model):
    """A resource is taken for a time. Derived from a visit's stages in the same transaction; deleted when it is let go.

    One exclusion constraint makes every double booking impossible: see docs/decisions/occupancy-constraint.md.
    """

    resource = models.ForeignKey("clinic.Resource", models.PROTECT, related_name="occupancies")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="occupancies")
    span = DateTimeRangeField()

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="resource_is_in_one_place",
                expressions=[("resource", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                violation_error_message="That time is taken.",
            ),
            models.CheckConstraint(condition=Q(**BOUNDED), name="occupancy_has_two_ends"),
        ]
