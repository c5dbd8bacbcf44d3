"""The triggers that keep a signed record as it is: see docs/decisions/frozen-record.md.

They hold for the application's own role, which is no superuser. What an owner of the database does shows in the
chain of signed records instead (`sessions.verifying`). Each refusal carries the name of its rule where
PostgreSQL puts a constraint's name, so that the application can say it in words (`sessions.refusals`).
"""

# ruff: noqa: S608 - every name in this SQL is a constant of this file

import pgtrigger


def refuse(rule, message):
    """PL/pgSQL that raises as a broken constraint named `rule` would."""
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{rule}';"


FROZEN = refuse("signed_never_changes", "a signed session never changes")

# FOR SHARE closes the race between signing and writing a child, in both orders; it must stand without signed_at in
# its WHERE, or a row signed while we waited would not be seen.
LOOK_AT_PARENTS = f"""
FOR parent IN
    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan
    WHERE plan.id = ANY (CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]
        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]
        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)
    ORDER BY plan.id FOR SHARE
LOOP
    IF parent.signed_at IS NOT NULL THEN
        {FROZEN}
    END IF;
END LOOP;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""

# Needles in = out + left in place + named in an incident, for every row, or the signature is refused. A row left out
# is looked at too if a needle of it was counted.
COUNT_NEEDLES = f"""
IF EXISTS (
    SELECT 1 FROM (
        SELECT coalesce(needles_in, CASE outcome WHEN 'omitted' THEN 0 ELSE -1 END) AS put_in,
            coalesce(needles_out, 0) + left_in_place + coalesce((
                SELECT sum(missing) FROM clinic_sessions_adverseevent WHERE needle_id = needle.id), 0) AS accounted
        FROM clinic_sessions_needlepoint needle WHERE plan_id = NEW.id
        UNION ALL
        SELECT coalesce(needles_in, CASE outcome WHEN 'omitted' THEN 0 ELSE -1 END),
            coalesce(needles_out, 0) + coalesce((
                SELECT sum(missing) FROM clinic_sessions_adverseevent WHERE target_id = target.id), 0)
        FROM clinic_sessions_dryneedlingtarget target WHERE plan_id = NEW.id
    ) counts WHERE put_in <> accounted
) THEN
    {refuse("needles_are_counted", "needles in and out differ")}
END IF;
RETURN NEW;
"""

SITES = {
    "needle": "needlepoint",
    "circuit": "estimcircuit",
    "target": "dryneedlingtarget",
    "cup": "cuppingsite",
    "tuina": "tuinastep",
    "movement": "movementstep",
}
STILL_PENDING = " UNION ALL ".join(
    f"SELECT 1 FROM clinic_sessions_{table} WHERE plan_id = NEW.id AND outcome = 'pending'" for table in SITES.values()
)
CHART_EVERYTHING = f"""
IF EXISTS ({STILL_PENDING}) THEN
    {refuse("everything_is_charted", "a planned item has no outcome")}
END IF;
RETURN NEW;
"""

# The record is written first and says the same, so nothing is signed without its words being kept.
HAVE_THE_RECORD = f"""
IF NOT EXISTS (
    SELECT 1 FROM clinic_sessions_signedrecord
    WHERE plan_id = NEW.id AND signed_at = NEW.signed_at AND signed_by_id = NEW.signed_by_id
) THEN
    {refuse("signed_with_its_record", "a session is signed together with its record")}
END IF;
RETURN NEW;
"""

# One chain a clinic for each table: the lock lets one link in at a time, and each is checked against the last.
RECORDS, AMENDMENTS = "clinic_sessions_signedrecord", "clinic_sessions_amendment"
CHAIN_KEYS = {RECORDS: 4_705_701, AMENDMENTS: 4_705_702}


def link_to_the_last(table):
    return f"""
PERFORM pg_advisory_xact_lock({CHAIN_KEYS[table]});
SELECT number, sha256 INTO latest FROM {table} ORDER BY number DESC LIMIT 1;
IF NEW.number <> coalesce(latest.number, 0) + 1
   OR NEW.previous <> coalesce(latest.sha256, repeat('0', 64))
   OR NEW.sha256 <> encode(sha256(convert_to(NEW.previous || NEW.snapshot, 'UTF8')), 'hex') THEN
    {refuse("record_continues_the_chain", "a signed record continues the chain")}
END IF;
RETURN NEW;
"""


PLAN_IS_SIGNED = f"""
IF NOT EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE id = NEW.plan_id AND signed_at IS NOT NULL) THEN
    {refuse("record_of_a_signed_session", "a record belongs to a signed session")}
END IF;
RETURN NULL;
"""

# FOR SHARE here and the row lock of an update there keep the two from passing each other.
CIRCUIT_ENDS = f"""
FOR needle IN
    SELECT id, plan_id, side FROM clinic_sessions_needlepoint
    WHERE id IN (NEW.needle_a_id, NEW.needle_b_id) ORDER BY id FOR SHARE
