"""What the search box finds: people with today's visit, and pages of the application."""

from dataclasses import dataclass
from datetime import timedelta

from clinic import context
from desk.timeline import today
from patients.models import Patient
from scheduling.models import Appointment

A_DAY = timedelta(days=1)
LOOKED_BACK = 60  # visits among which the recently seen are looked for
RECENT = 12


@dataclass(frozen=True)
class Hit:
    patient: Patient
    visit: Appointment | None  # today's


def people(user, text, now, *, limit):
    """Patients for what was typed, with today's visit of each. Four queries at most."""
    return hits(Patient.objects.visible_to(user).find(text, limit=limit), user, now)


def hits(patients, user, now):
    near = Appointment.objects.visible_to(user).live().filter(patient__in=patients)
    visits = list(near.starting(now - A_DAY, now + A_DAY).select_related("table__location")) if patients else []
    mine = {patient.pk: [visit for visit in visits if visit.patient_id == patient.pk] for patient in patients}
    return [Hit(patient, today(mine[patient.pk], now)) for patient in patients]


def recent(user, now):
    """Who was here last: with a practitioner, their own patients; else the clinic's."""
    seen = Appointment.objects.visible_to(user).live().filter(starts_at__lte=now).order_by("-starts_at")
    if practitioner := getattr(user, "practitioner", None):
        seen = seen.filter(practitioner=practitioner)
    latest = list(dict.fromkeys(seen.values_list("patient", flat=True)[:LOOKED_BACK]))[:RECENT]
    known = Patient.objects.visible_to(user).in_bulk(latest)
    return hits([known[pk] for pk in latest if pk in known], user, now)


def pages(user, text):
    """Entries of the rail whose name begins so: "cal" leads to the calendar."""
    typed = text.strip().casefold()
    return [entry for entry in context.rail(user, "") if typed and entry["label"].casefold().startswith(typed)]
