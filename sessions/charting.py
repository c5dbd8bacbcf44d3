"""The verbs of the treatment room: begin, say what was done, count the needles, write notes, name what went wrong.

Each locks the plan and leaves it one version on, like `planning`; they return the plan as saved.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import attending
from scheduling.models import Status
from sessions import counting, findings, fitting
from sessions.charge import refuse_others
from sessions.editing import at_once, charting, editing, refuse_overwriting
from sessions.models import Note, Outcome, PlanStatus, SessionPlan
from sessions.rows import CHARTED, all_of, fill, find, fresh, kind_of

NEEDLED = ("needles_in", "needles_out")  # what every row that is needled counts
NOTE_FIELDS = ("history", "tongue", "pulse", "palpation", "response", "advice", "pain_before", "pain_after")
LONGEST_IN_PLACE = timedelta(days=30)  # an indwelling needle left longer is a typing mistake


@dataclass(frozen=True)
class Counted:
    """Needles of one row as somebody counted them; None where nobody has yet."""

    put_in: int | None = None
    out: int | None = None
    left_in_place: int = 0
    remove_on: date | None = None


def start(*, plan, version, by):
    """The first needle: the plan is in progress, and so is the visit.

    What is written down after the visit was completed needs no plan, and bears no times but those that somebody types.
    """
    with editing(plan, version=version, by=by) as locked:
        afterwards = locked.appointment.status == Status.COMPLETED
        laid_out = SessionPlan.objects.laid_out().get(pk=locked.pk)
        if locked.status == PlanStatus.IN_PROGRESS:
            raise ClinicError("The session has begun already.")
        if locked.status != PlanStatus.READY and (all_of(laid_out) or not afterwards):
            raise ClinicError("The plan is still a draft. Make it ready first.")
        fitting.check_unit(locked)
        findings.refuse_open(laid_out)
        begin_visit(locked.appointment, by)
        locked.status = PlanStatus.IN_PROGRESS
        locked.needles_in_at = None if afterwards else timezone.now()
    return locked


def begin_visit(visit, by):
    if visit.status == Status.ARRIVED:
        attending.start(visit=visit, by=by)
    elif visit.status not in (Status.IN_SESSION, Status.COMPLETED):
        state = Status(visit.status).label.lower()
        raise ClinicError(f"{visit.patient.given_name} is not checked in: this visit is {state}. Check in first.")


def take_back(*, visit, by):
    """The visit's start was undone: its session has not begun either, and the plan is ready as before.

    Raises ClinicError once anything was recorded.
    """
    plan = at_once(SessionPlan.objects.laid_out().filter(appointment=visit, status=PlanStatus.IN_PROGRESS))
    if plan is None:
        return
    if plan.needles_out_at or plan.events.all() or any(is_charted(row) for row in all_of(plan)):
        raise ClinicError("Something is recorded in this session already. It stays started.")
    with editing(plan, version=None, by=by) as locked:
        locked.status, locked.needles_in_at = PlanStatus.READY, None


def is_charted(row):
    return row.unplanned or row.outcome != Outcome.PENDING or getattr(row, "needles_in", None) is not None


def mark(*, plan, item, by, version=None, outcome=None, changes=None, seen=None):
    """Say what became of a row: done, changed (`done_note` says how) or omitted. `changes`: see `rows.CHARTED`.

    Without an outcome only what was typed for the row is kept. With `seen`, {field: what stood there when the person
    began}, fields are compared one by one instead of the plan's version: `note` does the same. Raises FieldChanged.
    """
    fields = (changes or {}) | ({} if outcome is None else {"outcome": outcome})
    with charting(plan, version=version if seen is None else None, by=by) as locked:
        row = fresh(locked, item)
        if seen is not None:
            refuse_overwriting(row, fields, seen, by=by)
        fill(row, fields, allowed=(*CHARTED[type(row)], "outcome"))
        check_outcome(row)
        row.save(update_fields=list(fields))
    return locked


def check_outcome(row):
    if row.outcome == Outcome.CHANGED and not row.done_note.strip():
        raise ClinicError("Say what was different.", field="done_note")
    if row.outcome == Outcome.OMITTED and getattr(row, "needles_in", None):
        raise ClinicError(f"{row.needles_in} needles of {row.label} were counted in. It was not left out.")


def mark_all_done(*, plan, version, by):
    """One tap: every row without an outcome was done as planned."""
    with charting(plan, version=version, by=by) as locked:
        for row in all_of(SessionPlan.objects.laid_out().get(pk=locked.pk)):
            if row.outcome == Outcome.PENDING:
                row.outcome = Outcome.DONE
                row.save(update_fields=["outcome"])
    return locked


def count(*, plan, counts, by, version=None, seen=None):
    """Write down counted needles: {("needle" or "target", pk): Counted}. A difference is kept and shown, not refused.

    With `seen`, the same as the person saw them when they began, numbers are compared one by one instead of the plan's
    version; a number that was not touched stays as somebody else may have written it. Raises FieldChanged.
    When every row comes out, the time the needles were out is stamped. Raises NotInCharge if needles out are counted by
    somebody who has not taken the session over.
    """
    with charting(plan, version=version if seen is None else None, by=by) as locked:
        for (kind, pk), counted in counts.items():
            row, fields = find(locked, kind, pk), asdict(counted)
            if seen is not None:
                before = asdict(seen[kind, pk])
                fields = {name: value for name, value in fields.items() if value != before[name]}
                refuse_overwriting(row, in_columns(fields), in_columns(before), by=by)
            if fields.get("out", row.needles_out) != row.needles_out:
                refuse_others(locked, by)
            write_count(locked, row, fields)
        stamp_out(locked, by)
    return locked


COLUMNS = {"put_in": "needles_in", "out": "needles_out", "left_in_place": "left_in_place", "remove_on": "remove_on"}


def in_columns(fields):
    """Numbers of a Counted under the names that a row has for them."""
    return {COLUMNS[name]: value for name, value in fields.items()}


def write_count(plan, row, fields):
    """Give `row` the numbers in `fields`, if with those that stay they make sense."""
    counted = Counted(
        **{name: fields.get(name, getattr(row, column, getattr(Counted, name))) for name, column in COLUMNS.items()}
    )
    is_needle = kind_of(row) == "needle"
    if is_needle:
        check_removal(plan, counted)
    elif counted.left_in_place:
        raise ClinicError("No needle of dry needling stays in place.", field="left_in_place")
    written = {name: value for name, value in in_columns(fields).items() if is_needle or name in NEEDLED}
    fill(row, written, allowed=COLUMNS.values())
    check_count(row, counted)
    row.save(update_fields=list(written))


def check_count(row, counted):
    accounted = (counted.out or 0) + counted.left_in_place
    if counted.put_in is None and accounted:
        raise ClinicError(f"{row.label}: say how many went in.", field="needles_in")
    if accounted > (counted.put_in or 0):
        sentence = f"{row.label}: {accounted} accounted for, {counted.put_in} in. Count again."
        raise ClinicError(sentence, field="needles_out")


def check_removal(plan, counted):
    if not counted.left_in_place:
        if counted.remove_on:
            raise ClinicError("Say how many needles stay in place until then.", field="left_in_place")
        return
    today = plan.appointment.starts_at.astimezone(plan.appointment.zone).date()
    if counted.remove_on is None:
        raise ClinicError("Say when the needles left in place come out.", field="remove_on")
    if not today <= counted.remove_on <= today + LONGEST_IN_PLACE:
        raise ClinicError(
            f"Needles come out on the day of the visit or within {LONGEST_IN_PLACE.days} days. Check the date.",
            field="remove_on",
        )


def stamp_out(plan, by):
    """Out is when nothing is open any more, or when somebody said so before (`take_out`); a count that differs takes
    the stamp away: a needle may still be in. Where nobody noted when they went in, nobody notes when they came out.
    """
    tallies = tallies_of(plan)
    if any(tally.out is not None and tally.short for tally in tallies):
        plan.needles_out_at = plan.needles_out_by = None
    elif plan.needles_in_at and any(tally.put_in for tally in tallies) and not any(tally.is_open for tally in tallies):
        plan.needles_out_at, plan.needles_out_by = plan.needles_out_at or timezone.now(), plan.needles_out_by or by
        if plan.current_on_at and not plan.current_off_at:
            plan.current_off_at = plan.needles_out_at


def tallies_of(plan):
    """A Tally for each row of a plan that had needles; rows left out had none unless they were counted."""
    missing = findings.missing_needles(plan)
    return [
        counting.Tally(
            area=counting.AREA_OF[where(row).region],
            put_in=row.needles_in,
            out=row.needles_out,
            left_in_place=getattr(row, "left_in_place", 0),
            missing=missing.get((kind_of(row), row.pk), 0),
        )
        for row in findings.kept(findings.counted(plan))
    ]


def where(row):
    return row.point if kind_of(row) == "needle" else row.muscle


def note(*, plan, fields, by, version=None, seen=None):
    """Write into the notes, from the first draft on; makes them if there are none.

    With `seen`, {field: what stood there when the person began}, fields are compared one by one instead of the plan's
    version: two people may write into different fields at once. Raises FieldChanged.
    """
    with editing(plan, version=None if seen is not None else version, by=by, along=()) as locked:
        notes = Note.objects.filter(plan=locked).first() or Note(plan=locked)
        if seen is not None:
            refuse_overwriting(notes, fields, seen, by=by)
        fill(notes, fields, allowed=NOTE_FIELDS)
        notes.save(update_fields=list(fields) if notes.pk else None)
    return locked
