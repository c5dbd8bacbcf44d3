"""Are the signed records and their amendments as they were written? Walks both chains, a batch at a time."""

import json
from dataclasses import dataclass
from itertools import islice

from sessions.models import Amendment, SessionPlan, SignedRecord
from sessions.signing import GENESIS, digest
from sessions.snapshots import BESIDE, amendment, canonical, parts

BATCH = 200
RETOLD = {"words", "about_at"}  # of an incident: its code and its session stand beside them


@dataclass(frozen=True)
class Break:
    """The first thing that is not as it was: the link's place in its chain, or None for a session without a record."""

    number: int | None
    sentence: str


@dataclass(frozen=True)
class Chain:
    """`links` were looked at; `head` is the digest of the last sound one, to be kept outside of this database."""

    links: int
    head: str
    broken: Break | None


@dataclass(frozen=True)
class Verdict:
    records: Chain
    amendments: Chain

    @property
    def breaks(self):
        return [chain.broken for chain in (self.records, self.amendments) if chain.broken]


def verify():
    """Walk each chain from its first link to its first break."""
    records = walk(SignedRecord.objects.order_by("number"), "Record", sessions_of)
    if records.broken is None:
        records = Chain(records.links, records.head, without_record())
    added = Amendment.objects.order_by("number").select_related("record", "by").defer("record__snapshot")
    return Verdict(records, walk(added, "Amendment", lambda batch: unlike_its_snapshot))


def walk(links, name, compared):
    """`compared(batch)` gives a function that says what is wrong between a link and the rows it is about, or None."""
    seen, head = 0, GENESIS
    for batch in batches(links):
        unlike = compared(batch)
        for each in batch:
            if wrong := linked(each, seen + 1, head, name) or unlike(each):
                return Chain(seen, head, Break(each.number, f"{name} {each.number}: {wrong}"))
            seen, head = seen + 1, each.sha256
    return Chain(seen, head, None)


def batches(links):
    links = links.iterator(chunk_size=BATCH)
    while batch := list(islice(links, BATCH)):
        yield batch


def linked(each, number, previous, name):
    """What is wrong with a link by itself and as the next one, or None."""
    if each.number != number:
        return f"{name.lower()} {number} is missing before it."
    if each.previous != previous:
        return f"it does not follow the {name.lower()} before it."
    if each.sha256 != digest(previous, each.snapshot):
        return "its words are not the ones that were signed."
    return None


def sessions_of(batch):
    plans = SessionPlan.objects.laid_out().prefetch_related(*BESIDE).in_bulk([record.plan_id for record in batch])
    return lambda record: live(record, plans[record.plan_id])


def live(record, plan):
    """What is wrong between a record's words and the rows of its session, or None."""
    kept, said = json.loads(record.snapshot), json.loads(canonical(parts(plan)))
    signed = (kept["session"]["id"], kept["visit"]["id"], kept["signed"]["by_id"], kept["signed"]["at"])
    if signed != (plan.pk, plan.appointment_id, record.signed_by_id, json.loads(canonical(record.signed_at))):
        return "it is not about this session."
    if (plan.signed_by_id, plan.signed_at) != (record.signed_by_id, record.signed_at):
        return "its session is not signed as it says."
    if not same(kept["session"], said["session"]):
        return "the times or the position of its session are not as they were signed."
    return rows_differ(kept["rows"], said["rows"]) or others_differ(kept, said)


def rows_differ(kept, said):
    for was, row in zip(kept, said, strict=False):
        if (was["kind"], was["id"]) != (row["kind"], row["id"]) or not was["values"].items() <= row["values"].items():
            return f"{was['label']} in its session is not as it was signed."
    return None if len(kept) == len(said) else "rows of its session are gone or new."


def others_differ(kept, said):
    if bool(kept["notes"]) != bool(said["notes"]) or not same(kept["notes"], said["notes"]):
        return "the notes of its session are not as they were signed."
    if not all_same(kept["incidents"], said["incidents"]):
        return "the incidents of its session are not as they were signed."
    if not all_same(kept.get("handovers", []), said["handovers"]):
        return "the handovers of its session are not as they were signed."
    if not answers_same(kept, said["answers"]):
        return "the answers to safety findings of its session are not as they were signed."
    return None


def all_same(kept, said):
    return len(kept) == len(said) and all(same(was, now) for was, now in zip(kept, said, strict=True))


def same(was, now):
    """Since FORMAT 2 words stand beside their codes and may be told otherwise later; before, they are all there is."""
    retold = RETOLD | {name for name in was if was.keys() & {f"{name}_code", f"{name}_id"}}
    return all(now.get(name) == value for name, value in was.items() if name not in retold)


def answers_same(kept, answers):
    """FORMAT 1 kept only the answers that were in force, each with its finding."""
    if "answers" in kept:
        return all_same(kept["answers"], answers)
    given = {(each["rule"], each["reason"], each["at"]) for each in answers}
    told = [(each["rule"], each["answer"]) for each in kept["findings"] if each["answer"]]
    return all((rule, answer["reason"], answer["at"]) in given for rule, answer in told)


def unlike_its_snapshot(added):
    """What is wrong between an amendment's columns, its words and the record it is about, or None."""
    kept = json.loads(added.snapshot)
    if kept["record"] != {"number": added.record.number, "sha256": added.record.sha256}:
        return "it was written about another record, or its record is not the one it was written about."
    now = json.loads(canonical(amendment(added.record, text=added.text, by=added.by, at=added.at)))
    return None if same(kept, now | {"format": kept["format"]}) else "it does not say what was written."


def is_as_written(record):
    """Do a record and its amendments say what was written? Their places in the chains are the business of `verify`."""
    links = [record, *record.amendments.all()]
    return all(each.sha256 == digest(each.previous, each.snapshot) for each in links) and not any(
        map(unlike_its_snapshot, links[1:])
    )


def without_record():
    orphan = SessionPlan.objects.signed().filter(record__isnull=True).order_by("pk").first()
    return orphan and Break(None, f"Session {orphan.pk} is signed without a record.")
