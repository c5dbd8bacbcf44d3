"""Locations, their tables, chairs and e-stim units. What visits have used is archived (not active), never deleted."""

import re

from django.db import transaction

from clinic.models import Resource, Table
from clinic.practice.errors import NameTaken, OutAlready
from clinic.practice.writing import again, one_of_a_kind, put, write

MOST_AT_ONCE = 30
FROM_TO = re.compile(r"(?P<stem>.*\D)?(?P<first>\d{1,3})\s*(?:-|–|to)\s*(?P<last>\d{1,3})", re.ASCII)


def names(text):
    """ "Chair 1-3" means Chair 1, Chair 2 and Chair 3; any other text is one name."""
    match = FROM_TO.fullmatch(text)
    if not match or not 0 < int(match["last"]) - int(match["first"]) < MOST_AT_ONCE:
        return [text]
    return [f"{match['stem'] or ''}{number}" for number in range(int(match["first"]), int(match["last"]) + 1)]


def save_location(*, row, details, by, seen=None):
    """A new location, or one that stands, with these details. Raises NameTaken, SavedMeanwhile."""
    with one_of_a_kind(f"There is a location called {details['name']} already. Choose another name.", "name"):
        return write(row=row, details=details, by=by, seen=seen)


@transaction.atomic
def add_tables(*, location, name, room, chair, by):
    """One table or chair, or several at once (see `names`); returns them. Raises NameTaken, and adds none."""
    again(location)
    return [
        add(Table(location=location), {"name": one, "room": room, "chair": chair, "active": True}, by)
        for one in names(name)
    ]


def add(resource, details, by):
    refuse_name(resource, details["name"])
    return put(resource, details, by)


@transaction.atomic
def save(*, row, details, by, seen=None):
    """A table or a unit, new or changed, with these details. Raises NameTaken, SavedMeanwhile."""
    again(row.location)
    refuse_name(row, details["name"])
    return write(row=row, details=details, by=by, seen=seen)


def refuse_name(resource, name):
    """Two of one name at one place would be mixed up. Under the location's lock, so that two people cannot add both."""
    others = Resource.objects.filter(location=resource.location, name__iexact=name).exclude(pk=resource.pk)
    if others.exists():
        raise NameTaken(f"{resource.location} has something called {name} already. Choose another name.", field="name")


@transaction.atomic
def take_out(*, unit, reason, by):
    """Out of service from now on, with the reason. Raises OutAlready: the first reason stands."""
    unit = again(unit)
    if unit.out_of_service:
        raise OutAlready(f"{unit} is out of service already: {unit.out_of_service}", field="reason")
    return put(unit, {"out_of_service": reason}, by)


@transaction.atomic
def put_back(*, unit, by):
    """In service again; a second press changes nothing."""
    return put(again(unit), {"out_of_service": ""}, by)
