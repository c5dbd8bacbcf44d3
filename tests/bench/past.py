"""One patient who has come for years: hundreds of signed sessions behind, one to plan and one to chart today."""

from datetime import UTC, datetime, time, timedelta

from scheduling.models import Appointment
from sessions import charting, planning, signing
from sessions.models import EstimCircuit, Muscle, NeedlePoint, Note, PlanStatus, Point, SessionPlan

REGULAR = 1  # primary key of the patient
POINTS = ["LI4", "LR3", "ST36", "SP6", "PC6", "GB34", "BL23", "BL25", "GB20", "GV20"]
CIRCUITS = [("ST36", "SP6"), ("BL23", "BL25")]
HOUR = timedelta(hours=1)


class Regular:
    """`diary` writes the rows of a visit; all of these are with practitioner 0."""

    def __init__(self, diary, sessions):
        self.diary, self.sessions, self.zone = diary, sessions, diary.zone
        self.first_number = diary.count + 1

    def visits(self):
        """(row, rows of what it takes): one at 7 on every day before the diary begins, and two early today."""
        last, today = self.diary.first - timedelta(days=1), self.diary.now.astimezone(self.zone).date()
        days = [last - timedelta(days=back) for back in range(self.sessions)][::-1]
        starts = [self.at(day, 7) for day in days] + [self.at(today, 5), self.at(today, 6)]
        for number, start in enumerate(starts, self.first_number):
            yield self.diary.visit(number, 0, start, patient=REGULAR, status=self.status(start))

    def at(self, day, hour):
        return datetime.combine(day, time(hour), tzinfo=self.zone).astimezone(UTC)

    def status(self, start):
        return "completed" if start.astimezone(self.zone).date() < self.diary.first else "arrived"

    def write_sessions(self):
        """Signed ones by the verb, in their order; {"plan": visit, "chart": visit} of today."""
        visits = Appointment.objects.filter(pk__gte=self.first_number).select_related("practitioner__user")
        *past, planned, charted = visits.order_by("pk")
        for visit in past:
            by = visit.practitioner.user
            plan = self.done(visit, by)
            signing.sign(plan=plan, version=plan.version, by=by, now=visit.span.upper)
        self.plan(planned)
        plan = self.plan(charted)
        by = charted.practitioner.user
        plan = planning.make_ready(plan=plan, version=plan.version, by=by)
        charting.start(plan=plan, version=plan.version, by=by)
        return {"plan": planned.pk, "chart": charted.pk}

    def done(self, visit, by):
        """A session as a chart leaves it, its rows written by the hundred."""
        plan = SessionPlan.objects.create(
            appointment=visit, status=PlanStatus.IN_PROGRESS, needles_in_at=visit.span.lower
        )
        points = Point.objects.in_bulk(POINTS, field_name="code")
        NeedlePoint.objects.bulk_create(
            NeedlePoint(plan=plan, outcome="done", order=order, **counted(points[code]))
            for order, code in enumerate(POINTS)
        )
        needles = {needle.point.code: needle for needle in plan.needles.all()}
        EstimCircuit.objects.bulk_create(
            EstimCircuit(plan=plan, outcome="done", order=order, **joined(needles[one], needles[other]))
            for order, (one, other) in enumerate(CIRCUITS)
        )
        Note.objects.create(plan=plan, response="Calm, pain less.", pain_before=6, pain_after=4)
        return plan

    def plan(self, visit):
        """Ten points, two circuits, a muscle, cups: what is usual, by the verbs."""
        by = visit.practitioner.user
        plan = planning.open_plan(visit=visit, by=by)
        plan = planning.add_points(plan=plan, version=plan.version, text=f"{' '.join(POINTS)} b/l", by=by)
        needles = {needle.point.code: needle for needle in plan.needles.all()}
        for one, other in CIRCUITS:
            fields = joined(needles[one], needles[other])
            plan = planning.add_circuit(plan=plan, version=plan.version, fields=fields, by=by)
        muscle = {"muscle": Muscle.objects.get(code="gastrocnemius"), "side": "left"}
        plan = planning.add_target(plan=plan, version=plan.version, fields=muscle, by=by)
        return planning.add_cups(plan=plan, version=plan.version, fields={"region": "lower back"}, by=by)


def counted(point):
    side = "both" if point.bilateral else "midline"
    return {"point": point, "side": side, "needles_in": point.sites_total, "needles_out": point.sites_total}


def joined(one, other):
    return {"needle_a": one, "side_a": "left", "needle_b": other, "side_b": "left"}
