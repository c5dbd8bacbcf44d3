"""What the clinic offers: a service is a row of stages, each with what it needs."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Mod
from django.db.models.lookups import Exact

from .history import tracked
from .people import Technique


class ServiceQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


class Spot(models.TextChoices):
    """On what a service can be given."""

    TABLE = "table", "A treatment table"
    CHAIR = "chair", "A community chair"
    EITHER = "either", "A table or a chair"


@tracked
class Service(models.Model):
    name = models.CharField(max_length=80, unique=True)
    techniques = ArrayField(models.CharField(max_length=20, choices=Technique))
    practitioners = models.ManyToManyField("clinic.Practitioner", related_name="services")
    price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    colour = models.CharField(max_length=7, default="#1d6b59")
    spot = models.CharField("given on", max_length=10, choices=Spot, default=Spot.TABLE)
    turnover_minutes = models.PositiveSmallIntegerField(default=0, help_text="Between two patients on one table.")
    buffer_minutes = models.PositiveSmallIntegerField(
        default=0, help_text="The practitioner's own after the last stage, for notes."
    )
    notice_minutes = models.PositiveIntegerField(
        default=0, help_text="How long before the visit a patient can still book it through a link."
    )
    bookable_online = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(price__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(condition=Q(spot__in=Spot.values), name="service_spot_is_known"),
            models.CheckConstraint(condition=Q(turnover_minutes__lte=120), name="turnover_within_two_hours"),
            models.CheckConstraint(condition=Q(buffer_minutes__lte=120), name="buffer_within_two_hours"),
            models.CheckConstraint(condition=Q(notice_minutes__lte=60 * 24 * 60), name="notice_within_sixty_days"),
            models.CheckConstraint(condition=Q(techniques__contained_by=Technique.values), name="techniques_are_known"),
        ]

    def __str__(self):
        return self.name

    @property
    def minutes(self):
        """Length of the visit in minutes, from the stages (prefetch them for a list)."""
        return sum(stage.minutes for stage in self.stages.all())

    @property
    def needs_device(self):
        return any(stage.needs_device for stage in self.stages.all())


@tracked
class Stage(models.Model):
    """Needling 20 min with practitioner, rest 25 min with e-stim unit, removal 15 min: the table is held throughout."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="stages")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    minutes = models.PositiveSmallIntegerField()
    needs_practitioner = models.BooleanField(default=True)
    needs_device = models.BooleanField(default=False)
    elastic = models.BooleanField(default=False, help_text="Grows when the visit is stretched.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["service", "position"], name="one_stage_a_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 240)),
                name="stage_takes_5_to_240_minutes",
                violation_error_message="A stage takes 5 to 240 minutes.",
            ),
            models.CheckConstraint(
                condition=Exact(Mod("minutes", Value(5)), Value(0)),
                name="stage_takes_full_five_minutes",
                violation_error_message="A stage takes full five minutes, such as 5, 10 or 15.",
            ),
        ]

    def __str__(self):
        return self.name
