"""Days and times as patients read them: in the zone of the place, in their own language, never with its number."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from django.utils import formats, translation

DAY = {"en": "l, F j", "es": r"l j \d\e F"}
DAY_AND_YEAR = {"en": "l, F j, Y", "es": r"l j \d\e F \d\e Y"}
TIME = {"en": "g:i A", "es": "g:i a"}
FAR = timedelta(days=300)  # from here on a day without its year may be taken for the one of this year


@dataclass(frozen=True)
class When:
    day: str
    time: str


def when(moment, *, zone, language, now=None):
    """`Tuesday, May 14` and `9:00 AM`; `martes 14 de mayo` and `9:00 a.m.`

    Seen from `now` a far day has its year: `Wednesday, May 14, 2031`. Without a `now` none has.
    """
    return said(moment, zone, language, now is not None and moment - now > FAR)


@lru_cache(maxsize=5000)  # visits of a day share their starts
def said(moment, zone, language, far):
    day = DAY_AND_YEAR if far else DAY
    local = moment.astimezone(zone)
    with translation.override(language):
        return When(day=formats.date_format(local, day[language]), time=formats.date_format(local, TIME[language]))
