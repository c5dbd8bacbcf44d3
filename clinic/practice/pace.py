"""How visits of some stages follow one another. Pure: no ORM, no clock."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Pace:
    """In minutes."""

    whole: int
    hands_on: int
    table_every: int  # one table takes a patient this often
    practitioner_every: int | None  # one practitioner with tables enough; None without a stage of theirs
    tables: int  # so many keep one practitioner busy


def pace(stages, turnover, buffer):
    """The turnover belongs to the table, the buffer to the practitioner."""
    whole = sum(stage["minutes"] for stage in stages)
    hands_on = sum(stage["minutes"] for stage in stages if stage["needs_practitioner"])
    table_every = whole + turnover
    practitioner_every = hands_on + buffer if hands_on else None
    return Pace(
        whole,
        hands_on,
        table_every,
        practitioner_every,
        ceil(table_every / practitioner_every) if practitioner_every else 1,
    )
