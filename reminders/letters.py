"""Which words are in force: the clinic's own latest version of a letter, or the one that Deqi ships."""

import logging
from functools import lru_cache

import css_inline
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe

from reminders.kinds import OF_A_VISIT, ON_A_VISIT, SPECS
from reminders.models import Letter
from reminders.wording import BadLetter, Wording

logger = logging.getLogger(__name__)
VISIT_FIELDS = frozenset(OF_A_VISIT | ON_A_VISIT | {"answer_url", "instead_of"})


class Letters:
    """The letters in force, read once: one query for as many messages as are written with them."""

    def __init__(self):
        self.own = {
            (letter.kind, letter.language): letter.source for letter in Letter.objects.latest() if letter.source
        }

    def wording(self, kind, language):
        """The clinic's own words. A letter is checked when it is saved; if one cannot be read all the same, because it
        came from elsewhere or the fields have changed, the shipped words go: a plain reminder is better than none."""
        if own := self.own.get((kind, language)):
            try:
                return wording(kind, language, own)
            except BadLetter as problem:
                logger.error("letter %s.%s cannot be used, the shipped one goes instead: %s", kind, language, problem)
                del self.own[kind, language]
        return wording(kind, language, shipped(kind, language))


@lru_cache
def shipped(kind, language):
    """The source that Deqi ships, in templates/reminders/mail/."""
    return get_template(f"reminders/mail/{kind}.{language}.txt").template.source


@lru_cache(maxsize=200)
def wording(kind, language, source):
    """A source read and dressed, once a process. Raises BadLetter."""
    return read(kind, language, source)


def read(kind, language, source):
    """As `wording`, for a source that somebody is still typing. Raises BadLetter."""
    return Wording(
        source,
        fields=SPECS[kind].fields,
        visit_fields=VISIT_FIELDS,
        dress=lambda body: dressed(body, language),
    )


def dressed(body, language):
    """The whole page of an e-mail, its style sheet written into the elements: most mail programs read no other.

    The body comes from letters, escaped by `Wording`; its {fields} are filled in later, each escaped.
    """
    page = render_to_string("reminders/mail/layout.html", {"language": language, "body": mark_safe(body)})  # noqa: S308
    return css_inline.inline(page, load_remote_stylesheets=False)
