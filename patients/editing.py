"""Changing a person's details while somebody else does: only what was changed is written, and nothing in silence."""

from itertools import pairwise

import pghistory
from django.contrib.auth import get_user_model
from django.db import transaction

from patients.errors import ChangedMeanwhile
from patients.models import Patient

LOOKED_AT = 50  # events of the history


@transaction.atomic
def edit(*, patient, loaded, wanted, by):
    """Write the details that differ between `loaded` (what the person saw) and `wanted` (what they sent).

    Raises ChangedMeanwhile, and writes nothing, if one of them holds something else by now.
    """
    current = Patient.objects.select_for_update().get(pk=patient.pk)
    mine = {name: value for name, value in wanted.items() if name not in loaded or value != loaded[name]}
    clashes = [name for name, value in mine.items() if getattr(current, name) not in (value, loaded.get(name))]
    if clashes:
        raise ChangedMeanwhile({name: getattr(current, name) for name in clashes}, editors(current, clashes))
    for name, value in mine.items():
        setattr(current, name, value)
    if mine:
        with pghistory.context(user=by.pk):
            current.save(update_fields=list(mine))
    return current


def editors(patient, names):
    """Who changed each of these fields last, as far as the history knows."""
    events = list(patient.patient_history.select_related("pgh_context").order_by("-pgh_id")[:LOOKED_AT])
    ids = {name: last_editor(events, name) for name in names}
    users = get_user_model().objects.in_bulk([pk for pk in ids.values() if pk])
    return {name: users.get(pk) for name, pk in ids.items()}


def last_editor(events, name):
    for newer, older in pairwise(events):
        if getattr(newer, name) != getattr(older, name):
            return newer.pgh_context.metadata.get("user") if newer.pgh_context else None
    return None
