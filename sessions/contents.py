"""What a version of a protocol says, as plain values. Pure: no models, no queries.

{"position": "prone", "rows": [{"kind": "needle", "values": {"point": "LI4", "side": "affected", …}}, …]}

Points and muscles are their codes, numbers with decimals are text, and an end of a circuit is the place of its needle
among the rows. No primary key of one database is in it, so that two equal plans say the same.
"""

from collections import Counter
from dataclasses import dataclass

AFFECTED, OTHER = "affected", "other"
OPPOSITE = {"left": "right", "right": "left"}
SIDES = ("side", "side_a", "side_b")
TEXTS = (*SIDES, "point", "muscle", "site", "region", "method", "technique", "kind", "instruction")
ENDS = (("needle_a", "side_a"), ("needle_b", "side_b"))
# Rows with the same values here treat the same place; a circuit's place is that of its ends.
PLACE = {
    "needle": ("point", "site"),
    "target": ("muscle", "site"),
    "cup": ("region", "site", "method"),
    "tuina": ("region", "point", "technique"),
    "movement": ("kind", "instruction"),
}

KINDS = (*PLACE, "circuit")


@dataclass(frozen=True)
class Changed:
    """A row of one version beside its counterpart in another: one of the two is None if it was added or taken out.

    `fields` are the names of what differs.
    """

    kind: str
    before: dict | None
    after: dict | None
    fields: tuple = ()


def turned(content, sides):
    """`content` with its sides replaced: {"left": "affected", …} to keep it, {"affected": "left", …} to use it."""
    rows = [{"kind": row["kind"], "values": turn(row["values"], sides)} for row in content["rows"]]
    return {"position": content["position"], "rows": rows}


def turn(values, sides):
    return {name: sides.get(value, value) if name in SIDES else value for name, value in values.items()}


def by_affected(side):
    """left and right of a plan, when `side` hurts: what hurts is "affected" in the protocol."""
    return {side: AFFECTED, OPPOSITE[side]: OTHER} if side else {}


def for_patient(side):
    """The way back: "affected" and "other" of a protocol, when `side` hurts."""
    return {word: place for place, word in by_affected(side).items()}


def asks_for_a_side(content):
    """Does somebody who uses it have to say which side hurts?"""
    return bool(sides_of(content) & {AFFECTED, OTHER})


def is_one_sided(content):
    """Is anything on the left or on the right alone?"""
    return bool(sides_of(content) & set(OPPOSITE))


def sides_of(content):
    return {row["values"].get(name) for row in content["rows"] for name in SIDES}


def codes(contents, name):
    """Every code that `contents` name as "point" or as "muscle"."""
    return {code for content in contents for row in content["rows"] if (code := row["values"].get(name))}


def readable(content):
    """`content` in the shape above, whatever is stored: what is no row of a known shape is left out, and counted.

    Returns (content, how many rows could not be read).
    """
    content = content if isinstance(content, dict) else {}
    stored = content.get("rows")
    rows = stored if isinstance(stored, list) else []
    kept = [{"kind": row["kind"], "values": row["values"]} if is_row(row) else None for row in rows]
    for row in kept:
        if row and row["kind"] == "circuit" and not has_ends(row["values"], kept):
            row["kind"] = None
    # the place of a row is its name for circuits, so what is left out leaves its place empty
    places = {place: new for new, place in enumerate(p for p, row in enumerate(kept) if row and row["kind"])}
    good = [moved(row, places) for row in kept if row and row["kind"]]
    position = content.get("position")
    return {"position": position if isinstance(position, str) else "", "rows": good}, len(rows) - len(good)


def is_row(row):
    return (
        isinstance(row, dict)
        and isinstance(row.get("values"), dict)
        and row.get("kind") in KINDS
        and all(isinstance(row["values"].get(name), str | None) for name in TEXTS)
    )


def has_ends(values, rows):
    places = [values.get(needle) for needle, _ in ENDS]
    return all(
        type(place) is int and 0 <= place < len(rows) and rows[place] and rows[place]["kind"] == "needle"
        for place in places
    )


def moved(row, places):
    if row["kind"] != "circuit":
        return row
    ends = {needle: places[row["values"][needle]] for needle, _ in ENDS}
    return {"kind": "circuit", "values": row["values"] | ends}


def difference(before, after):
    """What `after` says otherwise than `before`, row by row in the order of `after`; what is gone comes last.

    Rows are the same if they treat the same place; of several at one place the equal ones belong together, then those
    on the same side, then the others in their order. Where a row stands is no difference.
    """
    left = list(named_rows(before))
    changes, alone = [], []
    for alike in (equal, on_the_same_side, at_the_same_place):
        alone, rows = [], (named_rows(after) if alike is equal else alone)
        for row in rows:
            partner = next((one for one in left if alike(one, row)), None)
            if partner is None:
                alone.append(row)
                continue
            left.remove(partner)
            if fields := differing(partner, row):
                changes.append((row, Changed(row[1], partner[3], row[3], fields)))
    changes += [(row, Changed(row[1], None, row[3])) for row in alone]
    changes.sort(key=lambda change: change[0][0])
    return [change for _, change in changes] + [Changed(kind, values, None) for _, kind, _, values in left]


def named_rows(content):
    """(place, kind, what tells it from other places, values) of each row; the ends of a circuit are spelt out."""
    for place, row in enumerate(content["rows"]):
        values = row["values"]
        if row["kind"] == "circuit":
            values = values | {needle: end_of(content, values, needle, side) for needle, side in ENDS}
            yield place, "circuit", frozenset(Counter(values[needle] for needle, _ in ENDS).items()), values
        else:
            yield place, row["kind"], tuple(values.get(name) or "" for name in PLACE[row["kind"]]), values


def end_of(content, values, needle, side):
    """ "ST36-affected": where an end of a circuit sits."""
    at = content["rows"][values[needle]]["values"]
    site = f" ({at['site']})" if at.get("site") else ""
    return f"{at.get('point')}{site}" + ("" if values.get(side) == "midline" else f"-{values.get(side)}")


def at_the_same_place(one, other):
    return one[1:3] == other[1:3]


def on_the_same_side(one, other):
    return at_the_same_place(one, other) and one[3].get("side") == other[3].get("side")


def equal(one, other):
    return at_the_same_place(one, other) and not differing(one, other)


def differing(one, other):
    """Names of the fields that differ. A field that one of the two never had is none: it came with a later release."""
    names = [name for name in other[3] if name in one[3]]
    return tuple(name for name in names if one[3][name] != other[3][name])
