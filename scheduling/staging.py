"""What a visit takes, when: its stages laid out from its start. Pure: no ORM, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduling.hours import merged


@dataclass(frozen=True)
class Claim:
    """A resource (by primary key) for a half-open span of time."""

    resource: int
    start: datetime
    end: datetime


def snapshot(stages):
    """The stages of a service as a visit keeps them: a list of {name, minutes, practitioner, device}."""
    return [
        {
            "name": stage.name,
            "minutes": stage.minutes,
            "practitioner": stage.needs_practitioner,
            "device": stage.needs_device,
        }
        for stage in stages
    ]


def length(stages):
    """How long a visit of these stages takes."""
    return timedelta(minutes=sum(stage["minutes"] for stage in stages))


def timetable(stages, start):
    """Yield (stage, start, end) for each stage in turn."""
    for stage in stages:
        end = start + timedelta(minutes=stage["minutes"])
        yield stage, start, end
        start = end


def claims(stages, start, *, practitioner, table, device=None):
    """What the visit takes, by primary key: the table throughout, people and units in the stages that need them.

    Neighbouring stages that need the same resource are one claim. Raises ValueError if a stage needs a unit and none
    was chosen.
    """
    taken = [Claim(table, start, start + length(stages))]
    for need, resource in (("practitioner", practitioner), ("device", device)):
        spans = needed(stages, start, need)
        if spans and resource is None:
            raise ValueError(f"a stage needs a {need}")
        taken += [Claim(resource, begin, end) for begin, end in spans]
    return taken


def needed(stages, start, need):
    """When a "practitioner" or a "device" is needed: a list of (start, end), neighbouring stages joined."""
    return merged((begin, end) for stage, begin, end in timetable(stages, start) if stage[need])
