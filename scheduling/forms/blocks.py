"""The form of a staff block; time off shares its fields: who or what, days, times of day in the zone of the place."""

from django import forms
from django.utils import timezone

from clinic.models import Location, Resource
from scheduling import blocking, hours, leaving, wording
from scheduling.forms.fields import AHEAD, NO_CLOCK, TOO_FAR, Choice, clock
from scheduling.forms.slot import Asking

NO_DAY = "Write the day as 2031-05-14."


class DayField(forms.DateField):
    def __init__(self, **options):
        errors = {"invalid": NO_DAY, "required": "Choose a day."}
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
        super().__init__(error_messages=errors, widget=widget, **options)

    def clean(self, value):
        day = super().clean(value)
        if day and day > timezone.localdate() + AHEAD:
            raise forms.ValidationError(TOO_FAR)
        return day


class TimeField(forms.CharField):
    """A time of day, typed as people type it."""

    def __init__(self, **options):
        errors = {"max_length": NO_CLOCK, "required": NO_CLOCK}
        widget = forms.TextInput(attrs={"class": "form-control", "placeholder": "15:00", "autocomplete": "off"})
        super().__init__(max_length=12, error_messages=errors, widget=widget, **options)

    def clean(self, value):
        text = super().clean(value)
        try:
            return clock(text) if text else None
        except ValueError:
            raise forms.ValidationError(NO_CLOCK) from None


class Title(forms.CharField):
    def __init__(self):
        errors = {
            "required": "Write what the time is kept for.",
            "max_length": "A title has at most 80 letters. This one has %(show_value)d.",
        }
        widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
        super().__init__(
            max_length=80,
            error_messages=errors,
            widget=widget,
            help_text="Everybody who sees the calendar reads it. Nothing clinical.",
        )


class Whole(forms.IntegerField):
    """A small number within limits, which one sentence tells."""

    def __init__(self, least, most, sentence, **options):
        errors = dict.fromkeys(["required", "invalid", "min_value", "max_value"], sentence)
        widget = forms.NumberInput(attrs={"class": "form-control"})
        super().__init__(min_value=least, max_value=most, error_messages=errors, widget=widget, **options)


def resources():
    """Whatever can be kept or be away, with what tells its kind."""
    return Resource.objects.active().select_related("practitioner", "table", "device", "location")


def kind(resource):
    for name, group in (("practitioner", "People"), ("table", "Tables"), ("device", "E-stim units")):
        if getattr(resource, name, None):
            return group
    return "Others"


def grouped(found):
    """Choices of a select, by kind: people first."""
    order = ["People", "Tables", "E-stim units", "Others"]
    listed = sorted(found, key=lambda one: (order.index(kind(one)), one.name, one.pk))
    groups = {}
    for one in listed:
        place = f", {one.location}" if one.location else ""
        groups.setdefault(kind(one), []).append((one.pk, f"{one.name}{place}"))
    return list(groups.items())


def home(resource):
    """The location in whose time its days are told; None while the clinic has none."""
    return leaving.homes([resource])[resource.pk]


class Wall(forms.Form):
    """Turns days and times of day into moments, each error on its field."""

    def moment(self, day_name, time_name, zone, where):
        """None if something of it is missing, or if the clocks jump over it."""
        day, wall = self.cleaned_data.get(day_name), self.cleaned_data.get(time_name)
        if day is None or wall is None:
            return None
        if jump := hours.skipped(day, wall, zone):
            self.add_error(time_name, wording.skipped(day, wall, jump, where))
            return None
        return hours.moment(day, wall, zone)

    def refuse(self, refusal):
        """A refusal on the field that it belongs to."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class BlockForm(Wall, Asking):
    """For a new block."""

    resource = Choice(Resource.objects.none(), "person, table or unit", label="Whose time")
    location = Choice(Location.objects.none(), "location", required=False, label="Where")
    day = DayField(label="Day")
    at = TimeField(label="From")
    until = TimeField(label="To")
    title = Title()
    count = Whole(1, blocking.MOST, f"A block repeats 1 to {blocking.MOST} times.", initial=1, label="How many times")
    every_weeks = Whole(1, blocking.FARTHEST, "It repeats every 1 to 4 weeks.", initial=1, label="Every … weeks")

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        found = resources()
        self.fields["resource"].queryset = found
        self.fields["resource"].choices = [("", "Choose whose time"), *grouped(found)]
        self.fields["resource"].error_messages["required"] = "Choose a person, a table or a unit."
        self.fields["location"].queryset = Location.objects.active().order_by("name")
        self.fields["location"].empty_label = "Where they work"

    def clean(self):
        wanted = super().clean()
        if not wanted.get("resource"):
            return wanted
        place = wanted["location"] = wanted["resource"].location or wanted.get("location") or home(wanted["resource"])
        if not place:
            raise forms.ValidationError("There is no location yet. A manager adds one in Settings.")
        wanted["starts_at"] = self.moment("day", "at", place.zone, place)
        wanted["ends_at"] = self.moment("day", "until", place.zone, place)
        self.refuse_order(wanted["starts_at"], wanted["ends_at"])
        return wanted

    def refuse_order(self, start, end):
        if start and end and end <= start:
            self.add_error("until", "A block ends after it starts, on the same day.")
        if start and end and end <= timezone.now():
            self.add_error("day", "That time has passed. Choose a later one.")

    def save(self):
        """The blocks, or None with the refusal kept for the page."""
        names = ("resource", "location", "starts_at", "ends_at", "title", "count", "every_weeks")
        return self.attempt(blocking.block, *names)


class BlockEditForm(BlockForm):
    """For one block: its time and title."""

    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def __init__(self, data=None, *, block, **options):
        zone = block.location.zone
        start, end = block.span.lower.astimezone(zone), block.span.upper.astimezone(zone)
        initial = {
            "day": start.date(),
            "at": f"{start:%H:%M}",
            "until": f"{end:%H:%M}",
            "title": block.title,
            "seen": blocking.stamp(block),
        }
        super().__init__(data, initial=initial, **options)
        self.block = block
        for name in ("resource", "location", "count", "every_weeks"):
            del self.fields[name]
        self.fields["seen"].error_messages["required"] = "This page is out of date. Open it anew."

    def clean(self):
        wanted = forms.Form.clean(self)
        place = self.block.location
        wanted["starts_at"] = self.moment("day", "at", place.zone, place)
        wanted["ends_at"] = self.moment("day", "until", place.zone, place)
        self.refuse_order(wanted["starts_at"], wanted["ends_at"])
        return wanted

    def save(self):
        return self.attempt(blocking.move_block, "starts_at", "ends_at", "title", "seen", block=self.block)
