"""The verbs of planning. Each locks the plan, compares its version, and leaves it one version on: see `editing`.

They return the plan as saved; its `version` is the next one to compare. `fields` and `changes` are cleaned values by
field name: see `rows.PLANNED`.
"""

import pghistory
from django.db import transaction
from django.utils import timezone

from clinic.errors import ClinicError
from scheduling.models import Appointment
from sessions import catalogue, copying, findings, fitting, prescribing
from sessions.editing import editing, refuse_gone, refuse_overwriting, replanning
from sessions.models import NeedlePoint, PlanStatus, SessionPlan
from sessions.rows import KINDS, PLANNED, RELATED, all_of, fill, fresh, kind_of, next_order


def open_plan(*, visit, by):
    """The visit's plan; a draft is made if there is none. Two who open it at once get the same one."""
    with transaction.atomic(), pghistory.context(user=by.pk):
        visit = Appointment.objects.select_for_update(of=("self",)).get(pk=visit.pk)
        if plan := SessionPlan.objects.filter(appointment=visit).first():
            return plan
        refuse_gone(visit)
        return SessionPlan.objects.create(appointment=visit, changed_by=by, changed_at=timezone.now())


def set_position(*, plan, version, position, by):
    with replanning(plan, version=version, by=by) as locked:
        if locked.status == PlanStatus.IN_PROGRESS:
            raise ClinicError("The session has begun. Write the change of position in the notes.")
        return fill(locked, {"position": position}, allowed=["position"])


def add_points(*, plan, version, text, by):
    """Add what was typed in shorthand: "li4 lr3 st36 b/l". All of it or nothing; see `entry`."""
    with replanning(plan, version=version, by=by) as locked:
        rows = prescribing.new_needles(locked, catalogue.read(text))
        for order, row in enumerate(rows, next_order(locked, "needle")):
            row.order, row.unplanned = order, has_begun(locked)
        NeedlePoint.objects.bulk_create(rows)
    return locked


def add_needle(*, plan, version, fields, by):
    """One needle, such as an Ashi point with its site; what `fields` leaves out is as usual for it."""
    return add("needle", plan=plan, version=version, fields=fields, by=by)


def add_circuit(*, plan, version, fields, by):
    """Current between `needle_a` at `side_a` and `needle_b` at `side_b`, rows of this plan."""
    return add("circuit", plan=plan, version=version, fields=fields, by=by)


def add_target(*, plan, version, fields, by):
    return add("target", plan=plan, version=version, fields=fields, by=by)


def add_cups(*, plan, version, fields, by):
    return add("cup", plan=plan, version=version, fields=fields, by=by)


def add_tuina(*, plan, version, fields, by):
    return add("tuina", plan=plan, version=version, fields=fields, by=by)


def add_movement(*, plan, version, fields, by):
    return add("movement", plan=plan, version=version, fields=fields, by=by)


def add(kind, *, plan, version, fields, by):
    """What the six above share. A row added once the session has begun says so."""
    model = KINDS[kind]
    with replanning(plan, version=version, by=by) as locked:
        row = model(plan=locked, unplanned=has_begun(locked))
        row.order = fitting.free_letter(locked) if kind == "circuit" else next_order(locked, kind)
        write(locked, row, prescribing.filled(locked, fields) if kind == "needle" else fields)
    return locked


def edit_item(*, plan, version, item, changes, by, seen=None):
    """With `seen`, {field: what stood there when the person began}, fields are compared one by one instead of the
    plan's version. Raises FieldChanged."""
    with replanning(plan, version=version if seen is None else None, by=by) as locked:
        row = fresh(locked, item)
        refuse_once_begun(locked, row, "Chart what was different instead.")
        if seen is not None:
            refuse_overwriting(row, changes, seen, by=by)
        write(locked, row, changes)
    return locked


def write(plan, row, fields):
    """Give a row its values if they and the row fit. The unit speaks first: its own limit says more."""
    fitting.check_limits(fields, plan.appointment.device)
    fill(row, fields, allowed=PLANNED[type(row)])
    fitting.settle(plan, row, fields)
    fitting.check(plan, row)
    row.save()


def remove_item(*, plan, version, item, by):
    """A needle that a circuit uses stays until the circuit is paired anew."""
    with replanning(plan, version=version, by=by) as locked:
        row = fresh(locked, item)
        refuse_once_begun(locked, row, "Chart it as left out instead.")
        if kind_of(row) == "needle":
            fitting.refuse_if_paired(row)
        row.delete()
    return locked


def move_item(*, plan, version, item, to, by):
    """Put a row at place `to`, from 0, among the rows of its kind; beyond an end is that end.

    A ready plan stays ready: the order is no safety matter.
    """
    with editing(plan, version=version, by=by) as locked:
        refuse_gone(locked.appointment)
        row = fresh(locked, item)
        refuse_to_move(locked, row)
        rows = [one for one in getattr(locked, RELATED[kind_of(row)]).all() if one.pk != row.pk]
        rows.insert(min(max(to, 0), len(rows)), row)
        number(rows)
    return locked


def refuse_to_move(plan, row):
    if has_begun(plan):
        raise ClinicError("The session has begun, and its plan keeps its order.")
    if kind_of(row) == "circuit":
        raise ClinicError("Circuits stand in the order of their letters.")


def number(rows):
    for order, row in enumerate(rows):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])


def as_last_time(*, plan, version, by):
    """Copy what was planned in the patient's last signed session; what is in this plan already stays as it is."""
    with replanning(plan, version=version, by=by) as locked:
        if has_begun(locked):
            raise ClinicError("The session has begun. Add what is missing row by row.")
        last = copying.last_signed(locked)
        if last is None:
            raise ClinicError(f"{locked.appointment.patient.given_name} has no signed session yet. Type a point.")
        copying.copy_rows(last, locked)
        locked.copied_from = last
    return locked


def make_ready(*, plan, version, by):
    """The plan stands: every block and warning has its answer, and the unit on the visit can do what is asked."""
    with editing(plan, version=version, by=by) as locked:
        refuse_gone(locked.appointment)
        if locked.status != PlanStatus.DRAFT:
            raise ClinicError(f"This plan is {locked.get_status_display().lower()} already.")
        laid_out = SessionPlan.objects.laid_out().get(pk=locked.pk)
        if not all_of(laid_out):
            raise ClinicError("The plan is empty. Use last time's, or type a point.")
        fitting.check_unit(laid_out)
        findings.refuse_open(laid_out)
        locked.status = PlanStatus.READY
    return locked


def back_to_draft(*, plan, version, by):
    with editing(plan, version=version, by=by) as locked:
        if locked.status != PlanStatus.READY:
            raise ClinicError(f"This plan is {locked.get_status_display().lower()}. Only a ready plan goes back.")
        locked.status = PlanStatus.DRAFT
    return locked


def has_begun(plan):
    return plan.status == PlanStatus.IN_PROGRESS


def refuse_once_begun(plan, row, instead):
    """What was planned stays as planned while it is carried out; only what was added since may still be put right."""
    touched = row.outcome != "pending" or getattr(row, "needles_in", None) is not None
    if has_begun(plan) and (touched or not row.unplanned):
        raise ClinicError(f"The session has begun. {instead}")
