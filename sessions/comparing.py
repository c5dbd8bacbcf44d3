"""How the rows of a plan differ from those of another session, item by item and in words. Pure: rows are dicts as
`snapshots.rows` writes them, with plain values. A field that one of two rows lacks is no difference: records that were
signed before it existed do not have it.
"""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

# Planned fields of each kind as they are called beside their value, and their unit.
SIDE = ("side", "", "")
AIM = (("neural_target", "aim", ""), ("neural_level", "level", ""))
NEEDLE = (("length_mm", "length", "mm"), ("gauge_mm", "diameter", "mm"))
FIELDS = {
    "needle": (
        SIDE,
        ("retention_min", "", "min"),
        *NEEDLE,
        ("depth_mm", "depth", "mm"),
        ("angle", "", ""),
        ("manipulation", "manipulation", ""),
        *AIM,
    ),
    "circuit": (
        ("hertz", "", "Hz"),
        ("minutes", "", "min"),
        ("strength", "strength", ""),
        ("mode", "", ""),
        ("phase_s", "phase", "s"),
        ("pulse_us", "pulse", "µs"),
        ("waveform", "", ""),
        ("polarity", "polarity", ""),
        ("channel", "channel", ""),
        *AIM,
    ),
    "target": (SIDE, *NEEDLE, ("approach", "", ""), ("passes", "passes", "")),
    "cup": (
        SIDE,
        ("method", "", ""),
        ("strength", "", ""),
        ("cups", "cups", ""),
        ("minutes", "", "min"),
    ),
    "tuina": (
        SIDE,
        ("technique", "", ""),
        ("further", "then", ""),
        ("pressure", "pressure", ""),
        ("minutes", "", "min"),
    ),
    "movement": (("minutes", "", "min"), ("home", "at home", "")),
}
# What a row treats, whatever its side: a row for it on another side is the same row, changed.
PLACE = {
    "needle": ("point", "site"),
    "target": ("muscle", "site"),
    "cup": ("region", "site"),
    "tuina": ("region", "point"),
}
TOLD_BY_HERTZ = {"continuous", "dense_disperse"}  # "2/100 Hz" says it
EMPTY = (None, "", [], ())


@dataclass(frozen=True)
class Change:
    """One field: the words before its value, what it was, what it is, the unit."""

    name: str
    then: str
    now: str
    unit: str = ""

    @property
    def words(self):
        return " ".join(filter(None, [self.name, f"{self.then} → {self.now}", self.unit]))

    @property
    def was(self):
        return " ".join(filter(None, [self.name, self.then, self.unit if self.then != "not set" else ""]))


@dataclass(frozen=True)
class Match:
    """A row that is in both. `done` says how it was carried out otherwise than planned then; empty if as planned."""

    label: str
    changes: tuple
    done: str

    @property
    def words(self):
        return f"{self.label}: {', '.join(change.words for change in self.changes)}"

    @property
    def was(self):
        """ "was 20 min"; empty for what stayed."""
        return self.changes and f"was {', '.join(change.was for change in self.changes)}"


@dataclass(frozen=True)
class Difference:
    """`matches`: (kind, key) of the present row → Match. `new`: (kind, key) → label. `missing`: labels then."""

    matches: dict
    new: dict
    missing: tuple

    @property
    def same(self):
        return [match for match in self.matches.values() if not match.changes]

    @property
    def changed(self):
        return [match for match in self.matches.values() if match.changes]

    @property
    def words(self):
        """6 same, 1 changed, 1 new, 2 left out."""
        counts = ((self.changed, "changed"), (self.new, "new"), (self.missing, "left out"))
        return ", ".join([f"{len(self.same)} same", *(f"{len(rows)} {word}" for rows, word in counts if rows)])

    @property
    def is_none(self):
        return not (self.changed or self.new or self.missing)


def difference(now, then):
    """`now` and `then` are rows of two sessions of one patient."""
    pairs, new, missing = paired(now, then)
    matches = {(row["kind"], row["id"]): match(row, before) for row, before in pairs}
    return Difference(
        matches={(row["kind"], row["id"]): matches[row["kind"], row["id"]] for row in now if row not in new},
        new={(row["kind"], row["id"]): title(row) for row in new},
        missing=tuple(title(row) for row in missing),
    )


def paired(now, then):
    """Rows of the same name first, then rows for the same place: (pairs, the rest of now, the rest of then)."""
    pairs = []
    for key in (title, place):
        waiting = defaultdict(list)
        for row in then:
            waiting[key(row)].append(row)
        found = [(row, waiting[key(row)].pop(0)) for row in now if key(row) and waiting[key(row)]]
        pairs += found
        now = [row for row in now if all(row is not one for one, _ in found)]
        then = [row for row in then if all(row is not other for _, other in found)]
    return pairs, now, then


def title(row):
    """The words that tell a row from the others of its session; a circuit's is its path, whatever its letter."""
    if row["kind"] == "circuit":
        return row["name"]
    return f"{row['label']}: {row['values']['instruction']}" if row["kind"] == "movement" else row["label"]


def place(row):
    return row["kind"] in PLACE and (row["kind"], *(row["values"].get(name) or "" for name in PLACE[row["kind"]]))


def match(row, before):
    words = title(row) if row["kind"] != "circuit" else f"Circuit {title(row)}"
    return Match(words, changes(row["kind"], shown(before), shown(row)), done(before["values"]))


def shown(row):
    """A row's values, in words where they are codes."""
    return row["values"] | {name: words for name, words in row["display"].items() if name != "mode"}


def changes(kind, then, now):
    """The Changes between two dicts of values; what only one of them has is not compared."""
    then, now = with_hertz(then), with_hertz(now)
    both = [field for field in FIELDS[kind] if field[0] in then and field[0] in now]
    return tuple(
        Change(words, told(then[name]), told(now[name]), unit)
        for name, words, unit in both
        if told(then[name]) != told(now[name]) and not is_told(name, then, now)
    )


def with_hertz(values):
    if "low_hz" not in values:
        return values
    return values | {"hertz": "/".join(told(values[name]) for name in ("low_hz", "high_hz") if values.get(name))}


def is_told(name, then, now):
    """Does another field say it already?"""
    modes = {then.get("mode"), now.get("mode")}
    return name in ("mode", "phase_s") and len(modes) == 2 and (name == "phase_s" or modes == TOLD_BY_HERTZ)


def told(value):
    if value in EMPTY:
        return "not set"
    if isinstance(value, (list, tuple)):
        return ", ".join(value)
    return f"{float(value):g}" if isinstance(value, Decimal) else str(value).replace("_", "-")


def done(values):
    """What a session's chart says of a row beyond "as planned"."""
    if values["outcome"] == "omitted":
        return "left out" + (f": {values['done_note']}" if values["done_note"] else "")
    felt = values.get("done_strength")
    said = [
        values["done_note"] if values["outcome"] == "changed" else "",
        f"strength {felt} felt" if felt is not None and felt != values.get("strength") else "",
    ]
    return ", ".join(filter(None, said))
