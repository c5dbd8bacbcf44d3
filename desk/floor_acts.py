"""The buttons of the floor: who may press each, what it does, and what is said then."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.errors import ClinicError
from desk import running
from desk.floor import initials
from desk.timeline import marked
from scheduling import attending, sitting

TREAT = "clinic_sessions.change_sessionplan"
ATTEND = "scheduling.change_appointment"


@dataclass(frozen=True)
class Act:
    """`do(visit, posted, by)` returns the words of the toast."""

    permission: str
    do: Callable
    can_be_undone: bool = False


def arrive(visit, posted, by):
    attending.arrive(visit=visit, by=by)
    return f"{initials(visit.patient)} is checked in."


def start(visit, posted, by):
    running.start(visit=visit, by=by)
    return f"{initials(visit.patient)} is on {visit.table}."


def go_on(visit, posted, by):
    sat = running.go_on(visit=visit, stage=stage_seen(posted), by=by)
    if sat.ended_at:
        return f"{initials(visit.patient)} has left {visit.table}."
    return f"{initials(visit.patient)}: {visit.stages[sat.stage]['name']}."


def stage_seen(posted):
    seen = posted.get("stage", "")
    if not (seen.isdecimal() and len(seen) < 4):
        raise ClinicError("This page is out of date. Nothing was changed. Look again.")
    return int(seen)


def more_time(visit, posted, by):
    until = marked(posted.get("until"))
    if until is None:
        raise ClinicError("This page is out of date. Nothing was changed. Look again.")
    running.more_time(visit=visit, until=until, by=by)
    return f"{initials(visit.patient)}: {running.MORE} minutes more."


def ready(visit, posted, by):
    sitting.ready(visit=visit, by=by)
    return f"{visit.table} is ready."


ACTS = {
    "arrive": Act(ATTEND, arrive, can_be_undone=True),
    "ready": Act(ATTEND, ready),
    "start": Act(TREAT, start, can_be_undone=True),
    "next": Act(TREAT, go_on),
    "more": Act(TREAT, more_time),
}
