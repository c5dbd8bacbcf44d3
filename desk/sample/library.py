"""What the practitioners keep for the next plans: plainly generic protocols, and phrases of Kim's."""

from datetime import timedelta
from decimal import Decimal

from sessions import contents
from sessions.models import (
    CuppingSite,
    DryNeedlingTarget,
    EstimCircuit,
    MovementStep,
    Muscle,
    NeedlePoint,
    Phrase,
    Point,
    Protocol,
    ProtocolVersion,
    TuiNaStep,
)
from sessions.phrases import STARTERS
from sessions.protocol_rows import Rows, content_of

BREATHING = {"instruction": "Slow breathing, longer out than in.", "minutes": 5, "home": "Five minutes before bed."}
NADA = ["AUR-AH6a", "AUR-TF4", "AUR-CO10", "AUR-CO12", "AUR-CO14"]
PHRASES = {"sleep": STARTERS["sleep"], "home": STARTERS["home"], "calm": "Rested quietly with the needles in, {how}."}


class Shelf:
    """Builds rows out of codes and puts versions on the shelf; nothing is on it before the first day of the sample."""

    def __init__(self, ground):
        self.ground = ground
        self.points = Point.objects.in_bulk(field_name="code")
        self.muscles = Muscle.objects.in_bulk(field_name="code")

    def keep(self, name, owner, *versions):
        """`versions` are (rows, position, comment, who, days ago), the oldest first."""
        protocol = Protocol.objects.create(name=name, owner=owner)
        for number, (rows, position, comment, by, days) in enumerate(versions, 1):
            ProtocolVersion.objects.create(
                protocol=protocol,
                number=number,
                content=content_of(rows, position),
                comment=comment,
                by=by,
                at=self.ground.ago(days=days) - timedelta(hours=number),
            )

    def needles(self, codes, *, side="both", **fields):
        for code in codes:
            point = self.points[code]
            yield NeedlePoint(point=point, side=side if point.bilateral else "midline", **fields)


def make(ground, staff):
    """Four protocols and three phrases. `staff` is what `staff.hire` gave."""
    shelf, kim, roy = Shelf(ground), staff.treating["Kim"].user, staff.treating["Roy"].user
    first = gentle(shelf, minutes=15), "supine", "First visits: two pairs on the legs, just felt.", kim, 90
    milder = gentle(shelf, minutes=10), "supine", "Ten minutes were enough for most.", roy, 30
    shelf.keep("Fibromyalgia, gentle start", None, first, milder)
    neck = neck_and_shoulder(shelf), "prone", "Short and slanted over the lung.", kim, 60
    shelf.keep("Neck and shoulder, one side", None, neck)
    shelf.keep("Ear, five points", None, (ear(shelf), "seated", "Shallow, in a chair.", kim, 75))
    shelf.keep("Back, hands and cups", kim, (hands(), "prone", "No needles.", kim, 20))
    Phrase.objects.bulk_create(Phrase(owner=kim, key=key, text=text) for key, text in PHRASES.items())


def gentle(shelf, *, minutes):
    """The preset fm_gentle of estim.csv: 2 Hz, just felt, 10 to 15 minutes, pairs on the lower limb."""
    rows = Rows()
    rows.needles += shelf.needles(["ST36", "SP6", "GB34", "LR3"], length_mm=25, depth_mm=12, retention_min=15)
    rows.needles += shelf.needles(["GV20"], length_mm=13, depth_mm=5, angle="transverse", retention_min=15)
    for place, needle in enumerate(rows.needles):
        needle.pk = place  # a circuit names its needles by their places
    for order, side in enumerate(("left", "right")):
        pair = {"needle_a": rows.needles[0], "needle_b": rows.needles[2], "side_a": side, "side_b": side}
        rows.circuits.append(
            EstimCircuit(**pair, low_hz=Decimal(2), pulse_us=200, minutes=minutes, strength=2, order=order)
        )
    rows.movements.append(MovementStep(**BREATHING))
    return rows


def neck_and_shoulder(shelf):
    """Sides as in a protocol: what hurts is "affected"."""
    rows = Rows()
    rows.needles += shelf.needles(["LI4", "SI3"], side=contents.AFFECTED, length_mm=25, depth_mm=10)
    rows.needles += shelf.needles(["GB20"], length_mm=25, depth_mm=12, angle="oblique")
    rows.needles += shelf.needles(["GB34"], side=contents.OTHER, length_mm=40, depth_mm=20)
    muscle, upper = shelf.muscles["trapezius_upper"], {"length_mm": 25, "approach": "pincer", "passes": 3}
    rows.targets.append(DryNeedlingTarget(muscle=muscle, side=contents.AFFECTED, site="middle fibres", **upper))
    rows.tuina.append(TuiNaStep(region="neck", technique="kneading", further=["rolling"], minutes=8))
    return rows


def ear(shelf):
    rows = Rows()
    rows.needles += shelf.needles(
        NADA, length_mm=7, gauge_mm=Decimal("0.20"), depth_mm=2, manipulation="none", retention_min=30
    )
    return rows


def hands():
    rows = Rows()
    rows.cups.append(CuppingSite(region="upper back", method="sliding", cups=2, minutes=5))
    rows.tuina.append(TuiNaStep(region="upper back", technique="rolling", pressure="medium", minutes=12))
    rows.tuina.append(TuiNaStep(region="lower back", technique="pressing", minutes=8))
    rows.movements.append(MovementStep(**BREATHING))
    return rows
