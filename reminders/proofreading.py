"""What keeps a source from being a letter of its kind, in sentences fit to show to whoever typed it.

Pure, but for the names of the clinic's services, which tell what somebody comes for.
"""

import re
import unicodedata

from clinic.models import Service
from reminders import letters
from reminders.health_words import EVERYDAY, STEMS, WHOLE
from reminders.kinds import NEVER_IN_A_SUBJECT, SPECS
from reminders.wording import JOINERS, BadLetter, heads, named

LONGEST = 20_000  # bytes
LONGEST_SUBJECT = 120  # letters as typed: mail programs show half of that
PREVIEW = 100  # letters that mail programs show beside the subject
TOO_EARLY = (
    f"stands among the first {PREVIEW} letters or in the first paragraph: mail programs show those beside the subject. "
    "Move it further down."
)
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
    return [*missing(kind, letter), *in_subjects(source), *at_the_top(letter), *unseen(source)]


def missing(kind, letter):
    """What a letter of this kind is for must stand in it, not in the subject alone."""
    said = {name for _, name in letter.parts}
    if lacking := sorted(SPECS[kind].required - said):
        yield f"This letter must say {listed(lacking)}."


def in_subjects(source):
    """A subject stands on locked screens: nothing about health in it, nor anything that is no text."""
    subjects = dict.fromkeys(heads(source)[:2])
    if refusal := tells_too_much("\n".join(subjects)):
        yield refusal
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


def tells_too_much(subject):
    """Why others must not read this subject, also of a message that is written by hand; or an empty string."""
    if words := health_words(subject):
        return f"{quoted(words)} must not stand in a subject: others see on a locked screen what the visit is for."
    return ""


def at_the_top(letter):
    """Mail programs show the first words of a letter beside its subject, so the same holds for them.

    Only what is typed is counted: what is filled in may be as short as it likes.
    """
    typed = "".join(literal for literal, _ in letter.parts)
    end = max(PREVIEW, len(typed.partition("\n\n")[0]) + 1)
    place = 0
    for literal, name in letter.parts:
        place += len(literal)
        if name in NEVER_IN_A_SUBJECT and place < end:
            yield f"{{{name}}} {TOO_EARLY}"
    if telling := health_words(typed[:end] + re.match(r"\w*", typed[end:])[0]):
        yield f"{quoted(telling)} {TOO_EARLY}"


def health_words(text):
    """What in a text tells others what somebody comes for: words of the list, and names of the clinic's services."""
    words = re.findall(r"\w+", text)
    plain = [spelled(word) for word in words]
    said = f" {' '.join(plain)} "
    found = [word for word, form in zip(words, plain, strict=True) if form.startswith(STEMS)]
    found += [phrase for phrase in WHOLE if f" {phrase} " in said]
    found += [name for name in Service.objects.values_list("name", flat=True) if is_named(spelled(name), said)]
    return list(dict.fromkeys(found))


def is_named(service, said):
    telling = {word for word in service.split() if not word.isdigit()} - EVERYDAY
    return bool(telling) and f" {service} " in said


def spelled(text):
    """As it is compared: words without capitals, accents and signs between them."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def quoted(words):
    return " and ".join(f"“{word}”" for word in words)


def unseen(source):
    """Control characters, and marks that turn the text around them."""
    for char in sorted({char for char in source if hidden(char)} - PLAIN):
        yield f"The letter holds a character that nobody can see (U+{ord(char):04X}). Type that line again."


def hidden(char):
    return char in TURNING or unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}


def listed(names):
    *first, last = [f"{{{name}}}" for name in names]
    return f"{', '.join(first)} and {last}" if first else last
