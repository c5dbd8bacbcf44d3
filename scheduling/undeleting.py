"""What was deleted a moment ago, out of its event rows: so that Undo can bring it back."""

import pghistory
from django.db.models import Max


def noted(by):
    """As `with noted(by) as context`: whatever is deleted meanwhile is found again by `context.id`."""
    return pghistory.context(user=by.pk)


def deleted(model, context):
    """The last event rows of what was deleted in that context; each holds the fields, and `pgh_obj_id` the key."""
    events = model.pgh_event_model.objects
    last = events.filter(pgh_label="delete", pgh_context=context).values("pgh_obj").annotate(last=Max("pgh_id"))
    return list(events.filter(pgh_id__in=[row["last"] for row in last]).order_by("pgh_obj_id"))
