"""Who is on which table at the moment of loading: somebody rests, for somebody that is over, a table was left."""

from datetime import timedelta

from scheduling import staging
from scheduling.models import Sitting, Status

LEFT = "Brzozowy"  # whose table nobody has turned over yet
LEFT_AGO = timedelta(minutes=3)


def seat(ground, appointments):
    """Save the sittings of the visits that are in session, and of the one whose table was just left."""
    made = [one for one in appointments.values() if one.status == Status.IN_SESSION]
    sittings = [sitting(ground, one) for one in made]
    sittings += [left(ground, visit, one) for visit, one in appointments.items() if is_left(visit)]
    Sitting.objects.bulk_create(sittings)


def is_left(visit):
    return visit.act and visit.person.patient.family_name == LEFT


def sitting(ground, made):
    """In the stage of the clock; but whoever rests does so until somebody goes in."""
    laid_out = list(enumerate(staging.timetable(made.stages, made.status_at)))
    running = (row for row in laid_out if ground.now < row[1][2] or not row[1][0]["practitioner"])
    number, (_, since, until) = next(running, laid_out[-1])
    return Sitting(visit=made, stage=number, since=since, until=until, by=made.practitioner.user)


def left(ground, visit, made):
    over = ground.past(max(visit.end, ground.now - LEFT_AGO))
    since = over - timedelta(minutes=made.stages[-1]["minutes"])
    ended = {"since": since, "until": over, "ended_at": over}
    return Sitting(visit=made, stage=len(made.stages), by=made.practitioner.user, **ended)
