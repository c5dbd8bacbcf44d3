"""The words of a message, and the calendar file that goes along. Nothing of health is in them, not even the service."""

import uuid
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe

from clinic.saying import when
from reminders import links, quiet
from reminders.calendars import calendar_file
from reminders.links import Purpose
from reminders.models import Kind, Message
from reminders.wording import Wording

FIELDS = {
    "given_name",
    "day",
    "time",
    "minutes",
    "practitioner",
    "place",
    "address",
    "phone",
    "confirm_url",
    "cancel_url",
}
CALENDAR_TITLE = {"en": "Visit: {place}", "es": "Cita: {place}"}


def compose(*, rule, visit, now):
    """The message (unsaved) that tells this rule's news about this visit to its patient, in the patient's language."""
    words = wording(letter(rule, visit), visit.patient.language).fill(values(visit))
    return Message(
        patient=visit.patient,
        to=visit.patient.email,
        subject=words.subject,
        text=words.text,
        html=words.html,
        calendar=calendar(visit),
        message_id=new_message_id(),
        next_attempt_at=earliest(rule, visit, now),
        give_up_at=visit.starts_at,
        created_at=now,
    )


def letter(rule, visit):
    """Which letter: a visit that has been moved is told of as news."""
    return "moved" if rule.kind == Kind.CONFIRMATION and visit.revision else rule.kind


def earliest(rule, visit, now):
    """Who just booked expects the answer at once; a reminder waits for the morning."""
    return now if rule.kind == Kind.CONFIRMATION else quiet.waking_time(now, visit.zone)


def values(visit):
    urls = {
        "confirm_url": links.url(Purpose.CONFIRM, visit),
        "cancel_url": links.url(Purpose.CANCEL, visit),
    }
    return facts(visit) | urls


def facts(visit):
    """What a patient may be told about a visit by e-mail or on a page without a login."""
    told = when(visit.starts_at, zone=visit.zone, language=visit.patient.language)
    return {
        "given_name": visit.patient.given_name,
        "day": told.day,
        "time": told.time,
        "minutes": (visit.ends_at - visit.starts_at) // timedelta(minutes=1),
        "practitioner": visit.practitioner.name,
        "place": visit.location.name,
        "address": visit.location.address,
        "phone": visit.location.phone,
    }


@lru_cache
def wording(name, language):
    """A letter of templates/reminders/mail/, read and dressed once a process."""
    source = get_template(f"reminders/mail/{name}.{language}.txt").template.source
    return Wording(source, fields=FIELDS, dress=lambda body: dressed(body, language))


def dressed(body, language):
    """The whole page of an e-mail, its style sheet written into the elements: most mail programs read no other.

    The body comes from our own sources, escaped there; its {fields} are filled in later, each escaped.
    """
    page = render_to_string("reminders/mail/layout.html", {"language": language, "body": mark_safe(body)})  # noqa: S308
    return css_inline.inline(page, load_remote_stylesheets=False)


def calendar(visit):
    place = visit.location
    return calendar_file(
        uid=f"visit-{visit.pk}@{host()}",
        revision=visit.revision,
        summary=CALENDAR_TITLE[visit.patient.language].format(place=place.name),
        place=f"{place.name}, {place.address}",
        note=place.phone,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        made_at=visit.placed_at,
        zone=visit.zone,
    )


def new_message_id():
    return f"<{uuid.uuid4()}@{host()}>"


def host():
    return urlsplit(settings.SITE_URL).hostname
