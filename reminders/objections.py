"""Why a message must not go, looked at again at the last moment: in SQL, so that to look and to take are one."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from reminders.asking import ask
from reminders.kinds import SPECS
from reminders.models import AnswerKind
from reminders.models.answers import OPTIONAL
from reminders.quiet import waking_time
from scheduling.models import COMING


class Objection(models.TextChoices):
    """The gravest first: of several, that one is told."""

    NOTHING = "nothing", "This message tells of no visit any more."
    CANCELLED = "cancelled", "This visit is cancelled."
    BEGUN = "begun", "This visit has begun."
    OTHERWISE = "otherwise", "This visit has taken another course by now."
    MOVED = "moved", "This visit has another time by now."
    OFF = "off", "Messages of this kind are switched off."
    DECEASED = "deceased", "This patient has died."
    MERGED = "merged", "This patient's record has become part of another one."
    ADDRESS = "address", "The patient's address has changed."
    STRANGER = "stranger", "Whoever reads this address says that it is not this patient."
    UNWANTED = "unwanted", "The patient wants no messages of this kind."
    QUIET = "quiet", "Nobody is told anything at this hour."


LASTING = [objection for objection in Objection if objection != Objection.QUIET]  # those that no waiting mends
STALE = [Objection.NOTHING, Objection.CANCELLED, Objection.BEGUN, Objection.OTHERWISE, Objection.MOVED]


def listed(values):
    return ", ".join(f"'{value}'" for value in values)


STATUSES = " ".join(f"WHEN '{kind}' THEN ARRAY[{listed(sorted(s.statuses))}]" for kind, s in SPECS.items() if s.find)
AHEAD = listed(kind for kind, spec in SPECS.items() if spec.find and spec.ahead)
STILL_COMING = listed(sorted(COMING))
OF_VISITS = listed(kind for kind, spec in SPECS.items() if spec.find)

# What a visit's place has on the clock. It is read off here and in no join, where PostgreSQL may read it for any place
# before it knows whose: one that is in no zone would stop everybody's messages. Times of day turn over at midnight, so
# hours that go over it are like any others once the clock is set to begin with them.
CLOCK = """(SELECT (%(now)s::timestamptz AT TIME ZONE location.zone_name)::time FROM clinic_resource AS place
    JOIN clinic_location AS location ON location.id = place.location_id WHERE place.id = visit.table_id)"""
# What stands in the way of message %(message)s, one row each; constants come from our own code, values are bound.
QUESTION = f"""
    SELECT CASE
        WHEN visit.status <> ALL (CASE message.kind {STATUSES} END)
            THEN CASE WHEN visit.status IN ('cancelled', 'no_show') THEN 'cancelled'
                WHEN message.kind IN ({AHEAD}) AND visit.status NOT IN ({STILL_COMING}) THEN 'begun'
                ELSE 'otherwise' END
        WHEN visit.revision <> notice.revision THEN 'moved'
        WHEN message.kind IN ({AHEAD}) AND visit.starts_at <= %(now)s THEN 'begun'
        WHEN NOT rule.active THEN 'off'
        WHEN patient.deceased_on IS NOT NULL THEN 'deceased'
        WHEN patient.merged_into_id IS NOT NULL THEN 'merged'
        WHEN patient.email <> message.to THEN 'address'
        WHEN message.kind IN ({listed(OPTIONAL)}) AND (NOT patient.wants_reminders OR EXISTS (
            SELECT FROM reminders_optout AS refused
            WHERE refused.patient_id = patient.id AND refused.kind = message.kind)) THEN 'unwanted'
        WHEN {CLOCK} - rule.quiet_from::interval < rule.quiet_until - rule.quiet_from::interval THEN 'quiet'
    END AS why
    FROM reminders_message AS message
    JOIN reminders_notice AS notice ON notice.message_id = message.id
    JOIN reminders_rule AS rule ON rule.id = notice.rule_id
    JOIN scheduling_appointment AS visit ON visit.id = notice.visit_id
    JOIN patients_patient AS patient ON patient.id = visit.patient_id
    WHERE message.id = %(message)s
    UNION ALL
    SELECT CASE
        WHEN message.kind IN ({OF_VISITS})
            AND NOT EXISTS (SELECT FROM reminders_notice WHERE message_id = message.id) THEN 'nothing'
        WHEN patient.deceased_on IS NOT NULL THEN 'deceased'
        WHEN patient.merged_into_id IS NOT NULL THEN 'merged'
        WHEN patient.email <> message.to THEN 'address'
        WHEN EXISTS (
            SELECT FROM reminders_answer AS answer WHERE answer.kind = '{AnswerKind.NOT_ME}'
            AND answer.handled_at IS NULL AND answer.address = message.to) THEN 'stranger'
    END
    FROM reminders_message AS message LEFT JOIN patients_patient AS patient ON patient.id = message.patient_id
    WHERE message.id = %(message)s
"""  # noqa: S608
GRAVEST = f"array_position(ARRAY[{listed(Objection.values)}], why)"
FIRST = f"SELECT why FROM ({QUESTION}) AS found WHERE why IS NOT NULL ORDER BY {GRAVEST} LIMIT 1"  # noqa: S608


def objection(message, now=None):
    """The gravest objection to sending this message now, or None."""
    row = ask(FIRST, {"message": message.pk, "now": now or timezone.now()})
    return Objection(row[0]) if row else None


def awake(notices, now):
    """When none of these notices' rules is quiet any more; a minute from now at least, should the database's clock of a
    place and ours disagree: else the message would be looked at again at once, and again."""
    moments = [
        waking_time(now, notice.visit.zone, notice.rule.quiet_from, notice.rule.quiet_until) for notice in notices
    ]
    return max([*moments, now + timedelta(minutes=1)])
