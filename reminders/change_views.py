"""Another time for a visit: the free ones, a day a row; the one that is tapped is shown with its button beside."""

from contextlib import suppress
from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import redirect
from django.utils import timezone

from clinic.saying import when
from reminders import changing, links
from reminders.changing import AHEAD, Days, StaysPut
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
        visit, _ = links.named(Purpose.CHANGE, token)
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
    days = Days.of(visit, now)
    look = looked_for(request, days)
    picked, gone = pick(visit, tapped, now) if tapped else (None, "")
    why = refusal or gone
    context = pages(look, days) | {
        "picked": picked,
        "refusal": said(visit)[why] if why else "",
        "days": changing.by_day(changing.times(visit=visit, now=now, **look), visit, now),
        "others": changing.others_offer_it(visit),
    }
    return shown(request, "reminders/visit_change.html", visit, status=status, **context)


def pick(visit, slot, now):
    """(what the button moves the visit to, ""), or (None, why it can't)."""
    try:
        wanted = chosen(slot)
        changing.refuse(visit=visit, now=now, **wanted)
    except StaysPut as gone:
        return None, gone.phrase
    told = when(wanted["starts_at"], zone=visit.zone, language=visit.patient.language, now=now)
    fixed = now > wanted["starts_at"] - timedelta(hours=visit.location.cancel_hours)
    return {"slot": slot, "when": told, "practitioner": wanted["practitioner"].name, "fixed": fixed}, ""


def looked_for(request, days):
    """{start, anybody}; after a POST as the address says, so that the page stays where it was."""
    form = LookForm(request.GET)
    form.is_valid()
    return {"start": days.nearest(form.cleaned_data.get("start")), "anybody": form.cleaned_data["anybody"]}


def pages(look, days):
    """Where the links of the page lead: query strings, empty if there is nothing there."""
    start = look["start"]

    def query(**changes):
        wanted = look | changes
        return urlencode({"start": wanted["start"]} | ({"anybody": 1} if wanted["anybody"] else {}))

    return {
        "anybody": look["anybody"],
        "here": query(),
        "earlier": query(start=days.nearest(start - AHEAD)) if start > days.today else "",
        "later": query(start=days.nearest(start + AHEAD)) if start < days.last else "",
        "with_anybody": query(anybody=True),
        "with_own": query(anybody=False),
    }
