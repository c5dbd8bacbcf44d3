"""What a visit takes, when: its stages laid out from its start. Pure: no ORM, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduling.hours import merged

NO_TIME = timedelta(0)


@dataclass(frozen=True)
class Claim:
    """A resource (by primary key) for a half-open span of time, and the time it should rest afterwards."""

    resource: int
    start: datetime
    end: datetime
    rest: timedelta = NO_TIME


def snapshot(stages):
    """The stages of a service as a visit keeps them: a list of {name, minutes, practitioner, device, elastic}."""
    return [
        {
            "name": stage.name,
            "minutes": stage.minutes,
            "practitioner": stage.needs_practitioner,
            "device": stage.needs_device,
            "elastic": stage.elastic,
        }
        for stage in stages
    ]


def length(stages):
    """How long a visit of these stages takes."""
    return timedelta(minutes=sum(stage["minutes"] for stage in stages))


def stretched(stages, minutes, *, begun=0):
    """The stages with `minutes` more or less in the longest elastic one; `begun` of them are over and stay as they are.

    None if no stage is elastic.
    """
    elastic = [number for number, stage in enumerate(stages) if stage.get("elastic") and number >= begun]
    if not elastic:
        return None
    grows = max(elastic, key=lambda number: stages[number]["minutes"])
    return [
        stage | {"minutes": stage["minutes"] + minutes} if number == grows else stage
        for number, stage in enumerate(stages)
    ]


def timetable(stages, start):
    """Yield (stage, start, end) for each stage in turn."""
    for stage in stages:
        end = start + timedelta(minutes=stage["minutes"])
        yield stage, start, end
        start = end


def claims(stages, start, *, practitioner, table, device=None, turnover=NO_TIME, buffer=NO_TIME):
    """What the visit takes, by primary key: the table throughout, people and units in the stages that need them.

    Neighbouring stages that need the same resource are one claim. The table rests for the turnover, the practitioner
    after the last of theirs for the buffer. Raises ValueError if a stage needs a unit and none was chosen.
    """
    return [
        Claim(table, start, start + length(stages), turnover),
        *staged(stages, start, "practitioner", practitioner, buffer),
        *staged(stages, start, "device", device),
    ]


def claims_of(visit, start):
    """What a visit takes that starts then."""
    return claims(
        visit.stages,
        start,
        practitioner=visit.practitioner_id,
        table=visit.table_id,
        device=visit.device_id,
        turnover=timedelta(minutes=visit.turnover_minutes),
        buffer=timedelta(minutes=visit.buffer_minutes),
    )


def staged(stages, start, need, resource, rest=NO_TIME):
    """The claims on a practitioner or a device; only the last one is followed by a rest."""
    spans = needed(stages, start, need)
    if spans and resource is None:
        raise ValueError(f"a stage needs a {need}")
    return [Claim(resource, *span, rest if span == spans[-1] else NO_TIME) for span in spans]


def needed(stages, start, need):
    """When a "practitioner" or a "device" is needed: a list of (start, end), neighbouring stages joined."""
    return merged((begin, end) for stage, begin, end in timetable(stages, start) if stage[need])
