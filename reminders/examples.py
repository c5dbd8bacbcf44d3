"""Invented values for every field of a letter: what the table of fields shows, and what a letter is tried with."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from clinic.saying import when
from reminders import composing
from reminders.kinds import SPECS

A_MOMENT = datetime(2030, 5, 13, 14, 0, tzinfo=UTC)
WRITTEN = {"en": "Here stands what you write.", "es": "Aquí va lo que usted escriba."}  # in a message by hand
FOLLOW_UP = {"en": "Follow-up", "es": "Seguimiento"}
PAGES = {name for spec in SPECS.values() for name in spec.fields if name.endswith("_url")}


@lru_cache
def examples(language):
    """{field: value} of all fields there are, in this language."""
    told = when(A_MOMENT, zone=ZoneInfo("America/New_York"), language=language)
    words = {
        "given_name": "Ana",
        "whose": "Ana: ",
        "day": told.day,
        "time": told.time,
        "minutes": 60,
        "practitioner": "Kim Lee",
        "service": composing.A_VISIT[language],
        "planned": composing.PLANNED[language].format(service=FOLLOW_UP[language]),
        "instead_of": composing.INSTEAD_OF[language].format(day=told.day, time=told.time),
        "place": "Riverside",
        "address": "1 River Street",
        "phone": "555-0100",
        "email": "desk@example.com",
        "count": 2,
        "forms": composing.FORMS_MISSING[language],
        "words": WRITTEN[language],
    }
    return words | composing.advice(language) | dead_links()


def dead_links():
    """Links that open nothing: nobody confirms a visit out of a preview."""
    return dict.fromkeys(PAGES, settings.SITE_URL + reverse("reminders:preferences", args=["example"]))
