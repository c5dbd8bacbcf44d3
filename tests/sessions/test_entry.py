import csv
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions import catalogue, entry
from sessions.entry import Entry, EntryError

with (catalogue.DATA / "acupoints.csv").open(encoding="utf-8") as file:
    POINTS = list(csv.DictReader(file))
INDEX = entry.Index.of(
    (
        (row["code"], row["channel"], row["bilateral"] == "yes", "free location" in row["aliases"], names)
        for row in POINTS
        for names in [[row["pinyin"], row["hanzi"], *row["aliases"].split("|")]]
    ),
    groups=[(names, row["members"]) for names, row in catalogue.groups()],
)
GROUPS = [row for _, row in catalogue.groups()]
PAIRED = {row["code"]: row["bilateral"] == "yes" for row in POINTS}


def read(text):
    return [(found.code, found.side) for found in entry.parse(text, INDEX)]


def refusal(text):
    with pytest.raises(EntryError) as refused:
        entry.parse(text, INDEX)
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("li4 lr3 st36 b/l", [("LI4", "both"), ("LR3", "both"), ("ST36", "both")]),
        ("LI4, LR3, ST36 L+R", [("LI4", "both"), ("LR3", "both"), ("ST36", "both")]),
        ("zusanli", [("ST36", "both")]),
        ("zu san li l", [("ST36", "left")]),
        ("足三里 r", [("ST36", "right")]),
        ("stomach 36", [("ST36", "both")]),
        ("triple burner 5 left", [("TE5", "left")]),
        ("ub60", [("BL60", "both")]),
        ("st36 l lr3 r", [("ST36", "left"), ("LR3", "right")]),
        ("st36\nlr3 r", [("ST36", "both"), ("LR3", "right")]),
        ("LI4-L li11-l", [("LI4", "left"), ("LI11", "left")]),
        ("gv20 cv12", [("GV20", "midline"), ("CV12", "midline")]),
        ("gv20 st36 l", [("GV20", "midline"), ("ST36", "left")]),
        ("li4 bl", [("LI4", "both")]),
        ("li4 bl 60", [("LI4", "both"), ("BL60", "both")]),
        ("bl31-34 l", [("BL31", "left"), ("BL32", "left"), ("BL33", "left"), ("BL34", "left")]),
        ("ex-hn 3", [("EX-HN3", "midline")]),
        ("ashi l", [("EX-ASHI", "left")]),
        ("aur-ah6a", [("AUR-AH6a", "both")]),
        ("four gates", [("LI4", "both"), ("LR3", "both")]),
        ("四關", [("LI4", "both"), ("LR3", "both")]),
        ("Buddha's triangle r", [("LU9", "right"), ("HT7", "right"), ("PC6", "right")]),
        ("four gates l st36", [("LI4", "left"), ("LR3", "left"), ("ST36", "both")]),
        ("gv20 4 gates st36 r", [("GV20", "midline"), ("LI4", "right"), ("LR3", "right"), ("ST36", "right")]),
        ("st36; siguan-l", [("ST36", "both"), ("LI4", "left"), ("LR3", "left")]),
        ("bfa r", [(f"AUR-{name}", "right") for name in ("CINGULATE", "THALAMUS", "OMEGA2", "POINTZERO", "TF4")]),
        ("nada", [(f"AUR-{name}", "both") for name in ("TF4", "AH6a", "CO10", "CO12", "CO14")]),
    ],
)
def test_shorthand_is_read_as_it_is_spoken(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ST99", "ST99 is not a point. Stomach ends at ST45."),
        ("stomach 99", "ST99 is not a point. Stomach ends at ST45."),
        ("li4 triple warmer 30", "TE30 is not a point. Triple Energizer ends at TE23."),
        ("zusanly", "“zusanly” is not a point. Did you mean ST36?"),
        ("foo", "“foo” is not a point. Type a code such as ST36 or a name such as Zusanli."),
        ("shenmen", "“shenmen” is HT7 or AUR-TF4. Type the code."),
        ("gv20 l", "GV20 has no left and right. Leave the side out."),
        ("gv20-r", "GV20 has no left and right. Leave the side out."),
        ("st36 m", "ST36 lies on both sides. Type l, r or b/l."),
        ("st36-m", "ST36 lies on both sides. Type l, r or b/l."),
        ("four gates m", "LI4 lies on both sides. Type l, r or b/l."),
        ("four gaits", "“four” is not a point. Type a code such as ST36 or a name such as Zusanli."),
        ("l st36", "Type the point before its side “l”."),
        ("", "Type a point, such as ST36 or Zusanli."),
        (" , ;\n", "Type a point, such as ST36 or Zusanli."),
        ("st36 " * 300, "That is too much at once. Type fewer points."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_type(text, sentence):
    assert refusal(text) == sentence


def test_a_group_ignores_a_side_where_a_member_has_none():
    assert read("six command points l")[-2:] == [("PC6", "left"), ("GV26", "midline")]


def test_a_group_of_unpaired_points_has_no_side():
    row = ("GV20", "GV", False, False, ["Baihui"])
    index = entry.Index.of([row], groups=[(["crown"], "gv20")])

    with pytest.raises(EntryError, match="crown has no left and right"):
        entry.parse("crown l", index)


def test_a_group_with_a_member_that_is_no_point_is_not_loaded():
    with pytest.raises(EntryError, match="ST99 is not a point"):
        entry.Index.of([("ST36", "ST", True, False, [])], groups=[(["wrong"], "st36 st99")])


@pytest.mark.parametrize("row", GROUPS, ids=lambda row: row["name"])
def test_every_group_has_its_members_in_the_catalogue_and_says_where_it_is_from(row):
    assert len(read(row["members"])) > 1
    assert read(row["name"]) == read(row["members"])
    assert row["source"]
    assert row["confidence"] in ("confirmed", "recall")


def test_no_name_of_a_group_hides_a_point():
    shared = {name: INDEX.names[name] for name in INDEX.groups if name in INDEX.names}

    assert all(len(points) > 1 for points in shared.values())  # one name for several points said nothing before
    assert not set(INDEX.groups) & set(entry.SIDES)
    assert len({entry.compact(name) for names, _ in catalogue.groups() for name in names}) == len(INDEX.groups)


@pytest.mark.parametrize("text", ["st4-2", "bl34-31", "bl1-60", "st3-3"])
def test_a_range_that_is_none_is_never_read_as_another_point(text):
    sentence = f"“{text}” is not a range. Type the lower number first and no more than 12 points, such as BL31-34."

    assert refusal(text) == sentence


@pytest.mark.parametrize("text", ["st 4-2", "stomach 4-2", "st4/2", "st4.2"])
def test_digits_with_a_sign_between_are_never_run_together(text):
    assert refusal(text).startswith(f"“{text.split()[0]}” is not a point.")


def test_digits_of_two_words_are_never_run_together():
    assert refusal("st3 6").startswith("“6” is not a point.")


def test_every_code_and_every_unshared_name_is_read():
    for name, known in INDEX.names.items():
        if len(known) == 1 and name not in entry.SIDES:
            assert read(name)[0][0] == known[0].code


def test_every_point_can_be_typed_by_its_code():
    assert [read(row["code"])[0][0] for row in POINTS] == [row["code"] for row in POINTS]


def read_or_refused(text):
    """Entries, or a whole sentence; any other error is the test's failure."""
    try:
        return entry.parse(text, INDEX)
    except EntryError as refused:
        return str(refused).endswith((".", "?"))


@pytest.mark.parametrize(
    "text", ["st36 " * 20_000, "x" * 100_000, "四" * 100_000, "\u202e" * 100_000, "\x00" * 100_000]
)
def test_a_hundred_kilobytes_are_too_much_at_once(text):
    assert refusal(text) == "That is too much at once. Type fewer points."


@pytest.mark.parametrize("text", ["st36\x00", "\u202est36", "s\u0301t36", "ＳＴ３６", "st\u200b36"])
def test_signs_that_are_not_seen_do_not_matter(text):
    assert read(text) == [("ST36", "both")]


@given(st.text(max_size=80))
@settings(deadline=None)
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text):
    assert read_or_refused(text)


words = st.sampled_from(
    [
        *list(INDEX.names)[:200],
        *INDEX.groups,
        "four",
        "gates",
        *entry.SIDES,
        "st99",
        "-",
        "/",
        ",",
        ";",
        "36",
        "bl",
        "\n",
        "x-l",
        "1-2",
    ]
)


@given(st.lists(words, max_size=12))
@settings(deadline=None)
def test_whatever_order_the_words_come_in_nothing_else_is_raised(typed):
    assert read_or_refused(" ".join(typed))


def sides(row):
    if "free location" in row["aliases"]:
        return ["left", "right", "both", "midline"]
    return ["left", "right", "both"] if row["bilateral"] == "yes" else ["midline"]


entries = st.sampled_from(POINTS).flatmap(
    lambda row: st.builds(Entry, code=st.just(row["code"]), side=st.sampled_from(sides(row)))
)


@given(st.lists(entries, min_size=1, max_size=15))
@settings(deadline=None)
def test_what_was_read_can_be_written_and_read_again(typed):
    assert entry.parse(entry.shorthand(typed), INDEX) == typed


codes = st.sampled_from(POINTS).map(lambda row: row["code"])
typed_sides = st.sampled_from(["l", "r", "b/l", "left", "Right", "L+R", "bilateral"])


@given(st.lists(codes, min_size=1, max_size=12), st.sampled_from([" ", ", ", ",", "  "]))
@settings(deadline=None)
def test_points_come_out_in_the_order_they_were_typed(typed, between):
    assert [code for code, _ in read(between.join(typed))] == typed


@given(st.lists(codes.filter(PAIRED.get), min_size=1, max_size=8), typed_sides)
@settings(deadline=None)
def test_one_side_goes_for_all_before_it(typed, side):
    assert {side for _, side in read(f"{' '.join(typed)} {side}")} == {entry.SIDES[side.lower()]}


@given(st.lists(st.tuples(codes.filter(PAIRED.get), typed_sides), min_size=1, max_size=8))
@settings(deadline=None)
def test_each_point_keeps_the_side_typed_after_it(typed):
    text = " ".join(f"{code} {side}" for code, side in typed)

    assert read(text) == [(code, entry.SIDES[side.lower()]) for code, side in typed]


@given(st.sampled_from(["ST", "BL", "GB", "KI", "cv"]), st.integers(1, 60), st.integers(1, 60))
@settings(deadline=None)
def test_a_range_is_each_of_its_points_or_refused(channel, first, last):
    text = f"{channel}{first}-{last}"

    if first < last < first + 12 and last <= INDEX.last[channel.upper()]:
        assert [code for code, _ in read(text)] == [f"{channel.upper()}{number}" for number in range(first, last + 1)]
    else:
        assert re.search("is not a (point|range)", refusal(text))


@given(st.lists(st.one_of(codes, st.sampled_from([row["name"] for row in GROUPS])), min_size=1, max_size=6))
@settings(deadline=None)
def test_groups_and_points_may_be_mixed(typed):
    alone = [entry for words in typed for entry in read(words)]

    assert read("; ".join(typed)) == read(" ".join(typed)) == alone
