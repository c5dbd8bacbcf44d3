"""What the chart sends while somebody types: only the boxes that were changed, and only their forms are built."""

import re

from sessions.forms import CountForm, DoneForm, NotesForm, TimesForm
from sessions.parts import Row
from sessions.rows import KINDS

OF_A_ROW = re.compile(rf"\w+-(?P<kind>{'|'.join(KINDS)})-(?P<pk>[0-9]{{1,18}})", re.ASCII)


def forms_for(plan, data):
    """The forms that hold the boxes in `data`, with the rows they are about and no others."""
    forms = []
    if any(name in data for name in NotesForm.base_fields):
        forms.append(NotesForm(data, note=getattr(plan, "note", None)))
    if rows := rows_in(plan, data):
        needled = [row for row in rows if row.kind in ("needle", "target")]
        forms += [
            form for form in (CountForm(data, rows=needled), DoneForm(data, rows=rows)) if set(form.fields) & set(data)
        ]
    if any(name in data for name in TimesForm.base_fields):
        forms.append(TimesForm(data, plan=plan))
    return forms


def rows_in(plan, data):
    """The rows of this plan that names in `data` speak of; one that is gone meanwhile is not among them."""
    wanted = {}
    for found in filter(None, map(OF_A_ROW.fullmatch, data)):
        wanted.setdefault(found["kind"], set()).add(int(found["pk"]))
    return [
        Row(kind, item, plan.appointment_id)
        for kind, keys in wanted.items()
        for item in KINDS[kind].objects.filter(plan=plan, pk__in=keys)
    ]
