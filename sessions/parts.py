"""The parts that the plan and the chart are drawn from: a row, a block of rows, a finding beside its row, a site."""

from dataclasses import dataclass, field

from django.urls import reverse

from sessions import estim
from sessions.answering import NOT_BY_WORDS
from sessions.models import NeedlePoint, Side
from sessions.safety.rulebook import limbs

# kind: heading, words and key of the button that adds one (points have the add box)
BLOCKS = {
    "needle": ("Needles", "", ""),
    "circuit": ("Circuits", "Circuit", "c"),
    "target": ("Dry needling", "Dry needling", "d"),
    "cup": ("Cups", "Cups", "u"),
    "tuina": ("Tui Na", "Tui Na", "t"),
    "movement": ("Breathing and movement", "Breathing or movement", "v"),
}


@dataclass(frozen=True)
class Site:
    """Where a clip can sit."""

    needle: NeedlePoint
    side: str

    @property
    def key(self):
        return f"{self.needle.pk}-{self.side}"

    @property
    def label(self):
        return self.needle.point.code + ("" if self.side == Side.MIDLINE else f"-{Side(self.side).label}")

    @property
    def limb(self):
        return limbs().get(self.needle.point.region, "")


@dataclass(frozen=True)
class Around:
    """What of a plan the form of a row chooses from. `picked` are the keys of the sites that a circuit starts with."""

    sites: tuple = ()
    circuits: tuple = ()
    unit: object = None
    picked: tuple = ()


@dataclass
class Found:
    """A finding with its answer, or with the form of an answer that was refused."""

    finding: object
    answer: object = None
    form: object = None

    @property
    def beyond_words(self):
        """What to do about a finding that no words can answer."""
        return NOT_BY_WORDS.get(self.finding.rule, "")

    @property
    def key(self):
        subject = self.finding.subject
        return self.finding.fingerprint[:12] + (f"-{subject.kind}-{subject.pk}" if subject else "")


@dataclass
class Row:
    """A row of the plan as the page draws it, the `place`th `of` its kind. `before` is its Match with last time's."""

    kind: str
    item: object
    visit: int
    is_new: bool = False
    before: object = None
    can_change: bool = False
    place: int = 0
    of: int = 0
    can_move: bool = False
    found: list = field(default_factory=list)
    form: object = None

    @property
    def key(self):
        return f"{self.kind}-{self.item.pk}"

    @property
    def label(self):
        return self.item.label

    @property
    def code(self):
        """The short name at the row's start."""
        return {
            "needle": lambda: self.item.point.code,
            "circuit": lambda: self.item.letter,
            "target": lambda: self.item.muscle.name,
            "movement": lambda: self.item.get_kind_display(),
        }.get(self.kind, lambda: self.item.get_region_display())()

    @property
    def sites(self):
        """Where a clip can sit on this row, for the script that draws pairs."""
        return " ".join(Site(self.item, side).key for side in self.item.electrodes) if self.kind == "needle" else ""

    @property
    def cautions(self):
        """What is valid in a circuit, and yet unusual."""
        if self.kind != "circuit":
            return []
        thin = min(self.item.needle_a.gauge_mm, self.item.needle_b.gauge_mm)
        return estim.cautions({name: getattr(self.item, name) for name in estim.PLANNED} | {"gauge_mm": thin})

    @property
    def words(self):
        return f"sessions/words/{self.kind}.html"

    @property
    def edit_url(self):
        return reverse("sessions:edit", args=[self.visit, self.kind, self.item.pk])

    @property
    def remove_url(self):
        return reverse("sessions:remove", args=[self.visit, self.kind, self.item.pk])

    @property
    def move_url(self):
        """Followed by the way it goes: up, down or to."""
        return reverse("sessions:move", args=[self.visit, self.kind, self.item.pk, "to"]).removesuffix("to/")


@dataclass
class Block:
    kind: str
    visit: int
    rows: list
    form: object = None

    @property
    def title(self):
        return BLOCKS[self.kind][0]

    @property
    def adds(self):
        return BLOCKS[self.kind][1]

    @property
    def key(self):
        return BLOCKS[self.kind][2]

    @property
    def url(self):
        return reverse("sessions:add", args=[self.visit, self.kind])

    @property
    def count(self):
        return needles(self.rows) if self.kind == "needle" else len(self.rows)


def where(finding):
    """The id of the place on the page where a finding stands."""
    return f"{finding.subject.kind}-{finding.subject.pk}" if finding.subject else "whole-plan"


def counted(number, word):
    """2 warnings; nothing for none."""
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""


def needles(rows):
    return sum(row.item.sites for row in rows)
