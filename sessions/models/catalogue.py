"""What can be needled. Loaded from the app's own data files by `manage.py loadcatalogue`; each row names its source."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q


class Tier(models.TextChoices):
    HIGH = "high", "high"
    MODERATE = "moderate", "moderate"
    LOW = "low", "low"
    NONE = "none", "none"


class Point(models.Model):
    """A channel, extra or auricular point. `gloss` is our own literal translation: secondary text only."""

    code = models.CharField(max_length=20, unique=True)
    system = models.CharField(max_length=12)
    channel = models.CharField(max_length=12, blank=True)
    pinyin = models.CharField(max_length=80)
    pinyin_toned = models.CharField(max_length=80, blank=True)
    hanzi = models.CharField(max_length=40, blank=True)
    gloss = models.CharField(max_length=120)
    aliases = models.CharField(max_length=300, blank=True)
    region = models.CharField(max_length=20)
    site_detail = models.CharField(max_length=200, blank=True)
    bilateral = models.BooleanField()
    sites_total = models.PositiveSmallIntegerField(help_text="Needles if every site of the point is needled.")
    estim_zone = models.CharField(max_length=20)
    pregnancy_tier = models.CharField(max_length=30)
    pneumothorax_tier = models.CharField(max_length=10, choices=Tier)
    needling_restriction = models.CharField(max_length=20)
    other_hazard = models.CharField(max_length=200, blank=True)
    estim_avoid = models.BooleanField()
    estim_avoid_reason = models.CharField(max_length=200, blank=True)
    flags_source = models.CharField(max_length=300, blank=True)
    flags_confidence = models.CharField(max_length=10)
    tone_check = models.CharField(max_length=30)
    source = models.CharField(max_length=300)
    confidence = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField(help_text="Order of the list: ST2 stands before ST10.")
    search = models.TextField(help_text="Folded code, names and aliases between bars: see `sessions.catalogue`.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(pneumothorax_tier__in=Tier.values), name="point_tier_is_known")
        ]
        indexes = [GinIndex(OpClass("search", "gin_trgm_ops"), name="point_search")]

    def __str__(self):
        return f"{self.code} {self.pinyin}"

    @property
    def is_free(self):
        """Has no fixed place (Ashi: wherever it hurts), so any side may be planned and the site is written down."""
        return "free location" in self.aliases


class Muscle(models.Model):
    """A dry-needling target, with what lies near it."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    region = models.CharField(max_length=20)
    wpi_area = models.CharField(max_length=20)
    side_specific = models.BooleanField()
    common_referral = models.CharField(max_length=200)
    depth_class = models.CharField(max_length=12, help_text="deep: cannot be compressed from the skin")
    pneumothorax_tier = models.CharField(max_length=10, choices=Tier)
    hazard_vessels = models.CharField(max_length=200, blank=True)
    hazard_nerves = models.CharField(max_length=200, blank=True)
    hazard_other = models.CharField(max_length=200, blank=True)
    safe_needling_note = models.CharField(max_length=200)
    skill_level = models.CharField(max_length=20)
    source = models.CharField(max_length=400)
    confidence = models.CharField(max_length=10)
    referral_confidence = models.CharField(max_length=10)
    note_confidence = models.CharField(max_length=10)
    depth_confidence = models.CharField(max_length=10)
    position = models.PositiveSmallIntegerField()
    search = models.TextField(help_text="Folded code, name, region and referral between bars.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=Q(pneumothorax_tier__in=Tier.values), name="muscle_tier_is_known")
        ]

    def __str__(self):
        return self.name

    @property
    def hazards(self):
        """What a hand with a needle wants to know of it."""
        near = "; ".join(filter(None, [self.hazard_vessels, self.hazard_nerves, self.hazard_other]))
        said = [
            f"Refers to {self.common_referral}.",
            near and f"Near: {near}.",
            "Over the lung." if self.pneumothorax_tier in (Tier.HIGH, Tier.MODERATE) else "",
            f"{self.safe_needling_note}.",
        ]
        return " ".join(filter(None, said))
