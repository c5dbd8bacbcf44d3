from datetime import date, timedelta

import pytest

from patients import pregnancy

DUE = date(2030, 5, 13)


@pytest.mark.parametrize(
    ("before_due", "weeks", "trimester"),
    [
        (280, 0, 1),
        (274, 0, 1),
        (273, 1, 1),
        (183, 13, 1),
        (182, 14, 2),
        (85, 27, 2),
        (84, 28, 3),
        (0, 40, 3),
        (-21, 43, 3),
    ],
)
def test_weeks_are_counted_from_280_days_before_the_due_date(before_due, weeks, trimester):
    day = DUE - timedelta(days=before_due)

    assert pregnancy.weeks(DUE, day) == weeks
    assert pregnancy.trimester(DUE, day) == trimester


@pytest.mark.parametrize(
    ("due", "day", "words"),
    [
        (DUE, DUE - timedelta(days=126), "Pregnant 22 wk"),
        (DUE, DUE - timedelta(days=300), "Pregnant, due date 13 May 2030 to be checked"),
        (DUE, DUE + timedelta(days=60), "Pregnant, due date 13 May 2030 passed"),
        (None, DUE, "Pregnant, due date not known"),
    ],
)
def test_a_chip_says_what_is_known(due, day, words):
    assert pregnancy.wording(due, day) == words
