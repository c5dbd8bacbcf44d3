"""A message that somebody writes by hand."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic.toasts import toast
from patients.models import Patient
from patients.picking import picked
from patients.searching import typed
from reminders import by_hand
from reminders.forms import LetterForm

WRITERS = ["reminders.change_message", "patients.view_patient"]


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(WRITERS, raise_exception=True)
def write(request):
    """First whom to, then the words. `start` fills in a ready text, `preview` shows the letter, anything else sends."""
    patient = asked(request)
    if patient is None:
        return choose(request)
    if "start" in request.POST:
        return shown(request, patient, LetterForm.started(request.POST, patient=patient))
    form = LetterForm(request.POST or None, patient=patient)
    if not form.is_valid():
        return shown(request, patient, form, status=400 if form.is_bound else 200)
    if "preview" in request.POST:
        return shown(request, patient, form, preview=by_hand.words(form.draft))
    if message := form.write(by=request.user):
        toast(request, "It will go within a minute.", undo_url=reverse("reminders:withhold", args=[message.pk]))
        return redirect(message)
    return shown(request, patient, form, status=409)


def asked(request):
    """The patient that the page or the form names, if this person may see them."""
    pk = request.POST.get("patient") or request.GET.get("patient", "")
    return Patient.objects.visible_to(request.user).filter(pk=pk).first() if pk.isdecimal() and len(pk) < 19 else None


def choose(request):
    text = typed(request.GET)
    context = picked(user=request.user, typed=text, came_from=request.get_full_path()) if text else {}
    return render(request, "reminders/write_to.html", {**context, "typed": text})


def shown(request, patient, form, *, preview=None, status=200):
    context = {"patient": patient, "form": form, "preview": preview, "refused": by_hand.refused(patient)}
    context["ready"] = by_hand.Ready.choices
    return render(request, "reminders/write.html", context, status=status)
