"""A session in words and codes: what is kept, and digested, when it is signed.

A reader of the snapshot needs nothing else: names are as they were on that day. `values` are the codes as stored, and
`display` the words they had. FORMAT rises when the shape changes; old snapshots stay as they are.
"""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from clinic.models import Credential
from patients.models import HealthFact
from sessions import findings
from sessions.rows import CHARTED, KINDS, PLANNED, all_of, kind_of
from sessions.safety.rulebook import rulebook
from sessions.safety.rules import RULES

FORMAT = 2
KEPT_OF_NEEDLES = ("needles_in", "needles_out", "left_in_place", "remove_on")
NOTE_FIELDS = ("history", "tongue", "pulse", "palpation", "response", "advice", "pain_before", "pain_after")


# What a snapshot reads beside a laid-out plan.
BESIDE = ("handovers", "responses", "events__about__appointment")


def snapshot(plan, *, by, at):
    """The laid-out plan as a dict that `canonical` can write."""
    day = plan.appointment.starts_at.astimezone(plan.appointment.zone).date()
    return {
        "format": FORMAT,
        "patient": patient(plan.appointment.patient),
        "visit": visit(plan.appointment),
        "health_facts": health_facts(plan.appointment, day),
        **parts(plan),
        "findings": [assessed(each) for each in findings.of_plan(plan)],
        "rules": {name: rulebook()[name].version for name in sorted(RULES)},
        "signed": {"by": str(by), "by_id": by.pk, "at": at, "credentials": credentials(by, day)},
    }


def parts(plan):
    """What stands in the rows of the plan itself: `sessions.verifying` compares it again with what was signed."""
    return {
        "session": session(plan),
        "rows": rows(plan),
        "incidents": [incident(event) for event in plan.events.all()],
        "handovers": [handover(each) for each in plan.handovers.all()],
        "notes": notes(plan),
        "answers": [answer(each) for each in plan.responses.all()],
    }


def session(plan):
    return {
        "id": plan.pk,
        "position": plan.get_position_display(),
        "position_code": plan.position,
        "needles_in_at": plan.needles_in_at,
        "current_on_at": plan.current_on_at,
        "current_off_at": plan.current_off_at,
        "needles_out_at": plan.needles_out_at,
        "needles_out_by": plan.needles_out_by and str(plan.needles_out_by),
        "needles_out_by_id": plan.needles_out_by_id,
        "copied_from": plan.copied_from_id,
        "protocol": plan.protocol_id,
    }


def amendment(record, *, text, by, at):
    """What is added to a signed record, and to which words."""
    about = {"number": record.number, "sha256": record.sha256}
    return {"format": FORMAT, "record": about, "text": text, "by": str(by), "by_id": by.pk, "at": at}


def patient(person):
    return {
        "id": person.pk,
        "chart_number": person.chart_number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "pronouns": person.pronouns,
        "birth_date": person.birth_date,
    }


def visit(appointment):
    table, unit = appointment.table, appointment.device
    return {
        "id": appointment.pk,
        "starts_at": appointment.starts_at,
        "ends_at": appointment.ends_at,
        "service": appointment.service.name,
        "practitioner": appointment.practitioner.name,
        "location": table.location.name,
        "address": table.location.address,
        "zone": table.location.zone_name,
        "table": table.name,
        "room": table.room,
        "unit": unit and {"name": unit.name, "model": unit.model, "serial": unit.serial},
    }


def health_facts(appointment, day):
    """What was known, and in force, on the day of the visit."""
    return [health_fact(fact) for fact in HealthFact.objects.filter(patient=appointment.patient_id).on(day)]


def health_fact(fact):
    return {
        "code": fact.code,
        "words": fact.get_code_display(),
        "limb": fact.get_region_display(),
        "detail": fact.detail,
        "since": fact.since,
        "due_date": fact.due_date,
    }


