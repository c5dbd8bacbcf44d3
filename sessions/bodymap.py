"""The drawing of the body and the ear that is tapped: landmarks, and the areas between them. Pure data.

Everything is drawn by ourselves, by eye, for the viewer's right half, x counted from the middle; the other half is its
mirror image. An area reaches beyond the outline, which clips what is seen of it: so a wrist is a target for a thumb.
Later areas lie over earlier ones. Why areas and no points: docs/decisions/body-map.md.
"""

from dataclasses import dataclass

from sessions.models.choices import Region, Side

LEFT, RIGHT = Side.LEFT.value, Side.RIGHT.value


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


def polygon(points):
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) + "Z"


def number(value):
    return f"{value:.1f}".removesuffix(".0")


def mirror(points):
    return [(-x, y) for x, y in points]


# The outline of the viewer's right half, from the crown down the outside and up the inside of each limb.

HEAD = [(0, 9), (9, 10.5), (16, 17), (18.5, 28), (18, 38), (16, 47), (12.5, 54)]
FACE_OUT = [(12, 57), (11.5, 64), (12.5, 70), (18, 75)]
SHOULDER = [(28, 78.5), (40, 82), (48, 88), (52.5, 98), (54.5, 112)]
ARM_OUT = [(58, 132), (62, 150), (66.5, 164), (70.5, 180), (74, 198), (77.5, 214), (80, 224)]
HAND = [
    (84, 230), (88.5, 237), (92, 245), (92.5, 249), (89.5, 249.5), (86, 244),
    (87, 252), (88, 262), (87.5, 271), (84.5, 275.5), (80.5, 275), (77, 270),
    (73.5, 259), (71.5, 247), (70.5, 236), (69.5, 226),
]  # fmt: skip
ARM_IN = [(66.5, 212), (61, 196), (55.5, 180), (52.5, 167), (49.5, 153), (44, 134), (39.5, 120), (36.5, 113)]
TRUNK = [(35.5, 122), (33.5, 138), (30, 152), (28.5, 164), (30, 178), (34, 192), (37.5, 206), (38.5, 220)]
LEG_OUT = [(38, 240), (35.5, 264), (32, 288), (30, 304), (29.5, 316), (31, 332), (30.5, 348), (27, 368), (23.5, 388)]
FOOT_FRONT = [
    (22.5, 400), (24, 409), (28, 418), (32, 426), (32.5, 431), (28, 434),
    (20, 434), (13.5, 431.5), (11.5, 424), (11.5, 412), (11.5, 400),
]  # fmt: skip
FOOT_BACK = [(22.5, 400), (24, 410), (26.5, 420), (26, 428), (20, 432), (13, 430.5), (10.5, 423), (11, 411), (11.5, 400)]
LEG_IN = [(10.5, 386), (8, 366), (6.8, 348), (8, 330), (9, 316), (8, 304), (6.2, 286), (4.5, 262), (3, 240), (1.6, 228)]


def outline(foot):
    half = [*HEAD, *FACE_OUT, *SHOULDER, *ARM_OUT, *HAND, *ARM_IN, *TRUNK, *LEG_OUT, *foot, *LEG_IN]
    return smooth([*half, (0, 224), *reversed(mirror(half[1:]))])


EAR_LOBULE = smooth([(17.6, 31), (20.6, 30), (22, 34), (21, 40), (18.6, 44.5), (16.8, 44)])
MIRRORED_EAR = smooth(mirror([(17.6, 31), (20.6, 30), (22, 34), (21, 40), (18.6, 44.5), (16.8, 44)]))

# The areas of the viewer's right half: where their number stands, and their corners.

