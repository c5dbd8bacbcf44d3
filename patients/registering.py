"""A new person: once, however often the button is pressed, and not a second time under another spelling."""

import pghistory
from django.contrib.postgres.search import TrigramSimilarity
from django.db import IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Concat

from patients.errors import LooksLike
from patients.models import Patient
from patients.searching import folded

ALIKE = 0.4  # trigram similarity of two whole names born on one day; Ana Ortiz and Anna Ortis reach 0.47


def register(*, details, request_key, by, anyway=False):
    """Make the patient of `details` (field: value) and return them; the same `request_key` returns the same person.

    Raises LooksLike when somebody born that day has a name like it, unless the person at the desk looked and said
    `anyway`.
    """
    if known := Patient.objects.filter(request_key=request_key).first():
        return known
    if not anyway and (alike := lookalikes(details)):
        raise LooksLike(alike)
    try:
        with transaction.atomic(), pghistory.context(user=by.pk):
            return Patient.objects.create(request_key=request_key, **details)
    except IntegrityError:  # the second press was as quick as the first
        return Patient.objects.get(request_key=request_key)


def lookalikes(details):
    """Current patients with this birth date and a similar name, the most alike first."""
    name = folded(Value(f"{details['given_name']} {details['family_name']}"))
    theirs = folded(Concat("given_name", Value(" "), "family_name"))
    born = Patient.objects.filter(merged_into__isnull=True, birth_date=details["birth_date"])
    alike = born.annotate(alike=TrigramSimilarity(theirs, name)).filter(alike__gte=ALIKE)
    return list(alike.order_by("-alike", "pk")[:5])
