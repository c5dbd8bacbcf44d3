"""A visit as a row of the day: what is to be seen of it, and the one thing that comes next."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from desk.days import Day
from patients.alerts import Alert, alerts_of
from scheduling import attending, sitting, wording
from scheduling.models import COMING, GONE, Appointment, Status

LATE_AFTER = timedelta(minutes=5)
MISSING_AFTER = timedelta(minutes=15)  # so late, "No-show" stands beside "Check in"
VERBS = {"confirm": attending.confirm, "arrive": attending.arrive, "no-show": attending.no_show}
DONE = {"confirm": "{} has confirmed.", "arrive": "{} is checked in.", "no-show": "{} is marked as a no-show."}


@dataclass(frozen=True)
class Act:
    """A button. With a `verb` it changes the visit, with a `url` it opens a page."""

    label: str
    key: str
    verb: str = ""
    url: str = ""


CHECK_IN = Act("Check in", "a", verb="arrive")
CONFIRM = Act("Confirm", "", verb="confirm")
NO_SHOW = Act("No-show", "x", verb="no-show")


@dataclass(frozen=True)
class Row:
    """`view` is "mine" on a practitioner's own day, else "clinic"; `alerts` are the chips this user may see."""

    visit: Appointment
    day: Day
    view: str = "clinic"
    alerts: list[Alert] = field(default_factory=list)

    @property
    def coming(self):
        return self.visit.status in COMING

    @property
    def is_over(self):
        return self.visit.status in {*GONE, Status.COMPLETED}

    @property
    def late(self):
        """Minutes, or 0 while it is not late."""
        return late_minutes(self.visit, self.day.now) if self.day.is_today else 0

    @property
    def unconfirmed(self):
        return self.visit.status == Status.BOOKED and not self.day.is_over

    @property
    def forms_missing(self):
        return not self.visit.patient.has_intake and self.visit.status in {*COMING, Status.ARRIVED}

    @property
    def look(self):
        """The class that the list draws it with."""
        if self.visit.status in GONE:
            return "day__row--off"
        if self.visit.status == Status.COMPLETED:
            return "day__row--done"
        if self.visit.status == Status.ARRIVED:
            return "day__row--here"
        return "day__row--late" if self.late else ""

    @property
    def since(self):
        """How it stands, beside its status."""
        clock = wording.clock(self.visit.status_at, self.visit.zone)
        if self.late:
            return f"late {self.late} min"
        if self.visit.status == Status.ARRIVED:
            return f"here since {clock}"
        if self.visit.status == Status.IN_SESSION:
            return stage_now(self.visit, self.day.now)
        return called_off(self.visit)

    @property
    def rests_until(self):
        """When somebody has to go in: the patient rests and nobody is with them. None while nobody rests."""
        if self.visit.status != Status.IN_SESSION:
            return None
        sat = sitting.of(self.visit, self.day.now)
        rests = not sat.ended_at and not self.visit.stages[sat.stage]["practitioner"]
        return sat.until if rests else None

    @property
    def rest_is_over(self):
        return self.rests_until is not None and self.rests_until <= self.day.now

    @property
    def acts(self):
        """The button that comes next, and at most one beside it."""
        if self.view == "mine":
            return [
                act for act in (session_act(self.visit), CHECK_IN if self.coming and self.day.is_today else None) if act
            ]
        if self.coming:
            return self.coming_acts()
        return [again(self.visit)] if self.visit.status in GONE and not self.day.is_over else []

    def coming_acts(self):
        if self.day.is_over:
            return [NO_SHOW, CHECK_IN]
        if not self.day.is_today:
            return [CONFIRM] if self.unconfirmed else []
        if self.day.now - self.visit.starts_at >= MISSING_AFTER:
            return [CHECK_IN, NO_SHOW]
        return [CHECK_IN, CONFIRM] if self.unconfirmed else [CHECK_IN]


def late_minutes(visit, now):
    """How late a visit that is still to come is, or 0 while it is not."""
    behind = now - visit.starts_at
    return int(behind.total_seconds() // 60) if visit.status in COMING and behind >= LATE_AFTER else 0


def row_of(visit, user, now, view):
    """A row of a visit that came out of `board.with_all`."""
    local = Day(visit.location, timezone.localdate(visit.starts_at, visit.zone), now)
    row = Row(visit, local, view)
    return row if row.is_over else replace(row, alerts=alerts_of(visit.patient, user, local.date))


def plan_of(visit):
    """The plan, or None: a one-to-one that is not there raises."""
    return getattr(visit, "plan", None)


def session_act(visit):
    """Where a practitioner goes next with this visit."""
    plan = plan_of(visit)
    if plan and plan.is_signed:
        return Act("Record", "p", url=reverse("sessions:record", args=[visit.pk]))
    if visit.status in {Status.IN_SESSION, Status.COMPLETED}:
        return Act("Chart", "p", url=reverse("sessions:chart", args=[visit.pk]))
    if visit.status in GONE:
        return None
    return Act("Open plan", "p", url=reverse("sessions:plan", args=[visit.pk]))


def again(visit):
    return Act("Book again", "", url=f"{reverse('scheduling:book')}?patient={visit.patient_id}")


def undo_url(visit):
    """Undoes the status that the visit has now, and no other that somebody gives it meanwhile."""
    return f"{reverse('scheduling:undo', args=[visit.pk])}?of={visit.status}"


def called_off(visit):
    """By whom and why, of a cancelled visit: nobody who works here did it, so it was the patient."""
    if visit.status != Status.CANCELLED:
        return ""
    return ": ".join(filter(None, ["" if visit.status_by_id else "by the patient", visit.cancel_reason]))


def stage_now(visit, now):
    """Which stage a running session is in, or since when it should be over."""
    sat = sitting.of(visit, now)
    if sat.ended_at:
        return f"left the table at {wording.clock(sat.ended_at, visit.zone)}"
    name, until = visit.stages[sat.stage]["name"], wording.clock(sat.until, visit.zone)
    return f"{name} until {until}" if now < sat.until else f"{name}, over since {until}"
