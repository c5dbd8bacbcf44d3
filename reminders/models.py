"""What we tell patients. What is due is found by query, never scheduled: see docs/decisions/found-not-scheduled.md."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models import tracked


class Kind(models.TextChoices):
    CONFIRMATION = "confirmation", "Visit booked"
    REMINDER = "reminder", "Visit reminder"


@tracked
class Rule(models.Model):
    """What is sent, and how long before the visit. A confirmation's lead is not used: it goes once the grace is over."""

    kind = models.CharField(max_length=20, choices=Kind)
    lead_minutes = models.PositiveIntegerField(default=0, help_text="Before the visit starts.")
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="rule_kind_is_known"),
            models.UniqueConstraint(fields=["kind", "lead_minutes"], name="one_rule_a_lead"),
        ]

    def __str__(self):
        return self.get_kind_display()


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    DROPPED = "dropped", "Not sent"


class MessageQuerySet(models.QuerySet):
    def needing_action(self):
        return self.filter(state=State.REFUSED, handled_at__isnull=True)

    def waiting(self):
        return self.filter(state__in=[State.WAITING, State.SENDING])

    def deliverable(self, now):
        """What a worker may take: waiting and due, or left behind by a worker whose lease ran out."""
        return self.filter(state__in=[State.WAITING, State.SENDING], next_attempt_at__lte=now)


class Message(models.Model):
    """One e-mail, with exactly the words that were sent. ACCEPTED means that the mail server took it, no more.

    While SENDING, `next_attempt_at` is the end of the worker's lease: when it passes, anybody may take the message.
    """

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="messages")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField(blank=True, help_text="The .ics that goes along.")
    message_id = models.CharField(max_length=200, unique=True, help_text="Deterministic, so that a repeat can be told.")
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField(help_text="A message about a visit is pointless once the visit has begun.")
    answer = models.TextField(blank=True, help_text="The mail server's last words.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True, help_text="When somebody called the patient instead.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=["sending", "waiting"]), name="messages_to_deliver"
            ),
            models.Index(fields=["patient", "-created_at"], name="messages_of_a_patient"),
            models.Index(fields=["state", "-created_at"], name="messages_by_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_is_known"),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at__isnull=True),
                name="accepted_means_a_server_said_so",
            ),
        ]

    def __str__(self):
        return f"message {self.pk}"


class Notice(models.Model):
    """This rule has told this revision of this visit. Unique on the three: nobody is told twice."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="notices")
    visit = models.ForeignKey("scheduling.Appointment", models.PROTECT, related_name="notices")
    revision = models.PositiveIntegerField()
    message = models.ForeignKey(Message, models.PROTECT, related_name="notices")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "visit", "revision"], name="one_notice_a_reason"),
        ]
