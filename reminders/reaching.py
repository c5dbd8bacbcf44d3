"""Addresses of no use: those that the mail server does not know, and those that are somebody else's."""

from django.db.models import Exists, OuterRef

from reminders.models import Answer, AnswerKind, Message, State
from reminders.troubles import NO_SUCH_ADDRESS, UNKNOWN

SOMEBODY_ELSES = "Whoever reads this address says that it is not this patient."


def unreachable(addresses):
    """Of these addresses, those that are of no use, each with why."""
    strangers = Answer.objects.filter(kind=AnswerKind.NOT_ME, handled_at__isnull=True, address__in=addresses)
    later = Message.objects.filter(  # by the patients' own index: all who share the address
        patient__email=OuterRef("to"), to=OuterRef("to"), state=State.ACCEPTED, created_at__gt=OuterRef("created_at")
    )
    refused = Message.objects.filter(state=State.REFUSED, to__in=addresses, answer__iregex=NO_SUCH_ADDRESS)
    dead = refused.filter(~Exists(later)).order_by().values_list("to", flat=True)
    others = strangers.order_by().values_list("address", flat=True)
    return dict.fromkeys(dead, UNKNOWN) | dict.fromkeys(others, SOMEBODY_ELSES)
