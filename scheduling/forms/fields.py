"""Fields that the pages of the schedule share: a time of day, one of a list, an offered time."""

import re
from datetime import UTC, datetime, time

from django import forms
from django.utils import timezone

from clinic.models import Practitioner
from scheduling.repeating import AHEAD

CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s*(?P<half>[ap])?\.?(?:m\.?)?", re.ASCII | re.IGNORECASE
)
SLOT = re.compile(r"(\d{1,10})@(\d{1,11})", re.ASCII)
NO_CLOCK = "Write a time of day, such as 15, 15:30 or 3 pm."
NO_SLOT = "Choose a time from the list."
TOO_FAR = "Choose a day within the next two years."
LONGEST = 300  # letters in a note or a reason


def clock(text):
    """The time of day that people type as 15, 1530, 15:30 or 3:30 pm. Raises ValueError if it is none."""
    match = CLOCK.fullmatch(text.strip())
    if not match:
        raise ValueError(text)
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(text)
    return time(hour % 12 + 12 * (half == "p") if half else hour, minute)


class ClockField(forms.CharField):
    def clean(self, value):
        text = super().clean(value)
        try:
            found = clock(text) if text else None
        except ValueError:
            raise forms.ValidationError(NO_CLOCK) from None
        if found and found.minute % 5:
            raise forms.ValidationError("Visits start on the five minutes, such as 15:05.")
        return found


class Choice(forms.ModelChoiceField):
    """One of a list; `word` is what the list holds."""

    def __init__(self, queryset, word, **options):
        errors = {"invalid_choice": f"Choose a {word} from the list."}
        super().__init__(queryset, error_messages=errors, **options)
        self.widget.attrs["class"] = "form-select"


class PlaceChoice(Choice):
    """A table or a unit, told with where it is."""

    def __init__(self, queryset, word, **options):
        super().__init__(queryset.select_related("location").order_by("location__name", "pk"), word, **options)

    def label_from_instance(self, one):
        return ", ".join(filter(None, [one.name, getattr(one, "room", ""), one.location.name]))


class Line(forms.CharField):
    """A line of text that is nobody's clinical business; `thing` names it in the sentence when it is too long."""

    def __init__(self, thing, **options):
        errors = {"max_length": f"A {thing} has at most {LONGEST} letters. This one has %(show_value)d."}
        widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
        super().__init__(max_length=LONGEST, required=False, error_messages=errors, widget=widget, **options)


class SlotField(forms.CharField):
    """A practitioner and a moment, as `finding.FreeTime.key` writes them."""

    def __init__(self, **options):
        errors = {"required": "Choose a time.", "max_length": NO_SLOT}
        widget = forms.TextInput(attrs={"id": "times"})  # where the page shows what there is to choose from
        super().__init__(max_length=24, error_messages=errors, widget=widget, **options)

    def clean(self, value):
        text = super().clean(value)
        return slots([text])[0] if text else None


def slots(texts):
    """[(practitioner, moment)] of slots as a form sends them. Raises ValidationError if one of them is none."""
    matches = [SLOT.fullmatch(text) for text in texts]
    if not all(matches):
        raise forms.ValidationError(NO_SLOT)
    people = Practitioner.objects.active().with_timetable().in_bulk({int(match[1]) for match in matches})
    if any(int(match[1]) not in people for match in matches):
        raise forms.ValidationError("This practitioner does not work here any more. Choose another time.")
    return [(people[int(match[1])], moment(int(match[2]))) for match in matches]


class KeyField(forms.UUIDField):
    """The same as long as a form has done nothing, so that a double click does it once."""

    def __init__(self):
        errors = {"invalid": "This page is out of date. Open it anew."}
        super().__init__(required=False, widget=forms.HiddenInput, error_messages=errors)


def moment(seconds):
    """The start that a form asks for, in seconds since 1970. Raises ValidationError if no visit can start then.

    What has passed is the verb's to refuse: a visit that has begun can still be given another table.
    """
    start = datetime.fromtimestamp(seconds, UTC)
    if seconds % 300:
        raise forms.ValidationError("Visits start on the five minutes. Choose a time from the list.")
    if start > timezone.now() + AHEAD:
        raise forms.ValidationError(TOO_FAR)
    return start
