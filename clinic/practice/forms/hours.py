"""A practitioner's hours as a manager types them: rows, and two ways to save them."""

from datetime import date, timedelta
from functools import partial

from django import forms

from clinic.errors import ClinicError
from clinic.models import Location, Practitioner, Weekday, Weeks
from clinic.practice import shifts as pure
from clinic.practice import timetabling
from clinic.practice.errors import HoursOverlap, SavedMeanwhile
from clinic.practice.forms.fields import required
from clinic.practice.forms.rows import FormWithRows, Rows, rearranged
from clinic.practice.shifts import Shift

MOST_ROWS = 100
FIRST_DAY = date(2000, 1, 1)
AHEAD = timedelta(days=5 * 366)
TIMES = ["%H:%M", "%H.%M", "%H", "%I:%M %p", "%I:%M%p", "%I %p", "%I%p"]
WRITE_TIME = "Write a time of day such as 09:00."
WRITE_DAY = "Write a day such as 2030-05-13."
FROM_LIST = "Choose from the list."
NO_ROWS = "Add hours. If there are to be none from that day on, end the hours instead."


def choice(label, choices):
    return forms.TypedChoiceField(
        label=label,
        coerce=int,
        choices=choices,
        error_messages=required(FROM_LIST, invalid_choice=FROM_LIST),
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class WallTime(forms.TimeField):
    def __init__(self, **options):
        errors = required(WRITE_TIME, invalid=WRITE_TIME)
        attrs = {"class": "form-control", "inputmode": "numeric", "autocomplete": "off", "placeholder": "09:00"}
        widget = forms.TimeInput(format="%H:%M", attrs=attrs)
        super().__init__(input_formats=TIMES, error_messages=errors, widget=widget, **options)

    def clean(self, value):
        wall = super().clean(value)
        if wall and wall.minute % 5:
            raise forms.ValidationError("Hours begin and end on full five minutes, such as 09:05.")
        return wall


class Day(forms.DateField):
    """A calendar day that a clinic can mean. `today` is set by the form."""

    def __init__(self, **options):
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"})
        errors = required(WRITE_DAY, invalid=WRITE_DAY)
        super().__init__(input_formats=["%Y-%m-%d"], error_messages=errors, widget=widget, **options)

    def clean(self, value):
        day = super().clean(value)
        if day and not FIRST_DAY <= day <= self.today + AHEAD:
            raise forms.ValidationError(f"Choose a day from {FIRST_DAY.year} to {(self.today + AHEAD).year - 1}.")
        return day


class ShiftForm(forms.Form):
    weekday = choice("Day", Weekday.choices)
    location = choice("Location", [])
    weeks = choice("Weeks", Weeks.choices)
    starts = WallTime(label="From")
    ends = WallTime(label="To")

    def __init__(self, *args, locations, today, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["location"].choices = locations
        for field in self.fields.values():
            field.today = today

    def clean(self):
        told = super().clean()
        starts, ends = told.get("starts"), told.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", f"These hours end before they begin, at {starts:%H:%M}. Change one of the two.")
        first, last = told.get("valid_from"), told.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", "The last day is before the first.")
        return told


class DatedShiftForm(ShiftForm):
    valid_from = Day(label="First day")
    valid_until = Day(label="Last day", required=False)


class HoursForm(FormWithRows):
    """What both pages share. `start` is the day from which a new row holds."""

    like = forms.TypedChoiceField(
        label="A colleague", required=False, coerce=int, widget=forms.Select(attrs={"class": "form-select w-auto"})
    )
    copied = choice("Copy", Weekday.choices)
    onto = forms.TypedMultipleChoiceField(
        label="to",
        required=False,
        coerce=int,
        choices=Weekday.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    row = ShiftForm

    def __init__(self, data=None, *, practitioner, today, initial=None, rows=(), at=None):
        super().__init__(data, initial=initial)
        self.practitioner, self.today = practitioner, today
        self.current = timetabling.shifts_of(practitioner)
        self.names = timetabling.places()
        self.locations = self.known_locations()
        self.fields["copied"].required = False
        self.fields["like"].choices = colleagues(practitioner)
        for field in self.fields.values():
            field.today = today
        row = partial(self.row, locations=self.locations, today=today)
        self.rows = Rows(row, "row", data=data, initial=rows, at=at)

    def known_locations(self):
        """Where one can work, and where this practitioner did."""
        used = {shift.location for shift in self.current}
        places = Location.objects.values_list("pk", "name", "active")
        return [(pk, name) for pk, name, active in places if active or pk in used]

    @property
    def start(self):
        return self.today

    @property
    def shifts(self):
        """What the rows say."""
        return [self.shift(row) for row in self.rows.values]

    def shift(self, row):
        return Shift(**({"valid_from": self.start} | row))

    def problem_of_rows(self):
        if len(self.rows) > MOST_ROWS:
            return f"One practitioner has at most {MOST_ROWS} rows of hours. This is {len(self.rows)}."
        shifts = self.shifts
        for i, j in pure.overlaps(shifts):
            other = pure.in_words(shifts[i], self.names, dated=False)
            self.rows.forms[j].add_error("starts", f"This overlaps row {i + 1}, {other}.")
        return ""

    def save(self, *, by):
        """True; or False, with the refusal where it belongs."""
        try:
            self.write(self.shifts, by)
        except SavedMeanwhile as refusal:
            self.show(refusal, pure.told(self.wanted(self.shifts), self.names))
        except HoursOverlap as refusal:
            self.status = refusal.status
            self.rows.forms[refusal.row].add_error("starts", str(refusal))
        else:
            return True
        return False

    # Buttons that change the rows and save nothing

    def after(self, act):
        """The form after a button was pressed, with all that was typed, nothing checked."""
        rows, at = self.rows.typed, None
        if act == "copy":
            rows = self.copied_onto(rows)
        elif act == "like":
            rows = self.of_colleague() or rows
        else:
            rows, at = rearranged(rows, act, self.following)
        kept = {name: self[name].value() for name in self.fields}
        return type(self)(practitioner=self.practitioner, today=self.today, initial=kept, rows=rows, at=at)

    def following(self, rows):
        """A new row: like the last one, a day later."""
        if not rows:
            return self.first_row()
        return rows[-1] | {"weekday": next_day(rows[-1]["weekday"])}

    def first_row(self):
        first = self.locations[0][0] if self.locations else None
        return {"weekday": 0, "location": first, "starts": "09:00", "ends": "17:00", "valid_from": self.start}

    def copied_onto(self, rows):
        """The rows of one day in place of those of other days."""
        copied, onto = str(self["copied"].value()), set(map(str, self["onto"].value() or [])) - {self["copied"].value()}
        kept = [row for row in rows if str(row["weekday"]) not in onto]
        its = [row for row in rows if str(row["weekday"]) == copied]
        return sorted(
            kept + [row | {"weekday": day} for day in sorted(onto) for row in its], key=lambda row: str(row["weekday"])
        )

    def of_colleague(self):
        """The hours of a colleague from `start` on, as rows."""
        chosen = str(self["like"].value())
        known = {str(pk): pk for pk, _ in self.fields["like"].choices if pk}
        if chosen not in known:
            return []
        colleague = Practitioner.objects.get(pk=known[chosen])
        active = {pk for pk, _ in self.locations}
        theirs = [s for s in timetabling.shifts_of(colleague) if not pure.over(s, self.start) and s.location in active]
        return [as_row(shift) | {"valid_from": max(shift.valid_from, self.start)} for shift in theirs]


class CorrectForm(HoursForm):
    """All rows that are not over, each with its days."""

    row = DatedShiftForm

    @classmethod
    def of(cls, practitioner, *, today, seen):
        shifts = [s for s in timetabling.shifts_of(practitioner) if not pure.over(s, today)]
        form = cls(practitioner=practitioner, today=today, initial={"seen": seen}, rows=in_order(shifts))
        return (
            form
            if shifts
            else cls(practitioner=practitioner, today=today, initial={"seen": seen}, rows=[form.first_row()])
        )

    def wanted(self, shifts):
        return pure.rewritten(self.current, shifts, self.today)

    def write(self, shifts, by):
        timetabling.rewrite(
            practitioner=self.practitioner, seen=self.cleaned_data["seen"], shifts=shifts, today=self.today, by=by
        )


class RenewForm(HoursForm):
    """The hours that hold from a day on."""

    since = Day(label="From which day on?", help_text="The hours before end the day before.")

    @classmethod
    def of(cls, practitioner, *, today, seen, since):
        shifts = [s for s in timetabling.shifts_of(practitioner) if s.valid_from <= since and not pure.over(s, since)]
        initial = {"seen": seen, "since": since}
        return cls(practitioner=practitioner, today=today, initial=initial, rows=in_order(shifts))

    @property
    def start(self):
        """The day from which they hold; today while it is not sound."""
        try:
            return self.fields["since"].clean(self["since"].value())
        except forms.ValidationError:
            return self.today

    def problem_of_rows(self):
        return super().problem_of_rows() or ("" if len(self.rows) else NO_ROWS)

    def wanted(self, shifts):
        return pure.renewed(self.current, shifts, self.start)

    def write(self, shifts, by):
        timetabling.renew(
            practitioner=self.practitioner, seen=self.cleaned_data["seen"], shifts=shifts, since=self.start, by=by
        )


class EndForm(forms.Form):
    last_day = Day(label="Last day of work")
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fields["last_day"].today = today

    def end(self, *, practitioner, by):
        """True; or False, with the refusal on the field."""
        try:
            timetabling.end(practitioner=practitioner, **self.cleaned_data, by=by)
        except ClinicError as refusal:
            self.add_error("last_day", f"{refusal} Nothing has ended. Look at them and end them again.")
            return False
        return True


def colleagues(practitioner):
    others = Practitioner.objects.active().exclude(pk=practitioner.pk)
    return [("", "Choose"), *others.values_list("pk", "name")]


def as_row(shift):
    return {**vars(shift), "valid_until": shift.valid_until}


def in_order(shifts):
    return [as_row(shift) for shift in sorted(shifts, key=lambda s: (s.weekday, s.weeks, s.valid_from, s.starts))]


def next_day(weekday):
    """The day after, as typed; Monday after anything else than a day."""
    text = str(weekday)
    return (int(text) + 1) % 7 if text in {"0", "1", "2", "3", "4", "5", "6"} else 0
