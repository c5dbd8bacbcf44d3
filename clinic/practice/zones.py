"""Time zones for a select: grouped by continent, named by city, so that typing "New" finds New York."""

import zoneinfo
from functools import cache

CONTINENTS = ["America", "Europe", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica"]


@cache
def choices():
    """[(continent, [(name, city)])]; the names without a continent are old spellings, but for UTC."""
    groups = {continent: [] for continent in CONTINENTS}
    for name in sorted(zoneinfo.available_timezones()):
        continent, _, city = name.partition("/")
        if continent in groups:
            groups[continent].append((name, city.replace("_", " ").replace("/", ", ")))
    return [("", "Choose"), *groups.items(), ("Elsewhere", [("UTC", "UTC")])]


def with_zone(name):
    """The choices, with an old spelling that a location bears already."""
    known = name in (None, "", "UTC") or any(name == each for _, zones in choices()[1:] for each, _ in zones)
    return choices() if known else [*choices(), ("As it is", [(name, name)])]
