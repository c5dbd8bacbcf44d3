"""Sessions in the state a test needs, made through the verbs as a clinic would make them."""

from datetime import timedelta

from sessions import answering, charting, findings, planning, reporting, signing
from sessions.charting import Counted
from sessions.models import Handover, Muscle, SessionPlan
from tests.factories import AppointmentFactory, UserFactory


def a_plan(text="", *, by=None, **visit):
    """A draft for an arrived visit, with points in shorthand."""
    visit = AppointmentFactory(**{"status": "arrived", **visit})
    plan = planning.open_plan(visit=visit, by=by or hand(visit))
    return add(plan, text) if text else plan


def hand(visit):
    """Who treats."""
    return visit.practitioner.user


def by(plan):
    return plan.appointment.practitioner.user


def add(plan, text):
    return planning.add_points(plan=plan, version=plan.version, text=text, by=by(plan))


def needle(plan, code):
    return plan.needles.get(point__code=code)


def circuit(plan, one, other, **fields):
    """circuit(plan, "LI4-left", "LI11-left")"""
    (code_a, side_a), (code_b, side_b) = one.rsplit("-", 1), other.rsplit("-", 1)
    ends = {"needle_a": needle(plan, code_a), "side_a": side_a, "needle_b": needle(plan, code_b), "side_b": side_b}
    return planning.add_circuit(plan=plan, version=plan.version, fields=ends | fields, by=by(plan))


def begun(text="li4 lr3", **visit):
    """A session in progress."""
    return begin(a_plan(text, **visit))


def begin(plan):
    plan = planning.make_ready(plan=plan, version=plan.version, by=by(plan))
    return charting.start(plan=plan, version=plan.version, by=by(plan))


def charted(text="li4 lr3", **visit):
    """Everything done as planned, every needle out."""
    return chart(begun(text, **visit))


def chart(plan):
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))
    counts = {("needle", row.pk): Counted(row.sites, row.sites) for row in plan.needles.all()}
    counts |= {("target", row.pk): Counted(1, 1) for row in plan.targets.all()}
    return charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))


def sign(plan):
    return signing.sign(plan=plan, version=plan.version, by=by(plan))


def signed(text="li4 lr3", **visit):
    """A signed session, with its plan as it is now."""
    return SessionPlan.objects.get(pk=sign(charted(text, **visit)).plan_id)


def again(plan, text="", **visit):
    """A draft for a later visit of the same patient with the same practitioner."""
    first = plan.appointment
    later = {"patient": first.patient, "practitioner": first.practitioner, "service": first.service}
    return a_plan(text, table=first.table, start=first.starts_at + timedelta(days=7), **later | visit)


def full():
    """A plan with a row of every kind, charted, its needles counted: notes, an incident, a handover, an answer."""
    plan = circuit(a_plan("li4 li11; gb21 l"), "LI4-left", "LI11-left")
    muscle = {"muscle": Muscle.objects.get(code="gastrocnemius"), "side": "left"}
    plan = planning.add_target(plan=plan, version=plan.version, fields=muscle, by=by(plan))
    plan = planning.add_cups(plan=plan, version=plan.version, fields={"region": "neck"}, by=by(plan))
    plan = planning.add_tuina(plan=plan, version=plan.version, fields={"region": "neck"}, by=by(plan))
    plan = planning.add_movement(plan=plan, version=plan.version, fields={"instruction": "Breathe"}, by=by(plan))
    answer(plan)
    plan = chart(begin(plan))
    plan = charting.note(plan=plan, version=plan.version, fields={"response": "calm"}, by=by(plan))
    Handover.objects.create(plan=plan, given_by=UserFactory(), taken_by=by(plan), needles="Hands 2")
    return reporting.report(
        plan=plan, version=plan.version, code="bruise", severity="mild", detail="Small", by=by(plan)
    )


def answer(plan):
    """Every finding has its answer: a block a reason, a warning a nod."""
    for each in findings.of_plan(SessionPlan.objects.laid_out().get(pk=plan.pk)):
        given = {"plan": plan, "fingerprint": each.finding.fingerprint, "by": by(plan)}
        if each.finding.severity == "block":
            answering.override(reason="Agreed with the midwife", **given)
        elif each.finding.needs_answer:
            answering.acknowledge(**given)
