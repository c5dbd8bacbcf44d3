"""Finding, registering and editing a person; health facts and intake for those who may see them."""

from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from clinic.toasts import toast
from patients import answering, recording, reviewing, searching
from patients.access import note_read
from patients.alerts import banner
from patients.forms import EditForm, EndForm, FactForm, RegisterForm
from patients.models import HealthFact, Intake, Patient
from patients.picking import picked


@require_GET
@permission_required("patients.view_patient", raise_exception=True)
def pick(request):
    """A fragment: whom the letters in `q` may mean, as radio buttons named `patient`."""
    came_from = safe(request, getattr(request.htmx, "current_url_abs_path", None))
    context = picked(user=request.user, typed=searching.typed(request.GET), came_from=came_from)
    return render(request, "patients/_pick.html", context)


@permission_required("patients.add_patient", raise_exception=True)
def register(request):
    form = RegisterForm(request.POST or None, initial={**guessed(request.GET), "next": request.GET.get("next", "")})
    if form.is_valid() and (patient := form.register(by=request.user)):
        toast(request, f"{patient.name} is registered, chart number {patient.chart_number}.")
        return redirect(with_patient(safe(request, form.cleaned_data["next"]), patient))
    back = safe(request, form["next"].value()) or reverse("desk:patients")
    return render(
        request, "patients/register.html", {"form": form, "back": back}, status=409 if form.lookalikes else 200
    )


def guessed(query):
    """The typed name parted: the last word is the family's, unless a comma says otherwise."""
    family, comma, given = query.get("name", "")[:100].partition(",")
    if not comma:
        given, _, family = family.strip().rpartition(" ")
    if any(map(str.isdigit, family + given)):
        return {}
    return {"given_name": given.strip().title(), "family_name": family.strip().title()}


def safe(request, url):
    """The address if it is one of ours, else an empty string."""
    good = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if good else ""


def with_patient(url, patient):
    """The page that asked for a patient, with ?patient=; without one, the patient's own page."""
    if not url:
        return patient.get_absolute_url()
    parts = urlsplit(url)
    query = QueryDict(parts.query, mutable=True)
    query["patient"] = patient.pk
    return urlunsplit(parts._replace(query=query.urlencode()))


@permission_required("patients.change_patient", raise_exception=True)
def edit(request, pk):
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    form = EditForm(request.POST or None, patient=patient)
    clash = False
    if form.is_valid():
        if form.edit(patient=patient, by=request.user):
            toast(request, f"{patient.name}: saved.")
            return redirect(patient)
        clash = True
    context = {"form": form, "back": patient.get_absolute_url(), **banner(patient, request.user, timezone.localdate())}
    return render(request, "patients/edit.html", context, status=409 if clash else 200)


@require_GET
@permission_required("patients.view_healthfact", raise_exception=True)
def facts(request, pk):
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    return facts_page(request, patient)


def facts_page(request, patient, form=None, status=200):
    """Facts in force, those of the past and the form for the next, which may hold what was typed."""
    note_read(user=request.user, patient=patient, page="patients:facts")
    known = patient.facts.select_related("recorded_by").order_by("-recorded_at", "-pk")
    today = timezone.localdate()
    in_force = [fact for fact in known if fact.holds_on(today)]
    context = {
        "form": form or FactForm(),
        "in_force": in_force,
        "past": [fact for fact in known if fact not in in_force],
        "today": today,
        **banner(patient, request.user, today),
    }
    return render(request, "patients/facts.html", context, status=status)


@require_POST
@permission_required("patients.add_healthfact", raise_exception=True)
def add_fact(request, pk):
    patient = get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
    form = FactForm(request.POST)
    if form.is_valid() and (fact := form.record(patient=patient, by=request.user)):
        toast(request, f"On record: {fact}.", undo_url=reverse("patients:withdraw_fact", args=[fact.pk]))
        return redirect("patients:facts", patient.pk)
    return facts_page(request, patient, form=form)


@require_POST
@permission_required("patients.change_healthfact", raise_exception=True)
def end_fact(request, pk):
    fact = get_object_or_404(HealthFact.objects.visible_to(request.user), pk=pk)
    form = EndForm(request.POST)
    if form.is_valid() and form.end(fact=fact, by=request.user):
        toast(request, f"Ended: {fact}.", undo_url=reverse("patients:reopen_fact", args=[fact.pk]))
    for sentence in form.errors.values():
        messages.error(request, f"{fact}: {sentence[0]}")
    return redirect("patients:facts", fact.patient_id)


@require_POST
@permission_required("patients.change_healthfact", raise_exception=True)
def withdraw_fact(request, pk):
    fact = get_object_or_404(HealthFact.objects.visible_to(request.user), pk=pk)
    recording.withdraw(fact=fact, by=request.user)
    toast(request, f"Marked as an error: {fact}.", undo_url=reverse("patients:reopen_fact", args=[fact.pk]))
    return redirect("patients:facts", fact.patient_id)


@require_POST
@permission_required("patients.change_healthfact", raise_exception=True)
def reopen_fact(request, pk):
    fact = get_object_or_404(HealthFact.objects.visible_to(request.user), pk=pk)
    recording.reopen(fact=fact, by=request.user)
    toast(request, f"In force again: {fact}.")
    return redirect("patients:facts", fact.patient_id)


@require_GET
@permission_required("patients.view_intake", raise_exception=True)
def intake(request, pk):
    answers = get_object_or_404(Intake.objects.visible_to(request.user).select_related("patient", "reviewed_by"), pk=pk)
    note_read(user=request.user, patient=answers.patient, page="patients:intake")
    context = {
        "intake": answers,
        "assessment": answers.criteria,
        "regions": answering.marked(answers.areas),
        "symptoms": answering.symptoms(answers),
        **banner(answers.patient, request.user, timezone.localdate()),
    }
    return render(request, "patients/intake.html", context)


@require_POST
@permission_required("patients.change_intake", raise_exception=True)
def review_intake(request, pk):
    answers = reviewing.review(
        intake=get_object_or_404(Intake.objects.visible_to(request.user), pk=pk), by=request.user
    )
    toast(request, f"Read by {answers.reviewed_by}.")
    return redirect("patients:intake", pk)
