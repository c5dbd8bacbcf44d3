"""What import-linter cannot see: relations, and look-ups by string, point down only."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

FLOORS = ["clinic", "patients", "scheduling", "sessions", "reminders", "desk"]
ROOT = Path(__file__).resolve().parent.parent
LOOKUPS = {
    "filter",
    "exclude",
    "get",
    "order_by",
    "select_related",
    "prefetch_related",
    "Prefetch",
    "values",
    "values_list",
    "annotate",
    "Exists",
    "F",
    "Q",
    "Count",
}


def floor_of(model):
    """The floor's number, or None for a model that is not ours."""
    name = model._meta.app_config.name
    return FLOORS.index(name) if name in FLOORS else None


def our_models():
    return [model for model in apps.get_models() if floor_of(model) is not None]


def names_from_above(floor):
    """The reverse names by which a model on this floor or below could reach a higher one."""
    return {
        relation.get_accessor_name() or ""
        for model in our_models()
        if floor_of(model) <= floor
        for relation in model._meta.related_objects
        if (floor_of(relation.related_model) or 0) > floor
    }


def lookups(tree):
    """Every name that a query in the source looks up, split at the double underscores."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in LOOKUPS:
            words = [word.arg for word in call.keywords if word.arg]
            words += [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            yield from ((word, set(word.lstrip("-").split("__"))) for word in words)


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_a_model_relates_to_its_own_floor_and_lower_ones_only(model):
    upward = [
        field.name
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if (floor_of(field.related_model) or 0) > floor_of(model)
    ]

    assert upward == []


@pytest.mark.parametrize("app", FLOORS)
def test_a_query_names_no_floor_above(app):
    above = names_from_above(FLOORS.index(app)) - {""}

    upward = [
        f"{source.relative_to(ROOT)}: {word}"
        for source in (ROOT / app).rglob("*.py")
        if "migrations" not in source.parts
        for word, parts in lookups(ast.parse(source.read_text(encoding="utf-8")))
        if parts & above
    ]

    assert upward == []


def test_every_floor_is_known():
    ours = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}

    assert ours == set(FLOORS)
