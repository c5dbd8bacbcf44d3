"""Messages, and the reasons for which each was written."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from .rules import Kind, Rule


class State(models.TextChoices):
    WAITING = "waiting", "Waiting"
    SENDING = "sending", "Sending"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    UNCERTAIN = "uncertain", "Uncertain"
    FAILED = "failed", "Gave up"
    CALL = "call", "To call"
    DROPPED = "dropped", "Not sent"


UNDER_WAY = {State.WAITING, State.SENDING}
FAILURES = {State.REFUSED, State.UNCERTAIN, State.FAILED}
NEEDING_ACTION = FAILURES | {State.CALL}
LONGEST = timedelta(days=60)  # from when a message is written until it is given up: no rule looks further ahead


class MessageQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("reminders.view_message") else self.none()

    def failed(self):
        """They did not arrive, or perhaps did not, and no person has looked after them yet."""
        return self.filter(state__in=FAILURES, handled_at__isnull=True)

    def about(self, people):
        """To one of these patients or about a visit of theirs, each once: a family's letter bears the name of one."""
        told = Notice.objects.filter(visit__patient__in=people).values("message")
        mine = Message.objects.filter(patient__in=people).order_by().values("pk")
        return self.filter(pk__in=mine.union(told))

    def waiting(self):
        return self.filter(state__in=UNDER_WAY)

    def accepted(self):
        return self.filter(state=State.ACCEPTED)

    def dropped(self):
        return self.filter(state=State.DROPPED)

    def failing(self, after, now):
        """Of those that did not arrive, those of which this was known after that moment."""
        lately = Q(created_at__gt=after) | Q(tried_at__gt=after) | Q(state=State.FAILED, give_up_at__gt=after)
        known = self.filter(lately, Q(tried_at__lte=now) | Q(tried_at__isnull=True, created_at__lte=now))
        return known.filter(state__in=FAILURES, created_at__gt=after - LONGEST)

    def since(self, moment):
        return self.filter(created_at__gte=moment)

    def deliverable(self, now):
        """What a worker may take: its time has come, nobody has reserved it, and it is not too late."""
        return self.filter(state=State.WAITING, next_attempt_at__lte=now, give_up_at__gt=now)

    def pointless(self, now):
        """Still waiting when there is nothing left to say."""
        return self.filter(state=State.WAITING, next_attempt_at__lte=now, give_up_at__lte=now)

    def awaiting_a_worker(self, now):
        """Whatever a worker has to do with: to be taken, too late, or left behind."""
        return self.filter(state__in=sorted(UNDER_WAY), next_attempt_at__lte=now)

    def left_behind(self, now):
        """A worker had it in hand and has not been heard of since."""
        return self.filter(state=State.SENDING, next_attempt_at__lte=now)

    def with_reasons(self):
        """Who it is to, and the visits it is about."""
        reasons = Notice.objects.select_related("rule", "visit__patient", "visit__table__location").order_by(
            "visit__span", "pk"
        )
        people = self.select_related("patient", "handled_by", "written_by")
        return people.prefetch_related(models.Prefetch("notices", reasons))


