"""The plan of one session and what was noted in it. Once signed, triggers refuse every change: see `freezing`."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from clinic.models import tracked
from sessions.freezing import frozen_child, frozen_plan

PAIN = [MaxValueValidator(10, "Choose a number from 0 to 10.")]


ROWS = ("needles", "targets", "circuits", "cups", "tuina", "movements")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    READY = "ready", "Ready"
    IN_PROGRESS = "in_progress", "In progress"
    SIGNED = "signed", "Signed"


class Position(models.TextChoices):
    SUPINE = "supine", "Lying on the back"
    PRONE = "prone", "Lying face down"
    SIDE = "side", "Lying on the side"
    SEATED = "seated", "Seated"


def earlier_signed():
    """Signed sessions of the same patient before the outer plan's visit."""
    return SessionPlan.objects.signed().filter(
        appointment__patient=OuterRef("appointment__patient"),
        appointment__starts_at__lt=OuterRef("appointment__starts_at"),
    )


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("clinic_sessions.view_sessionplan") else self.none()

    def signed(self):
        return self.filter(signed_at__isnull=False)

    def unsigned(self):
        return self.filter(signed_at__isnull=True)

    def laid_out(self):
        """With everything a page or a rule reads of a plan, in a number of queries that no plan's length changes."""
        return (
            self.annotate(has_past=Exists(earlier_signed()))
            .select_related(
                "appointment__patient",
                "appointment__practitioner__user",
                "appointment__service",
                "appointment__table__location",
                "appointment__device",
                "changed_by",
                "signed_by",
                "needles_out_by",
                "note",
            )
            .prefetch_related("needles", "targets", "circuits", "cups", "tuina", "movements", "events")
        )


@tracked
class SessionPlan(models.Model):
    """One a visit. `version` rises with every change and is compared on save, so that nobody overwrites anybody."""

    appointment = models.OneToOneField("scheduling.Appointment", models.PROTECT, related_name="plan")
    status = models.CharField(max_length=20, choices=PlanStatus, default=PlanStatus.DRAFT)
    position = models.CharField(max_length=20, choices=Position, default=Position.SUPINE)
    version = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    copied_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="copies")
    protocol = models.ForeignKey(
        "clinic_sessions.ProtocolVersion", models.PROTECT, null=True, blank=True, related_name="plans"
    )
    needles_in_at = models.DateTimeField(null=True, blank=True)
    current_on_at = models.DateTimeField(null=True, blank=True)
    current_off_at = models.DateTimeField(null=True, blank=True)
    needles_out_at = models.DateTimeField(null=True, blank=True)
    needles_out_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = PlanQuerySet.as_manager()

    class Meta:
        permissions = [("sign_sessionplan", "Can sign a session")]
        triggers = frozen_plan()
        indexes = [
            models.Index(fields=["created_at"], condition=Q(signed_at__isnull=True), name="unsigned_plans_by_age")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=PlanStatus.values), name="plan_status_is_known"),
            models.CheckConstraint(condition=Q(position__in=Position.values), name="plan_position_is_known"),
            models.CheckConstraint(
                condition=Q(status=PlanStatus.SIGNED, signed_at__isnull=False, signed_by__isnull=False)
                | (~Q(status=PlanStatus.SIGNED) & Q(signed_at__isnull=True, signed_by__isnull=True)),
                name="signed_has_person_and_time",
            ),
            models.CheckConstraint(
                condition=Q(needles_out_at__isnull=True)
                | Q(needles_in_at__isnull=False, needles_out_at__gte=F("needles_in_at")),
                name="needles_come_out_after_they_go_in",
                violation_error_message="Needles come out after they went in.",
            ),
            models.CheckConstraint(
                condition=Q(current_off_at__isnull=True)
                | Q(current_on_at__isnull=False, current_off_at__gte=F("current_on_at")),
                name="current_goes_off_after_it_goes_on",
                violation_error_message="The current goes off after it went on.",
            ),
        ]

    def __str__(self):
        return f"plan {self.pk}"

    def get_absolute_url(self):
        return reverse("sessions:plan", args=[self.appointment_id])

    @property
    def is_first(self):
        """No signed session lies behind. Only of a plan that is laid out."""
        return not self.has_past

    @property
    def is_signed(self):
        return self.signed_at is not None


@tracked
class Note(models.Model):
    """What was said, seen and felt in the session, and what was advised."""

    plan = models.OneToOneField(SessionPlan, models.PROTECT, related_name="note")
    history = models.TextField("since last time", max_length=20_000, blank=True)
    tongue = models.CharField(max_length=500, blank=True)
    pulse = models.CharField(max_length=500, blank=True)
    palpation = models.TextField(max_length=20_000, blank=True)
    response = models.TextField(max_length=20_000, blank=True)
    advice = models.TextField(max_length=20_000, blank=True)
    pain_before = models.PositiveSmallIntegerField(null=True, blank=True, validators=PAIN, help_text="0 to 10")
    pain_after = models.PositiveSmallIntegerField(null=True, blank=True, validators=PAIN, help_text="0 to 10")

    class Meta:
        triggers = frozen_child()
        constraints = [
            models.CheckConstraint(
                condition=(Q(pain_before__isnull=True) | Q(pain_before__lte=10))
                & (Q(pain_after__isnull=True) | Q(pain_after__lte=10)),
                name="pain_is_0_to_10",
                violation_error_message="Pain is a number from 0 to 10.",
            ),
        ]
