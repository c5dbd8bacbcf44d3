"""Sessions in the state a test needs, made through the verbs as a clinic would make them."""

from datetime import timedelta

from sessions import charting, planning, signing
from sessions.charting import Counted
from sessions.models import SessionPlan
from tests.factories import AppointmentFactory


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
