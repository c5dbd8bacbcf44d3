"""Are the signed records as they were signed? Walks the whole chain, a few hundred records at a time."""

import json
from dataclasses import dataclass
from itertools import islice

from sessions.models import SessionPlan, SignedRecord
from sessions.signing import GENESIS, digest
from sessions.snapshots import canonical, rows

BATCH = 200


@dataclass(frozen=True)
class Break:
    """The first thing that is not as it was: the record's place in the chain, or None for a session without one."""

    number: int | None
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """`records` were looked at; `head` is the digest of the last sound one, to be kept outside of this database."""

    records: int
    head: str
    broken: Break | None


def verify():
    """Walk the chain from its first record to the first break."""
    seen, head = 0, GENESIS
    for batch in batches():
        plans = SessionPlan.objects.laid_out().in_bulk([record.plan_id for record in batch])
        for record in batch:
            if wrong := link(record, seen + 1, head) or live(record, plans[record.plan_id]):
                return Verdict(seen, head, Break(record.number, f"Record {record.number}: {wrong}"))
            seen, head = seen + 1, record.sha256
    return Verdict(seen, head, without_record())


def batches():
    records = SignedRecord.objects.order_by("number").iterator(chunk_size=BATCH)
    while batch := list(islice(records, BATCH)):
        yield batch


def link(record, number, previous):
    """What is wrong with a record by itself and as the next link, or None."""
    if record.number != number:
        return f"record {number} is missing before it."
    if record.previous != previous:
        return "it does not follow the record before it."
    if record.sha256 != digest(previous, record.snapshot):
        return "its words are not the ones that were signed."
    return None


def live(record, plan):
    """What is wrong between a record's words and the rows of its session, or None."""
    kept, said = json.loads(record.snapshot), json.loads(canonical(rows(plan)))
    signed = (kept["session"]["id"], kept["visit"]["id"], kept["signed"]["by_id"], kept["signed"]["at"])
    if signed != (plan.pk, plan.appointment_id, record.signed_by_id, json.loads(canonical(record.signed_at))):
        return "it is not about this session."
    if (plan.signed_by_id, plan.signed_at) != (record.signed_by_id, record.signed_at):
        return "its session is not signed as it says."
    for was, row in zip(kept["rows"], said, strict=False):
        if (was["kind"], was["id"]) != (row["kind"], row["id"]) or not was["values"].items() <= row["values"].items():
            return f"{was['label']} in its session is not as it was signed."
    return None if len(kept["rows"]) == len(said) else "rows of its session are gone or new."


def without_record():
    orphan = SessionPlan.objects.signed().filter(record__isnull=True).order_by("pk").first()
    return orphan and Break(None, f"Session {orphan.pk} is signed without a record.")
