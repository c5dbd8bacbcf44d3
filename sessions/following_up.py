"""The verb of asking again after an incident. It comes after the signature: added, never changed."""

from datetime import timedelta

import pghistory
from django.db import transaction
from django.utils import timezone

from clinic.errors import ClinicError
from sessions.models import AdverseEvent, FollowUp, Progress
from sessions.rows import fill

LATEST = timedelta(days=366)


def due(user, *, practitioner=None):
    """Incidents that this user may see whose patient is to be asked today or was to be before, the oldest first."""
    found = AdverseEvent.objects.visible_to(user).to_ask_again(timezone.localdate())
    if practitioner:
        found = found.filter(plan__appointment__practitioner=practitioner)
    return found.select_related(
        "plan__appointment__patient", "plan__appointment__practitioner", "plan__appointment__table__location"
    )


def follow_up(*, event, progress, by, text="", next_on=None):
    """Write down how somebody is, and when to ask again. The same words twice by the same person are written once."""
    fields = {"progress": progress, "text": text.strip(), "next_on": next_on}
    check(event, fields)
    with transaction.atomic(), pghistory.context(user=by.pk):
        event = AdverseEvent.objects.select_for_update(of=("self",), no_key=True).get(pk=event.pk)
        last = event.follow_ups.order_by("-at", "-pk").first()
        if last and last.by_id == by.pk and all(getattr(last, name) == value for name, value in fields.items()):
            return last
        asked = fill(FollowUp(event=event, by=by), fields, allowed=fields)
        asked.save()
        return asked


def check(event, fields):
    today = timezone.localdate(timezone=event.plan.appointment.zone)
    if fields["progress"] == Progress.OVER and fields["next_on"]:
        raise ClinicError("It is over. Leave the next date empty.", field="next_on")
    if fields["next_on"] and not today < fields["next_on"] <= today + LATEST:
        raise ClinicError("The next asking is after today and within a year. Check the date.", field="next_on")
