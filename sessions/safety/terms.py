"""What the rules speak of: facts about a person, a plan's rows, findings. Plain values: no ORM, no clock.

A row's `pk` finds it again on the page; it is no part of what a finding is about, and so not of its fingerprint.
"""

from dataclasses import dataclass

BLOCK, WARN, INFORM = "block", "warn", "inform"


@dataclass(frozen=True, order=True)
class Fact:
    """A health fact in force on the day of the visit. `limb`: left_arm, right_arm, left_leg, right_leg or empty.

    `trimester`: 1 to 3 of a pregnancy whose due date is known, else 0.
    """

    code: str
    limb: str = ""
    detail: str = ""
    trimester: int = 0

    @property
    def signed(self):
        """What an answer is given to. The trimester is among the values of the rules that look at it."""
        return {"code": self.code, "limb": self.limb, "detail": self.detail}


@dataclass(frozen=True)
class Facts:
    """Everything in force."""

    facts: tuple[Fact, ...] = ()

    def of(self, *codes):
        """The facts with one of these codes, in a fixed order."""
        return tuple(sorted(fact for fact in self.facts if fact.code in codes))


@dataclass(frozen=True)
class Row:
    """What every kind of row has: where it is found and what the reader calls it."""

    pk: int
    label: str
    kind = ""
    technique = ""


@dataclass(frozen=True)
class Count:
    """Needles of one row; None where nobody has counted. `missing` are named in an incident."""

    put_in: int | None = None
    out: int | None = None
    left_in_place: int = 0
    missing: int = 0


@dataclass(frozen=True)
class Needle(Row):
    code: str
    side: str
    region: str
    site: str = ""
    system: str = "channel"
    zone: str = "none"
    pregnancy_tier: str = "none"
    pneumothorax_tier: str = "none"
    restriction: str = "none"
    length_mm: int = 25
    depth_mm: int | None = None
    angle: str = "perpendicular"
    retention_min: int = 20
    sites: int = 1
    count: Count = Count()
    kind = "needle"

    @property
    def technique(self):
        return "auricular" if self.system == "auricular" else "needling"

    @property
    def insertion(self):
        """How the needle goes in: what an answer about its depth was given to."""
        return self.length_mm, self.depth_mm, self.angle


@dataclass(frozen=True)
class Target(Row):
    code: str
    side: str
    region: str
    depth_class: str = "superficial"
    pneumothorax_tier: str = "none"
    length_mm: int = 25
    approach: str = "perpendicular"
    passes: int = 3
    twitches: int | None = None
    count: Count = Count()
    kind = "target"
    technique = "dry_needling"

    @property
    def insertion(self):
        return self.length_mm, None, self.approach


@dataclass(frozen=True)
class Electrode:
    code: str
    side: str
    region: str
    zone: str
    avoid: str = ""


@dataclass(frozen=True)
class Circuit(Row):
    ends: tuple[Electrode, Electrode]
    minutes: int = 20
    strength: int | None = None
    kind = "circuit"
    technique = "estim"


@dataclass(frozen=True)
class Cups(Row):
    region: str
    side: str
    method: str = "static"
    minutes: int = 5
    kind = "cup"
    technique = "cupping"


@dataclass(frozen=True)
class Hands(Row):
    """A Tui Na step."""

    region: str
    side: str
    pressure: str = "light"
    kind = "tuina"
    technique = "tuina"


@dataclass(frozen=True)
class Plan:
    """A session's rows. `closing`: the needles are coming out, so the count is to be right. `first`: the person has no
    signed session before this one.
    """

    needles: tuple[Needle, ...] = ()
    circuits: tuple[Circuit, ...] = ()
    targets: tuple[Target, ...] = ()
    cups: tuple[Cups, ...] = ()
    tuina: tuple[Hands, ...] = ()
    closing: bool = False
    first: bool = False
    position: str = "supine"

    def rows(self, *techniques):
        """The rows done by one of these techniques, in the plan's order."""
        every = (*self.needles, *self.circuits, *self.targets, *self.cups, *self.tuina)
        return tuple(row for row in every if row.technique in techniques)

    @property
    def needled(self):
        """Rows that a needle goes in for."""
        return (*self.needles, *self.targets)


@dataclass(frozen=True)
class Subject:
    """The row that a finding stands beside."""

    kind: str
    pk: int
    label: str


@dataclass(frozen=True)
class Finding:
    """A rule applies. `subject` is None when it is about the whole plan.

    `fingerprint` is a digest of the rule's version, the facts and the values it applied to: an answer is given to a
    fingerprint, and lapses when the finding has another one.
    """

    rule: str
    severity: str
    title: str
    reason: str
    source: str
    version: str
    subject: Subject | None
    fingerprint: str

    @property
    def needs_answer(self):
        return self.severity != INFORM
