"""The verbs of a person's phrases: `.sleep` becomes the person's own sentence, with fields `{…}` to tab through."""

from contextlib import contextmanager

import pghistory
from django.apps import apps

from clinic.errors import ClinicError
from sessions.models import Phrase
from sessions.refusals import in_words
from sessions.rows import fill

MOST = 200  # they are sent to the browser together
TAKEN = "You have a phrase with this key already."
# Plainly generic: what a sentence with fields can look like, to be made one's own.
STARTERS = {
    "sleep": "Sleeps {hours} hours, wakes {times} times, feels {rested / not rested} in the morning.",
    "pain": "Pain {0 to 10} now, {0 to 10} at worst since last time, mostly in the {place}; better with {what helps}.",
    "home": "At home: {exercise}, {how often} a day, stop if {sign}. Call us about anything that worries you.",
}


def add(*, key, text, by):
    with recording(by):
        if Phrase.objects.filter(owner=by).count() >= MOST:
            raise ClinicError(f"You have {MOST} phrases, the most there can be. Remove one you no longer use.")
        return write(Phrase(owner=by), key, text)


def change(*, phrase, key, text, by):
    with recording(by):
        return write(own(phrase, by), key, text)


def remove(*, phrase, by):
    with recording(by):
        own(phrase, by).delete()


def put_back(*, pk, by):
    """Undo a removal: the phrase as it was, under its own key. Raises ClinicError if it is back already."""
    with recording(by):
        removed = removed_of(by, pk)
        if removed is None or Phrase.objects.filter(pk=pk).exists():
            raise ClinicError("This phrase is back already.")
        return write(Phrase(pk=pk, owner=by), removed.key, removed.text)


def removed_of(user, pk):
    """The event of a phrase of this person that was taken out; None if there is none."""
    events = apps.get_model("clinic_sessions", "PhraseEvent").objects
    return events.filter(id=pk, owner=user.pk, pgh_label="delete").order_by("pgh_id").last()


def add_starters(*, by):
    """The examples, without those whose key the person uses already."""
    with recording(by):
        taken = set(Phrase.objects.filter(owner=by).values_list("key", flat=True))
        return [write(Phrase(owner=by), key, text) for key, text in STARTERS.items() if key not in taken]


@contextmanager
def recording(by):
    with in_words(), pghistory.context(user=by.pk):
        yield


def own(phrase, by):
    """The phrase, fresh and locked. Raises ClinicError if it is gone: removed in another window."""
    found = Phrase.objects.select_for_update().filter(pk=phrase.pk, owner=by).first()
    if found is None:
        raise ClinicError("This phrase is no longer there. Look again.")
    return found


def write(phrase, key, text):
    """A key is kept as it is typed after the dot: small, without the dot."""
    values = {"key": key.strip().lstrip(".").lower(), "text": text.replace("\r\n", "\n").strip()}
    fill(phrase, values, allowed=["key", "text"])
    if Phrase.objects.filter(owner=phrase.owner, key=phrase.key).exclude(pk=phrase.pk).exists():
        raise ClinicError(TAKEN, field="key")
    phrase.save()
    return phrase
