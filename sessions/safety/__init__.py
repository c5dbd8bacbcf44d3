"""Safety rules: (facts, plan) → findings. Pure functions on plain values, so that they can be tried by the thousand."""

from sessions.safety import current_rules, dose_rules, person_rules  # noqa: F401 - they register their rules
from sessions.safety.rulebook import digest, rulebook
from sessions.safety.rules import BARS, RULES
from sessions.safety.terms import BLOCK, INFORM, WARN, Facts, Finding, Plan, Subject

__all__ = ["BLOCK", "INFORM", "WARN", "Facts", "Finding", "Plan", "Subject", "assess", "bars"]

GRAVEST_FIRST = {BLOCK: 0, WARN: 1, INFORM: 2}


def assess(facts: Facts, plan: Plan) -> list[Finding]:
    """Everything that the rules find, gravest first, then in the order of the rules and of the plan."""
    found = [finding(rulebook()[name], hit) for name, rule in sorted(RULES.items()) for hit in rule(facts, plan)]
    return sorted(found, key=lambda finding: GRAVEST_FIRST[finding.severity])


def finding(rule, hit):
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        title=rule.title,
        reason=rule.reason,
        source=rule.source,
        version=rule.version,
        subject=hit.row and Subject(hit.row.kind, hit.row.pk, hit.row.label),
        fingerprint=digest([rule.id, rule.version, [fact.signed for fact in hit.facts], hit.values]),
    )


def bars(facts: Facts, techniques) -> list[str]:
    """The ids of the rules that would block these techniques for this person whatever the plan."""
    return [
        name
        for name, codes in sorted(BARS.items())
        if facts.of(*codes) and rulebook()[name].techniques & set(techniques)
    ]
