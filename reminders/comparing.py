"""What differs between two versions of a letter, line by line. Pure, but for the version's own row."""

from difflib import ndiff
from itertools import pairwise

from reminders.lettering import source_of

AROUND = 1  # lines that stay the same and are shown beside a change
SIGNS = {"- ": "gone", "+ ": "new", "  ": "same"}


def lines(before, after):
    """[(gone, new or same, line)], without what is far from any change; a gap is ("gap", "")."""
    marked = [
        (SIGNS[line[:2]], line[2:]) for line in ndiff(before.splitlines(), after.splitlines()) if line[:2] in SIGNS
    ]
    near = {
        number + step
        for number, (sign, _) in enumerate(marked)
        if sign != "same"
        for step in range(-AROUND, AROUND + 1)
    }
    found = []
    for number, line in enumerate(marked):
        if number in near:
            found.append(line)
        elif found and found[-1][0] != "gap":
            found.append(("gap", ""))
    return found[:-1] if found and found[-1][0] == "gap" else found


def with_changes(versions, kind, language):
    """The versions, newest first, each with `changes` from the one before; before the first stand the shipped words."""
    sources = [source_of(version, kind, language) for version in versions] + [source_of(None, kind, language)]
    for version, (after, before) in zip(versions, pairwise(sources), strict=True):
        version.changes = lines(before, after)
    return versions
