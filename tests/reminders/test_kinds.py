"""Whoever adds a kind of message reads here what it still lacks."""

import pytest
from django.db import connection
from django.template import TemplateDoesNotExist

from patients.models import Language
from reminders import describing
from reminders.kinds import SPECS
from reminders.letter_views import languages
from reminders.letters import shipped
from reminders.models import Kind, Letter, Message, Rule
from reminders.models.rules import AFTER, AHEAD, NEWS, OPTIONAL, TO_STAFF
from reminders.phrases import PHRASES

EVERY = pytest.mark.parametrize("kind", Kind)


@EVERY
def test_a_kind_is_found_by_its_spec(kind):
    assert kind in SPECS, f"{kind!r} lacks a Spec in SPECS, reminders/kinds.py"


@EVERY
def test_a_kind_has_one_place_in_time(kind):
    places = [kind in NEWS, kind in AHEAD, kind in AFTER, kind in TO_STAFF, kind == Kind.BY_HAND]

    assert sum(places) == 1, f"put {kind!r} into NEWS, AHEAD, AFTER or TO_STAFF, reminders/models/rules.py"


@EVERY
def test_settings_can_say_when_a_kind_goes(kind):
    said = kind in describing.AFTER_WHAT or kind in describing.STAFF or kind in AHEAD or kind == Kind.BY_HAND

    assert said, f"say after what {kind!r} goes: AFTER_WHAT, reminders/describing.py"


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", OPTIONAL)
def test_patients_can_choose_every_kind_that_they_could_do_without(kind, language):
    assert f"kind_{kind}" in PHRASES[language], f"kind_{kind} lacks in PHRASES[{language!r}], phrases.py"


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", sorted(NEWS))
def test_patients_are_told_of_every_kind_that_comes_anyway(kind, language):
    assert f"news_{kind}" in PHRASES[language], f"news_{kind} lacks in PHRASES[{language!r}], phrases.py"


@pytest.mark.parametrize(("kind", "language"), [(kind, language) for kind in Kind for language in languages(kind)])
def test_a_kind_ships_with_its_letters(kind, language):
    try:
        assert shipped(kind, language)
    except TemplateDoesNotExist:
        pytest.fail(f"write templates/reminders/mail/{kind}.{language}.txt")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "name", "kinds"),
    [
        (Rule, "rule_kind_is_known", set(Kind.values) - {Kind.BY_HAND}),
        (Letter, "letter_kind_is_known", set(Kind.values)),
        (Message, "message_kind_is_known", set(Kind.values)),
    ],
)
def test_the_database_knows_every_kind(model, name, kinds):
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, model._meta.db_table)
        assert name in constraints
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        (definition,) = cursor.fetchone()

    unknown = sorted(kind for kind in kinds if f"'{kind}'" not in definition)
    assert not unknown, f"{name} does not know {unknown}: make a migration"
