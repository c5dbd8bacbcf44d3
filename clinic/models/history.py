"""History is kept by database triggers, so that raw SQL is on record as well as the ORM."""

import pghistory


def tracked(model):
    """Keep every insert, update and delete of `model` as an event row with its context (who, which request);
    they are at `<model>_history`.

    An inherited model needs its parent tracked too: the trigger sits on one table.
    """
    past = f"{model.__name__.lower()}_history"
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        obj_field=pghistory.ObjForeignKey(related_name=past, related_query_name=past),
    )(model)
