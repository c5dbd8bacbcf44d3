"""Fields for what is typed into one line, made fit for a page, an e-mail header and a PDF."""

import unicodedata

from django import forms

OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # they would turn the text around them
DATES = ["%Y-%m-%d", "%m/%d/%Y", "%d %b %Y", "%d %B %Y"]
STALE = "This page is not whole any more. Load it again; nothing was saved."


def one_line(text):
    """Blanks and line breaks become single blanks; control characters go. Right-to-left marks and emoji stay."""
    text = " ".join(text.translate(OVERRIDES).split())
    return "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cs"})


class OneLine(forms.CharField):
    def to_python(self, value):
        return one_line(super().to_python(value))


class NameField(OneLine):
    """A name has a letter in it."""

    def __init__(self, **kwargs):
        super().__init__(max_length=80, **kwargs)

    def validate(self, value):
        super().validate(value)
        if not any(map(str.isalnum, value)):
            raise forms.ValidationError("Write the name with its letters.")


class PhoneField(OneLine):
    FEWEST = 5  # digits

    def validate(self, value):
        super().validate(value)
        if value and sum(map(str.isdecimal, value)) < self.FEWEST:
            raise forms.ValidationError("Write the phone number with all its digits, such as 555-0142.")


class DayField(forms.DateField):
    """A calendar day, typed or picked."""

    def __init__(self, *, required_message="Write the day.", **kwargs):
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        words = {"invalid": "Write a day of the calendar, such as 03/12/1971.", "required": required_message}
        super().__init__(input_formats=DATES, error_messages=words, **kwargs)
