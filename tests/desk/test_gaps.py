from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from desk.gaps import free
from scheduling.hours import merged

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted).map(tuple), max_size=6)


def test_what_lies_between_is_free():
    assert list(free([(0, 100)], [(20, 40), (60, 70)], since=0, shortest=1)) == [(0, 20), (40, 60), (70, 100)]


def test_what_is_too_short_or_has_passed_is_not_told():
    assert list(free([(0, 100)], [(20, 40), (60, 70)], since=45, shortest=16)) == [(70, 100)]


def test_hours_that_touch_are_one():
    assert list(free([(50, 100), (0, 50)], [], since=0, shortest=60)) == [(0, 100)]


@settings(deadline=None)
@given(working=SPANS, busy=SPANS, since=st.integers(0, 60), shortest=st.integers(1, 10))
def test_free_is_worked_untaken_ahead_and_nothing_is_left_out(working, busy, since, shortest):
    found = list(free(working, busy, since=since, shortest=shortest))

    def within(second, spans):
        return any(start <= second < end for start, end in spans)

    open_seconds = {s for s in range(61) if within(s, working) and not within(s, busy) and s >= since}
    told = {second for start, end in found for second in range(start, end)}
    assert all(end - start >= shortest for start, end in found)
    assert told <= open_seconds
    assert all(run_length(open_seconds, second) < shortest for second in open_seconds - told)


def run_length(seconds, second):
    """How long the stretch of `seconds` is in which this one lies."""
    first = last = second
    while first - 1 in seconds:
        first -= 1
    while last + 1 in seconds:
        last += 1
    return last - first + 1


@settings(deadline=None)
@given(SPANS)
def test_merged_spans_neither_touch_nor_overlap(spans):
    whole = merged(spans)

    assert all(one[1] < other[0] for one, other in pairwise(whole))
