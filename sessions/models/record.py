"""The signed record: what was signed, word for word, in one chain a clinic; and what was learnt later."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from sessions.freezing import AMENDMENTS, RECORDS, append_only, chain_link, frozen_child, signed_in_the_end

from .plan import SessionPlan


class RecordQuerySet(models.QuerySet):
    def knowing_amendments(self):
        """Each with `is_amended`: whoever reads what was signed is told that something was added."""
        return self.annotate(is_amended=Exists(Amendment.objects.filter(record=OuterRef("pk"))))


class SignedRecord(models.Model):
    """`snapshot` is canonical JSON text; `sha256` is over the previous record's digest and that text, both in UTF-8."""

    plan = models.OneToOneField(SessionPlan, models.PROTECT, related_name="record")
    number = models.PositiveBigIntegerField(unique=True, help_text="Place in the clinic's chain, from 1 without gaps.")
    snapshot = models.TextField()
    previous = models.CharField(
        max_length=64, unique=True, help_text="Digest of the record before; zeros for the first."
    )
    sha256 = models.CharField(max_length=64, unique=True)
    signed_by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        triggers = [*frozen_child(), append_only()[0], chain_link(RECORDS), signed_in_the_end()]


class Amendment(models.Model):
    """What is added to a signed record afterwards. Itself never changed: a mistake is amended again.

    Amendments are a second chain of the clinic, linked as records are; each `snapshot` names the record it is about
    with that record's digest.
    """

    record = models.ForeignKey(SignedRecord, models.PROTECT, related_name="amendments")
    text = models.TextField(max_length=20_000)
    by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    number = models.PositiveBigIntegerField(unique=True, help_text="Place in the chain of amendments, from 1.")
    snapshot = models.TextField()
    previous = models.CharField(max_length=64, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["at", "pk"]
        triggers = [*append_only(), chain_link(AMENDMENTS)]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="amendment_says_something")]
