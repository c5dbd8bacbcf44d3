"""The day of the clinic, read in a number of queries that neither visits nor locations change."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Prefetch, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from clinic.models import Practitioner, Service
from desk import gaps
from desk.days import Day
from desk.rows import Row, row_of
from patients.models import Patient
from scheduling import hours, loading
from scheduling.models import Appointment, Status

SHORTEST_GAP = timedelta(minutes=20)
ROOMED = {Status.ARRIVED, Status.IN_SESSION}


@dataclass(frozen=True)
class Gap:
    """Time in which a practitioner could take a visit: the shortest service fits in."""

    practitioner: Practitioner
    day: Day
    starts_at: datetime
    ends_at: datetime

    @property
    def url(self):
        """Where it is filled: the booking page, looking for this time with this practitioner."""
        start = timezone.localtime(self.starts_at, self.day.location.zone)
        wish = {"practitioner": self.practitioner.pk, "location": self.day.location.pk}
        return f"{reverse('scheduling:book')}?{urlencode({**wish, 'day': f'{start:%Y-%m-%d}', 'at': f'{start:%H:%M}'})}"

    @property
    def length(self):
        """As people say it: 40 min, 2 h, 2 h 30 min."""
        whole, minutes = divmod(int((self.ends_at - self.starts_at).total_seconds()) // 60, 60)
        return " ".join([f"{whole} h"] * bool(whole) + [f"{minutes} min"] * bool(minutes))


@dataclass(frozen=True)
class Entry:
    """A line of the list: a visit, a gap, or neither and then it is now."""

    at: datetime
    row: Row | None = None
    gap: Gap | None = None


@dataclass(frozen=True)
class Board:
    """One location's day."""

    day: Day
    rows: list[Row]
    gaps: list[Gap]

    @property
    def entries(self):
        """In time order what is still to be done; on any other day than today, everything."""
        to_do = [row for row in self.rows if not (self.day.is_today and row.is_over)]
        lines = [Entry(row.visit.starts_at, row=row) for row in to_do]
        lines += [Entry(gap.starts_at, gap=gap) for gap in self.gaps]
        return sorted(lines + self.line_of_now(lines), key=lambda entry: entry.at)

    def line_of_now(self, lines):
        """Between what has been and what comes, where there is both."""
        past = [line.at < self.day.now for line in lines]
        return [Entry(self.day.now)] if self.day.is_today and len(set(past)) == 2 else []

    @property
    def over(self):
        """Today's visits that are completed or called off: out of the way of the others, but not out of sight."""
        return [row for row in self.rows if row.is_over] if self.day.is_today else []


def with_all(visits, user, day):
    """The visits with everything that a row says; health facts only for whoever may see them."""
    patients = Patient.objects.with_alerts(user, day)
    return visits.select_related("practitioner", "service", "table__location", "plan", "sitting").prefetch_related(
        Prefetch("patient", patients)
    )


def boards(user, places, *, practitioner=None):
    """A Board for each Day, of everybody or of one practitioner; locations without anything are left out."""
    if not places:
        return []
    visits = Appointment.objects.visible_to(user).starting(*bounds(places))
    if practitioner:
        visits = visits.filter(practitioner=practitioner)
    visits = list(with_all(visits, user, places[0].date))
    free = free_times(places, practitioner)
    found = [
        Board(day, rows(visits, day, user, practitioner), [gap for gap in free if gap.day == day]) for day in places
    ]
    return [board for board in found if board.rows or board.gaps]


def bounds(places):
    return min(day.start for day in places), max(day.end for day in places)


def rows(visits, day, user, practitioner):
    """Rows of the visits at this location whose local day it is."""
    here = [visit for visit in visits if visit.location == day.location and day.holds(visit.starts_at)]
    return [row_of(visit, user, day.now, "mine" if practitioner else "clinic") for visit in here]


def free_times(places, practitioner):
    """The gaps of what is left of the day; none of the past."""
    ahead = [day for day in places if not day.is_over]
    if not ahead or not (shortest := shortest_visits()):
        return []
    people = Practitioner.objects.active().with_timetable()
    people = list(people.filter(pk=practitioner.pk) if practitioner else people)
    start, end = bounds(ahead)
    taken = loading.spans(people=people, places=[], start=start, end=end, now=ahead[0].now)
    able = [person for person in people if person.pk in shortest]
    return [gap for person in able for day in ahead for gap in gaps_of(person, day, taken, shortest[person.pk])]


def gaps_of(person, day, taken, shortest):
    worked = loading.hours_of(person).get(day.location.pk, [])
    working = [
        (int(start.timestamp()), int(end.timestamp()))
        for start, end in hours.spans(worked, [day.date], day.location.zone)
    ]
    busy = [*taken.taken[person.pk], *taken.off[person.pk], *taken.closed[day.location.pk]]
    for start, end in gaps.free(working, busy, since=next_five(day.now), shortest=shortest.total_seconds()):
        yield Gap(person, day, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))


def next_five(now):
    """Visits start on five minutes: the next such moment, in epoch seconds."""
    return -(-int(now.timestamp()) // 300) * 300


def shortest_visits():
    """{practitioner: length of the shortest service they offer}, so that no gap is shown that nothing fits into."""
    offered = Service.objects.active().order_by().filter(practitioners__isnull=False)
    lengths = offered.values("pk", "practitioners").annotate(length=Sum("stages__minutes"))
    found = {}
    for row in lengths.filter(length__isnull=False):
        length = max(timedelta(minutes=row["length"]), SHORTEST_GAP)
        found[row["practitioners"]] = min(length, found.get(row["practitioners"], length))
    return found


def rooms(user, places):
    """Who is here, today: waiting patients first, then by room."""
    today = [day for day in places if day.is_today]
    if not today:
        return []
    here = Appointment.objects.visible_to(user).filter(status__in=ROOMED).starting(*bounds(today))
    here = with_all(here, user, today[0].date).order_by("status", "table__room", "table__name", "starts_at")
    return [row_of(visit, user, today[0].now, "mine") for visit in here]


def one_row(user, pk, view):
    """The row of one visit, for a fragment; raises Appointment.DoesNotExist."""
    day = timezone.localdate()
    return row_of(with_all(Appointment.objects.visible_to(user), user, day).get(pk=pk), user, timezone.now(), view)
