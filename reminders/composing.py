"""The words of a message, and the calendar file that goes along."""

import uuid
from datetime import timedelta
from email.utils import parseaddr
from functools import cache, lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from clinic.saying import when
from patients.models import Intake
from reminders import links, quiet
from reminders.calendars import Entry, calendar_file
from reminders.kinds import SPECS
from reminders.links import Own, Purpose
from reminders.models import Kind, Message, State
from reminders.models.messages import LONGEST
from reminders.models.rules import NEEDED, Channel
from reminders.taking_back import where_expected
from scheduling.models import Status
from sessions.aftercare import texts

CALENDAR_TITLE = {"en": "Visit: {place}", "es": "Cita: {place}"}
A_VISIT = {"en": "your visit", "es": "su cita"}  # where the clinic does not say what for
PLANNED = {"en": "Planned: {service}", "es": "Previsto: {service}"}
INSTEAD_OF = {"en": "It takes the place of {day}, {time}.", "es": "Sustituye a la del {day}, {time}."}
AND = {"en": "and", "es": "y"}
FORMS_MISSING = {
    "en": "Your intake form is still missing. Come ten minutes earlier and fill it in with us.",
    "es": "Todavía nos falta su formulario de ingreso. Venga diez minutos antes y llénelo con nosotros.",
}
ANY_TREATMENT = {"always", "chest", "circuit"}  # red flags for whatever was done: sessions/data/aftercare.csv
ADVICE = {"always", "needle"}


def compose(*, rule, visits, now, letters, missing=frozenset(), reason="", expected=None):
    """The message (unsaved) that tells this rule's news about these visits, all of one address and language.

    `letters` are the words in force (`letters.Letters`), `missing` the patients without an intake form, `reason`
    why the front desk has to call instead: then it is not to be sent. `expected` is where patients think that their
    visits are, as `expectations` tells of many at once.
    """
    first, spec = visits[0], SPECS[rule.kind]
    patient = first.patient
    expected = expectations(rule.kind, visits) if expected is None else expected
    filled = letters.wording(rule.kind, patient.language).fill(
        whole(rule.kind, visits, missing), [values(rule.kind, visit, visits, now, expected) for visit in visits]
    )
    called = bool(reason) or rule.channel == Channel.PHONE or not patient.email
    begin_at = earliest(rule, visits, now)
    give_up_at = worth_until(spec, visits, begin_at, called)
    return Message(
        kind=rule.kind,
        patient=patient,
        to=patient.email,
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
        calendar=calendar(visits) if spec.calendar else "",
        reply_to=first.location.email,
        unsubscribe="" if rule.kind in NEEDED else links.own_url(Own.UNSUBSCRIBE, patient),
        message_id=new_message_id(),
        state=State.CALL if called else State.WAITING,
        answer=reason or (NO_ADDRESS if not patient.email else ""),
        next_attempt_at=min(begin_at, give_up_at),
        give_up_at=give_up_at,
        created_at=now,
    )


def forms_missing(kind, visits):
    """Which of the visits' patients have not told us about their health: only one kind asks for it."""
    if kind != Kind.BEFORE:
        return frozenset()
    people = {visit.patient_id for visit in visits}
    return people - set(Intake.objects.filter(patient__in=people).values_list("patient", flat=True))


def worth_until(spec, visits, begin_at, called):
    """No longer than the kind's time, and not once the visits have begun. A call is worth making until then."""
    until = max(visit.starts_at for visit in visits)
    if spec.lasts is None or (called and spec.ahead):
        return min(until, begin_at + LONGEST)
    return min(begin_at + spec.lasts, until) if spec.ahead else begin_at + spec.lasts


NO_ADDRESS = "There is no e-mail address on record."


def earliest(rule, visits, now):
    """When every one of these visits' places is awake."""
    return max(quiet.waking_time(now, visit.zone, rule.quiet_from, rule.quiet_until) for visit in visits)


def whole(kind, visits, missing):
    """What is said once in a letter, however many visits it tells of."""
    first = visits[0]
    patient, place, language = first.patient, first.location, first.patient.language
    names = list(dict.fromkeys(visit.patient.given_name for visit in visits))
    found = {
        "given_name": f" {AND[language]} ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0],
        "place": place.name,
        "address": place.address,
        "phone": place.phone,
        "email": place.email,
        "count": len(visits),
        "preferences_url": links.own_url(Own.PREFERENCES, patient),
        "not_me_url": links.url(Purpose.NOT_ME, first),
    }
    if kind in (Kind.AFTERCARE, Kind.HOW_ARE_YOU):
        found |= advice(language)
    if kind == Kind.BEFORE:
        found["forms"] = FORMS_MISSING[language] if any(visit.patient_id in missing for visit in visits) else ""
    return found


