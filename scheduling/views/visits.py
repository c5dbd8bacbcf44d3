"""The visit, and what happens to it. Each change is one verb."""

from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from clinic.toasts import back, toast
from patients.alerts import banner
from scheduling import attending, booking, staging, wording
from scheduling.forms.booking import CancelForm
from scheduling.history import history
from scheduling.models import COMING, GONE, Appointment, Status


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def visit(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    context = {
        "history": history(visit),
        "timetable": list(staging.timetable(visit.stages, visit.starts_at)),
        "may_cancel": visit.may_become(Status.CANCELLED),
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
        "is_gone": visit.status in GONE,
        "can_undo": bool(visit.status_before) and visit.status != Status.COMPLETED,
        **banner(visit.patient, request.user, timezone.localdate(visit.starts_at, visit.zone)),
    }


def changing(view):
    """A POST by somebody who may change visits. `view(request, visit)` returns the visit as it is then, and the toast.

    Then back to the page it came from (the form's `next`), or for htmx the same page anew.
    """

    @require_POST
    @permission_required("scheduling.change_appointment", raise_exception=True)
    @wraps(view)
    def change(request, pk):
        visit = get_object_or_404(visits(request), pk=pk)
        visit, text = view(request, visit)
        undo = f"{reverse('scheduling:undo', args=[pk])}?of={visit.status}" if visit.status_before else None
        toast(request, text, undo_url=undo)
        return HttpResponseClientRefresh() if request.htmx else back(request, visit.get_absolute_url())

    return change


@changing
def confirm(request, visit):
    visit = attending.confirm(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} is confirmed."


@changing
def arrive(request, visit):
    visit = attending.arrive(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} is checked in."


@changing
def no_show(request, visit):
    visit = attending.no_show(visit=visit, by=request.user)
    return visit, f"{visit.patient.name} did not come. The time is free again."


@changing
def cancel(request, visit):
    visit = booking.cancel(visit=visit, reason=CancelForm(request.POST).reason_given(), by=request.user)
    return visit, f"Cancelled: {wording.summary(visit)}."


@changing
def undo(request, visit):
    visit = booking.undo(visit=visit, by=request.user, of=request.GET.get("of"))
    return visit, f"Undone. {visit.patient.name} is {visit.get_status_display().lower()} again."
