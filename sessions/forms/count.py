"""The count of needles, site by site."""

from sessions import charting
from sessions.charting import Counted

from .fields import day, whole
from .typed import RowsForm

# the verb's field: the box that is about it
BOXES = {"needles_in": "put_in", "needles_out": "out", "left_in_place": "left", "remove_on": "until"}


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
        super().clean()
        for row in self.rows:
            if any(map(self.is_touched, self.of_row(row).values())):
                self.check(row.key, **self.typed(row))

    def typed(self, row):
        """{name: value} of the row: as typed, and where nothing was, as it stands."""
        stands = {name: field.initial for name, field in self.boxes(row).items()}
        boxes = self.of_row(row).items()
        return stands | {name: self.cleaned_data.get(box) for name, box in boxes if self.is_touched(box)}

    def check(self, key, put_in, out, left=None, until=None):
        """What can be told before the plan is asked, at the box where it can be mended."""
        if put_in is None and (out or left):
            self.add_error(f"put_in-{key}", "How many went in?")
        elif (out or 0) + (left or 0) > (put_in or 0):
            self.add_error(f"out-{key}", f"{put_in} went in.")
        if left and not until:
            self.add_error(f"until-{key}", "When do they come out?")

    def write(self, row, changes, **now):
        stands = {name: field.initial for name, field in self.boxes(row).items()}

        def verb(*, fields, seen, **now):
            key = row.kind, row.item.pk
            return charting.count(counts={key: counted(**stands | fields)}, seen={key: counted(**stands | seen)}, **now)

        return self.compared(verb, changes, at=lambda name: f"{BOXES.get(name, name)}-{row.key}", **now)


def counted(*, put_in, out, left=None, until=None):
    return Counted(put_in, out, left or 0, until)
