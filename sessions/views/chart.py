"""The chart of a session. Whichever button is pressed, what was typed anywhere on the page is saved first."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget, trigger_client_event

from clinic import proving
from clinic.errors import ClinicError
from clinic.toasts import toast
from patients.access import note_read
from patients.alerts import banner
from scheduling.models import Appointment
from sessions import charting, news, planning, reporting, signing
from sessions.forms import NotesForm, Press
from sessions.models import Outcome
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
def note(request, visit):
    """Autosave of the notes, whose boxes stay as they are while somebody types."""
    found = Appointment.objects.visible_to(request.user).select_related("plan__note", "table__location")
    visit = get_object_or_404(found, pk=visit)
    plan = getattr(visit, "plan", None) or planning.open_plan(visit=visit, by=request.user)
    form = NotesForm(request.POST, note=getattr(plan, "note", None))
    version = form.save(plan=plan, version=posted_version(request), by=request.user)
    if version is None:
        sheet = Sheet.load(request.user, visit.pk, request.POST)
        sheet.notes = form
        return refused(request, sheet, Unsaved(form))
    return saved(request, version, visit=visit, seen=form.seen_after())


@changing()
def count(request, visit):
    """Autosave of the count: the boxes stay, the sums are drawn anew."""
    sheet = Sheet.load(request.user, visit, request.POST)
    version = sheet.counts.save(plan=sheet.plan, version=posted_version(request), by=request.user)
    if version is None:
        return refused(request, sheet, Unsaved(sheet.counts))
    return saved(request, version, visit=sheet.visit, sheet=Sheet.load(request.user, visit))


@changing()
def start(request, visit):
    return carry_out(request, visit, lambda sheet, now: charting.start(plan=sheet.plan, **now))


@changing()
def mark(request, visit, kind, pk):
    outcome = request.POST.get("outcome", Outcome.DONE)

    def write(sheet, now):
        keep(sheet.done.mark(sheet.row(kind, pk), outcome, plan=sheet.plan, **now), sheet.done)

    return carry_out(request, visit, write)


@changing()
def mark_all_done(request, visit):
    return carry_out(request, visit, lambda sheet, now: charting.mark_all_done(plan=sheet.plan, **now))


@changing()
def set_times(request, visit):
    return carry_out(request, visit, lambda sheet, now: submit(sheet, "times", now))


@changing()
def report_missing(request, visit):
    return carry_out(request, visit, lambda sheet, now: submit(sheet, "missing", now))


@changing()
def report(request, visit):
    return carry_out(request, visit, lambda sheet, now: submit(sheet, "incident", now))


@changing()
def found(request, visit, pk):
    return carry_out(request, visit, lambda sheet, now: reporting.found(plan=sheet.plan, event=sheet.event(pk), **now))


@changing(SIGN)
def sign(request, visit):
    if proving.is_fresh(request):
        return carry_out(request, visit, lambda sheet, now: signing.sign(plan=sheet.plan, **now), then=signed)
    return proving.ask_script() if request.htmx else carry_out(request, visit, then=prove_first)


def carry_out(request, visit, act=None, *, then=None):
    """Save what was typed, then do what the button says. A refusal keeps everything on the page and says why."""
    sheet = Sheet.load(request.user, visit, request.POST)
    try:
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
    press = Press(request.POST, verb=None)
    if not press.is_valid():
        raise ClinicError(press.take_refusal())
    return press.cleaned_data["version"]


def saved(request, version, *, sheet=None, **more):
    """A word that it is saved, the version for every button of the page, and what is drawn anew around the boxes."""
    response = render(request, "sessions/_saved.html", {"at": timezone.now(), "sheet": sheet, **more})
    return trigger_client_event(response, "plan-version", {"value": version}, after="receive")


def changed(request, visit):
    if request.htmx:
        return show(request, Sheet.load(request.user, visit))
    return redirect("sessions:chart", visit)


def signed(request, visit):
    toast(request, "Signed and locked.")
    record = resolve_url("sessions:record", visit)
    return HttpResponseClientRedirect(record) if request.htmx else redirect(record)


def prove_first(request, visit):
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
        return render(request, "sessions/chart.html#chart", context, status=status)
    context |= banner(sheet.visit.patient, request.user, local_day(sheet.visit))
    return render(request, "sessions/chart.html", context, status=status)
