"""What somebody looks at: which days of which location, whose columns, and what is left out. Pure: no ORM, no clock."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from scheduling.hours import midnight


class By(StrEnum):
    """Whose columns."""

    PRACTITIONER = "practitioner"
    TABLE = "table"
    DEVICE = "device"


class Span(StrEnum):
    """A day of everybody, or a week of one."""

    DAY = "day"
    WEEK = "week"


class Colour(StrEnum):
    SERVICE = "service"
    STATUS = "status"


@dataclass(frozen=True)
class Shown:
    """`column` is the one whose week or list is shown, by primary key; empty filters leave nothing out."""

    location: int
    zone: ZoneInfo
    day: date
    by: By = By.PRACTITIONER
    span: Span = Span.DAY
    column: int | None = None
    practitioner: tuple[int, ...] = ()
    service: tuple[int, ...] = ()
    status: tuple[str, ...] = ()
    colour: Colour = Colour.SERVICE

    @property
    def first(self):
        return self.day - timedelta(days=self.day.weekday()) if self.span == Span.WEEK else self.day

    @property
    def step(self):
        """How many days are shown, and how far the next page is."""
        return 7 if self.span == Span.WEEK else 1

    @property
    def days(self):
        return [self.first + timedelta(days=n) for n in range(self.step)]

    @property
    def after(self):
        """The day after the last."""
        return self.first + timedelta(days=self.step)

    @property
    def window(self):
        """The shown days as moments, half-open."""
        return midnight(self.first, self.zone), midnight(self.after, self.zone)

    @property
    def filters(self):
        """How many kinds of things are left out."""
        return sum(bool(one) for one in (self.practitioner, self.service, self.status))

    def query(self, **changes):
        """As it stands in the address: only what is not so anyway."""
        then = replace(self, **changes)
        wanted = {
            "location": then.location,
            "day": then.day.isoformat(),
            "by": then.by if then.by != By.PRACTITIONER else None,
            "span": then.span if then.span != Span.DAY else None,
            "column": then.column,
            "practitioner": then.practitioner,
            "service": then.service,
            "status": then.status,
            "colour": then.colour if then.colour != Colour.SERVICE else None,
        }
        return urlencode({name: value for name, value in wanted.items() if value}, doseq=True)
