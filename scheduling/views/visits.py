"""The visit, and what happens to it. Each change is one verb."""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from clinic.errors import ClinicError
from clinic.toasts import back, toast
from patients.alerts import banner
from scheduling import attending, booking, staging, undeleting, wording
from scheduling.errors import Moved
from scheduling.forms.cancelling import CancelForm
from scheduling.forms.moving import ResizeForm, ends
from scheduling.history import history
from scheduling.models import COMING, GONE, Appointment, Status
from scheduling.series import cancel_series as cancel_coming
from scheduling.series import series_of
from scheduling.series import uncancel_series as uncancel

CHANGE = "scheduling.change_appointment"
TREAT = "clinic_sessions.change_sessionplan"  # of a room above, hence only its name
RESIZABLE = COMING | {Status.ARRIVED, Status.IN_SESSION}


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def visit(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    context = {
        "history": history(visit),
        "timetable": list(staging.timetable(visit.stages, visit.starts_at)),
        "may_cancel": visit.may_become(Status.CANCELLED),
        "series": series_of(visit),
        "form": ResizeForm(visit=visit, user=request.user),
    }
    return render(request, "scheduling/visit.html", context | page(request, visit))


def visits(request):
    related = ("patient", "service", "practitioner", "table__location", "device", "status_by", "booked_by")
    return Appointment.objects.visible_to(request.user).select_related(*related)


def page(request, visit):
    """What a page about one visit needs: the patient's banner, and what may be done."""
    today = timezone.localdate(timezone=visit.zone)
    return {
        "visit": visit,
        "is_today": timezone.localdate(visit.starts_at, visit.zone) == today,
        "has_begun": visit.starts_at <= timezone.now(),
        "is_coming": visit.status in COMING,
        "is_movable": visit.status in COMING | {Status.ARRIVED},
        "is_gone": visit.status in GONE,
        "may_treat": request.user.has_perm(TREAT),
        "may_resize": visit.status in RESIZABLE and bool(ends(visit)),
        "can_undo": bool(visit.status_before) and (visit.status != Status.COMPLETED or may_reopen(visit, request.user)),
        "again_url": again(visit),
        **banner(visit.patient, request.user, timezone.localdate(visit.starts_at, visit.zone)),
    }


def may_reopen(visit, user):
    """Would a completed visit open again? Who treats may ask, and the rooms above may object."""
    try:
        with transaction.atomic():
            for name in settings.UNDO_CHECKS:
                import_string(name)(visit=visit, by=user)
    except ClinicError:
        return False
    return user.has_perm(TREAT)


def again(visit):
    """Where the same visit is booked once more, at another time."""
    same = {"patient": visit.patient_id, "service": visit.service_id, "practitioner": visit.practitioner_id}
    return f"{reverse('scheduling:book')}?{urlencode(same)}"


def way_on(visit, user):
    """For whoever comes too late to a visit that is gone: where it is booked anew."""
    visit.refresh_from_db()
    gone = visit.status in GONE and user.has_perm("scheduling.add_appointment")
    return (again(visit), "Book again?") if gone else None


def changing(permission=CHANGE):
    """A POST by somebody with the permission. `view(request, visit)` returns the visit as it is then, and the toast.

    Then back to the page it came from (the form's `next`), or for htmx the same page anew.
    """

    def decorate(view):
        @require_POST
        @permission_required(permission, raise_exception=True)
        @wraps(view)
        def change(request, pk):
            seen = get_object_or_404(visits(request), pk=pk)
            try:
                visit, text = view(request, seen)
            except Moved as refusal:
                refusal.link = way_on(seen, request.user)
                raise
            return changed(request, visit, text, undo_status(visit))

        return change

    return decorate


def changed(request, visit, text, undo_url=None):
    toast(request, text, undo_url=undo_url)
    return HttpResponseClientRefresh() if request.htmx else back(request, visit.get_absolute_url())


def undo_status(visit):
    """Where a POST undoes the status that the visit has now, and no other that somebody gives it meanwhile."""
    if not visit.status_before:
        return None
    return f"{reverse('scheduling:undo', args=[visit.pk])}?of={visit.status}"


@changing()
def confirm(request, visit):
    visit = attending.confirm(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} is confirmed."


@changing()
def arrive(request, visit):
    visit = attending.arrive(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} is checked in."


@changing(TREAT)
def start(request, visit):
    visit = attending.start(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} is in session."


@changing(TREAT)
def complete(request, visit):
    visit = attending.complete(visit=visit, by=request.user)
    return visit, f"{visit.patient.name}'s session is completed."


@changing()
def no_show(request, visit):
    visit = attending.no_show(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} did not come. The time is free again."


@changing()
def cancel(request, visit):
    visit = booking.cancel(visit=visit, reason=CancelForm(request.POST).reason_given(), by=request.user)
    return visit, f"Cancelled: {wording.summary(visit)}."


@require_POST
@permission_required(CHANGE, raise_exception=True)
def cancel_series(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    reason = CancelForm(request.POST).reason_given()
    with undeleting.noted(request.user) as context:
        gone = len(cancel_coming(visit=visit, reason=reason, by=request.user))
    told = f"Cancelled: {gone} visit{pluralize(gone)} of {visit.patient.name}."
    return changed(request, visit, told, reverse("scheduling:uncancel_series", args=[visit.pk, context.id]))


@require_POST
@permission_required(CHANGE, raise_exception=True)
def uncancel_series(request, pk, key):
    visit = get_object_or_404(visits(request), pk=pk)
    again = len(uncancel(context=key, by=request.user))
    if not again:
        raise Http404
    return changed(request, visit, f"Undone: {again} visit{pluralize(again)} of {visit.patient.name} booked again.")


@changing()
def undo(request, visit):
    visit = booking.undo(visit=visit, by=request.user, of=request.GET.get("of"))
    return visit, f"Undone. {visit.patient.name} is {visit.get_status_display().lower()} again."
