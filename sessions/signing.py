"""Signing a session, adding to a signed one, and proving that the signed ones are as they were.

See docs/decisions/frozen-record.md.
"""

import hashlib

import pghistory
from django.db import connection, transaction
from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import attending
from scheduling.models import Status
from sessions import charting, counting, findings
from sessions.charge import NotInCharge, in_charge
from sessions.editing import called, editing
from sessions.freezing import CHAIN_KEYS
from sessions.models import Amendment, Outcome, PlanStatus, SessionPlan, SignedRecord
from sessions.refusals import Shortfall, SignedAlready
from sessions.rows import all_of, check_text
from sessions.snapshots import BESIDE, amendment, canonical, snapshot

GENESIS = "0" * 64


def sign(*, plan, version, by, now=None):
    """Lock the session for good and write it into the clinic's chain. Returns the SignedRecord.

    `now` is for sample data, whose sessions lie in the past. The visit is completed if it is still in session.
    """
    with editing(plan, version=version, by=by) as locked:
        laid_out = SessionPlan.objects.laid_out().prefetch_related(*BESIDE).get(pk=locked.pk)
        refuse_unready(laid_out, by)
        locked.status, locked.signed_by, locked.signed_at = PlanStatus.SIGNED, by, now or timezone.now()
        record = write_record(laid_out, by, locked.signed_at)
        if locked.appointment.status == Status.IN_SESSION:
            attending.complete(visit=locked.appointment, by=by)
    return record


def look_over(*, plan, by):
    """Raise what stands between a plan and its signature, before a person is asked to prove who they are."""
    laid_out = SessionPlan.objects.laid_out().prefetch_related("handovers").get(pk=plan.pk)
    if laid_out.is_signed:
        raise SignedAlready
    refuse_unready(laid_out, by)


def refuse_unready(plan, by):
    """Everything that stands between a laid-out plan and its signature, in the order it is best put right."""
    if (person := in_charge(plan)) != by:
        raise NotInCharge(f"Only {called(person)} can sign this. Hand over first.")
    if plan.status != PlanStatus.IN_PROGRESS:
        raise ClinicError("Nothing is recorded yet. Press Start at the first needle.")
    if pending := [row.label for row in all_of(plan) if row.outcome == Outcome.PENDING]:
        raise ClinicError(f"Say what was done: {', '.join(pending)}.")
    if sentence := counting.shortfall(charting.tallies_of(plan)):
        raise Shortfall(sentence)
    findings.refuse_open(plan)


def write_record(plan, by, at):
    """The next link of the chain of records."""
    return SignedRecord.objects.create(
        plan=plan, signed_by=by, signed_at=at, **next_link(SignedRecord, canonical(snapshot(plan, by=by, at=at)))
    )


def next_link(model, text):
    """The columns of a chain's next link over `text`; nobody else writes one until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_KEYS[model._meta.db_table]])
    last = model.objects.order_by("-number").values("number", "sha256").first()
    previous = last["sha256"] if last else GENESIS
    return {
        "number": last["number"] + 1 if last else 1,
        "snapshot": text,
        "previous": previous,
        "sha256": digest(previous, text),
    }


def digest(previous, text):
    """Over the digest of the record before and the text of this one."""
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def amend(*, record, text, by, now=None):
    """Add what was learnt later. A second press with the same words adds nothing. Returns the Amendment.

    `now` is for sample data.
    """
    text = text.strip()
    if not text:
        raise ClinicError("Write what is to be added.", field="text")
    check_text(Amendment._meta.get_field("text"), text)
    with transaction.atomic(), pghistory.context(user=by.pk):
        record = SignedRecord.objects.select_for_update().get(pk=record.pk)
        last = record.amendments.order_by("-at", "-pk").first()
        if last and (last.text, last.by_id) == (text, by.pk):
            return last
        at = now or timezone.now()
        link = next_link(Amendment, canonical(amendment(record, text=text, by=by, at=at)))
        return Amendment.objects.create(record=record, text=text, by=by, at=at, **link)
