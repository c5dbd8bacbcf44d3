"""A page of the calendar: what is drawn, one column of it as a list, and where the links lead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from clinic.templatetags.deqi import DRAWN, STATUSES, known
from scheduling.calendar import drawing, rows
from scheduling.calendar.drawing import Drawing
from scheduling.calendar.rows import Rows
from scheduling.calendar.shown import By, Colour, Shown, Span
from scheduling.models import COMING, LIVE, Status

VIEWS = [(By.PRACTITIONER, "Practitioner", "1"), (By.TABLE, "Table", "2"), (By.DEVICE, "Device", "3")]
SPANS = [(Span.DAY, "Day"), (Span.WEEK, "Week")]
COLOURS = [(Colour.SERVICE, "Service"), (Colour.STATUS, "Status")]


def look_of(status):
    """Icon, word and tone of a status, as its chip has them."""
    sign, tone, word = STATUSES[known(status)]
    return {"icon": DRAWN[sign], "word": word, "tone": tone}


LOOKS = {status.value: look_of(status) for status in Status}


@dataclass(frozen=True)
class Link:
    text: str
    query: str
    current: bool = False
    key: str = ""


@dataclass(frozen=True)
class Entry:
    """A visit or a block in the list."""

    day: date
    starts: str
    ends: str
    visit: dict | None = None
    block: int | None = None
    title: str = ""
    where: str = ""

    @property
    def may_move(self):
        return self.visit["status"] in COMING


@dataclass(frozen=True)
class Page:
    shown: Shown
    rows: Rows
    drawing: Drawing
    version: str
    now: datetime

    @classmethod
    def load(cls, shown, *, user, now, version):
        """`version` was read before: a change in between is then seen at the next look, never missed."""
        found = rows.load(shown, user=user, statuses=sorted(shown.status or LIVE))
        own = next((one.id for one in found.things.values() if one.user == user.pk), None)
        return cls(shown, found, drawing.draw(found, shown, shown.column or own), version, now)

    @property
    def data(self):
        """What calendar.js draws."""
        return self.drawing.plain(self.shown) | {
            "version": self.version,
            "offset": offset(self.now, self.shown.zone),
            "query": self.shown.query(column=self.drawing.chosen and self.drawing.chosen["id"]),
            "colour": self.shown.colour,
            "statuses": LOOKS,
        }

    @property
    def is_today(self):
        return self.today in self.shown.days

    @property
    def today(self):
        return self.now.astimezone(self.shown.zone).date()

    @property
    def previous(self):
        return self.shown.query(day=self.shown.day - timedelta(days=self.shown.step))

    @property
    def following(self):
        return self.shown.query(day=self.shown.day + timedelta(days=self.shown.step))

    @property
    def to_today(self):
        return self.shown.query(day=self.today)

    @property
    def to_block(self):
        """What the form of a block need not ask."""
        known = {"location": self.shown.location, "day": self.shown.day.isoformat()}
        return urlencode(known | ({"resource": self.drawing.chosen["id"]} if self.shown.step == 7 else {}))

    @property
    def unfiltered(self):
        return self.shown.query(practitioner=(), service=(), status=())

    @property
    def views(self):
        return [Link(word, self.shown.query(by=by, column=None), self.shown.by == by, key) for by, word, key in VIEWS]

    @property
    def spans(self):
        """The week is that of the column that the list shows."""
        column = self.drawing.chosen and self.drawing.chosen["id"]
        return [Link(word, self.shown.query(span=span, column=column), self.shown.span == span) for span, word in SPANS]

    @property
    def colours(self):
        return [Link(word, self.shown.query(colour=one), self.shown.colour == one) for one, word in COLOURS]

    @property
    def entries(self):
        """The chosen column as a list."""
        chosen = self.drawing.chosen
        if not chosen:
            return []
        visits = [self.entry(one) for one in self.drawing.visits if one[self.shown.by] == chosen["id"]]
        blocks = [
            Entry(*when(one), block=one["id"], title=one["title"])
            for one in self.drawing.blocks
            if one["column"] == chosen["id"]
        ]
        return sorted([*visits, *blocks], key=lambda one: (one.day, one.starts))

    def entry(self, visit):
        kinds = [kind for kind in By if kind != self.shown.by and visit[kind]]
        where = " · ".join(self.rows.things[visit[kind]].name for kind in kinds if visit[kind] in self.rows.things)
        what = self.drawing.services[visit["service"]]["name"]
        return Entry(*when(visit), visit=visit, title=what, where=where)

    @property
    def people(self):
        """Whom the filter offers: who works here at all or is shown."""
        return [
            one
            for one in self.rows.things.values()
            if one.kind == By.PRACTITIONER and (one.active or one.id in self.shown.practitioner)
        ]

    @property
    def services(self):
        """(primary key, name, colour) of those that the filter offers."""
        found = ((pk, *drawing.service(*row).values()) for pk, row in self.rows.services.items())
        return sorted(found, key=lambda one: one[1])

    @property
    def statuses(self):
        return [(status.value, status.label) for status in Status]


def when(one):
    """Day, start and end of a visit or block."""
    return date.fromisoformat(one["starts"][:10]), one["starts"][11:], one["ends"][11:]


def offset(now, zone):
    """How far the clocks of `zone` are from UTC just now: "-05:00"."""
    text = f"{now.astimezone(zone):%z}"
    return f"{text[:3]}:{text[3:5]}"
