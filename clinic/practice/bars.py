"""Stages as a bar, and what they ask of the clinic. Pure: no ORM, no clock.

A stage is a dict with name, minutes, needs_practitioner and needs_device.
"""

from dataclasses import dataclass
from math import ceil

# (with the practitioner, with an e-stim unit): class of the bar's piece, word
KINDS = {
    (True, False): ("hands", "hands-on"),
    (True, True): ("both", "hands-on with e-stim"),
    (False, True): ("current", "e-stim, alone"),
    (False, False): ("rest", "resting"),
}


@dataclass(frozen=True)
class Piece:
    """A stage on the bar: where it begins and how wide it is, in hundredths of the whole."""

    name: str
    minutes: int
    kind: str
    word: str
    elastic: bool
    left: str
    width: str


def pieces(stages):
    whole = sum(stage["minutes"] for stage in stages)
    done, found = 0, []
    for stage in stages:
        kind, word = KINDS[stage["needs_practitioner"], stage["needs_device"]]
        left, width = percent(done, whole), percent(stage["minutes"], whole)
        found.append(Piece(stage["name"], stage["minutes"], kind, word, stage["elastic"], left, width))
        done += stage["minutes"]
    return found


def percent(part, whole):
    """With a point whatever the language, as SVG wants it."""
    return f"{100 * part / whole:.3f}%"


@dataclass(frozen=True)
class Flow:
    """How visits of these stages follow one another, in minutes."""

    whole: int
    hands_on: int
    table_every: int  # one table takes a patient this often
    practitioner_every: int | None  # one practitioner with tables enough; None without a stage of theirs
    tables: int  # so many keep one practitioner busy


def flow(stages, turnover, buffer):
    """The turnover belongs to the table, the buffer to the practitioner."""
    whole = sum(stage["minutes"] for stage in stages)
    hands_on = sum(stage["minutes"] for stage in stages if stage["needs_practitioner"])
    table_every = whole + turnover
    practitioner_every = hands_on + buffer if hands_on else None
    return Flow(
        whole,
        hands_on,
        table_every,
        practitioner_every,
        ceil(table_every / practitioner_every) if practitioner_every else 1,
    )
