"""What a mail server's answer means in plain words, and what the front desk does about it. One table, read downwards.

PostgreSQL and Python both read the patterns, in either case of letters: they hold only what the two understand alike.
"""

import re
from dataclasses import dataclass

from django.db.models import Case, Q, Value, When

from reminders.courier import GIVEN_UP, NO_SERVER
from reminders.models import State

# RFC 3463: no such mailbox or domain; and RFC 5321's 550 and 551 where a server gives no such code and does not speak
# of us.
ABOUT_US = r"(relay|sender|block|spam|denied|policy)"
NO_SUCH_ADDRESS = rf"^5\d\d[ -](5\.1\.[1-3]|5\.2\.1)(?!\w)|^55[01] (?!\d\.\d\.\d)(?!.*{ABOUT_US})"


@dataclass(frozen=True)
class Trouble:
    """`said`: a sentence to stand before the server's own words; empty where these are ours and plain. `heading`:
    what stands above the form that sends again. `again`: whether the same words to the same address may help;
    `together`: whether many may be sent again without a look at each."""

    name: str
    pattern: str
    said: str
    heading: str = "Send it again"
    states: frozenset = frozenset({State.REFUSED, State.FAILED})
    again: bool = True
    together: bool = True


TROUBLES = [
    Trouble(
        "doubt",
        "",
        "Nobody can know whether the mail server took it.",
        heading="Send it again, perhaps twice",
        states=frozenset({State.UNCERTAIN}),
        together=False,
    ),
    # RFC 4954: authentication is required, failed, or too weak
    Trouble(
        "shut_out", rf"{NO_SERVER}: 53[0458]", "The mail server did not let the clinic sign in until it was too late."
    ),
    Trouble("unreachable", NO_SERVER, "The mail server was not reachable until it was too late."),
    Trouble(
        "unknown",
        NO_SUCH_ADDRESS,
        "The mail server does not know this address.",
        heading="Correct the address",
        states=frozenset({State.REFUSED}),
        again=False,
        together=False,
    ),
    # RFC 3463, x.2.2; RFC 5321, 552 without a code of its own
    Trouble(
        "full",
        r"\d\d\d[ -][45]\.2\.2(?!\w)|^552[ -](?!\d\.\d)",
        "This patient's mailbox is full.",
        heading="Call, or send it again later",
    ),
    # RFC 3463, 5.7.x: security or policy; and 5xx that speak of us. 4.7.x, such as greylisting, only puts off
    Trouble(
        "unwanted",
        rf"\d\d\d[ -]5\.7\.\d|^55[0-4][ -](?!\d\.\d\.\d).*{ABOUT_US}",
        "The mail server refused it as unwanted mail. The address may well be right.",
        heading="Call, or send it again",
    ),
    Trouble("put_off", rf"^{GIVEN_UP}4\d\d", "The mail server put it off until it was too late."),
    Trouble("refused", r"^5\d\d", "The mail server refused it.", heading="Call, or send it again"),
]
OTHER = Trouble("other", "", "", together=False)
NAMED = {trouble.name: trouble for trouble in [*TROUBLES, OTHER]}
UNKNOWN = NAMED["unknown"].said


def trouble(message):
    """What became of a message that did not arrive; None for any other."""
    if message.state not in {State.REFUSED, State.FAILED, State.UNCERTAIN}:
        return None
    fits = (one for one in TROUBLES if message.state in one.states and matches(one.pattern, message.answer))
    return next(fits, OTHER)


def matches(pattern, answer):
    return re.search(pattern, answer, re.IGNORECASE | re.DOTALL)


def name():
    """The same as `trouble`, asked of the database: its name."""
    cases = [
        When(
            Q(state__in=sorted(one.states)) & (Q(answer__iregex=one.pattern) if one.pattern else Q()),
            then=Value(one.name),
        )
        for one in TROUBLES
    ]
    return Case(*cases, default=Value(OTHER.name))
