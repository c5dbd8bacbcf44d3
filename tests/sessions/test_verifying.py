"""Verifying, against an owner of the database who switched the triggers off."""

import importlib
import json

import pytest
from django.core.management import call_command
from django.db import transaction

from sessions import reading, signing
from sessions.models import Amendment, SignedRecord
from sessions.snapshots import canonical
from sessions.verifying import verify

from . import making
from .making import by
from .races import execute

pytestmark = pytest.mark.django_db
RECORD, AMENDMENT = "clinic_sessions_signedrecord", "clinic_sessions_amendment"


def tamper(table, *statements):
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for sql in statements:
        execute(sql)
    execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def sentences():
    return [each.sentence for each in verify().breaks]


def amend(plan, *texts):
    return [signing.amend(record=plan.record, text=text, by=by(plan)) for text in texts]


def test_untouched_chains_are_sound(capsys):
    plan = making.signed()
    last = making.sign(making.full())
    (added,) = amend(plan, "Bruise on day two")

    verdict = verify()
    call_command("verify_records")

    assert not verdict.breaks
    assert capsys.readouterr().out.splitlines() == [
        f"Signed records as they were signed: 2. Last digest: {last.sha256}",
        f"Amendments as they were written: 1. Last digest: {added.sha256}",
    ]


def test_empty_chains_are_sound():
    assert not verify().breaks


@pytest.mark.parametrize(
    ("table", "sql", "sentence"),
    [
        (
            RECORD,
            "SET snapshot = replace(snapshot, 'LI4', 'LI5') WHERE number = 2",
            "Record 2: its words are not the ones that were signed.",
        ),
        (
            RECORD,
            "SET previous = repeat('1', 64) WHERE number = 2",
            "Record 2: it does not follow the record before it.",
        ),
        (
            "clinic_sessions_sessionplan",
            f"SET signed_at = now() WHERE id = (SELECT max(plan_id) FROM {RECORD})",
            "Record 3: its session is not signed as it says.",
        ),
        (
            "clinic_sessions_sessionplan",
            f"SET position = 'prone' WHERE id = (SELECT max(plan_id) FROM {RECORD})",
            "Record 3: the times or the position of its session are not as they were signed.",
        ),
        (
            "clinic_sessions_sessionplan",
            "SET needles_in_at = needles_in_at - interval '1 hour'",
            "Record 1: the times or the position of its session are not as they were signed.",
        ),
    ],
)
def test_what_an_owner_changed_shows(table, sql, sentence, capsys):
    for _ in range(3):
        making.signed("li4")

    tamper(table, f"UPDATE {table} {sql}")

    assert sentences() == [sentence]
    with pytest.raises(SystemExit) as ended:
        call_command("verify_records")
    assert ended.value.code == 1
    assert capsys.readouterr().err.strip() == sentence


def test_a_record_that_is_gone_shows():
    for _ in range(3):
        making.signed("li4")

    tamper(RECORD, f"DELETE FROM {RECORD} WHERE number = 2")

    assert sentences() == ["Record 3: record 2 is missing before it."]


def test_the_last_record_that_is_gone_leaves_a_session_without_one():
    plans = [making.signed("li4") for _ in range(2)]

    tamper(RECORD, f"DELETE FROM {RECORD} WHERE number = 2")

    assert sentences() == [f"Session {plans[-1].pk} is signed without a record."]


