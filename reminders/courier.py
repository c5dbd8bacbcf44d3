"""Handing e-mail over to the mail server, and what the server said to each.

Django's backend opens the connection (host, TLS, sign-in) but throws the answers away; so the talk itself is ours.
"""

import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from django.db import models

from reminders.mime import written

NO_SERVER = "The mail server cannot be reached"
GIVEN_UP = "It did not get through in time. "
PLAIN = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
NOT_LET_IN = {530, 535, 538}
LINE_LENGTH = 500  # of an answer, as it is kept


class Verdict(models.TextChoices):
    ACCEPTED = "accepted", "The server has it"
    LATER = "later", "The server may take it later"
    REFUSED = "refused", "The server will never take it"
    UNCERTAIN = "uncertain", "The server may have it or not"


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    line: str


class Unreachable(Exception):
    """There is no mail server to talk to, or it lets nobody in."""


class Courier:
    """One connection for a batch, opened when first needed and again when the server has hung up."""

    def __enter__(self):
        self.backend = EmailBackend()
        return self

    def __exit__(self, *exception):
        self.hang_up()

    def connect(self):
        try:
            self.backend.open()
        except OSError as error:
            self.hang_up()
            raise Unreachable(f"{NO_SERVER}: {said(error)}") from error

    def hand_over(self, message):
        """Give one message to the server. Whatever happens to it, the next one can follow after `connect`."""
        try:
            answer = talk(self.backend.connection, message)
        except ValueError as error:
            answer = Answer(Verdict.REFUSED, f"This cannot be written as an e-mail: {error}")
        except OSError as error:
            answer = Answer(Verdict.LATER, said(error))
        if answer.verdict != Verdict.ACCEPTED:
            self.start_over()
        return answer

    def start_over(self):
        """Make the server forget a half-told letter; a connection on which it can't is closed."""
        with suppress(OSError):
            if self.backend.connection.rset()[0] == 250:
                return
        self.hang_up()

    def hang_up(self):
        with suppress(OSError):
            self.backend.close()


def talk(line, message):
    """One letter over an open smtplib connection. OSError: it was lost while nothing had been handed over yet.

    A refused sender is the clinic's trouble, not this patient's: the letter waits until it has been mended.
    """
    content = dotted(as_letter(message))
    line.ehlo_or_helo_if_needed()
    code, text = line.mail(address(settings.DEFAULT_FROM_EMAIL))
    if code != 250:
        return Answer(Verdict.LATER, spoken(code, text))
    code, text = line.rcpt(address(message.to))
    if code not in (250, 251):
        return Answer(Verdict.LATER, spoken(code, text)) if about_us(code, text) else refusal(code, text)
    code, text = line.docmd("DATA")
    if code != 354:
        return refusal(code, text)
    line.send(content)
    return last_word(line)


def last_word(line):
    """The answer after the whole letter has gone out. Without one nobody knows: the server may have taken it."""
    try:
        code, text = line.getreply()
    except OSError as error:
        return Answer(Verdict.UNCERTAIN, f"No answer after the whole message was sent: {said(error)}")
    if code == 250:
        return Answer(Verdict.ACCEPTED, spoken(code, text))
    return refusal(code, text) if code >= 400 else Answer(Verdict.UNCERTAIN, spoken(code, text))


def refusal(code, text):
    """4xx: not now. 5xx: never. 421 is the server closing, so not now either."""
    verdict = Verdict.REFUSED if 500 <= code <= 599 else Verdict.LATER
    return Answer(verdict, spoken(code, text))


def about_us(code, text):
    """Many servers say only at the recipient what they have against the sender: who we are, or what policy says of us
    (RFC 3463, x.7.x). Whatever it is, it is the post's trouble, until the message is not worth sending any more."""
    return code in NOT_LET_IN or bool(re.match(rb"5\.7\.\d", text))


def spoken(code, text):
    return f"{code} {text.decode(errors='replace')}"[:LINE_LENGTH].replace("\x00", "")


def said(error):
    """A connection's trouble in words: the server's own if it had any."""
    if isinstance(error, smtplib.SMTPResponseException):
        return spoken(error.smtp_code, as_bytes(error.smtp_error))
    return (error.strerror or str(error) or type(error).__name__)[:LINE_LENGTH]


def as_bytes(text):
    return text if isinstance(text, bytes) else str(text).encode()


def dotted(content):
    """A line that begins with a dot gets a second one, and a dot alone ends the letter (RFC 5321, 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content).removesuffix(b"\r\n") + b"\r\n.\r\n"


def address(text):
    """Without a name, and in ASCII. Nearly all are so already; to take one apart takes as long as to write a letter."""
    return text if PLAIN.fullmatch(text) else sanitize_address(parseaddr(text)[1], "utf-8")


def as_letter(message):
    """As it goes to a mail server: bytes. Raises ValueError if a header holds a line break."""
    return written(headers(message), text=message.text, html=message.html, calendar=message.calendar)


def headers(message):
    """RFC 8058: the mail program's own button, one click. What a patient needs to know bears none."""
    found = {
        "Subject": message.subject,
        "From": settings.DEFAULT_FROM_EMAIL,
        "To": message.to,
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
    }
    if message.reply_to:
        found["Reply-To"] = message.reply_to
    if message.unsubscribe:
        found["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found
