"""What went wrong, how it went on afterwards, and needles that are still in place."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from clinic.toasts import toast
from patients.access import note_read
from patients.alerts import banner
from scheduling.models import Appointment
from sessions import asking, following_up, reporting
from sessions.forms import FollowUpForm, RemovalForm
from sessions.models import AdverseEvent, NeedlePoint, SessionPlan
from sessions.sheet import Sheet

from .chart import carry_out, submit
from .shown import FOLLOW_UP, changing, local_day, reading

A_PAGE = 50


@changing()
def report_missing(request, visit):
    return carry_out(request, visit, lambda sheet, now: submit(sheet, "missing", now))


@reading
def offer_report(request, visit):
    """The form for an incident, which few charts need."""
    return render(request, "sessions/_incident_form.html", {"sheet": Sheet.load(request.user, visit)})


@changing()
def report(request, visit):
    return carry_out(request, visit, lambda sheet, now: submit(sheet, "incident", now))


@changing()
def found(request, visit, pk):
    return carry_out(request, visit, lambda sheet, now: reporting.found(plan=sheet.plan, event=sheet.event(pk), **now))


@reading
def follow_ups(request):
    """Whom to ask again, the longest due first."""
    mine = getattr(request.user, "practitioner", None)
    everybody = mine is None or request.GET.get("of") == "everybody"
    due = following_up.due(request.user, practitioner=None if everybody else mine)
    page = Paginator(due, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "mine": mine, "everybody": everybody, "today": timezone.localdate(), "here": "follow_ups"}
    return render(request, "sessions/follow_ups.html", context)


@reading
def incident(request, pk):
    """One incident, and how it went on."""
    event = event_of(request.user, pk)
    note_read(user=request.user, patient=event.plan.appointment.patient, page="sessions:incident")
    return show(request, event, FollowUpForm(initial=proposed(event)))


@changing(FOLLOW_UP)
def follow_up(request, pk):
    event = event_of(request.user, pk)
    form = FollowUpForm(request.POST)
    if form.save(event=event, by=request.user) is None:
        return show(request, event, form, status=form.status)
    toast(request, "Written down.")
    return redirect("sessions:incident", pk)


def event_of(user, pk):
    events = AdverseEvent.objects.visible_to(user).select_related(
        "plan__appointment__patient",
        "plan__appointment__table__location",
        "about__appointment__table__location",
        *("needle__point", "target__muscle", "circuit", "cup", "tuina__point", "movement"),
    )
    return get_object_or_404(events, pk=pk)


def proposed(event):
    """When the schedule would have it asked again."""
    day = reporting.proposed_day(event.plan, code=event.code, severity=event.severity, about=event.about)
    return {"next_on": day}


def show(request, event, form, status=200):
    visit = event.plan.appointment
    context = {
        "event": event,
        "visit": visit,
        "form": form,
        "asked": event.follow_ups.all(),
        "askings": asking.askings(event.code, event.severity),
    }
    context |= banner(visit.patient, request.user, local_day(visit))
    return render(request, "sessions/incident.html", context, status=status)


@reading
def in_place(request):
    """Needles that sessions left in place and that nobody wrote down to be out, the first to come out first."""
    page = Paginator(still_in_place(request.user), A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "forms": removals(page.object_list), "here": "in_place"}
    return render(request, "sessions/in_place.html", context)


@reading
def in_place_of(request, visit):
    """The same for one patient, on the plan and the chart of the next visit."""
    visit = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("table__location"), pk=visit)
    return show_in_place(request, visit)


@changing()
def remove(request, pk):
    """They are out. The answer is the list of the page it was pressed on."""
    needle = get_object_or_404(needles_of(request.user), pk=pk)
    form = RemovalForm(request.POST, needle=needle, today=today_at(needle))
    out = form.save(by=request.user)
    if request.htmx and (visit := request.POST.get("visit", "")).isdecimal() and len(visit) < 19:
        found = Appointment.objects.visible_to(request.user).select_related("table__location")
        return show_in_place(request, get_object_or_404(found, pk=int(visit)), refused=None if out else form)
    if out is None:
        context = {"forms": [form], "here": "in_place"}
        return render(request, "sessions/in_place.html", context, status=form.status)
    toast(request, f"{needle.label}: out on {out.removed_on:%-d %b}.")
    return redirect("sessions:in_place")


def show_in_place(request, visit, refused=None):
    needles = still_in_place(request.user).filter(plan__appointment__patient=visit.patient_id)
    needles = needles.exclude(plan__appointment=visit)
    forms = [refused if refused and refused.needle == form.needle else form for form in removals(needles)]
    context = {"forms": forms, "visit": visit}
    return render(request, "sessions/_in_place.html", context, status=refused.status if refused else 200)


def still_in_place(user):
    return needles_of(user).still_in_place()


def needles_of(user):
    found = NeedlePoint.objects.filter(plan__in=SessionPlan.objects.visible_to(user))
    return found.select_related("point", "plan__appointment__patient", "plan__appointment__table__location")


def removals(needles):
    return [RemovalForm(needle=needle, today=today_at(needle)) for needle in needles]


def today_at(needle):
    return timezone.localdate(timezone=needle.plan.appointment.zone)
