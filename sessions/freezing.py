"""The triggers that keep a signed record as it is: see docs/decisions/frozen-record.md.

They hold for the application's own role, which is no superuser. What an owner of the database does shows in the
chain of signed records instead (`sessions.signing`).
"""

import pgtrigger

REFUSE = "RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation';"

# FOR SHARE closes the race between signing and writing a child, in both orders; it must stand without signed_at in
# its WHERE, or a row signed while we waited would not be seen.
LOOK_AT_PARENTS = """
FOR parent IN
    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan
    WHERE plan.id = ANY (CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]
        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]
        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)
    ORDER BY plan.id FOR SHARE
LOOP
    IF parent.signed_at IS NOT NULL THEN
        {refuse}
    END IF;
END LOOP;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""

# Needles in = out + left in place + named in an incident, for every row, or the signature is refused.
COUNT_NEEDLES = """
IF EXISTS (
    SELECT 1 FROM (
        SELECT coalesce(needles_in, -1) AS put_in, coalesce(needles_out, 0) + left_in_place + coalesce((
            SELECT sum(missing) FROM clinic_sessions_adverseevent WHERE needle_id = needle.id), 0) AS accounted
        FROM clinic_sessions_needlepoint needle WHERE plan_id = NEW.id AND outcome <> 'omitted'
        UNION ALL
        SELECT coalesce(needles_in, -1), coalesce(needles_out, 0) + coalesce((
            SELECT sum(missing) FROM clinic_sessions_adverseevent WHERE target_id = target.id), 0)
        FROM clinic_sessions_dryneedlingtarget target WHERE plan_id = NEW.id AND outcome <> 'omitted'
    ) counts WHERE put_in <> accounted
) THEN
    RAISE EXCEPTION 'needles in and out differ' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
"""

SPARE_FROM_TRUNCATE = """
IF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'
   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN
    {refuse}
END IF;
RETURN NULL;
"""


def no_truncate():
    return pgtrigger.Trigger(
        name="no_truncate_once_signed",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=SPARE_FROM_TRUNCATE.format(refuse=REFUSE),
    )


def frozen_plan():
    """For the plan: no change once signed, no signature over an open needle count."""
    return [
        pgtrigger.Trigger(
            name="signed_never_changes",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            condition=pgtrigger.Q(old__signed_at__isnull=False),
            func=REFUSE,
        ),
        pgtrigger.Trigger(
            name="signed_only_if_counted",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            condition=pgtrigger.Q(old__signed_at__isnull=True, new__signed_at__isnull=False),
            func=COUNT_NEEDLES,
        ),
        pgtrigger.Trigger(
            name="signed_by_an_update_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            condition=pgtrigger.Q(new__signed_at__isnull=False),
            func="RAISE EXCEPTION 'a plan is signed after it was written';",
        ),
        no_truncate(),
    ]


def frozen_child():
    """For every row that hangs on a plan: no insert, update or delete once the plan is signed."""
    return [
        pgtrigger.Trigger(
            name="frozen_with_its_plan",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("parent", "record")],
            func=LOOK_AT_PARENTS.format(refuse=REFUSE),
        ),
        no_truncate(),
    ]


def append_only():
    """For what is written once: the signed record and its amendments."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        no_truncate(),
    ]
