"""What went wrong and how it went on, and what a clinician answered to a safety finding."""

from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Subquery, When
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone

from clinic.models import tracked
from sessions import asking
from sessions.freezing import append_only, event_site, frozen_child
from sessions.reading import onset

from .base import JoinedManager, between, known
from .choices import Preventable, Progress
from .hands import CuppingSite, MovementStep, TuiNaStep
from .needling import DryNeedlingTarget, EstimCircuit, NeedlePoint
from .plan import SessionPlan


class EventCode(models.TextChoices):
    """The clinic's coding list of adverse events."""

    SORENESS = "soreness", "Soreness"
    BRUISE = "bruise", "Bruise"
    BLEEDING = "bleeding", "Bleeding"
    HAEMATOMA = "haematoma", "Haematoma"
    PAIN_ON_NEEDLING = "pain_on_needling", "Pain on needling"
    FATIGUE = "fatigue", "Fatigue"
    DROWSY = "drowsy", "Drowsy"
    DIZZY = "dizzy", "Dizzy"
    SYNCOPE = "syncope", "Faint"
    CONVULSION = "convulsion", "Convulsion"
    HEADACHE = "headache", "Headache"
    NAUSEA = "nausea", "Nausea"
    AGGRAVATION = "aggravation", "Aggravation"
    EMOTIONAL_RELEASE = "emotional_release", "Emotional release"
    NERVE_IRRITATION = "nerve_irritation", "Nerve irritation"
    STUCK_NEEDLE = "stuck_needle", "Stuck needle"
    BENT_OR_BROKEN_NEEDLE = "bent_or_broken_needle", "Bent or broken needle"
    FORGOTTEN_NEEDLE = "forgotten_needle", "Needle not found"
    SKIN_REACTION = "skin_reaction", "Skin reaction"
    BURN = "burn", "Burn"
    BLISTER = "blister", "Blister"
    INFECTION = "infection", "Infection"
    PERICHONDRITIS = "perichondritis", "Perichondritis"
    PNEUMOTHORAX_SUSPECTED = "pneumothorax_suspected", "Suspected pneumothorax"
    ORGAN_INJURY = "organ_injury", "Organ injury"
    DEVICE_FAULT = "device_fault", "Device fault"
    CARDIAC_SYMPTOM = "cardiac_symptom", "Cardiac symptom"
    NEEDLESTICK_STAFF = "needlestick_staff", "Needlestick of staff"
    OTHER = "other", "Other"


class Severity(models.TextChoices):
    """Carnes definition, as dry-needling authors use it."""

    MILD = "mild", "Mild: short, no change in function"
    MODERATE = "moderate", "Moderate or major: distressing or needs further care"
    SERIOUS = "serious", "Serious: hospital, disability or threat to life"


ROWS_OF_EVENT = ("needle", "circuit", "target", "cup", "tuina", "movement")


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(plan__in=SessionPlan.objects.visible_to(user))

    def to_ask_again(self, until):
        """Those whose patient is to be asked by the day `until`, with that day as `due_on`: as planned at first, then
        as the last asking said."""
        asked = FollowUp.objects.filter(event=OuterRef("pk")).order_by("-at", "-pk")
        as_said = FollowUp.objects.filter(next_on__lte=until).values("event")
        found = self.filter(Q(follow_up_on__lte=until) | Q(pk__in=as_said)).annotate(
            due_on=Case(When(Exists(asked), then=Subquery(asked.values("next_on")[:1])), default=F("follow_up_on"))
        )
        return found.filter(due_on__lte=until).order_by("due_on", "pk")


class EventManager(JoinedManager.from_queryset(EventQuerySet)):
    along = ("recorded_by",)


