"""The kinds of rows a plan has, which of their fields are planned and which charted, and how a row takes new values."""

from django.core.exceptions import ValidationError
from django.db.models import Max

from clinic.errors import ClinicError
from sessions.models import CuppingSite, DryNeedlingTarget, EstimCircuit, MovementStep, NeedlePoint, Side, TuiNaStep

# The plan's name for each kind of row, in the order a session runs.
KINDS = {
    "needle": NeedlePoint,
    "circuit": EstimCircuit,
    "target": DryNeedlingTarget,
    "cup": CuppingSite,
    "tuina": TuiNaStep,
    "movement": MovementStep,
}
RELATED = {
    "needle": "needles",
    "circuit": "circuits",
    "target": "targets",
    "cup": "cups",
    "tuina": "tuina",
    "movement": "movements",
}
# What is prescribed, copied by "as last time" and no longer edited once the session has begun.
PLANNED = {
    NeedlePoint: (
        "point",
        "side",
        "site",
        "length_mm",
        "gauge_mm",
        "depth_mm",
        "angle",
        "manipulation",
        "retention_min",
        "neural_target",
        "neural_level",
        "order",
    ),
    EstimCircuit: (
        "needle_a",
        "side_a",
        "needle_b",
        "side_b",
        "mode",
        "waveform",
        "low_hz",
        "high_hz",
        "phase_s",
        "pulse_us",
        "minutes",
        "strength",
        "polarity",
        "channel",
        "neural_target",
        "neural_level",
        "order",
    ),
    DryNeedlingTarget: ("muscle", "side", "site", "length_mm", "gauge_mm", "approach", "passes", "order"),
    CuppingSite: ("region", "side", "site", "method", "strength", "cups", "minutes", "order"),
    TuiNaStep: ("region", "point", "side", "technique", "further", "pressure", "minutes", "order"),
    MovementStep: ("kind", "instruction", "minutes", "home", "order"),
}
# What was done, beside the outcome and the needle count, which have verbs of their own.
CHARTED = {
    NeedlePoint: ("done_note", "sensation"),
    EstimCircuit: ("done_note", "done_ma", "tolerated_ma", "done_dial", "done_strength", "sensation"),
    DryNeedlingTarget: ("done_note", "twitches", "soreness_told"),
    CuppingSite: ("done_note", "marks_before", "marks_after"),
    TuiNaStep: ("done_note",),
    MovementStep: ("done_note",),
}


def kind_of(item):
    """ "needle" for a NeedlePoint, and so on."""
    return next(kind for kind, model in KINDS.items() if isinstance(item, model))


def find(plan, kind, pk):
    """The row of this plan, by its kind and key; raises ClinicError if it is gone (another person removed it)."""
    model = KINDS[kind]
    row = model.objects.filter(plan=plan, pk=pk).first()
    if row is None:
        raise ClinicError("That row is no longer in the plan. Look again.")
    return row


def fresh(plan, item):
    """`item` as it is now, under the plan's lock."""
    return find(plan, kind_of(item), item.pk)


def all_of(plan):
    """Every row of a plan laid out with `laid_out()`, in the order a session runs."""
    connect(plan)
    return [row for name in RELATED.values() for row in getattr(plan, name).all()]


def connect(plan):
    """A laid-out plan's circuits know their needles without a query."""
    needles = {needle.pk: needle for needle in plan.needles.all()}
    for circuit in plan.circuits.all():
        circuit.needle_a, circuit.needle_b = needles[circuit.needle_a_id], needles[circuit.needle_b_id]


def next_order(plan, kind):
    last = getattr(plan, RELATED[kind]).aggregate(last=Max("order"))["last"]
    return 0 if last is None else last + 1


def meet(side, other):
    """Do two rows for the same place treat a side twice?"""
    return side == other or Side.BOTH in (side, other)


def fill(row, fields, *, allowed):
    """Give `row` new values and check each by itself; raises ClinicError naming the field.

    A field that is not `allowed` is a mistake of the caller's and raises ValueError.
    """
    if unknown := set(fields) - set(allowed):
        raise ValueError(f"not to be set here: {sorted(unknown)}")
    for name, value in fields.items():
        check_text(row._meta.get_field(name), value)
        setattr(row, name, value)
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation}
    try:
        row.clean_fields(exclude=relations)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise ClinicError(messages[0], field=name) from error
    return row


def check_text(field, value):
    """A model's clean does not look at the length of a TextField, and PostgreSQL stores no NUL."""
    if not isinstance(value, str):
        return
    if "\x00" in value:
        raise ClinicError("This text holds a character that cannot be kept. Type it again.", field=field.name)
    if field.max_length and len(value) > field.max_length:
        raise ClinicError(f"This text is too long. The most is {field.max_length:,} characters.", field=field.name)
