"""Undo: what made a plan's present version is taken back, read from the history that the database keeps.

Every verb runs in one transaction and one context of the history (`editing`), and the triggers stamp each event with
both: rows that share them with the plan's own event were written by the same verb. An undo is a change like others and
can itself be undone.
"""

from dataclasses import dataclass

from clinic.errors import ClinicError
from sessions import news
from sessions.editing import called, editing, refuse_gone
from sessions.models import PlanStatus
from sessions.refusals import PlanChanged
from sessions.rows import KINDS, PLANNED

PLAN_FIELDS = ("status", "position", "copied_from_id", "protocol_id")
# Needles go in before the circuits that sit on them, and out after.
ORDER = ("needle", "target", "cup", "tuina", "movement", "circuit")
BEGUN = "The session has begun, and its plan stays as it was. Chart what was different instead."


@dataclass(frozen=True)
class RowChange:
    """A row before and after a verb, each as an event that has its columns, or None where there was no row."""

    kind: str
    before: object
    after: object

    @property
    def model(self):
        return KINDS[self.kind]

    @property
    def planned(self):
        return [self.model._meta.get_field(name).attname for name in PLANNED[self.model]]

    @property
    def is_charted(self):
        """Was anything changed that is not planned?"""
        columns = {field.attname for field in self.model._meta.concrete_fields} - set(self.planned)
        return bool(self.before and self.after) and any(
            getattr(self.before, name) != getattr(self.after, name) for name in columns
        )

    @property
    def was_planned(self):
        return not (self.before or self.after).unplanned


def undo(*, plan, version, by):
    """Take back the change that made `version` of the plan, if that still is its version.

    Rows that came go, rows that went come back under their own keys, changed values return. Raises PlanChanged.
    """
    with editing(plan, version=None, by=by) as locked:
        refuse_gone(locked.appointment)
        if locked.version != version:
            raise PlanChanged(f"{faster(locked, by)} changed the plan meanwhile. Nothing was undone.")
        event, before = plan_events(locked)
        rows = [change for kind in ORDER for change in changes_of(kind, locked, event)]
        refuse(rows, event, before)
        restore(locked, rows)
        for name in PLAN_FIELDS:
            setattr(locked, name, getattr(before, name))
    return locked


def faster(plan, by):
    return "You" if plan.changed_by in (by, None) else called(plan.changed_by)


def plan_events(plan):
    """The plan's own event of its present version, and the one before."""
    past = news.events("SessionPlan").filter(pgh_obj=plan.pk)
    events = past.order_by("-pgh_id")[:2]
    if plan.version == 0 or len(events) < 2:
        raise ClinicError("Nothing was changed in this plan yet.")
    if past.filter(pgh_label="update", **moment(events[0])).count() > 1:
        raise ClinicError("The last change was made together with others. Nothing was undone; change it by hand.")
    return events


def moment(event):
    """What the events of one verb have in common."""
    return {"pgh_context": event.pgh_context_id, "pgh_created_at": event.pgh_created_at}


def changes_of(kind, plan, event):
    """What the verb of `event` did to the rows of one kind: a RowChange for each row it touched."""
    events = news.events(KINDS[kind].__name__).filter(plan=plan.pk)
    touched = {}
    for each in events.filter(**moment(event)).order_by("pgh_id"):
        touched.setdefault(each.id, []).append(each)
    before = earlier(events, touched)
    return [
        RowChange(
            kind,
            before=first_of(them[0], before.get(pk)),
            after=None if them[-1].pgh_label == "delete" else them[-1],
        )
        for pk, them in touched.items()
        if them[0].pgh_label != "insert" or them[-1].pgh_label != "delete"
    ]


def first_of(event, earlier):
    """The row before its first event of a verb. A deletion has the columns of the row it took."""
    return {"insert": None, "delete": event}.get(event.pgh_label, earlier)


def earlier(events, touched):
    """{key: the last event before those of this verb} for rows that it changed. The plan is locked while its rows are
    written, so that their events are numbered in the order of its versions."""
    changed = {pk: them[0].pgh_id for pk, them in touched.items() if them[0].pgh_label == "update"}
    if not changed:
        return {}
    past = events.filter(id__in=changed, pgh_id__lt=min(changed.values()))
    return {each.id: each for each in past.order_by("id", "-pgh_id").distinct("id")}


def refuse(rows, event, before):
    planned = [getattr(event, name) != getattr(before, name) for name in PLAN_FIELDS]
    if not rows and not any(planned):
        raise ClinicError("The last change was not in the plan. Nothing was undone.")
    begun = PlanStatus.IN_PROGRESS in (event.status, before.status)
    if begun and (any(planned) or any(change.was_planned for change in rows)):
        raise ClinicError(BEGUN)
    if any(change.is_charted for change in rows):
        raise ClinicError("The last change was in the chart. Put it right there; nothing was undone.")


def restore(plan, rows):
    for change in reversed(rows):
        if change.before is None:
            change.model.objects.get(plan=plan, pk=change.after.id).delete()
    for change in rows:
        if change.before and change.after:
            values = {name: getattr(change.before, name) for name in change.planned}
            change.model.objects.filter(plan=plan, pk=change.after.id).update(**values)
        elif change.before:
            columns = [field.attname for field in change.model._meta.concrete_fields]
            change.model.objects.bulk_create([change.model(**{name: getattr(change.before, name) for name in columns})])
