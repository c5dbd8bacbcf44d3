"""What a practitioner keeps for the next plans: protocols with their versions, and phrases that expand."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from clinic.models import tracked
from sessions.freezing import append_only


class ProtocolQuerySet(models.QuerySet):
    def living(self):
        return self.filter(archived_at__isnull=True)

    def open_to(self, user):
        """The clinic's, and the person's own."""
        return self.filter(Q(owner__isnull=True) | Q(owner=user))


@tracked
class Protocol(models.Model):
    """A plan worth having again. Without an owner it is the clinic's. What it says is in its versions."""

    name = models.CharField(max_length=80)
    owner = models.ForeignKey("clinic.User", models.PROTECT, null=True, blank=True, related_name="protocols")
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = ProtocolQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="protocol_has_a_name"),
            models.UniqueConstraint(
                "name",
                "owner",
                condition=Q(archived_at__isnull=True),
                nulls_distinct=False,
                name="one_protocol_a_name",
                violation_error_message="There is a protocol of this name already. Choose another name.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("sessions:protocol", args=[self.pk])


class VersionQuerySet(models.QuerySet):
    def newest_of(self, protocols):
        """The last version of each, in one query."""
        found = self.filter(protocol__in=protocols).select_related("by")
        return found.order_by("protocol_id", "-number").distinct("protocol_id")


class ProtocolVersion(models.Model):
    """What a protocol said from some day on; never changed, a change is the next version.

    `content` is {"position": …, "rows": [{"kind": "needle", "values": {…}}, …]} with points and muscles by their
    codes and circuits by the places of their needles among the rows. A side may be "affected" or "other": the plan
    that it is used in says which that is.
    """

    protocol = models.ForeignKey(Protocol, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    comment = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("clinic.User", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["protocol", "number"]
        triggers = append_only()[:1]
        constraints = [
            models.UniqueConstraint(fields=["protocol", "number"], name="one_version_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_one"),
        ]

    def __str__(self):
        return f"{self.protocol} (version {self.number})"


@tracked
class Phrase(models.Model):
    """`.sleep` becomes the practitioner's own sentence. `{…}` in it are fields to tab through."""

    owner = models.ForeignKey("clinic.User", models.PROTECT, related_name="phrases")
    key = models.CharField(
        max_length=20,
        validators=[RegexValidator(r"\A[a-z][a-z0-9-]*\Z", "A key is small letters, digits and dashes: sleep-bad.")],
    )
    text = models.TextField(max_length=2_000)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z][a-z0-9-]*$"), name="phrase_key_can_be_typed"),
            models.CheckConstraint(condition=~Q(text=""), name="phrase_says_something"),
            models.UniqueConstraint(
                fields=["owner", "key"],
                name="one_phrase_a_key",
                violation_error_message="You have a phrase with this key already.",
            ),
        ]

    def __str__(self):
        return f".{self.key}"
