"""The count of needles, site by site."""

from sessions import charting
from sessions.charting import Counted

from .fields import day, whole
from .typed import RowsForm


class CountForm(RowsForm):
    """A digit a site: in, out, and what stays in place until when. The boxes are empty until somebody counted."""

    name = "count"

    def boxes(self, row):
        item = row.item
        boxes = {
            "put_in": whole("In", 0, 60, required=False, initial=item.needles_in),
            "out": whole("Out", 0, 60, required=False, initial=item.needles_out),
        }
        if row.kind == "needle":
            boxes["left"] = whole("Left in place", 0, 60, required=False, initial=item.left_in_place or None)
            boxes["until"] = day("Comes out on", required=False, initial=item.remove_on)
        return boxes

    def clean(self):
        for row in self.rows:
            self.check(row.key, **self.typed(row))

    def check(self, key, put_in, out, left=None, until=None):
        """What can be told before the plan is asked, at the box where it can be mended."""
        if put_in is None and (out or left):
            self.add_error(f"put_in-{key}", "How many went in?")
        elif (out or 0) + (left or 0) > (put_in or 0):
            self.add_error(f"out-{key}", f"{put_in} went in.")
        if left and not until:
            self.add_error(f"until-{key}", "When do they come out?")

    def counted(self, row):
        typed = self.typed(row)
        return Counted(typed["put_in"], typed["out"], typed.get("left") or 0, typed.get("until"))

    def save(self, *, plan, version, by):
        if not self.is_valid():
            return None
        counts = {(row.kind, row.item.pk): self.counted(row) for row in self.rows if self.is_touched(row)}
        if not counts:
            return version
        return self.tried(charting.count, plan=plan, version=version, counts=counts, by=by)
