"""Fields that several forms in Settings have."""

import unicodedata

from django import forms

from clinic.models import CredentialKind

OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # they would turn the text around them


def required(sentence, **more):
    """A field's error messages: `sentence` when it is empty."""
    return {"required": sentence, **more}


class OneLine(forms.CharField):
    """Blanks and line breaks become single blanks; control characters go, as they would break a line or an e-mail."""

    def __init__(self, *, max_length, missing="Fill this in.", **options):
        words = required(missing, max_length=f"Write at most {max_length} letters.")
        super().__init__(max_length=max_length, error_messages=words, **options)

    def to_python(self, value):
        text = " ".join(super().to_python(value).translate(OVERRIDES).split())
        return "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cs"})


class AddressField(forms.EmailField):
    """An e-mail address, in small letters however it was typed: `Home@` and `home@` are one mailbox.

    RFC 5321 leaves it to each server whether it tells letters before the @ apart by case. In practice none does, and
    telephones begin what is typed with a capital: a family would be two, and who unsubscribes by one spelling would be
    written to by the other.
    """

    def __init__(self, *, label="E-mail address", example="ana@example.com", **options):
        whole = f"Write the whole e-mail address, such as {example}."
        words = required(whole, invalid=whole, max_length="Write at most 254 letters.")
        super().__init__(label=label, max_length=254, error_messages=words, **options)

    def to_python(self, value):
        return super().to_python(value).lower()


class DayField(forms.DateField):
    def __init__(self, *, missing="Write the day.", **options):
        words = required(missing, invalid="Write a day of the calendar, such as 2027-03-12.")
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(error_messages=words, widget=widget, input_formats=["%Y-%m-%d"], **options)


class JurisdictionField(OneLine):
    """A state or country as licences name it: CO, GB, US-CO. Always in capitals, so that they match."""

    def __init__(self, **options):
        help_text = options.pop("help_text", "State or country code, such as CO.")
        super().__init__(max_length=10, help_text=help_text, missing="Write the state or country code.", **options)

    def to_python(self, value):
        return super().to_python(value).upper()

    def validate(self, value):
        super().validate(value)
        if value and not all(part.isascii() and part.isalnum() for part in value.split("-")):
            raise forms.ValidationError("Write the code in letters, digits and hyphens, such as CO or US-CO.")


class ColourField(forms.RegexField):
    def __init__(self, **options):
        words = required("Choose a colour.", invalid="Write the colour as # and six digits, such as #1d6b59.")
        widget = forms.TextInput(attrs={"type": "color", "class": "form-control form-control-color"})
        super().__init__(r"^#[0-9a-fA-F]{6}\Z", error_messages=words, widget=widget, **options)


class KindField(forms.ChoiceField):
    def __init__(self):
        words = required("Choose the licence.", invalid_choice="Choose from the list.")
        super().__init__(label="Licence", choices=[("", "Choose"), *CredentialKind.choices], error_messages=words)
