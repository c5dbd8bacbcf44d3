"""Looking for a time and taking it: a new visit, also for somebody who stands at the desk."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from clinic.toasts import toast
from patients import searching
from patients.picking import picked
from scheduling import looking, wording
from scheduling.forms.booking import BookForm
from scheduling.forms.look import LookForService
from scheduling.models import Status


@permission_required("scheduling.add_appointment", raise_exception=True)
def book(request):
    form = BookForm(request.POST or None, user=request.user)
    if form.is_valid() and (visit := form.book()):
        done = "Booked and checked in" if visit.status == Status.ARRIVED else "Booked"
        toast(request, f"{done}: {wording.summary(visit)}.", undo_url=reverse("scheduling:cancel", args=[visit.pk]))
        return redirect(visit)
    look = LookForService(request.POST or request.GET, user=request.user)
    context = times(form, look) | modes(look)
    if request.htmx:
        return render(request, "scheduling/_times.html", context)
    return render(request, "scheduling/book.html", context | who(request, look), status=form.status)


def modes(look):
    """For whom, and whether at a time or, walking in, for now."""
    return {
        "patient": look.chosen("patient"),
        "walkin": look.chosen("walkin"),
        "planned_query": look.query(walkin=None),
        "walkin_query": look.query(walkin=1, day=None, at=None),
    }


def times(form, look):
    """What `_times.html` shows: what was looked for, or after a refusal what can be had instead."""
    look.is_valid()
    instead = getattr(form.refusal, "alternatives", None)
    offer = looking.Offer(instead) if instead else look.best(timezone.now())
    day = look.cleaned_data.get("day")
    later = day + timedelta(days=looking.AHEAD) if day else None
    return {
        "form": form,
        "look": look,
        "offer": offer,
        "later": later,
        "later_query": look.query(day=later),
        "days": looking.AHEAD,
        "to_force": form.to_force or look.to_force(offer, form.user),
        "lost": lost(form, look),
    }


def lost(form, look):
    """The FreeTime that was offered and is taken by now, or None; a visit's own time was not offered as a free one."""
    if not form.lost or (look.same_time and look.same_time.starts_at == form.lost.starts_at):
        return None
    return form.lost


def who(request, look):
    """The typed letters come along with both forms: whom they may mean, as long as nobody is chosen."""
    typed = searching.typed(request.POST or request.GET)
    if look.chosen("patient") or not typed:
        return {}
    return picked(user=request.user, typed=typed, came_from=f"{request.path}?{look.query()}")
