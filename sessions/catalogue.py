"""The catalogue: loading it from the app's own data files, finding in it, reading shorthand against it."""

import csv
from functools import cache
from pathlib import Path

from django.apps import apps as current_apps
from django.db.models import Case, IntegerField, Q, Value, When

from clinic.errors import ClinicError
from sessions import entry

DATA = Path(__file__).resolve().parent / "data"
YES = {"yes": True, "no": False}
# A point's columns beside the ones that are copied as they are.
POINT_FLAGS = ("bilateral", "estim_avoid")


def load(apps=current_apps, using="default"):
    """Insert or update every row of the data files; returns how many there are of each. Idempotent.

    Takes the models as `apps` knows them, so that it also runs after a migration to an older state, which may lack
    columns or tables. Rows that are gone from a file stay: signed plans name them.
    """
    return {
        name: upsert(apps, using, name, rows)
        for name, rows in (("Point", point_rows()), ("Muscle", muscle_rows()))
        if name.lower() in apps.all_models["clinic_sessions"]
    }


def load_after_migrate(*, apps=current_apps, using="default", **kwargs):
    """The catalogue is part of the application: a fresh or a flushed database has it without further ado."""
    if using == "default":
        load(apps, using)


def upsert(apps, using, name, rows):
    model = apps.get_model("clinic_sessions", name)
    columns = {field.name for field in model._meta.concrete_fields} - {"id"}
    made = [model(**{key: value for key, value in row.items() if key in columns}) for row in rows]
    model.objects.using(using).bulk_create(
        made, update_conflicts=True, unique_fields=["code"], update_fields=sorted(columns - {"code"})
    )
    return len(made)


def read_file(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def point_rows():
    for position, row in enumerate(read_file("acupoints.csv"), 1):
        row |= {name: YES[row[name]] for name in POINT_FLAGS}
        row |= {"sites_total": int(row["sites_total"]), "position": position}
        yield row | {"search": barred(point_names(row))}


def muscle_rows():
    for position, row in enumerate(read_file("muscles.csv"), 1):
        row |= {"code": row.pop("id"), "side_specific": YES[row["side_specific"]], "position": position}
        names = [row["code"].replace("_", " "), row["name"], row["region"], row["common_referral"]]
        yield row | {"search": barred(names)}


def point_names(row):
    """Everything a point answers to, the code first."""
    yield from (row["code"], entry.compact(row["code"]), row["pinyin"], row["pinyin_toned"], row["hanzi"], row["gloss"])
    yield from row["aliases"].split("|")
    if channel := entry.CHANNELS.get(row["channel"]):
        number = row["code"].removeprefix(row["channel"])
        yield from (f"{channel} {number}", f"{channel}{number}")


def barred(names):
    """ "|li4|hegu|合谷|…|": a bar before a name tells its start from its middle."""
    folded = dict.fromkeys(words(name) for name in names)
    return f"|{'|'.join(name for name in folded if name)}|"


def words(text):
    """Folded, with single spaces, and without what would confuse a pattern."""
    return " ".join(entry.fold(text).replace("|", " ").replace("'", "").split())


def find_muscles(text, limit=20):
    """Muscles by name, region or where their pain is felt, best first: the exact name, then starts of names."""
    sought = words(text[:100])
    joined = sought.replace(" ", "")
    model = current_apps.get_model("clinic_sessions", "Muscle")
    if not sought:
        return model.objects.none()
    ranks = [f"|{sought}|", f"|{joined}|", f"|{sought}", f"|{joined}", f" {sought}", sought]
    rank = Case(
        *[When(search__contains=pattern, then=Value(place)) for place, pattern in enumerate(ranks)],
        When(all_of_them(sought), then=Value(len(ranks))),
        output_field=IntegerField(),
    )
    return model.objects.annotate(rank=rank).filter(rank__isnull=False).order_by("rank", "position")[:limit]


def all_of_them(sought):
    """Every word somewhere: "upper trap" is Trapezius, upper."""
    found = Q()
    for word in sought.split():
        found &= Q(search__contains=word)
    return found


@cache
def index():
    """The catalogue of the files as the shorthand parser wants it. Reading 484 rows anew for each entry costs 20 ms."""
    return entry.Index.of(
        (
            (row["code"], row["channel"], row["bilateral"], "free location" in row["aliases"], names_typed(row))
            for row in point_rows()
        ),
        groups=[(names, row["members"]) for names, row in groups()],
    )


def names_typed(row):
    return [row["pinyin"], row["hanzi"], *row["aliases"].split("|")]


@cache
def groups():
    """[(names, row of the data file)]: points that are needled together under one name, such as the four gates."""
    return [([row["name"], *filter(None, row["aliases"].split("|"))], row) for row in read_file("point_groups.csv")]


def read(text):
    """[(point, side)] for shorthand; raises ClinicError with the parser's sentence."""
    try:
        entries = entry.parse(text, index())
    except entry.EntryError as refusal:
        raise ClinicError(str(refusal), field="text") from refusal
    model = current_apps.get_model("clinic_sessions", "Point")
    points = {point.code: point for point in model.objects.filter(code__in={it.code for it in entries})}
    if lost := [it.code for it in entries if it.code not in points]:
        raise ClinicError(f"{lost[0]} is not in the catalogue.", field="text")
    return [(points[it.code], it.side) for it in entries]
