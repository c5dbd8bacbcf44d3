"""The kinds of messages: what each finds, what must still be true when it goes, and what its letter may say.

A kind is one finder, one rule and one letter. A new one is a line of `Kind`, a `Spec` here and a letter for each
language in templates/reminders/mail/; nothing else changes. See docs/decisions/found-not-scheduled.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time, timedelta

from django.conf import settings
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Least
from django.db.models.lookups import IsNull

from patients.models import Patient
from reminders.models import UNDER_WAY, InDoubt, Kind, Notice, OptOut, State
from reminders.models.rules import AHEAD, NEEDED, NEWS, Channel
from scheduling.models import COMING, Appointment, Status

# News older than this is none: after a long outage, or with visits brought along from another system, a flood of late
# confirmations would confuse. It also keeps the query small, however many visits lie ahead.
NEWS_FOR = timedelta(days=2)
STOOD = timedelta(hours=1)  # so old, a visit was known to its patient though no message told of it
TOO_LATE_TO_PREPARE = timedelta(hours=2)  # before the visit: "eat an hour or two before"
NIGHT = (time(21), time(8))
A_DAY = 24 * 60

WHOLE = {"given_name", "place", "address", "phone", "email", "count", "preferences_url", "not_me_url"}
OF_A_VISIT = {"whose", "day", "time", "minutes", "practitioner", "service", "planned"}
ON_A_VISIT = {"confirm_url", "cancel_url", "change_url"}
NEVER_IN_A_SUBJECT = {"service", "planned", "red_flags", "at_home", "forms"}


def settled_since(now):
    """News is told once the grace is over in which an undo tells nobody: (after, up to) this moment."""
    settled = now - settings.CONFIRMATION_GRACE
    return settled - NEWS_FOR, settled


def booked(rule, now):
    return placed(now).filter(Q(revision=0) | ~known())


def moved(rule, now):
    return placed(now).filter(known(), revision__gt=0)


def placed(now):
    """Visits placed or moved a moment ago: the grace is over, an undo would have come by now."""
    after, until = settled_since(now)
    return coming(now).filter(placed_at__gt=after, placed_at__lte=until)


def known():
    """Visits that their patients knew of when they were moved: from a letter, or by telephone. To anybody else a
    booking that was corrected is just a booking. What waits with an earlier time, and is no copy, has told nobody."""
    waits = Q(message__state=State.WAITING, message__copy_of=None) & ~Q(revision=OuterRef("revision"))
    told = Notice.objects.filter(~waits, visit=OuterRef("pk"))
    by_phone = Patient.objects.filter(pk=OuterRef("patient"), email="")
    return Q(booked_at__lte=F("placed_at") - STOOD) | Exists(by_phone) | Exists(told)


def coming(now):
    return Appointment.objects.coming().filter(starts_at__gt=now)


def cancelled(rule, now):
    """Of whoever was told of the visit, by us or, if it stood for a while, on the telephone when it was booked: else
    there is nothing to take back, and what still waits will not go now."""
    after, until = settled_since(now)
    told = Notice.objects.filter(visit=OuterRef("pk"), rule__kind__in=TELLING)
    told = told.exclude(message__state__in=sorted(UNDER_WAY))
    gone = Appointment.objects.filter(status=Status.CANCELLED, starts_at__gt=now)
    gone = gone.filter(Exists(told) | Q(placed_at__lte=F("status_at") - STOOD))
    return gone.filter(status_at__gt=after, status_at__lte=until)


TELLING = sorted(NEWS - {Kind.CANCELLED} | AHEAD)


def ahead(rule, now):
    """Visits within the rule's time, unless they were placed within it: their confirmation has just told them. A visit
    that is back where it was had none. Nor is it said where a visit is while that may still be undone.

    Nor those that the next rule of its kind, nearer to the visit, is to tell by now: after an outage one is enough.
    """
    lead, following = timedelta(minutes=rule.minutes), timedelta(minutes=rule.next_minutes)
    soon = coming(now).filter(starts_at__gt=now + following, starts_at__lte=now + lead)
    settled = Least(F("starts_at") - lead, settled_since(now)[1], output_field=DateTimeField())
    return soon.filter(Q(placed_at__lte=settled) | Q(revision__gt=0) & Exists(unsaid()))


def unsaid():
    """Notices of a visit that is back where its patient knew it to be, of which nothing was said: their message is
    older than the present revision, or it is one that did not go. See `taking_back`."""
    did_not_go = Q(message__kind=Kind.MOVED, message__state=State.DROPPED, message__handled_by=None)
    older = Q(message__created_at__lt=OuterRef("placed_at"))
    return Notice.objects.filter(older | did_not_go, visit=OuterRef("pk"), revision=OuterRef("revision"))


def preparing(rule, now):
    """Visits within the rule's time whose patients were not told how to prepare."""
    return unprepared(rule, now).filter(starts_at__lte=now + timedelta(minutes=rule.minutes))


