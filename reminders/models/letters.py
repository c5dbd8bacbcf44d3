"""The clinic's own words, version by version. What ships is in templates/reminders/mail/."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from patients.models import Language

from .rules import Kind


class LetterQuerySet(models.QuerySet):
    def latest(self):
        """The version in force of each kind and language."""
        return self.order_by("kind", "language", "-version").distinct("kind", "language")


class Letter(models.Model):
    """One version of a letter in one language. Never changed: a correction is the next version.

    An empty source means the words that Deqi ships: the way back to them is a version too.
    """

    kind = models.CharField(max_length=20, choices=Kind)
    language = models.CharField(max_length=5, choices=Language)
    version = models.PositiveIntegerField()
    source = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "language", "version"], name="one_letter_a_version"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="letter_kind_is_known"),
            models.CheckConstraint(condition=Q(language__in=Language.values), name="letter_language_is_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="letters_count_from_one"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.get_language_display()}, version {self.version}"
