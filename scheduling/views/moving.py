"""Placing a visit anew: at another time, with somebody else, on another table, longer or shorter; and back again."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.toasts import toast
from scheduling import booking, moving, wording
from scheduling.forms.look import LookToMove
from scheduling.forms.moving import MoveForm, ResizeForm, UnmoveForm
from scheduling.views.booking import times
from scheduling.views.visits import changed, page, visits


@permission_required("scheduling.change_appointment", raise_exception=True)
def move(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    form = MoveForm(request.POST or None, user=request.user, initial={"revision": visit.revision})
    if form.is_valid() and (moved := form.move(visit)):
        return placed(request, visit, moved, f"Moved: {wording.summary(moved)}.")
    wanted = request.POST or request.GET or QueryDict(f"practitioner={visit.practitioner_id}")
    context = times(form, LookToMove(wanted, visit=visit))
    if request.htmx:
        return render(request, "scheduling/_times.html", context)
    return render(request, "scheduling/move.html", context | page(request, visit), status=form.status)


@permission_required("scheduling.change_appointment", raise_exception=True)
def resize(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    form = ResizeForm(request.POST or None, visit=visit, user=request.user, wanted=request.GET.get("ends"))
    if form.is_valid() and (resized := form.resize()):
        until = wording.clock(resized.ends_at, resized.zone)
        return placed(request, visit, resized, f"{wording.summary(resized)}, until {until}.")
    return render(request, "scheduling/resize.html", {"form": form} | page(request, visit), status=form.status)


def placed(request, before, after, text):
    """Back to the visit, with a toast that takes its new place back; it may have been there before."""
    undo = f"{reverse('scheduling:unmove', args=[after.pk])}?revision={after.revision}"
    toast(request, text, undo_url=undo if moving.is_placement(before, after) else None)
    return redirect(after)


@require_POST
@permission_required("scheduling.change_appointment", raise_exception=True)
def unmove(request, pk):
    form = UnmoveForm(request.GET)
    if not form.is_valid():
        raise Http404
    visit = get_object_or_404(visits(request), pk=pk)
    visit = booking.undo_move(visit=visit, by=request.user, revision=form.cleaned_data["revision"])
    return changed(request, visit, f"Undone: {wording.summary(visit)}.")
