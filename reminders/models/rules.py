"""Which news goes to whom, how, and how long before or after its moment."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.functional import cached_property

from clinic.models import tracked


class Kind(models.TextChoices):
    """What a message is about. What each kind finds and may say is in reminders/kinds.py."""

    BOOKED = "booked", "Visit booked"
    MOVED = "moved", "Visit moved"
    CANCELLED = "cancelled", "Visit cancelled"
    REMINDER = "reminder", "Reminder"
    BEFORE = "before", "Before the visit"
    AFTERCARE = "aftercare", "After the visit"
    HOW_ARE_YOU = "how_are_you", "How are you"
    NO_SHOW = "no_show", "Missed visit"
    FAILED = "failed", "To staff: message failed"
    URGENT = "urgent", "To staff: urgent answer"
    BY_HAND = "by_hand", "Written by hand"


NEWS = {Kind.BOOKED, Kind.MOVED, Kind.CANCELLED}  # what has just been done to a visit
AHEAD = {Kind.REMINDER, Kind.BEFORE}  # so long before the visit starts
AFTER = {Kind.AFTERCARE, Kind.HOW_ARE_YOU, Kind.NO_SHOW}  # so long after it was completed or missed
OPTIONAL = [kind for kind in Kind if kind in AHEAD | AFTER]  # patients choose which of these they get
TO_STAFF = {Kind.FAILED, Kind.URGENT}
NEEDED = NEWS | TO_STAFF | {Kind.BY_HAND}  # goes to those as well who want no reminders
WITHOUT_TIME = NEWS | TO_STAFF


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Telephone: the front desk calls"


class InDoubt(models.TextChoices):
    """When nobody can know whether the mail server has it: see docs/decisions/found-not-scheduled.md."""

    LEAVE = "leave", "Do not send it again"
    ASK = "ask", "The front desk decides"


class RuleQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)

    def in_force(self):
        """The active ones with their services, as a list; each knows when the next of its kind takes over."""
        services = Rule.services.through.objects.filter(rule=OuterRef("pk")).order_by("service").values("service")
        rules = list(self.active().annotate(service_ids=ArraySubquery(services)))
        for rule in rules:
            nearer = [other.minutes for other in rules if other.follows(rule)]
            rule.next_minutes = max(nearer, default=0)
        return rules


@tracked
class Rule(models.Model):
    """What is sent, to whom, and how long before or after its moment.

    News has no time of its own: it goes once the grace is over in which an undo tells nobody.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    minutes = models.PositiveIntegerField(default=0, help_text="Before the visit starts, or after it is over.")
    services = models.ManyToManyField("clinic.Service", blank=True, related_name="+", help_text="None: all.")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    quiet_from = models.TimeField(null=True, blank=True, help_text="On the clock of the visit's location.")
    quiet_until = models.TimeField(null=True, blank=True)
    in_doubt = models.CharField(max_length=10, choices=InDoubt, default=InDoubt.LEAVE)
    active = models.BooleanField(default=True)

    next_minutes = 0  # of the next rule of its kind, nearer to the visit: see `in_force`

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=sorted(set(Kind.values) - {Kind.BY_HAND.value})), name="rule_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="rule_channel_is_known"),
            models.CheckConstraint(condition=Q(in_doubt__in=InDoubt.values), name="rule_knows_what_to_do_in_doubt"),
            models.UniqueConstraint(
                fields=["kind", "minutes"],
                name="one_rule_a_time",
                violation_error_message="There is such a message at this time already.",
            ),
            # else a second one could be made to differ by its time, and would tell everybody twice
            models.CheckConstraint(
                condition=Q(kind__in=sorted(WITHOUT_TIME), minutes=0) | ~Q(kind__in=sorted(WITHOUT_TIME)),
                name="news_has_no_time",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=sorted(AHEAD)) | Q(minutes__gt=0), name="what_goes_before_a_visit_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=60 * 24 * 60),
                name="rule_within_sixty_days",
                violation_error_message="Sixty days is the most.",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_have_two_ends",
                violation_error_message="Quiet hours have a beginning and an end.",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()

    def follows(self, rule):
        """Does it tell of the same visits later than this one? Both know their `service_ids`."""
        covered = not self.service_ids or (bool(rule.service_ids) and set(rule.service_ids) <= set(self.service_ids))
        return self.kind == rule.kind and self.minutes < rule.minutes and covered

    @cached_property
    def service_ids(self):
        """Of the services that it is for; none: for all. `in_force` knows them already."""
        return [service.pk for service in self.services.all()]


@tracked
class RuleService(Rule.services.through):
    """Which services a rule was for, and when: on record like the rule itself."""

    class Meta:
        proxy = True
