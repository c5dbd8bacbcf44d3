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
OVER = GONE | {Status.COMPLETED}

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
    stages = models.JSONField(
        help_text="List of {name, minutes, practitioner, device, elastic}; the table is held throughout."
    )
    turnover_minutes = models.PositiveSmallIntegerField(default=0, help_text="The table rests this long afterwards.")
    buffer_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="The practitioner's own after the last stage."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.BOOKED)
    status_before = models.CharField(max_length=20, choices=Status, blank=True, help_text="What undo goes back to.")
    status_at = models.DateTimeField(default=timezone.now)
    status_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    revision = models.PositiveIntegerField(
        default=0, help_text="Rises when start, end, place or practitioner changes: the SEQUENCE of RFC 5545."
    )
    placed_at = models.DateTimeField(default=timezone.now, help_text="When the present revision was made.")
    placed_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    override_reason = models.CharField(
        max_length=300, blank=True, help_text="Why it stands out of hours, in time off or over a turnover."
    )
    series = models.UUIDField(null=True, blank=True, help_text="Shared by visits that were booked as one repetition.")
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
        permissions = [("override_hours", "Can book out of hours, in time off or over a turnover")]
        indexes = [
            models.Index(fields=["starts_at"], name="visits_by_start"),
            models.Index(fields=["patient", "-starts_at"], name="visits_of_a_patient"),
            models.Index(fields=["practitioner", "starts_at"], name="visits_of_a_practitioner"),
            models.Index(fields=["series"], condition=Q(series__isnull=False), name="visits_of_a_series"),
            models.Index(fields=["placed_at"], condition=Q(status__in=sorted(COMING)), name="coming_visits_by_placing"),
            models.Index(
                fields=["status_at"], condition=Q(status__in=sorted(OVER)), name="visits_that_are_over_by_status"
            ),
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


@tracked
class Sitting(models.Model):
    """A visit that is on its table: which of its stages is running, since when and until when.

    Made when the session starts. Where `until` has passed, somebody is due: a resting patient's needles come out.
    """

    visit = models.OneToOneField(Appointment, models.CASCADE, primary_key=True, related_name="sitting")
    stage = models.PositiveSmallIntegerField(default=0, help_text="Which of the visit's stages, counted from 0.")
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="When the stage's minutes are over, and those added meanwhile.")
    by = models.ForeignKey("clinic.User", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When the table was left.")
    ready_at = models.DateTimeField(null=True, blank=True, help_text="When the table was turned over for the next.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="stage_ends_after_it_began"),
            models.CheckConstraint(
                condition=Q(ready_at__isnull=True) | Q(ended_at__isnull=False, ready_at__gte=F("ended_at")),
                name="table_is_ready_after_it_was_left",
            ),
        ]


class BlockQuerySet(models.QuerySet):
    def overlapping(self, start, end):
        return self.filter(span__overlap=(start, end))


@tracked
class Block(models.Model):
    """Time of a practitioner, a table or a unit that is kept without a visit: a meeting, a course, a repair.

    It is as hard as a visit: its occupancy is under the same exclusion constraint. Time off (`clinic.TimeOff`) is
    softer: it may have visits in it, which then have to be moved.
    """

    resource = models.ForeignKey("clinic.Resource", models.PROTECT, related_name="blocks")
    location = models.ForeignKey("clinic.Location", models.PROTECT, related_name="blocks")
    span = DateTimeRangeField()
    title = models.CharField(max_length=80, help_text="Nothing clinical: everybody who sees the calendar reads it.")
    series = models.UUIDField(null=True, blank=True, help_text="Shared by blocks that were made as one repetition.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, related_name="+")

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["span", "pk"]
        indexes = [models.Index(fields=["series"], condition=Q(series__isnull=False), name="blocks_of_a_series")]
        constraints = [
            models.CheckConstraint(condition=Q(**BOUNDED), name="block_has_two_ends"),
            models.CheckConstraint(condition=~Q(title=""), name="block_has_a_title"),
        ]

    def __str__(self):
        return self.title


class OccupancyQuerySet(models.QuerySet):
    def overlapping(self, start, end):
        return self.filter(span__overlap=(start, end))

    def taking(self, claims, **owner):
        """Rows, not yet saved, that `claims` (see `staging`) ask for; `owner` is appointment= or block=."""
        return [
            self.model(
                resource_id=claim.resource,
                span=(claim.start, claim.end),
                rest_minutes=claim.rest // timedelta(minutes=1),
                **owner,
            )
            for claim in claims
        ]


class Occupancy(models.Model):
    """A resource is taken for a time, by a visit or by a block. Derived from them in the same transaction; deleted when
    it is let go.

    One exclusion constraint makes every double booking impossible: see docs/decisions/occupancy-constraint.md.
    """

    resource = models.ForeignKey("clinic.Resource", models.PROTECT, related_name="occupancies")
    appointment = models.ForeignKey(Appointment, models.CASCADE, null=True, related_name="occupancies")
    block = models.OneToOneField(Block, models.CASCADE, null=True, related_name="occupancy")
    span = DateTimeRangeField()
    rest_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="Kept free afterwards if it can be: turnover of a table, a practitioner's buffer."
    )

    objects = OccupancyQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="resource_is_in_one_place",
                expressions=[("resource", RangeOperators.EQUAL), ("span", RangeOperators.OVERLAPS)],
                violation_error_message="That time is taken.",
            ),
            models.CheckConstraint(condition=Q(**BOUNDED), name="occupancy_has_two_ends"),
            models.CheckConstraint(
                condition=Q(appointment__isnull=True) ^ Q(block__isnull=True), name="occupancy_is_of_one_thing"
            ),
            models.CheckConstraint(condition=Q(rest_minutes__lte=120), name="rest_within_two_hours"),
        ]

    @property
    def until(self):
        """When the resource can be had again, rest included."""
        return self.span.upper + timedelta(minutes=self.rest_minutes)


@tracked
class CalendarFeed(models.Model):
    """A secret address under which a calendar program reads a practitioner's visits, without names or health content.

    The address is shown once; only its digest is kept. A new one ends the old one.
    """

    practitioner = models.OneToOneField("clinic.Practitioner", models.CASCADE, primary_key=True, related_name="feed")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the address's secret part.")
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, related_name="+")
