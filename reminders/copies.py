"""A message told once more: what of it is still to be told, and the way back to it."""

from django.db.models import F

from reminders import calling
from reminders.kinds import SPECS
from reminders.models import Message, Notice


def standing(message, now):
    """Notices of what it tells that is still true, and not over if it is about what is ahead. What is not so any more
    keeps nobody from telling the rest."""
    still = calling.still_so().filter(calling.true_of_its_visit(), message=message)
    if SPECS[message.kind].ahead:
        still = still.filter(visit__starts_at__gt=now)
    return still.as_things_stand().order_by("visit__span", "pk")


def reader(message, now):
    """Whose address it goes to if it is told again: the patient's, unless only others are left whom it tells of."""
    left = [notice.visit.patient for notice in standing(message, now)]
    return message.patient if message.patient in left or not left else left[0]


def keep(copy, notices, by):
    """Write down that the copy, which knows what it is a copy of, tells these. Once nobody else is left to be told, the
    first is done with; who has marked it before stays on record."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(message=copy)
    if not standing(copy.copy_of, copy.created_at).exists():
        first = Message.objects.filter(pk=copy.copy_of_id)
        first.filter(handled_at=None).update(handled_by=by, handled_at=copy.created_at)
        first.update(sent_again=copy)


def take_back(copy, notices):
    """Of these the first tells again, marked as it was before it was sent again, by this copy or by a later one."""
    moved = notices.update(message=copy.copy_of_id)
    done = Message.objects.filter(pk=copy.copy_of_id, sent_again__isnull=False)
    done = done if moved else done.filter(sent_again=copy)
    done.filter(handled_at__gte=F("sent_again__created_at")).update(handled_by=None, handled_at=None)
    done.update(sent_again=None)
