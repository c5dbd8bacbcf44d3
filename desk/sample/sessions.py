"""The sample's sessions: planned, answered, charted; and the past ones signed by the real verb, in the order of time.

Plans and their rows go in by the hundred, as the verbs of planning and charting would have left them.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import timedelta

from scheduling.models import Appointment
from sessions import findings, safety, signing
from sessions.models import (
    AdverseEvent,
    CuppingSite,
    DryNeedlingTarget,
    EstimCircuit,
    FindingResponse,
    MovementStep,
    Muscle,
    NeedlePoint,
    Note,
    PlanStatus,
    Point,
    SessionPlan,
    TuiNaStep,
)

from . import words
from .charts import MINUTE, OUT_BEFORE_END, Chart, Voice, has_needles
from .diary import Visit
from .prescribing import Prescriber, Rows

STATUS = {
    "draft": PlanStatus.DRAFT,
    "ready": PlanStatus.READY,
    "begun": PlanStatus.IN_PROGRESS,
    "unsigned": PlanStatus.IN_PROGRESS,
    "signed": PlanStatus.IN_PROGRESS,  # until it is signed
}
BEGUN = {"begun", "unsigned", "signed"}
COPIED = {"np", "ac", "cm", "dn", "tn", "tc"}  # kinds that are planned as last time


@dataclass(eq=False)
class Session:
    """A session while it is being written; `number` counts the person's sessions from 0."""

    visit: Visit
    appointment: Appointment
    chart: str
    number: int
    rows: Rows
    note: Note | None = None
    plan: SessionPlan | None = None

    @property
    def by(self):
        return self.visit.practitioner.user


