"""The pages that are measured, each as it is asked for in a clinic, with its budget (../../docs/performance.md)."""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

FLAT = 1.3  # medians of two databases measured by turns differ by less unless something grows
BARE = "/bench/bare/"
ZONE = ZoneInfo("America/New_York")  # of the bench's clinic


@dataclass(frozen=True)
class Budget:
    """`statements` beyond those of the bare page, `multiple` of its 95th percentile, `growth` of the median."""

    statements: int
    multiple: float
    growth: float = FLAT


@dataclass(frozen=True)
class Row:
    name: str
    ask: Callable
    budget: Budget


class Asking:
    """A signed-in practitioner on one database; what is asked for differs from time to time."""

    def __init__(self, client, known):
        self.client, self.known = client, known
        self.dice = random.Random(11)
        self.versions, self.etags = {}, {}

    def patient(self):
        return self.dice.randint(1, self.known["patients"])

    def bare(self):
        return self.client.get(BARE)

    def day(self):
        """Any of the last and coming days: all are as full as one another."""
        return self.client.get(f"/schedule/calendar/?{self.shown()}")

    def shown(self):
        day = datetime.now(ZONE).date() + timedelta(days=self.dice.randint(-3, 18))
        return f"day={day}&location={self.known['location']}"

    def poll(self):
        """What an open calendar asks every few seconds while nothing changes."""
        path = f"/schedule/calendar/feed/?{self.shown()}"
        while (answer := self.client.get(path, etag=self.etags.get(path))).status != 304:
            self.etags[path] = answer.headers["ETag"]  # a first look, or the bench itself has booked meanwhile
        return answer

    def search(self):
        letters = self.dice.choice(["cor", "holf", "kelw", "marq", "555-0", "quin", "wilg", "zelp", "norb d"])
        return self.client.get(f"/search/?q={letters.replace(' ', '+')}", htmx=True)

    def patient_page(self):
        return self.client.get(f"/people/{self.patient()}/")

    def plan(self):
        return self.client.get(f"/sessions/{self.dice.choice(self.known['plans'])}/plan/")

    def regular_plan(self):
        """Of the patient who has come for years."""
        return self.client.get(f"/sessions/{self.known['regular']['plan']}/plan/")

    def regular_chart(self):
        return self.client.get(f"/sessions/{self.known['regular']['chart']}/chart/")

    def free_times(self):
        wish = f"service={self.known['service']}&patient={self.patient()}"
        return self.client.get(f"/schedule/book/?{wish}", htmx=True)

    def book(self):
        """A time out of those that are offered; only the booking itself is timed."""
        patient = self.patient()
        offered = self.client.get(f"/schedule/book/?service={self.known['service']}&patient={patient}", htmx=True)
        slot = self.dice.choice(slots(offered.text))
        fields = {"patient": patient, "service": self.known["service"], "slot": slot, "request_key": uuid4()}
        answer = self.client.post("/schedule/book/", **fields)
        if answer.status != 302:
            raise RuntimeError(f"a free time was answered with {answer.status}")
        return answer

    def autosave(self):
        """The next few words of a note, as the page sends them while somebody types."""
        visit = self.dice.choice(self.known["plans"])
        page = f"/sessions/{visit}/chart/"
        if visit not in self.versions:
            found = re.search(r'name="version" value="(\d+)"', self.client.get(page).text)
            self.versions[visit] = int(found[1]), ""
        at, seen = self.versions[visit]
        words = f"{seen} calm"
        answer = self.client.post(f"{page}autosave/", htmx=True, version=at, history=words, seen_history=seen)
        if answer.status != 200:
            raise RuntimeError(f"an autosave was answered with {answer.status}")
        self.versions[visit] = json.loads(answer.text)["version"], words
        return answer


def slots(page):
    return re.findall(r'name="slot" value="(\d+@\d+)"', page)


ROWS = [
    Row("day calendar, whole clinic", Asking.day, Budget(8, 8)),
    Row("calendar poll, nothing changed", Asking.poll, Budget(1, 3)),
    Row("patient search", Asking.search, Budget(4, 5, growth=2)),
    Row("patient page", Asking.patient_page, Budget(14, 8)),
    Row("session plan editor", Asking.plan, Budget(16, 10)),
    Row("the same, hundreds of sessions behind", Asking.regular_plan, Budget(16, 10)),
    Row("session chart, the same patient", Asking.regular_chart, Budget(16, 10)),
    Row("free times, whole clinic, 14 days", Asking.free_times, Budget(6, 10)),
    Row("book one appointment", Asking.book, Budget(20, 8)),
    Row("autosave one field of a plan", Asking.autosave, Budget(10, 4)),
]
