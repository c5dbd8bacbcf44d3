"""Links for people without a login: signed, for one purpose, ended when the visit begins, revoked when it moves.

A token names the visit and its revision. Nothing is stored: what it still opens is read from the visit itself.
"""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.urls import reverse

from scheduling.models import COMING, Appointment, Status


class Purpose(models.TextChoices):
    CONFIRM = "confirm"
    CANCEL = "cancel"
    CALENDAR = "calendar"


class LinkEnded(Exception):
    """This token opens nothing, or nothing any more. Why is told to nobody."""


def signer(purpose):
    """Each purpose has a key of its own: a link to look at a calendar cancels nothing."""
    return Signer(salt=f"reminders.links.{purpose}")


def token(purpose, visit):
    return signer(purpose).sign(f"{visit.pk}.{visit.revision}")


def path(purpose, visit):
    return reverse(f"reminders:visit_{purpose}", args=[token(purpose, visit)])


def url(purpose, visit):
    """The whole address, for an e-mail."""
    return settings.SITE_URL + path(purpose, visit)


def opened(purpose, signed, *, now):
    """The visit that a token opens: still at the time that was told, and not begun. Raises LinkEnded.

    A cancelled visit is opened as well, so that its page can say so.
    """
    try:
        pk, _, revision = signer(purpose).unsign(signed).partition(".")
    except BadSignature as error:
        raise LinkEnded from error
    visits = Appointment.objects.select_related("patient", "practitioner", "table__location")
    open_now = visits.filter(revision=int(revision), starts_at__gt=now, status__in=COMING | {Status.CANCELLED})
    visit = open_now.filter(pk=int(pk)).first()
    if visit is None:
        raise LinkEnded
    return visit