ARM_AREAS = [
    ("arm", (52, 134), [(36, 108), (66, 100), (78, 148), (46, 156), (38, 128)]),
    ("forearm", (66, 191), [(44, 168), (78, 160), (92, 210), (60, 216)]),
    ("elbow", (59, 160), [(41, 153), (76, 146), (82, 167), (46, 174)]),
    ("hand", (80, 255), [(62, 228), (96, 222), (104, 240), (100, 284), (66, 284)]),
    ("wrist", (73.5, 219), [(54, 212), (91, 205), (96, 225), (59, 232)]),
]
LEG_AREAS = [
    ("thigh", (21, 262), [(0, 224), (12, 214), (48, 206), (50, 300), (0, 300)]),
    ("leg", (19, 352), [(0, 322), (48, 322), (48, 398), (0, 398)]),
    ("knee", (19.5, 308), [(0, 296), (10, 293), (22, 292), (48, 297), (48, 322), (26, 325), (12, 325), (0, 321)]),
    ("foot", (20, 423), [(0, 408), (48, 408), (48, 440), (0, 440)]),
    ("ankle", (17, 401), [(0, 390), (48, 390), (48, 412), (30, 413), (10, 411), (0, 412)]),
]
FRONT_AREAS = [
    *ARM_AREAS,
    *LEG_AREAS,
    ("abdomen", (15, 172), [(0, 140), (40, 140), (42, 200), (24, 208), (10, 222), (0, 224)]),
    ("chest", (17, 106), [(0, 78), (26, 78), (35, 90), (37, 116), (40, 154), (28, 152), (16, 148), (7, 139), (0, 136)]),
    ("hip", (34, 205), [(24, 186), (48, 180), (54, 226), (32, 222), (28, 206)]),
    ("groin", (19, 212), [(28, 190), (34, 204), (33, 214), (17, 228), (8, 226), (5, 216), (14, 206)]),
    ("perineum", (0, 222), [(0, 213), (6, 214), (9, 224), (8, 236), (0, 238)]),
    ("shoulder", (42, 94), [(20, 68), (62, 76), (66, 104), (50, 114), (39, 110), (34, 94), (28, 84)]),
    ("axilla", (40, 114), [(37, 104), (45, 110), (46, 122), (38, 130), (30, 122), (31, 110)]),
    ("neck", (6, 70), [(0, 56), (28, 52), (28, 74), (22, 79), (12, 81), (0, 83)]),
    ("head", (8, 19), [(0, 0), (34, 0), (34, 42), (17, 42), (14.5, 34), (10, 28.5), (0, 27)]),
    ("face", (6, 45), [(0, 27), (10, 28.5), (14.5, 34), (16.5, 44), (20, 56), (12, 62), (0, 66)]),
    ("ear", (19.6, 37), [(16.6, 29), (34, 26), (38, 38), (34, 50), (17, 48)]),
]  # fmt: skip
BACK_AREAS = [
    *ARM_AREAS,
    *LEG_AREAS,
    ("upper back", (10, 122), [(0, 78), (30, 78), (38, 100), (38, 128), (36, 156), (0, 154)]),
    ("lower back", (15, 170), [(0, 154), (42, 152), (42, 186), (24, 188), (10, 192), (0, 190)]),
    ("hip", (24, 211), [(8, 188), (24, 187), (46, 182), (52, 226), (36, 234), (18, 236), (4, 230), (0, 222)]),
    ("sacrum", (7, 199), [(0, 188), (14, 187), (16, 194), (9, 208), (0, 216)]),
    ("perineum", (0, 224), [(0, 215), (5, 217), (8, 226), (8, 238), (0, 240)]),
    ("shoulder", (42, 92), [(16, 66), (62, 76), (66, 108), (54, 118), (45, 108), (38, 96), (26, 88), (17, 84)]),
    ("scapula", (27, 106), [(18, 90), (28, 91), (38, 97), (42, 108), (37, 122), (31, 134), (23, 128), (17, 110)]),
    ("axilla", (40.5, 119), [(39, 110), (47, 113), (48, 124), (40, 134), (34, 128), (36, 118)]),
    ("neck", (6, 68), [(0, 56), (28, 52), (28, 70), (20, 76), (10, 82), (0, 84)]),
    ("head", (8, 30), [(0, 0), (34, 0), (34, 46), (22, 56), (12, 58), (0, 59)]),
    ("ear", (19.6, 37), [(16.6, 29), (34, 26), (38, 38), (34, 50), (17, 48)]),
]  # fmt: skip
