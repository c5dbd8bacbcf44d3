"""What a row of a plan may say. `choices` alone checks nothing: each field has its check constraint too."""

from django.db import models


class Side(models.TextChoices):
    LEFT = "left", "L"
    RIGHT = "right", "R"
    BOTH = "both", "L+R"
    MIDLINE = "midline", "midline"


class Outcome(models.TextChoices):
    PENDING = "pending", "Planned"
    DONE = "done", "Done as planned"
    CHANGED = "changed", "Done, changed"
    OMITTED = "omitted", "Left out"


class Region(models.TextChoices):
    """The regions of the catalogue (`sessions/data/regions.csv`)."""

    HEAD = "head"
    FACE = "face"
    NECK = "neck"
    EAR = "ear"
    SHOULDER = "shoulder"
    SCAPULA = "scapula"
    AXILLA = "axilla"
    ARM = "arm"
    ELBOW = "elbow"
    FOREARM = "forearm"
    WRIST = "wrist"
    HAND = "hand"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    GROIN = "groin"
    PERINEUM = "perineum"
    UPPER_BACK = "upper back", "Upper back"
    LOWER_BACK = "lower back", "Lower back"
    SACRUM = "sacrum"
    HIP = "hip"
    THIGH = "thigh"
    KNEE = "knee"
    LEG = "leg"
    ANKLE = "ankle"
    FOOT = "foot"
    OTHER = "other"


class Angle(models.TextChoices):
    PERPENDICULAR = "perpendicular", "straight"
    OBLIQUE = "oblique", "slanted"
    TRANSVERSE = "transverse", "along the skin"


class Manipulation(models.TextChoices):
    NONE = "none", "none"
    EVEN = "even", "even"
    REINFORCING = "reinforcing", "reinforcing"
    REDUCING = "reducing", "reducing"


class Mode(models.TextChoices):
    CONTINUOUS = "continuous", "continuous"
    DENSE_DISPERSE = "dense_disperse", "dense-disperse"
    INTERMITTENT = "intermittent", "intermittent"


class Waveform(models.TextChoices):
    BALANCED = "balanced_biphasic", "balanced biphasic"
    ASYMMETRIC = "asymmetric_biphasic_charge_balanced", "asymmetric, charge-balanced"


class Approach(models.TextChoices):
    PERPENDICULAR = "perpendicular", "straight to bone"
    TANGENTIAL = "tangential", "tangential"
    PINCER = "pincer", "pincer grip"


class CupMethod(models.TextChoices):
    STATIC = "static", "static"
    SLIDING = "sliding", "sliding"
    FLASH = "flash", "flash"


class CupStrength(models.TextChoices):
    LIGHT = "light", "light"
    MEDIUM = "medium", "medium"
    STRONG = "strong", "strong"


class TuiNaTechnique(models.TextChoices):
    ROLLING = "rolling", "rolling (gun)"
    PRESSING = "pressing", "pressing (an)"
    KNEADING = "kneading", "kneading (rou)"
    GRASPING = "grasping", "grasping (na)"
    PUSHING = "pushing", "pushing (tui)"
    RUBBING = "rubbing", "rubbing (mo)"


class Pressure(models.TextChoices):
    LIGHT = "light", "light"
    MEDIUM = "medium", "medium"
    DEEP = "deep", "deep"


class MovementKind(models.TextChoices):
    BREATHING = "breathing", "Breathing"
    MOVEMENT = "movement", "Gentle movement"
