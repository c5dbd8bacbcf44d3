"""The verbs of "gentler" and "one step more": the steps of `dosing`, carried out on a plan."""

from clinic.errors import ClinicError
from sessions import dosing
from sessions.editing import replanning
from sessions.models import SessionPlan
from sessions.planning import has_begun, write
from sessions.rows import RELATED, connect

AT_THE_FLOOR = "This plan is as gentle as the steps go. Take rows out, or make them shorter, by hand."
AT_THE_LIMIT = {
    "time": "Rest and current are at 30 minutes, or nothing rests. Nothing was changed.",
    "strength": "No circuit has a strength below 5 to raise. Nothing was changed.",
    "frequency": "No circuit has a lower frequency to raise. Nothing was changed.",
}


def gentler(*, plan, version, by):
    """Fewer needles, shorter, lower and weaker, by the steps of `data/dosing.csv`."""
    with replanning(plan, version=version, by=by) as locked:
        carry_out(locked, dosing.gentler(rows_of(locked)), nothing=AT_THE_FLOOR)
    return locked


def one_step_more(*, plan, version, what, by):
    """Raise one thing: see `dosing.RAISES`. Needles and muscles are added by name."""
    with replanning(plan, version=version, by=by) as locked:
        carry_out(locked, dosing.one_step_more(rows_of(locked), what), nothing=AT_THE_LIMIT[what])
    return locked


def rows_of(plan):
    """{kind: rows}, before the session has begun."""
    if has_begun(plan):
        raise ClinicError("The session has begun. Chart what is different instead.")
    laid_out = SessionPlan.objects.laid_out().get(pk=plan.pk)
    connect(laid_out)
    rows = {kind: list(getattr(laid_out, name).all()) for kind, name in RELATED.items()}
    if not any(rows.values()):
        raise ClinicError("The plan is empty. Use last time's, or type a point.")
    return rows


def carry_out(plan, steps, *, nothing):
    if not steps:
        raise ClinicError(nothing)
    for step in steps:
        if step.values:
            write(plan, step.row, step.values)
        else:
            step.row.delete()
