"""Staff blocks: time of a person, a table or a unit that is kept without a visit. As hard as a visit.

Lock order: the block, then resources by primary key. Only what is really taken stands in a block's way; the rest after
a visit does not: whether notes or the meeting come first is the clinic's business.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import uuid4
from zlib import crc32
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from clinic.errors import ClinicError
from clinic.models import Resource
from scheduling import claiming, hours, undeleting, wording
from scheduling.errors import Moved
from scheduling.models import Block, Occupancy

MOST = 52  # blocks of a repetition
FARTHEST = 4  # weeks between two of them
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clash:
    """Why a block cannot be at one of its times: who is there, or that the clocks jump over it."""

    span: tuple[datetime, datetime]
    zone: ZoneInfo
    occupancy: Occupancy | None = None

    def __str__(self):
        return f"{wording.day(self.span[0], self.zone)}: {self.there}"

    @property
    def owner(self):
        """The visit or the block."""
        return self.occupancy.appointment or self.occupancy.block

    @property
    def there(self):
        if not self.occupancy:
            return "the clocks jump over that time."
        who = self.owner.patient if self.occupancy.appointment else self.owner
        start, end = (wording.clock(at, self.zone) for at in (self.owner.span.lower, self.owner.span.upper))
        return f"{who}, {start} to {end}."


class Blocked(ClinicError):
    """Somebody is there at some of the times, and nothing was written. `clashes` are all of them, in order."""

    def __init__(self, clashes):
        self.clashes = clashes
        super().__init__(" ".join(["Nothing was blocked.", *map(str, clashes)]))


@transaction.atomic
def block(*, resource, location, starts_at, ends_at, title, by, count=1, every_weeks=1):
    """The time of `resource`, once or on the same weekday again, in the wall-clock time of `location`.

    All or nothing. Returns the blocks; those that are there already if the same person sends the same again. Raises
    Blocked with every clash.
    """
    refuse_nonsense(starts_at, ends_at, title)
    lock(resource.pk)
    spans = repeated(starts_at, ends_at, location.zone, count, every_weeks)
    twice = list(Block.objects.filter(resource=resource, title=title, span__in=spans, made_by=by))
    if len(twice) == len(spans):
        return twice
    refuse_clashes(resource, spans, location.zone)
    series = uuid4() if count > 1 else None
    return write(
        Block(resource=resource, location=location, span=DateTimeTZRange(*span), title=title, series=series, made_by=by)
        for span in spans
    )


def refuse_nonsense(starts_at, ends_at, title):
    if not title:
        raise ClinicError("Write what the time is kept for.", field="title")
    if ends_at <= starts_at:
        raise ClinicError("A block ends after it starts.", field="until")
    if ends_at - starts_at > A_DAY:
        raise ClinicError("A block is over within a day. For longer absences use time off.", field="until")


def lock(*resources):
    list(Resource.objects.filter(pk__in=resources).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def repeated(starts_at, ends_at, zone, count, every_weeks):
    """The spans in UTC: nine stays nine when the clocks change. Raises Blocked where the clocks jump over one."""
    spans, skipped = [(starts_at, ends_at)], []
    for number in range(1, count):
        shift = timedelta(weeks=number * every_weeks)
        walls = [at.astimezone(zone).replace(tzinfo=None) + shift for at in (starts_at, ends_at)]
        spans.append(tuple(hours.moment(wall.date(), wall.time(), zone) for wall in walls))
        if not all(hours.exists(wall.date(), wall.time(), zone) for wall in walls):
            skipped.append(Clash(spans[-1], zone))
    if skipped:
        raise Blocked(skipped)
    return spans


def refuse_clashes(resource, spans, zone, besides=None):
    at_any = reduce(or_, (Q(span__overlap=span) for span in spans))
    found = Occupancy.objects.filter(at_any, resource=resource)
    found = found.exclude(block=besides) if besides else found
    held = list(found.select_related("appointment__patient", "block").order_by("span"))
    clashes = {
        (span, one.appointment_id, one.block_id): Clash(
            span, zone, one
        )  # a visit may be there twice, with a rest between
        for span in spans
        for one in held
        if one.span.lower < span[1] and span[0] < one.span.upper
    }
    if clashes:
        raise Blocked(list(clashes.values()))


def write(blocks):
    """Insert blocks with what they take. The constraint is the backstop against whoever writes without the locks."""
    try:
        with transaction.atomic():
            made = Block.objects.bulk_create(blocks)
            Occupancy.objects.bulk_create(
                Occupancy(resource_id=one.resource_id, block=one, span=one.span) for one in made
            )
            return made
    except IntegrityError as breach:
        raise overtaken(breach) from breach


def overtaken(breach):
    """The refusal that a breach of the exclusion constraint means; any other breach is a bug and stays loud."""
    if claiming.constraint(breach) not in claiming.EXCLUSIONS:
        return breach
    return Moved("That time was taken in this very moment. Nothing was changed. Look again.")


def stamp(block):
    """What a person saw of a block, as a form sends it back."""
    start, end = (int(at.timestamp()) for at in (block.span.lower, block.span.upper))
    return f"{start}-{end}-{crc32(block.title.encode())}"


@transaction.atomic
def move_block(*, block, by, starts_at, ends_at, title=None, seen=None):
    """Another time or title for one block; the others of its series stay.

    `seen` is its `stamp` when the person looked: Moved is raised if somebody else was faster, Blocked if the time is
    taken.
    """
    title = block.title if title is None else title
    refuse_nonsense(starts_at, ends_at, title)
    locked = Block.objects.select_for_update().filter(pk=block.pk).first()
    span = DateTimeTZRange(starts_at, ends_at)
    if not locked:
        raise Moved("Somebody deleted this block. Nothing was changed.")
    if (locked.span, locked.title) == (span, title):
        return locked
    if seen not in (None, stamp(locked)):
        raise Moved(changed(locked))
    return rewrite(locked, span, title, by)


def changed(block):
    zone = block.location.zone
    day = wording.day(block.span.lower, zone)
    start, end = (wording.clock(at, zone) for at in (block.span.lower, block.span.upper))
    return f"Somebody made this block {block.title}, {day}, {start} to {end}. Your change was not saved."


def rewrite(block, span, title, by):
    lock(block.resource_id)
    refuse_clashes(block.resource, [(span.lower, span.upper)], block.location.zone, besides=block)
    block.span, block.title = span, title
    try:
        with undeleting.noted(by), transaction.atomic():
            block.save(update_fields=["span", "title"])
            Occupancy.objects.filter(block=block).update(span=span)
            return block
    except IntegrityError as breach:
        raise overtaken(breach) from breach


@transaction.atomic
def unblock(*, block, by, whole_series=False):
    """Let the time go: of this block, or of it and the later ones of its series. Returns the key for `reblock`."""
    gone = Block.objects.filter(pk=block.pk)
    if whole_series and block.series:
        gone = Block.objects.filter(series=block.series, span__startswith__gte=block.span.lower)
    keys = list(gone.order_by("pk").select_for_update().values_list("pk", flat=True))
    with undeleting.noted(by) as context:
        Block.objects.filter(pk__in=keys).delete()
    return context.id


@transaction.atomic
def reblock(*, context, by):
    """Takes a deletion back: all of its blocks as they were, or none. Twice is no mistake. Raises Blocked."""
    gone = undeleting.deleted(Block, context)
    lock(*{one.resource_id for one in gone})
    there = set(Block.objects.filter(pk__in=[one.pgh_obj_id for one in gone]).values_list("pk", flat=True))
    missing = [one for one in gone if one.pgh_obj_id not in there]
    for one in missing:
        refuse_clashes(one.resource, [(one.span.lower, one.span.upper)], one.location.zone)
    fields = ("resource_id", "location_id", "span", "title", "series", "made_at", "made_by_id")
    with undeleting.noted(by):
        write([Block(pk=one.pgh_obj_id, **{name: getattr(one, name) for name in fields}) for one in missing])
    return missing
