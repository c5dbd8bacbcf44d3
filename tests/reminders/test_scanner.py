"""Mail scanners follow every link, with every harmless method, before the patient does and as often as they like.

Afterwards the whole database is as it was, to the row and to the version of each row, and the links still work.
"""

import re

import pytest
from django.db import connection
from django.test import Client

from patients.models import Patient
from reminders import links
from reminders.links import Own, Purpose
from reminders.models import Answer, AnswerKind, Message
from scheduling.models import Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory, TableFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
METHODS = ["get", "head", "options"]
LINK = re.compile(r"http://localhost:8000(/(?:visit|mail)/[^\s\"<>]+)")
INBOX = {"HTTP_USER_AGENT": "SafeLinks/1.0", "HTTP_PURPOSE": "prefetch"}


@pytest.fixture
def visit():
    TableFactory()
    return AppointmentFactory(practitioner__name="Kim")


@pytest.fixture
def over(clock):
    return AppointmentFactory(start=MONDAY_TEN.replace(day=6), status=Status.COMPLETED)


def contents():
    """{table: every row with the transaction that wrote it}: what is written, even with the same in it, shows."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT t.xmin::text, t.ctid::text, t::text FROM {name} AS t ORDER BY t.ctid")
            found[table] = cursor.fetchall()
    return found


def every_link(visit, over):
    paths = [links.path(purpose, visit) for purpose in Purpose if purpose != Purpose.ANSWER]
    return [*paths, links.path(Purpose.ANSWER, over), *(links.own_path(own, visit.patient) for own in Own)]


def test_every_link_with_every_harmless_method_twice_changes_not_one_row(visit, over):
    before = contents()

    for path in every_link(visit, over):
        for method in METHODS * 2:
            answer = getattr(Client(), method)(path, **INBOX)
            assert answer.status_code == (405 if method == "options" else 200), path
            assert not answer.cookies or set(answer.cookies) == {"csrftoken"}

    assert contents() == before


def test_no_query_of_a_scanner_is_more_than_a_question(visit, over):
    with connection.execute_wrapper(only_questions):
        for path in every_link(visit, over):
            for method in METHODS:
                getattr(Client(), method)(path, **INBOX)


def only_questions(execute, sql, params, many, context):
    assert sql.lstrip(" (\n").upper().startswith(("SELECT", "WITH", "SAVEPOINT", "RELEASE")), sql
    assert "FOR UPDATE" not in sql.upper()
    assert "FOR NO KEY UPDATE" not in sql.upper()
    return execute(sql, params, many, context)


def test_who_follows_what_the_pages_lead_to_changes_nothing_either(visit, over):
    """A crawler, not only a scanner: every link on every page, two pages deep, forms left alone."""
    before = contents()

    pages = [Client().get(path) for path in every_link(visit, over)]
    paths = {path for page in pages for path in hrefs(page)}
    answers = [Client().get(path) for path in paths]

    assert len(paths) > 40  # free times among them
    assert {answer.status_code for answer in answers} == {200}
    assert contents() == before


def hrefs(page):
    found = re.findall(r'href="([^"]+)"', page.content.decode(errors="replace"))
    base = page.request["PATH_INFO"]
    paths = [link.replace("&amp;", "&").partition("#")[0] for link in found]
    return [
        base + path if path.startswith("?") else path for path in paths if path.startswith(("?", "/visit", "/mail"))
    ]


def test_the_links_of_real_letters_are_harmless_and_work_after_the_scanner(visit, client, clock, sink, tell):
    Appointment.objects.filter(pk=visit.pk).update(placed_at=MONDAY_TEN.replace(day=9))
    tell()
    letter = Message.objects.filter(patient=visit.patient).first()
    found = set(LINK.findall(letter.text) + LINK.findall(letter.html))
    before = contents()

    for path in found:
        for method in METHODS * 2:
            getattr(Client(), method)(path, **INBOX)

    assert len(found) >= 5
    assert contents() == before
    client.post(links.path(Purpose.CONFIRM, visit))
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


def test_after_the_scanner_the_patient_presses_and_each_link_does_its_own(visit, over, client):
    for path in every_link(visit, over):
        Client().get(path, **INBOX)

    client.post(links.path(Purpose.CONFIRM, visit))
    client.post(links.path(Purpose.CANCEL, visit), {"reason": "I am away"})
    client.post(links.path(Purpose.NOT_ME, visit))
    client.post(links.path(Purpose.ANSWER, over), {"kind": "sore"})
    client.post(links.own_path(Own.UNSUBSCRIBE, visit.patient))

    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED
    assert set(Answer.objects.values_list("kind", flat=True)) == {AnswerKind.NOT_ME, AnswerKind.SORE}
    assert not Patient.objects.get(pk=visit.patient_id).wants_reminders
