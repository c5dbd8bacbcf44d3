"""What is suggested while somebody types: the whole catalogue, small enough for a browser to keep.

Every suggestion has the text that choosing it types (`value`), how it reads (`name`, `han`, `more`, `where`), and the
folded names that typing is compared with (`search`: see `catalogue.barred`).
"""

import hashlib
from functools import cache

from sessions import catalogue, entry
from sessions.models import Muscle, Point

FILES = ("acupoints.csv", "muscles.csv", "point_groups.csv")


@cache
def edition():
    """Names the data files as they are now: an answer kept under this name never goes stale."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((catalogue.DATA / name).read_bytes())
    return digest.hexdigest()[:12]


def points():
    """Groups, then points, and the words for sides, after which nothing is suggested."""
    return {"sides": list(entry.SIDES), "options": [*map(group, catalogue.groups()), *map(point, Point.objects.all())]}


def group(named):
    names, row = named
    return {
        "value": row["name"],
        "name": row["members"].replace(";", ""),
        "where": "group",
        "search": catalogue.barred([*names, *(entry.compact(name) for name in names)]),
    }


def point(row):
    return {
        "value": row.code,
        "name": row.pinyin_toned or row.pinyin,
        "han": row.hanzi,
        "more": row.gloss,
        "where": row.region,
        "search": row.search,
    }


def muscles():
    return {"sides": [], "options": [muscle(row) for row in Muscle.objects.all()]}


def muscle(row):
    return {"value": row.name, "more": row.hazards, "where": row.region, "search": row.search}
