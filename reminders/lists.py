"""What the pages of Messages share: the tabs with what waits behind each, how the post stands, where replies go."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from clinic.models import Location
from patients.models import Patient
from patients.searching import LONGEST
from reminders import calling
from reminders.models import Answer, Message
from reminders.watching import post

A_PAGE = 25
LATELY = timedelta(days=14)  # what is older stands on the patient's own page
FOUND_PEOPLE = 50  # whose messages a search looks through
LISTS = {
    "action": ("Needs action", lambda messages, now: messages.failed()),
    "call": ("Call instead", lambda messages, now: calling.to_call(messages, now).order_by("give_up_at", "pk")),
    "waiting": ("Waiting", lambda messages, now: messages.waiting()),
    "accepted": ("Accepted", lambda messages, now: messages.accepted().since(now - LATELY)),
    "dropped": ("Not sent", lambda messages, now: messages.dropped().since(now - LATELY)),
}


def listed(user, show):
    """The messages of a tab, with whom they are to and what they are about."""
    seen = Message.objects.visible_to(user)
    return LISTS[show][1](seen, timezone.now()).with_reasons()


def found(user, text):
    """Messages for what was typed: to or about people of that name or number, to that address, with that subject."""
    people = Patient.objects.visible_to(user).find(text, limit=FOUND_PEOPLE)
    written = Q(to__icontains=text[:LONGEST]) | Q(subject__icontains=text[:LONGEST])
    seen = Message.objects.visible_to(user)
    return seen.filter(written | Q(pk__in=Message.objects.about(people).values("pk"))).with_reasons()


def frame(user, show):
    """The context around a list: six queries, whatever there is."""
    now, stands = timezone.now(), post()
    messages, answers = Message.objects.visible_to(user), Answer.objects.visible_to(user)
    counts = {
        "action": messages.failed().count(),
        "call": calling.to_call(messages, now).count(),
        "answers": answers.open().count(),
        "waiting": stands.waiting,
    }
    return {
        "show": show,
        "tabs": [(name, label, counts.get(name, 0)) for name, label in TABS],
        "post": stands,
        "mute": list(Location.objects.active().filter(email="")),
    }


TABS = [(name, label) for name, (label, _) in LISTS.items()]
TABS[2:2] = [("answers", "Answers")]
TABS.append(("status", "Status"))
