"""The particulars of a needled point."""

from sessions import neural
from sessions.models import Angle, Manipulation, Side

from .fields import choice, decimal, text, whole
from .item import GAUGE, ItemForm, Suggested, neural_level, neural_target, wide


class NeedleForm(ItemForm):
    """Points are added in shorthand; this edits the particulars of one."""

    name = "needle"
    side = choice("Side", Side.choices)
    length_mm = whole("Length", 7, 125, "mm")
    gauge_mm = decimal(*GAUGE)
    depth_mm = whole("Depth", 1, 125, "mm", required=False)
    angle = choice("Angle", Angle.choices)
    manipulation = choice("Manipulation", Manipulation.choices)
    retention_min = whole("Retention", 0, 60, "min")
    site = text("Exact site", 80, required=False)
    neural_target = neural_target()
    neural_level = neural_level()
    grid = (
        *("side", "length_mm", "gauge_mm", "depth_mm", "angle", "manipulation", "retention_min"),
        *(wide("site"), wide("neural_target"), wide("neural_level")),
    )

    def set_up(self):
        found = self.item and neural.for_point(self.item.point.code, self.item.site)
        self.suggestions = [Suggested(found)] if found else []
