"""The shorthand in which points are typed: "li4 lr3 st36 b/l", "zusanli", "stomach 36 l", "four gates". Pure.

A phrase is a code, a name, a channel's name with a number, or a group's name, of one word or several. A side (l, r,
b/l, m, or a suffix as in LI4-L) goes for every phrase before it, back to the last side or the end of a line. Without a
side a paired point is needled on both sides, an unpaired one where it is, and a group as its members are written down.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches

LONGEST = 1_000  # characters of shorthand
MOST_WORDS = 5  # in one name
MOST_IN_RANGE = 12
RANGE = re.compile(r"(?<!\S)([A-Za-z]{1,3})(\d{1,2})-(\d{1,2})(?!\S)")
APART = re.compile(r"\d\W+\d")  # digits that are never run together: "st3 6" and "st3-6" are not ST36

SIDES = {
    "l": "left",
    "left": "left",
    "r": "right",
    "right": "right",
    "b": "both",
    "bl": "both",
    "b/l": "both",
    "l+r": "both",
    "l/r": "both",
    "both": "both",
    "bilateral": "both",
    "m": "midline",
    "mid": "midline",
    "midline": "midline",
}
SHORT = {"left": "l", "right": "r", "both": "b/l", "midline": "m"}
CHANNELS = {
    "LU": "Lung",
    "LI": "Large Intestine",
    "ST": "Stomach",
    "SP": "Spleen",
    "HT": "Heart",
    "SI": "Small Intestine",
    "BL": "Bladder",
    "KI": "Kidney",
    "PC": "Pericardium",
    "TE": "Triple Energizer",
    "GB": "Gallbladder",
    "LR": "Liver",
    "GV": "Governor Vessel",
    "CV": "Conception Vessel",
}
# Other ways to say a channel, beside the codes that the catalogue has as aliases.
CHANNEL_NAMES = {
    "triple burner": "TE",
    "triple warmer": "TE",
    "san jiao": "TE",
    "urinary bladder": "BL",
    "gall bladder": "GB",
    "governing vessel": "GV",
    "du mai": "GV",
    "ren mai": "CV",
}


CHANNEL_WORDS = {
    name.replace(" ", "").lower(): code
    for name, code in [*((name, code) for code, name in CHANNELS.items()), *CHANNEL_NAMES.items()]
} | {code.lower(): code for code in CHANNELS}


class EntryError(ValueError):
    """What was typed is not understood. The text is a sentence fit to show."""


@dataclass(frozen=True)
class Known:
    """A point of the catalogue as the parser knows it. `free`: it has no place of its own, any side goes."""

    code: str
    bilateral: bool
    free: bool = False


@dataclass(frozen=True)
class Entry:
    """A point and the side it is to be needled on: left, right, both or midline."""

    code: str
    side: str


@dataclass(frozen=True)
class Named:
    """What a phrase stands for: one point, or a group with the sides its members have by themselves."""

    name: str
    members: tuple[tuple[Known, str | None], ...]

    @classmethod
    def point(cls, known):
        return cls(known.code, ((known, None),))

    @property
    def has_sides(self):
        return any(known.bilateral or known.free for known, _ in self.members)

    @property
    def paired(self):
        """A point of it that cannot lie on the midline, or None."""
        return next((known for known, _ in self.members if known.bilateral), None)


@dataclass
class Phrase:
    """Words that name a point or a group, and the side typed for them, if any."""

    named: Named
    side: str | None = None

    @property
    def entries(self):
        return [Entry(known.code, side_of(known, self.side or own)) for known, own in self.named.members]


@dataclass
class Index:
    """Names to points and to groups. The keys are folded, compacted names; one name may stand for several points."""

    names: dict = field(default_factory=lambda: defaultdict(list))
    groups: dict = field(default_factory=dict)
    last: dict = field(default_factory=dict)

    @classmethod
    def of(cls, rows, groups=()):
        """`rows`: (code, channel, bilateral, free, names) for each point; a code itself stands before any name.

        `groups`: (names, members in shorthand) for each group. Raises EntryError if a member is no point.
        """
        index = cls()
        rows = list(rows)
        for code, channel, bilateral, free, names in rows:
            known = Known(code, bilateral, free)
            for name in {compact(name) for name in names} - {""}:
                index.names[name].append(known)
            if channel in CHANNELS and (number := re.search(r"\d+$", code)):
                index.last[channel] = max(index.last.get(channel, 0), int(number[0]))
        for code, _, bilateral, free, _ in rows:
            index.names[compact(code)] = [Known(code, bilateral, free)]
        for names, members in groups:
            index.add_group(names, members)
        return index

    def add_group(self, names, members):
        known = tuple((self.names[compact(it.code)][0], it.side) for it in parse(members, self))
        for name in names:
            self.groups[compact(name)] = Named(names[0], known)

    def channel(self, word):
        """The channel that a compacted word or alias means, or None: "stomach", "st", "ub"."""
        if word in CHANNEL_WORDS:
            return CHANNEL_WORDS[word]
        first = self.names.get(f"{word}1")
        return next((code for code in CHANNELS if first and first[0].code == f"{code}1"), None)


def fold(text):
    """Lower case without accents or control characters: "Zúsānlǐ" is "zusanli"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign) and unicodedata.category(sign)[0] != "C")


def compact(text):
    """Folded, and letters and digits only: "EX-HN 3" is "exhn3"."""
    return "".join(sign for sign in fold(text) if sign.isalnum())


