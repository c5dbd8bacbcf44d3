"""Who and what can serve a service: the places with what they hold, and the licences of those who offer it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from clinic.models import Device, Location, Spot, Table, Technique
from clinic.practice.errors import CannotBeGiven

NEEDED = {Spot.TABLE: "a table", Spot.CHAIR: "a community chair", Spot.EITHER: "a table or a chair"}


def places():
    """Active locations, each with has_table, has_chair and has_unit: what can be used there now."""
    tables = Table.objects.active().filter(location=OuterRef("pk"))
    units = Device.objects.usable().filter(location=OuterRef("pk"))
    return Location.objects.active().annotate(
        has_table=Exists(tables.filter(chair=False)),
        has_chair=Exists(tables.filter(chair=True)),
        has_unit=Exists(units),
    )


def has_spot(place, spot):
    return {Spot.TABLE: place.has_table, Spot.CHAIR: place.has_chair}.get(spot, place.has_table or place.has_chair)


def missing(*, spot, needs_device, practitioners, places):
    """The refusal that says what is lacking before the service can be given anywhere, or None."""
    if not any(practitioner.active for practitioner in practitioners):
        return CannotBeGiven("Nobody who works here offers this service. Choose who does.", field="practitioners")
    with_spot = [place for place in places if has_spot(place, spot)]
    if not with_spot:
        return CannotBeGiven(f"No location has {NEEDED[spot]}. Add one in Places first.", field="spot")
    if needs_device and not any(place.has_unit for place in places):
        return CannotBeGiven("A stage needs an e-stim unit, and no location has one in use.", field="stages")
    if needs_device and not any(place.has_unit for place in with_spot):
        return CannotBeGiven(f"No location has both {NEEDED[spot]} and an e-stim unit in use.", field="spot")
    return None


@dataclass(frozen=True)
class Unlicensed:
    """A practitioner without a licence for some of the techniques where they work."""

    practitioner: object
    jurisdiction: str
    techniques: list[str]

    def __str__(self):
        names = ", ".join(Technique(technique).label for technique in self.techniques)
        return f"{self.practitioner} has no licence in {self.jurisdiction} for: {names}."


def unlicensed(techniques, practitioners, places, day):
    """Whose visits of these techniques would be refused on that day, and where.

    `practitioners` come `with_timetable`; who has no hours from that day on is not asked.
    """
    return [
        Unlicensed(practitioner, jurisdiction, lacking)
        for practitioner in practitioners
        for jurisdiction in works_in(practitioner, places, day)
        if (lacking := uncovered(techniques, practitioner.licences, jurisdiction, day))
    ]


def works_in(practitioner, places, day):
    at = {row["location"] for row in practitioner.timetable if not ended(row["valid_until"], day)}
    return sorted({place.jurisdiction for place in places if place.pk in at})


def uncovered(techniques, licences, jurisdiction, day):
    valid = [
        licence
        for licence in licences
        if licence["jurisdiction"] == jurisdiction
        and date.fromisoformat(licence["issued"]) <= day
        and not ended(licence["expires"], day)
    ]
    covered = {technique for licence in valid for technique in licence["techniques"]}
    return [technique for technique in techniques if technique not in covered]


def ended(last, day):
    """Is `last`, an ISO date or None, before the day?"""
    return last is not None and date.fromisoformat(last) < day
