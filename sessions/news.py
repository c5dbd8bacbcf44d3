"""What was done to a plan since somebody last saw it, and what was taken out of it, from the history that the database
keeps."""

from django.apps import apps
from django.db.models import Min

from sessions.rows import KINDS

WORDS = {"insert": "Added", "update": "Changed", "delete": "Removed"}
NAMED_BY = {"needle": "point", "target": "muscle"}  # a circuit is called by its letter: its needles may be gone
MOST = 12  # lines: beyond that the plan itself is read more quickly


def since(plan, version):
    """Sentences about the rows that changed after `version`: "Added LI4 L+R.", "Removed ST36 L."."""
    began = events("SessionPlan").filter(pgh_obj=plan.pk, version__gt=version).aggregate(at=Min("pgh_created_at"))["at"]
    if began is None:
        return []
    found = [
        (event.pgh_created_at, f"{WORDS[event.pgh_label]} {named(kind, model, event)}.")
        for kind, model in KINDS.items()
        for event in rows(kind, model, plan, began)
    ]
    return list(dict.fromkeys(sentence for _, sentence in sorted(found)))[:MOST]


def rows(kind, model, plan, began):
    """Events of one kind of row."""
    changed = events(model.__name__).filter(plan=plan.pk, pgh_created_at__gte=began)
    return changed.select_related(NAMED_BY[kind]) if kind in NAMED_BY else changed


def events(name):
    return apps.get_model("clinic_sessions", f"{name}Event").objects


def named(kind, model, event):
    """An event has the columns of its row, and so its label."""
    row = model(**{column.attname: getattr(event, column.attname) for column in model._meta.concrete_fields})
    if name := NAMED_BY.get(kind):
        setattr(row, name, getattr(event, name))
    return row.label
