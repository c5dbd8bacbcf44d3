from datetime import date

from scheduling.licences import Licence, last_day, missing

NEEDLES = Licence("CO", date(2020, 1, 1), None, frozenset({"needling", "cupping"}))
DRY = Licence("CO", date(2020, 1, 1), date(2031, 5, 12), frozenset({"dry_needling"}))


def test_a_technique_that_no_licence_covers_is_missing():
    assert missing(["needling", "dry_needling"], [NEEDLES], "CO", date(2031, 5, 1)) == ["dry_needling"]


def test_several_licences_cover_together_to_their_last_day():
    both = [NEEDLES, DRY]

    assert missing(["needling", "dry_needling"], both, "CO", date(2031, 5, 12)) == []
    assert missing(["needling", "dry_needling"], both, "CO", date(2031, 5, 13)) == ["dry_needling"]


def test_a_licence_of_another_jurisdiction_or_of_later_covers_nothing():
    assert missing(["needling"], [NEEDLES], "NY", date(2031, 5, 1)) == ["needling"]
    assert missing(["needling"], [NEEDLES], "CO", date(2019, 12, 31)) == ["needling"]


def test_a_service_without_techniques_needs_no_licence():
    assert missing([], [], "CO", date(2031, 5, 1)) == []


def test_the_last_day_is_that_of_the_licence_that_ended_latest():
    earlier = Licence("CO", date(2010, 1, 1), date(2015, 1, 1), frozenset({"dry_needling"}))

    assert last_day("dry_needling", [earlier, DRY], "CO", date(2031, 6, 1)) == date(2031, 5, 12)
    assert last_day("dry_needling", [DRY], "CO", date(2031, 5, 1)) is None
    assert last_day("needling", [DRY], "CO", date(2031, 6, 1)) is None
