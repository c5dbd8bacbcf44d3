"""Time off and closures, and the visits that have to be moved for them or for any other change of the frame."""

from datetime import UTC

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from clinic.errors import ClinicError
from clinic.models import TimeOff
from clinic.toasts import back, toast
from scheduling import leaving, rehousing, resettling, wording
from scheduling.forms.away import AwayForm, MovesForm
from scheduling.models import Appointment

A_PAGE = 25
MAY_MOVE = "scheduling.change_appointment"


@permission_required("clinic.add_timeoff", raise_exception=True)
def away(request):
    form = AwayForm(request.POST or None, initial={"day": timezone.localdate(), **request.GET.dict()})
    if form.is_valid() and (made := form.save(request.user)):
        return redirect(after(request, made))
    page = Paginator(leaving.coming(timezone.now()), A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "rows": rows(page.object_list)}
    return render(request, "scheduling/away.html", context)


def after(request, made):
    """To the visits that it hits, if there are any."""
    if leaving.visits_in(made, timezone.now()).exists():
        return reverse("scheduling:away_visits", args=[made.pk])
    toast(request, f"{words(made)}. No visits are booked then.")
    return reverse("scheduling:away")


def rows(found):
    """Time off as the list shows it: with who and when in words."""
    homes = leaving.homes([one.resource for one in found if one.resource])
    for one in found:
        place = one.location or homes[one.resource_id]
        one.who, one.when = one.location or one.resource, leaving.told(one.span, place.zone if place else UTC)
    return found


def words(time_off):
    [one] = rows([time_off])
    return f"{one.who} is {'closed' if one.location else 'away'}: {one.when}"


@require_POST
@permission_required("clinic.delete_timeoff", raise_exception=True)
def away_delete(request, pk):
    found = get_object_or_404(TimeOff.objects.select_related("location", "resource__location"), pk=pk)
    key = leaving.come_back(time_off=found, by=request.user)
    toast(request, f"Called off: {words(found)}.", undo_url=reverse("scheduling:away_undo", args=[key]))
    return redirect("scheduling:away")


@require_POST
@permission_required("clinic.add_timeoff", raise_exception=True)
def away_undo(request, key):
    leaving.take_off_again(context=key, by=request.user)
    return back(request, "scheduling:away")


@permission_required(MAY_MOVE, raise_exception=True)
def away_visits(request, pk):
    """The visits in one time off."""
    found = get_object_or_404(TimeOff.objects.select_related("location", "resource__location"), pk=pk)
    visits = leaving.visits_in(found, timezone.now())
    if request.method == "POST" and (done := moved(request, visits)):
        return done
    page = Paginator(visits.select_related(*rehousing.RELATED), A_PAGE).get_page(request.GET.get("page"))
    why = {visit.pk: kept(visit) for visit in page.object_list}
    return moving(request, "scheduling/away_visits.html", page, why, {"time_off": found, "words": words(found)})


def kept(visit):
    return f"Booked all the same: {visit.override_reason}" if visit.override_reason else ""


@permission_required(MAY_MOVE, raise_exception=True)
def to_move(request):
    """All coming visits that no longer fit, whatever has changed."""
    stranded = rehousing.stranded(timezone.now())
    why = {visit.pk: sentence for visit, sentence in stranded}
    if request.method == "POST" and (done := moved(request, Appointment.objects.filter(pk__in=why))):
        return done
    page = Paginator([visit for visit, _ in stranded], A_PAGE).get_page(request.GET.get("page"))
    return moving(request, "scheduling/to_move.html", page, why, {"days": rehousing.AHEAD.days})


def moved(request, visits):
    """Moves the ticked ones and goes back to the list; None if they were refused, with the reason on `request`."""
    try:
        visits = visits.visible_to(request.user).select_related(*rehousing.RELATED)
        found = resettling.move_all(moves=MovesForm(request.POST, visits).moves(), by=request.user)
    except ClinicError as refusal:
        request.refusal = refusal
        return None
    toast(request, f"{len(found)} visits are moved." if len(found) > 1 else f"Moved: {wording.summary(found[0])}.")
    return redirect(request.get_full_path())


def moving(request, template, page, why, context):
    """A page of visits with the new times they can have; after a refusal, with what was ticked and chosen."""
    refusal = getattr(request, "refusal", None)
    times = resettling.new_times(list(page.object_list), timezone.now())
    form = MovesForm(request.POST, None)
    context |= {"page": page, "refusal": refusal, "rows": [row(*one, why, form, refusal) for one in times.items()]}
    return render(request, template, context, status=refusal.status if refusal else 200)


def row(visit, times, why, form, refusal):
    """Ticked is what the person ticked; at first, whatever has a new time and was not put there on purpose."""
    at_first = bool(times) and not visit.override_reason
    return {
        "visit": visit,
        "times": times,
        "why": why.get(visit.pk),
        "ticked": str(visit.pk) in form.ticked if refusal else at_first,
        "chosen": form.chosen(visit),
        "refused": refusal.why if getattr(refusal, "visit", None) == visit else "",
    }
