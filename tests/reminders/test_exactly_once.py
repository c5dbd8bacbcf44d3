"""Every message arrives once, whatever is killed meanwhile: workers, beat, queue, database; and the server has moods.

Two thousand messages, four workers, everything real. What may remain in doubt is counted: one message a kill, one a
connection that was lost with a letter in it, and one a worker for each time that the database goes away.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import pytest

from clinic.embedded import valkey
from tests import processes
from tests.reminders import crashing
from tests.smtpsink import HANG_UP, KEEP_AND_HANG_UP, SmtpSink

pytestmark = pytest.mark.crash
SEED = 20300510
MESSAGES, WORKERS, CANCELLED = 2_000, 4, 120
KILLS = 40
QUEUE_RESTARTS, DATABASE_RESTARTS = {8, 24}, {14: "fast", 30: "immediate"}  # before which kill
PATIENCE = 120  # seconds in which everything must have come to its end once the troubles are over
CONFIRM = re.compile(r"/visit/confirm/(\d+)\.")
ENTRY = re.compile(r"UID:visit-(\d+)@.*?\s+SEQUENCE:(\d+)")
PEOPLE = re.compile(r"@example\.com|\b555-\d{4}\b|/visit/\w+/\d|Your visit")
MANNERS = {  # of the mail server to some: (share, what it does)
    "later": (0.06, {"line": "451 4.7.1 Try later", "times": 2}),
    "later, after the letter": (0.03, {"line": "452 4.3.1 Full", "at": "DATA"}),
    "never": (0.03, {"line": "550 5.1.1 No such user"}),
    "never, after the letter": (0.02, {"line": "554 5.6.0 Not this", "at": "DATA"}),
    "hangs up before it": (0.02, {"line": HANG_UP}),
    "hangs up in it": (0.01, {"line": HANG_UP, "at": "LETTER"}),
    "hangs up after it": (0.01, {"line": HANG_UP, "at": "DATA"}),
    "keeps it and hangs up": (0.01, {"line": KEEP_AND_HANG_UP, "at": "DATA"}),
    "slow": (0.03, {"line": "250 OK", "after": 1}),
    "slow to say that it has it": (0.03, {"line": "250 Kept", "at": "DATA", "after": 1}),
    "slower than the lease": (0.002, {"line": "250 Kept", "at": "DATA", "after": crashing.LEASE + 2}),
}
CANCEL = """
    UPDATE scheduling_appointment SET status = 'cancelled', status_before = 'booked', status_at = clock_timestamp()
    WHERE id = %s
"""
UNDER_WAY = "SELECT count(*) FROM reminders_message WHERE state IN ('waiting', 'sending')"
UNTOLD = """
    SELECT count(*) FROM scheduling_appointment AS visit WHERE status = 'booked'
    AND NOT EXISTS (SELECT FROM reminders_notice WHERE visit_id = visit.id AND revision = visit.revision)
"""
TOLD = """
    SELECT FROM reminders_notice JOIN reminders_rule AS rule ON rule.id = rule_id WHERE visit_id = visit.id
    AND (kind = 'cancelled') = %s
"""
UNTAKEN_BACK = f"""
    SELECT count(*) FROM scheduling_appointment AS visit WHERE status = 'cancelled'
    AND EXISTS ({TOLD % False}) AND NOT EXISTS ({TOLD % True})
"""
MESSAGES_AND_VISITS = """
    SELECT message.message_id, state, kind, tried_at, answer, visit_id, revision
    FROM reminders_message AS message LEFT JOIN reminders_notice AS notice ON notice.message_id = message.id
"""


def test_every_message_arrives_once_or_says_why_not(tmp_path):
    dice = Random(SEED)
    with crashing.engines() as place, SmtpSink(dawdle=0.05) as sink:
        manners = teach(sink, dice)
        env = environment(sink, tmp_path)
        database = crashing.Database(env["DATABASE_URL"])
        with crashing.Staff(workers=WORKERS, env=env, folder=tmp_path) as staff:
            troubles = Troubles(place, staff, database, sink, dice)
            troubles.run()
            calm(database)
            ended, said = troubles.ended_by_themselves + staff.gone(), staff.said()
        found = Found(sink, database)
        database.close()
    print(f"seed {SEED}: {dict(troubles.count)}, {manners}, {dict(sink.hang_ups)}, {dict(found.states)}")
    print(f"{said.count('raised unexpected')} tasks raised, {troubles.left} messages were left when the troubles ended")

    assert ended == []
    found.check_once()
    found.check_agreement()
    found.check_everybody_is_accounted_for()
    found.check_cancelled(troubles.cancelled)
    assert found.states["uncertain"] <= troubles.doubtful + sink.hang_ups["LETTER"] + sink.hang_ups["DATA"]
    assert PEOPLE.search(said) is None


def teach(sink, dice):
    """Tell the mail server how to treat whom; returns how many get each treatment."""
    taught, patients = {}, dice.sample(range(1, MESSAGES + 1), MESSAGES)
    for name, (share, manner) in MANNERS.items():
        taught[name] = round(share * MESSAGES)
        for _ in range(taught[name]):
            sink.answer(f"patient{patients.pop()}@example.com", **manner)
    return taught


def environment(sink, folder):
    """The processes' world: short waits, and a database with everything due."""
    env = processes.environment(database="deqi", mail_port=sink.port, port=1, run="crash", folder=folder)
    env |= {"DELIVERY_LEASE_SECONDS": str(crashing.LEASE), "DELIVERY_RETRY_SECONDS": "1"}
    processes.manage("migrate", "--verbosity", "0", env=env)
    lay = f"from tests.reminders.crashing import lay_ground; lay_ground({MESSAGES})"
    processes.manage("shell", "--verbosity", "0", "--command", lay, env=env)
    return env