@lru_cache
def advice(language):
    """Sentences with their sources in sessions/data/aftercare.csv."""
    return {
        "red_flags": "\n".join(texts("urgent", ANY_TREATMENT, language)),
        "at_home": "\n".join(texts("home", ADVICE, language)),
    }


def expectations(kind, visits):
    """Where patients think that these visits are: only news of what has changed asks it."""
    return where_expected(visits) if kind in (Kind.MOVED, Kind.CANCELLED) else {}


def values(kind, visit, visits, now, expected):
    """What is said of each visit, links included."""
    known = expected.get(visit.pk, visit)
    found = facts(known if kind == Kind.CANCELLED else visit, now)
    del found["given_name"]  # a letter greets once, and everybody
    found["whose"] = whose(visit, visits)
    found["planned"] = planned(visit, visits, found["time"])
    if kind == Kind.MOVED:
        found["instead_of"] = instead_of(visit, known, now)
    if "confirm_url" in SPECS[kind].fields:
        for purpose in (Purpose.CONFIRM, Purpose.CANCEL, Purpose.CHANGE):
            found[f"{purpose}_url"] = links.url(purpose, visit)
    elif "answer_url" in SPECS[kind].fields:
        found["answer_url"] = links.url(Purpose.ANSWER, visit)
    return found


def whose(visit, visits):
    """The name that stands before a visit where a letter tells of several people's."""
    return f"{visit.patient.given_name}: " if len({one.patient_id for one in visits}) > 1 else ""


def instead_of(visit, known, now):
    """When its patient expected it; nothing if that was the same time, or nobody can tell."""
    language = visit.patient.language
    if known.starts_at == visit.starts_at:
        return ""
    told = when(known.starts_at, zone=known.zone, language=language, now=now)
    return INSTEAD_OF[language].format(day=told.day, time=told.time)


def planned(visit, visits, time):
    """What the visit is for, if the clinic says so, and which of several it is that is meant."""
    if not visit.location.names_services:
        return ""
    which = f" ({whose(visit, visits)}{time})" if len(visits) > 1 else ""
    return PLANNED[visit.patient.language].format(service=visit.service.name) + which


def facts(visit, now):
    """What a patient may be told about a visit by e-mail or on a page without a login."""
    language, place = visit.patient.language, visit.location
    told = when(visit.starts_at, zone=visit.zone, language=language, now=now)
    return {
        "given_name": visit.patient.given_name,
        "day": told.day,
        "time": told.time,
        "minutes": (visit.ends_at - visit.starts_at) // timedelta(minutes=1),
        "practitioner": visit.practitioner.name,
        "service": visit.service.name if place.names_services else A_VISIT[language],
        "place": place.name,
        "address": place.address,
        "phone": place.phone,
    }


def calendar(visits):
    """The .ics of these visits: put into a calendar, or taken out if they are cancelled."""
    entries = [entry(visit, whose(visit, visits)) for visit in visits]
    return calendar_file(entries, cancelled=visits[0].status == Status.CANCELLED)


def entry(visit, whose=""):
    """A cancellation is a later revision than the one it cancels (RFC 5546, 3.2.5)."""
    place, gone = visit.location, visit.status == Status.CANCELLED
    return Entry(
        uid=f"visit-{visit.pk}@{host()}",
        sequence=visit.revision + gone,
        summary=whose + CALENDAR_TITLE[visit.patient.language].format(place=place.name),
        place=f"{place.name}, {place.address}",
        note=place.phone,
        organizer=sender(),
        clinic=place.name,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        made_at=visit.status_at if gone else visit.placed_at,
        zone=visit.zone,
    )


LOOKED_AT = {Kind.FAILED: "reminders:messages", Kind.URGENT: "reminders:answers"}


def to_staff(*, kind, location, count, letters, now):
    """The message (unsaved) that tells a place's front desk how many failed messages or urgent answers wait there."""
    values = {
        "place": location.name,
        "count": count,
        "messages_url": settings.SITE_URL + reverse(LOOKED_AT[kind]),
        "address": location.address,
        "phone": location.phone,
    }
    filled = letters.wording(kind, "en").fill(values)
    return Message(
        kind=kind,
        to=location.email,
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
        message_id=new_message_id(),
        next_attempt_at=now,
        give_up_at=now + SPECS[kind].lasts,
        created_at=now,
    )


def new_message_id():
    return f"<{uuid.uuid4()}@{host()}>"


@cache
def sender():
    """The address that messages come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


@cache
def host():
    return urlsplit(settings.SITE_URL).hostname