LOOP
    IF needle.plan_id <> NEW.plan_id THEN
        {refuse("circuit_stays_in_its_plan", "a circuit joins needles of its own plan")}
    END IF;
    IF needle.id = NEW.needle_a_id AND NOT (
        CASE needle.side WHEN 'both' THEN NEW.side_a IN ('left', 'right') ELSE NEW.side_a = needle.side END)
       OR needle.id = NEW.needle_b_id AND NOT (
        CASE needle.side WHEN 'both' THEN NEW.side_b IN ('left', 'right') ELSE NEW.side_b = needle.side END) THEN
        {refuse("electrode_sits_on_a_needle", "an electrode sits on a side that is needled")}
    END IF;
END LOOP;
RETURN NEW;
"""

KEEP_CIRCUITS = f"""
IF EXISTS (
    SELECT 1 FROM clinic_sessions_estimcircuit circuit
    WHERE NEW.id IN (needle_a_id, needle_b_id) AND (
        plan_id <> NEW.plan_id
        OR needle_a_id = NEW.id AND NOT (
            CASE NEW.side WHEN 'both' THEN side_a IN ('left', 'right') ELSE side_a = NEW.side END)
        OR needle_b_id = NEW.id AND NOT (
            CASE NEW.side WHEN 'both' THEN side_b IN ('left', 'right') ELSE side_b = NEW.side END))
) THEN
    {refuse("electrode_sits_on_a_needle", "a circuit uses this side of the needle")}
END IF;
RETURN NEW;
"""

ELSEWHERE = "\n   OR ".join(
    f"EXISTS (SELECT 1 FROM clinic_sessions_{table} WHERE id = NEW.{name}_id AND plan_id <> NEW.plan_id)"
    for name, table in SITES.items()
)
EVENT_SITE = f"""
IF {ELSEWHERE} THEN
    {refuse("event_stays_in_its_plan", "an incident names a row of its own plan")}
END IF;
RETURN NEW;
"""

SPARE_FROM_TRUNCATE = f"""
IF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'
   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN
    {FROZEN}
END IF;
RETURN NULL;
"""

CHANGE = pgtrigger.Insert | pgtrigger.Update
SIGNING = pgtrigger.Q(old__signed_at__isnull=True, new__signed_at__isnull=False)


def before(name, operation, func, **more):
    return pgtrigger.Trigger(name=name, when=pgtrigger.Before, operation=operation, func=func, **more)


def no_truncate():
    return before("no_truncate_once_signed", pgtrigger.Truncate, SPARE_FROM_TRUNCATE, level=pgtrigger.Statement)


def frozen_plan():
    """For the plan: no change once signed; no signature over an open count, an open item or without a record."""
    signed = pgtrigger.Q(old__signed_at__isnull=False)
    return [
        before("signed_never_changes", pgtrigger.Update | pgtrigger.Delete, FROZEN, condition=signed),
        before("signed_only_if_counted", pgtrigger.Update, COUNT_NEEDLES, condition=SIGNING),
        before("signed_only_if_charted", pgtrigger.Update, CHART_EVERYTHING, condition=SIGNING),
        before("signed_with_its_record", pgtrigger.Update, HAVE_THE_RECORD, condition=SIGNING),
        before(
            "signed_by_an_update_only",
            pgtrigger.Insert,
            refuse("signed_by_an_update_only", "a plan is signed after it was written"),
            condition=pgtrigger.Q(new__signed_at__isnull=False),
        ),
        no_truncate(),
    ]


def frozen_child():
    """For every row that hangs on a plan: no insert, update or delete once the plan is signed."""
    declared = [("parent", "record")]
    return [
        before("frozen_with_its_plan", CHANGE | pgtrigger.Delete, LOOK_AT_PARENTS, declare=declared),
        no_truncate(),
    ]


def circuit_ends():
    """For circuits: both electrodes sit on needled sides of the same plan."""
    return before("ends_in_its_plan", CHANGE, CIRCUIT_ENDS, declare=[("needle", "record")])


def keeps_circuits():
    """For needles: the side that a circuit uses stays needled."""
    moved = pgtrigger.Q(old__side__df=pgtrigger.F("new__side")) | pgtrigger.Q(old__plan__df=pgtrigger.F("new__plan"))
    return before("keeps_its_circuits", pgtrigger.Update, KEEP_CIRCUITS, condition=moved)


def event_site():
    """For incidents: the row is one of the same plan."""
    return before("site_in_its_plan", CHANGE, EVENT_SITE)


def append_only():
    """For what is written once: the signed record and its amendments."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        no_truncate(),
    ]


def chain_link(table):
    """For a chain's table: numbered without gaps, each link over the digest of the one before."""
    return before("continues_the_chain", pgtrigger.Insert, link_to_the_last(table), declare=[("latest", "record")])


def signed_in_the_end():
    """For signed records: when the transaction ends, the session is signed."""
    return pgtrigger.Trigger(
        name="of_a_signed_session",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func=PLAN_IS_SIGNED,
    )
