"""What patients fill in or look for. The words come in the patient's language: `say` are the page's phrases."""

from django import forms

from patients.models import Language
from reminders.models import AnswerKind
from scheduling.forms.fields import SlotField

REASON_LENGTH = 300
HEALTH = [AnswerKind.WELL, AnswerKind.SORE, AnswerKind.URGENT]
OWN_NAMES = {Language.ENGLISH: "English", Language.SPANISH: "Español"}  # each language by itself


class CancelForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": REASON_LENGTH}),
    )

    def __init__(self, *args, say, **kwargs):
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.label, reason.help_text = say["reason"], say["reason_help"]
        reason.error_messages |= {"max_length": say["too_long"]}


class LookForm(forms.Form):
    """Which times are shown, by GET. What is no day begins where the page would begin anyway."""

    start = forms.DateField(required=False)
    anybody = forms.BooleanField(required=False)


class SlotForm(forms.Form):
    """The time that a patient tapped on, or sent; the page has its own words for one that is none."""

    slot = SlotField()


class AnswerForm(forms.Form):
    kind = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, *args, say, **kwargs):
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        kind.choices = [(one, say[f"answer_{one}"]) for one in HEALTH]
        kind.error_messages |= dict.fromkeys(["required", "invalid_choice"], say["choose_one"])


class PreferencesForm(forms.Form):
    kinds = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(choices=[(one, OWN_NAMES[one]) for one in Language], widget=forms.RadioSelect)

    def __init__(self, *args, say, offered, **kwargs):
        super().__init__(*args, **kwargs)
        kinds, language = self.fields["kinds"], self.fields["language"]
        kinds.choices = [(one, say[f"kind_{one}"]) for one in offered]
        kinds.error_messages |= {"invalid_choice": say["choose_from_list"]}
        language.error_messages |= dict.fromkeys(["required", "invalid_choice"], say["choose_language"])
