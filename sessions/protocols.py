"""The verbs of the library: a plan becomes a protocol, a protocol rows of a plan. What a protocol said once stays said.

Everybody who plans uses the clinic's protocols and the own ones. The clinic's are changed by holders of
`change_protocol`, own ones by their owner alone.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import pghistory
from django.utils import timezone

from clinic.errors import ClinicError, NotAllowed
from sessions import contents, copying, fitting, protocol_rows
from sessions.editing import called, lock, replanning
from sessions.models import Position, Protocol, ProtocolVersion, SessionPlan
from sessions.planning import has_begun
from sessions.prescribing import MOST_NEEDLE_ROWS
from sessions.refusals import in_words
from sessions.rows import RELATED, fill

TAKEN = "There is a protocol of this name already. Choose another name."


class ProtocolChanged(ClinicError):
    """Somebody else made a version first; nothing of this one was kept."""


@dataclass(frozen=True)
class Used:
    """A plan with a protocol's rows in it, and in sentences what of the protocol is not there."""

    plan: SessionPlan
    told: list


def keep(*, plan, name, by, own, affected=None, comment=""):
    """Keep what is planned as a new protocol, the person's own or the clinic's; returns its first version.

    `affected` is the side that hurts, "left" or "right": the protocol then asks for it anew.
    """
    with recording(by):
        protocol = named(Protocol(owner=by if own else None), name)
        refuse_others(protocol, by)
        protocol.save()
        return add_version(protocol, 1, prescribed_in(plan, affected), comment=comment, by=by)


def revise(*, protocol, plan, by, seen, affected=None, comment=""):
    """What is planned becomes the next version; `seen` is the number of the version that the person knows."""
    with changing(protocol, by) as locked:
        latest = latest_of(locked, seen=seen, by=by)
        content = prescribed_in(plan, affected)
        if content == latest.content:
            raise ClinicError(f"The plan says what version {latest.number} says. There is nothing to save.")
        return add_version(locked, latest.number + 1, content, comment=comment, by=by)


def restore(*, version, by, seen):
    """An old version becomes the newest one."""
    with changing(version.protocol, by) as locked:
        latest = latest_of(locked, seen=seen, by=by)
        if version.content == latest.content:
            raise ClinicError(f"The newest version says what version {version.number} says. There is nothing to do.")
        comment = f"As version {version.number}"
        return add_version(locked, latest.number + 1, version.content, comment=comment, by=by)


def rename(*, protocol, name, by):
    with changing(protocol, by) as locked:
        named(locked, name).save()
    return locked


def archive(*, protocol, by):
    """It is no longer offered. Plans that used it keep saying so."""
    with changing(protocol, by) as locked:
        if locked.archived_at:
            raise ClinicError("This protocol is archived already.")
        locked.archived_at = timezone.now()
        locked.save()
    return locked


def unarchive(*, protocol, by):
    with changing(protocol, by) as locked:
        if not locked.archived_at:
            raise ClinicError("This protocol is back already.")
        locked.archived_at = None
        refuse_a_taken_name(locked)
        locked.save()
    return locked


def use(*, plan, version, protocol_version, side, by):
    """Put into the plan what it lacks of a protocol; what is in it already stays as it is. Returns Used.

    `version` is the plan's. `side` is the one that hurts, for a protocol that asks.
    """
    refuse_what_is_not_open(protocol_version.protocol, by)
    content, lost = contents.readable(protocol_version.content)
    content = contents.turned(content, contents.for_patient(side))
    if contents.asks_for_a_side(content):
        raise ClinicError("Choose the side that hurts.", field="side")
    with replanning(plan, version=version, by=by) as locked:
        if has_begun(locked):
            raise ClinicError("The session has begun. Add what is missing row by row.")
        told = put_in(locked, content, protocol_rows.rows_of(content, protocol_rows.Catalogue([content])))
        locked.protocol = protocol_version
    return Used(locked, told + [f"{lost} of its rows cannot be read."] * bool(lost))


