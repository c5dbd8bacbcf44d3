import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions import catalogue, entry
from sessions.entry import Entry, EntryError

with (catalogue.DATA / "acupoints.csv").open(encoding="utf-8") as file:
    POINTS = list(csv.DictReader(file))
INDEX = entry.Index.of(
    (row["code"], row["channel"], row["bilateral"] == "yes", "free location" in row["aliases"], names)
    for row in POINTS
    for names in [[row["pinyin"], row["hanzi"], *row["aliases"].split("|")]]
)


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
        ("st36 m", "ST36 lies on both sides. Type l, r or b/l."),
        ("l st36", "Type the point before its side “l”."),
        ("", "Type a point, such as ST36 or Zusanli."),
        (" , ;\n", "Type a point, such as ST36 or Zusanli."),
        ("st36 " * 300, "That is too much at once. Type fewer points."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_type(text, sentence):
    assert refusal(text) == sentence


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


@given(st.text(max_size=80))
@settings(deadline=None)
def test_whatever_is_typed_is_read_or_refused_in_a_sentence(text):
    assert read_or_refused(text)


words = st.sampled_from(
    [*list(INDEX.names)[:200], *entry.SIDES, "st99", "-", "/", ",", ";", "36", "bl", "\n", "x-l", "1-2"]
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