class Message(models.Model):
    """One e-mail, with exactly the words that are sent. ACCEPTED means that the mail server took it, no more.

    WAITING has surely not been handed over, SENDING is one that a worker hands over right now. Until `next_attempt_at`
    it is not to be taken: by anybody while WAITING (put off, or reserved by a worker), for lost while SENDING. CALL is
    one that nobody can be written to with: somebody calls. FAILED did not get through until it was too late.
    See docs/decisions/found-not-scheduled.md.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    patient = models.ForeignKey(
        "patients.Patient",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        help_text="Whom it is to; of a family, the first. Nobody if it is to the staff.",
    )
    to = models.EmailField(blank=True, help_text="Empty if there is nobody to write to: then somebody calls.")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    calendar = models.TextField(blank=True, help_text="The .ics that goes along.")
    reply_to = models.EmailField(blank=True, help_text="The location's own address: answers go there.")
    unsubscribe = models.TextField(blank=True, help_text="Address of RFC 8058's one click; empty if it is needed.")
    message_id = models.CharField(
        max_length=200, help_text="Made with the words, the same at every try: a repeat can be told."
    )
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True, help_text="When it was last taken to the server.")
    next_attempt_at = models.DateTimeField(
        default=timezone.now, help_text="Never later than `give_up_at`, but for a reservation."
    )
    give_up_at = models.DateTimeField(help_text="A message about a visit is pointless once the visit has begun.")
    answer = models.TextField(blank=True, help_text="The mail server's last words, or why it was not sent.")
    accepted_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        "clinic.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    handled_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was called or sent again instead. By nobody: its rule says that it needs none.",
    )
    sent_again = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="first", help_text="The copy that went out instead."
    )
    copy_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The message that told this before, to these patients and perhaps to others.",
    )
    written_by = models.ForeignKey(
        "clinic.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="If it was written by hand.",
    )
    request_key = models.UUIDField(
        null=True, blank=True, help_text="Of the form that wrote it: a double click sends once."
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=Q(state__in=sorted(UNDER_WAY)), name="messages_to_deliver"
            ),
            models.Index(
                fields=["-created_at"],
                condition=Q(state__in=sorted(FAILURES), handled_at__isnull=True),
                name="messages_needing_action",
            ),
            models.Index(fields=["patient", "-created_at"], name="messages_of_a_patient"),
            models.Index(fields=["state", "-created_at"], name="messages_by_state"),
            models.Index(fields=["to"], condition=Q(state="refused"), name="messages_refused_by_address"),
        ]
        # Each index is written to twice a message, so there is none but those that are asked by.
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="one_message_an_id"),
            models.UniqueConstraint(
                fields=["request_key"], condition=Q(request_key__isnull=False), name="one_message_a_form"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="message_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="message_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(to="") | Q(state__in=[State.CALL, State.DROPPED]), name="without_an_address_somebody_calls"
            ),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(kind__in=[Kind.FAILED, Kind.URGENT]),
                name="message_is_to_a_patient_or_to_staff",
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | ~Q(state="accepted") & Q(accepted_at__isnull=True),
                name="accepted_means_a_server_said_so",
            ),
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True) | Q(handled_at__isnull=False),
                name="who_handled_it_did_at_some_time",
            ),
        ]

    def __str__(self):
        return f"message {self.pk}"

    def get_absolute_url(self):
        return reverse("reminders:message", args=[self.pk])

    @property
    def others(self):
        """Whom it tells of besides the one it is to. Read from the notices: see `with_reasons`."""
        found = {notice.visit.patient_id: notice.visit.patient for notice in self.notices.all()}
        return [patient for pk, patient in found.items() if pk != self.patient_id]

    @property
    def spoken(self):
        """The words without the lines that hold a link: nobody reads those out on the telephone."""
        return "\n".join(line for line in self.text.splitlines() if "://" not in line).strip()

    @property
    def needs_action(self):
        return self.state in NEEDING_ACTION and not self.handled_at

    @property
    def nobody_called(self):
        """Somebody was to call, and it is too late by now."""
        return self.state == State.CALL and not self.handled_at and self.give_up_at <= timezone.now()

    @property
    def may_go_again(self):
        """What is under way goes by itself, what was held back is found anew unless a person wrote it, and a copy goes
        only once."""
        lost = self.state == State.DROPPED and self.kind == Kind.BY_HAND and self.handled_by_id
        ended = lost or self.state in NEEDING_ACTION | {State.ACCEPTED}
        return ended and not self.sent_again_id and bool(self.patient_id)


class NoticeQuerySet(models.QuerySet):
    def as_things_stand(self):
        """With their visits, places and people as they are by now."""
        along = "visit__patient", "visit__practitioner", "visit__table__location", "visit__service"
        return self.select_related("rule", *along)


class Notice(models.Model):
    """This rule tells this revision of this visit by that message. Unique on the three: nobody is told twice.

    A message that is dropped told nobody, so its notices go: what is still due is found anew.
    """

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="notices", db_index=False)
    visit = models.ForeignKey("scheduling.Appointment", models.PROTECT, related_name="notices", db_index=False)
    revision = models.PositiveIntegerField()
    message = models.ForeignKey(Message, models.PROTECT, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "rule", "revision"], name="one_notice_a_reason"),
        ]


class StaffNotice(models.Model):
    """This e-mail told the staff of that failed message or that urgent answer; of each, once."""

    failed = models.OneToOneField(Message, models.PROTECT, null=True, blank=True, related_name="staff_notice")
    answer = models.OneToOneField(
        "reminders.Answer", models.PROTECT, null=True, blank=True, related_name="staff_notice"
    )
    message = models.ForeignKey(Message, models.PROTECT, related_name="staff_notices")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failed__isnull=True) ^ Q(answer__isnull=True), name="staff_are_told_of_one_thing"
            ),
        ]
