"""The skin of the cups: where each sits, and what marks it found and left."""

from dataclasses import dataclass

from django import template

from sessions import bodymap
from sessions.mapped import sides_of
from sessions.models import CupMark

register = template.Library()
GLYPHS = {"": "?", "none": "–", "faded": "·", "pink": "○", "red": "◐", "dark": "●", "blister": "✱"}


@dataclass(frozen=True)
class Cup:
    """A row of cups with its two boxes, which the map fills in and is drawn from."""

    row: object
    before: object
    after: object

    @property
    def boxes(self):
        return (self.before, self.after)

    @property
    def mark(self):
        """What the skin shows at last."""
        return self.after.value() or self.before.value() or ""

    @property
    def glyph(self):
        return GLYPHS.get(self.mark, GLYPHS[""])

    @property
    def words(self):
        before, after = (dict(CupMark.choices).get(box.value(), "not looked at") for box in self.boxes)
        return f"before {before}, after {after}"

    @property
    def view(self):
        """Cups sit on the back where the region has one."""
        drawn = bodymap.views_of(self.row.item.region)
        return next((key for key in ("back", *drawn) if key in drawn), "")

    @property
    def shapes(self):
        sides = bodymap.BOTH if self.row.item.side == "midline" else sides_of(self.row.item.side)
        return [bodymap.VIEW[self.view].shape(self.row.item.region, side) for side in sides]


@register.simple_tag
def cups_on_skin(rows):
    """Those rows of the chart (`sheet.Done`) that have the boxes for marks: none before the session begins."""
    cups = (Cup(done.row, done.field("marks_before"), done.field("marks_after")) for done in rows)
    return [cup for cup in cups if None not in cup.boxes]


@register.simple_tag
def skin_views(cups):
    """(view, cups) of each picture that has any."""
    found = {view: [cup for cup in cups if cup.view == view.key] for view in bodymap.VIEWS}
    return [(view, placed) for view, placed in found.items() if placed]


@register.simple_tag
def mark_glyphs():
    return [(value, GLYPHS[value], CupMark(value).label) for value in CupMark.values]
