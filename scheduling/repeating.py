"""The same visit on the next six Tuesdays: each date looked at before anything is written, then all booked or none.

Repeated is the wall-clock time of the location: nine stays nine when the clocks change.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import uuid4, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import availability, booking, claiming, explaining, finding, hours, loading, ranking, sheets, wording
from scheduling.errors import BadTime, NotLicensed, OutOfHours, SentTwice, SeriesTaken
from scheduling.models import GONE, Appointment
from scheduling.placing import Placing, refuse_odd
from scheduling.sheets import Wish

FEWEST, MOST = 2, 26
WEEKS_APART = range(1, 13)
AHEAD = timedelta(days=2 * 366)  # nobody books later
AROUND = timedelta(days=3)  # how far from its date a visit may go: no nearer to the next date than to its own
A_WEEK = timedelta(days=7)
OF_A_DATE = (claiming.Clash, OutOfHours, BadTime, NotLicensed)  # another date may do; other refusals hold for all


@dataclass(frozen=True)
class Proposal:
    """A date of the repetition: `time` is what can be had (a `finding.FreeTime`), or else why not and what instead."""

    wanted: datetime
    time: finding.FreeTime | None = None
    why_not: str = ""
    alternatives: list = field(default_factory=list)

    @property
    def free(self):
        return self.time is not None


def propose(*, patient, service, practitioner, location, starts_at, count, every_weeks, now):
    """A Proposal for each date, the first one included, all looked up in one sheet: three queries.

    Naming with whom a practitioner is busy costs one more, on however many dates. Raises BadTime beyond what can be
    repeated.
    """
    refuse_rhythm(starts_at, count, every_weeks)
    dates = list(repeated(starts_at, location, count, every_weeks))
    first, last = dates[0][0], dates[-1][0]
    if last > now + AHEAD:
        raise BadTime("The last of these visits would be more than two years ahead. Choose fewer.", field="count")
    wish = Wish(service, patient, practitioner, location)
    asked = tuple(wanted for wanted, _ in dates)
    sheet = sheets.load(wish, now, lambda zone: (first - AROUND, last + AROUND), asked=asked)
    return [proposal(sheet, wanted, skipped) for wanted, skipped in dates]


def refuse_rhythm(starts_at, count, every_weeks):
    if not FEWEST <= count <= MOST + 1:  # the first may be in the book already
        raise BadTime(f"A visit can be repeated {FEWEST} to {MOST} times.", field="count")
    if every_weeks not in WEEKS_APART:
        raise BadTime(f"Visits can be 1 to {WEEKS_APART[-1]} weeks apart.", field="every_weeks")
    refuse_odd(starts_at, field="at")


def repeated(starts_at, location, count, every_weeks):
    """Yield (moment, sentence) for each date; the sentence says if the wall-clock time does not exist that day."""
    zone, local = location.zone, starts_at.astimezone(location.zone)
    yield starts_at, ""
    for number in range(1, count):
        day, wall = local.date() + number * every_weeks * A_WEEK, local.time()
        jump = hours.skipped(day, wall, zone)
        yield hours.moment(day, wall, zone), jump and wording.skipped(day, wall, jump, location)


def proposal(sheet, wanted, skipped):
    cell = sheet.grid.cell(wanted.timestamp())
    found = [(row, availability.obstacle(sheet.grid, row.layers, cell)) for row in sheet.rows]
    free = [(row, cell) for row, obstacle in found if obstacle is None]
    if free and not skipped:
        return Proposal(wanted, time=finding.times(sheet, free[:1])[0])
    why_not = skipped or explaining.explain(sheet, found, wanted)
    near = ranking.nearest([Near.of(row, sheet.grid, wanted) for row in sheet.rows], sheet.grid, cell, 3)
    return Proposal(wanted, why_not=why_not, alternatives=finding.times(sheet, [(one.row, at) for one, at in near]))


@dataclass(frozen=True)
class Near:
    """A row of a sheet, only around a date."""

    row: sheets.Row
    possible: int

    @classmethod
    def of(cls, row, grid, wanted):
        start, end = (int((wanted + way * AROUND).timestamp()) for way in (-1, 1))
        return cls(row, row.possible & grid.covered([(start, end)]))


def book_all(*, patient, service, times, by, request_key, note=""):
    """All of `times`, (starts_at, practitioner) each, as visits that share a `series`; or none.

    The patient is locked once, then all that any of them takes in one order. The same `request_key` again returns the
    visits it made. Raises SeriesTaken, which has a Proposal for every date that can't be had, or what holds for all
    dates: see `booking.book`.
    """
    people = {who.pk: loading.with_timetable(who) for _, who in times}
    placings = [
        Placing.new(patient=patient, service=service, practitioner=people[who.pk], starts_at=start)
        for start, who in sorted(times, key=lambda time: time[0])
    ]
    refuse_crowd(placings)
    series = request_key or uuid4()
    keys = [uuid5(series, str(number)) for number in range(MOST)]
    try:
        with transaction.atomic():
            claiming.lock_patient(patient)
            return sent_before(keys, placings) or write_all(placings, keys, by, note=note, series=series)
    except Taken as taken:
        raise series_taken(taken.dates, len(placings)) from None
    except claiming.Clash as clash:  # under the locks: a rival was faster
        raise series_taken([(clash.placing, str(clash))], len(placings)) from None


class Taken(Exception):
    """Some dates can't be had: `dates` is a list of (placing, sentence)."""

    def __init__(self, dates):
        self.dates = dates


