"""Calendar feeds: a practitioner's visits under a secret address, without a word about who comes or what for."""

import secrets
from datetime import UTC, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from icalendar import Calendar, Event

from clinic.models import Practitioner
from scheduling.models import Appointment, Block, CalendarFeed

PAST, COMING = timedelta(days=14), timedelta(days=60)
AGAIN = timedelta(minutes=15)  # how often calendar programs are asked to look
SECRET = 32  # bytes of randomness


def digest(secret):
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def open_feed(*, practitioner, by):
    """A new address; the one before ends. Returns its secret part, which is nowhere kept."""
    secret = secrets.token_urlsafe(SECRET)
    made = {"digest": digest(secret), "made_at": timezone.now(), "made_by": by}
    Practitioner.objects.select_for_update(no_key=True, of=("self",)).get(pk=practitioner.pk)
    CalendarFeed.objects.update_or_create(practitioner=practitioner, defaults=made)
    return secret


@transaction.atomic
def close_feed(*, practitioner, by):
    """The address answers no more. Twice is no mistake."""
    CalendarFeed.objects.filter(practitioner=practitioner).delete()


def whose(secret):
    """The practitioner whose address it is, or None: never made, ended, or no longer working here."""
    feeds = CalendarFeed.objects.filter(practitioner__active=True, practitioner__user__is_active=True)
    feed = feeds.select_related("practitioner").filter(digest=digest(secret)).first()
    return feed and feed.practitioner


def calendar(practitioner, now):
    """The feed as the bytes of an .ics: the same as long as nothing changes. Two queries."""
    found = Calendar()
    found.add("prodid", "-//Deqi//Schedule//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"Deqi: {practitioner}")
    found.add("refresh-interval", AGAIN, parameters={"value": "DURATION"})
    found.add("x-published-ttl", "PT15M")
    for event in [*visits(practitioner, now), *blocks(practitioner, now)]:
        found.add_component(event)
    return found.to_ical()


def visits(practitioner, now):
    """Only when and where: the service's name could tell what somebody suffers from."""
    mine = Appointment.objects.live().filter(practitioner=practitioner).starting(now - PAST, now + COMING)
    for visit in mine.select_related("table__location"):
        place = f"{visit.table}, {visit.table.room}, {visit.location}, {visit.location.address}"
        yield event(f"visit-{visit.pk}", "Visit", visit.span, visit.placed_at, place=place, revision=visit.revision)


def blocks(practitioner, now):
    """A block is told by its title, which says nothing clinical. It has no revision: programs take what they find."""
    mine = Block.objects.overlapping(now - PAST, now + COMING).filter(resource=practitioner)
    for block in mine.select_related("location"):
        yield event(f"block-{block.pk}", block.title, block.span, block.made_at, place=str(block.location))


def event(key, summary, span, made_at, *, place, revision=0):
    found = Event()
    found.add("uid", f"{key}@deqi")
    found.add("sequence", revision)
    found.add("dtstamp", made_at.astimezone(UTC))
    found.add("dtstart", span.lower.astimezone(UTC))
    found.add("dtend", span.upper.astimezone(UTC))
    found.add("summary", summary)
    found.add("location", place)
    return found


def feeds(user):
    """The practitioners whose feed this person looks after: the own one, with the permission to change everybody's."""
    everybody = Practitioner.objects.active().order_by("name", "pk").select_related("feed__made_by")
    may = Q() if user.has_perm("scheduling.change_calendarfeed") else Q(user=user)
    return everybody.filter(may)
