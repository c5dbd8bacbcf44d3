"""Whom we treat: the person, what matters before needling, and what they told us at intake."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils import timezone

from clinic.models import tracked
from patients import criteria
from patients.searching import SearchQuerySet, digits, folded


class Language(models.TextChoices):
    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"


class PatientQuerySet(SearchQuerySet):
    def visible_to(self, user):
        """Whom this person may open: all current records of the clinic, for whoever works with patients."""
        return self.filter(merged_into__isnull=True) if user.has_perm("patients.view_patient") else self.none()

    def with_alerts(self, user, day):
        """With what `alerts.alerts_of` reads: `has_intake` and, for whoever may see them, `facts_in_force`."""
        known = self.annotate(has_intake=Exists(Intake.objects.filter(patient=OuterRef("pk"))))
        facts = HealthFact.objects.visible_to(user).on(day)
        return known.prefetch_related(Prefetch("facts", facts, to_attr="facts_in_force"))


@tracked
class Patient(models.Model):
    """A person we treat. Archived or merged, never deleted."""

    chart_number = models.PositiveIntegerField(
        unique=True, editable=False, db_default=Func(Value("chart_number"), function="nextval")
    )
    given_name = models.CharField(max_length=80)
    family_name = models.CharField(max_length=80)
    pronouns = models.CharField(max_length=40, blank=True)
    birth_date = models.DateField()
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, choices=Language, default=Language.ENGLISH)
    zone_name = models.CharField("time zone", max_length=60, blank=True, help_text="Only if abroad.")
    guardian = models.CharField(max_length=120, blank=True, help_text="Who decides for a minor.")
    wants_reminders = models.BooleanField("send reminders by e-mail", default=True)
    interpreter = models.BooleanField("needs an interpreter", default=False)
    wheelchair = models.BooleanField("uses a wheelchair", default=False)
    desk_note = models.CharField("note for the front desk", max_length=300, blank=True, help_text="Nothing clinical.")
    deceased_on = models.DateField("died on", null=True, blank=True, help_text="Nothing is sent any more.")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    request_key = models.UUIDField(
        unique=True, default=uuid.uuid4, editable=False, help_text="Of the form: a double click registers once."
    )
    search = models.GeneratedField(
        expression=folded(
            Concat(
                F("given_name"),
                Value(" "),
                F("family_name"),
                Value(" "),
                digits(F("phone")),
                output_field=models.TextField(),
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "pk"]
        indexes = [
            GinIndex(OpClass("search", "gin_trgm_ops"), name="patient_search"),
            models.Index(fields=["birth_date"], name="patients_by_birth_date"),
            models.Index(fields=["email"], condition=~Q(email=""), name="patients_by_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(birth_date__gte="1880-01-01"), name="patient_born_after_1880"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="patient_language_is_known"),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="patient_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="patient_address_in_small_letters",
                violation_error_message="Write the e-mail address in small letters.",
            ),
        ]

    def __str__(self):
        return f"{self.family_name}, {self.given_name}"

    def get_absolute_url(self):
        return reverse("desk:patient", args=[self.pk])

    @property
    def name(self):
        return f"{self.given_name} {self.family_name}"

    def age_on(self, day):
        """Completed years on a calendar day."""
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday


class HealthCode(models.TextChoices):
    """What matters before needling. The codes are the ones the safety rules name."""

    PACEMAKER = "pacemaker", "Pacemaker"
    ICD = "icd", "Implanted defibrillator"
    CRT = "crt", "Cardiac resynchronisation device"
    OTHER_IMPLANT = "other_implant", "Other active implant"
    PREGNANCY = "pregnancy", "Pregnant"
    ANTICOAGULANT = "anticoagulant", "Anticoagulant"
    ANTIPLATELET = "antiplatelet", "Antiplatelet"
    BLEEDING_DISORDER = "bleeding_disorder", "Serious bleeding disorder"
    LYMPHOEDEMA = "lymphoedema", "Lymphoedema or node removal"
    EPILEPSY = "epilepsy", "Epilepsy"
    DIABETES = "diabetes", "Diabetes"
    NEEDLE_FAINT = "needle_faint", "Fainted with needles"
    METAL_ALLERGY = "metal_allergy", "Metal allergy"
    LUNG_RISK = "lung_risk", "Lung disease or past collapsed lung"
    FIBROMYALGIA = "fibromyalgia", "Fibromyalgia"
    MYOFASCIAL_PAIN = "myofascial_pain", "Myofascial pain"


class LimbRegion(models.TextChoices):
    """The limbs a fact can be about; `sessions` knows which region of the body counts for which limb."""

    LEFT_ARM = "left_arm", "left arm"
    RIGHT_ARM = "right_arm", "right arm"
    LEFT_LEG = "left_leg", "left leg"
    RIGHT_LEG = "right_leg", "right leg"


class HealthFactQuerySet(models.QuerySet):
    def on(self, day):
        """Facts in force on a calendar day, the last day included."""
        begun = Q(since__isnull=True) | Q(since__lte=day)
        not_over = Q(until__isnull=True) | Q(until__gte=day)
        return self.filter(begun, not_over, entered_in_error=False)

    def visible_to(self, user):
        return self if user.has_perm("patients.view_healthfact") else self.none()


@tracked
class HealthFact(models.Model):
    """One thing about a person's health, from a day, until a day. Ended or marked as an error, never deleted."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="facts")
    code = models.CharField(max_length=30, choices=HealthCode)
    region = models.CharField(max_length=20, choices=LimbRegion, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    due_date = models.DateField(null=True, blank=True, help_text="Of a pregnancy.")
    detail = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    entered_in_error = models.BooleanField(default=False, help_text="Was never so: counts for nothing.")

    objects = HealthFactQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(code__in=HealthCode.values), name="health_code_is_known"),
            models.CheckConstraint(condition=Q(region__in=["", *LimbRegion.values]), name="health_region_is_a_limb"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="health_fact_ends_after_start",
                violation_error_message="A fact ends after it began.",
            ),
            models.CheckConstraint(
                condition=Q(code=HealthCode.PREGNANCY) | Q(due_date__isnull=True),
                name="due_date_only_in_pregnancy",
                violation_error_message="Only a pregnancy has a due date.",
            ),
            models.CheckConstraint(
                condition=~Q(code=HealthCode.LYMPHOEDEMA) | ~Q(region=""),
                name="lymphoedema_names_its_limb",
                violation_error_message="Say which limb.",
            ),
            models.UniqueConstraint(
                fields=["patient", "code", "region"],
                condition=Q(until__isnull=True, entered_in_error=False),
                name="one_open_fact_of_a_kind",
                violation_error_message="This is on record already.",
            ),
        ]

    def __str__(self):
        return self.get_code_display()

    def holds_on(self, day):
        """What `on` asks, of a fact that is loaded already."""
        begun, over = not self.since or self.since <= day, self.until and self.until < day
        return begun and not over and not self.entered_in_error


class IntakeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.has_perm("patients.view_intake") else self.none()


@tracked
class Intake(models.Model):
    """What a person told us, one row each time it was filled in; what is computed with has a column of its own.

    Areas and severities are those of the 2016 fibromyalgia criteria (Wolfe 2016): see `patients.criteria`.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="intakes")
    completed_at = models.DateTimeField(default=timezone.now)
    areas = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    fatigue = models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")
    unrefreshed = models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")
    cognitive = models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")
    headache = models.BooleanField(default=False)
    abdominal_pain = models.BooleanField(default=False)
    depression = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(default=0, help_text="How long the symptoms have been present.")
    sleep = models.CharField(max_length=300, blank=True)
    digestion = models.CharField(max_length=300, blank=True)
    mood = models.CharField(max_length=300, blank=True)
    goals = models.CharField(max_length=500, blank=True)
    reviewed_by = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_at"]
        get_latest_by = "completed_at"
        constraints = [
            models.CheckConstraint(
                condition=Q(areas__contained_by=sorted(criteria.AREAS)), name="intake_areas_are_of_the_19"
            ),
            models.CheckConstraint(
                condition=Q(fatigue__lte=3, unrefreshed__lte=3, cognitive__lte=3), name="intake_severity_0_to_3"
            ),
            models.CheckConstraint(condition=Q(months__lte=1200), name="intake_months_within_a_life"),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="intake_review_has_person_and_time",
            ),
        ]

    def get_absolute_url(self):
        return reverse("patients:intake", args=[self.pk])

    @property
    def criteria(self):
        """The 2016 questionnaire criteria for these answers."""
        return criteria.assess(
            areas=set(self.areas),
            severities=(self.fatigue, self.unrefreshed, self.cognitive),
            symptoms=(self.headache, self.abdominal_pain, self.depression),
            months=self.months,
        )


class AccessRecord(models.Model):
    """Who read which clinical page of whom, and when. Append-only."""

    user = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="reads")
    page = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient", "-at"], name="reads_of_a_patient")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]