def rows(plan):
    """Every row of a laid-out plan: what was planned and what was done."""
    return [
        {
            "kind": kind_of(row),
            "id": row.pk,
            "label": row.label,
            "name": name_of(row),
            "values": values(row),
            "display": display(row),
        }
        for row in all_of(plan)
    ]


def name_of(row):
    """The point's or muscle's name, or where a circuit runs; empty for rows that their label says all about."""
    if kind_of(row) == "needle":
        return " ".join(filter(None, [row.point.pinyin_toned or row.point.pinyin, row.point.hanzi]))
    if kind_of(row) == "target":
        return row.muscle.name
    return row.path if kind_of(row) == "circuit" else ""


def values(row):
    fields = [*PLANNED[type(row)], *CHARTED[type(row)], "outcome", "unplanned"]
    fields += [name for name in KEPT_OF_NEEDLES if hasattr(row, name)]
    return {name: value_of(row, name) for name in fields}


def value_of(row, name):
    """A point or muscle is its code; a needle of a circuit the row of this snapshot."""
    value = getattr(row, name)
    if name in ("point", "muscle"):
        return value and value.code
    return value.pk if name in ("needle_a", "needle_b") else value


def display(row):
    """The words of the fields that choose among codes."""
    chosen = [field.name for field in row._meta.concrete_fields if field.choices]
    words = {name: getattr(row, f"get_{name}_display")() for name in chosen}
    return words | ({"techniques": row.techniques} if kind_of(row) == "tuina" else {})


def incident(event):
    return {
        "id": event.pk,
        "code": event.code,
        "words": event.get_code_display(),
        "severity": event.get_severity_display(),
        "severity_code": event.severity,
        "detail": event.detail,
        "missing": event.missing,
        **{name: getattr(event, f"{name}_id") for name in KINDS},
        "site": event.site,
        "about": event.about_id,
        "about_at": event.about and event.about.appointment.starts_at,
        "onset_minutes": event.onset_minutes,
        "action": event.action,
        "notified": event.notified,
        "preventable": event.get_preventable_display(),
        "preventable_code": event.preventable,
        "reportable": event.reportable,
        "follow_up_on": event.follow_up_on,
        "by": str(event.recorded_by),
        "by_id": event.recorded_by_id,
        "at": event.recorded_at,
    }


def handover(each):
    return {
        "id": each.pk,
        "given_by": str(each.given_by),
        "given_by_id": each.given_by_id,
        "taken_by": str(each.taken_by),
        "taken_by_id": each.taken_by_id,
        "needles": each.needles,
        "said": each.said,
        "at": each.at,
    }


def notes(plan):
    note = getattr(plan, "note", None)
    return {name: getattr(note, name) for name in NOTE_FIELDS} if note else {}


def answer(response):
    """Every answer that was given, also one that has lapsed since."""
    return {
        "id": response.pk,
        "rule": response.rule,
        "version": response.rule_version,
        "fingerprint": response.fingerprint,
        "finding": response.finding,
        "kind": response.kind,
        "reason": response.reason,
        "by_id": response.by_id,
        "at": response.at,
    }


def assessed(each):
    finding, response = each.finding, each.response
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "title": finding.title,
        "reason": finding.reason,
        "source": finding.source,
        "version": finding.version,
        "subject": finding.subject and finding.subject.label,
        "answer": response
        and {
            "kind": response.get_kind_display(),
            "reason": response.reason,
            "by": str(response.by),
            "at": response.at,
        },
    }


def credentials(signer, day):
    """What the signer, who may have taken the session over, held on the day of the visit."""
    held = Credential.objects.filter(practitioner__user=signer).valid_on(day)
    return [f"{credential} {credential.number}" for credential in held.order_by("kind", "number")]


def canonical(value):
    """One text for one value: sorted keys, no spaces, UTF-8 letters as they are, times in UTC, decimals as typed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=plain, allow_nan=False)


def plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(f"no place in a record: {type(value)}")
