"""The verbs of what went wrong: name an incident, report a needle missing, find it after all."""

from datetime import timedelta

from django.utils import timezone

from clinic.errors import ClinicError
from sessions import asking, counting, findings
from sessions.charting import stamp_out
from sessions.editing import editing
from sessions.models import AdverseEvent, EventCode, PlanStatus, SessionPlan, Severity
from sessions.rows import check_text, fill, fresh, kind_of

LATEST = timedelta(days=366)  # after that nobody is asked again by the clinic's list
LATEST_ONSET = 60 * 24 * 90  # minutes
SHOWN = 6  # sessions that something may be told about
ABOUT_IT = ("site", "onset_minutes", "action", "notified", "preventable", "reportable", "follow_up_on")


def report(*, plan, version, code, severity, detail, by, item=None, about=None, missing=0, **more):
    """Name what went wrong in the session. `item` is the row it happened at, if one; `about` an earlier session of this
    patient, when it is told today. `more`: see ABOUT_IT.
    """
    with editing(plan, version=version, by=by) as locked:
        event = AdverseEvent(plan=locked, recorded_by=by, about=earlier(locked, about), **at(locked, item))
        fields = {"code": code, "severity": severity, "detail": detail.strip(), "missing": missing, **more}
        check_incident(locked, fields)
        fill(event, fields, allowed=("code", "severity", "detail", "missing", *ABOUT_IT))
        event.save()
        if locked.status == PlanStatus.IN_PROGRESS:
            stamp_out(locked, by)
    return locked


def at(plan, item):
    """The column for the row it happened at."""
    return {kind_of(item): fresh(plan, item)} if item else {}


def earlier(plan, about):
    """`about`, if it is an earlier session of the same patient."""
    if about and about.pk not in sessions_before(plan.appointment).values_list("pk", flat=True):
        raise ClinicError("That is no earlier session of this patient. Choose another one.", field="about")
    return about


def sessions_before(visit):
    """The patient's sessions that were held before this visit, the last one first."""
    held = SessionPlan.objects.filter(status__in=(PlanStatus.SIGNED, PlanStatus.IN_PROGRESS))
    before = held.filter(appointment__patient=visit.patient_id, appointment__starts_at__lt=visit.starts_at)
    return before.select_related("appointment__service", "appointment__table__location").order_by(
        "-appointment__starts_at"
    )


def check_incident(plan, fields):
    if not fields["detail"]:
        raise ClinicError("Write what happened.", field="detail")
    if (onset := fields.get("onset_minutes")) is not None and not 0 <= onset <= LATEST_ONSET:
        raise ClinicError("It began at most 90 days after the session. Check the number.", field="onset_minutes")
    if day := fields.get("follow_up_on"):
        today = timezone.localdate(timezone=plan.appointment.zone)
        if not today <= day <= today + LATEST:
            raise ClinicError("Ask again today or later, within a year. Check the date.", field="follow_up_on")


def proposed_day(plan, *, code, severity, about=None):
    """When the schedule has the patient asked about it, or None."""
    visit = (about or plan).appointment
    today = timezone.localdate(timezone=visit.zone)
    session = min(timezone.localdate(visit.starts_at, visit.zone), today)
    return asking.next_asking(code, severity, session=session, today=today)[0]


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
            stamp_out(locked, by)
    return locked
