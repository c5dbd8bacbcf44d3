"""New needles for what was typed: refused where the plan has them already, else with sensible particulars.

All of it costs one query for the plan's needles and one for last time's, however many points were typed.
"""

from decimal import Decimal

from clinic.errors import ClinicError
from sessions import defaults
from sessions.models import NeedlePoint, SessionPlan, Side
from sessions.rows import meet
from sessions.safety.rulebook import rulebook

MOST_NEEDLE_ROWS = 60  # a typing mistake, not a treatment, lies beyond
SPOKEN = {Side.LEFT: "on the left", Side.RIGHT: "on the right", Side.BOTH: "on both sides", Side.MIDLINE: ""}
OTHER = {Side.LEFT: "r", Side.RIGHT: "l"}  # as the shorthand writes them


def new_needles(plan, wanted):
    """Rows for [(point, side)], none saved; raises ClinicError if one would be there twice or they are too many."""
    present = list(plan.needles.values_list("point__code", "side", "site"))
    refuse_too_many(len(present) + len(wanted))
    refuse_twice(wanted)
    refuse_present(wanted, [(code, side) for code, side, site in present if not site])
    before = last_needles(plan)
    return [
        NeedlePoint(plan=plan, point=point, side=side, **particulars(point, side, before)) for point, side in wanted
    ]


def filled(plan, fields):
    """The fields of one needle, with the usual for what is not among them."""
    usual = particulars(fields["point"], fields["side"], last_needles(plan), site=fields.get("site", ""))
    return usual | fields


def refuse_too_many(rows):
    if rows > MOST_NEEDLE_ROWS:
        raise ClinicError(
            f"A plan holds {MOST_NEEDLE_ROWS} rows of needles, and this would make {rows}. Type fewer points."
        )


def refuse_twice(wanted):
    """The same side of the same point typed twice: by itself, or by itself and in a group."""
    typed = {}
    for point, side in wanted:
        if any(meet(side, other) for other in typed.get(point.code, ())):
            raise ClinicError(f"{point.code} is typed twice. Leave one out.")
        typed.setdefault(point.code, []).append(side)


def refuse_present(wanted, present):
    for point, side in wanted:
        for code, other in present:
            if code == point.code and meet(side, other):
                raise ClinicError(already(code, side, other))


def already(code, side, other):
    """What is in the plan, and what to type instead."""
    where = " ".join(filter(None, [code, "is in the plan already", SPOKEN[other]]))
    if side == Side.BOTH and other in OTHER:
        return f"{where}. Type {code} {OTHER[other]}, or change its side there."
    return f"{where}. Leave it out." if side == other else f"{where}. Change its side there."


def particulars(point, side, before, site=""):
    """{field: value}: the usual for the point, then what the person had, never too long over the lung."""
    tier = point.pneumothorax_tier
    usual = defaults.for_point(system=point.system, region=point.region, tier=tier)
    had = same_place(point, side, site, before)
    values = defaults.for_person(usual, had, minutes=defaults.usual_rest(before))
    longest = rulebook()["S048"].threshold("longest_over_lung")
    safe = defaults.within_reach(values, tier=tier, longest=longest)
    return safe | {"gauge_mm": Decimal(safe["gauge_mm"])}


def same_place(point, side, site, before):
    """Last time's needle of this point on a side that meets, else on the other one; None if it had none."""
    rows = [row for row in before if (row["point"], row["site"]) == (point.pk, site)]
    rows.sort(key=lambda row: not meet(side, row["side"]))
    return {name: rows[0][name] for name in defaults.FIELDS} if rows else None


def last_needles(plan):
    """Every needle of the patient's last signed session before this visit, as it was planned."""
    visit = plan.appointment
    last = (
        SessionPlan.objects.signed()
        .filter(appointment__patient=visit.patient_id, appointment__starts_at__lt=visit.starts_at)
        .order_by("-appointment__starts_at")
        .values("pk")[:1]
    )
    return list(NeedlePoint.objects.filter(plan__in=last).values("point", "side", "site", *defaults.FIELDS))
