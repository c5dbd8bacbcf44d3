"""The library as it is read: what a protocol comes to, what a version says, and what changed between versions."""

from dataclasses import dataclass

from clinic.models import User
from sessions import contents
from sessions.models import Position, Protocol, ProtocolVersion
from sessions.parts import Block, Row, counted
from sessions.protocol_rows import Catalogue, named, rows_of, written
from sessions.rows import KINDS, RELATED

UNITS = {"mm", "min", "Hz", "µs", "s"}


@dataclass
class Entry:
    """A protocol in the list, with its newest version."""

    protocol: Protocol
    version: ProtocolVersion
    content: dict
    parts: list

    @property
    def asks_for_a_side(self):
        return contents.asks_for_a_side(self.content)


def entries(protocols):
    """Those protocols with what they come to, in three queries however many they are."""
    newest = {version.protocol_id: version for version in ProtocolVersion.objects.newest_of(protocols)}
    found = {pk: contents.readable(version.content)[0] for pk, version in newest.items()}
    catalogue = Catalogue(found.values())
    return [
        Entry(protocol, newest[protocol.pk], found[protocol.pk], parts(found[protocol.pk], catalogue))
        for protocol in protocols
    ]


def parts(content, catalogue):
    """7 needles, 1 circuit, 2 muscles."""
    rows = rows_of(contents.turned(content, contents.for_patient("left")), catalogue)
    said = [
        counted(sum(needle.sites for needle in rows.needles), "needle"),
        counted(len(rows.circuits), "circuit"),
        counted(len(rows.targets), "muscle"),
        counted(sum(row.cups for row in rows.cups), "cup"),
        "Tui Na" if rows.tuina else "",
        counted(len(rows.movements), "exercise"),
    ]
    return [words for words in said if words]


@dataclass
class Shown:
    """One version as its page draws it."""

    version: ProtocolVersion
    position: str
    blocks: list
    told: list
    changes: list
    before: ProtocolVersion | None


def shown(version, before):
    """`version` with its rows, and item by item what it says otherwise than `before` (None for the first)."""
    content, lost = contents.readable(version.content)
    then, _ = contents.readable(before.content) if before else (content, 0)
    catalogue = Catalogue([content, then])
    rows = rows_of(content, catalogue)
    told = rows.told + ([f"{counted(lost, 'row')} cannot be read."] if lost else [])
    return Shown(version, position(content), blocks(rows), told, changes(then, content, catalogue), before)


def blocks(rows):
    return [Block(kind, None, [Row(kind, item, None) for item in rows.of(kind)]) for kind in RELATED if rows.of(kind)]


def position(content):
    return dict(Position.choices).get(content["position"], content["position"])


@dataclass
class NextVersion:
    """What a plan would change in the protocol that it came from, with the side that hurts as it seems to be."""

    protocol: Protocol
    latest: ProtocolVersion
    affected: str | None
    changes: list


def next_version(plan):
    """Of the ways to say which side hurts, the one that changes least is what the plan was made with."""
    protocol = plan.protocol.protocol
    latest = protocol.versions.select_related("by").latest("number")
    then, _ = contents.readable(latest.content)
    sides = ["left", "right"] if contents.asks_for_a_side(then) else [None]
    now = {side: written(plan, affected=side) for side in sides}
    affected = min(sides, key=lambda side: len(contents.difference(then, now[side])))
    catalogue = Catalogue([then, now[affected]])
    return NextVersion(protocol, latest, affected, changes(then, now[affected], catalogue))


# What changed


@dataclass
class Line:
    """One change in words. `what` is added, removed or changed; `fields` are (field, before, after)."""

    what: str
    label: str
    fields: list


def changes(before, after, catalogue):
    lines = [line(change, catalogue) for change in contents.difference(before, after)]
    if before["position"] != after["position"]:
        lines.insert(0, Line("changed", "Position", [("", position(before), position(after))]))
    return lines


def line(change, catalogue):
    values = change.after or change.before
    label = named(change.kind, values, catalogue)
    if change.before is None or change.after is None:
        return Line("added" if change.before is None else "removed", label, [])
    return Line("changed", label, [said(change, name) for name in change.fields])


def said(change, name):
    """(field, before, after) in the words of today's columns; a column of another day keeps its name."""
    columns = {column.name: column for column in KINDS[change.kind]._meta.concrete_fields}
    column = columns.get(name)
    words = column.verbose_name if column else name
    return words, *(in_words(column, values[name]) for values in (change.before, change.after))


def in_words(column, value):
    if value in (None, "", []):
        return "none"
    choices = dict(getattr(column, "base_field", column).choices or []) if column else {}
    unit = f" {column.help_text}" if column and column.help_text in UNITS else ""
    values = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(one, one) if isinstance(one, str) else one) for one in values) + unit


# Who did what to a protocol, beside its versions


@dataclass
class Deed:
    at: object
    by: object
    words: str


def deeds(protocol):
    """Renamed, archived, brought back: from the history that the database keeps, the latest first."""
    events = list(protocol.protocol_history.select_related("pgh_context").order_by("pgh_id"))
    people = User.objects.in_bulk({who(event) for event in events} - {None})
    found = [
        Deed(event.pgh_created_at, people.get(who(event)), words)
        for event, before in zip(events[1:], events, strict=False)
        if (words := deed(event, before))
    ]
    return found[::-1]


def who(event):
    return event.pgh_context and event.pgh_context.metadata.get("user")


def deed(event, before):
    if event.name != before.name:
        return f"Renamed from {before.name} to {event.name}"
    if bool(event.archived_at) != bool(before.archived_at):
        return "Archived" if event.archived_at else "Brought back"
    return ""
