"""What the safety rules find in a plan that is in the database, and what clinicians answered.

Give plans loaded with `SessionPlan.objects.laid_out()`: then the facts and the answers are the queries made here.
"""

from dataclasses import dataclass

from patients.models import HealthFact
from sessions import safety
from sessions.models import FindingResponse, Outcome
from sessions.refusals import Unanswered
from sessions.safety import terms


@dataclass(frozen=True)
class Assessed:
    """A finding with its valid answer, or None."""

    finding: terms.Finding
    response: FindingResponse | None

    @property
    def is_open(self):
        return self.finding.needs_answer and self.response is None


def of_plan(plan):
    """Every finding of a laid-out plan with its answer, gravest first."""
    answers = {response.fingerprint: response for response in plan.responses.all()}
    found = safety.assess(facts_for(plan.appointment), as_terms(plan))
    return [Assessed(finding, answers.get(finding.fingerprint)) for finding in found]


def refuse_open(plan):
    """Raise Unanswered, naming them, if a block or warning of a laid-out plan has no answer."""
    if unanswered := [assessed.finding for assessed in of_plan(plan) if assessed.is_open]:
        raise Unanswered(sentence(unanswered), unanswered)


def sentence(findings):
    """2 blocks and 1 warning to answer: S003 Circuit A; S026 LI4 L; S045 GB21 L."""
    counted = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for severity, word in ((terms.BLOCK, "block"), (terms.WARN, "warning"))
        if (number := sum(finding.severity == severity for finding in findings))
    ]
    named = "; ".join(" ".join(filter(None, [f.rule, f.subject and f.subject.label])) for f in findings)
    return f"{' and '.join(counted)} to answer: {named}."


def facts_for(visit):
    """What is in force on the visit's day, in the location's zone."""
    return facts_on(visit.patient_id, visit.starts_at.astimezone(visit.zone).date())


def facts_on(patient, day):
    """The facts of a patient, by primary key or not, on a calendar day."""
    rows = HealthFact.objects.filter(patient=patient).on(day).values_list("code", "region", "detail", "due_date")
    return terms.Facts(tuple(terms.Fact(*row, trimester(due, day)) for *row, due in rows))


def trimester(due, day):
    """1 to 3 by completed weeks of 40 (to 13, to 27, after); 0 without a due date."""
    if due is None:
        return 0
    weeks = 40 - (due - day).days / 7
    return 1 if weeks < 14 else 2 if weeks < 28 else 3


def as_terms(plan):
    """The plan as the rules see it. A row that was left out is no longer part of it."""
    needles = {row.pk: row for row in plan.needles.all()}
    missing = missing_needles(plan)
    return terms.Plan(
        needles=tuple(needle(row, missing) for row in kept(needles.values())),
        circuits=tuple(circuit(row, needles) for row in kept(plan.circuits.all())),
        targets=tuple(target(row, missing) for row in kept(plan.targets.all())),
        cups=tuple(
            terms.Cups(row.pk, row.label, row.region, row.side, row.method, row.minutes)
            for row in kept(plan.cups.all())
        ),
        tuina=tuple(
            terms.Hands(row.pk, row.label, row.region, row.side, row.pressure) for row in kept(plan.tuina.all())
        ),
        closing=plan.needles_out_at is not None or any(row.needles_out is not None for row in counted(plan)),
        first=plan.is_first,
        position=plan.position,
    )


def counted(plan):
    """The rows that count needles."""
    return [*plan.needles.all(), *plan.targets.all()]


def kept(rows):
    return [row for row in rows if row.outcome != Outcome.OMITTED or getattr(row, "needles_in", None)]


def missing_needles(plan):
    """{(kind, pk): needles named as missing} from the plan's incidents."""
    missing = {}
    for event in plan.events.all():
        key = ("needle", event.needle_id) if event.needle_id else ("target", event.target_id)
        missing[key] = missing.get(key, 0) + event.missing
    return missing


def needle(row, missing):
    point = row.point
    return terms.Needle(
        pk=row.pk,
        label=row.label,
        code=point.code,
        side=row.side,
        region=point.region,
        site=row.site,
        system=point.system,
        zone=point.estim_zone,
        pregnancy_tier=point.pregnancy_tier,
        pneumothorax_tier=point.pneumothorax_tier,
        restriction=point.needling_restriction,
        length_mm=row.length_mm,
        depth_mm=row.depth_mm,
        angle=row.angle,
        retention_min=row.retention_min,
        sites=row.sites,
        count=terms.Count(row.needles_in, row.needles_out, row.left_in_place, missing.get(("needle", row.pk), 0)),
    )


def target(row, missing):
    muscle = row.muscle
    return terms.Target(
        pk=row.pk,
        label=row.label,
        code=muscle.code,
        side=row.side,
        region=muscle.region,
        depth_class=muscle.depth_class,
        pneumothorax_tier=muscle.pneumothorax_tier,
        length_mm=row.length_mm,
        approach=row.approach,
        passes=row.passes,
        twitches=row.twitches,
        count=terms.Count(row.needles_in, row.needles_out, missing=missing.get(("target", row.pk), 0)),
    )


def circuit(row, needles):
    ends = tuple(electrode(needles[key].point, side) for key, side in row.ends)
    return terms.Circuit(row.pk, row.label, ends, row.minutes, row.strength)


def electrode(point, side):
    return terms.Electrode(point.code, side, point.region, point.estim_zone, point.estim_avoid_reason)