def put_in(plan, content, rows):
    """Copy the rows; returns what the plan does not have of them, in sentences."""
    told = [*rows.told, *keep_position(plan, content["position"]), *leave_out_unfit(plan, rows)]
    copying.copy_rows(rows, plan)
    if plan.needles.count() > MOST_NEEDLE_ROWS:
        raise ClinicError(f"A plan holds {MOST_NEEDLE_ROWS} rows of needles. Take some out first.")
    return told + circuits_left_out(plan, rows)


def keep_position(plan, position):
    """The first protocol of an empty plan says how the patient lies; later ones do not turn the patient round."""
    if position not in Position.values or position == plan.position:
        return []
    if not any(getattr(plan, name).exists() for name in RELATED.values()):
        plan.position = position
        return []
    return [f"The position stays: {plan.get_position_display().lower()}. The protocol has {Position(position).label}."]


def leave_out_unfit(plan, rows):
    """Rows that no plan takes any more: their point has changed sides, their muscle is not needled."""
    told = []
    for kind in ("needle", "target"):
        for row in list(rows.of(kind)):
            try:
                fitting.check(plan, row)
            except ClinicError as refusal:
                told.append(f"{row.label}: {refusal}")
                rows.of(kind).remove(row)
    return told


def circuits_left_out(plan, rows):
    there = {frozenset(where(circuit)) for circuit in plan.circuits.select_related("needle_a", "needle_b")}
    return [
        f"{circuit.path}: the plan has no place for this circuit."
        for circuit in rows.circuits
        if frozenset(where(circuit)) not in there
    ]


def where(circuit):
    ends = ((circuit.needle_a, circuit.side_a), (circuit.needle_b, circuit.side_b))
    return [(needle.point_id, needle.site, side) for needle, side in ends]


# What the verbs above share


@contextmanager
def recording(by):
    """One transaction, kept under the person's name."""
    with in_words(), pghistory.context(user=by.pk):
        yield


@contextmanager
def changing(protocol, by):
    """The protocol, fresh and locked, if this person may change it."""
    with recording(by):
        locked = Protocol.objects.select_for_update().get(pk=protocol.pk)
        refuse_others(locked, by)
        yield locked


def may_change(protocol, user):
    if protocol.owner_id is None:
        return user.has_perm("clinic_sessions.change_protocol")
    return protocol.owner_id == user.pk


def refuse_others(protocol, by):
    if not may_change(protocol, by):
        raise NotAllowed("Only its owner changes this protocol. Use it in a plan and keep that as your own.")


def refuse_what_is_not_open(protocol, by):
    if protocol.owner_id not in (None, by.pk):
        raise NotAllowed("This protocol is somebody else's own. Nothing was added.")
    if protocol.archived_at:
        raise ClinicError("This protocol is archived. Bring it back in the library first.")


def named(protocol, name):
    protocol = fill(protocol, {"name": name.strip()}, allowed=["name"])
    refuse_a_taken_name(protocol)
    return protocol


def refuse_a_taken_name(protocol):
    """The constraint says the same to who comes second in a race."""
    if Protocol.objects.living().filter(name=protocol.name, owner=protocol.owner).exclude(pk=protocol.pk).exists():
        raise ClinicError(TAKEN, field="name")


def latest_of(protocol, *, seen, by):
    """The newest version of a locked protocol. Raises ProtocolChanged if that is not the one that was seen."""
    latest = protocol.versions.select_related("by").latest("number")
    if latest.number != seen:
        at = timezone.localtime(latest.at)
        who, where = ("You", " in another window") if latest.by == by else (called(latest.by), "")
        moment = f"{at:%H:%M} on {at:%-d %B}"
        raise ProtocolChanged(
            f"{who} changed this protocol{where} at {moment}. Nothing was saved; look and do it again."
        )
    return latest


def prescribed_in(plan, affected):
    """What the plan says now; locked, so that it is one moment's rows."""
    lock(plan)
    laid_out = SessionPlan.objects.laid_out().get(pk=plan.pk)
    content = protocol_rows.written(laid_out, affected=affected)
    if not content["rows"]:
        raise ClinicError("The plan is empty. There is nothing to keep.")
    return content


def add_version(protocol, number, content, *, comment, by):
    version = ProtocolVersion(protocol=protocol, number=number, content=content, by=by)
    fill(version, {"comment": comment.strip()}, allowed=["comment"])
    version.save()
    return version
