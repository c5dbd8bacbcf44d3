"""A plan on the map of the body: what it holds, area by area, and what can be added in the area that was tapped."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from sessions import bodymap, entry
from sessions.models import CupMark, CuppingSite, Muscle, Point, Position, Region, SessionPlan, Side
from sessions.rows import meet

SIDES = {"left": "left", "right": "right", "both": "both sides", "midline": "midline"}
OVER_THE_LUNG = ("high", "moderate")
RESTRICTIONS = {"prohibited": "Not needled", "restricted": "Needled with care", "infants_only": "Not in infants"}


@dataclass(frozen=True)
class Place:
    """What was tapped: an area, a side of it, and the picture it was tapped in. Each may be empty."""

    area: str = ""
    side: str = ""
    view: str = ""

    @property
    def query(self):
        values = {"area": self.area, "at": self.side, "view": self.view}
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def label(self):
        return name_of(self.area) + (f", {SIDES[self.side]}" if self.side else "")


@dataclass(frozen=True)
class Zone:
    """An area of a picture. `held` and `middle` are labels of what the plan has on this side and on the midline."""

    place: Place
    shape: bodymap.Shape
    held: tuple
    middle: tuple
    marks: str
    is_chosen: bool

    @property
    def name(self):
        """All of it in words: the picture says no more."""
        parts = [*self.held, *(f"{label} on the midline" for label in self.middle)]
        said = f"{self.place.label}: {', '.join(parts) or 'nothing planned'}"
        return f"{said}. Marks of cups: {self.marks}" if self.marks else said


@dataclass(frozen=True)
class Offer:
    """A point or a muscle of the chosen area, on the side it would be added on.

    `held`: what the plan has of it. `cautions`: those that not every point of the area has.
    """

    what: object
    side: str
    held: str
    cautions: tuple
    is_closed: bool = False

    @property
    def text(self):
        """The shorthand that adds it."""
        return entry.shorthand([entry.Entry(self.what.code, self.side)])

    @property
    def word(self):
        return SIDES[self.side]


@dataclass(frozen=True)
class Picture:
    """A view with its zones, the counts on the midline as (y, count), and the circuits as (letter, x1, y1, x2, y2)."""

    view: bodymap.View
    zones: tuple
    middles: tuple
    wires: tuple


class BodyMap:
    def __init__(self, editor, place):
        self.editor, self.place = editor, place

    @cached_property
    def held(self):
        """{(area, side): labels} of every row that has a place."""
        found = {}
        for item, areas in self.placed:
            for area in areas:
                for side in sides_of(item.side):
                    found.setdefault((area, side), []).append(item.label)
        return found

    @property
    def placed(self):
        items = self.editor.items
        for needle in items["needle"]:
            yield needle, bodymap.areas_of(needle.point.region, needle.point.site_detail)
        for target in items["target"]:
            yield target, bodymap.areas_of(target.muscle.region)
        for row in (*items["cup"], *items["tuina"]):
            yield row, bodymap.areas_of(row.region)

    @cached_property
    def marks(self):
        """Cups of the last signed session that had left marks when it ended."""
        return list(unfaded(self.editor.visit))

    def marks_at(self, area, side):
        found = (cup for cup in self.marks if cup.region == area and meets(cup, (side,)))
        return ", ".join(cup.get_marks_after_display() for cup in found)

    @cached_property
    def shown(self):
        """The key of the picture in front: what was asked for, else one with the area, else what lies on top."""
        lying = "back" if self.editor.position == Position.PRONE else "front"
        drawn = bodymap.views_of(self.place.area, self.place.side)
        return self.place.view or next((key for key in (lying, *drawn) if key in drawn), lying)

    @property
    def tabs(self):
        """(label, query, chosen) for each picture."""
        return [(view.label, Place(view=view.key).query, view.key == self.shown) for view in bodymap.VIEWS]

    @property
    def picture(self):
        view = bodymap.VIEW[self.shown]
        zones = tuple(self.zone(view, shape) for shape in view.shapes)
        middles = {zone.shape.y: len(zone.middle) for zone in zones if zone.middle}
        return Picture(view, zones, tuple(middles.items()), tuple(self.wires(view)))

    def zone(self, view, shape):
        place = Place(shape.area, shape.side, view.key)
        return Zone(
            place=place,
            shape=shape,
            held=tuple(self.held.get((shape.area, shape.side), ())),
            middle=tuple(self.held.get((shape.area, "midline"), ())),
            marks=self.marks_at(shape.area, shape.side),
            is_chosen=self.place.area == shape.area and self.place.side in (shape.side, Side.BOTH),
        )

    def wires(self, view):
        """Circuits whose ends both lie in this picture, in different places."""
        needles = {needle.pk: needle for needle in self.editor.items["needle"]}
        for circuit in self.editor.items["circuit"]:
            ends = [self.spot(view, needles[pk].point, side) for pk, side in circuit.ends]
            if None not in ends and ends[0] != ends[1]:
                yield (circuit.letter, *ends[0], *ends[1])

    @staticmethod
    def spot(view, point, side):
        area = bodymap.areas_of(point.region, point.site_detail)[-1]
        if side == Side.MIDLINE:
            shape = view.shape(area, Side.LEFT)
            return shape and (0, shape.y)
        shape = view.shape(area, side)
        return shape and (shape.x, shape.y)

    @property
    def name(self):
        return name_of(self.place.area)

    @property
    def again(self):
        """The query of the map as it is shown."""
        return Place(self.place.area, self.place.side, self.shown).query

    @property
    def sides(self):
        """(word, query, chosen): the side that an addition goes to."""
        for side in ("left", "right", "both"):
            place = Place(self.place.area, side, "" if self.place.area in bodymap.ZONES else self.shown)
            yield SIDES[side].capitalize(), place.query, side == self.place.side

    @property
    def areas(self):
        """(name, query) of all areas, for whoever would rather read than aim."""
        return [(name_of(area), Place(area, Side.BOTH).query) for area in AREAS]

    @cached_property
    def points(self):
        return [self.point(point) for point in self.points_here]

    @cached_property
    def points_here(self):
        region = "ear" if self.place.area in bodymap.ZONES else self.place.area
        points = Point.objects.filter(region=region)
        return [it for it in points if self.place.area in bodymap.areas_of(it.region, it.site_detail)]

    @cached_property
    def shared_cautions(self):
        """What every point of the area has to be needled with in mind: said once, so that the rest stands out."""
        first, *others = [list(cautions(point)) for point in self.points_here] or [[]]
        return [each for each in first if others and all(each in other for other in others)]

    def point(self, point):
        side = self.place.side if point.bilateral or point.is_free else "midline"
        held = (it for it in self.editor.items["needle"] if it.point_id == point.pk and not it.site)
        closed = point.needling_restriction == "prohibited"
        mind = tuple(each for each in cautions(point) if each not in self.shared_cautions)
        return Offer(point, side, self.in_plan(held, side), mind, closed)

    @cached_property
    def muscles(self):
        return [self.muscle(muscle) for muscle in Muscle.objects.filter(region=self.place.area)]

    def muscle(self, muscle):
        side = self.place.side if muscle.side_specific else "midline"
        held = (it for it in self.editor.items["target"] if it.muscle_id == muscle.pk and not it.site)
        return Offer(muscle, side, self.in_plan(held, side), (), muscle.skill_level == "do_not_needle")

    @staticmethod
    def in_plan(items, side):
        return ", ".join(item.get_side_display() for item in items if meet(item.side, side))

    @property
    def marks_here(self):
        """The marks that speak against a cup in the chosen area."""
        sides = sides_of(self.place.side)
        return [cup for cup in self.marks if cup.region == self.place.area and meets(cup, sides)]


AREAS = [*(region for region in Region.values if region != "other"), *bodymap.ZONES, "other"]


def name_of(area):
    if area == "other":
        return "Anywhere"
    if area in bodymap.ZONES:
        return f"Ear, {bodymap.ZONES[area][0]}"
    return Region(area).label.capitalize()


def sides_of(side):
    return bodymap.BOTH if side == Side.BOTH else (side,)


def meets(cup, sides):
    """A cup on the midline lies on both halves of its region."""
    return cup.side == Side.MIDLINE or any(side in sides for side in sides_of(cup.side))


def cautions(point):
    """What a hand with a needle has to know of a point, in words."""
    if word := RESTRICTIONS.get(point.needling_restriction):
        yield word
    if point.pneumothorax_tier in OVER_THE_LUNG:
        yield "Over the lung: short and slanted"
    if point.other_hazard:
        yield f"Mind: {point.other_hazard}"
    if point.pregnancy_tier != "none":
        yield "Care in pregnancy"
    if point.estim_avoid:
        yield "No current"


def unfaded(visit):
    """Cups of the patient's last signed session before this visit whose marks were not gone when it ended.

    No second cup goes on visible marks (protocols of the field: cupping).
    """
    last = (
        SessionPlan.objects.signed()
        .filter(appointment__patient=visit.patient_id, appointment__starts_at__lt=visit.starts_at)
        .order_by("-appointment__starts_at")
        .values("pk")[:1]
    )
    cups = CuppingSite.objects.filter(plan=last).exclude(marks_after__in=["", CupMark.NONE])
    return cups.select_related("plan__appointment")
