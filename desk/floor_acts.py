"""The buttons of the floor: who may press each, what it does, and what is said then."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from clinic.errors import ClinicError
from desk import running
from desk.floor import initials
from desk.rows import undo_url
from desk.timeline import marked
from scheduling import attending, sitting
from sessions.editing import called

TREAT = "clinic_sessions.change_sessionplan"
ATTEND = "scheduling.change_appointment"
OUT_OF_DATE = "This page is out of date. Nothing was changed. Look again."


@dataclass(frozen=True)
class Act:
    """`do(visit, asked, by)` returns the words of the toast, `undo_url(visit)` where it is undone afterwards."""

    permission: str
    do: Callable
    undo_url: Callable = lambda visit: None


def arrive(visit, asked, by):
    attending.arrive(visit=visit, by=by)
    return f"{initials(visit.patient)} is checked in."


def start(visit, asked, by):
    running.start(visit=visit, by=by)
    return f"{initials(visit.patient)} is on {visit.table}."


def go_on(visit, asked, by):
    sat, handover = running.go_on(visit=visit, stage=stage_seen(asked), by=by)
    if sat.ended_at:
        return f"{initials(visit.patient)} has left {visit.table}."
    return f"{initials(visit.patient)}: {visit.stages[sat.stage]['name']}.{taken_over(handover)}"


def taken_over(handover):
    """A session never changes hands in silence."""
    return f" You took over from {called(handover.given_by)}." if handover else ""


def current_off(visit, asked, by):
    handover = running.current_off(visit=visit, by=by)
    return f"{initials(visit.patient)}: current off.{taken_over(handover)}"


def current_back(visit, asked, by):
    running.current_back(visit=visit, by=by)
    return f"{initials(visit.patient)}: current on as before."


def undo_current(visit):
    return reverse("desk:press", args=[visit.pk, "current-back"])


def stage_seen(asked):
    return number(asked.get("stage", ""), longest=3)


def number(text, *, longest):
    if not (text.isdecimal() and len(text) <= longest):
        raise ClinicError(OUT_OF_DATE)
    return int(text)


def more_time(visit, asked, by):
    until = marked(asked.get("until"))
    if until is None:
        raise ClinicError(OUT_OF_DATE)
    running.more_time(visit=visit, until=until, by=by)
    return f"{initials(visit.patient)}: {running.MORE} minutes more."


def take_back(visit, asked, by):
    sat = running.undo(visit=visit, press=number(asked.get("press", ""), longest=18), by=by)
    return f"Undone. {initials(visit.patient)}: {visit.stages[sat.stage]['name']}."


def undo_press(visit):
    """Undoes what was pressed last on the table, and no other press that somebody makes meanwhile."""
    return f"{reverse('desk:press', args=[visit.pk, 'undo'])}?press={sitting.last_press(visit.sitting)}"


def ready(visit, asked, by):
    sitting.ready(visit=visit, by=by)
    return f"{visit.table} is ready."


ACTS = {
    "arrive": Act(ATTEND, arrive, undo_url),
    "ready": Act(ATTEND, ready),
    "start": Act(TREAT, start, undo_url),
    "next": Act(TREAT, go_on, undo_press),
    "more": Act(TREAT, more_time, undo_press),
    "undo": Act(TREAT, take_back),
    "current-off": Act(TREAT, current_off, undo_current),
    "current-back": Act(TREAT, current_back),
}
