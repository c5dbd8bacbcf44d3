"""The drawing of the body and the ear that is tapped, out of its landmarks. Pure.

An area is a region of the catalogue or a zone of the ear. It reaches beyond the outline, which clips what is seen of
it: so a wrist is a target for a thumb. Why areas and no points: docs/decisions/body-map.md.
"""

from dataclasses import dataclass

from sessions import landmarks as land

LEFT, RIGHT = BOTH = ("left", "right")


@dataclass(frozen=True)
class Shape:
    """One side of an area as it is drawn. `x`, `y`: where a number in it stands."""

    area: str
    side: str
    d: str
    x: float
    y: float


@dataclass(frozen=True)
class View:
    """A picture. `outlines` clip the shapes; `lines` are drawn over them and mean nothing."""

    key: str
    label: str
    box: str
    outlines: tuple
    lines: tuple
    shapes: tuple

    def shape(self, area, side):
        return next((shape for shape in self.shapes if (shape.area, shape.side) == (area, side)), None)


def smooth(points, *, closed=True):
    """A path through the points without corners (Catmull-Rom as cubic Bézier curves)."""
    count = len(points)
    at = (lambda i: points[i % count]) if closed else (lambda i: points[min(max(i, 0), count - 1)])
    path = [f"M{number(points[0][0])} {number(points[0][1])}"]
    for i in range(count if closed else count - 1):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = at(i - 1), at(i), at(i + 1), at(i + 2)
        curve = (x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6, x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6, x2, y2)
        path.append("C" + " ".join(map(number, curve)))
    return "".join(path) + ("Z" if closed else "")


def number(value):
    return f"{value:.1f}".removesuffix(".0")


def points(text):
    """ "0 9, 9 10.5" as [(0, 9), (9, 10.5)]."""
    return [tuple(map(float, pair.split())) for pair in text.split(",")]


def mirror(points):
    return [(-x, y) for x, y in points]


def as_it_is(points):
    return points


def outline(foot):
    outside = [land.HEAD, land.FACE_OUT, land.SHOULDER, land.ARM_OUT, land.HAND, land.ARM_IN, land.TRUNK, land.LEG_OUT]
    half = points(", ".join([*outside, foot, land.LEG_IN]))
    return smooth([*half, (0, 224), *reversed(mirror(half[1:]))])


def shapes(areas, side, turn):
    for area, spot, corners in areas:
        at, corners = turn(points(spot))[0], turn(points(corners))
        yield Shape(area, side, smooth(corners, closed=corners[0][0] != 0), *at)


def body(key, label, areas, lines, foot, viewers_right):
    """`viewers_right`: the patient's side on the right of the picture; we look them in the face or at the back."""
    other = RIGHT if viewers_right == LEFT else LEFT
    pairs = zip(shapes(areas, viewers_right, as_it_is), shapes(areas, other, mirror), strict=True)
    auricle = points(land.AURICLE)
    return View(
        key,
        label,
        "-102 0 204 444",
        (smooth(auricle), smooth(mirror(auricle)), outline(foot)),
        tuple(smooth(turn(points(line)), closed=False) for line in lines for turn in (as_it_is, mirror)),
        tuple(shape for pair in pairs for shape in pair),
    )


def ear(key, label, side, turn, box):
    zones = tuple(shapes(land.EAR_AREAS, side, turn))
    behind = next(zone.d for zone in zones if zone.area == "ear-back")
    lines = tuple(smooth(turn(points(line)), closed=False) for line in land.EAR_LINES)
    return View(key, label, box, (smooth(turn(points(land.EAR))), behind), lines, zones)


VIEWS = (
    body("front", "Front", land.FRONT, land.FRONT_LINES, land.FOOT_FRONT, LEFT),
    body("back", "Back", land.BACK, land.BACK_LINES, land.FOOT_BACK, RIGHT),
    ear("left-ear", "Left ear", LEFT, as_it_is, "36 4 176 274"),
    ear("right-ear", "Right ear", RIGHT, mirror, "-212 4 176 274"),
)
VIEW = {view.key: view for view in VIEWS}

# A zone of the ear: its name, and the words of the catalogue's site that put a point there. The first match counts, so
# that "inner antitragus / concha border" is the antitragus. "Concha" alone may be either half: it is listed in both.
ZONES = {
    "ear-fossa": ("triangular fossa", ("triangular fossa",)),
    "ear-superior-crus": ("superior crus of the antihelix", ("superior crus",)),
    "ear-inferior-crus": ("inferior crus of the antihelix", ("inferior crus",)),
    "ear-notch": ("intertragic notch", ("intertragic notch",)),
    "ear-antitragus": ("antitragus", ("antitragus",)),
    "ear-antihelix": ("antihelix", ("antihelix",)),
    "ear-tragus": ("tragus", ("tragus",)),
    "ear-crus": ("crus of the helix", ("helix crus",)),
    "ear-scapha": ("scapha", ("scapha",)),
    "ear-helix": ("helix", ("helix", "highest point of folded ear")),
    "ear-lobe": ("lobe", ("lobe",)),
    "ear-back": ("back of the ear", ("posterior ear",)),
    "ear-cymba": ("cymba, upper concha", ("cymba", "superior concha")),
    "ear-cavum": ("cavum, lower concha", ("cavum", "inferior concha")),
}
ANY_CONCHA = ("ear-cymba", "ear-cavum")


def areas_of(region, detail=""):
    """Where something lies: its region, and in the ear the zones that the catalogue's site names."""
    return (region, *zones_of(detail)) if region == "ear" else (region,)


def zones_of(detail):
    for zone, (_, words) in ZONES.items():
        if any(word in detail for word in words):
            return (zone,)
    return ANY_CONCHA if "concha" in detail else ()


def views_of(area, side=""):
    """The keys of the pictures that draw an area, on that side if one is named."""
    shown = [[view.key for it in view.shapes if it.area == area and side in (it.side, "", "both")] for view in VIEWS]
    return [keys[0] for keys in shown if keys]
