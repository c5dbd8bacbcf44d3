"""What the pages of Messages share: the tabs with what waits behind each, how the post stands, where replies go."""

from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from clinic.models import Location
from patients.models import Patient
from patients.searching import LONGEST
from reminders import calling, troubles
from reminders.models import Answer, Message, State
from reminders.watching import post

A_PAGE = 25
LATELY = timedelta(days=14)  # what is older stands on the patient's own page
THESE_MONTHS = timedelta(days=90)  # whose messages are searched by what is written on them
FOUND_PEOPLE = 50  # whose messages a search looks through
MOST_FOUND = 500  # messages: more are counted for nobody
AT_ONCE = 100  # messages sent again by one press: each is written anew and looked at, some seconds in all
LISTS = {
    "action": ("Needs action", lambda messages, now: messages.failed()),
    "call": ("Call instead", lambda messages, now: calling.to_call(messages, now).order_by("give_up_at", "pk")),
    "waiting": ("Waiting", lambda messages, now: messages.waiting()),
    "accepted": ("Accepted", lambda messages, now: messages.accepted().since(now - LATELY)),
    "dropped": ("Not sent", lambda messages, now: not_sent(messages, now)),
}


def not_sent(messages, now):
    """What was held back, and what nobody said on the telephone in time."""
    held_back, unsaid = messages.dropped().since(now - LATELY), calling.too_late(messages, now - LATELY, now)
    return messages.filter(pk__in=held_back.order_by().values("pk").union(unsaid.order_by().values("pk")))


def listed(user, show):
    """The messages of a tab, with whom they are to and what they are about."""
    seen = Message.objects.visible_to(user)
    found = LISTS[show][1](seen, timezone.now()).with_reasons()
    return found.prefetch_related("notices__visit__practitioner") if show == "call" else found


def found(user, text):
    """The newest messages for what was typed: to or about people of that name, number or address; and of these months
    those to such an address, or with such a subject."""
    text, seen = text.replace("\0", " ")[:LONGEST], Message.objects.visible_to(user)
    # every state is named, because the index by time begins with the state
    lately = seen.filter(state__in=State.values).since(timezone.now() - THESE_MONTHS)
    written = lately.filter(Q(to__istartswith=text) | Q(subject__icontains=text)).order_by().values("pk")
    theirs = seen.about(meant(user, text)).order_by().values("pk")
    newest = list(seen.filter(pk__in=theirs.union(written)).values_list("pk", flat=True)[:MOST_FOUND])
    return seen.filter(pk__in=newest).with_reasons()


def meant(user, text):
    """Patients of that name or number, or whose address begins so."""
    seen = Patient.objects.visible_to(user)
    at_address = [] if " " in text else seen.filter(email__istartswith=text)[:FOUND_PEOPLE]
    return {*seen.find(text, limit=FOUND_PEOPLE), *at_address}


def by_reason(user):
    """Of what needs action, [(why, how many)] for each trouble of several that may be sent again together."""
    failed = Message.objects.visible_to(user).failed().filter(patient__isnull=False)
    counts = failed.order_by().annotate(why=troubles.name()).values_list("why").annotate(count=Count("pk"))
    found = [(troubles.NAMED[name], count) for name, count in counts]
    return sorted((one for one in found if one[0].together and one[1] > 1), key=lambda one: -one[1])


def chosen(user, data):
    """The messages that the front desk wants sent again: one, all of a reason, or those that are ticked. The oldest
    stand first: of more than one press can send, they are the most pressing."""
    seen = Message.objects.visible_to(user).with_reasons().order_by("created_at", "pk")
    if "reason" in data and "only" not in data:
        failed = seen.failed().filter(patient__isnull=False)
        reasons = [name for name, trouble in troubles.NAMED.items() if trouble.together and name == data["reason"]]
        return failed.annotate(why=troubles.name()).filter(why__in=reasons)
    keys = data.getlist("only") or data.getlist("message")
    return seen.filter(pk__in=[key for key in keys if key.isdecimal() and len(key) < 19])


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
