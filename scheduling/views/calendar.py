"""The calendar: a page, what it asks for every few seconds, and where a visit is dropped."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from clinic.errors import ClinicError
from clinic.models import Location
from clinic.toasts import toast
from scheduling import staging, wording
from scheduling.calendar import digest, glow
from scheduling.calendar.paging import Page
from scheduling.errors import Moved
from scheduling.forms.calendar import DropForm, Number, ShownForm, StretchForm
from scheduling.models import COMING, Status
from scheduling.views.visits import visits

USUAL = "calendar_location"  # the cookie that remembers which location was looked at last
A_YEAR = 365 * 24 * 60 * 60


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def calendar(request):
    locations = list(Location.objects.active())
    if not locations:
        return render(request, "scheduling/calendar_nowhere.html")
    form = ShownForm(request.GET)
    shown = form.shown(locations=locations, usual=Number().clean(request.COOKIES.get(USUAL)))
    version = digest.digest(shown.location, shown.first, shown.after)
    page = Page.load(shown, user=request.user, now=timezone.now(), version=version)
    response = render(request, "scheduling/calendar.html", {"page": page, "form": form, "locations": locations})
    response.set_cookie(USUAL, shown.location, A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def feed(request):
    """The calendar as JSON. Unchanged, it is 304 for one query (`digest`)."""
    form = ShownForm(request.GET)
    if not form.window:
        return JsonResponse({"errors": form.errors}, status=400)
    version = digest.digest(*form.window)
    etag = quote_etag(version)
    if unchanged := get_conditional_response(request, etag=etag):
        return unchanged
    page = Page.load(asked(form), user=request.user, now=timezone.now(), version=version)
    return JsonResponse(page.data, headers={"ETag": etag})


def asked(form):
    """Exactly what the script asks for. Raises Http404 if there is no such place."""
    place = get_object_or_404(Location.objects.active(), pk=form.cleaned_data["location"])
    return form.shown(locations=[place], usual=None)


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def panel(request, pk):
    """What Enter or a click on a visit opens."""
    visit = get_object_or_404(visits(request), pk=pk)
    context = {
        "visit": visit,
        "timetable": list(staging.timetable(visit.stages, visit.starts_at)),
        "is_coming": visit.status in COMING,
        "may_cancel": visit.may_become(Status.CANCELLED),
        "is_today": timezone.localdate(visit.starts_at, visit.zone) == timezone.localdate(timezone=visit.zone),
        "has_begun": visit.starts_at <= timezone.now(),
        "next": request.GET.get("next", ""),
    }
    return render(request, "scheduling/_calendar_panel.html", context)


@require_GET
@permission_required("scheduling.change_appointment", raise_exception=True)
def free(request, pk):
    """Where a visit could go: what glows while it is in the hand."""
    visit = get_object_or_404(visits(request), pk=pk)
    form = ShownForm(request.GET)
    if not form.window:
        return JsonResponse({"errors": form.errors}, status=400)
    return JsonResponse({"free": glow.starts(visit, asked(form), timezone.now())})


@require_POST
@permission_required("scheduling.change_appointment", raise_exception=True)
def drop(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    return placed(request, visit, DropForm(request.POST, visit=visit), "Moved: {}.")


@require_POST
@permission_required("scheduling.change_appointment", raise_exception=True)
def stretch(request, pk):
    visit = get_object_or_404(visits(request), pk=pk)
    return placed(request, visit, StretchForm(request.POST, visit=visit), "New end: {}.")


def placed(request, visit, form, text):
    """A toast that takes it back; or a note that says why the visit stays, and what would be free."""
    if not form.is_valid():
        return refused(request, {"sentence": form.sentence}, 400)
    try:
        moved = form.place(request.user)
    except ClinicError as refusal:
        return refused(request, {"visit": visit, "form": form, **why(refusal, form)}, refusal.status)
    undo = f"{reverse('scheduling:unmove', args=[visit.pk])}?revision={moved.revision}"
    answer = toast(HttpResponse(), text.format(wording.summary(moved)), undo_url=undo)
    return trigger_client_event(retarget(answer, "#refusal"), "calendar-changed")


def refused(request, context, status):
    answer = render(request, "scheduling/_calendar_refusal.html", context, status=status)
    return reswap(retarget(answer, "#refusal"), "innerHTML show:top")


def why(refusal, form):
    """Whoever was slower sees where the visit is now; else it stays where it was, which is no alternative.

    A visit that was to be longer is offered no other time: it would go there as short as it is.
    """
    here = form.visit.starts_at, form.visit.practitioner
    free = getattr(refusal, "alternatives", []) if form.moves else []
    return {
        "sentence": getattr(refusal, "sentence", str(refusal)),
        "stays": not isinstance(refusal, Moved),
        "alternatives": [one for one in free if (one.starts_at, one.practitioner) != here],
        "overridable": getattr(refusal, "overridable", False),
    }
