"""The body map: a panel beside the plan, and a page of its own where there is no script."""

from django.http import Http404
from django.shortcuts import render

from patients.access import note_read
from patients.alerts import banner
from sessions import bodymap
from sessions.editor import Editor
from sessions.forms.tap import TAPS
from sessions.mapped import AREAS, BodyMap, Place
from sessions.models import Side

from .plan import carry_out, load
from .shown import changing, local_day, reading

SIDES = (Side.LEFT, Side.RIGHT, Side.BOTH)


@reading
def body_map(request, visit):
    place = place_in(request.GET)
    editor = Editor.load(request.user, visit)
    note_read(user=request.user, patient=editor.visit.patient, page="sessions:map")
    context = {"map": BodyMap(editor, place), "editor": editor, "visit": editor.visit, "plan": editor.plan}
    if request.htmx:
        return render(request, "sessions/map.html#map", context)
    return render(
        request, "sessions/map.html", context | banner(editor.visit.patient, request.user, local_day(editor.visit))
    )


@changing()
def tap(request, visit, what):
    """Add what was tapped. The answer is the plan, as after every other change of it; without script the map again."""
    if what not in TAPS:
        raise Http404
    return carry_out(request, load(request, visit), TAPS[what](request.POST), said=f"The {what} is in the plan.")


def place_in(data):
    """The place that is named; 404 for one that no map has."""
    place = Place(data.get("area", ""), data.get("at", ""), data.get("view", ""))
    known = (["", *AREAS], ["", *SIDES], ["", *bodymap.VIEW])
    if any(value not in values for value, values in zip(vars(place).values(), known, strict=True)):
        raise Http404
    return Place(place.area, place.side or Side.BOTH.value, place.view) if place.area else Place(view=place.view)
