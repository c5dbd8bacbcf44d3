"""What the chart's page shows: each row planned beside done, the count area by area, the notes, and what is typed."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import prefetch_related_objects
from django.http import Http404
from django.utils import timezone

from scheduling.models import GONE
from sessions import asking, charge, charting, counting, estim, findings, handing_over, needles, reporting
from sessions.editing import refuse_unless_begun
from sessions.editor import visit_of
from sessions.forms import CountForm, DoneForm, HandoverForm, IncidentForm, MissingForm, NotesForm, TimesForm
from sessions.forms.done import FELT, FELT_OF_CURRENT
from sessions.models import EventCode, PlanStatus
from sessions.parts import BLOCKS, Row
from sessions.rows import RELATED, connect

PARTS = ("missing", "incident", "handover")  # forms that only their own button saves


@dataclass
class Done:
    """A row of the plan with the fields for what was done."""

    row: Row
    form: DoneForm

    def field(self, name):
        name = f"{name}-{self.row.key}"
        return self.form[name] if name in self.form.fields else None

    @property
    def note(self):
        return self.field("done_note")

    @property
    def measured(self):
        """What only the treatment shows."""
        names = [name for name in self.form.boxes(self.row) if name != "done_note"]
        return [field for field in map(self.field, names) if field is not None]

    @property
    def charge(self):
        """Microcoulombs a pulse, of a circuit whose current was read."""
        return estim.charge_uc(getattr(self.row.item, "done_ma", None), getattr(self.row.item, "pulse_us", None))

    @property
    def is_asked(self):
        """Was "Changed" pressed before anybody wrote what was different?"""
        return bool(self.note and self.note.errors and self.row.item.outcome == "pending")

    @property
    def is_open(self):
        return bool(self.note and (self.note.errors or self.note.value()))


@dataclass
class Site:
    """A row of the count with its boxes."""

    row: Row
    boxes: dict

    @property
    def planned(self):
        return getattr(self.row.item, "sites", 1)


@dataclass
class Area:
    """A region of the body: its rows, and what they come to."""

    name: str
    sites: list
    tallies: list

    @property
    def key(self):
        return self.name.lower()

    @property
    def put_in(self):
        return total(tally.put_in for tally in self.tallies)

    @property
    def out(self):
        return total(tally.out for tally in self.tallies)

    @property
    def rest(self):
        """What is left in place or named as missing, in words."""
        left, missing = (sum(getattr(tally, name) for tally in self.tallies) for name in ("left_in_place", "missing"))
        return ", ".join(filter(None, [left and f"{left} left in place", missing and f"{missing} reported missing"]))

    @property
    def short(self):
        """Needles short, once anything was counted out: while they rest nothing is."""
        return sum(tally.short for tally in self.tallies) if self.out is not None else 0

    @property
    def difference(self):
        over = "short" if self.short > 0 else "over"
        return f"{counting.in_words(abs(self.short))} {over}" if self.short else ""


def total(numbers):
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def first(found):
    for it in found:
        return it
    raise Http404


class Sheet:
    """One chart. `data` is what was posted: each part of the page has its form over the same data."""

    def __init__(self, user, visit, plan, data=None):
        self.user, self.visit, self.plan, self.data = user, visit, plan, data

    @classmethod
    def load(cls, user, pk, data=None):
        visit, plan = visit_of(user, pk)
        prefetch_related_objects([plan] if plan else [], "handovers")
        return cls(user, visit, plan, data)

    @cached_property
    def rows(self):
        if self.plan is None:
            return []
        connect(self.plan)
        kinds = RELATED.items()
        return [Row(kind, item, self.visit.pk) for kind, name in kinds for item in getattr(self.plan, name).all()]

    def row(self, kind, pk):
        """The row of that kind and key; 404 if this plan has none."""
        return first(row for row in self.rows if (row.kind, row.item.pk) == (kind, pk))

    def event(self, pk):
        return first(event for event in self.events if event.pk == pk)

    @property
    def needled(self):
        """Rows that count needles. One that was left out counts none, unless some were counted."""
        rows = [row for row in self.rows if row.kind in ("needle", "target")]
        return [row for row in rows if row.item.outcome != "omitted" or row.item.needles_in]

    @cached_property
    def notes(self):
        return NotesForm(self.data, note=self.note)

    @property
    def note(self):
        return getattr(self.plan, "note", None)

    @cached_property
    def counts(self):
        return CountForm(self.data, rows=self.needled if self.has_begun else ())

    @cached_property
    def done(self):
        return DoneForm(self.data, rows=self.rows if self.has_begun else ())

    @cached_property
    def times(self):
        return TimesForm(self.data, plan=self.plan if self.has_begun else None, has_current=self.has_current)

    @property
    def has_current(self):
        return bool(self.plan and (findings.kept(self.plan.circuits.all()) or self.plan.current_on_at))

    @property
    def current_until(self):
        return needles.current_until(self.plan)

    @cached_property
    def in_charge(self):
        return charge.in_charge(self.plan)

    @cached_property
    def may_take_over(self):
        return self.has_begun and self.in_charge != self.user and handing_over.may_take(self.user)

    @cached_property
    def handover(self):
        return HandoverForm(takers=handing_over.takers(self.user))

    @cached_property
    def missing(self):
        return MissingForm(rows=self.needled)

    @cached_property
    def incident(self):
        return IncidentForm(rows=self.rows, before=reporting.sessions_before(self.visit)[: reporting.SHOWN])

    @property
    def usual(self):
        """(kind, words) that are usually written for what is felt."""
        return [("needle", FELT), ("circuit", FELT_OF_CURRENT)] if self.has_begun else []

    @property
    def red_flags(self):
        """(what happened, its RedFlag) for each code that has one."""
        return [(EventCode(code).label, flag) for code, flag in asking.red_flags().items()]

    @property
    def opened(self):
        """Which of the parts with their own button were pressed."""
        return [name for name in PARTS if name in vars(self) and vars(self)[name].is_bound]

    def bound(self, name):
        """The form of a part that only its own button saves, filled with what was posted."""
        form = getattr(self, name)
        form.data, form.is_bound = self.data, True
        return form

    def as_it_is_now(self):
        """The chart anew after a refusal, with what the person typed and what is wrong with it."""
        fresh = Sheet.load(self.user, self.visit.pk)
        vars(fresh).update(
            data=self.data,
            notes=self.notes.again(note=fresh.note),
            counts=self.counts.again(rows=fresh.counts.rows),
            done=self.done.again(rows=fresh.done.rows),
            times=self.times.again(plan=fresh.plan, has_current=fresh.has_current),
            **{name: vars(self)[name] for name in PARTS if name in vars(self)},
        )
        return fresh

    @property
    def typed(self):
        """The forms that every button saves, the most precious first."""
        return [self.notes, self.counts, self.done, self.times] if self.has_begun else [self.notes]

    def press(self, kind, pk, outcome):
        """A button says what became of a row; the form keeps it with what was typed there."""
        row = self.row(kind, pk)
        refuse_unless_begun(self.plan)
        self.done.press(row, outcome)

    @property
    def seen(self):
        """(name, value) of what the person sees in each box: nobody overwrites what they have not seen."""
        return [pair for form in self.typed for pair in form.seen()]

    @cached_property
    def blocks(self):
        """(heading, rows) of each kind the plan has."""
        by_kind = {kind: [Done(row, self.done) for row in self.rows if row.kind == kind] for kind in RELATED}
        return [(BLOCKS[kind][0], rows) for kind, rows in by_kind.items() if rows]

    @cached_property
    def areas(self):
        found = {}
        for row in self.needled:
            found.setdefault(counting.AREA_OF[charting.where(row.item).region], []).append(row)
        return [self.area(name, found[name]) for name in counting.AREAS if name in found]

    def area(self, name, rows):
        return Area(
            name,
            [Site(row, self.boxes(row)) for row in rows],
            [self.tally(name, row) for row in rows],
        )

    def boxes(self, row):
        names = [name for name in ("put_in", "out", "left", "until") if f"{name}-{row.key}" in self.counts.fields]
        return {name: self.counts[f"{name}-{row.key}"] for name in names}

    def tally(self, name, row):
        item, lost = row.item, sum(event.missing for event in self.events if self.happened_at(event, row))
        return counting.Tally(name, item.needles_in, item.needles_out, getattr(item, "left_in_place", 0), lost)

    @staticmethod
    def happened_at(event, row):
        return row.item.pk == (event.needle_id if row.kind == "needle" else event.target_id)

    @cached_property
    def events(self):
        return list(self.plan.events.all()) if self.plan else []

    @property
    def total(self):
        """All areas together, for the foot of the table."""
        return Area("Total", [], [tally for area in self.areas for tally in area.tallies])

    @property
    def pending(self):
        return [row for row in self.rows if row.item.outcome == "pending"]

    @property
    def version(self):
        return self.plan.version if self.plan else 0

    @property
    def posted_version(self):
        sent = (self.data or {}).get("version", "")
        return int(sent) if sent.isdecimal() and len(sent) < 10 else 0

    @property
    def status(self):
        return self.plan.status if self.plan else PlanStatus.DRAFT

    @property
    def has_begun(self):
        return self.status == PlanStatus.IN_PROGRESS

    @property
    def is_signed(self):
        return self.status == PlanStatus.SIGNED

    @property
    def can_change(self):
        return not self.is_signed and not self.closed and self.user.has_perm("clinic_sessions.change_sessionplan")

    @cached_property
    def closed(self):
        if self.visit.status in GONE and self.plan is None:
            return f"This visit is {self.visit.get_status_display().lower()}. There is nothing to chart."
        return ""

    @property
    def now(self):
        return timezone.now()
