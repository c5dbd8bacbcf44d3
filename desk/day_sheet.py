"""The day on paper: per location and practitioner, logistics only. For when the network is gone, and for the door.

Read in a number of queries that neither visits nor locations change.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q

from clinic.models import Practitioner, TimeOff
from desk.board import bounds
from desk.days import Day
from patients.alerts import logistics
from patients.models import Patient
from scheduling.models import Appointment, Block


@dataclass(frozen=True)
class Line:
    """A visit, or time kept without one: then `words` say for what."""

    starts_at: datetime
    ends_at: datetime
    visit: Appointment | None = None
    words: str = ""
    notes: tuple = ()


@dataclass(frozen=True)
class Column:
    """One practitioner's day at one location."""

    practitioner: Practitioner
    lines: list[Line]


@dataclass(frozen=True)
class Sheet:
    """One location's day. `closed` are the times in which nobody works there."""

    day: Day
    columns: list[Column]
    closed: list[Line]
    others: list[Line]  # blocks of tables and units


def sheets(user, places, *, practitioner=None):
    """A Sheet for each Day at which there is anything; of everybody or of one practitioner."""
    if not places:
        return []
    visits, blocks, offs = read(user, places, practitioner)
    found = [sheet(day, visits, blocks, offs) for day in places]
    return [one for one in found if one.columns or one.others]


def read(user, places, practitioner):
    start, end = bounds(places)
    people = Patient.objects.with_alerts(user, places[0].date)
    visits = Appointment.objects.visible_to(user).live().starting(start, end)
    visits = visits.select_related("practitioner", "service", "table__location", "device")
    blocks = Block.objects.overlapping(start, end).select_related("resource__practitioner", "location")
    offs = TimeOff.objects.filter(span__overlap=(start, end)).filter(
        Q(location__isnull=False) | Q(resource__practitioner__isnull=False)
    )
    offs = offs.select_related("resource__practitioner")
    if practitioner:
        visits, blocks = visits.filter(practitioner=practitioner), blocks.filter(resource=practitioner)
        offs = offs.filter(Q(location__isnull=False) | Q(resource=practitioner))
    return list(visits.prefetch_related(Prefetch("patient", people))), list(blocks), list(offs)


def sheet(day, visits, blocks, offs):
    """Whoever has a visit or a block here; their time off stands among them."""
    lines = {}
    for visit in visits:
        if visit.location == day.location and day.holds(visit.starts_at):
            lines.setdefault(visit.practitioner, []).append(line_of(visit, day))
    here = [one for one in blocks if one.location == day.location and touches(one.span, day)]
    for block in here:
        if who := treating(block):
            lines.setdefault(who, []).append(Line(block.span.lower, block.span.upper, words=block.title))
    for off in offs:
        if (who := treating(off)) in lines and touches(off.span, day):
            lines[who].append(Line(*within(off.span, day), words="Away"))
    columns = [Column(who, sorted(rows, key=when)) for who, rows in lines.items()]
    others = [
        Line(one.span.lower, one.span.upper, words=f"{one.resource}: {one.title}") for one in here if not treating(one)
    ]
    closed = [Line(*within(off.span, day), words="Closed") for off in offs if off.location_id == day.location.pk]
    return Sheet(
        day,
        sorted(columns, key=lambda column: column.practitioner.name),
        [line for line in closed if line.starts_at < line.ends_at],
        sorted(others, key=when),
    )


def treating(row):
    """The practitioner whose block or time off this is, or None."""
    return getattr(row.resource, "practitioner", None)


def line_of(visit, day):
    patient = visit.patient
    chips = logistics(patient, day.date, forms_missing=not patient.has_intake)
    return Line(
        visit.starts_at, visit.ends_at, visit, notes=(*filter(None, [visit.note]), *(alert.word for alert in chips))
    )


def when(line):
    return line.starts_at, line.ends_at


def touches(span, day):
    return span.lower < day.end and day.start < span.upper


def within(span, day):
    return max(span.lower, day.start), min(span.upper, day.end)
