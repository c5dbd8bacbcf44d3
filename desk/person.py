"""The parts of the patient page that not everybody sees alike: what lies ahead, and what is clinical."""

from dataclasses import dataclass

from desk import timeline
from desk.rows import CHECK_IN, session_act
from patients.access import note_read
from scheduling.models import COMING, Appointment
from sessions import past
from sessions.models import SignedRecord


@dataclass(frozen=True)
class Last:
    """The last signed session: which visit, what was done, the pain before and after."""

    visit: Appointment
    done: past.LastTime


def ahead(person, user, now):
    """The coming visits, and what can be done with today's."""
    visits = timeline.coming(person, user, now)
    today = timeline.today(visits, now)
    check_in = CHECK_IN if today and today.status in COMING and user.has_perm("scheduling.change_appointment") else None
    return {"ahead": visits, "today_visit": today, "check_in": check_in}


def clinical(person, user, visit):
    """What is for practitioners only, and a line in the access log; nothing at all for anybody else."""
    if not user.has_perms(["patients.view_healthfact", "clinic_sessions.view_sessionplan"]):
        return {}
    note_read(user=user, patient=person, page="desk:patient")
    session = visit and session_act(visit)
    return {"clinical": True, "facts": person.facts_in_force, "last": last(person), "session": session}


def last(person):
    records = SignedRecord.objects.knowing_amendments().filter(plan__appointment__patient=person)
    record = records.select_related("plan__appointment__practitioner", "plan__appointment__table__location")
    found = record.order_by("-plan__appointment__starts_at").first()
    return found and Last(found.plan.appointment, past.read(found))
