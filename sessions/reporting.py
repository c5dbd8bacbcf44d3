"""The verbs of what went wrong: name an incident, report a needle missing, find it after all."""

from clinic.errors import ClinicError
from sessions import counting, findings
from sessions.charting import stamp_out
from sessions.editing import editing
from sessions.models import AdverseEvent, EventCode, PlanStatus, SessionPlan, Severity
from sessions.rows import check_text, fill, fresh, kind_of


def report(*, plan, version, code, severity, detail, by, item=None, missing=0):
    """Name what went wrong in the session. `item` is the needle or target it happened at, if one."""
    with editing(plan, version=version, by=by) as locked:
        event = AdverseEvent(plan=locked, recorded_by=by, **site(locked, item))
        detail = detail.strip()
        if not detail:
            raise ClinicError("Write what happened.", field="detail")
        fields = {"code": code, "severity": severity, "detail": detail, "missing": missing}
        fill(event, fields, allowed=fields)
        event.save()
        if locked.status == PlanStatus.IN_PROGRESS:
            stamp_out(locked)
    return locked


def site(plan, item):
    if item is None:
        return {}
    if kind_of(item) not in ("needle", "target"):
        raise ClinicError("An incident is at a needle or a muscle. Choose one, or none.")
    return {kind_of(item): fresh(plan, item)}


def report_missing(*, plan, version, item, missing, detail, by, severity=Severity.MILD):
    """A needle of this row is not found. It counts as accounted for, because it is named."""
    laid_out = SessionPlan.objects.laid_out().get(pk=plan.pk)
    short = shortage_of(laid_out, item)
    if not 0 < missing <= short:
        how_many = counting.in_words(short) if short > 0 else "not"
        raise ClinicError(f"{item.label} is {how_many} short. Count again.", field="missing")
    return report(
        plan=plan,
        version=version,
        code=EventCode.FORGOTTEN_NEEDLE,
        severity=severity,
        detail=detail,
        by=by,
        item=item,
        missing=missing,
    )


def shortage_of(plan, item):
    row = fresh(plan, item)
    missing = findings.missing_needles(plan).get((kind_of(row), row.pk), 0)
    tally = counting.Tally("", row.needles_in, row.needles_out, getattr(row, "left_in_place", 0), missing)
    return tally.short


def found(*, plan, version, event, by):
    """A needle that was reported missing has turned up: the incident stays on record and counts no needle any more."""
    with editing(plan, version=version, by=by) as locked:
        event = AdverseEvent.objects.filter(plan=locked, pk=event.pk).first()
        if event is None or not event.missing:
            raise ClinicError("No needle is reported missing there. Look again.")
        event.detail = f"{event.detail}\nFound: {event.missing}."
        event.missing = 0
        check_text(AdverseEvent._meta.get_field("detail"), event.detail)
        event.save()
        if locked.status == PlanStatus.IN_PROGRESS:
            stamp_out(locked)
    return locked
