"""Free stretches of a practitioner's day. Pure: half-open spans of epoch seconds."""

from scheduling.hours import merged


def free(working, busy, *, since, shortest):
    """Yield (start, end) of the working time from `since` on that nothing takes, at least `shortest` seconds long."""
    taken = sorted(span for span in busy if span[0] < span[1])
    for start, end in merged(working):
        cursor = max(start, since)
        for begins, ends in [*taken, (end, end)]:
            if min(begins, end) - cursor >= shortest:
                yield cursor, min(begins, end)
            cursor = max(cursor, ends)
