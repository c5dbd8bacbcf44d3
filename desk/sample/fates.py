"""What became of each visit, and how far its chart is."""

from dataclasses import dataclass

from scheduling.models import Status

SIGNED = 150  # sessions
UNSIGNED = 5  # charts of the last days, beside today's
LATELY = 14  # visits among which they are
CALLED_OFF = 8  # coming visits
COME = {Status.BOOKED, Status.CONFIRMED}

# how a visit of today's scene stands: its status and its chart
SCENE = {
    "signed": (Status.COMPLETED, "signed"),
    "unsigned": (Status.COMPLETED, "unsigned"),
    "absent": (Status.NO_SHOW, ""),
    "called off": (Status.CANCELLED, ""),
    "begun": (Status.IN_SESSION, "begun"),
    "waiting": (Status.ARRIVED, ""),
    "waiting, ready": (Status.ARRIVED, "ready"),
    "late": (Status.BOOKED, ""),
    "booked": (Status.BOOKED, ""),
    "confirmed, ready": (Status.CONFIRMED, "ready"),
    "confirmed, draft": (Status.CONFIRMED, "draft"),
}


@dataclass(frozen=True)
class Fate:
    """`chart` is "" (none), "draft", "ready", "begun", "unsigned" or "signed"."""

    status: Status
    chart: str = ""


def decide(ground, visits):
    """{visit: Fate} such that exactly SIGNED sessions are signed, whatever the day."""
    dice = ground.dice("fates")
    fates = {visit: Fate(*SCENE[visit.act]) for visit in visits if visit.act}
    rest = [visit for visit in visits if not visit.act]
    past = [visit for visit in rest if visit.end <= ground.scene]
    signed = sum(fate.chart == "signed" for fate in fates.values())
    fates |= what_was(dice, past, SIGNED - signed)
    fates |= what_comes(dice, ground, rest[len(past) :])
    return fates


def what_was(dice, past, signed):
    """Of the past visits so many were signed; the others were missed, called off, or wait for a signature."""
    later = [visit for visit in past if not visit.opens]
    gone = set(dice.sample(later, len(past) - signed - UNSIGNED))
    kept = [visit for visit in past if visit not in gone]
    charts = dict.fromkeys(dice.sample(kept[-LATELY:], UNSIGNED), "unsigned")
    charts[next(iter(charts))] = ""  # nobody has even begun it
    for visit in past:
        if visit in gone:
            yield visit, Fate(Status.CANCELLED if dice.random() < 0.6 else Status.NO_SHOW)
        else:
            yield visit, Fate(Status.COMPLETED, charts.get(visit, "signed"))


def what_comes(dice, ground, coming):
    """The nearer a visit, the likelier it is confirmed; some practitioners plan the day before."""
    called_off = set(dice.sample(coming, CALLED_OFF))
    for visit in coming:
        if visit in called_off:
            yield visit, Fate(Status.CANCELLED)
            continue
        days = (visit.start - ground.now).days
        confirmed = dice.random() < (0.7 if days < 2 else 0.35 if days < 7 else 0.08)
        chart = dice.choice(["", "", "draft", "ready"]) if days < 2 and not visit.opens else ""
        yield visit, Fate(Status.CONFIRMED if confirmed else Status.BOOKED, chart)
