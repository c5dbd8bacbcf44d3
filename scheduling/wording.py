"""What the front desk is told: sentences about visits and time. Pure: no ORM of its own, no clock but the one given."""

from datetime import time, timedelta

from django.utils import timezone

from clinic.models import Location, Table
from scheduling.models import Status

DID = {
    Status.CONFIRMED: "{who} confirmed this visit {when}.",
    Status.ARRIVED: "{who} checked {patient} in {when}.",
    Status.IN_SESSION: "{who} started this session {when}.",
    Status.COMPLETED: "{who} completed this visit {when}.",
    Status.CANCELLED: "This visit was cancelled {when}.",
    Status.NO_SHOW: "{who} marked {patient} as a no-show {when}.",
}
CHECK_IN_FIRST = "{patient} is not checked in yet. Check in first."
LACKING = {
    Status.BOOKED: CHECK_IN_FIRST,
    Status.CONFIRMED: CHECK_IN_FIRST,
    Status.ARRIVED: "The session has not been started. Start it first.",
}
CHANGED = "This visit changed in this very moment. Look at it again."


def clock(moment, zone):
    return timezone.localtime(moment, zone).strftime("%H:%M")


def day(moment, zone):
    local = timezone.localtime(moment, zone)
    return f"{local:%a} {local.day} {local:%b}"


def date(day):
    """A calendar day: "12 May 2031"."""
    return f"{day.day} {day:%b} {day.year}"


def until(moment, near, zone):
    """The time of day, with the day if it is another one than that of `near`."""
    same = timezone.localtime(moment, zone).date() == timezone.localtime(near, zone).date()
    return clock(moment, zone) if same else f"{day(moment, zone)}, {clock(moment, zone)}"


def over(moment, near, zone):
    """As `until`, of what may last whole days: midnight is the end of a day, "the end of Thu 26 Nov"."""
    local = timezone.localtime(moment, zone)
    if local.time() != time.min:
        return until(moment, near, zone)
    last = local.date() - timedelta(days=1)
    same = last == timezone.localtime(near, zone).date()
    return "the end of the day" if same else f"the end of {last:%a} {last.day} {last:%b}"


def at(moment, near, zone):
    """As `until`, for a sentence: "at 08:58", "on Tue 14 May at 08:58"."""
    same = timezone.localtime(moment, zone).date() == timezone.localtime(near, zone).date()
    return f"at {clock(moment, zone)}" if same else f"on {day(moment, zone)} at {clock(moment, zone)}"


def who(user):
    """A colleague by first name; nobody means that the patient did it through a link."""
    return (user.first_name or str(user)) if user else "The patient"


def no_way(visit, status):
    """Why the visit cannot become `status`: what has to come first, or who was faster."""
    lacking = LACKING.get(visit.status) if status in {Status.IN_SESSION, Status.COMPLETED} else None
    when = at(visit.status_at, timezone.now(), visit.zone)
    sentence = lacking or DID.get(visit.status, CHANGED)
    return sentence.format(who=who(visit.status_by), patient=visit.patient.given_name, when=when)


def times(start, end, near, zone):
    """How long something lasts, seen from `near`: "until 09:20" if it has begun by then, else "from 10:30 to 10:40"."""
    ending = until(end, near, zone)
    return f"until {ending}" if start <= near else f"from {clock(start, zone)} to {ending}"


def all_of(count, thing):
    """ "The only table is", "Both tables are", "All 6 tables and chairs are"."""
    if count == 1:
        return f"The only {thing} is"
    things = thing.replace(" or ", "s and ") + "s"
    return f"Both {things} are" if count == 2 else f"All {count} {things} are"


def shut(who, end, near, zone):
    """A location is closed, a practitioner is away; `end` is when that is over, if it is known."""
    state = "closed" if isinstance(who, Location) else "away"
    return f"{who} is {state} until {over(end, near, zone)}." if end else f"{who} is {state} then."


def off_hours(practitioner, location, hours, start, end):
    """`hours` is what `hours.told` says of that day, `start` and `end` are the visit's."""
    on, zone = day(start, location.zone), location.zone
    if not hours:
        return f"{practitioner} does not work at {location} on {on}."
    visit = f"The visit would be from {clock(start, zone)} to {clock(end, zone)}."
    return f"{practitioner} works at {location} {hours} on {on}. {visit}"


def unlicensed(practitioner, technique, ended, jurisdiction):
    """`technique` is its label, `ended` the last day of the last licence for it, if there was one."""
    name = technique.lower()
    if ended:
        return f"{practitioner}'s {name.replace(' ', '-')} licence ends {date(ended)}."
    return f"{practitioner} is not licensed for {name} in {jurisdiction}."


def occupied(who, occupancy, near, zone):
    """What takes a person, table or unit: "Kim is with Ana until 09:20", "Kim has Team meeting from 10:00 to 11:00"."""
    owner, when = occupancy.appointment, times(occupancy.span.lower, occupancy.until, near, zone)
    return f"{who} is with {owner.patient.given_name} {when}." if owner else f"{who} has {occupancy.block} {when}."


def rests(who, occupancy, near, zone):
    """What is kept free after a visit: "Kim keeps 10 minutes free after Ana, until 09:30"; a table is turned over."""
    kept, until_when = length(occupancy.rest_minutes), until(occupancy.until, near, zone)
    if isinstance(who, Table):
        return f"{who} is turned over until {until_when}."
    return f"{who} keeps {kept} free after {occupancy.appointment.patient.given_name}, until {until_when}."


def wants_rest(who, minutes, occupancy, near, zone):
    """As `rests`, of the visit that is looked for: what comes next is too soon after it."""
    if isinstance(who, Table):
        then = clock(occupancy.span.lower, zone)
        return f"{who} is turned over for {length(minutes)} after this visit and taken from {then}."
    return f"{who} keeps {length(minutes)} free after this visit. {occupied(who, occupancy, near, zone)}"


