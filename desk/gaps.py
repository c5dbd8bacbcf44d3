"""Free stretches of a practitioner's day. Pure: half-open spans of epoch seconds."""


def free(working, busy, *, since, shortest):
    """Yield (start, end) of the working time from `since` on that nothing takes, at least `shortest` seconds long."""
    taken = sorted(span for span in busy if span[0] < span[1])
    for start, end in joined(working):
        cursor = max(start, since)
        for begins, ends in [*taken, (end, end)]:
            if min(begins, end) - cursor >= shortest:
                yield cursor, min(begins, end)
            cursor = max(cursor, ends)


def joined(spans):
    """The spans in order, with those that touch or overlap made one."""
    whole = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
