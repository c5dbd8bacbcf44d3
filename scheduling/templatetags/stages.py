"""A visit's stages as a bar: `{% load stages %}{% stage_bar visit.stages %}`; the look is static/css/stages.css."""

from dataclasses import dataclass

from django import template

register = template.Library()

HANDS_ON, DEVICE, ALONE = "hands", "device", "alone"


@dataclass(frozen=True)
class Piece:
    """A stage on the bar, in minutes from the visit's start."""

    name: str
    begins: int
    minutes: int
    kind: str
    elastic: bool

    @property
    def middle(self):
        return self.begins + self.minutes / 2


def pieces(stages):
    """`stages` are dicts as a visit keeps them (see `staging.snapshot`)."""
    found, begins = [], 0
    for stage in stages:
        found.append(Piece(stage["name"], begins, stage["minutes"], kind(stage), stage.get("elastic", False)))
        begins += stage["minutes"]
    return found


def kind(stage):
    if stage["practitioner"]:
        return HANDS_ON
    return DEVICE if stage["device"] else ALONE


@register.inclusion_tag("scheduling/_stages.html")
def stage_bar(stages):
    found = pieces(stages)
    return {"pieces": found, "minutes": sum(piece.minutes for piece in found)}
