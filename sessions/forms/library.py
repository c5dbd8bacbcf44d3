"""Forms of the library: a protocol used, kept, changed; a phrase written."""

from django import forms

from clinic.errors import ClinicError
from sessions import phrases, protocols
from sessions.models import Phrase, Protocol, ProtocolVersion

from .fields import choice, text
from .plan import OUT_OF_DATE, UNPROCESSABLE, Change

LIMIT = 2**31 - 1
HURTS = [("left", "Left"), ("right", "Right")]
NAME = Protocol._meta.get_field("name").max_length
COMMENT = ProtocolVersion._meta.get_field("comment").max_length
KEY = Phrase._meta.get_field("key").max_length
TEXT = Phrase._meta.get_field("text").max_length


def number():
    """The number of the version that was on the screen."""
    sentences = dict.fromkeys(["required", "invalid", "min_value", "max_value"], OUT_OF_DATE)
    return forms.IntegerField(min_value=1, max_value=LIMIT, widget=forms.HiddenInput, error_messages=sentences)


class UseForm(Change):
    """A protocol put into a plan."""

    verb = staticmethod(protocols.use)
    name = "use"
    side = choice("Side that hurts", HURTS, required=False)

    def __init__(self, *args, protocol_version):
        super().__init__(*args)
        self.protocol_version = protocol_version

    def arguments(self):
        return {"protocol_version": self.protocol_version, "side": self.cleaned_data["side"] or None}

    def take_refusal(self):
        """The form stands in a list that is closed again: all it says is said above the plan."""
        return " ".join([*self.errors.pop("side", []), super().take_refusal()]).strip()


class LibraryForm(forms.Form):
    """A form that hands what was typed to its verb; `status` is what to answer with if it was refused."""

    verb = None
    status = UNPROCESSABLE

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"auto_id": f"id_{type(self).__name__.lower()}_%s"} | kwargs)

    def save(self, **kwargs):
        """What the verb returns; None if the form or the verb refused, and then the form says why."""
        if not self.is_valid():
            return None
        try:
            return self.verb(**self.values(), **kwargs)
        except ClinicError as refusal:
            field = refusal.field if refusal.field in self.fields else None
            self.status = UNPROCESSABLE if field else refusal.status
            self.add_error(field, str(refusal))
            return None

    def values(self):
        return self.cleaned_data

    @property
    def said(self):
        """What belongs to no field that a person sees."""
        return " ".join([*self.errors.get("__all__", []), *self.errors.get("seen", [])])


def affected():
    as_it_is = [("", "Left and right stay as they are")]
    hurts = [(side, f"{word} is the side that hurts") for side, word in HURTS]
    return choice("Sides", as_it_is + hurts, required=False)


def comment():
    return text("What is it for, or what changed", COMMENT, required=False)


class KeepForm(LibraryForm):
    verb = staticmethod(protocols.keep)
    name = text("Name", NAME, error_messages={"required": "Give the protocol a name, such as “Neck and shoulder”."})
    whose = choice("Whose", [("own", "My own"), ("clinic", "The clinic's")], widget=forms.RadioSelect, initial="own")
    affected = affected()
    comment = comment()

    def values(self):
        typed = self.cleaned_data
        return {
            "name": typed["name"],
            "own": typed["whose"] == "own",
            "affected": typed["affected"] or None,
            "comment": typed["comment"],
        }


class ReviseForm(LibraryForm):
    verb = staticmethod(protocols.revise)
    seen = number()
    affected = affected()
    comment = comment()

    def values(self):
        return self.cleaned_data | {"affected": self.cleaned_data["affected"] or None}


class RestoreForm(LibraryForm):
    verb = staticmethod(protocols.restore)
    seen = number()


class RenameForm(LibraryForm):
    verb = staticmethod(protocols.rename)
    name = text("Name", NAME, error_messages={"required": "A protocol needs a name."})


class PhraseForm(LibraryForm):
    """`phrase` is the one to change; without it the form adds one."""

    key = text("Key", KEY, error_messages={"required": "Type a key, such as sleep."})
    text = text("Sentence", TEXT, rows=2, error_messages={"required": "Type the sentence that the key becomes."})

    def __init__(self, data=None, *, phrase=None):
        self.phrase = phrase
        initial = {"key": phrase.key, "text": phrase.text} if phrase else {}
        super().__init__(data, initial=initial, auto_id=f"id_{phrase.pk if phrase else 'new'}_%s")

    def verb(self, **values):
        if self.phrase:
            return phrases.change(phrase=self.phrase, **values)
        return phrases.add(**values)
