import csv
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from clinic.errors import ClinicError
from sessions import catalogue
from sessions.models import Muscle, Point

pytestmark = pytest.mark.django_db


def codes(text, limit=20):
    return [muscle.code for muscle in catalogue.find_muscles(text, limit)]


def test_a_migrated_database_has_every_point_and_muscle_of_the_files():
    assert Point.objects.count() == 484
    assert Muscle.objects.count() == 89


def test_every_column_of_a_point_is_the_one_in_the_file():
    with (catalogue.DATA / "acupoints.csv").open(encoding="utf-8") as file:
        rows = {row["code"]: row for row in csv.DictReader(file)}

    for point in Point.objects.all():
        row = rows[point.code]
        row |= {"bilateral": row["bilateral"] == "yes", "estim_avoid": row["estim_avoid"] == "yes"}
        row |= {"sites_total": int(row["sites_total"])}
        ours = {name for name in row if hasattr(point, name)}

        assert {name: getattr(point, name) for name in ours} == {name: row[name] for name in ours}
        assert set(row) - ours == {"pregnancy_caution", "pneumothorax_risk"}  # what their tiers say as well


def test_loading_again_changes_nothing_and_mends_what_was_changed():
    before = list(Point.objects.values().order_by("pk"))
    Point.objects.filter(code="ST36").update(pinyin="Wrong", search="")

    call_command("loadcatalogue", stdout=(out := StringIO()))

    assert list(Point.objects.values().order_by("pk")) == before
    assert out.getvalue() == "484 points and 89 muscles.\n"


def test_loading_restores_a_point_that_was_deleted():
    Point.objects.filter(code="ST36").delete()

    catalogue.load()

    assert Point.objects.filter(code="ST36").exists()


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_the_catalogue_again():
    call_command("flush", interactive=False, verbosity=0)

    assert Point.objects.count() == 484


@pytest.mark.parametrize(
    "text", ["upper trap", "UPPER TRAP", "  Trapezius,  upper ", "trapezius upper", "Trápezius, ùpper"]
)
def test_a_muscle_is_found_however_it_is_written(text):
    assert codes(text)[0] == "trapezius_upper"


def test_a_muscle_is_found_by_name_region_and_referral():
    assert codes("gastroc")[0] == "gastrocnemius"
    assert "piriformis" in codes("hip")


def test_a_name_comes_before_names_that_go_on():
    assert codes("soleus")[0] == "soleus"


def test_the_list_is_as_long_as_asked():
    assert len(codes("a", limit=7)) == 7


@pytest.mark.parametrize("text", ["", "   ", "\x00", "|", "%", "_", "'; DROP", "x" * 5000, "\u202e", "🪡"])
def test_hostile_text_finds_nothing_and_breaks_nothing(text):
    assert codes(text) == []


def test_searching_takes_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        codes("tra", 10)


def test_reading_shorthand_gives_the_points_of_the_database():
    found = catalogue.read("st36 l; gv20; four gates r")

    assert found[0] == (Point.objects.get(code="ST36"), "left")
    assert [(point.code, side) for point, side in found[1:]] == [
        ("GV20", "midline"),
        ("LI4", "right"),
        ("LR3", "right"),
    ]


def test_reading_shorthand_takes_one_query_however_much_is_typed(django_assert_num_queries):
    for text in ("st36", "four gates; st36; bl31-34; nada"):
        with django_assert_num_queries(1):
            catalogue.read(text)


def test_a_point_that_the_database_lost_is_refused():
    Point.objects.filter(code="ST36").delete()

    with pytest.raises(ClinicError, match=re.escape("ST36 is not in the catalogue.")) as refusal:
        catalogue.read("li4 st36")

    assert refusal.value.field == "text"


def test_what_is_no_point_is_refused_with_the_parsers_sentence():
    with pytest.raises(ClinicError, match=re.escape("ST99 is not a point. Stomach ends at ST45.")) as refusal:
        catalogue.read("st99")

    assert refusal.value.field == "text"


def test_the_search_column_can_use_its_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT * FROM clinic_sessions_point WHERE search LIKE '%zusan%'")
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "point_search" in plan
