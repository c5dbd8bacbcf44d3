"""What the plan page shows, in a fixed number of queries: rows with their findings, what is new, what is open."""

from functools import cached_property

from django.shortcuts import get_object_or_404

from scheduling.models import GONE, Appointment
from sessions import dosing, findings, fitting, past, since
from sessions.forms import ITEM_FORMS, UnitForm
from sessions.models import PlanStatus, Position, SessionPlan
from sessions.parts import Around, Block, Found, Row, Site, counted, needles, where
from sessions.rows import RELATED, connect

WITH_VISIT = ("patient", "practitioner", "service", "table__location", "device")


def visit_of(user, pk):
    """The visit with its plan, as this user may see them: (visit, plan or None). 404 if there is no such visit."""
    # Not `first()`: a visit has one plan at most, and PostgreSQL plans for the order three times as long.
    for plan in SessionPlan.objects.visible_to(user).laid_out().filter(appointment=pk):
        return plan.appointment, plan
    return get_object_or_404(Appointment.objects.visible_to(user).select_related(*WITH_VISIT), pk=pk), None


class Editor:
    """One plan, or the place where one will be. `opened` names what is open: needle-12, new-circuit, unit, gentler or
    more; `picked` are the keys of the sites that a new circuit starts with, `moved` the row that was just moved."""

    def __init__(self, user, visit, plan, *, opened="", picked=(), form=None, points=None, answer=None, moved=""):
        self.user, self.visit, self.plan, self.picked, self.moved = user, visit, plan, picked, moved
        self.opened, self.form, self.points, self.answer = opened, form, points, answer

    @classmethod
    def load(cls, user, pk, **kwargs):
        return cls(user, *visit_of(user, pk), **kwargs)

    def as_it_is_now(self):
        """The plan anew after a refusal, since somebody may have been faster, with what the person typed."""
        typed = {name: getattr(self, name) for name in ("opened", "form", "points", "answer")}
        now = Editor.load(self.user, self.visit.pk, **typed)
        if item := getattr(self.form, "item", None):
            found = now.find(self.form.name, item.pk)
            now.form = found and self.form.again(item=found, around=now.around)
        return now

    @cached_property
    def items(self):
        """{kind: rows}"""
        if self.plan is None:
            return {kind: [] for kind in RELATED}
        connect(self.plan)
        return {kind: list(getattr(self.plan, name).all()) for kind, name in RELATED.items()}

    @cached_property
    def sites(self):
        return [Site(needle, side) for needle in self.items["needle"] for side in needle.electrodes]

    def find(self, kind, pk):
        """The row of that kind and key, if this plan has it."""
        return next((item for item in self.items[kind] if item.pk == pk), None)

    @property
    def around(self):
        return Around(tuple(self.sites), tuple(self.items["circuit"]), self.visit.device, self.picked)

    def item_form(self, kind, data=None, item=None):
        return ITEM_FORMS[kind](data, item=item, around=self.around)

    @cached_property
    def unit_form(self):
        """The form that chooses the visit's e-stim unit, if it is open."""
        if self.opened != "unit" or not self.can_change:
            return None
        return self.form or UnitForm(visit=self.visit)

    @property
    def no_unit(self):
        """Why no channel can be had, as a sentence; nothing if the visit's unit has some."""
        unit = self.visit.device
        return fitting.unusable(unit) if unit else "No e-stim unit is with this visit."

    @cached_property
    def found(self):
        """Findings with their answers, gravest first."""
        if self.plan is None:
            return []
        refused = self.answer.data.get("fingerprint") if self.answer else None
        return [
            Found(it.finding, it.response, self.answer if it.finding.fingerprint == refused else None)
            for it in findings.of_plan(self.plan)
        ]

    @cached_property
    def last(self):
        return past.last_time(self.visit)

    @cached_property
    def difference(self):
        connected = self.items and self.plan
        return self.last and self.last.difference(connected)

    @property
    def can_repeat(self):
        return self.can_change and not self.has_begun and bool(self.difference and self.difference.missing)

    @property
    def can_undo(self):
        return self.can_change and not self.has_begun and self.version > 0

    @property
    def can_step(self):
        return self.can_change and not self.has_begun and not self.is_empty

    @property
    def less(self):
        """What "gentler" would do, and by which steps; nothing unless that is asked."""
        if self.can_step and self.opened == "gentler":
            return {"steps": dosing.listed(dosing.gentler(self.items)), "doses": dosing.doses("gentler").values()}
        return None

    @property
    def more(self):
        """What can be raised, one at a time, and what speaks against it; nothing unless that is asked."""
        if not (self.can_step and self.opened == "more"):
            return None
        doses = dosing.doses("more")
        raises = [(what, doses[what], dosing.listed(dosing.one_step_more(self.items, what))) for what in dosing.RAISES]
        told = since.incidents(self.last) if self.last else []
        return {"raises": raises, "by_hand": doses["needles"], "against": [it for it in told if it.speaks_against_more]}

    @cached_property
    def blocks(self):
        return [self.block(kind, items) for kind, items in self.items.items()]

    def block(self, kind, items):
        rows = [self.row(kind, item, place, len(items)) for place, item in enumerate(items, 1)]
        form = None
        if self.opened == f"new-{kind}" and self.can_change:
            form = self.form or self.item_form(kind)
        return Block(kind, self.visit.pk, rows, form)

    def row(self, kind, item, place, of):
        row = Row(kind, item, self.visit.pk, place=place, of=of)
        row.found = [it for it in self.found if it.finding.subject and self.about(it.finding.subject, row)]
        row.can_change = self.can_change and (not self.has_begun or item.unplanned)
        row.can_move = row.can_change and not self.has_begun and kind != "circuit" and of > 1
        if self.difference:
            row.is_new = (kind, item.pk) in self.difference.new
            row.before = self.difference.matches.get((kind, item.pk))
        if self.opened == row.key and row.can_change:
            row.form = self.form or self.item_form(kind, item=item)
        return row

    @staticmethod
    def about(subject, row):
        return (subject.kind, subject.pk) == (row.kind, row.item.pk)

    @cached_property
    def loose(self):
        """Findings about the plan as a whole."""
        return [it for it in self.found if it.finding.subject is None]

    @property
    def addable(self):
        return [block for block in self.blocks if block.adds]

    @property
    def is_empty(self):
        return not any(self.items.values())

    @property
    def version(self):
        return self.plan.version if self.plan else 0

    @property
    def status(self):
        return self.plan.status if self.plan else PlanStatus.DRAFT

    @property
    def is_draft(self):
        return self.status == PlanStatus.DRAFT

    @property
    def is_ready(self):
        return self.status == PlanStatus.READY

    @property
    def has_begun(self):
        return self.status == PlanStatus.IN_PROGRESS

    @cached_property
    def closed(self):
        """Why nothing can be changed here, or nothing."""
        if self.status == PlanStatus.SIGNED:
            return "This session is signed and never changes. Open the record to add an amendment."
        if self.visit.status in GONE:
            kept = " What was planned is kept." if self.plan else ""
            return f"This visit is {self.visit.get_status_display().lower()}. There is nothing to plan.{kept}"
        return ""

    @cached_property
    def can_change(self):
        return not self.closed and self.user.has_perm("clinic_sessions.change_sessionplan")

    @property
    def position(self):
        return self.plan.position if self.plan else Position.SUPINE

    @property
    def positions(self):
        return Position.choices

    @cached_property
    def open_findings(self):
        return [it.finding for it in self.found if it.finding.needs_answer and not it.answer]

    @property
    def blocking(self):
        return counted(len(self.open_of("block")), "block")

    @property
    def warning(self):
        return counted(len(self.open_of("warn")), "warning")

    @property
    def first_block(self):
        return where(self.open_of("block")[0])

    @property
    def first_warning(self):
        return where(self.open_of("warn")[0])

    def open_of(self, severity):
        return [finding for finding in self.open_findings if finding.severity == severity]

    @cached_property
    def parts(self):
        """7 needles, 1 circuit, 2 muscles."""
        rows = {block.kind: block.rows for block in self.blocks}
        said = [
            counted(needles(rows["needle"]), "needle"),
            counted(len(rows["circuit"]), "circuit"),
            counted(len(rows["target"]), "muscle"),
            counted(sum(row.item.cups for row in rows["cup"]), "cup"),
            "Tui Na" if rows["tuina"] else "",
            counted(len(rows["movement"]), "exercise"),
        ]
        return [words for words in said if words]

    @property
    def summary(self):
        """The same with what is open, for who can't see the chips; after a move, where the row is now."""
        if moved := next((row for block in self.blocks for row in block.rows if row.key == self.moved), None):
            return f"{moved.label} is now {moved.place} of {moved.of}."
        return ", ".join([*self.parts, *filter(None, [self.blocking, self.warning])]) or "The plan is empty"
