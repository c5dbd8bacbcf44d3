"""Where the clinic works and what can be taken: practitioners, tables and e-stim units are all resources."""

import zoneinfo

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject

from .history import tracked
from .hours import WorkingHours
from .people import Credential, ScopeRule
from .services import Spot


def validate_zone(name):
    if name not in zoneinfo.available_timezones() - {"localtime"}:  # which every machine reads differently
        raise ValidationError("This is no time zone. Write one such as America/New_York.")


class LocationQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


@tracked
class Location(models.Model):
    """A place with an address. Wall-clock rules are read in its time zone."""

    name = models.CharField(max_length=80, unique=True)
    address = models.CharField(max_length=200)
    phone = models.CharField(max_length=40)
    email = models.EmailField(
        "e-mail", blank=True, help_text="The front desk's: patients' answers and news about failed messages come here."
    )
    names_services = models.BooleanField(
        "name the service in messages",
        default=False,
        help_text="Off, a message says nothing of what the visit is for. Even on, no subject line does.",
    )
    cancel_hours = models.PositiveSmallIntegerField(
        "hours to cancel online", default=24, help_text="Before a visit; later only by telephone."
    )
    zone_name = models.CharField("time zone", max_length=60, validators=[validate_zone])
    jurisdiction = models.CharField(max_length=10, help_text="State or country code, such as CO: decides scope.")
    active = models.BooleanField(default=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(cancel_hours__range=(0, 168)), name="online_until_a_week_before_at_most")
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.zone_name)


class ResourceQuerySet(models.QuerySet):
    def active(self):
        return self.filter(active=True)


@tracked
class Resource(models.Model):
    """Whatever can be in one place only: see Occupancy in `scheduling`. A practitioner has no fixed location."""

    name = models.CharField(max_length=80)
    active = models.BooleanField(default=True)
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="resources")

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class PractitionerQuerySet(ResourceQuerySet):
    def offering(self, service):
        return self.active().filter(services=service)

    def with_timetable(self):
        """`timetable` and `licences` in the same query: lists of dicts, a row of hours or a credential each.

        Hours bear their location, licences the techniques that scope allows their kind in their jurisdiction.
        """
        hours = WorkingHours.objects.filter(practitioner=OuterRef("pk")).order_by("pk")
        row = ("location", "weekday", "weeks", "starts", "ends", "valid_from", "valid_until")
        allowed = ScopeRule.objects.filter(
            jurisdiction=OuterRef("jurisdiction"), credential_kind=OuterRef("kind"), allowed=True
        )
        licences = (
            Credential.objects.filter(practitioner=OuterRef("pk"))
            .annotate(techniques=ArraySubquery(allowed.values("technique")))
            .order_by("pk")
        )
        licence = ("jurisdiction", "issued", "expires", "techniques")
        return self.annotate(
            timetable=ArraySubquery(hours.values(row=JSONObject(**{name: F(name) for name in row}))),
            licences=ArraySubquery(licences.values(row=JSONObject(**{name: F(name) for name in licence}))),
        )


@tracked
class Practitioner(Resource):
    user = models.OneToOneField("clinic.User", models.PROTECT, related_name="practitioner")
    colour = models.CharField(max_length=7, default="#1d6b59")
    bio = models.TextField(blank=True)

    objects = PractitionerQuerySet.as_manager()


class TableQuerySet(ResourceQuerySet):
    def for_spot(self, spot):
        """Those on which a service with that `spot` can be given."""
        return self if spot == Spot.EITHER else self.filter(chair=spot == Spot.CHAIR)


@tracked
class Table(Resource):
    """A treatment table or a community chair, in a named room."""

    room = models.CharField(max_length=40)
    chair = models.BooleanField(default=False)

    objects = TableQuerySet.as_manager()


class DeviceQuerySet(ResourceQuerySet):
    def usable(self):
        return self.active().filter(out_of_service="")


@tracked
class Device(Resource):
    """An e-stim unit. Its limits are what its dials can do, read from its label."""

    model = models.CharField(max_length=80)
    serial = models.CharField(max_length=40)
    channels = models.PositiveSmallIntegerField()
    max_hz = models.PositiveSmallIntegerField()
    service_due = models.DateField(null=True, blank=True)
    out_of_service = models.CharField(max_length=200, blank=True, help_text="Why it may not be used; empty: it may.")

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(channels__range=(1, 12)), name="device_has_one_to_twelve_channels"),
            models.CheckConstraint(condition=Q(max_hz__range=(1, 1000)), name="device_limit_in_hertz"),
        ]