def parse(text, index):
    """Read shorthand against the catalogue: a list of Entry in the order typed. Raises EntryError, nothing else."""
    if len(text) > LONGEST:
        raise EntryError("That is too much at once. Type fewer points.")
    entries = []
    for line in re.split(r"[;\n\r]", text):
        entries += read_line(line, index)
    if not entries:
        raise EntryError("Type a point, such as ST36 or Zusanli.")
    return entries


def read_line(line, index):
    words = [fold(word) for word in re.split(r"[\s,]+", spell_ranges(line))]
    words = [word for word in words if word]
    phrases, at = [], 0
    while at < len(words):
        found, used = longest(words[at:], index)
        if found:
            phrases.append(found)
        elif words[at] in SIDES:
            give_side(phrases, words[at])
            used = 1
        else:
            raise EntryError(not_understood(words[at:], index))
        at += used
    return [entry for phrase in phrases for entry in phrase.entries]


def spell_ranges(line):
    """BL31-34 is BL31 BL32 BL33 BL34. A range that runs backwards or far is left for the reader to refuse."""

    def spelled(match):
        channel, first, last = match[1], int(match[2]), int(match[3])
        if not first < last < first + MOST_IN_RANGE:
            return match[0]
        return " ".join(f"{channel}{number}" for number in range(first, last + 1))

    return RANGE.sub(spelled, line)


def longest(words, index):
    """The phrase that the most of the next words name, and how many those are; (None, 0) if none does."""
    for count in range(min(MOST_WORDS, len(words)), 0, -1):
        if named := look_up(" ".join(words[:count]), index):
            return Phrase(named), count
    stem, _, suffix = words[0].rpartition("-")
    if stem and suffix in SIDES and (named := look_up(stem, index)):
        phrase = Phrase(named)
        give_side([phrase], suffix)
        return phrase, 1
    return None, 0


def look_up(words, index):
    """The group or the one point of this name, or None; raises EntryError if several points share it."""
    if words in SIDES:
        return None
    if group := index.groups.get(compact(words)):
        return group
    found = index.names.get(compact(words)) or by_channel(words, index)
    if found and APART.search(words):
        found = [known for known in found if APART.search(known.code)]  # AUR-SF4-5 has them in its code
    if not found:
        return None
    if len(found) > 1:
        codes = [known.code for known in found[:4]]
        raise EntryError(f"{shown(words)} is {', '.join(codes[:-1])} or {codes[-1]}. Type the code.")
    return Named.point(found[0])


def by_channel(words, index):
    """ "stomach 36" and "triple burner 5"."""
    match = re.fullmatch(r"([^\W\d]+)0*(\d{1,3})", compact(words))
    channel = match and index.channel(match[1])
    return index.names.get(f"{channel}{match[2]}".lower()) if channel else None


def give_side(phrases, word):
    """The side goes for the phrases before it that have none yet."""
    side, waiting = SIDES[word], []
    for phrase in reversed(phrases):
        if phrase.side is not None:
            break
        waiting.append(phrase)
    if not waiting:
        raise EntryError(f"Type the point before its side {shown(word)}.")
    if side in ("left", "right") and not any(phrase.named.has_sides for phrase in waiting):
        raise EntryError(f"{waiting[0].named.name} has no left and right. Leave the side out.")
    paired = [phrase.named.paired.code for phrase in reversed(waiting) if phrase.named.paired]
    if side == "midline" and paired:
        raise EntryError(f"{paired[0]} lies on both sides. Type l, r or b/l.")
    for phrase in waiting:
        phrase.side = side


def side_of(known, side):
    """What was typed, where the point can have it; else both for a paired point and the midline for the rest."""
    if known.free:
        return side or "midline"
    if not known.bilateral:
        return "midline"
    return side or "both"


def not_understood(words, index):
    """The sentence for the first word that is no point."""
    if RANGE.fullmatch(words[0]):
        most = f"no more than {MOST_IN_RANGE} points"
        return f"{shown(words[0])} is not a range. Type the lower number first and {most}, such as BL31-34."
    for count in (1, 2, 3):  # "st99", "stomach 99", "triple burner 99"
        beyond = beyond_channel("".join(words[:count]))
        if beyond and (channel := index.channel(beyond[0])) in index.last:
            last = f"{CHANNELS[channel]} ends at {channel}{index.last[channel]}."
            return f"{channel}{beyond[1]} is not a point. {last}"
    if meant := close_to(words[0], index):
        return f"{shown(words[0])} is not a point. Did you mean {meant}?"
    return f"{shown(words[0])} is not a point. Type a code such as ST36 or a name such as Zusanli."


def close_to(word, index):
    """The code of the one point whose name is nearly this word, or None."""
    close = get_close_matches(compact(word), index.names, n=1, cutoff=0.75)
    found = index.names[close[0]] if close else []
    return found[0].code if len(found) == 1 else None


def beyond_channel(text):
    match = not APART.search(text) and re.fullmatch(r"([^\W\d]+)0*(\d{1,3})", compact(text))
    return match and (match[1], int(match[2]))


def shown(words):
    """What was typed, short enough for a sentence."""
    words = words if len(words) <= 30 else f"{words[:29]}…"
    return f"“{words}”"


def shorthand(entries):
    """The entries as they could have been typed; `parse` reads it back to the same."""
    return "; ".join(f"{entry.code} {SHORT[entry.side]}" for entry in entries)
