"""What is written is what is read, whatever the words: the standard library reads it back."""

from email import message_from_bytes, policy

import pytest
from django.core.mail import BadHeaderError
from hypothesis import example, given
from hypothesis import strategies as st

from reminders import courier
from reminders.mime import written
from reminders.models import Kind, Message

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), min_size=1)
CALENDAR = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Visita: Río\r\nEND:VCALENDAR\r\n"
HEADERS = {"Subject": "Your visit", "From": "clinic@example.com", "To": "ana@example.com"}


def read(content):
    return message_from_bytes(content, policy=policy.default)


def body(content, kind):
    part = next(part for part in read(content).walk() if part.get_content_type() == kind)
    return part.get_payload(decode=True).decode().replace("\r\n", "\n")


@given(text=WORDS, html=WORDS)
@example(text=".\n..\n.hidden\nFrom here\n", html="<p>" + "x" * 3000 + "</p>\n.")
@example(text="blank at the end \t\n \n", html="=_the_words\n--=_the_words--\n")
@example(text="气\u2028é\x00\x0b", html="=20=")
def test_the_words_arrive_as_they_were_written(text, html):
    content = written(HEADERS, text=text, html=html)

    assert body(content, "text/plain") == text
    assert body(content, "text/html") == html


@given(text=WORDS, html=WORDS)
def test_every_line_is_short_ascii_and_ends_as_the_wire_wants_it(text, html):
    content = written(HEADERS, text=text, html=html, calendar=CALENDAR)

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 78
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")


@given(subject=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200))
@example(subject="Recordatorio: su cita el miércoles 3 de abril a las 10:00")
@example(subject="x" * 200)
@example(subject="=?utf-8?q?x?= has a visit")
@example(subject="=?utf-8?b?QW5h?=")
@example(subject="Your visit, =?")
def test_a_subject_in_any_script_is_read_back(subject):
    content = written(HEADERS | {"Subject": subject}, text="a", html="b")

    assert read(content)["Subject"] == subject


def test_a_calendar_goes_along_as_a_file_and_says_what_it_is_for():
    content = written(HEADERS, text="a", html="b", calendar=CALENDAR)

    (entry,) = [part for part in read(content).walk() if part.get_content_type() == "text/calendar"]
    assert (entry.get_filename(), entry.get_param("method")) == ("visit.ics", "PUBLISH")
    assert body(content, "text/calendar") == CALENDAR.replace("\r\n", "\n")
    assert [part.get_content_type() for part in read(content).walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_a_calendar_that_takes_back_says_so():
    gone = CALENDAR.replace("PUBLISH", "CANCEL")

    assert b"method=CANCEL" in written(HEADERS, text="a", html="b", calendar=gone)


@pytest.mark.parametrize("name", ["Subject", "To", "From", "List-Unsubscribe"])
def test_a_line_break_in_a_header_is_refused(name):
    with pytest.raises(BadHeaderError):
        written(HEADERS | {name: "a@example.com\r\nBcc: everybody@example.com"}, text="a", html="b")


@pytest.mark.parametrize(("calendar", "parts"), [("", []), (CALENDAR, ["text/calendar"])])
def test_a_message_goes_with_all_that_it_holds(calendar, parts):
    message = Message(
        kind=Kind.REMINDER,
        to="jörg@exämple.com",
        subject="Río: su cita",
        text="Hola José\n",
        html="<p>Hola José</p>\n",
        calendar=calendar,
        reply_to="desk@example.com",
        unsubscribe="https://clinic.example.com/mail/unsubscribe/token/",
        message_id="<1@example.com>",
    )

    letter = read(courier.as_letter(message))

    assert letter["To"] == "jörg@xn--exmple-cua.com"
    assert letter["Subject"] == "Río: su cita"
    assert letter["From"] == "Riverside Clinic <clinic@example.com>"
    assert letter["Reply-To"] == "desk@example.com"
    assert letter["Message-ID"] == "<1@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"] == "<https://clinic.example.com/mail/unsubscribe/token/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in letter.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        *parts,
    ]
