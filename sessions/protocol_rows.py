"""A plan's rows as content of a protocol, and content as rows again.

Nothing is lost without a word: what the catalogue or a later release no longer knows is told in sentences.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from sessions import contents
from sessions.models import Muscle, Point
from sessions.rows import KINDS, PLANNED, RELATED

WITH_CODE = {"point": Point, "muscle": Muscle}


class Listed(list):
    """Rows that are read as those of a laid-out plan are."""

    def all(self):
        return self


@dataclass
class Rows:
    """A version's rows, unsaved, as `copying` reads a plan: a needle's key is its place. `told` is what is missing."""

    needles: Listed = field(default_factory=Listed)
    circuits: Listed = field(default_factory=Listed)
    targets: Listed = field(default_factory=Listed)
    cups: Listed = field(default_factory=Listed)
    tuina: Listed = field(default_factory=Listed)
    movements: Listed = field(default_factory=Listed)
    told: list = field(default_factory=list)

    def of(self, kind):
        return getattr(self, RELATED[kind])


class Unreadable(Exception):
    """A row that cannot be had any more; its text says why."""


def written(plan, *, affected=None):
    """What the rows of a laid-out plan say, as content. Sides are "affected" and "other" if it is said what hurts."""
    return contents.turned(content_of(plan, plan.position), contents.by_affected(affected))


def content_of(plan, position):
    """The rows of a laid-out plan, or Rows, in the shape that is stored."""
    places = {needle.pk: place for place, needle in enumerate(plan.needles.all())}
    rows = [
        {"kind": kind, "values": {name: value_of(row, name, places) for name in prescribed(KINDS[kind])}}
        for kind, name in RELATED.items()
        for row in getattr(plan, name).all()
    ]
    return {"position": position, "rows": rows}


def prescribed(model):
    """The columns that a protocol holds: the order of rows is the order of the list."""
    return [name for name in PLANNED[model] if name != "order"]


def value_of(row, name, places):
    if name in ("needle_a", "needle_b"):
        return places[getattr(row, f"{name}_id")]
    value = getattr(row, name)
    if name in WITH_CODE:
        return value and value.code
    return plain(value)


def plain(value):
    """A value as JSON has it; 2.0 Hz and 2 Hz are the same text."""
    if isinstance(value, list) or value is None or isinstance(value, (str, int)):
        return value
    return f"{value.normalize():f}"


class Catalogue:
    """The points and muscles that some contents name, in one query each."""

    def __init__(self, many):
        self.rows = {
            name: model.objects.in_bulk(contents.codes(many, name), field_name="code")
            for name, model in WITH_CODE.items()
        }

    def get(self, name, code):
        if code not in self.rows[name]:
            raise Unreadable(f"{code} is not in the catalogue.")
        return self.rows[name][code]

    def name(self, name, code):
        """How a reader knows the code."""
        found = self.rows[name].get(code)
        return getattr(found, "name", code) if name == "muscle" else code


def rows_of(content, catalogue):
    """The rows of readable content. A row that cannot be had is left out and told."""
    rows = Rows()
    for place, one in enumerate(content["rows"]):
        try:
            row = circuit_of(one, rows, catalogue) if one["kind"] == "circuit" else row_of(one, catalogue)
        except Unreadable as why:
            rows.told.append(f"{named(one['kind'], one['values'], catalogue)}: {why}")
            continue
        rows.told += [f"{row.label}: “{name}” is no longer kept." for name in unknown(one)]
        row.pk, row.order = place, len(rows.of(one["kind"]))
        rows.of(one["kind"]).append(row)
    return rows


def row_of(one, catalogue):
    model = KINDS[one["kind"]]
    row = model()
    for name in prescribed(model):
        if name in one["values"]:
            setattr(row, name, cleaned(model, name, one["values"][name], catalogue))
    return row


def circuit_of(one, rows, catalogue):
    """A circuit with the needles at the places that it names."""
    standing = {needle.pk: needle for needle in rows.needles}
    ends = {name: standing.get(one["values"][name]) for name, _ in contents.ENDS}
    if None in ends.values():
        raise Unreadable("a needle that it joins cannot be had.")
    others = {name: value for name, value in one["values"].items() if name not in ends}
    row = row_of({"kind": "circuit", "values": others}, catalogue)
    row.needle_a, row.needle_b = ends["needle_a"], ends["needle_b"]
    return row


def cleaned(model, name, value, catalogue):
    """A stored value as the column takes it today. Raises Unreadable."""
    if name in WITH_CODE:
        return None if value is None else catalogue.get(name, value)
    if name in contents.SIDES and value in (contents.AFFECTED, contents.OTHER):
        return value
    column = model._meta.get_field(name)
    try:
        return column.clean(value, None)
    except ValidationError as error:
        raise Unreadable(f"{column.verbose_name}: {error.messages[0]}") from error


def unknown(one):
    """Fields that say something and that no row has any more."""
    return [name for name, value in one["values"].items() if name not in PLANNED[KINDS[one["kind"]]] and value]


def named(kind, values, catalogue):
    """A row as its reader knows it: LI4 affected, Circuit ST36-left to GB34-left."""
    sides = dict(KINDS["needle"]._meta.get_field("side").choices)
    if kind == "circuit":
        return f"Circuit {' to '.join(str(values.get(needle, '')) for needle, _ in contents.ENDS)}"
    if kind == "movement":
        return str(values.get("instruction", ""))
    what = {"cup": "Cups {}", "tuina": "Tui Na {}"}.get(kind, "{}").format(place_of(values, catalogue))
    site = f" ({values['site']})" if values.get("site") else ""
    side = values.get("side") or ""
    return f"{what} {sides.get(side, side) if side != 'midline' else ''}".strip() + site


def place_of(values, catalogue):
    for name in WITH_CODE:
        if values.get(name):
            return catalogue.name(name, values[name])
    return values.get("region") or ""
