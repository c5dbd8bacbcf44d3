"""Days and times as patients read them: in the zone of the place, in their own language, never with its number."""

from dataclasses import dataclass
from functools import lru_cache

from django.utils import formats, translation

FORMS = {"en": ("l, F j", "g:i A"), "es": (r"l j \d\e F", "g:i a")}


@dataclass(frozen=True)
class When:
    day: str
    time: str


@lru_cache(maxsize=5000)  # visits of a day share their starts
def when(moment, *, zone, language):
    """`Tuesday, May 14` and `9:00 AM`; `martes 14 de mayo` and `9:00 a.m.`"""
    day, time = FORMS[language]
    local = moment.astimezone(zone)
    with translation.override(language):
        return When(day=formats.date_format(local, day), time=formats.date_format(local, time))
