"""The sample's visits as the verbs of scheduling would have left them, occupancies included."""

from datetime import time, timedelta

from scheduling import staging
from scheduling.models import GONE, Appointment, Occupancy, Status

from .ground import key

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
REASONS = ["Ill.", "Child ill.", "Work came up.", "No lift that day.", "Will call again.", "Away that week."]
NOTES = ["Brings the intake on paper.", "Would like an earlier time.", "Calls when parked."]


def write(ground, staff, diary, fates):
    """Save the visits of `diary`; returns {visit: Appointment} in the order of their starts."""
    dice = ground.dice("visits")
    booked = booked_at(ground, dice, diary)
    rows = {visit: row(ground, dice, staff, visit, fates[visit].status, booked[visit]) for visit in diary}
    call_off_by_link(ground, rows)
    moved = to_be_moved(ground, rows)
    stands = set_back(moved)
    Appointment.objects.bulk_create(rows.values())
    move_by_link(ground, moved, stands)
    Occupancy.objects.bulk_create(taken for made in rows.values() if made.status not in GONE for taken in claims(made))
    return rows


def call_off_by_link(ground, rows):
    """The patient who called a coming visit off last did so by the link in a message, this day."""
    gone = [made for made in rows.values() if made.status == Status.CANCELLED and made.span[0] > ground.now + DAY]
    last = max((made for made in gone if made.patient.email), key=lambda made: made.status_at)
    last.status_by, last.status_at = None, max(last.status_at, ground.now - 3 * HOUR)


def to_be_moved(ground, rows):
    """A coming visit that its patient will have moved, from the same time a week later."""
    coming = [made for made in rows.values() if made.status == Status.BOOKED and made.span[0] > ground.now + 2 * DAY]
    settled = [made for made in coming if made.patient.email and made.placed_at < ground.now - DAY]
    return next(made for made in settled if not meets(made, rows.values()))


def meets(made, rows):
    """Has the patient another visit at that time a week later?"""
    start, end = (moment + 7 * DAY for moment in made.span)
    return any(one.patient == made.patient and one.span[0] < end and start < one.span[1] for one in rows)


def set_back(made):
    """Where it stood before, for its history; returns where it stands now."""
    stands = made.span
    made.span, made.revision = tuple(moment + 7 * DAY for moment in stands), 0
    return stands


def move_by_link(ground, made, stands):
    made.span, made.revision, made.placed_by, made.placed_at = stands, 1, None, ground.now - 5 * HOUR
    made.save(update_fields=["span", "revision", "placed_by", "placed_at"])


def claims(made):
    """What the visit takes: derived from its stages by the same function as in the booking verb."""
    return Occupancy.objects.taking(staging.claims_of(made, made.span[0]), appointment=made)


def row(ground, dice, staff, visit, status, booked):
    placed = booked
    moved = dice.random() < 0.07 and placed + 2 * DAY < min(visit.start - DAY, ground.now)
    if moved:
        placed += dice.random() * (min(visit.start - DAY, ground.now) - placed - HOUR)
    return Appointment(
        patient=visit.person.patient,
        service=visit.service,
        practitioner=visit.practitioner,
        table=visit.table,
        device=visit.device,
        span=(visit.start, visit.end),
        stages=visit.stages,
        turnover_minutes=visit.service.turnover_minutes,
        buffer_minutes=visit.service.buffer_minutes,
        revision=int(moved),
        placed_at=placed,
        placed_by=staff.desk,
        note=dice.choice(NOTES) if dice.random() < 0.04 else "",
        request_key=key(dice),
        booked_by=staff.desk,
        booked_at=booked,
        **stand(ground, dice, staff, visit, status, placed),
    )


def booked_at(ground, dice, diary):
    """{visit: when it was booked}: at the desk after the last visit, the first one on the telephone before."""
    booked, last = {}, {}
    for visit in diary:
        before = last.get(visit.person)
        booked[visit] = called(ground, dice, visit) if before is None else rebooked(ground, dice, before, booked)
        last[visit.person] = visit
    return booked


def called(ground, dice, visit):
    """Some days ahead in office hours, but not before the person was registered, nor after this morning."""
    earliest = visit.person.patient.created_at + dice.randint(5, 25) * MINUTE
    day = visit.start.astimezone(ground.zone).date() - timedelta(days=dice.randint(2, 9))
    moment = ground.at(day, time(dice.randint(9, 16), dice.randint(0, 59)))
    return max(earliest, min(moment, ground.now - dice.randint(9, 30) * HOUR))


def rebooked(ground, dice, before, booked):
    """On the way out after the visit before, or together with it if that is still to come."""
    after = before.end + dice.randint(2, 9) * MINUTE
    return after if after < ground.now - HOUR else booked[before] + dice.randint(10, 50) * timedelta(seconds=1)


def stand(ground, dice, staff, visit, status, placed):
    """The fields that tell where a visit is: what it was before, since when, by whom."""
    hands = visit.practitioner.user
    before = Status.CONFIRMED if dice.random() < 0.6 else Status.BOOKED
    link = None if visit.person.patient.email and dice.random() < 0.7 else staff.desk  # by the patient's own link
    known = {
        Status.BOOKED: ("", placed, staff.desk),
        Status.CONFIRMED: (Status.BOOKED, confirmed_at(ground, dice, visit, placed), link),
        Status.ARRIVED: (before, visit.start - dice.randint(4, 11) * MINUTE, staff.desk),
        Status.IN_SESSION: (Status.ARRIVED, visit.start + MINUTE, hands),
        Status.COMPLETED: (Status.IN_SESSION, visit.end + dice.randint(0, 6) * MINUTE, hands),
        Status.NO_SHOW: (before, visit.start + dice.randint(16, 40) * MINUTE, staff.desk),
        Status.CANCELLED: (before, called_off_at(ground, dice, visit, placed), link),
    }
    was, at, by = known[status]
    reason = dice.choice(REASONS)
    return {
        "status": status,
        "status_before": was,
        "status_at": ground.past(at),
        "status_by": by,
        "cancel_reason": reason if status == Status.CANCELLED else "",
    }


def confirmed_at(ground, dice, visit, placed):
    """When the reminder had come, or out of the confirmation."""
    reminded = visit.start - 24 * HOUR + dice.randint(5, 200) * MINUTE
    return reminded if placed < reminded < ground.now else placed + dice.randint(4, 55) * MINUTE


def called_off_at(ground, dice, visit, placed):
    latest = min(visit.start - 2 * HOUR, ground.now - 20 * MINUTE)
    return max(placed + 5 * MINUTE, latest - dice.random() * 3 * DAY)
