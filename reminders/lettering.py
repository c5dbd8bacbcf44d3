"""The clinic's own words: a letter is never changed, each save is its next version."""

import logging

from django.db import IntegrityError, transaction

from clinic.errors import ClinicError
from clinic.practice.errors import SavedMeanwhile
from clinic.practice.writing import refuse_if_changed
from reminders import proofreading
from reminders.letters import shipped
from reminders.models import Letter

logger = logging.getLogger(__name__)
WORDS = "Words"
MEANWHILE = "Somebody else saved this letter while you were editing it."
LAST_STAYS = "The last good version stays."


class NotALetter(ClinicError):
    """What was typed is no letter of its kind. `problems` says why, sentence by sentence."""

    status = 422

    def __init__(self, problems):
        super().__init__(f"{' '.join(problems)} {LAST_STAYS}", field="source")
        self.problems = problems


def versions(kind, language):
    return Letter.objects.filter(kind=kind, language=language).order_by("-version")


def latest(kind, language):
    return versions(kind, language).first()


def in_force(kind, language):
    """(source, the clinic's own version or None if the words are those that Deqi ships)."""
    last = latest(kind, language)
    return source_of(last, kind, language), last if last and last.source else None


def source_of(letter, kind, language):
    return (letter and letter.source) or shipped(kind, language)


def tidied(source):
    """As it is kept: one kind of line break, no blanks around."""
    return source.replace("\r\n", "\n").strip() + "\n"


def told(source):
    """What two people who edit at once are shown, and compared by: see `clinic.practice.writing`."""
    return {WORDS: tidied(source)}


def save(*, kind, language, source, seen, by):
    """Make these the words in force. `seen` is the digest of what the person saw; the same words make no new version.

    Returns the new version, or None if nothing was changed. Raises NotALetter, SavedMeanwhile.
    """
    source, last = tidied(source), latest(kind, language)
    if problems := proofreading.problems(kind, language, source):
        raise NotALetter(problems)
    standing = source_of(last, kind, language)
    if source == tidied(standing):
        return None
    refuse_if_changed(seen, told(standing))
    return write(kind, language, source, after=last, by=by)


def use_again(*, letter, by):
    """The words of an old version as the newest; None if they are in force already. Raises NotALetter if its fields
    are gone by now."""
    kind, language = letter.kind, letter.language
    source, last = source_of(letter, kind, language), latest(kind, language)
    if problems := proofreading.problems(kind, language, source):
        raise NotALetter(problems)
    return None if source == source_of(last, kind, language) else write(kind, language, source, after=last, by=by)


def back_to_shipped(*, kind, language, by):
    """The words that Deqi ships, as the newest version; None if they are in force already."""
    last = latest(kind, language)
    return write(kind, language, "", after=last, by=by) if last and last.source else None


def undo(*, letter, by):
    """Take a version back: the words before it are in force again. Raises SavedMeanwhile if it is not the last."""
    last, before, *_ = [*versions(letter.kind, letter.language)[:2], None]
    if last.pk != letter.pk:
        raise SavedMeanwhile("This letter was saved again since. Nothing was taken back.", theirs=told(last.source))
    return write(letter.kind, letter.language, before.source if before else "", after=last, by=by)


def write(kind, language, source, *, after, by):
    """The version that follows `after` (None: the first). If somebody was a moment faster, the constraint on its number
    says so: then theirs stands, and SavedMeanwhile is raised."""
    kept = "" if source == tidied(shipped(kind, language)) else source
    version = after.version + 1 if after else 1
    try:
        with transaction.atomic():
            letter = Letter.objects.create(kind=kind, language=language, version=version, source=kept, made_by=by)
    except IntegrityError:
        raise SavedMeanwhile(MEANWHILE, theirs=told(in_force(kind, language)[0])) from None
    logger.info("letter %s.%s version %s by user %s", kind, language, letter.version, by.pk)
    return letter