# How each kind of row of a session is changed, deleted and added; {columns} stands for all but the key.
TAMPERINGS = {
    "needlepoint": (
        "sensation = 'deqi'",
        "id = (SELECT max(id) FROM {table})",
        "point_id=(SELECT max(id) FROM POINTS)",
    ),
    "estimcircuit": (
        "done_dial = '9'",
        "true",
        '"order"=7, channel=NULL, side_a=side_b, needle_a_id=needle_b_id, side_b=side_a, needle_b_id=needle_a_id',
    ),
    "dryneedlingtarget": ("twitches = 9", "true", "site='medial head'"),
    "cuppingsite": ("marks_after = 'dark'", "true", "cups=9"),
    "tuinastep": ("further = '{{pressing}}'", "true", "minutes=9"),
    "movementstep": ("home = 'Daily'", "true", "minutes=9"),
    "note": ("advice = 'Rest'", "true", ""),
    "adverseevent": ("severity = 'serious'", "true", "detail='Another'"),
    "handover": ("said = 'Nothing'", "true", "said='Again'"),
    "findingresponse": ("reason = 'Because'", "id = (SELECT max(id) FROM {table})", "fingerprint=repeat('9', 64)"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_a_row_changed_deleted_or_added_behind_the_triggers_shows(name):
    making.sign(making.full())
    table, (change, which, added) = f"clinic_sessions_{name}", TAMPERINGS[name]
    columns = [row[0] for row in execute(COLUMNS, [table])]
    new = dict(piece.split("=", 1) for piece in split(added)) if added else {}
    values = ", ".join(new.get(column, new.get(f'"{column}"', f'"{column}"')) for column in columns)
    listed = ", ".join(f'"{column}"' for column in columns)
    writes = [f"UPDATE {table} SET {change.replace('{{', '{').replace('}}', '}')}"]
    writes += [f"DELETE FROM {table} WHERE {which.format(table=table)}"]
    writes += [f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} LIMIT 1"] if added else []

    for write in writes:
        with Undone():
            tamper(table, write.replace("POINTS", "clinic_sessions_point"))
            assert len(sentences()) == 1, write
            assert sentences()[0].startswith("Record 1: ")
        assert not sentences()


COLUMNS = (
    "SELECT column_name::text FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
    " AND is_generated = 'NEVER'"
)


def split(text):
    return [piece.strip() for piece in text.split(", ")] if "repeat" not in text else [text]


class Undone(transaction.Atomic):
    """What is written inside is taken back."""

    def __init__(self):
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, *raised):
        transaction.set_rollback(True)
        super().__exit__(*raised)


def test_a_note_added_to_a_session_without_one_shows():
    plan = making.signed("li4")
    table = "clinic_sessions_note"

    tamper(
        table,
        f"INSERT INTO {table} (plan_id, history, tongue, pulse, palpation, response, advice)"
        f" VALUES ({plan.pk}, '', '', '', '', 'calm', '')",
    )

    assert sentences() == ["Record 1: the notes of its session are not as they were signed."]


def rewrite(record, words):
    """Words and digest of the last record made consistent, as somebody who knows how it is done would."""
    digest = signing.digest(record.previous, words)
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute(f"ALTER TABLE {RECORD} DISABLE TRIGGER USER")
    execute(f"UPDATE {RECORD} SET snapshot = %s, sha256 = %s WHERE number = %s", [words, digest, record.number])
    execute(f"ALTER TABLE {RECORD} ENABLE TRIGGER USER")


def test_a_record_rewritten_with_its_digest_shows_in_its_rows_or_in_the_record_after_it():
    for _ in range(2):
        making.signed("li4")
    first = SignedRecord.objects.get(number=1)

    rewrite(first, first.snapshot.replace("LI4", "LI5"))

    assert sentences() == ["Record 1: LI5 L+R in its session is not as it was signed."]


def test_a_record_of_the_first_format_is_verified_and_read_as_the_later_ones_are():
    record = making.sign(making.full())

    tamper("clinic_sessions_handover", "DELETE FROM clinic_sessions_handover")
    rewrite(record, canonical(first_format(json.loads(record.snapshot))))

    old = reading.read(SignedRecord.objects.get().snapshot)
    assert not sentences()
    assert [words for words, _ in old.times] == ["Needles in", "Needles out"]
    assert old.incidents[0]["onset"] == old.incidents[0]["action"] == ""
    assert [heading for heading, _ in old.blocks] == list(reading.KINDS.values())
    tamper("clinic_sessions_adverseevent", "UPDATE clinic_sessions_adverseevent SET severity = 'serious'")
    assert sentences() == ["Record 1: the incidents of its session are not as they were signed."]


def first_format(kept):
    """What a snapshot said before aims, channels, strengths, marks, handovers and the fields of an incident."""
    session = {"id", "position", "needles_in_at", "needles_out_at", "needles_out_by", "copied_from"}
    event = {"id", "code", "words", "severity", "detail", "missing", "needle", "target", "by", "at"}
    later = {"neural_target", "neural_level", "phase_s", "polarity", "channel", "tolerated_ma", "done_dial"}
    later |= {"done_strength", "marks_before", "marks_after", "further", "soreness_told", "techniques"}
    kept["format"] = 1
    kept["session"] = {name: value for name, value in kept["session"].items() if name in session}
    kept["incidents"] = [{name: value for name, value in each.items() if name in event} for each in kept["incidents"]]
    for row in kept["rows"]:
        gone = later | ({"strength"} if row["kind"] == "circuit" else set())
        for part in ("values", "display"):
            row[part] = {name: value for name, value in row[part].items() if name not in gone}
    del kept["handovers"], kept["answers"]
    return kept


# The chain of amendments


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("SET text = 'Nothing' WHERE number = 2", "Amendment 2: it does not say what was written."),
        ("SET at = at - interval '1 day' WHERE number = 2", "Amendment 2: it does not say what was written."),
        (
            "SET by_id = (SELECT min(id) FROM clinic_user WHERE id <> by_id) WHERE number = 2",
            "Amendment 2: it does not say what was written.",
        ),
        (
            "SET snapshot = replace(snapshot, 'Gone', 'Here') WHERE number = 2",
            "Amendment 2: its words are not the ones that were signed.",
        ),
        (
            "SET previous = repeat('1', 64) WHERE number = 2",
            "Amendment 2: it does not follow the amendment before it.",
        ),
        (
            f"SET record_id = (SELECT max(id) FROM {RECORD}) WHERE number = 2",
            "Amendment 2: it was written about another record, or its record is not the one it was written about.",
        ),
    ],
)
def test_a_changed_amendment_shows(sql, sentence):
    plan = making.signed("li4")
    making.signed("li4")
    amend(plan, "Bruise on day two", "Gone by day five", "Came back")

    tamper(AMENDMENT, f"UPDATE {AMENDMENT} {sql}")

    assert sentences() == [sentence]


