"""Addresses of no use: those that the mail server does not know, and those that are somebody else's."""

from django.db.models import Exists, OuterRef

from reminders.models import Answer, AnswerKind, Message, State

# RFC 3463: no such mailbox or domain; and RFC 5321's 550 and 551 where a server gives no such code and does not speak
# of us. PostgreSQL reads it, for which the end of a word is \y.
NO_SUCH_ADDRESS = (
    r"^5\d\d[ -](5\.1\.[1-3]|5\.2\.1)\y|^55[01] (?!\d\.\d\.\d)(?!.*(relay|sender|block|spam|denied|policy))"
)
UNKNOWN = "The mail server does not know this address."
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
