"""Whom typed letters may mean: what `patients/_pick.html` shows, wherever a form includes it."""

from urllib.parse import urlencode

from django.urls import reverse

from patients.models import Patient

PICKED_FROM = 8  # people that fit beside a form


def picked(*, user, typed, came_from):
    """`came_from` is the page that asks; it gets the patient who is registered instead."""
    register = f"{reverse('patients:register')}?{urlencode({'next': came_from, 'name': typed})}"
    found = Patient.objects.visible_to(user).find(typed, limit=PICKED_FROM)
    return {"found": found, "typed": typed, "register_url": register}
