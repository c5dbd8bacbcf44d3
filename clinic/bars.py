"""Stages as a bar. Pure: no ORM, no clock.

A stage is a dict with name, minutes, needs_practitioner, needs_device and elastic. templates/components/_stages.html
draws the pieces, each in a pattern and a word for what it asks of the clinic.
"""

from dataclasses import dataclass

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
        found.append(Piece(stage["name"], stage["minutes"], kind, word, stage.get("elastic", False), left, width))
        done += stage["minutes"]
    return found


def percent(part, whole):
    """With a point whatever the language, as SVG wants it."""
    return f"{100 * part / whole:.3f}%"
