"""Forms of the calendar: what is looked at, by GET, and where a visit was dropped."""

import re
from datetime import date, datetime
from urllib.parse import urlencode

from django import forms
from django.utils import timezone

from clinic.models import Device, Practitioner, Table
from scheduling import booking, wording
from scheduling.calendar.shown import By, Colour, Shown, Span
from scheduling.forms.fields import TOO_FAR, Choice, moment
from scheduling.hours import exists
from scheduling.models import Status

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
WALL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)
NO_TIME = "This is no time of day. The visit stays where it was."
IDS = re.compile(r"[0-9]{1,18}", re.ASCII)


class Numbers(forms.Field):
    """Primary keys; what is none is left out, because an old address may hold anything."""

    widget = forms.SelectMultiple

    def clean(self, value):
        return tuple(sorted({int(one) for one in value or [] if IDS.fullmatch(one)}))


class Words(forms.MultipleChoiceField):
    def clean(self, value):
        return tuple(one for one in value or [] if self.valid_value(one))


class OneOf(forms.Field):
    """A member of an enumeration; what is none is the first."""

    def __init__(self, kind):
        super().__init__(required=False)
        self.kind = kind

    def clean(self, value):
        return self.kind(value) if value in list(self.kind) else next(iter(self.kind))


class Number(forms.Field):
    """One primary key, or None."""

    def clean(self, value):
        return int(value) if value and IDS.fullmatch(value) else None


class DayField(forms.DateField):
    def __init__(self):
        errors = {"invalid": "Write the day as 2031-05-14. Today is shown."}
        super().__init__(required=False, error_messages=errors)

    def validate(self, value):
        if value and not EARLIEST <= value < LATEST:
            raise forms.ValidationError("The calendar goes from 2000 to 2099. Today is shown.")


class ShownForm(forms.Form):
    """Whatever the address says, there is something to show: only the day, which people type, can be wrong."""

    day = DayField()
    location = Number(required=False)
    by = OneOf(By)
    span = OneOf(Span)
    column = Number(required=False)
    practitioner = Numbers(required=False)
    service = Numbers(required=False)
    status = Words(choices=Status.choices, required=False)
    colour = OneOf(Colour)

    def shown(self, *, locations, usual):
        """What to show, of one of the locations; `usual` is the primary key of the one that was looked at last."""
        self.is_valid()
        wanted = dict(self.cleaned_data)
        at = {place.pk: place for place in locations}
        place = at.get(wanted.pop("location")) or at.get(usual) or locations[0]
        day = wanted.pop("day", None) or timezone.localdate(timezone=place.zone)
        return Shown(location=place.pk, zone=place.zone, day=day, **wanted)

    @property
    def window(self):
        """(location, first day, day after the last) as they were asked for, or None: they are never guessed."""
        if not self.is_valid() or not self.cleaned_data["location"] or not self.cleaned_data["day"]:
            return None
        asked = self.cleaned_data
        seen = Shown(location=asked["location"], zone=None, day=asked["day"], span=asked["span"])
        return seen.location, seen.days[0], seen.after


class WallField(forms.Field):
    """A time of day on a day, as the location's clocks show it: "2031-05-14T09:20"."""

    def clean(self, value):
        if not value or not WALL.fullmatch(value):
            raise forms.ValidationError(NO_TIME)
        try:
            wall = datetime.fromisoformat(value)
        except ValueError:
            raise forms.ValidationError(NO_TIME) from None
        if not EARLIEST <= wall.date() < LATEST:
            raise forms.ValidationError(TOO_FAR)
        return wall


class PlaceForm(forms.Form):
    """A visit's start or end, in wall-clock time of its location, and the revision that the person saw."""

    at = WallField()
    revision = forms.IntegerField(min_value=0, max_value=1_000_000)

    def __init__(self, data, *, visit):
        super().__init__(data)
        self.visit = visit

    def clean_at(self):
        return there(self.cleaned_data["at"], self.visit.zone, besides=getattr(self.visit, self.which))

    @property
    def sentence(self):
        """What is wrong with it, for a note: this form has no fields on the page."""
        return " ".join(dict.fromkeys(error for listed in self.errors.values() for error in listed))


class DropForm(PlaceForm):
    """Where a visit was dropped; an empty practitioner, table or unit stays the same."""

    which = "starts_at"
    moves = True
    page = "scheduling:move"
    practitioner = Choice(Practitioner.objects.active(), "practitioner", required=False)
    table = Choice(Table.objects.active().select_related("location"), "table", required=False)
    device = Choice(Device.objects.usable(), "unit", required=False)

    @property
    def things(self):
        wanted = {name: self.cleaned_data[name] for name in ("practitioner", "table", "device")}
        return {name: one for name, one in wanted.items() if one}

    def place(self, by):
        at, seen = self.cleaned_data["at"], self.cleaned_data["revision"]
        return booking.move(visit=self.visit, by=by, starts_at=at, seen=seen, **self.things)

    @property
    def stays(self):
        return f"The visit stays at {wording.clock(self.visit.starts_at, self.visit.zone)}."

    @property
    def query(self):
        """The same wish for the moving page, which asks for a written reason."""
        at = timezone.localtime(self.cleaned_data["at"], self.visit.zone)
        things = {"practitioner": self.visit.practitioner} | self.things
        wish = {"location": self.visit.location} | things
        return urlencode({name: one.pk for name, one in wish.items()} | {"day": f"{at:%Y-%m-%d}", "at": f"{at:%H:%M}"})


class StretchForm(PlaceForm):
    which = "ends_at"
    moves = False
    page = "scheduling:resize"

    def place(self, by):
        ends_at, seen = self.cleaned_data["at"], self.cleaned_data["revision"]
        return booking.resize(visit=self.visit, ends_at=ends_at, by=by, seen=seen)

    @property
    def stays(self):
        return f"The visit still ends at {wording.clock(self.visit.ends_at, self.visit.zone)}."

    @property
    def query(self):
        return urlencode({"ends": f"{timezone.localtime(self.cleaned_data['at'], self.visit.zone):%H:%M}"})


def there(wall, zone, *, besides):
    """The moment at which the clocks of `zone` show `wall`. Raises ValidationError if they never do, or too far away.

    What is so already (`besides`) is never too long ago: only the column changes then.
    """
    if not exists(wall.date(), wall.time(), zone):
        raise forms.ValidationError(
            f"The clocks change then: there is no {wall:%H:%M} on that day. The visit stays where it was."
        )
    seconds = int(wall.replace(tzinfo=zone).timestamp())
    return besides if seconds == int(besides.timestamp()) else moment(seconds)
