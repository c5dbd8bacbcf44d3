"""Another time for a visit: the free ones, a day a row; the one that is tapped is shown with its button beside."""

from contextlib import suppress
from urllib.parse import urlencode

from django.shortcuts import redirect
from django.utils import timezone

from clinic.saying import when
from reminders import changing, links
from reminders.changing import AHEAD, FARTHEST, StaysPut
from reminders.links import LinkEnded, Purpose
from reminders.opening import visit_page
from reminders.patient_forms import LookForm, SlotForm
from reminders.visit_views import said, shown
from scheduling.errors import Moved
from scheduling.models import COMING


def moved_already(request, token):
    """Whoever pressed twice sees the visit where the first press has put it. Anybody else sees nothing."""
    if request.method != "POST":
        return None
    with suppress(LinkEnded, StaysPut):
        visit = links.named(Purpose.CHANGE, token, moves=1)
        if changing.has_just_put(visit, now=timezone.now(), **chosen(request.POST.get("slot", ""))):
            return redirect(links.path(Purpose.CONFIRM, visit))
    return None


@visit_page(Purpose.CHANGE, instead=moved_already)
def visit_change(request, visit):
    if request.method != "POST":
        return times_page(request, visit, tapped=request.GET.get("slot", ""))
    try:
        moved = changing.change(visit=visit, now=timezone.now(), **chosen(request.POST.get("slot", "")))
    except StaysPut as refusal:
        return times_page(request, visit, refusal=refusal.phrase, status=refusal.status)
    except Moved:
        return redirect(request.path)
    return redirect(links.path(Purpose.CONFIRM, moved))


def chosen(slot):
    """{practitioner, starts_at} of a slot as the page writes it. Raises StaysPut if it is none."""
    form = SlotForm({"slot": slot})
    if not form.is_valid():
        raise StaysPut("no_such_time")
    practitioner, starts_at = form.cleaned_data["slot"]
    return {"practitioner": practitioner, "starts_at": starts_at}


def times_page(request, visit, *, tapped="", refusal="", status=200):
    now = timezone.now()
    if visit.status not in COMING or not changing.in_time(visit, now):
        return shown(request, "reminders/visit_change.html", visit, status=status)
    look = looked_for(request, visit, now)
    picked = None
    if tapped:
        try:
            picked = chosen(tapped)
            changing.refuse(visit=visit, now=now, **picked)
        except StaysPut as gone:
            picked, refusal = None, gone.phrase
    context = pages(look, now, visit) | {
        "picked": picked and told(visit, tapped, **picked),
        "refusal": said(visit)[refusal] if refusal else "",
        "days": changing.by_day(changing.times(visit=visit, now=now, **look), visit),
        "others": changing.others_offer_it(visit),
    }
    return shown(request, "reminders/visit_change.html", visit, status=status, **context)


def looked_for(request, visit, now):
    """{start, anybody}; after a POST as the address says, so that the page stays where it was."""
    form = LookForm(request.GET, today=now.astimezone(visit.zone).date(), first=changing.first_day(visit, now))
    form.is_valid()
    return {"start": form.cleaned_data["start"], "anybody": form.cleaned_data.get("anybody", False)}


def told(visit, slot, practitioner, starts_at):
    """What the button moves the visit to."""
    told = when(starts_at, zone=visit.zone, language=visit.patient.language)
    return {"slot": slot, "when": told, "practitioner": practitioner.name}


def pages(look, now, visit):
    """Where the links of the page lead: query strings, empty if there is nothing there."""
    start, today = look["start"], now.astimezone(visit.zone).date()

    def query(**changes):
        wanted = look | changes
        return urlencode({"start": wanted["start"]} | ({"anybody": 1} if wanted["anybody"] else {}))

    return {
        "anybody": look["anybody"],
        "here": query(),
        "earlier": query(start=max(start - AHEAD, today)) if start > today else "",
        "later": query(start=start + AHEAD) if start + AHEAD < today + FARTHEST else "",
        "with_anybody": query(anybody=True),
        "with_own": query(anybody=False),
    }
