"""Invented values for every field of a letter: what the table of fields shows, and what a letter is tried with."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from clinic.saying import when
from reminders import composing, links
from reminders.kinds import OF_A_VISIT, ON_A_VISIT

A_MOMENT = datetime(2030, 5, 13, 14, 0, tzinfo=UTC)
EACH_VISIT = OF_A_VISIT | ON_A_VISIT
DEAD = "example"  # stands where a token would: it opens nothing, so nobody confirms a visit out of a preview
WRITTEN = {"en": "Here stands what you write.", "es": "Aquí va lo que usted escriba."}  # in a message by hand
ADDRESSES = {
    "confirm_url": "visit_confirm",
    "cancel_url": "visit_cancel",
    "change_url": "visit_change",
    "answer_url": "visit_answer",
    "not_me_url": "visit_not_me",
    "preferences_url": "preferences",
    "messages_url": "messages",
}


@lru_cache
def examples(language):
    """{field: value} of all fields there are, in this language, with links that open nothing."""
    told = when(A_MOMENT, zone=ZoneInfo("America/New_York"), language=language)
    words = {
        "given_name": "Ana",
        "whose": "Ana: ",
        "day": told.day,
        "time": told.time,
        "minutes": 60,
        "practitioner": "Kim Lee",
        "service": composing.A_VISIT[language],
        "place": "Riverside",
        "address": "1 River Street",
        "phone": "555-0100",
        "email": "desk@example.com",
        "count": 2,
        "forms": composing.FORMS_MISSING[language],
        "words": WRITTEN[language],
    }
    return words | composing.advice(language) | {name: dead_link(name) for name in ADDRESSES}


def dead_link(field):
    return links.dead(ADDRESSES[field], DEAD)
