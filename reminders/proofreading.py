"""What keeps a source from being a letter of its kind, in sentences fit to show to whoever typed it. Pure."""

import re
import unicodedata

from reminders import letters
from reminders.examples import examples
from reminders.kinds import NEVER_IN_A_SUBJECT, SPECS
from reminders.wording import JOINERS, BadLetter, heads, named

LONGEST = 20_000  # bytes
LONGEST_SUBJECT = 120  # letters as typed: mail programs show half of that
PREVIEW = 100  # letters that mail programs show beside the subject
LINK = re.compile(r"\[[^\]\n]+\]\(([^)\n]*)\)")
FIELD = re.compile(r"\{(\w+)\}")
TURNING = {chr(code) for code in [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]}  # they would turn the text around
PLAIN = set("\n\t")


def problems(kind, language, source):
    """Sentences about everything that is wrong with it; none: it is a letter."""
    source = source.replace("\r\n", "\n")
    if len(source.encode(errors="replace")) > LONGEST:
        return ["The letter is longer than 20 kB. Shorten it."]
    try:
        letter = letters.read(kind, language, source)
    except BadLetter as problem:
        return [str(problem), *unseen(source)]
    found = [*missing(kind, letter), *in_subjects(kind, source), *at_the_top(letter, language)]
    return [*found, *astray(kind, source), *unseen(source)]


def missing(kind, letter):
    """What a letter of this kind is for must stand in it, not in the subject alone."""
    said = {name for _, name in letter.parts}
    if lacking := sorted(SPECS[kind].required - said):
        yield f"This letter must say {listed(lacking)}."


def in_subjects(kind, source):
    """A subject stands on locked screens: nothing about health in it, nor anything that is no text."""
    subjects = dict.fromkeys(heads(source)[:2])
    for subject in subjects:
        names = named([subject])
        if private := sorted(names & NEVER_IN_A_SUBJECT):
            yield f"{listed(private)} must not stand in a subject: others see it on a locked screen."
        if addresses := sorted(name for name in names if name.endswith("_url")):
            yield f"{listed(addresses)} must not stand in a subject: a link belongs below it."
        if len(subject) > LONGEST_SUBJECT:
            yield f"The subject has {len(subject)} letters; {LONGEST_SUBJECT} are the most."
        if any(not char.isprintable() and char not in JOINERS for char in subject):
            yield "The subject holds a character that nobody can see. Type that line again."


def at_the_top(letter, language):
    """Mail programs show the first words of a letter beside its subject, so the same holds for them."""
    values, said = examples(language), examples(language)["place"]
    for literal, name in letter.parts:
        said += literal
        if name in NEVER_IN_A_SUBJECT and (len(said) < PREVIEW or "\n\n" not in said):
            yield (
                f"{{{name}}} stands among the first {PREVIEW} letters or in the first paragraph: mail programs show "
                "those beside the subject. Move it further down."
            )
        if name and not name.endswith("_url"):
            said += str(values[name])


def astray(kind, source):
    """A link leads to a page of ours; where else it might lead nobody could tell from the letter."""
    pages = sorted(name for name in SPECS[kind].fields if name.endswith("_url"))
    for target in LINK.findall(source):
        field = FIELD.fullmatch(target.strip())
        if not field or field[1] not in pages:
            yield f"A link leads to “{target[:80]}”. It can lead to {listed(pages, 'or')} only."


def unseen(source):
    """Control characters, and marks that turn the text around them."""
    for char in sorted({char for char in source if hidden(char)} - PLAIN):
        yield f"The letter holds a character that nobody can see (U+{ord(char):04X}). Type that line again."


def hidden(char):
    return char in TURNING or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def listed(names, word="and"):
    *first, last = [f"{{{name}}}" for name in names]
    return f"{', '.join(first)} {word} {last}" if first else last
