"""Today, the patient page, search."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from clinic.errors import ClinicError
from clinic.models import Location
from clinic.toasts import back, toast
from desk import board, changes, days, finding, needs, rows, timeline, worklist
from desk.person import ahead, clinical
from patients import searching
from patients.alerts import banner
from patients.models import Patient
from reminders import looking_after, watching, wishes
from scheduling.models import Appointment

IN_THE_BOX = 8  # people under the search box
ON_THE_PAGE = 30
ANSWERS = 20  # of a practitioner's own patients; the rest is on the page of all answers


@require_GET
@permission_required("scheduling.view_appointment", raise_exception=True)
def today(request):
    """A practitioner's own day, else the clinic's. Practitioners may look at the clinic's, too."""
    now, locations = timezone.now(), list(Location.objects.order_by("pk"))
    date, sentence = days.asked(request.GET.get("day"), days.today(locations, now))
    places = [days.Day(location, date, now) for location in locations]
    practitioner = getattr(request.user, "practitioner", None)
    mine = practitioner is not None and request.GET.get("view") != "clinic"
    shown = own_day(request.user, practitioner, places, now) if mine else whole_day(request, places)
    context = {"date": date, "sentence": sentence, "practitioner": practitioner, "mine": mine, **days.around(date)}
    context |= {"is_today": is_today(places), "now": now, "here": request.get_full_path()}
    context["many_clocks"] = days.many_clocks(board.day.location for board in shown["boards"])
    return render(request, "desk/today.html", {**context, **shown})


def whole_day(request, places):
    user = request.user
    boards = board.boards(user, places)
    if not is_today(places):
        return {"boards": boards}
    post = watching.post() if user.has_perm("reminders.view_message") else None
    changed = changes.changes(user, places[0].now) if user.has_perm("scheduling.change_appointment") else []
    found = needs.needs(user, boards, places[0].now, post=post, again=bool(request.htmx), changed=changed)
    return {"boards": boards, "post": post, "needs": found, "changes": changed}


def is_today(places):
    return any(place.is_today for place in places)


def own_day(user, practitioner, places, now):
    boards = board.boards(user, places, practitioner=practitioner)
    return {
        "boards": boards,
        "needs": needs.own_needs(boards),
        "answers": list(looking_after.for_practitioner(practitioner, user)[:ANSWERS]) if is_today(places) else [],
        "rooms": board.rooms(user, places),
        "unsigned": worklist.unsigned(practitioner, now),
    }


@require_POST
@permission_required("scheduling.change_appointment", raise_exception=True)
def attend(request, pk, verb):
    """Confirm, check in, or mark as a no-show: the visit's row, or the page that it was pressed on."""
    visit = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    if verb not in rows.VERBS:
        raise Http404
    try:
        rows.VERBS[verb](visit=visit, by=request.user)
    except ClinicError as refusal:
        if not request.htmx:
            raise
        return row(request, pk, status=refusal.status, refusal=str(refusal))
    done = {"text": rows.DONE[verb].format(visit.patient.given_name), "undo_url": rows.undo_url(visit)}
    if not request.htmx:
        toast(request, **done)
        return back(request, "desk:today")
    return trigger_client_event(toast(row(request, pk), **done), "visit-changed")


def row(request, pk, *, status=200, refusal=""):
    view = "mine" if request.GET.get("view") == "mine" else "clinic"
    here = request.htmx.current_url_abs_path
    context = {"row": board.one_row(request.user, pk, view), "refusal": refusal, "changed": True, "here": here}
    return render(request, "desk/_row.html", context, status=status)


@require_GET
@permission_required("patients.view_patient", raise_exception=True)
def search(request):
    """For the box in the top bar: a list. Enter opens the one person found, or all that were found."""
    typed, now = searching.typed(request.GET), timezone.now()
    hits = finding.people(request.user, typed, now, limit=IN_THE_BOX)
    if request.htmx:
        context = {"typed": typed, "hits": hits, "pages": finding.pages(request.user, typed)}
        return render(request, "desk/_search.html", context)
    if len(hits) == 1:
        return redirect(hits[0].patient)
    return redirect(f"{reverse('desk:patients')}?{urlencode({'q': typed})}")


@require_GET
@permission_required("patients.view_patient", raise_exception=True)
def patients(request):
    typed, now = searching.typed(request.GET), timezone.now()
    found = finding.people(request.user, typed, now, limit=ON_THE_PAGE) if typed else finding.recent(request.user, now)
    context = {"typed": typed, "hits": found, "full": len(found) == ON_THE_PAGE}
    return render(request, "desk/patients.html#found" if request.htmx else "desk/patients.html", context)


@require_GET
@permission_required("patients.view_patient", raise_exception=True)
def patient(request, pk):
    """Everything about one person that this user may see, on one page."""
    day, now = timezone.localdate(), timezone.now()
    person = get_object_or_404(Patient.objects.visible_to(request.user).with_alerts(request.user, day), pk=pk)
    before = timeline.marked(request.GET.get("before"))
    events, older = timeline.timeline(person, request.user, now, before)
    context = {"events": events, "older": older, "before": before, "intake": person.intakes.first()}
    if request.user.has_perm("reminders.view_message"):
        context["unwanted"] = wishes.unwanted(person)
    context |= ahead(person, request.user, now) | banner(person, request.user, day)
    context |= clinical(person, request.user, context["today_visit"])
    return render(request, "desk/patient.html", context)
