"""Subject, text and HTML of an e-mail from one source. Pure.

A source reads like the letter itself. Its first line is the subject, `Subject: …`; a second one, `Several: …`, is the
subject when one e-mail tells of several visits. Blank lines part the paragraphs; `{field}` is filled in. Paragraphs
with fields of a visit are repeated for each visit. A paragraph whose lines begin with `>` is set off, its first line
bold. `[words]({page_url})` is a link to a page of ours, `[words](https://…)` to any other, such as a map. Where a
paragraph is links alone, the first is drawn as a button if it leads to a page of ours.
"""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from html import escape
from itertools import groupby
from string import Formatter

FIELD = re.compile(r"\{(\w+)\}")
MARKUP = re.compile("[&<>\"'\n]")
LINK = re.compile(r"\[(?P<words>[^\]\n]+)\]\((?P<url>[^)\n]*)\)")
ELSEWHERE = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?([/?#][^\s(){}<>\"'\\]*)?", re.ASCII | re.IGNORECASE)
SUBJECT, SEVERAL = "Subject: ", "Several: "
SUBJECT_LENGTH = 200
GAP = re.compile(r"\n{3,}")  # what a paragraph leaves whose only field is empty, in the text
NOTHING = re.compile(r"<p[^>]*>(?:<b[^>]*></b>)?</p>\n?")  # and in the HTML, where it bears its style by now
JOINERS = set("\u200c\u200d\u200e\u200f")  # Persian, emoji of several people, and names from right to left need them
EACH, END = "each visit", "end of visit"  # marks within a compiled letter; no field has a blank in its name


class BadLetter(ValueError):
    """A source that is no letter; the text says why, fit to show."""


class UnknownField(BadLetter):
    """A `{field}` that no letter of this kind has."""


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str


class Wording:
    """A source made ready to be filled in many times; `dress` turns the body's HTML into a whole page, once.

    `fields` are the names of what can be filled in, `visit_fields` those that differ from visit to visit. Raises
    BadLetter.
    """

    def __init__(self, source, *, fields, visit_fields=frozenset(), dress=lambda body: body):
        source = source.replace("\r\n", "\n")
        check(source, fields)
        subject, several, body = heads(source)
        blocks = [block.splitlines() for block in re.split(r"\n\s*\n", body.strip())]
        runs = [
            (mine, list(run)) for mine, run in groupby(blocks, key=lambda lines: is_of_a_visit(lines, visit_fields))
        ]
        text = "".join(repeated(mine, map(as_text, run), "\n\n") for mine, run in runs).rstrip()
        html = dress("".join(repeated(mine, map(as_html, run), "\n") for mine, run in runs))
        self.subject, self.several = subject, several
        self.text, self.html = parted(text), parted(html)
        self.gaps = any(FIELD.fullmatch(re.sub(r"^>\s?", "", lines[0])) for lines in blocks)

    @property
    def parts(self):
        """The text as (literal, field name or None) pairs."""
        return [(literal, name) for _, text in self.text for literal, name, _, _ in Formatter().parse(text)]

    def fill(self, values, visits=({},)):
        """The words for one e-mail: `visits` holds the values of each. A value is never read as markup, and never
        breaks out of the subject's line."""
        plain = [values | visit for visit in visits]
        safe = [{name: as_markup(value) for name, value in each.items()} for each in plain]
        subject = self.several if len(visits) > 1 else self.subject
        text, html = joined(self.text, plain).rstrip() + "\n", joined(self.html, safe)
        if self.gaps:
            text, html = GAP.sub("\n\n", text), NOTHING.sub("", html)
        return Words(subject=one_line(subject.format_map(plain[0])), text=text, html=html)


def named(lines):
    """The fields of a paragraph, or of any text."""
    return set(FIELD.findall("\n".join(lines)))


def is_of_a_visit(lines, visit_fields):
    return not visit_fields.isdisjoint(named(lines))


def parted(source):
    """(whether it is repeated for each visit, template) of each stretch of a source."""
    stretches = re.split(rf"\{{{EACH}\}}(.*?)\{{{END}\}}", source, flags=re.DOTALL)
    return [(number % 2 == 1, stretch) for number, stretch in enumerate(stretches) if stretch]


def joined(parts, values):
    """The stretches filled in: once with the first visit's values, or with those of each visit."""
    return "".join(
        "".join(map(template.format_map, values)) if mine else template.format_map(values[0])
        for mine, template in parts
    )


def as_markup(value):
    text = str(value)
    return escape(text).replace("\n", "<br>") if MARKUP.search(text) else text


def heads(source):
    """(subject, subject for several visits, body) of a source. Raises BadLetter."""
    first, _, body = source.lstrip().partition("\n")
    if not first.startswith(SUBJECT.strip()) or not first.removeprefix(SUBJECT.strip()).strip():
        raise BadLetter(f"The first line is the subject: “{SUBJECT}…”.")
    if not body.strip():
        raise BadLetter("Below the subject stands the letter itself. There is none.")
    subject = first.removeprefix(SUBJECT.strip()).strip()
    second, _, rest = body.partition("\n")
    if not second.startswith(SEVERAL.strip()):
        return subject, subject, body
    if not rest.strip():
        raise BadLetter("Below the subjects stands the letter itself. There is none.")
    return subject, second.removeprefix(SEVERAL.strip()).strip() or subject, rest


def repeated(mine, blocks, gap):
    text = "".join(f"{block}{gap}" for block in blocks)
    return f"{{{EACH}}}{text}{{{END}}}" if mine else text


def as_text(lines):
    """A paragraph as plain text; a link is its words and then its address."""
    return "\n".join(LINK.sub(r"\g<words>: \g<url>", re.sub(r"^>\s?", "", line)) for line in lines)


def as_html(lines):
    """A paragraph as HTML, its own words escaped; `{fields}` stay for later."""
    if all(line.startswith(">") for line in lines):
        first, *others = [as_inline(line.removeprefix(">").strip()) for line in lines]
        return '<p class="when">' + "<br>".join([f"<b>{first}</b>", *others]) + "</p>"
    if all(LINK.fullmatch(line.strip()) for line in lines):
        return "\n".join(as_link(line.strip(), button=number == 0) for number, line in enumerate(lines))
    return "<p>" + "<br>".join(as_inline(line) for line in lines) + "</p>"


def as_inline(line):
    """A line with links among its words."""
    return LINK.sub(r'<a class="link" href="\g<url>">\g<words></a>', escape(line))


def as_link(line, *, button):
    words, url = LINK.fullmatch(line).group("words", "url")
    look = "button" if button and url.startswith("{") else "link"
    return f'<p><a class="{look}" href="{escape(url)}">{escape(words)}</a></p>'


def check(source, fields):
    """Raises UnknownField, naming each field that there is none of, or BadLetter for a stray brace."""
    try:
        parsed = list(Formatter().parse(source))
    except ValueError:
        raise BadLetter("A brace has no partner. Fields are written {like_this}.") from None
    pages = {f"{{{name}}}" for name in fields if name.endswith("_url")}
    unknown = [name for _, name, _, _ in parsed if name is not None and name not in fields]
    if unknown:
        raise UnknownField(" ".join(not_a_field(name, fields) for name in dict.fromkeys(unknown)))
    if any(form or conversion for _, _, form, conversion in parsed):
        raise BadLetter("Between the braces of a field stands its name alone: {like_this}.")
    if f"{{{EACH}}}" in source or f"{{{END}}}" in source:
        raise BadLetter("“{each visit}” and “{end of visit}” mean something else here. Write them without braces.")
    if astray := [url for _, url in LINK.findall(source) if url not in pages and not ELSEWHERE.fullmatch(url)]:
        raise BadLetter(
            f"A link leads to “{astray[0][:80]}”. It can lead to {', '.join(sorted(pages))} or a page elsewhere whose "
            "whole address begins with https:// and bears no field."
        )


def not_a_field(name, fields):
    near = get_close_matches(name, sorted(fields), n=1, cutoff=0.5)
    return f"{{{name}}} is not a field." + (f" Is {{{near[0]}}} meant?" if near else "")


def one_line(text):
    """Line breaks and other control characters have no place in a header."""
    if not text.isprintable():
        text = "".join(char if char.isprintable() or char in JOINERS else " " for char in text)
    return " ".join(text.split())[:SUBJECT_LENGTH].rstrip()
