"""A letter as a patient would get it, before it is kept: on the page, in its frame, and as a test to oneself."""

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.models import Location
from patients.models import Patient
from reminders import composing, letters, limiting
from reminders.courier import Courier, Unreachable, Verdict
from reminders.examples import dead_links, examples
from reminders.models import Kind, Message
from reminders.models.rules import AFTER, TO_STAFF
from scheduling.models import Appointment

KEPT = 60 * 60  # seconds that a typed letter can be looked at in its frame
MARK = {"en": "[Test] ", "es": "[Prueba] "}  # before the subject of a test
TESTS = 10  # to oneself, in a window of `limiting`
WITH_ALL = ("patient", "practitioner", "service", "table__location")


class NoTest(ClinicError):
    """The test was not sent, or not again."""


class TooManyTests(NoTest):
    status = 429


@dataclass(frozen=True)
class Preview:
    """`words` for one visit, `several` the subject for more than one; `visit` is whose data they show, if any."""

    words: object
    several: str
    visit: object = None
    frame: str = ""


def visit_of(*, user, kind, patient=None):
    """The visit to show a letter with: what the kind is about, the nearest to now; of this patient, if one is given."""
    now = timezone.now()
    if kind in TO_STAFF:
        return None
    seen = Appointment.objects.filter(patient__in=Patient.objects.visible_to(user)).select_related(*WITH_ALL)
    seen = seen.filter(patient=patient) if patient else seen
    ahead = seen.coming().filter(starts_at__gt=now).order_by("starts_at")
    past = seen.filter(starts_at__lte=now).order_by("-starts_at")
    first, second = (past, ahead) if kind in AFTER else (ahead, past)
    return first.first() or second.first()


def values_of(kind, language, visit):
    """(what is said once, what is said of the visit), in the letter's language, with links that open nothing."""
    if visit is None:
        found = examples(language) | of_a_place(kind)
        return found, found
    visit.patient.language = language  # of this row in memory: it is not saved
    whole = composing.whole(kind, [visit], composing.forms_missing(kind, [visit]))
    whole = examples(language) | whole  # what comes from no visit, such as the words of a message by hand
    known = composing.expectations(kind, [visit])
    return whole | dead_links(), composing.values(kind, visit, [visit], timezone.now(), known) | dead_links()


def of_a_place(kind):
    """Staff are told of their own place."""
    place = Location.objects.active().first() if kind in TO_STAFF else None
    return {"place": place.name, "address": place.address, "phone": place.phone} if place else {}


def preview(*, kind, language, source, visit, user):
    """Raises BadLetter."""
    letter, (whole, each) = letters.read(kind, language, source), values_of(kind, language, visit)
    several = letter.fill(whole | {"count": 2}, [each, each]).subject
    frame = keep(user, kind, language, source, visit)
    return Preview(words=letter.fill(whole, [each]), several=several, visit=visit, frame=frame)


def keep(user, kind, language, source, visit):
    """Put a typed letter where its frame finds it: the words and the number of the visit, nothing about the patient."""
    pk = visit.pk if visit else None
    name = hashlib.sha256(f"{kind}.{language}.{pk}.{source}".encode(errors="replace")).hexdigest()[:32]
    cache.set(key(user, name), {"kind": kind, "language": language, "source": source, "visit": pk}, KEPT)
    return name


def key(user, name):
    return f"letter:{user.pk}:{name}"


def framed(*, user, name):
    """The HTML of a letter that this user looks at, its links dead; None if that was too long ago. Raises BadLetter."""
    kept = cache.get(key(user, name))
    if kept is None:
        return None
    kind, language = Kind(kept["kind"]), kept["language"]
    patients = Patient.objects.visible_to(user)
    visit = Appointment.objects.filter(pk=kept["visit"], patient__in=patients).select_related(*WITH_ALL).first()
    whole, each = values_of(kind, language, visit)
    nowhere = dict.fromkeys(dead_links(), "#")
    return letters.read(kind, language, kept["source"]).fill(whole | nowhere, [each | nowhere]).html


def send_test(*, kind, language, source, visit, to, request_key):
    """Send the letter to this user, now. Returns the server's answer. Raises BadLetter, or NoTest with why not."""
    whole, each = values_of(kind, language, visit)
    words = letters.read(kind, language, source).fill(whole, [each])
    refuse_repeats(to, request_key)
    message = Message(to=to.email, subject=MARK[language] + words.subject, text=words.text, html=words.html)
    message.message_id = composing.new_message_id()
    if visit:
        message.reply_to = visit.location.email
    answer = handed_over(message)
    if answer.verdict != Verdict.ACCEPTED:
        raise NoTest(f"The mail server did not accept the test: {answer.line}")
    return answer.line


def handed_over(message):
    try:
        with Courier() as courier:
            courier.connect()
            return courier.hand_over(message)
    except Unreachable as problem:
        raise NoTest(f"{problem}. The test was not sent.") from None


def refuse_repeats(user, request_key):
    """A double click sends one test; nobody floods a mailbox."""
    if not cache.add(f"letter-test:{user.pk}:{request_key}", 1, limiting.WINDOW):
        raise NoTest("This test was sent a moment ago. Look into your mailbox, or send it once more.")
    if limiting.counted("letter-test", user.pk) > TESTS:
        raise TooManyTests("Ten tests in ten minutes are the most. Wait a little.")
