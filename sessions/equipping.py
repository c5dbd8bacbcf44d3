"""The verb that puts an e-stim unit on the visit of a plan."""

from clinic.errors import ClinicError
from clinic.models import Device
from scheduling import moving
from sessions import fitting
from sessions.editing import editing, refuse_gone


def units_for(visit):
    """What can be chosen for a visit: the usable units of its location. Whether one is free then the verb finds out."""
    return Device.objects.usable().filter(location=visit.location).order_by("name", "pk")


def choose_unit(*, plan, version, unit, by):
    """Raises ClinicError at `unit` if it is taken at that time, or can't carry the circuits that are planned.

    The circuits keep their channels where the unit has them, else they get its first free ones.
    """
    with editing(plan, version=version, by=by) as locked:
        refuse_gone(locked.appointment)
        try:
            locked.appointment = moving.equip(visit=locked.appointment, device=unit, by=by)
            fitting.check_unit_for(unit, locked.circuits.all())
        except ClinicError as refusal:
            refusal.field = "unit"
            raise
        give_channels(locked, unit)
    return locked


def give_channels(plan, unit):
    for circuit in fitting.share_out(plan.circuits.order_by("order"), unit, taken=()):
        circuit.save(update_fields=["channel"])
