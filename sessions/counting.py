"""The needle count in words. Pure: works on (area, put in, accounted for) of each row."""

from dataclasses import dataclass

# What people say when they count: they go over the body area by area.
AREAS = {
    "Head": ("head", "face", "neck"),
    "Ears": ("ear",),
    "Arms": ("shoulder", "scapula", "axilla", "arm", "elbow", "forearm"),
    "Hands": ("wrist", "hand"),
    "Chest": ("chest",),
    "Abdomen": ("abdomen", "groin", "perineum"),
    "Back": ("upper back", "lower back", "sacrum"),
    "Legs": ("hip", "thigh", "knee", "leg"),
    "Feet": ("ankle", "foot"),
    "Elsewhere": ("other",),
}
AREA_OF = {region: area for area, regions in AREAS.items() for region in regions}
MANY = {"Ears", "Arms", "Hands", "Legs", "Feet"}
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Tally:
    """Needles of one row or one area: `put_in` and `out` are None while nobody has counted."""

    area: str
    put_in: int | None
    out: int | None
    left_in_place: int = 0
    missing: int = 0

    @property
    def is_open(self):
        return self.put_in is None or self.short != 0

    @property
    def short(self):
        """Needles that are in and not accounted for; negative when more came out than went in."""
        return (self.put_in or 0) - (self.out or 0) - self.left_in_place - self.missing


def shortfall(tallies):
    """The sentence for a count that does not come out, or None: "5 in, 4 out. Legs are one short. Find it …"."""
    tallies = list(tallies)
    if uncounted := sorted({tally.area for tally in tallies if tally.put_in is None}, key=list(AREAS).index):
        return f"{listed(uncounted)} {verb(uncounted)} not counted yet."
    short = {}
    for tally in tallies:
        short[tally.area] = short.get(tally.area, 0) + tally.short
    # One row short and one over in the same area is two mistakes, not none.
    if not any(tally.short for tally in tallies):
        return None
    return f"{totals(tallies)}. {differences(short)} {what_next(tallies)}"


def totals(tallies):
    put_in, out = sum(tally.put_in for tally in tallies), sum(tally.out or 0 for tally in tallies)
    left = sum(tally.left_in_place for tally in tallies)
    return f"{put_in} in, {out} out" + (f", {left} left in place" if left else "")


def differences(short):
    """Legs are one short. Back is two over."""
    off = [(area, number) for area, number in short.items() if number]
    if not off:
        return "Two rows of one area do not match."
    return " ".join(
        f"{area} {verb([area])} {in_words(abs(number))} {'short' if number > 0 else 'over'}." for area, number in off
    )


def what_next(tallies):
    lost = sum(max(tally.short, 0) for tally in tallies)
    if not lost:
        return "Count again."
    return f"Find {'it' if lost == 1 else 'them'} or report {'it' if lost == 1 else 'them'} missing."


def verb(areas):
    return "are" if len(areas) > 1 or areas[0] in MANY else "is"


def listed(areas):
    first, *rest = [areas[0], *[area.lower() for area in areas[1:]]]
    return f"{', '.join([first, *rest[:-1]])} and {rest[-1]}" if rest else first


def in_words(number):
    return NUMBERS[number] if number < len(NUMBERS) else str(number)
