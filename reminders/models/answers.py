"""What patients say through the links of their messages."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models import tracked

from .rules import OPTIONAL, Kind


class AnswerKind(models.TextChoices):
    WELL = "well", "Feels well"
    SORE = "sore", "Is sore, or feels unsure"
    URGENT = "urgent", "Asks to be called"
    NOT_ME = "not_me", "Is not this patient"


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("reminders.view_message") else self.none()

    def open(self):
        """Somebody should look after it, and nobody has yet."""
        return self.filter(kind__in=[AnswerKind.URGENT, AnswerKind.NOT_ME], handled_at__isnull=True)


@tracked
class Answer(models.Model):
    """An answer to a message. It says that somebody asks to be called, never why: health is not written down here."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="answers")
    visit = models.ForeignKey("scheduling.Appointment", models.PROTECT, null=True, blank=True, related_name="answers")
    kind = models.CharField(max_length=10, choices=AnswerKind)
    address = models.EmailField(blank=True, help_text="The address that the answered message went to.")
    came_at = models.DateTimeField(default=timezone.now)
    handled_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-came_at", "-pk"]
        indexes = [
            models.Index(
                fields=["kind", "-came_at"], condition=Q(handled_at__isnull=True), name="answers_not_looked_after"
            ),
            models.Index(fields=["patient", "-came_at"], name="answers_of_a_patient"),
            models.Index(
                fields=["-handled_at"], condition=Q(handled_at__isnull=False), name="answers_looked_after_lately"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AnswerKind.values), name="answer_kind_is_known"),
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True, handled_at__isnull=True)
                | Q(handled_by__isnull=False, handled_at__isnull=False),
                name="answer_handled_by_somebody_at_some_time",
            ),
            models.UniqueConstraint(
                fields=["patient", "address"],
                condition=Q(kind="not_me", handled_at__isnull=True),
                name="one_open_not_me_an_address",
            ),
            models.UniqueConstraint(
                fields=["visit"],
                condition=Q(kind="urgent", handled_at__isnull=True),
                name="one_open_urgent_answer_a_visit",
            ),
        ]

    def __str__(self):
        return f"answer {self.pk}"


@tracked
class OptOut(models.Model):
    """A kind of message that this patient does not want. `Patient.wants_reminders` is the switch for all of them."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="opt_outs")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "kind"], name="one_opt_out_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(OPTIONAL)), name="needed_notices_cannot_be_opted_out_of"
            ),
        ]
