"""Chips, icons and times as the whole application writes them."""

import re

from django import template
from django.forms import Field
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from clinic.toasts import UNDO

register = template.Library()

# Glyph and tone; the word comes from the status itself. Colour is never the only sign.
STATUSES = {
    "booked": ("○", "neutral", "Booked"),
    "confirmed": ("◐", "indigo", "Confirmed"),
    "arrived": ("●", "jade", "Arrived"),
    "in-session": ("▶", "jade", "In session"),
    "completed": ("✓", "neutral", "Completed"),
    "cancelled": ("✕", "neutral", "Cancelled"),
    "no-show": ("⊘", "amber", "No-show"),
    # messages: a server accepts, it never promises delivery
    "waiting": ("○", "neutral", "Waiting"),
    "accepted": ("✓", "jade", "Accepted"),
    "refused": ("⬣", "cinnabar", "Refused"),
    "failed": ("⬣", "cinnabar", "Gave up"),
    "call": ("▲", "amber", "To call"),
    "sending": ("▶", "neutral", "Sending"),
    "uncertain": ("▲", "amber", "Uncertain"),
    "dropped": ("✕", "neutral", "Not sent"),
    # plans
    "draft": ("○", "neutral", "Draft"),
    "ready": ("◐", "indigo", "Ready"),
    "signed": ("✓", "jade", "Signed"),
}
SEVERITIES = {
    "block": ("⬣", "cinnabar", "Block"),
    "warn": ("▲", "amber", "Warning"),
    "inform": ("ⓘ", "indigo", "Note"),
}
# The signs are drawn from the icon font: the systems' own fonts lack some of them.
DRAWN = {
    "○": "circle",
    "◐": "circle-half",
    "●": "circle-fill",
    "▶": "play-fill",
    "✓": "check-lg",
    "✕": "x-lg",
    "⊘": "slash-circle",
    "⬣": "hexagon-fill",
    "▲": "triangle-fill",
    "ⓘ": "info-circle",
    "+": "plus-lg",
}
SAME = {"warning": "warn", "info": "inform", "note": "inform", "danger": "block", "error": "block"}
PLAIN = ("○", "neutral", "")


def known(value):
    key = str(getattr(value, "value", value)).lower().replace("_", "-")
    return SAME.get(key, key)


def sign(character):
    """An icon where we have one, else the character itself."""
    if name := DRAWN.get(character):
        return format_html('<i class="chip__glyph bi bi-{}" aria-hidden="true"></i>', name)
    return format_html('<span class="chip__glyph" aria-hidden="true">{}</span>', character) if character else ""


def draw(character, tone, word):
    return format_html('<span class="chip chip--{}">{}{}</span>', tone, sign(character), word)


@register.simple_tag
def status_chip(status, word=""):
    """`{% status_chip visit.status %}`: works with a choice, its value (`in_session`) or a word."""
    character, tone, default = STATUSES.get(known(status), PLAIN)
    return draw(character, tone, word or getattr(status, "label", "") or default or str(status))


@register.simple_tag
def severity_chip(severity, word=""):
    """`{% severity_chip "block" "Pacemaker" %}`"""
    character, tone, default = SEVERITIES.get(known(severity), PLAIN)
    return draw(character, tone, word or default)


@register.simple_tag
def chip(word, tone="neutral", glyph=""):
    """`{% chip "Interpreter" tone="indigo" glyph="ⓘ" %}`"""
    return draw(glyph, tone, word)


@register.simple_tag
def glyph(name):
    """`{% glyph "warn" %}`: the sign of a severity or a status, or `{% glyph "▲" %}` itself."""
    return sign((SEVERITIES | STATUSES).get(known(name), (name,))[0])


@register.filter
def severity_class(severity):
    """`<div class="finding finding--{{ finding.severity|severity_class }}">`"""
    return known(severity)


@register.simple_tag
def icon(name):
    """An outline icon beside a word; alone it needs a hidden word for screen readers."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', name)


def local(moment, zone, form):
    if not moment:
        return ""
    if zone and isinstance(zone, str):
        zone = timezone.zoneinfo.ZoneInfo(zone)
    return formats.date_format(timezone.localtime(moment, zone or None), form)


@register.filter
def clock(moment, zone=None):
    """09:05, for staff; read in `zone` (a ZoneInfo or its name), else in the active one."""
    return local(moment, zone, "H:i")


@register.filter
def lately(moment, zone=None):
    """09:05 if that was today, else Tue 14 May 09:05."""
    today = shortday(moment, zone) == shortday(timezone.now(), zone)
    return clock(moment, zone) if today else f"{shortday(moment, zone)} {clock(moment, zone)}"


@register.filter
def clock12(moment, zone=None):
    """9:05 AM, for patients."""
    return local(moment, zone, "g:i A")


@register.filter
def shortday(moment, zone=None):
    """Tue 14 May, for staff."""
    return local(moment, zone, "D j M")


@register.filter
def longday(moment, zone=None):
    """Tuesday, May 14, for patients."""
    return local(moment, zone, "l, F j")


@register.filter
def person(user):
    """How we call a user: the name, or the e-mail address while there is none."""
    return getattr(user, "name", "") or user.get_full_name() or user.email


@register.filter
def address(email):
    """An e-mail address that turns over where readers expect it: after the @ and before a dot."""
    parts = ((part,) for part in re.split(r"(?<=@)|(?=\.)", email))
    return format_html('<span class="address">{}</span>', format_html_join(mark_safe("<wbr>"), "{}", parts))


@register.filter
def initials(user):
    words = person(user).replace("@", " ").split()
    return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()


@register.filter
def undo_url(message):
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.simple_tag
def error_list(form):
    """Each error once as (id of the field or "", sentence), in the order of the fields."""
    found = [("", error) for error in form.non_field_errors()]
    for field in [*form.visible_fields(), *form.hidden_fields()]:
        target = "" if field.is_hidden else f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
        found += [(target, f"{field.label}: fill this in." if missing(error) else error) for error in field.errors]
    return found


@register.filter
def ours(error):
    """Django's sentence for an empty field, in fewer words; the summary adds the field's name."""
    return "Fill this in." if missing(error) else error


def missing(error):
    return str(error) == str(Field.default_error_messages["required"])
