"""What every part of the sample clinic stands on: its day, its clock and its dice."""

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

STEP = 5  # minutes: the grid visits start on
NIGHT = time(0, 30), time(22, 35)  # outside, too little of the day's scene would fit into today


@dataclass(frozen=True)
class Ground:
    """`now` is the moment of loading. Each noun draws from dice of its own, so that one more draw moves nobody else."""

    now: datetime
    zone: ZoneInfo
    seed: int = 7

    @property
    def today(self):
        return self.now.astimezone(self.zone).date()

    @property
    def scene(self):
        """The moment today's visits are arranged around: now on the grid, kept off midnight."""
        local = self.now.astimezone(self.zone).replace(second=0, microsecond=0, tzinfo=None)
        local -= timedelta(minutes=local.minute % STEP)
        first, last = (datetime.combine(self.today, edge) for edge in NIGHT)
        return min(max(local, first), last).replace(tzinfo=self.zone).astimezone(UTC)

    def dice(self, noun):
        return random.Random(f"{self.seed} {noun}")  # noqa: S311 (a sample, not a secret)

    def day(self, days):
        """The date so many days from today."""
        return self.today + timedelta(days=days)

    def at(self, day, moment):
        """The instant of a wall-clock time in the clinic's zone."""
        return datetime.combine(day, moment, tzinfo=self.zone).astimezone(UTC)

    def ago(self, **span):
        return self.now - timedelta(**span)

    def past(self, moment):
        """Not later than now: what has happened has happened."""
        return min(moment, self.now)


def key(dice):
    """A request key as a form would make it, out of the same dice."""
    return uuid.UUID(int=dice.getrandbits(128), version=4)
