"""What was done, beside what was planned: outcomes, counts, times, notes. Rows are filled in, not saved."""

from datetime import timedelta
from decimal import Decimal

from sessions.models import Note, Outcome

from . import words

MINUTE = timedelta(minutes=1)
AS_PLANNED = 0.93  # of the rows
OUT_BEFORE_END = {"np": 13, "ac": 13, "cm": 4, "first": 8, "dn": 11, "first_dn": 12}  # minutes
KINDS = {"needles": "needle", "targets": "target", "cups": "cup", "tuina": "tuina", "movements": "movement"}
STAY_DAYS = 3  # of a needle in the ear


class Chart:
    """Fills in the rows of one session. `paired` are the places of needles that carry current: those are kept."""

    def __init__(self, dice, rows):
        self.dice, self.rows = dice, rows
        self.paired = {place for _, a, b in rows.circuits for place in (a, b)}

    def done(self, *, day):
        """Everything charted and counted out; `day` is the visit's, for needles that stay in place."""
        for name, kind in KINDS.items():
            for place, row in enumerate(getattr(self.rows, name)):
                self.outcome(row, kind, keep=kind == "needle" and place in self.paired)
        for circuit, *_ in self.rows.circuits:
            self.outcome(circuit, "circuit", keep=True)
            circuit.done_ma = Decimal(self.dice.randint(5, 24)) / 10
            circuit.sensation = self.dice.choice(words.SENSATION)
        self.count_in()
        self.count_out(day)

    def outcome(self, row, kind, *, keep):
        chance = self.dice.random()
        row.outcome = Outcome.DONE
        if chance > AS_PLANNED:
            row.outcome, row.done_note = Outcome.CHANGED, self.dice.choice(words.CHANGED[kind])
        if not keep and chance > (1 + AS_PLANNED) / 2 and row.order:
            row.outcome, row.done_note = Outcome.OMITTED, self.dice.choice(words.OMITTED)

    def count_in(self):
        """Somebody counted what went in: one a site, and one a side for a muscle."""
        for place, row in enumerate(self.rows.needles):
            if row.outcome != Outcome.OMITTED:
                row.needles_in = row.sites
                if row.outcome == Outcome.CHANGED and row.side == "both" and place not in self.paired:
                    row.needles_in, row.done_note = row.sites // 2, words.ONE_SIDE
        for row in self.rows.targets:
            if row.outcome != Outcome.OMITTED:
                row.needles_in = 1
                row.twitches = self.dice.randint(0, row.passes)

    def count_out(self, day):
        for row in [*self.rows.needles, *self.rows.targets]:
            row.needles_out = row.needles_in
            if row.needles_in and getattr(row, "point", None) and row.point.system == "auricular":
                row.needles_out, row.left_in_place = 0, row.needles_in
                row.remove_on = day + timedelta(days=STAY_DAYS)

    def half(self):
        """The needles are out and counted; most else is still to be written."""
        self.count_in()
        for row in [*self.rows.needles, *self.rows.targets]:
            row.outcome, row.needles_out = Outcome.DONE, row.needles_in


def has_needles(rows):
    return bool(rows.needles or rows.targets)


class Voice:
    """The notes of one person's sessions: one main place, one course of the pain, over all of them."""

    def __init__(self, ground, person):
        self.dice = ground.dice(f"notes on {person.patient.family_name}")
        self.place = self.dice.choice(words.PLACES)
        self.pain = self.dice.choice([5, 6, 6, 7, 7, 8])
        self.drift = self.dice.choice([-0.7, -0.5, -0.3, -0.1, 0.0, 0.2])  # a session

    def note(self, number, *, finished=True):
        """The note of session `number`, counted from 0; unfinished, only what is asked at the start."""
        before = min(10, max(0, round(self.pain + self.drift * number + self.dice.uniform(-1, 1))))
        note = Note(history=self.say(words.HISTORY[self.going(number)]), pain_before=before)
        note.tongue, note.pulse = self.dice.choice(words.TONGUE), self.dice.choice(words.PULSE)
        if finished:
            felt = words.PALPATION if number else words.PALPATION_FIRST
            note.palpation, note.advice = self.say(felt), self.say(words.ADVICE)
            note.response = self.say(words.RESPONSE)
            note.pain_after = min(10, max(0, before - self.dice.choice([-1, 0, 0, 1, 1, 1, 2, 2, 3])))
        return note

    def going(self, number):
        if not number:
            return "first"
        leaning = "better" if self.drift < -0.2 else "worse" if self.drift > 0 else "same"
        return self.dice.choice([leaning, leaning, "same", "better", "worse"])

    def say(self, sentences):
        sentence = self.dice.choice(sentences)
        return sentence.replace("{place}", self.place).replace("{Place}", self.place.capitalize())
