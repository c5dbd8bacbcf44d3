"""The signed record, on screen and on paper, and what is added to it later. It reads the snapshot, never live rows."""

from allauth.core.exceptions import ReauthenticationRequired
from django.db.models import Prefetch, Q
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from clinic import proving
from clinic.paper import pdf_response
from clinic.toasts import toast
from patients.access import note_read
from patients.alerts import banner
from sessions import reading as snapshots
from sessions import verifying
from sessions.forms import AmendmentForm
from sessions.models import AdverseEvent, Amendment, FollowUp, LeftOut, SessionPlan, SignedRecord

from .shown import AMEND, changing, local_day, reading


@reading
def record(request, visit):
    found = record_of(request.user, visit)
    note_read(user=request.user, patient=found.plan.appointment.patient, page="sessions:record")
    return show(request, found)


@reading
def record_pdf(request, visit):
    found = record_of(request.user, visit)
    note_read(user=request.user, patient=found.plan.appointment.patient, page="sessions:record_pdf")
    context = shown(found)
    name = f"chart-{context['reading'].patient['chart_number']}-{local_day(found.plan.appointment):%Y-%m-%d}.pdf"
    with timezone.override(context["reading"].zone):
        return pdf_response("sessions/record_paper.html", context, request, name)


@changing(AMEND)
def amend(request, visit):
    found = record_of(request.user, visit)
    form = AmendmentForm(request.POST)
    if form.is_valid() and not proving.is_fresh(request):
        if request.htmx:
            return proving.ask_script()
        raise ReauthenticationRequired  # allauth keeps this request and carries it out once the person has shown it
    if form.save(record=found, by=request.user):
        toast(request, "The amendment is added.")
        page = resolve_url("sessions:record", visit)
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
    return show(request, found, form=form, status=form.status)


def record_of(user, visit):
    amendments = Prefetch("amendments", Amendment.objects.select_related("by"))
    records = SignedRecord.objects.filter(plan__in=SessionPlan.objects.visible_to(user)).select_related(
        "plan__appointment__patient", "plan__appointment__table__location", "signed_by"
    )
    return get_object_or_404(records.prefetch_related(amendments), plan__appointment=visit)


def shown(found):
    """The frozen words, and apart from them what was added later: amendments, follow-ups, needles taken out."""
    return {
        "record": found,
        "reading": snapshots.read(found.snapshot),
        "is_intact": verifying.is_as_written(found),
        "told_later": AdverseEvent.objects.filter(about=found.plan_id).select_related("plan__appointment"),
        "follow_ups": FollowUp.objects.filter(
            Q(event__plan=found.plan_id) | Q(event__about=found.plan_id)
        ).select_related("event"),
        "taken_out": LeftOut.objects.filter(needle__plan=found.plan_id).select_related("needle__point", "by"),
    }


def show(request, found, *, form=None, status=200):
    visit = found.plan.appointment
    context = shown(found) | {"form": form or AmendmentForm(), "visit": visit, "plan": found.plan}
    context |= banner(visit.patient, request.user, local_day(visit))
    with timezone.override(context["reading"].zone):
        return render(request, "sessions/record.html", context, status=status)
