"""Answering a safety finding: a warning is acknowledged, a block is overridden in writing.

The answer is given to the finding as it stands now, under the plan's lock; if the finding changed since the person saw
it, there is none with that fingerprint any more and the person looks again. The plan's version stays: an answer
overwrites nobody's change.
"""

from dataclasses import asdict

import pghistory
from django.utils import timezone

from clinic.errors import ClinicError
from sessions import findings, safety
from sessions.editing import lock
from sessions.models import FindingResponse, SessionPlan
from sessions.refusals import SignedAlready, in_words
from sessions.rows import check_text

SHORTEST_REASON = 10  # characters; "ok" is no reason
NOT_BY_WORDS = {"S053": "A needle that is not accounted for is found or reported missing. Words do not replace it."}


def acknowledge(*, plan, fingerprint, by):
    """The clinician has read a warning. Returns the FindingResponse."""
    return answer(plan, fingerprint, by, severity=safety.WARN, kind=FindingResponse.Kind.ACKNOWLEDGED)


def override(*, plan, fingerprint, reason, by):
    """The clinician goes ahead against a block and writes why. Returns the FindingResponse."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON or len(set(reason.casefold())) < 5:
        raise ClinicError("Write why, so that a colleague would understand it.", field="reason")
    check_text(FindingResponse._meta.get_field("reason"), reason)
    return answer(plan, fingerprint, by, severity=safety.BLOCK, kind=FindingResponse.Kind.OVERRIDDEN, reason=reason)


def answer(plan, fingerprint, by, *, severity, kind, reason=""):
    with in_words(), pghistory.context(user=by.pk):
        if lock(plan).is_signed:
            raise SignedAlready
        finding = find(plan, fingerprint)
        check_severity(finding, severity)
        response, _ = FindingResponse.objects.update_or_create(
            plan_id=plan.pk,
            fingerprint=fingerprint,
            defaults={
                "rule": finding.rule,
                "rule_version": finding.version,
                "finding": asdict(finding),
                "kind": kind,
                "reason": reason,
                "by": by,
                "at": timezone.now(),
            },
        )
    return response


def find(plan, fingerprint):
    """The finding of the plan as it is now that has this fingerprint."""
    laid_out = SessionPlan.objects.laid_out().get(pk=plan.pk)
    for assessed in findings.of_plan(laid_out):
        if assessed.finding.fingerprint == fingerprint:
            return assessed.finding
    raise ClinicError("This finding has changed since you saw it. Nothing was answered. Look again.")


def check_severity(finding, severity):
    if finding.rule in NOT_BY_WORDS:
        raise ClinicError(NOT_BY_WORDS[finding.rule])
    if finding.severity == severity:
        return
    if finding.severity == safety.BLOCK:
        raise ClinicError("This finding blocks the plan. Change the plan, or write why you go ahead.")
    if finding.severity == safety.WARN:
        raise ClinicError("This finding is a warning. Acknowledge it.")
    raise ClinicError("This finding informs. It needs no answer.")
