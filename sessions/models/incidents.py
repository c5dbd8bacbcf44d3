"""What went wrong, and what a clinician answered to a safety finding."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from clinic.models import tracked
from sessions.freezing import event_site, frozen_child

from .items import DryNeedlingTarget, JoinedManager, NeedlePoint
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


class EventManager(JoinedManager):
    along = ("recorded_by",)


@tracked
class AdverseEvent(models.Model):
    """An incident of this session; `missing` needles of its row count as accounted for, because they are named here."""

    plan = models.ForeignKey(SessionPlan, models.PROTECT, related_name="events")
    needle = models.ForeignKey(NeedlePoint, models.PROTECT, null=True, blank=True, related_name="events")
    target = models.ForeignKey(DryNeedlingTarget, models.PROTECT, null=True, blank=True, related_name="events")
    code = models.CharField(max_length=30, choices=EventCode)
    severity = models.CharField(max_length=10, choices=Severity)
    missing = models.PositiveSmallIntegerField(default=0, help_text="Needles of this row not found.")
    detail = models.TextField(max_length=5_000)
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
