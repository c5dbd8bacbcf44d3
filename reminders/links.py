"""Links for people without a login: signed, for one purpose, revoked when the visit moves or the address is corrected.

A token names the visit, where it was and the address it was sent to, or the patient and the address. Nothing is stored:
what it still opens is read from the rows themselves, and a visit that is moved back is again where its letter says.
"""

import hashlib
import hmac
from datetime import timedelta
from functools import cache, lru_cache

from django.conf import settings
from django.core.signing import BadSignature, Signer, b64_encode
from django.db import models
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from patients.models import Patient
from reminders.taking_back import placement
from scheduling.models import COMING, Appointment, Status

MARK_LENGTH = 8
LOOKED_BACK_ON = timedelta(days=14)  # how long a visit that is over can be answered about


class Purpose(models.TextChoices):
    """About a visit."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    CHANGE = "change"
    CALENDAR = "calendar"
    NOT_ME = "not_me"
    ANSWER = "answer"


class Own(models.TextChoices):
    """About a patient's messages, whatever the visit."""

    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"


class LinkEnded(Exception):
    """This token opens nothing, or nothing any more. Why is told to nobody."""


class QuickSigner(Signer):
    """Django's signer, with the key worked out once: a letter bears half a dozen signatures."""

    def __init__(self, *, salt):
        super().__init__(salt=salt)
        self.derived = hashlib.sha256((self.salt + "signer" + self.key).encode()).digest()  # as salted_hmac does

    def signature(self, value, key=None):
        if key is not None:
            return super().signature(value, key)
        return b64_encode(hmac.digest(self.derived, value.encode(), "sha256")).decode()


@cache
def signer(purpose):
    """Each purpose has a key of its own: a link to look at a calendar cancels nothing."""
    return QuickSigner(salt=f"reminders.links.{purpose}")


@lru_cache(maxsize=2000)
def mark(address, key=None):
    """A few letters that tell one address from another, and nothing about it."""
    return digest(address, key)


@lru_cache(maxsize=2000)
def mark_of(placement, key=None):
    """A few letters that tell where a visit is from where it was, and nothing about either."""
    starts_at, ends_at, practitioner, location = placement
    return digest(f"{int(starts_at.timestamp())} {int(ends_at.timestamp())} {practitioner} {location}", key)


def digest(text, key):
    key = (key or settings.SECRET_KEY).encode()[:64]
    return hashlib.blake2b(text.encode(), key=key, digest_size=6).hexdigest()[:MARK_LENGTH]


def is_the_mark(marked, mark, what):
    """Is it the mark of this, by the present key or one before it, as for signatures?"""
    return any(constant_time_compare(mark(what, key), marked) for key in [None, *settings.SECRET_KEY_FALLBACKS])


def is_addressed(marked, patient):
    """Who has no address was sent no link: whoever shows one has it from somewhere else."""
    return patient.email != "" and is_the_mark(marked, mark, patient.email)


def token(purpose, visit):
    return signer(purpose).sign(f"{visit.pk}.{mark_of(placement(visit))}.{mark(visit.patient.email)}")


def path(purpose, visit):
    return reverse(f"reminders:visit_{purpose}", args=[token(purpose, visit)])


def url(purpose, visit):
    """The whole address, for an e-mail."""
    return f"{base(purpose)}{token(purpose, visit)}/"


@cache
def base(purpose):
    """Reversing an address takes as long as signing it twenty times, and only the token differs."""
    name = f"visit_{purpose}" if purpose in Purpose else purpose
    return settings.SITE_URL + reverse(f"reminders:{name}", args=["-"]).removesuffix("-/")


def own_token(purpose, patient):
    return signer(purpose).sign(f"{patient.pk}.{mark(patient.email)}")


def own_path(purpose, patient):
    return reverse(f"reminders:{purpose}", args=[own_token(purpose, patient)])


def own_url(purpose, patient):
    return f"{base(purpose)}{own_token(purpose, patient)}/"


def read(purpose, signed, *, parts):
    """The parts of a token's text. Raises LinkEnded."""
    try:
        found = signer(purpose).unsign(signed).split(".")
    except BadSignature as error:
        raise LinkEnded from error
    if len(found) != parts:
        raise LinkEnded
    return found


def opened(purpose, signed, *, now):
    """The visit that a token opens: still as it was told, to this address. Raises LinkEnded.

    A cancelled visit is opened as well, so that its page can say so. What is about a coming visit ends when it begins;
    an answer can be given, and a wrong address told, for a while after it.
    """
    visit, told = named(purpose, signed)
    if not is_the_mark(told, mark_of, placement(visit)) or not is_open(purpose, visit, now):
        raise LinkEnded
    return visit


def named(purpose, signed):
    """The visit that a token names, wherever it is by now, and the mark of where it was; if its patient still has that
    address. Raises LinkEnded.

    To have been named once is no right to anything: see `opened`.
    """
    pk, told, marked = read(purpose, signed, parts=3)
    visits = Appointment.objects.select_related("patient", "practitioner", "service", "table__location")
    visit = visits.filter(pk=int(pk)).first()
    if visit is None or not is_addressed(marked, visit.patient):
        raise LinkEnded
    return visit, told


def is_open(purpose, visit, now):
    if purpose == Purpose.ANSWER:
        return visit.status == Status.COMPLETED and now < visit.ends_at + LOOKED_BACK_ON
    if purpose == Purpose.NOT_ME:
        return now < visit.ends_at + LOOKED_BACK_ON
    return visit.starts_at > now and visit.status in COMING | {Status.CANCELLED}


def opened_own(purpose, signed):
    """The patient whose messages a token is about. Raises LinkEnded."""
    pk, marked = read(purpose, signed, parts=2)
    patient = Patient.objects.filter(pk=int(pk), merged_into=None).first()
    if patient is None or not is_addressed(marked, patient):
        raise LinkEnded
    return patient
