"""How far a pregnancy is on a given day. Pure. Counted from the last period, 280 days before the due date (Naegele)."""

from datetime import timedelta

TERM = timedelta(days=280)
LONGEST_WEEKS = 43  # a due date further back than this was forgotten, not passed


def weeks(due_date, day):
    """Completed weeks on a calendar day, or None where the due date makes no pregnancy of that day."""
    completed = (TERM - (due_date - day)).days // 7
    return completed if 0 <= completed <= LONGEST_WEEKS else None


def trimester(due_date, day):
    """1 below 14 completed weeks, 2 below 28, then 3; None as for `weeks`."""
    completed = weeks(due_date, day)
    return None if completed is None else 1 + (completed >= 14) + (completed >= 28)


def wording(due_date, day):
    """As a chip says it."""
    if due_date is None:
        return "Pregnant, due date not known"
    completed = weeks(due_date, day)
    if completed is not None:
        return f"Pregnant {completed} wk"
    passed = "passed" if due_date < day else "to be checked"
    return f"Pregnant, due date {due_date.day} {due_date:%b %Y} {passed}"
