"""The verb for needles that stayed in place: somebody took them out later, or they fell out."""

import pghistory
from django.utils import timezone

from clinic.errors import ClinicError
from sessions.models import LeftOut
from sessions.refusals import in_words
from sessions.rows import check_text


def remove(*, needle, removed_on, note, by):
    """Write down that the needles a signed session left in place are out. Returns the LeftOut."""
    note = note.strip()
    check_text(LeftOut._meta.get_field("note"), note)
    if not (needle.left_in_place and needle.plan.is_signed):
        raise ClinicError("No needle of a signed session is in place there. Look again.")
    check_day(needle.plan.appointment, removed_on)
    with in_words(), pghistory.context(user=by.pk):
        out, is_new = LeftOut.objects.get_or_create(
            needle=needle, defaults={"removed_on": removed_on, "note": note, "by": by}
        )
    if not is_new and (out.removed_on, out.note, out.by_id) != (removed_on, note, by.pk):
        raise ClinicError(f"These needles are out since {out.removed_on:%-d %b %Y} already. Nothing was changed.")
    return out


def check_day(visit, day):
    first, today = timezone.localdate(visit.starts_at, visit.zone), timezone.localdate(timezone=visit.zone)
    if not first <= day <= today:
        raise ClinicError(f"They came out between {first:%-d %b %Y} and today. Check the date.", field="removed_on")
