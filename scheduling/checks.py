"""What a booking asks before it takes time; settings list them as BOOKING_CHECKS.

Each takes the visit as it would be and raises a refusal.
"""

from clinic.models import Practitioner, Technique, TimeOff
from scheduling import hours, licences, loading, wording
from scheduling.errors import NotLicensed, OutOfHours


def works_then(*, practitioner, starts_at, ends_at, location, **_):
    """Open, not away, and within working hours from the first minute to the last."""
    refuse_time_off(practitioner, starts_at, ends_at, location)
    everywhere = loading.hours_of(loading.with_timetable(practitioner))
    if not everywhere:
        raise OutOfHours(f"{practitioner} has no working hours yet. Choose somebody else.")
    rows = everywhere.get(location.pk, [])
    if not hours.hold(rows, starts_at, ends_at, location.zone):
        told = hours.told(rows, starts_at.astimezone(location.zone).date())
        raise OutOfHours(wording.off_hours(practitioner, location, told, starts_at, ends_at))


def refuse_time_off(practitioner, starts_at, ends_at, location):
    off = TimeOff.objects.filter(span__overlap=(starts_at, ends_at))
    for one in off.filter(location=location) | off.filter(resource=practitioner):
        who = location if one.location_id else practitioner
        raise OutOfHours(wording.shut(who, one.span.upper, starts_at, location.zone))


def may_treat(*, service, practitioner, starts_at, location, **_):
    """Offers the service, and is licensed for each of its techniques on that day."""
    day = starts_at.astimezone(location.zone).date()
    if not Practitioner.objects.offering(service).filter(pk=practitioner.pk).exists():
        raise NotLicensed(f"{practitioner} does not offer {service}.{instead(service, location, day)}")
    if sentence := lacks(loading.with_timetable(practitioner), service, location, day):
        raise NotLicensed(f"{sentence}{instead(service, location, day)}")


def lacks(person, service, location, day):
    """Which licence is missing that day, as a sentence, or None."""
    found = loading.licences_of(person)
    for technique in licences.missing(service.techniques, found, location.jurisdiction, day):
        ended = licences.last_day(technique, found, location.jurisdiction, day)
        return wording.unlicensed(person, Technique(technique).label, ended, location.jurisdiction)
    return None


def instead(service, location, day):
    """ " Choose Kim or Lee.": who offers the service, works there and is licensed that day."""
    names = [
        str(one)
        for one in loading.practitioners(service)
        if location.pk in loading.hours_of(one) and not lacks(one, service, location, day)
    ]
    return f" Choose {' or '.join(names[:2])}." if names else ""