class Troubles:
    """A kill about every second, and now and then something worse; visits are cancelled all the while."""

    def __init__(self, place, staff, database, sink, dice):
        self.place, self.staff, self.database, self.sink, self.dice = place, staff, database, sink, dice
        self.count, self.cancelled, self.left, self.ended_by_themselves = Counter(), {}, 0, []
        self.victims = dice.sample(range(1, MESSAGES + 1), CANCELLED)

    @property
    def doubtful(self):
        """At most so many messages were in somebody's hand when it was killed, or when the database was."""
        return self.count["children killed"] + self.count["workers killed"] + WORKERS * self.count["database restarts"]

    def run(self):
        assert self.sink.expect_more(20, within=60)
        for number in range(KILLS):
            self.sink.expect_more(MESSAGES, within=self.dice.uniform(0.5, 1.5))
            if number in QUEUE_RESTARTS:
                crashing.restart_queue(self.place)
                self.count["queue restarts"] += 1
            if number in DATABASE_RESTARTS:
                crashing.restart_database(self.place, DATABASE_RESTARTS[number])
                self.count["database restarts"] += 1
            self.cancel()
            self.kill()
        self.left = self.database.one(UNDER_WAY)

    def cancel(self):
        """As the front desk does, noting when it was surely done."""
        for visit in [self.victims.pop() for _ in range(CANCELLED // KILLS)]:
            self.database.ask(CANCEL, [visit])
            self.cancelled[visit] = datetime.now(UTC)

    def kill(self):
        """Mostly the one who has the work in hand, or else a whole worker or beat."""
        self.ended_by_themselves += self.staff.gone()
        everybody = self.dice.sample(list(self.staff.commands), WORKERS + 1)
        if self.dice.random() < 0.8 and any(map(self.staff.kill_at_work, everybody)):
            self.count["children killed"] += 1
            return
        name = everybody[0]
        self.staff.kill(name)
        self.staff.start(name)
        self.count["beat killed" if name == "beat" else "workers killed"] += 1


def calm(database):
    """Wait until nothing is under way and nothing is due."""
    left = {}

    def over():
        left.update({question: database.one(question) for question in (UNDER_WAY, UNTOLD, UNTAKEN_BACK)})
        return not any(left.values())

    assert valkey.within(PATIENCE, over), f"still to come: {left}"


class Found:
    """The sink's mailbox and the table, side by side."""

    def __init__(self, sink, database):
        self.letters = {letter.message["Message-ID"]: letter for letter in sink.letters}
        self.arrived = [letter.message["Message-ID"] for letter in sink.letters]
        self.rows, self.reasons = {}, defaultdict(set)
        for message_id, state, kind, tried_at, answer, *reason in database.ask(MESSAGES_AND_VISITS):
            self.rows[message_id] = Row(state, kind, tried_at, answer)
            if reason[0]:
                self.reasons[message_id].add(tuple(reason))
        self.status = dict(database.ask("SELECT id, status FROM scheduling_appointment"))
        self.states = Counter(row.state for row in self.rows.values())

    def check_once(self):
        """Neither a letter nor its news arrived twice, whoever reads it from the letters alone."""
        news = [reason for letter in self.letters.values() for reason in told(letter)]

        assert twice(self.arrived) == []
        assert twice(news) == []

    def check_agreement(self):
        """What the server has is what we hold for accepted, or in doubt; and it is about what we think it is."""
        accepted = {message_id for message_id, row in self.rows.items() if row.state == "accepted"}
        doubtful = {message_id for message_id, row in self.rows.items() if row.state == "uncertain"}

        assert accepted <= set(self.arrived) <= accepted | doubtful
        for message_id, letter in self.letters.items():
            assert {reason[1:] for reason in told(letter)} == self.reasons[message_id]

    def check_everybody_is_accounted_for(self):
        """Every visit was told by one message, or a dead letter; what was dropped was so for a cancelled visit."""
        telling = Counter(
            visit for key, row in self.rows.items() if row.kind != "cancelled" for visit, _ in self.reasons[key]
        )

        assert set(self.states) <= {"accepted", "refused", "uncertain", "dropped", "call"}
        assert {row.kind for row in self.rows.values() if row.state == "call"} <= {"cancelled"}  # of a refused address
        assert [visit for visit, status in self.status.items() if status == "booked" and telling[visit] != 1] == []
        assert max(telling.values()) == 1
        assert {row.answer[:1] for row in self.rows.values() if row.state == "refused"} == {"5"}
        assert {row.answer for row in self.rows.values() if row.state == "dropped"} <= {"This visit is cancelled."}

    def check_cancelled(self, cancelled):
        """Nothing was taken in hand any more for a visit that was cancelled by then."""
        late = [
            visit
            for message_id, letter in self.letters.items()
            for news, visit, _ in told(letter)
            if news == "coming" and visit in cancelled and self.rows[message_id].tried_at > cancelled[visit]
        ]

        assert late == []


@dataclass(frozen=True)
class Row:
    state: str
    kind: str
    tried_at: datetime | None
    answer: str


def told(letter):
    """What a letter tells, read from its own words: (coming or cancelled, visit, revision) for each visit. None is
    moved here, so that what is coming is of the first revision."""
    coming = CONFIRM.findall(letter.part("text/plain"))
    if coming:
        return [("coming", int(visit), 0) for visit in coming]
    gone = ENTRY.findall(letter.part("text/calendar"))
    return [("cancelled", int(visit), int(sequence) - 1) for visit, sequence in gone]


def twice(found):
    return [one for one, times in Counter(found).items() if times > 1]
