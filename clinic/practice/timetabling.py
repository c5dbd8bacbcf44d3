"""When practitioners work: their hours are written as a whole, under a lock on the practitioner.

Hours never touch visits: what lies outside them afterwards is found by a query (`clinic.practice.stranded`).
"""

from datetime import timedelta

import pghistory
from django.db import IntegrityError, transaction
from psycopg.errors import ExclusionViolation

from clinic.models import Location, Practitioner, WorkingHours
from clinic.practice import shifts as pure
from clinic.practice.errors import HoursOverlap
from clinic.practice.shifts import Shift
from clinic.practice.writing import refuse_if_changed

FIELDS = ["weekday", "starts", "ends", "weeks", "valid_from", "valid_until"]


def rewrite(*, practitioner, seen, shifts, today, by):
    """Put the hours that are not over by `today` as `shifts` say. `seen` is the digest of `told`.

    Raises SavedMeanwhile if they are not as the person saw them, HoursOverlap if two are at once.
    """
    save(practitioner, seen, shifts, by, lambda current: pure.rewritten(current, shifts, today))


def renew(*, practitioner, seen, shifts, since, by):
    """Let `shifts` hold from the day `since` on: the old hours end the day before. Raises as `rewrite`."""
    save(practitioner, seen, shifts, by, lambda current: pure.renewed(current, shifts, since))


def end(*, practitioner, seen, last_day, by):
    """No hours after the last day. Raises SavedMeanwhile."""
    renew(practitioner=practitioner, seen=seen, shifts=[], since=last_day + timedelta(days=1), by=by)


@transaction.atomic
def save(practitioner, seen, typed, by, wanted):
    Practitioner.objects.select_for_update(no_key=True, of=["self"]).get(pk=practitioner.pk)
    rows = {shift_of(row): row.pk for row in practitioner.hours.all()}
    refuse_if_changed(seen, told(rows))
    final = wanted(list(rows))
    with pghistory.context(user=by.pk):
        practitioner.hours.filter(pk__in=[rows[shift] for shift in rows.keys() - set(final)]).delete()
        try:
            with transaction.atomic():
                WorkingHours.objects.bulk_create(row_of(practitioner, shift) for shift in final if shift not in rows)
        except IntegrityError as error:
            if not isinstance(error.__cause__, ExclusionViolation):
                raise
            raise overlapping(typed, final) from None


def overlapping(typed, final):
    """The refusal that names two shifts that overlap, as far as they can be known."""
    known = places()
    for number, shift in enumerate(typed):
        for other in final:
            if other not in typed and pure.overlap(shift, other):
                return HoursOverlap(f"This overlaps {pure.in_words(other, known)}.", row=number)
    for i, j in pure.overlaps(typed):
        return HoursOverlap(f"This overlaps row {i + 1}, {pure.in_words(typed[i], known)}.", row=j)
    return HoursOverlap("This overlaps hours that were saved just now. Open the page anew to see them.", row=0)


def shift_of(row):
    return Shift(location=row.location_id, **{name: getattr(row, name) for name in FIELDS})


def row_of(practitioner, shift):
    fields = {name: getattr(shift, name) for name in FIELDS}
    return WorkingHours(practitioner=practitioner, location_id=shift.location, **fields)


def shifts_of(practitioner):
    """All of the practitioner's hours, those that are over and those to come too."""
    return [shift_of(row) for row in practitioner.hours.all()]


def places():
    """Names of all locations by primary key."""
    return dict(Location.objects.values_list("pk", "name"))


def told(shifts):
    return pure.told(shifts, places())