def refuse_crowd(placings):
    if not 1 <= len(placings) <= MOST:
        raise BadTime(f"1 to {MOST} visits can be booked at once. Nothing is booked.", field="times")
    for one, other in pairwise(placings):
        if other.starts_at < one.ends_at:
            raise BadTime(wording.two_at_once(one.patient, one.starts_at, other.starts_at, one.location.zone))


def sent_before(keys, placings):
    """The visits that this form booked already. Raises SentTwice if it asks for others now."""
    before = list(Appointment.objects.filter(request_key__in=keys).order_by("starts_at"))
    booked = [(one.patient, one.service, one.practitioner, one.starts_at) for one in before]
    asked = [(one.patient, one.service, one.practitioner, one.starts_at) for one in placings]
    if before and (booked != asked or any(one.status in GONE for one in before)):
        raise SentTwice(wording.sent_twice(before[0]))
    return before


def write_all(placings, keys, by, **fields):
    key_of = dict(zip((one.starts_at for one in placings), keys, strict=False))

    def write(placing, table, device):
        return booking.write(placing, table, device, by, request_key=key_of[placing.starts_at], **fields)

    try:
        return claiming.claim_all(placings, write, lambda: choose_all(placings, by))
    except IntegrityError:  # one key sent for two patients at once: two locks
        if before := sent_before(keys, placings):
            return before
        raise


def choose_all(placings, by):
    """A (table, unit) for each. Raises Taken with all that can't be had, not only the first."""
    chosen, taken = [], []
    for placing in placings:
        try:
            placing.refuse_nonsense(timezone.now())
            placing.ask_checks(by)
            chosen.append(claiming.choose(placing))
        except OF_A_DATE as refusal:
            taken.append((placing, str(refusal)))
    if taken:
        raise Taken(taken)
    return chosen


def series_taken(taken, count) -> ClinicError:
    """Looked for when the transaction has let its locks go: what could be had instead."""
    clashes = [
        Proposal(placing.starts_at, why_not=sentence, alternatives=claiming.nearest(placing))
        for placing, sentence in taken
    ]
    told = [f"{wording.day(one.starts_at, one.location.zone)}: {sentence}" for one, sentence in taken]
    return SeriesTaken(f"Nothing is booked. {len(taken)} of {count} dates can't be had. {' '.join(told)}", clashes)
