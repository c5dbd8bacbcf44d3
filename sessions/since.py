"""What changed for a patient since the last signed session: days, visits that did not happen, health facts, incidents.

Shown beside the plan, and asked for after it: the plan does not wait for it.
"""

from dataclasses import dataclass

from django.db.models import Q

from patients.models import HealthFact
from scheduling.models import GONE, Appointment, Status
from sessions.models import AdverseEvent, EventCode, Note, Progress

FLARE = EventCode.AGGRAVATION


@dataclass(frozen=True)
class Incident:
    """An adverse event of the last session, or about it, with what was said when somebody asked again."""

    event: AdverseEvent
    follow_up: object

    @property
    def is_over(self):
        return bool(self.follow_up) and self.follow_up.progress == Progress.OVER

    @property
    def speaks_against_more(self):
        """Open, or a flare: nothing is raised after it (dosing for fibromyalgia, product default)."""
        return not self.is_over or self.event.code == FLARE


@dataclass(frozen=True)
class Since:
    """`history` is what the patient told, as it stands in this visit's notes; `facts` are sentences."""

    last: object
    days: int
    history: str
    gone: list
    facts: list
    incidents: list

    @property
    def nothing(self):
        return not (self.history or self.gone or self.facts or self.incidents)


def since(visit, last, user):
    """What changed between `last` (`past.LastTime`) and `visit`, as `user` may see it."""
    return Since(
        last=last,
        days=(day_of(visit.starts_at, visit) - day_of(last.starts_at, visit)).days,
        history=Note.objects.filter(plan__appointment=visit).values_list("history", flat=True).first() or "",
        gone=list(not_held(visit, last)),
        facts=list(fact_changes(facts_now(visit), last.facts)) if user.has_perm("patients.view_healthfact") else [],
        incidents=incidents(last),
    )


def day_of(moment, visit):
    return moment.astimezone(visit.zone).date()


def not_held(visit, last):
    """Visits in between that were cancelled or missed: (visit, its state in words)."""
    between = Appointment.objects.filter(
        patient=visit.patient_id, starts_at__gt=last.starts_at, starts_at__lt=visit.starts_at, status__in=GONE
    )
    for each in between.order_by("starts_at"):
        yield each, Status(each.status).label.lower()


def incidents(last):
    """Those recorded in the last session and those told later about it."""
    of_it = Q(plan=last.plan) | Q(about=last.plan)
    found = AdverseEvent.objects.filter(of_it).prefetch_related("follow_ups")
    return [Incident(event, next(reversed(event.follow_ups.all()), None)) for event in found]


def facts_now(visit):
    """{(code, limb in words): fact} in force on the day of the visit."""
    facts = HealthFact.objects.filter(patient=visit.patient_id).on(day_of(visit.starts_at, visit))
    return {(fact.code, fact.get_region_display()): fact for fact in facts}


def fact_changes(now, then):
    """Sentences about health facts that are new, over, or told otherwise than the last session's record has them."""
    before = {(fact["code"], fact["limb"]): fact for fact in then}
    for key, fact in now.items():
        if key not in before:
            yield f"New: {named(fact.get_code_display(), key[1], fact.detail)}{since_when(fact)}."
        elif fact.detail != before[key]["detail"]:
            yield (
                f"{named(fact.get_code_display(), key[1])}: "
                f"{before[key]['detail'] or 'no particulars'} → {fact.detail or 'no particulars'}."
            )
    for key, fact in before.items():
        if key not in now:
            yield f"No longer: {named(fact['words'], key[1], fact['detail'])}."


def named(words, limb, detail=""):
    return " · ".join(filter(None, [words, limb, detail]))


def since_when(fact):
    return f", since {fact.since:%-d %b %Y}" if fact.since else ""
