"""Subject, text and HTML of an e-mail from one source. Pure.

A source reads like the letter itself. Its first line is the subject, `Subject: …`; blank lines part the paragraphs;
`{field}` is filled in. A paragraph whose lines begin with `>` is set off, its first line bold. A line
`[words]({url_field})` is a link, and the first link of a paragraph is drawn as a button.
"""

import re
from dataclasses import dataclass
from html import escape
from string import Formatter

LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<url>\{\w+\})\)")
SUBJECT = "Subject: "
SUBJECT_LENGTH = 200


class UnknownField(ValueError):
    """A `{field}` that no letter of this kind has."""


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


class Wording:
    """A source made ready to be filled in many times; `dress` turns the body's HTML into a whole page, once."""

    def __init__(self, source, *, fields, dress=lambda body: body):
        first, _, body = source.partition("\n")
        if not first.startswith(SUBJECT):
            raise ValueError(f"the first line of a letter begins with {SUBJECT!r}")
        blocks = [block.splitlines() for block in re.split(r"\n\s*\n", body.strip())]
        self.subject = compiled(first.removeprefix(SUBJECT), fields)
        self.text = compiled("\n\n".join(map(as_text, blocks)) + "\n", fields)
        self.html = compiled(dress("\n".join(map(as_html, blocks))), fields)

    def fill(self, values):
        """The words for one person. A value is never read as markup, and never breaks out of the subject's line."""
        return Words(
            subject=one_line(filled(self.subject, values)),
            text=filled(self.text, values),
            html=filled(self.html, {name: escape(str(value)) for name, value in values.items()}),
        )


def as_text(lines):
    """A paragraph as plain text; a link is its words and then its address."""
    return "\n".join(LINK.sub(r"\g<words>: \g<url>", line.removeprefix("> ")) for line in lines)


def as_html(lines):
    """A paragraph as HTML, its own words escaped; `{fields}` stay for later."""
    if all(line.startswith(">") for line in lines):
        first, *others = [escape(line.removeprefix(">").strip()) for line in lines]
        return '<p class="when">' + "<br>".join([f"<b>{first}</b>", *others]) + "</p>"
    if all(LINK.fullmatch(line) for line in lines):
        return "\n".join(as_link(line, button=line is lines[0]) for line in lines)
    return "<p>" + "<br>".join(escape(line) for line in lines) + "</p>"


def as_link(line, *, button):
    words, url = LINK.fullmatch(line).group("words", "url")
    return f'<p><a class="{"button" if button else "link"}" href="{url}">{escape(words)}</a></p>'


def compiled(source, fields):
    """The source as (literal, field name or None) pairs. Raises UnknownField."""
    parts = [(literal, name) for literal, name, _, _ in Formatter().parse(source)]
    for _, name in parts:
        if name is not None and name not in fields:
            raise UnknownField(f"{{{name}}} is not a field.")
    return parts


def filled(parts, values):
    return "".join(literal if name is None else f"{literal}{values[name]}" for literal, name in parts)


def one_line(text):
    """Line breaks and other control characters have no place in a header."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:SUBJECT_LENGTH].rstrip()
