"""A clinic group's database, written with COPY: `main`.

50 practitioners, 60 tables, 20 e-stim units, a tenth as many patients as visits, 320 visits a day until three weeks
from today, so that a day is as full in a small database as in a large one. Triggers and constraints are in place as
ever. The file gets what the bench has to know, as JSON.
"""

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain, islice, product
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from scheduling import staging
from scheduling.models import Appointment
from sessions import planning
from tests.bench import frame
from tests.bench.past import Regular

ZONE = ZoneInfo("America/New_York")
AHEAD = 21  # days from today that are filled
STARTS = [time(8 + 75 * n // 60, 75 * n % 60) for n in range(8)]
FILLED = 0.8  # of all starts of the day: the rest is free
PLANNED = 30  # visits of the last days that have a plan with needles
POINTS = "li4 lr3 st36 sp6 pc6 gb20 b/l"
AT_ONCE = 2_000  # visits a COPY
HEADS = "Al Ba Cor Da El Fen Gar Hol Is Jor Kel Lor Mar Nor Ol Pen Quin Ros Sel Tor Ul Ver Wil Xan Yar Zel"
TAILS = "ano bert cott dale enby ford gate hurst ing kins low man nett oway pool quist ridge sen ton vale wick"

PATIENT = (
    "id given_name family_name pronouns birth_date email phone address language zone_name guardian wants_reminders "
    "interpreter wheelchair desk_note created_at request_key"
)
VISIT = (
    "id patient_id service_id practitioner_id table_id device_id span stages turnover_minutes buffer_minutes status "
    "status_before status_at revision placed_at override_reason note cancel_reason request_key booked_at"
)
OCCUPANCY = "resource_id appointment_id span rest_minutes"

MESSAGES = """
    INSERT INTO reminders_message (kind, patient_id, "to", subject, text, html, calendar, reply_to, unsubscribe,
        message_id, state, attempts, next_attempt_at, give_up_at, answer, accepted_at, created_at)
    SELECT 'booked', patient_id, 'told@example.com', 'Your visit', '', '', '', '', '',
        id::text, 'accepted', 1, placed_at, starts_at, '250 Kept', placed_at, placed_at
    FROM scheduling_appointment
"""
NOTICES = """
    INSERT INTO reminders_notice (rule_id, visit_id, revision, message_id)
    SELECT rule.id, visit.id, visit.revision, message.id FROM scheduling_appointment AS visit
    JOIN reminders_message AS message ON message.message_id = visit.id::text
    JOIN reminders_rule AS rule ON rule.kind = 'booked'
"""


def main(visits, file):
    made, dice, now = frame.make(), random.Random(7), timezone.now()  # the same clinic every time
    people = visits // 10
    copy("patients_patient", PATIENT, patients(people, dice, now))
    vacuum()  # the foreign keys' plans are made for what the planner knows by now
    diary = Diary(made, visits, people, dice, now)
    regular = Regular(diary, visits // 2000)
    rows = chain(diary.visits(), regular.visits())
    set_context()
    while some := list(islice(rows, AT_ONCE)):
        copy("scheduling_appointment", VISIT, (row for row, _ in some))
        copy("scheduling_occupancy", OCCUPANCY, (row for _, taken in some for row in taken))
    with connection.cursor() as cursor:
        for table in ("patients_patient", "scheduling_appointment"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
    tell()
    vacuum()
    known = {
        "patients": people,
        "location": made.location.pk,
        "service": made.estim.pk,
        "first_day": str(diary.first),
        "plans": plans(now),
        "regular": regular.write_sessions(),
    }
    Path(file).write_text(json.dumps(known))


def tell():
    """One message about each visit, as if all had gone well; what is due just now is still to be found."""
    with connection.cursor() as cursor:
        cursor.execute(MESSAGES)
        cursor.execute(NOTICES)


def vacuum():
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def set_context():
    """The history triggers look for one, as a request has; not finding it costs a subtransaction a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pghistory.context_id', gen_random_uuid()::text, false)")
        cursor.execute("SELECT set_config('pghistory.context_metadata', '{}', false)")


def copy(table, columns, rows):
    """Rows of Python values in the order of `columns` (names in one string), by PostgreSQL's own bulk load."""
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as pipe,
    ):
        for row in rows:
            pipe.write_row(row)


def patients(count, dice, now):
    tails, born = TAILS.split(), date(1935, 1, 1)
    names = [f"{head}{tail}" for head, tail in product(HEADS.split(), tails)]
    for number in range(1, count + 1):
        yield (
            *(
                number,
                dice.choice(names),
                dice.choice(names) + dice.choice(TAILS),
                "",
                born + timedelta(number % 25000),
            ),
            *(f"patient{number}@example.com", f"555-{number:07}", "", "en", "", "", True, False, False, "", now),
            UUID(int=number),
        )


class Diary:
    zone = ZONE

    def __init__(self, made, visits, people, dice, now):
        self.made, self.count, self.people, self.dice, self.now = made, visits, people, dice, now
        self.rest = timedelta(minutes=frame.TURNOVER)
        self.stages = {one.pk: frame.snapshot(one) for one in (made.estim, made.needling)}
        self.json = {pk: json.dumps(stages) for pk, stages in self.stages.items()}
        self.per_day = round(len(made.team) * len(STARTS) * FILLED)
        self.first = now.astimezone(ZONE).date() + timedelta(days=AHEAD - visits // self.per_day)

    def visits(self):
        """(row of the visit, rows of what it takes), day by day."""
        places = list(product(STARTS, range(len(self.made.team))))
        number = 0
        while number < self.count:
            day = self.first + timedelta(days=number // self.per_day)
            for wall, who in self.dice.sample(places, min(self.per_day, self.count - number)):
                number += 1
                yield self.visit(number, who, datetime.combine(day, wall, tzinfo=ZONE).astimezone(UTC))

    def visit(self, number, who, start, *, patient=None, status=None):
        service, device = self.made.offered_by(who)
        kim, table, unit = self.made.team[who].pk, self.made.tables[who].pk, device and device.pk
        stages = self.stages[service.pk]
        status = status or self.status(number, start)
        placed = start - timedelta(days=AHEAD + 1 + number % 60)
        row = (
            *(number, patient or number % self.people + 1, service.pk, kim, table, unit),
            *(
                DateTimeTZRange(start, start + staging.length(stages)),
                self.json[service.pk],
                10,
                0,
                status,
                "",
                placed if status in ("booked", "cancelled") else start,
            ),
            *(0, placed, "", "", "", UUID(int=number), placed),
        )
        claims = staging.claims(stages, start, practitioner=kim, table=table, device=unit, turnover=self.rest)
        taken = [
            (claim.resource, number, DateTimeTZRange(claim.start, claim.end), claim.rest // timedelta(minutes=1))
            for claim in claims
        ]
        return row, [] if status == "cancelled" else taken

    def status(self, number, start):
        """Those of yesterday and of this morning are still open, so that there is something to plan."""
        if start > self.now:
            return "booked"
        if self.now - start < timedelta(days=2):
            return "arrived"
        return "cancelled" if number % 12 == 0 else "completed"


def plans(now):
    """The visits that get a plan, made by the verbs."""

    visits = Appointment.objects.filter(status="arrived").select_related("practitioner__user")[:PLANNED]
    for visit in visits:
        plan = planning.open_plan(visit=visit, by=visit.practitioner.user)
        planning.add_points(plan=plan, version=plan.version, text=POINTS, by=visit.practitioner.user)
    return [visit.pk for visit in visits]
