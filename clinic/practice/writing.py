"""Writing over what a person saw, and not over what they did not see.

A page sends the digest of the words it showed, {label: text}, back as `seen`. If it reads otherwise by then, nothing is
written and both versions are shown, in the same words.
"""

import hashlib
import json
from contextlib import contextmanager

import pghistory
from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from clinic.practice.errors import NameTaken, SavedMeanwhile


def digest(words):
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


def differences(theirs, mine):
    """[(label, theirs, mine)] of what differs; what one of them does not have is empty."""
    labels = [*theirs, *(label for label in mine if label not in theirs)]
    both = [(label, theirs.get(label, ""), mine.get(label, "")) for label in labels]
    return [row for row in both if row[1] != row[2]]


def told(row, names):
    """These fields of a row in words, {label: text}, in the order of the model."""
    fields = [field for field in row._meta.fields if field.name in names]
    return {field.verbose_name.capitalize(): in_words(getattr(row, field.name), row, field) for field in fields}


def in_words(value, row, field):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return "" if value is None else str(value)


def again(row):
    """The row as it stands now, locked until the transaction ends."""
    return type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def refuse_if_changed(seen, theirs):
    if digest(theirs) != seen:
        raise SavedMeanwhile("Somebody else saved this while you were editing it.", theirs=theirs)


@transaction.atomic
def write(*, row, details, by, seen=None):
    """Write `details` (field: value) to a new row, or over what the person saw of one that stands; returns the row.

    Raises SavedMeanwhile, and writes nothing, if it is not as they saw it any more.
    """
    if row.pk:
        row = again(row)
        refuse_if_changed(seen, told(row, details))
    return put(row, details, by)


def put(row, details, by):
    """Write to a row that is new, or that the caller has locked and looked at."""
    for name, value in details.items():
        setattr(row, name, value)
    with pghistory.context(user=by.pk):
        row.save()
    return row


@contextmanager
def one_of_a_kind(sentence, field):
    """A breach of a unique constraint in here becomes NameTaken with that sentence, on that field."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise NameTaken(sentence, field=field) from None