def unprepared(rule, now):
    """Visits are told how to prepare once each: no confirmation says it, and a move changes nothing."""
    told = Notice.objects.filter(rule=rule, visit=OuterRef("pk"))
    soon = settled(now).filter(starts_at__gt=now + TOO_LATE_TO_PREPARE)
    return soon.filter(without(told))


def beside(rule, now):
    """Visits that a letter about others of the day takes along, though their own moment has not come."""
    return unprepared(rule, now) if rule.kind == Kind.BEFORE else settled(now)


def settled(now):
    return coming(now).filter(placed_at__lte=now - settings.CONFIRMATION_GRACE)


def completed(rule, now):
    return ended(rule, now).filter(status=Status.COMPLETED)


def missed(rule, now):
    return ended(rule, now).filter(status=Status.NO_SHOW)


def ended(rule, now):
    """Visits that were over so long ago, and of these days: one of last week, completed late on paper, is no news."""
    due = now - max(timedelta(minutes=rule.minutes), settings.CONFIRMATION_GRACE)
    over = Appointment.objects.filter(status_at__lte=due, status_at__gt=due - NEWS_FOR)
    return over.filter(ends_at__gt=due - NEWS_FOR)


@dataclass(frozen=True)
class Spec:
    """What the engine knows of a kind.

    `statuses`: the visit has one of them, or the message is no longer true; `ahead`: nor is it once the visit has
    begun. `lasts`: how long a message is worth trying, unless the visit begins before. `by_day`: visits of one day go
    together in one e-mail, else whatever is due at once; `by_person`: never those of a family. `by_phone`: who can't be
    written to is called. The rest is what the rule and the letter begin with.
    """

    find: Callable | None = None
    statuses: frozenset = frozenset(COMING)
    ahead: bool = True
    lasts: timedelta | None = None
    by_day: bool = True
    by_person: bool = False
    by_phone: bool = False
    minutes: tuple = (0,)
    quiet: tuple | None = NIGHT
    in_doubt: InDoubt = InDoubt.LEAVE
    fields: frozenset = field(default_factory=frozenset)
    required: frozenset = frozenset()
    calendar: bool = False


