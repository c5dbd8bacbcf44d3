import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions import catalogue, defaults
from sessions.models import Angle, Manipulation, NeedlePoint
from sessions.safety.rulebook import rulebook

with (catalogue.DATA / "acupoints.csv").open(encoding="utf-8") as file:
    POINTS = list(csv.DictReader(file))
with defaults.FILE.open(encoding="utf-8") as file:
    TABLE = list(csv.DictReader(file))
LONGEST = rulebook()["S048"].threshold("longest_over_lung")


def usual(row):
    return defaults.for_point(system=row["system"], region=row["region"], tier=row["pneumothorax_tier"])


def of(code):
    return usual(next(row for row in POINTS if row["code"] == code))


@pytest.mark.parametrize("row", POINTS, ids=lambda row: row["code"])
def test_every_point_has_every_particular_within_its_range(row):
    values = usual(row)

    assert set(values) == set(defaults.FIELDS)
    assert values["angle"] in Angle.values
    assert values["manipulation"] in Manipulation.values
    for name in ("length_mm", "gauge_mm", "depth_mm", "retention_min"):
        field = NeedlePoint._meta.get_field(name)
        field.run_validators(Decimal(values[name]))
    assert values["depth_mm"] < values["length_mm"]


def test_every_row_of_the_table_is_about_something_and_says_where_it_is_from():
    known = {
        "all": {""},
        "region": {row["region"] for row in POINTS},
        "system": {row["system"] for row in POINTS},
        "tier": {row["pneumothorax_tier"] for row in POINTS},
    }

    for row in TABLE:
        assert row["match"] in known[row["scope"]]
        assert row["source"]
        assert row["confidence"] in ("confirmed", "recall")


def test_a_kind_of_point_has_its_own_particulars():
    assert (of("ST36")["length_mm"], of("ST36")["angle"]) == (40, "perpendicular")
    assert (of("AUR-TF4")["length_mm"], of("AUR-TF4")["depth_mm"]) == (13, 2)
    assert of("GV20")["angle"] == "transverse"
    assert of("GB30")["length_mm"] == 50


@pytest.mark.parametrize(
    "row", [row for row in POINTS if row["pneumothorax_tier"] in ("high", "moderate")], ids=lambda row: row["code"]
)
def test_over_the_lung_the_usual_is_slanted_and_short(row):
    values = usual(row)

    assert values["length_mm"] <= LONGEST
    assert values["angle"] != "perpendicular"
    assert defaults.within_reach(values, tier=row["pneumothorax_tier"], longest=LONGEST) == values


had = st.fixed_dictionaries(
    {
        "length_mm": st.integers(7, 125),
        "gauge_mm": st.sampled_from(["0.20", "0.30"]),
        "depth_mm": st.none() | st.integers(1, 125),
        "retention_min": st.integers(0, 60),
        "angle": st.sampled_from(Angle.values),
        "manipulation": st.sampled_from(Manipulation.values),
    }
)


@given(had, st.sampled_from(["high", "moderate"]))
def test_whatever_somebody_had_over_the_lung_it_is_no_longer_than_the_rule_lets_pass(values, tier):
    safe = defaults.within_reach(values, tier=tier, longest=LONGEST)

    assert safe["length_mm"] <= LONGEST
    assert safe["depth_mm"] is None or safe["depth_mm"] <= safe["length_mm"]
    assert safe["angle"] != "perpendicular"


@given(had, st.sampled_from(["none", "low"]))
def test_elsewhere_what_somebody_had_stays(values, tier):
    assert defaults.within_reach(values, tier=tier, longest=LONGEST) == values


def test_what_the_person_had_goes_before_how_long_they_rested_and_that_before_the_usual():
    general = of("ST36")

    assert defaults.for_person(general, None, minutes=None) == general
    assert defaults.for_person(general, None, minutes=35) == general | {"retention_min": 35}
    assert defaults.for_person(general, {"retention_min": 10}, minutes=35)["retention_min"] == 10


@pytest.mark.parametrize(("minutes", "usual_rest"), [([], None), ([20], 20), ([20, 20, 5], 20), ([20, 25], 25)])
def test_a_session_rested_as_most_of_its_needles(minutes, usual_rest):
    assert defaults.usual_rest([{"retention_min": one} for one in minutes]) == usual_rest
