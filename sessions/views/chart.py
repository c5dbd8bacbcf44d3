"""The chart of a session. Whichever button is pressed, what was typed anywhere on the page is saved first."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from clinic import proving
from clinic.errors import ClinicError
from clinic.templatetags.deqi import clock
from clinic.toasts import toast
from patients.access import note_read
from patients.alerts import banner
from scheduling.models import Appointment
from sessions import charting, news, planning, presence, signing
from sessions.autosaving import forms_for
from sessions.forms.fields import MAX_VERSION
from sessions.forms.plan import OUT_OF_DATE
from sessions.forms.typed import decided
from sessions.models import Outcome, SessionPlan
from sessions.refusals import PlanChanged
from sessions.sheet import Sheet

from .shown import SIGN, changing, local_day, reading

SEE_FIELDS = "Not all of it could be saved. What you typed is still here; see the marked fields."


class Unsaved(ClinicError):
    """A form keeps what was typed and says at its fields what to mend."""

    def __init__(self, form):
        super().__init__(form.refusal or SEE_FIELDS)
        self.status, self.is_clash = form.status, form.is_clash


@reading
def chart(request, visit):
    sheet = Sheet.load(request.user, visit)
    note_read(user=request.user, patient=sheet.visit.patient, page="sessions:chart")
    return show(request, sheet)


@changing()
def save(request, visit):
    return carry_out(request, visit)


@changing()
def autosave(request, visit):
    """What was typed since the last time. The answer names the boxes that are kept, and says at the others why not."""
    found = Appointment.objects.visible_to(request.user).select_related("plan__note", "table__location")
    visit = get_object_or_404(found, pk=visit)
    try:
        plan = getattr(visit, "plan", None) or planning.open_plan(visit=visit, by=request.user)
        version, forms = type_in(plan, request)
    except ClinicError as refusal:
        return JsonResponse({"refusal": str(refusal)}, status=409)
    return JsonResponse({"version": version, "at": clock(timezone.now(), visit.zone), **outcome(forms, request.POST)})


def type_in(plan, request):
    version, forms = posted_version(request), forms_for(plan, request.POST)
    for form in forms:
        form.save(plan=plan, version=version, by=request.user)
        version = form.reached
        if form.refusal:
            raise ClinicError(form.refusal)
    return version, forms


def outcome(forms, sent):
    """{"saved": names, "wrong": {name: sentence}, "clashes": {name: what to choose from}}; a box that is not there any
    more is none of them."""
    kept, wrong, clashes = [], {}, {}
    for form in forms:
        unsaved = form.unsaved()
        kept += [name for name in form.fields if name in sent and name not in unsaved]
        wrong |= {name: errors[0] for name, errors in form.errors.items() if name not in form.clashes}
        clashes |= {name: clash_of(form[name]) for name in form.clashes}
    return {"saved": kept, "wrong": wrong, "clashes": clashes}


def clash_of(field):
    return {"theirs": field.theirs, "html": render_to_string("sessions/_clash.html", {"field": field})}


@reading
def sums(request, visit):
    """The count's sums and the times, drawn anew around the boxes while somebody counts."""
    sheet = Sheet.load(request.user, visit)
    return render(request, "sessions/_sums.html", {"sheet": sheet, "visit": sheet.visit, "plan": sheet.plan})


@changing()
def start(request, visit):
    return carry_out(request, visit, lambda sheet, now: charting.start(plan=sheet.plan, **now))


@changing()
def mark(request, visit, kind, pk):
    outcome = request.POST.get("outcome", Outcome.DONE)
    return carry_out(request, visit, first=lambda sheet: sheet.press(kind, pk, outcome))


@changing()
def mark_all_done(request, visit):
    return carry_out(request, visit, lambda sheet, now: charting.mark_all_done(plan=sheet.plan, **now))


@changing(SIGN)
def sign(request, visit):
    """Whatever stands in the way is said first; only then is a person asked once more who they are."""
    if proving.is_fresh(request):
        return carry_out(request, visit, lambda sheet, now: signing.sign(plan=sheet.plan, **now), then=signed)
    return carry_out(request, visit, lambda sheet, now: signing.look_over(plan=sheet.plan, by=now["by"]), then=prove)


def carry_out(request, visit, act=None, *, first=None, then=None):
    """Save what was typed, then do what the button says. A refusal keeps everything on the page and says why."""
    sheet = Sheet.load(request.user, visit, decided(request.POST))
    try:
        if first:
            first(sheet)
        version = write_down(request, sheet)
        if act:
            act(sheet, {"version": version, "by": request.user})
    except ClinicError as refusal:
        return refused(request, sheet, refusal)
    return (then or changed)(request, visit)


def submit(sheet, name, now):
    """Save a part that only its own button saves."""
    form = sheet.bound(name)
    return keep(form.save(plan=sheet.plan, **now), form)


def write_down(request, sheet):
    """The version to compare next, when everything typed is kept."""
    sheet.plan = sheet.plan or planning.open_plan(visit=sheet.visit, by=request.user)
    version = posted_version(request)
    for form in sheet.typed:
        version = keep(form.save(plan=sheet.plan, version=version, by=request.user), form)
    return version


def keep(version, form):
    if version is None:
        raise Unsaved(form)
    return version


def posted_version(request):
    """The version that was on the screen; it is compared with another's and never counted with."""
    sent = request.POST.get("version", "")
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= 10 and int(sent) <= MAX_VERSION):
        raise ClinicError(OUT_OF_DATE)
    return int(sent)


def changed(request, visit):
    if request.htmx:
        return show(request, Sheet.load(request.user, visit))
    return redirect("sessions:chart", visit)


def signed(request, visit):
    toast(request, "Signed and locked.")
    record = resolve_url("sessions:record", visit)
    return HttpResponseClientRedirect(record) if request.htmx else redirect(record)


def prove(request, visit):
    """What was typed is saved, so the page's version has changed: the request that is repeated carries the new one."""
    if request.htmx:
        version = SessionPlan.objects.visible_to(request.user).get(appointment=visit).version
        return trigger_client_event(proving.ask_script(), "plan-version", {"value": version}, after="receive")
    messages.info(request, "Confirm it is you, then press Sign again. Everything is saved.")
    return proving.ask(resolve_url("sessions:chart", visit))


def refused(request, sheet, refusal):
    """The chart as it is now, with what was typed. htmx shows no 403, so there a refusal is a clash."""
    status = 409 if request.htmx and refusal.status == 403 else refusal.status
    clash = isinstance(refusal, PlanChanged) or getattr(refusal, "is_clash", False)
    told = news.since(sheet.plan, sheet.posted_version) if clash else []
    sentence = "" if request.htmx and str(refusal) == SEE_FIELDS else str(refusal)  # there the focus goes to the field
    response = show(request, sheet.as_it_is_now(), status=status, refusal=sentence, news=told)
    return reswap(retarget(response, "#chart"), "outerHTML") if request.htmx else response


def show(request, sheet, *, status=200, **more):
    context = {"sheet": sheet, "visit": sheet.visit, "plan": sheet.plan, **more}
    if request.htmx:
        context["others"] = presence.here(visit=sheet.visit.pk, user=request.user)  # told late, it would move the page
        return render(request, "sessions/chart.html#chart", context, status=status)
    context |= banner(sheet.visit.patient, request.user, local_day(sheet.visit))
    return render(request, "sessions/chart.html", context, status=status)
