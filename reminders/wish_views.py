"""Switching a kind of message on again that a patient did not want."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.toasts import back, toast
from patients.models import Patient
from reminders import wishes
from reminders.permitting import changes_patients


@require_POST
@changes_patients
def switch_on(request, pk, kind):
    patient = wished(request, pk, kind)
    wishes.switch_on(patient=patient, kind=kind, by=request.user)
    undo_url = reverse("reminders:switch_off", args=[pk, kind])
    toast(request, f"{patient.given_name} gets this again: {wishes.WORDS[kind]}.", undo_url=undo_url)
    return back(request, patient.get_absolute_url())


@require_POST
@changes_patients
def switch_off(request, pk, kind):
    patient = wished(request, pk, kind)
    wishes.switch_off(patient=patient, kind=kind, by=request.user)
    return back(request, patient.get_absolute_url())


def wished(request, pk, kind):
    if kind not in wishes.WORDS:
        raise Http404
    return get_object_or_404(Patient.objects.visible_to(request.user), pk=pk)
