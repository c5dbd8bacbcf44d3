"""What the plan page shows, in a fixed number of queries: rows with their findings, what is new, what is open."""

from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404

from scheduling.models import GONE, Appointment
from sessions import findings, past
from sessions.forms import ITEM_FORMS
from sessions.models import PlanStatus, Position, SessionPlan
from sessions.parts import Block, Found, Row, Site, counted, needles, where
from sessions.rows import RELATED, connect

WITH_VISIT = ("patient", "practitioner", "service", "table__location", "device")


def visit_of(user, pk):
    """The visit with its plan, as this user may see them: (visit, plan or None). 404 if there is no such visit."""
    plan = SessionPlan.objects.visible_to(user).laid_out().filter(appointment=pk).first()
    if plan:
        return plan.appointment, plan
    return get_object_or_404(Appointment.objects.visible_to(user).select_related(*WITH_VISIT), pk=pk), None


class Editor:
    """One plan, or the place where one will be. `opened` names the form that is open: needle-12 or new-circuit."""

    def __init__(self, user, visit, plan, *, opened="", form=None, points=None, answer=None):
        self.user, self.visit, self.plan = user, visit, plan
        self.opened, self.form, self.points, self.answer = opened, form, points, answer

    @classmethod
    def load(cls, user, pk, **kwargs):
        return cls(user, *visit_of(user, pk), **kwargs)

    def as_it_is_now(self):
        """The plan anew after a refusal, since somebody may have been faster, with what the person typed."""
        typed = {name: getattr(self, name) for name in ("opened", "form", "points", "answer")}
        return Editor.load(self.user, self.visit.pk, **typed)

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

    def item(self, kind, pk):
        """The row of that kind and key; 404 if this plan has none."""
        found = next((item for item in self.items.get(kind, ()) if item.pk == pk), None)
        if found is None:
            raise Http404
        return found

    def item_form(self, kind, data=None, item=None):
        return ITEM_FORMS[kind](data, item=item, ends=self.sites)

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
        labels = [past.wording(kind, item) for kind, items in self.items.items() for item in items]
        return past.difference(labels, self.last.labels) if self.last else None

    @property
    def can_repeat(self):
        return self.can_change and not self.has_begun and bool(self.difference and self.difference.missing)

    @cached_property
    def blocks(self):
        return [self.block(kind, items) for kind, items in self.items.items()]

    def block(self, kind, items):
        rows = [self.row(kind, item) for item in items]
        form = None
        if self.opened == f"new-{kind}" and self.can_change:
            form = self.form or self.item_form(kind)
        return Block(kind, self.visit.pk, rows, form)

    def row(self, kind, item):
        row = Row(kind, item, self.visit.pk)
        row.found = [it for it in self.found if it.finding.subject and self.about(it.finding.subject, row)]
        row.can_change = self.can_change and (not self.has_begun or item.unplanned)
        row.is_new = bool(self.difference) and past.wording(kind, item) in self.difference.new
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
        """The same with what is open, for who can't see the chips."""
        return ", ".join([*self.parts, *filter(None, [self.blocking, self.warning])]) or "The plan is empty"
