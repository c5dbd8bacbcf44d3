"""What a patient knows of a visit that is cancelled, or that comes back: to life, or to where it was."""

from collections import defaultdict
from copy import copy

from django.conf import settings
from django.db.models import F, OuterRef, Q, Subquery

from reminders.kinds import TELLING, settled_since
from reminders.models import FAILURES, Kind, Notice, State
from scheduling.models import Appointment, Status

Event = Appointment.pgh_event_model


def told(*, visit):
    """Does its patient know that it is cancelled: told by a letter, told right now, or by having cancelled it by link?

    `scheduling` asks it when a cancelled visit comes back: settings name it as CANCELLATION_TOLD.
    """
    return (
        visit.status_by_id is None
        or Notice.objects.filter(visit=visit, revision=visit.revision, rule__kind=Kind.CANCELLED).exists()
    )


def where_expected(visits):
    """{key: the visit where its patient thinks that it is}, from the last letter that came or because they chose it by
    link: moved and cancelled within one grace, it had a time that they have never heard of. Two queries."""
    moved = [visit for visit in visits if visit.revision]
    known, placed = defaultdict(set), defaultdict(dict)
    came = Q(message__state__in=[State.ACCEPTED, State.UNCERTAIN])
    called = Q(message__handled_by__isnull=False, message__sent_again=None) & ~Q(message__state=State.DROPPED)
    notices = Notice.objects.filter(came | called, visit__in=moved, rule__kind__in=TELLING)
    for visit, revision in notices.values_list("visit", "revision"):
        known[visit].add(revision)
    events = Event.objects.filter(pgh_obj__in=moved).select_related("practitioner", "table__location")
    for event in events.order_by("pgh_id"):
        placed[event.pgh_obj_id][event.revision] = event
        if event.revision and event.placed_by_id is None:
            known[event.pgh_obj_id].add(event.revision)
    return {visit.pk: as_placed(visit, placed[visit.pk], max(known[visit.pk], default=None)) for visit in visits}


def as_placed(visit, placed, revision):
    """The visit as it was at that revision, if it was another one."""
    if revision == visit.revision or revision not in placed:
        return visit
    there, then = copy(visit), placed[revision]
    there.starts_at, there.ends_at = then.span.lower, then.span.upper
    there.practitioner, there.table = then.practitioner, then.table
    return there


def placement(visit):
    """What a patient has to know of a visit: from when to when, with whom and where. When one of these changes, the
    revision rises; when it changes back, it rises once more."""
    return visit.starts_at, visit.ends_at, visit.practitioner_id, visit.table.location_id


def known_already(visits, now):
    """{key: revision} of those moved or cancelled visits that stand as their patients know them by that revision, since
    nobody was told anything else meanwhile. Two queries, however many visits."""
    heard, placed, news_ends = heard_of(visits), placements(visits), settled_since(now)[0]
    known = {}
    for visit in visits:
        since = news_ends if visit.patient.email else visit.placed_at - settings.CONFIRMATION_GRACE
        known[visit.pk] = known_by(visit, heard[visit.pk], placed[visit.pk], since)
    return {visit: revision for visit, revision in known.items() if revision is not None}


def heard_of(visits):
    """{visit's key: the notices that told of it before it was moved or cancelled}, the latest first."""
    found = defaultdict(list)
    before = Q(revision__lt=F("visit__revision")) | Q(visit__status=Status.CANCELLED)
    told = Notice.objects.filter(before, visit__in=visits, rule__kind__in=[*TELLING, Kind.CANCELLED])
    columns = "visit", "revision", "rule__kind", "message__state", "message__copy_of", "message__sent_again"
    for notice in told.order_by("-revision", "-pk").values_list(*columns, named=True):
        found[notice.visit].append(notice)
    return found


def placements(visits):
    """{visit's key: {earlier revision: (its placement, when it was placed so)}}, as the history has it, and as far as
    its patient may still believe it: not what was before they moved it by link, nor where they cancelled by link."""
    found = defaultdict(dict)
    events = Event.objects.filter(pgh_obj__in=visits, revision__lt=F("pgh_obj__revision")).order_by("pgh_id")
    for event in events.select_related("table"):
        if event.placed_by_id is None and event.revision:
            found[event.pgh_obj_id].clear()
        where = event.span.lower, event.span.upper, event.practitioner_id, event.table.location_id
        found[event.pgh_obj_id][event.revision] = where, event.placed_at
        if event.status == Status.CANCELLED and event.status_by_id is None:
            del found[event.pgh_obj_id][event.revision]
    return found


def known_by(visit, heard, placed, since):
    """The revision by which a patient knows that the visit is cancelled, or where it is; None if they think otherwise.

    What waits and says otherwise, and is no copy, has told nobody and will not go. A visit of which nothing was said is
    known, by telephone or from another system, where it stood at a moment `since` which no letter is written about it.
    """
    gone, here = visit.status == Status.CANCELLED, placement(visit)
    there = {revision for revision, (where, _) in placed.items() if where == here}
    for notice in heard:
        cancels = notice.rule__kind == Kind.CANCELLED
        true = cancels if gone else notice.revision in there and not cancels
        unsaid = notice.message__state == State.CALL and notice.message__sent_again
        if true and notice.message__state not in FAILURES and not unsaid:
            return notice.revision
        if not true and (notice.message__state != State.WAITING or notice.message__copy_of):
            return None
    stood = max((revision for revision, (_, at) in placed.items() if at <= since), default=None)
    return stood if stood in there and not gone else None


def carry_over(known):
    """What told of these visits tells their present revision from now on, as if nothing had been done to them: a letter
    that waits may go, one that did not arrive may be sent again, a reminder that came does not come again.

    `known` is as `known_already` gives it. Returns {(visit's key, key of a rule that has told its present revision)}.
    """
    cancels, gone = Q(rule__kind=Kind.CANCELLED), Q(visit__status=Status.CANCELLED)
    notices = Notice.objects.filter(cancels & gone | ~cancels & ~gone, visit__in=known)
    found = list(notices.values_list("pk", "visit", "rule", "revision", "visit__revision", named=True))
    told = {(one.visit, one.rule) for one in found if one.revision == one.visit__revision}
    earlier = {(one.visit, one.rule): one.pk for one in found if one.revision == known[one.visit]}
    raised = [pk for reason, pk in earlier.items() if reason not in told]
    present = Appointment.objects.filter(pk=OuterRef("visit")).values("revision")
    Notice.objects.filter(pk__in=raised).update(revision=Subquery(present))
    return told | earlier.keys()
