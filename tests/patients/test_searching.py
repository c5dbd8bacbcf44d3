from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.models import Patient
from patients.searching import MOST_NUMBERED, words
from tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


def names(text, **kwargs):
    return [patient.name for patient in Patient.objects.find(text, **kwargs)]


def person(name, **kwargs):
    given, family = name.split(" ", 1)
    return PatientFactory(given_name=given, family_name=family, **kwargs)


@pytest.mark.parametrize("typed", ["ort", "ORT", "ortiz", "ana ort", "Ortiz, Ana", "ortiz ana", "  ort  ", "aná örtiz"])
def test_three_letters_of_either_name_find_a_person_in_any_case_order_and_accent(typed):
    person("Ana Ortiz")
    person("Li Chen")

    assert names(typed) == ["Ana Ortiz"]


@pytest.mark.parametrize(
    ("name", "typed"), [("Zoë Müller", "muller"), ("Łukasz Wiśniewski", "lukasz wis"), ("Ana Peña", "pena")]
)
def test_accents_in_the_name_need_not_be_typed(name, typed):
    person(name)

    assert names(typed) == [name]


def test_whole_words_come_before_word_starts_and_those_before_the_inside_of_words():
    for name in ["Joanna Baker", "Annabel Cole", "Ann Diaz"]:
        person(name)

    assert names("ann") == ["Ann Diaz", "Annabel Cole", "Joanna Baker"]


@pytest.mark.parametrize("typed", ["5550142", "555-0142", "(555) 0142", "555 0142", "0142", "+1 212 555-0142"])
def test_a_phone_number_is_found_however_it_is_written(typed):
    person("Ana Ortiz", phone="(212) 555.0142")
    person("Li Chen", phone="212-555-9999")

    assert names(typed) == ["Ana Ortiz"]


def test_a_chart_number_is_found_whole_with_or_without_its_sign_and_comes_first():
    ana = person("Ana Ortiz", phone="")
    other = person("Li Chen", phone=f"555-{ana.chart_number}")

    assert names(f"#{ana.chart_number}") == names(str(ana.chart_number)) == [ana.name, other.name]
    assert names(str(ana.chart_number)[:-1]) == [other.name]


def test_digits_that_everybody_s_telephone_has_still_find_the_chart_of_that_number():
    someone = {"given_name": "Kim", "birth_date": date(1970, 1, 1), "phone": "555-5550"}
    Patient.objects.bulk_create(Patient(family_name=f"Lee{n}", **someone) for n in range(MOST_NUMBERED + 2))
    last = Patient.objects.order_by("-pk").first()
    ana = person("Ana Ortiz", chart_number=5550)

    assert names("5550")[0] == ana.name
    assert len(names("5550")) == len(names("555-5550")) == 20
    assert names(f"5550 {last.family_name}") == [last.name]


def test_a_name_of_two_letters_is_found_as_a_whole_word():
    person("Li Chen")
    person("Olivia Lind")

    assert names("li") == ["Li Chen"]


@pytest.mark.parametrize("typed", ["", " ", "a", "#", "\0", "%", "_", "\\", "--", ",,,"])
def test_too_little_finds_nobody(typed):
    person("Ana Ortiz")

    assert names(typed) == []


@pytest.mark.parametrize("typed", ["ort%", "o_t", "%%%", "___", "ort\\", "or'; --", "ort％", '"ort"'])
def test_signs_that_mean_something_to_the_database_stand_for_themselves(typed):
    person("Ana Ortiz")

    assert names(typed) == []


def test_a_name_with_such_a_sign_is_found_by_it():
    person("Ana 50%_Ortiz\\")

    assert names("0%_ort") == names("ortiz\\") == ["Ana 50%_Ortiz\\"]


@pytest.mark.parametrize("typed", ["😀😀😀", "\u200fabc", "x" * 100_000, "9" * 40, "٣٤٥", "²²²", "a " * 500])
def test_hostile_text_finds_nobody_and_breaks_nothing(typed):
    person("Ana Ortiz")

    assert names(typed) == []


@pytest.mark.parametrize("typed", ["otriz", "oritz", "ana otriz", "anna ortis", "schnieder"])
def test_a_misspelt_name_is_found_from_five_letters(typed):
    person("Ana Ortiz")
    person("Max Schneider")

    assert len(names(typed)) == 1


def test_four_misspelt_letters_find_nobody():
    person("Ana Ortiz")

    assert names("otri") == []


def test_likeness_is_asked_only_when_the_fragments_find_nobody():
    person("Ana Ortiz")
    person("Ana Ortis")

    assert names("ortiz") == ["Ana Ortiz"]


def test_a_merged_record_is_not_found(django_user_model):
    kept = person("Ana Ortiz")
    person("Ana Ortizz", merged_into=kept)
    user = django_user_model.objects.create_superuser("boss@example.com", "x")

    assert list(Patient.objects.visible_to(user).find("ortiz")) == [kept]


def test_no_more_are_returned_than_asked_for():
    for number in range(4):
        person(f"Ana Ortiz{number}")

    assert len(names("ortiz", limit=3)) == 3


@pytest.mark.parametrize(("typed", "most"), [("ortiz", 1), ("otirz", 3)])
def test_a_search_takes_few_queries_whatever_it_finds(typed, most):
    for number in range(3):
        person(f"Ana Ortiz{number}")

    with CaptureQueriesContext(connection) as queries:
        Patient.objects.find(typed)

    assert len([query for query in queries if "SAVEPOINT" not in query["sql"]]) <= most


@pytest.mark.parametrize("typed", ["ort", "ana ort", "5550142", "li"])
def test_fragments_are_looked_up_in_the_trigram_index(typed):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")

    plan = Patient.objects.matching(typed).explain()

    assert "patient_search" in plan


def test_what_was_typed_is_parted_into_words():
    assert words("Ortiz,Ana") == ["Ortiz", "Ana"]
    assert words("+1 (555) 010-0142") == ["5550100142"]
    assert words("ana 1043") == ["ana", "1043"]
    assert words("#1043") == ["1043"]