def test_an_amendment_that_is_gone_shows_in_the_one_after_it():
    amend(making.signed("li4"), "Bruise on day two", "Gone by day five", "Came back")

    tamper(AMENDMENT, f"DELETE FROM {AMENDMENT} WHERE number = 2")

    assert sentences() == ["Amendment 3: amendment 2 is missing before it."]


def test_a_record_rewritten_with_its_rows_shows_in_its_amendment():
    plan = making.signed("li4")
    amend(plan, "Bruise on day two")
    kept = json.loads(plan.record.snapshot)

    rewrite(plan.record, canonical(kept | {"patient": kept["patient"] | {"family_name": "Other"}}))

    assert sentences() == [
        "Amendment 1: it was written about another record, or its record is not the one it was written about."
    ]


def test_amendments_of_before_the_chain_were_linked_with_the_words_that_signing_writes():
    (amendment,) = amend(making.signed("li4"), "Bruise “on” day two 🪡")
    migration = importlib.import_module("sessions.migrations.0003_link_amendments")

    words = migration.words(Amendment.objects.select_related("record", "by").get())

    assert words == amendment.snapshot


def test_verifying_takes_a_few_queries_a_batch(django_assert_max_num_queries):
    costs = []
    for _ in range(2):
        amend(making.signed("li4"), "Bruise")
        with django_assert_max_num_queries(17) as asked:
            verify()
        costs.append(len(asked))

    assert costs[0] == costs[1]
