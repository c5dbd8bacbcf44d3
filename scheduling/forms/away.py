"""Forms of time off: a new one, and the rows that are ticked to be moved out of it."""

import re
from datetime import UTC, datetime, time, timedelta

from django import forms

from clinic.errors import ClinicError
from clinic.models import Device, Location, Practitioner, Table
from scheduling import hours, leaving
from scheduling.forms.blocks import DayField, TimeField, Wall, grouped, home, resources
from scheduling.resettling import Move

KEY = re.compile(r"(\d{1,10})@(\d{1,11})@(\d{1,10})@(\d{1,10})", re.ASCII)
NOT_HERE = "Choose from the list who or what is away."
STALE = "A new time is not on the list any more. Nothing was moved. Choose again."
MOST = 50  # rows of a page


class AwayForm(Wall):
    """A person, table or unit that is away, or a location that is closed: whole days unless times are given."""

    who = forms.ChoiceField(
        label="Who or what",
        error_messages={"required": NOT_HERE, "invalid_choice": NOT_HERE},
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    day = DayField(label="First day")
    at = TimeField(label="From", required=False)
    until_day = DayField(label="Last day")
    until = TimeField(label="Until", required=False)
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=200,
        help_text="Staff read it. Nothing clinical.",
        error_messages={"max_length": "A reason has at most 200 letters. This one has %(show_value)d."},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.resources = {f"r{one.pk}": one for one in resources()}
        self.locations = {f"l{one.pk}": one for one in Location.objects.active().order_by("name")}
        groups = [
            (kind, [(f"r{pk}", name) for pk, name in listed]) for kind, listed in grouped(self.resources.values())
        ]
        closures = [(key, f"{one} (closed)") for key, one in self.locations.items()]
        self.fields["who"].choices = [("", "Choose who or what"), *groups, ("Locations", closures)]

    def clean(self):
        wanted = super().clean()
        key = wanted.get("who")
        if not key or not wanted.get("day") or not wanted.get("until_day"):
            return wanted
        place = self.locations.get(key) or home(self.resources[key])
        if not place:
            raise forms.ValidationError("There is no location yet. A manager adds one in Settings.")
        wanted["starts_at"] = self.edge("day", "at", place)
        wanted["ends_at"] = self.edge("until_day", "until", place)
        return wanted

    def edge(self, day_name, time_name, place):
        """The moment of a day and a time of day; of a whole day its first, or that after its last."""
        if time_name in self.errors:
            return None
        if self.cleaned_data[time_name] is None:
            day = self.cleaned_data[day_name] + timedelta(days=time_name == "until")
            return hours.moment(day, time.min, place.zone)
        return self.moment(day_name, time_name, place.zone, place)

    def save(self, by):
        """The time off, or None with the refusal on its field."""
        wanted, key = self.cleaned_data, self.cleaned_data["who"]
        whose = {"location": self.locations[key]} if key in self.locations else {"resource": self.resources[key]}
        span = {"starts_at": wanted["starts_at"], "ends_at": wanted["ends_at"]}
        try:
            return leaving.take_off(**whose, **span, reason=wanted["reason"], by=by)
        except ClinicError as refusal:
            self.refuse(refusal)
            return None


class MovesForm:
    """The ticked rows of a list: `move` names the visits, `to-12` the new time of visit 12, `seen-12` its revision."""

    def __init__(self, data, visits):
        """`visits` are those that may be moved: a queryset."""
        self.data, self.visits = data, visits
        self.ticked = [
            key for key in dict.fromkeys(data.getlist("move")[:MOST]) if re.fullmatch(r"\d{1,18}", key, re.A)
        ]

    def chosen(self, visit):
        return self.data.get(f"to-{visit.pk}", "")

    def moves(self):
        """A Move for each ticked row. Raises ClinicError with what to do about it."""
        if not self.ticked:
            raise ClinicError("Nothing is ticked, and nothing was moved. Tick the visits that should move.")
        found = {str(visit.pk): visit for visit in self.visits.filter(pk__in=map(int, self.ticked))}
        if len(found) < len(self.ticked):
            raise ClinicError(
                "A ticked visit does not have to be moved any more. Nothing was moved. Look at the list again."
            )
        keys = {key: KEY.fullmatch(self.chosen(visit)) for key, visit in found.items()}
        if not all(keys.values()):
            raise ClinicError("Choose a new time for each ticked visit. Nothing was moved.")
        wanted = {key: tuple(map(int, match.groups())) for key, match in keys.items()}
        return self.made(found, wanted)

    def made(self, found, wanted):
        people, tables, devices = (
            model.in_bulk({row[at] for row in wanted.values()})
            for at, model in (
                (0, Practitioner.objects.active()),
                (2, Table.objects.active()),
                (3, Device.objects.usable()),
            )
        )
        return [
            Move(
                visit=found[key],
                seen=self.seen(found[key]),
                starts_at=moment(seconds),
                practitioner=known(people, person),
                table=known(tables, table),
                device=known(devices, device) if device else None,
            )
            for key, (person, seconds, table, device) in wanted.items()
        ]

    def seen(self, visit):
        text = self.data.get(f"seen-{visit.pk}", "")
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
            raise ClinicError(STALE)
        return int(text)


def known(found, key):
    if key not in found:
        raise ClinicError(STALE)
    return found[key]


def moment(seconds):
    if seconds % 300:
        raise ClinicError(STALE)
    return datetime.fromtimestamp(seconds, UTC)