# Who has not got it by then is called: a day for what was agreed anyway, less where somebody may come in vain.
SOON, SOONER = timedelta(days=1), timedelta(hours=12)
NEWS_SPEC = {
    "lasts": SOONER,
    "by_day": False,
    "by_phone": True,
    "quiet": None,
    "in_doubt": InDoubt.ASK,
    "calendar": True,
}
TOLD = frozenset(WHOLE | OF_A_VISIT | ON_A_VISIT)
LOOKED_BACK = frozenset(WHOLE | OF_A_VISIT | {"answer_url", "red_flags", "at_home"})
WHEN = frozenset({"day", "time"})
TO_THE_DESK = frozenset({"place", "address", "phone", "count", "messages_url"})
SPECS = {
    Kind.BOOKED: Spec(find=booked, fields=TOLD, required=WHEN, **{**NEWS_SPEC, "by_phone": False, "lasts": SOON}),
    Kind.MOVED: Spec(find=moved, fields=TOLD | {"instead_of"}, required=WHEN, **NEWS_SPEC),
    Kind.CANCELLED: Spec(
        find=cancelled,
        statuses=frozenset({Status.CANCELLED}),
        fields=frozenset(WHOLE | OF_A_VISIT),
        required=WHEN,
        **NEWS_SPEC,
    ),
    Kind.REMINDER: Spec(find=ahead, minutes=(3 * A_DAY, A_DAY), by_phone=True, fields=TOLD, required=WHEN),
    Kind.BEFORE: Spec(find=preparing, minutes=(2 * A_DAY,), fields=TOLD | {"forms"}, required=WHEN),
    Kind.AFTERCARE: Spec(
        find=completed,
        statuses=frozenset({Status.COMPLETED}),
        ahead=False,
        lasts=timedelta(days=1),
        by_person=True,
        fields=LOOKED_BACK,
        required=frozenset({"red_flags", "phone"}),
    ),
    Kind.HOW_ARE_YOU: Spec(
        find=completed,
        statuses=frozenset({Status.COMPLETED}),
        ahead=False,
        lasts=timedelta(days=2),
        by_person=True,
        minutes=(2 * A_DAY,),
        fields=LOOKED_BACK,
        required=frozenset({"red_flags", "phone", "answer_url"}),
    ),
    Kind.NO_SHOW: Spec(
        find=missed,
        statuses=frozenset({Status.NO_SHOW}),
        ahead=False,
        lasts=timedelta(days=2),
        by_person=True,
        minutes=(2 * 60,),
        fields=frozenset(WHOLE | OF_A_VISIT),
        required=frozenset({"phone"}),
    ),
    Kind.FAILED: Spec(quiet=None, lasts=timedelta(days=1), fields=TO_THE_DESK, ahead=False),
    Kind.URGENT: Spec(quiet=None, lasts=timedelta(days=1), fields=TO_THE_DESK, ahead=False),
    Kind.BY_HAND: Spec(
        lasts=timedelta(days=2),
        quiet=None,
        in_doubt=InDoubt.ASK,
        ahead=False,
        fields=frozenset(WHOLE - {"not_me_url"} | {"words"}),
        required=frozenset({"words"}),
    ),
}
OF_VISITS = [kind for kind, spec in SPECS.items() if spec.find]


def due(rule, now):
    """Visits that this rule concerns now, whose present revision it has not told yet, and whose patient wants it."""
    return untold(rule, SPECS[rule.kind].find(rule, now)).filter(wanted(rule))


def untold(rule, visits):
    """Of these visits those of the rule's services whose present revision it has not told."""
    told = Notice.objects.filter(rule__in=rule.told_by, visit=OuterRef("pk"), revision=OuterRef("revision"))
    found = visits.filter(without(told))
    return found.filter(service__in=rule.service_ids) if rule.service_ids else found


def without(notices):
    """Condition that there are no such notices, asked of each visit before anything is joined to it.

    Nearly every visit has one. PostgreSQL, which takes "not exists" for a join that leaves most, would look up all the
    patients first.
    """
    return IsNull(Subquery(notices.values("pk")[:1]), True)


def wanted(rule):
    """Whether this patient is to be told by this rule: alive, not merged away, reachable, not opted out."""
    reachable = Q() if by_phone(rule) else ~Q(patient__email="")
    alive = Q(patient__deceased_on__isnull=True, patient__merged_into__isnull=True)
    if rule.kind in NEEDED:
        return alive & reachable
    refused = OptOut.objects.filter(kind=rule.kind, patient=OuterRef("patient"))
    return alive & reachable & Q(~Exists(refused), patient__wants_reminders=True)


def by_phone(rule):
    return rule.channel == Channel.PHONE or SPECS[rule.kind].by_phone


def defaults():
    """What a clinic that has never said otherwise sends: the fields of each rule."""
    for kind, spec in SPECS.items():
        begins, ends = spec.quiet or (None, None)
        for minutes in spec.minutes if kind != Kind.BY_HAND else ():
            yield {
                "kind": kind,
                "minutes": minutes,
                "quiet_from": begins,
                "quiet_until": ends,
                "in_doubt": spec.in_doubt,
            }