class Scribe:
    """Writes the sessions of `appointments` ({visit: Appointment}) as far as `fates` tells."""

    def __init__(self, ground, appointments, fates):
        self.ground, self.appointments, self.fates = ground, appointments, fates
        self.dice = ground.dice("sessions")
        self.points = {point.code: point for point in Point.objects.all()}
        self.muscles = {muscle.code: muscle for muscle in Muscle.objects.all()}

    def write(self):
        """Everything but the signatures; returns the sessions that are to be signed."""
        sessions = self.planned()
        self.save_plans(sessions)
        save_rows(sessions)
        self.report(sessions)
        self.answer(sessions)
        return [session for session in sessions if session.chart == "signed"]

    def planned(self):
        """A Session for each visit that has a chart, oldest first, its rows charted as far as it is."""
        prescribers, voices, numbers = {}, {}, defaultdict(int)
        sessions = []
        for visit, appointment in self.appointments.items():
            if chart := self.fates[visit].chart:
                person, number = visit.person, numbers[visit.person]
                numbers[person] += chart in BEGUN
                if person not in voices:
                    prescribers[person] = Prescriber(self.ground, person, self.points, self.muscles)
                    voices[person] = Voice(self.ground, person)
                rows = prescribers[person].prescribe(visit.key, number, visit.device)
                sessions.append(Session(visit, appointment, chart, number, rows))
                self.fill_in(sessions[-1], voices[person])
        return sessions

    def fill_in(self, session, voice):
        chart = Chart(self.dice, session.rows)
        if session.chart == "signed":
            chart.done(day=session.visit.start.astimezone(self.ground.zone).date())
        elif session.chart == "unsigned":
            chart.half()
        elif session.chart == "begun":
            chart.count_in()
        elif session.visit.act:
            self.leave_open(session)
        if session.chart in BEGUN:
            session.note = voice.note(session.number, finished=session.chart == "signed")

    def leave_open(self, session):
        """A draft of today with a block that nobody has answered: current across the chest, a deep muscle."""
        rows, marks = session.rows, session.visit.person.marks
        if session.chart != "draft":
            return
        if "pacemaker" in marks:
            rows.needles = [needle for needle in rows.needles if needle.point.code != "LI4"]
            rows.needles.append(NeedlePoint(point=self.points["LI4"], side="both", order=len(rows.needles)))
            place = len(rows.needles) - 1
            rows.circuits.append((EstimCircuit(side_a="left", side_b="right", pulse_us=200), place, place))
        if "warfarin" in marks:
            deep = DryNeedlingTarget(muscle=self.muscles["piriformis"], side="right", length_mm=60, order=9)
            rows.targets.append(deep)

    def save_plans(self, sessions):
        """In rounds, because a plan names the one that it was copied from."""
        last = {}
        for number in range(max(session.number for session in sessions) + 1):
            round_ = [session for session in sessions if session.number == number]
            for session in round_:
                session.plan = self.plan(session, last.get((session.visit.person, session.visit.key)))
            SessionPlan.objects.bulk_create(session.plan for session in round_)
            signed = [session for session in round_ if session.chart == "signed"]
            last |= {(session.visit.person, session.visit.key): session.plan for session in signed}

    def plan(self, session, last):
        visit, ground = session.visit, self.ground
        begun = session.chart in BEGUN
        put_in = ground.past(visit.start + self.dice.randint(3, 7) * MINUTE)
        out = visit.end - OUT_BEFORE_END.get(visit.key, 0) * MINUTE
        over = session.chart in ("signed", "unsigned") and has_needles(session.rows)
        created = ground.past(visit.start) - self.dice.randint(20, 900) * MINUTE
        return SessionPlan(
            appointment=session.appointment,
            status=STATUS[session.chart],
            position=session.rows.position,
            version=self.dice.randint(3, 14),
            changed_by=session.by,
            changed_at=ground.past(visit.end) if over else created + 4 * MINUTE,
            copied_from=last if visit.key in COPIED else None,
            needles_in_at=put_in if begun else None,
            needles_out_at=out if over else None,
            created_at=created,
        )

    def report(self, sessions):
        """A few incidents, at most one a session, none twice alike; and one needle that was not found."""
        needled = [session for session in sessions if session.chart == "signed" and has_needles(session.rows)]
        needled = self.dice.sample(needled, len(needled))
        made = [self.lose_one(needled)]
        for code, severity, where, detail in words.EVENTS:
            session = next(one for one in needled if not where or self.sites(one, where))
            needled.remove(session)
            site = {where: self.dice.choice(self.sites(session, where))} if where else {}
            made.append(self.incident(session, code=code, severity=severity, detail=detail, **site))
        AdverseEvent.objects.bulk_create(made)

    def sites(self, session, where):
        rows = session.rows.needles if where == "needle" else session.rows.targets
        return [row for row in rows if row.needles_in]

    def incident(self, session, **fields):
        at = session.visit.end - self.dice.randint(1, 12) * MINUTE
        return AdverseEvent(plan=session.plan, recorded_by=session.by, recorded_at=at, **fields)

    def lose_one(self, needled):
        """One of two needles of a point does not come out with the others; takes the session out of `needled`."""
        pairs = ((one, row) for one in needled for row in one.rows.needles if row.needles_out == 2)
        session, needle = next(pairs)
        needled.remove(session)
        NeedlePoint.objects.filter(pk=needle.pk).update(needles_out=1)
        self.lost = session.plan
        fields = {"code": "forgotten_needle", "severity": "mild", "needle": needle, "missing": 1, "detail": words.LOST}
        return self.incident(session, **fields)

    def answer(self, sessions):
        """Every block and warning of a plan that is past its draft was answered before it was made ready."""
        answered = {session.plan.pk: session for session in sessions if session.chart != "draft"}
        FindingResponse.objects.bulk_create(
            self.response(answered[plan.pk], assessed.finding)
            for plan in SessionPlan.objects.laid_out().filter(pk__in=answered)
            for assessed in findings.of_plan(plan)
            if assessed.is_open
        )

    def response(self, session, finding):
        block = finding.severity == safety.BLOCK
        return FindingResponse(
            plan=session.plan,
            rule=finding.rule,
            rule_version=finding.version,
            fingerprint=finding.fingerprint,
            finding=asdict(finding),
            kind=FindingResponse.Kind.OVERRIDDEN if block else FindingResponse.Kind.ACKNOWLEDGED,
            reason=words.OVERRIDES[finding.rule] if block else "",
            by=session.by,
            at=session.plan.created_at + 3 * MINUTE,
        )

    def sign(self, sessions):
        """By the verb itself, each after its visit; then what was learnt later is added to some."""
        when = {one: self.ground.past(one.visit.end + self.dice.randint(2, 50) * MINUTE) for one in sessions}
        records = [
            signing.sign(plan=one.plan, version=one.plan.version, by=one.by, now=when[one])
            for one in sorted(sessions, key=when.get)
        ]
        old = [record for record in records if record.signed_at < self.ground.ago(days=4)]
        amended = zip(self.dice.sample(old, len(words.AMENDMENTS)), words.AMENDMENTS, strict=True)
        found = [(record, words.FOUND) for record in records if record.plan_id == self.lost.pk]
        for record, text in sorted([*amended, *found], key=lambda pair: pair[0].signed_at):
            signing.amend(record=record, text=text, by=record.signed_by, now=record.signed_at + timedelta(hours=3))


def save_rows(sessions):
    """All rows of all plans, kind by kind; circuits after the needles that they join."""
    for model, name in (
        (NeedlePoint, "needles"),
        (DryNeedlingTarget, "targets"),
        (CuppingSite, "cups"),
        (TuiNaStep, "tuina"),
        (MovementStep, "movements"),
    ):
        model.objects.bulk_create(with_plan(row, one) for one in sessions for row in getattr(one.rows, name))
    EstimCircuit.objects.bulk_create(circuit for one in sessions for circuit in joined(one))
    Note.objects.bulk_create(with_plan(one.note, one) for one in sessions if one.note)


def with_plan(row, session):
    row.plan = session.plan
    return row


def joined(session):
    for circuit, a, b in session.rows.circuits:
        circuit.needle_a, circuit.needle_b = session.rows.needles[a], session.rows.needles[b]
        yield with_plan(circuit, session)