@tracked
class AdverseEvent(models.Model):
    """An incident, at one row of the plan or at none; `missing` needles of its row count as accounted for, because they
    are named here.

    What is told at a later visit is kept in that visit's plan and is `about` the session it followed.
    `onset_minutes` is the time from the treatment to its beginning. Fields and codes: the clinic's coding list.
    """

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="events")
    about = models.ForeignKey(SessionPlan, models.PROTECT, null=True, blank=True, related_name="later_events")
    needle = models.ForeignKey(NeedlePoint, models.PROTECT, null=True, blank=True, related_name="events")
    circuit = models.ForeignKey(EstimCircuit, models.PROTECT, null=True, blank=True, related_name="events")
    target = models.ForeignKey(DryNeedlingTarget, models.PROTECT, null=True, blank=True, related_name="events")
    cup = models.ForeignKey(CuppingSite, models.PROTECT, null=True, blank=True, related_name="events")
    tuina = models.ForeignKey(TuiNaStep, models.PROTECT, null=True, blank=True, related_name="events")
    movement = models.ForeignKey(MovementStep, models.PROTECT, null=True, blank=True, related_name="events")
    site = models.CharField(max_length=80, blank=True)
    onset_minutes = models.PositiveIntegerField(null=True, blank=True)
    code = models.CharField(max_length=30, choices=EventCode)
    severity = models.CharField(max_length=10, choices=Severity)
    missing = models.PositiveSmallIntegerField(default=0, help_text="Needles of this row not found.")
    detail = models.TextField(max_length=5_000)
    action = models.TextField("what was done", max_length=5_000, blank=True)
    notified = models.CharField("who was told", max_length=200, blank=True)
    preventable = models.CharField(max_length=10, choices=Preventable, blank=True)
    reportable = models.BooleanField("to be reported to an authority", default=False)
    follow_up_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = EventManager()

    class Meta:
        ordering = ["recorded_at", "pk"]
        triggers = [*frozen_child(), event_site()]
        constraints = [
            models.CheckConstraint(condition=Q(code__in=EventCode.values), name="event_code_is_known"),
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="event_severity_is_known"),
            models.CheckConstraint(
                condition=Q(missing=0) | Q(needle__isnull=False) | Q(target__isnull=False),
                name="missing_needles_have_a_site",
            ),
            models.CheckConstraint(condition=~Q(detail=""), name="event_is_described"),
            known("preventable", Preventable, blank=True),
            between("onset_minutes", 0, 60 * 24 * 90),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(*ROWS_OF_EVENT, function="num_nonnulls", output_field=models.IntegerField()), 1
                ),
                name="event_is_at_one_row",
            ),
            models.CheckConstraint(
                condition=Q(about__isnull=True) | ~Q(about=F("plan")), name="event_is_about_an_earlier_session"
            ),
        ]
        indexes = [
            models.Index(fields=["follow_up_on"], condition=Q(follow_up_on__isnull=False), name="events_to_follow_up")
        ]

    @property
    def onset_words(self):
        return onset(self.onset_minutes)

    @property
    def red_flag(self):
        """For which signs the patient seeks urgent care, or None."""
        return asking.red_flags().get(self.code)

    @property
    def row(self):
        """The row it happened at, or None. Whoever wants the row's words joins it."""
        return next((getattr(self, name) for name in ROWS_OF_EVENT if getattr(self, f"{name}_id")), None)


class FollowUpManager(JoinedManager):
    along = ("by",)


@tracked
class FollowUp(models.Model):
    """How somebody was when asked again after an incident. It comes after the signature: added, never changed."""

    event = models.ForeignKey(AdverseEvent, models.PROTECT, related_name="follow_ups")
    progress = models.CharField(max_length=10, choices=Progress)
    text = models.TextField(max_length=5_000, blank=True)
    next_on = models.DateField("ask again on", null=True, blank=True)
    by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = FollowUpManager()

    class Meta:
        ordering = ["at", "pk"]
        triggers = append_only()
        constraints = [
            known("progress", Progress),
            models.CheckConstraint(
                condition=~Q(progress=Progress.OVER) | Q(next_on__isnull=True),
                name="what_is_over_is_not_asked_again",
                violation_error_message="It is over. Leave the next date empty.",
            ),
        ]


class ResponseManager(JoinedManager):
    along = ("by",)


@tracked
class FindingResponse(models.Model):
    """A clinician's answer to a safety finding.

    It answers one `fingerprint`: the rule's version, the facts and the item it was about. When any of them changes the
    fingerprint does too, and the answer has lapsed.
    """

    class Kind(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        OVERRIDDEN = "overridden", "Overridden"

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="responses")
    rule = models.CharField(max_length=10)
    rule_version = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    finding = models.JSONField(help_text="The finding as it was shown: severity, reason, source, subject.")
    kind = models.CharField(max_length=15, choices=Kind)
    reason = models.TextField(max_length=2_000, blank=True)
    by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = ResponseManager()

    class Meta:
        ordering = ["at", "pk"]
        triggers = frozen_child()
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="acknowledged") | Q(kind="overridden") & ~Q(reason=""),
                name="an_override_has_a_reason",
                violation_error_message="Write why.",
            ),
            models.UniqueConstraint(fields=["plan", "fingerprint"], name="one_answer_a_finding"),
        ]
