"""Pages that look for a time and take it: booking and moving."""

from datetime import timedelta
from functools import partial

from django.contrib.auth.decorators import permission_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.toasts import toast
from patients import searching
from patients.picking import picked
from scheduling import looking, wording
from scheduling.forms.booking import BookForm, Look, LookForService, MoveForm
from scheduling.views.visits import page, visits


@permission_required("scheduling.add_appointment", raise_exception=True)
def book(request):
    form = BookForm(request.POST or None, user=request.user)
    if form.is_valid() and (visit := form.book()):
        toast(request, f"Booked: {wording.summary(visit)}.", undo_url=reverse("scheduling:cancel", args=[visit.pk]))
        return redirect(visit)
    look = LookForService(request.POST or request.GET, user=request.user)
    context = times(form, look, look.best) | {"patient": look.chosen("patient")}
    if request.htmx:
        return render(request, "scheduling/_times.html", context)
    return render(request, "scheduling/book.html", context | who(request, look), status=form.status)


def times(form, look, find):
    """What `_times.html` shows: what `find(now)` offers, or after a refusal what it offers instead."""
    look.is_valid()
    instead = getattr(form.refusal, "alternatives", None)
    offer = looking.Offer(instead) if instead else find(timezone.now())
    day = look.cleaned_data.get("day")
    later = day + timedelta(days=looking.AHEAD) if day else None
    return {
        "form": form,
        "look": look,
        "offer": offer,
        "later": later,
        "later_query": look.query(day=later),
        "days": looking.AHEAD,
    }


def who(request, look):
    """The typed letters come along with both forms: whom they may mean, as long as nobody is chosen."""
    typed = searching.typed(request.POST or request.GET)
    if look.chosen("patient") or not typed:
        return {}
    return picked(user=request.user, typed=typed, came_from=f"{request.path}?{look.query()}")


@permission_required("scheduling.change_appointment", raise_exception=True)
def move(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    form = MoveForm(request.POST or None, initial={"revision": visit.revision})
    if form.is_valid() and (moved := form.move(visit, request.user)):
        toast(request, f"Moved: {wording.summary(moved)}.")
        return redirect(moved)
    look = Look(request.POST or request.GET or QueryDict(f"practitioner={visit.practitioner_id}"))
    context = times(form, look, partial(look.offer, visit=visit, patient=visit.patient, service=visit.service))
    if request.htmx:
        return render(request, "scheduling/_times.html", context)
    return render(request, "scheduling/move.html", context | page(request, visit), status=form.status)
