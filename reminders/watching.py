"""Does the post go? What the front desk is told when it doesn't."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from reminders.courier import NO_SERVER
from reminders.models import Message


@dataclass(frozen=True)
class Post:
    """How many messages wait, when one was last accepted, and whether the mail server has been out of reach since."""

    waiting: int
    accepted_at: datetime | None
    silent: bool


def post():
    accepted_at = Message.objects.accepted().values_list("accepted_at", flat=True).first()
    in_vain = Max("tried_at", filter=Q(answer__startswith=NO_SERVER))
    found = Message.objects.waiting().order_by().aggregate(waiting=Count("pk"), in_vain=in_vain)
    silent = bool(found["in_vain"]) and (accepted_at is None or found["in_vain"] > accepted_at)
    return Post(waiting=found["waiting"], accepted_at=accepted_at, silent=silent)
