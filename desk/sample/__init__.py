"""A believable clinic, dated around today: see `manage.py sampledata`.

The same moment gives the same clinic, apart from primary keys. Every noun has a module of its own; the order in which
they are made is below.
"""

from zoneinfo import ZoneInfo

import pghistory
from django.conf import settings
from django.db import connection, transaction

from clinic.models import Location, User
from patients.models import Patient

from . import library, sunnyside
from .diary import Diary, in_order
from .fates import decide
from .floor import seat
from .ground import Ground
from .intakes import fill_in
from .messages import send
from .offers import offer
from .patients import register
from .places import NAME, open_
from .sessions import Scribe
from .staff import DESK, hire
from .visits import write

LOCK = 4_705_709  # two who load at once: the second finds the first one's clinic


class NotEmpty(Exception):
    """The database holds people who are not of the sample."""


def is_here():
    """Is the sample clinic in this database?"""
    return Location.objects.filter(name=NAME).exists() and User.objects.filter(email=DESK[0]).exists()


def has_people():
    return User.objects.exists() or Patient.objects.exists()


@transaction.atomic
def load(*, now):
    """Make the sample clinic; False if it is here already. Raises NotEmpty, and changes nothing, if anybody else is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL join_collapse_limit = 1")  # planning a session's fourteen joins takes the most time
    if is_here():
        return False
    if has_people():
        raise NotEmpty
    with pghistory.context(command="sampledata"):
        make(Ground(now=now, zone=ZoneInfo(settings.TIME_ZONE)))
    return True


def make(ground):
    scribe, sessions = furnish(ground)
    scribe.sign(sessions)


def furnish(ground):
    """Everything but the signatures; returns who signs, and the sessions to be signed."""
    staff = hire(ground)
    places = open_(ground, staff)
    services = offer(staff)
    library.make(ground, staff)
    people = register(ground, staff)
    fill_in(ground, staff, people)
    diary = Diary(ground, staff, places, services, people).fill()
    diary = in_order([*diary, *sunnyside.open_(ground, staff, services, people, diary)])
    fates = decide(ground, diary)
    appointments = write(ground, staff, diary, fates)
    seat(ground, appointments)
    send(ground, staff, appointments)
    scribe = Scribe(ground, appointments, fates)
    return scribe, scribe.write()
