"""When a visit can start, found out the slow and obvious way: minute by minute, with sets of minutes.

It shares nothing with the bit sets but the question. A `World` is a practitioner at a location, drawn by `worlds`.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

A_MONDAY_OF_WEEKS_B = date(2024, 1, 1)
MINUTE = timedelta(minutes=1)
FIVE = timedelta(minutes=5)


@dataclass(frozen=True)
class Thing:
    """A table or a unit: (start, end, minutes of rest) of what takes it, (start, end) of its time off."""

    taken: list = field(default_factory=list)
    off: list = field(default_factory=list)


@dataclass(frozen=True)
class World:
    zone: ZoneInfo
    day: date
    now: datetime
    hours: list  # (weekday, weeks, starts, ends)
    stages: list
    turnover: int
    buffer: int
    practitioner: Thing
    tables: list
    devices: list
    closed: list
    elsewhere: list  # where the patient is
    licence: tuple  # (first day, last day)

    @property
    def bounds(self):
        """The calendar day in which the visit is to start."""
        return [
            datetime.combine(self.day + timedelta(days=n), time(), tzinfo=self.zone).astimezone(UTC) for n in (0, 1)
        ]


def starts(world):
    """Every moment on five minutes at which the visit can start."""
    can_start = judge(world)
    start, end = world.bounds
    found = []
    while start < end:
        if can_start(start):
            found.append(start)
        start += FIVE
    return found


def judge(world):
    """A function that tells whether the visit can start at a moment."""
    open_, closed, elsewhere = open_minutes(world), minutes_of(world.closed), minutes_of(world.elsewhere)
    away, busy = minutes_of(world.practitioner.off), taken_minutes(world.practitioner)
    tables = [(taken_minutes(one), minutes_of(one.off)) for one in world.tables]
    devices = [(taken_minutes(one), minutes_of(one.off)) for one in world.devices]

    def can_start(start):
        whole = walk(start, sum(stage["minutes"] for stage in world.stages))
        if start < world.now or not open_.issuperset(whole):
            return False
        treated = staged(world.stages, start, "practitioner")
        kept = walk(treated[-1] + MINUTE, world.buffer) if treated else []
        turned = walk(whole[-1] + MINUTE, world.turnover)
        current = staged(world.stages, start, "device")
        return (
            away.isdisjoint(whole)
            and closed.isdisjoint(whole)
            and elsewhere.isdisjoint(whole)
            and busy.isdisjoint(treated + kept)
            and any(taken.isdisjoint(whole + turned) and off.isdisjoint(whole) for taken, off in tables)
            and (not current or any(taken.isdisjoint(current) and off.isdisjoint(whole) for taken, off in devices))
            and all(world.licence[0] <= at.astimezone(world.zone).date() <= world.licence[1] for at in whole)
        )

    return can_start


def walk(start, count):
    return [start + n * MINUTE for n in range(count)]


def staged(stages, start, need):
    """The minutes of the stages that need it."""
    found = []
    for stage in stages:
        found += walk(start, stage["minutes"]) if stage[need] else []
        start += stage["minutes"] * MINUTE
    return found


def minutes_of(spans):
    return {minute for start, end in spans for minute in walk(start, (end - start) // MINUTE)}


def taken_minutes(thing):
    return minutes_of((start, end + rest * MINUTE) for start, end, rest in thing.taken)


def open_minutes(world):
    """The minutes at which the clock on the wall shows a time within hours of that weekday and week."""
    start, end = world.bounds
    found = set()
    for minute in walk(start, (end - start) // MINUTE + 6 * 60):
        local = minute.astimezone(world.zone)
        cycle = 1 if (local.date() - A_MONDAY_OF_WEEKS_B).days // 7 % 2 else 2
        for weekday, weeks, opens, closes in world.hours:
            if weekday == local.weekday() and weeks in (0, cycle) and opens <= local.time() < closes:
                found.add(minute)
    return found


ZONES = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Phoenix")
# Both clock changes of each, a turn of the year, and a day on which nothing happens; with the days around them.
DAYS = (
    date(2030, 3, 10),
    date(2030, 11, 3),
    date(2030, 3, 31),
    date(2030, 10, 27),
    date(2030, 4, 7),
    date(2030, 10, 6),
    date(2030, 12, 31),
    date(2030, 5, 13),
)
# No hours begin or end at one or two at night: what such wall-clock times mean is for test_clock_changes.
OPENS = [time(0), time(0, 30), time(5, 41), time(7), time(9, 25)]
CLOSES = [time(11), time(12, 3), time(15, 30), time(23, 59)]
AGAIN = [None, (time(16), time(21, 4)), (time(15, 30), time(20))]
FIVES = st.integers(1, 12).map(lambda n: 5 * n)
RESTS = st.sampled_from([0, 5, 10, 15, 30])


@st.composite
def worlds(draw, minutes=FIVES, rests=RESTS):
    """`minutes` of a stage and `rests` are multiples of five unless told otherwise; all else is to the minute."""
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    day = draw(st.sampled_from(DAYS)) + timedelta(days=draw(st.integers(-1, 1)))
    midnight = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)

    def spans(most):
        lengths = st.tuples(st.integers(-60, 1500), st.integers(1, 90))
        drawn = draw(st.lists(lengths, max_size=most))
        return [(midnight + at * MINUTE, midnight + (at + n) * MINUTE) for at, n in drawn]

    def thing():
        return Thing([(*span, draw(st.sampled_from([0, 7, 10]))) for span in spans(4)], spans(1))

    return World(
        zone=zone,
        day=day,
        now=midnight + draw(st.sampled_from([-600, 0, 611])) * MINUTE,
        hours=draw(hours_around(day)),
        stages=draw(stages_of(minutes)),
        turnover=draw(rests),
        buffer=draw(rests),
        practitioner=thing(),
        tables=[thing() for _ in range(draw(st.integers(1, 2)))],
        devices=[thing() for _ in range(draw(st.sampled_from([1, 1, 2, 0])))],
        closed=spans(1),
        elsewhere=spans(1),
        licence=(day - timedelta(days=3), day + timedelta(days=draw(st.sampled_from([1, 1, 0, 0, -1])))),
    )


@st.composite
def hours_around(draw, day):
    """Hours of the day itself and of the next, every week or alternate ones."""
    found = []
    for one in (day, day + timedelta(days=1)):
        weeks, closes = st.sampled_from([0, 0, 0, 1, 2]), draw(st.sampled_from(CLOSES))
        found.append((one.weekday(), draw(weeks), draw(st.sampled_from(OPENS)), closes))
        again = draw(st.sampled_from(AGAIN))
        if again and closes <= again[0]:
            found.append((one.weekday(), draw(weeks), *again))
    return found


@st.composite
def stages_of(draw, minutes):
    return [
        {"name": "x", "minutes": length, "practitioner": draw(st.booleans()), "device": draw(st.booleans())}
        for length in draw(st.lists(minutes, min_size=1, max_size=3))
    ]
