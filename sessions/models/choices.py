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


class Polarity(models.TextChoices):
    """Which end has the negative lead; it matters only where the pulse is not balanced in shape."""

    NEGATIVE_A = "a", "negative at the first end"
    NEGATIVE_B = "b", "negative at the second end"


class NeuralTarget(models.TextChoices):
    """What a needle or a current of neuropuncture is aimed at. An intention, never a claim of an effect."""

    VAGAL_EAR = "vagal_ear", "vagal zone of the ear"
    DORSAL_COLUMN = "dorsal_column", "dorsal column"
    SEGMENTAL = "segmental", "segment"
    NERVE = "nerve", "peripheral nerve"


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


class CupMark(models.TextChoices):
    """What the skin shows where a cup sits or sat. No cup goes on marks that have not faded."""

    NONE = "none", "no mark"
    FADED = "faded", "nearly faded"
    PINK = "pink", "pink"
    RED = "red", "red"
    DARK = "dark", "dark red or purple"
    BLISTER = "blister", "blister"


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


class Progress(models.TextChoices):
    """How somebody is after an incident."""

    BETTER = "better", "Better"
    SAME = "same", "The same"
    WORSE = "worse", "Worse"
    OVER = "over", "Over"
    UNREACHED = "unreached", "Not reached"


class Preventable(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNSURE = "unsure", "Not sure"
