"""What a rule does, in words for whoever sets it. Pure."""

from datetime import timedelta

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from reminders.kinds import SPECS
from reminders.models import InDoubt, Kind
from reminders.models.rules import NEWS, TO_STAFF, Channel

UNITS = {"days": 24 * 60, "hours": 60, "minutes": 1}
AFTER_WHAT = {
    Kind.BOOKED: "a visit is booked",
    Kind.MOVED: "a visit is moved",
    Kind.CANCELLED: "a visit is cancelled that the patient knows of",
    Kind.AFTERCARE: "the visit is over",
    Kind.HOW_ARE_YOU: "the visit is over",
    Kind.NO_SHOW: "the visit was marked as missed",
}
STAFF = {
    Kind.FAILED: "As soon as a message did not arrive, by e-mail to the location",
    Kind.URGENT: "As soon as a patient asks to be called, by e-mail to the location",
}
IN_DOUBT = {
    InDoubt.LEAVE: "Do not send it again: two would be worse than none",
    InDoubt.ASK: "The front desk decides: none would be worse than two",
}


def parts(minutes):
    """(number, unit) that say a time in the largest unit that fits."""
    name, size = next(
        (name, size) for name, size in UNITS.items() if (minutes % size == 0 and minutes >= size) or size == 1
    )
    return minutes // size, name


def span(minutes):
    number, name = parts(minutes)
    return f"{number} {name.removesuffix('s') if number == 1 else name}"


def moment(kind, minutes):
    """ "1 day before the visit", "2 minutes after a visit is booked"."""
    if kind in STAFF:
        return STAFF[kind]
    if kind not in AFTER_WHAT:
        return f"{span(minutes)} before the visit"
    wait = max(minutes, settings.CONFIRMATION_GRACE // timedelta(minutes=1))
    at_once = "Soon after" if kind in NEWS else "As soon as"
    return f"{f'{span(wait)} after' if wait else at_once} {AFTER_WHAT[kind]}"


def quiet(begins, ends):
    return f"not from {begins:%H:%M} to {ends:%H:%M}" if begins else "at any hour"


def patients(number):
    return f"{number} patient{'' if number == 1 else 's'}"


def at_once(people, first, last):
    """Whom a rule would tell as soon as it is saved, of visits that start between these moments."""
    days = list(dict.fromkeys(date_format(localtime(start), "D j M") for start in (first, last)))
    about = f"from {days[0]} to {days[1]}" if len(days) > 1 else f"on {days[0]}"
    return f"{patients(people)} would be told of visits {about}: within a minute, or when quiet hours end."


def channel(kind, name):
    if name == Channel.PHONE:
        return "the front desk calls"
    return "by e-mail; if there is no address, the front desk calls" if SPECS[kind].by_phone else "by e-mail"


def services(names):
    return ", ".join(names) if names else "all services"


def sentence(rule, names):
    """The whole rule; `names` are those of its services."""
    if rule.kind in TO_STAFF:
        return f"{STAFF[rule.kind]}."
    said = [moment(rule.kind, rule.minutes), channel(rule.kind, rule.channel)]
    return f"{'; '.join([*said, quiet(rule.quiet_from, rule.quiet_until), services(names)])}."
