"""The floor, and what is pressed on it."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from clinic.errors import ClinicError
from clinic.toasts import back, toast
from desk import days, floor, floor_acts
from scheduling.models import Appointment
from sessions.refusals import Shortfall, Unanswered


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def show(request):
    """The page; for htmx the board alone, and nothing at all while it is as the page has it (`seen`)."""
    scene = scene_of(request, request.GET)
    if not request.htmx:
        return render(request, "desk/floor.html", context(request, scene))
    if request.GET.get("seen") == scene.mark:
        return on_time(HttpResponse(status=204), scene)
    return board(request, scene)


@require_POST
@permission_required("scheduling.view_appointment", raise_exception=True)
def press(request, pk, verb):
    """One button of a card: then the board anew, or the page that it was pressed on."""
    visit = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("patient"), pk=pk)
    act = floor_acts.ACTS.get(verb)
    if act is None:
        raise Http404
    if not request.user.has_perm(act.permission):
        raise PermissionDenied
    try:
        text = act.do(visit, request.GET.dict() | request.POST.dict(), request.user)
    except ClinicError as refusal:
        if not request.htmx:
            raise
        return board(request, scene_of(request, request.POST), refusal=refusal, at=pk)
    return done(request, visit, act, text)


def done(request, visit, act, text):
    visit.refresh_from_db()
    told = {"text": text, "undo_url": act.undo_url(visit)}
    if request.htmx:
        return toast(board(request, scene_of(request, request.POST)), **told)
    toast(request, **told)
    return back(request, "desk:floor")


def scene_of(request, data):
    """Of the location that was asked for; of all if none or an unknown one was."""
    asked = data.get("location", "")
    return floor.scene(request.user, timezone.now(), int(asked) if asked.isdecimal() and len(asked) < 10 else None)


def board(request, scene, *, refusal=None, at=None):
    more = {"refusal": refusal, "at": at, "look": where_to_look(refusal), "on_top": not scene.shows(at)}
    response = render(request, "desk/floor.html#board", context(request, scene) | more)
    response.status_code = refusal.status if refusal else 200
    return on_time(response, scene)


def where_to_look(refusal):
    """The page on which what stands in the way is put right."""
    return {Shortfall: "sessions:chart", Unanswered: "sessions:plan"}.get(type(refusal))


def context(request, scene):
    """One location by itself says so in the address that the page asks again."""
    one = scene.floors[0].day.location if len(scene.floors) == 1 and len(scene.locations) > 1 else None
    here = reverse("desk:floor") + (f"?location={one.pk}" if one else "")
    context = {"scene": scene, "one": one, "here": here, "may_treat": request.user.has_perm(floor_acts.TREAT)}
    return context | {"many_clocks": days.many_clocks(scene.locations)}


def on_time(response, scene):
    """The page counts down by the server's clock, told with every answer."""
    return trigger_client_event(response, "server-clock", {"value": int(scene.now.timestamp() * 1000)})