def no_stages(service):
    return f"{service} has no stages yet, so that nobody knows how long it takes."


def retired(service):
    return f"{service} is not offered any more. Choose another service."


def length(minutes):
    """ "45 minutes", "1 hour", "2 days"; whole hours and days only."""
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes and minutes % size == 0:
            return f"{minutes // size} {unit}{'s' if minutes > size else ''}"
    return f"{minutes} minutes"


def too_soon(service, minutes, phone):
    return f"{service} can be booked online until {length(minutes)} before it starts. For an earlier time call {phone}."


def skipped(day_of_jump, wall, jump, where):
    """`wall` is a time of day that the clocks jump over, `jump` the (from, to) between which they do."""
    on = f"{day_of_jump:%a} {day_of_jump.day} {day_of_jump:%b}"
    clocks = f"the clocks jump from {jump[0]:%H:%M} to {jump[1]:%H:%M} in {where}"
    return f"On {on} {clocks}: {wall:%H:%M} does not exist that day."


def elsewhere(patient, visit, near, zone):
    when = times(visit.starts_at, visit.ends_at, near, zone)
    return f"{patient.given_name} has another visit with {visit.practitioner} {when}."


def none_free(count, thing, location, start, near):
    """No table or unit; `start` is the first time at which one could be had."""
    if not count:
        return f"{location} has no {thing} that can be used."
    if not start:
        return f"{all_of(count, thing)} taken then."
    return f"{all_of(count, thing)} taken until {until(start, near, location.zone)}."


def unusable(thing, back, near, zone):
    """A table or unit with time off of its own."""
    return f"{thing} can't be used until {over(back, near, zone)}."


def taken(thing, start, near, zone):
    """One table or unit that was asked for; `start` is when it is free, if that is known."""
    return f"{thing} is taken until {until(start, near, zone)}." if start else f"{thing} can't be used then."


def wrong_spot(service, table):
    is_given = "on a treatment table" if table.chair else "in a community chair"
    return f"{service} is given {is_given}. Choose another place than {table}."


def not_moved(visit, seen):
    """Why a move was not made: somebody moved it first, or it is no longer coming."""
    if visit.revision != seen:
        when = f"{day(visit.starts_at, visit.zone)}, {clock(visit.starts_at, visit.zone)}"
        return f"{who(visit.placed_by)} moved this visit to {when}. Your move was not saved."
    return no_way(visit, Status.CONFIRMED)


def not_resized(visit, seen):
    """Why a visit is as long as it was: somebody changed it first, or it is over."""
    if visit.revision != seen:
        start, end = clock(visit.starts_at, visit.zone), clock(visit.ends_at, visit.zone)
        when = f"{day(visit.starts_at, visit.zone)}, {start} to {end}"
        return f"{who(visit.placed_by)} changed this visit to {when}. Your change was not saved."
    return no_way(visit, Status.CONFIRMED)


def not_moved_back(visit, revision):
    """Why a move was not taken back: somebody went on from there."""
    if visit.revision != revision:
        return not_resized(visit, revision)
    if visit.status == Status.BOOKED:
        return "There is nothing to undo. The visit is as it was."
    return no_way(visit, Status.CONFIRMED)


def rigid(visit, begun):
    """Why a visit can't be longer or shorter."""
    if begun and any(stage.get("elastic") for stage in visit.stages):
        return "The stage that could be longer or shorter is over. The visit stays as it is."
    return f"No stage of {visit.service} can be longer or shorter. The visit stays as it is."


def out_of_bounds(stage, shortest, longest):
    if stage["minutes"] < shortest:
        return f"{stage['name']} takes at least {shortest} minutes. Choose a later end."
    return f"{stage['name']} takes at most {longest} minutes. Choose an earlier end."


def not_undone(visit):
    """Why nothing was undone: there is nothing to take back, or somebody went on from there."""
    if not visit.status_before:
        return "There is nothing to undo. The visit is as it was."
    return no_way(visit, Status.CONFIRMED)


def two_at_once(patient, one, other, zone):
    first, second = (f"{day(start, zone)} at {clock(start, zone)}" for start in (one, other))
    return f"{patient.given_name} can't have one visit on {first} and one on {second}. Nothing is booked."


def sent_twice(first):
    """A form came twice with different wishes; `first` is the visit it made."""
    when = f"{day(first.starts_at, first.zone)}, {clock(first.starts_at, first.zone)}"
    booked = f"{first.patient.name} with {first.practitioner}, {when}"
    return f"This form was sent before and booked {booked}. Nothing more is booked. Press Book again for another visit."


def summary(visit):
    """A visit in a toast: "Ana Ortiz, Tue 14 May 10:20 with Kim"."""
    start, zone = visit.starts_at, visit.zone
    return f"{visit.patient.name}, {day(start, zone)} {clock(start, zone)} with {visit.practitioner}"


def not_on_table(visit):
    """Why no stage of this visit is running: it has not begun, it is over, or the table was left before."""
    if visit.status == Status.IN_SESSION:
        return f"{visit.patient.given_name} has left the table."
    return no_way(visit, Status.COMPLETED)


def still_there(visit):
    """Why a table can't be called ready."""
    if visit.status == Status.IN_SESSION:
        return f"{visit.patient.given_name} is still on {visit.table}."
    return no_way(visit, Status.COMPLETED)


def stage_ended(who, stage, when):
    return f"{who} ended {stage['name']} {when}."


def given_until(sitting):
    """Somebody gave the running stage more time first."""
    zone = sitting.visit.zone
    return f"{who(sitting.by)} set the end to {clock(sitting.until, zone)}. Nothing more was added."
