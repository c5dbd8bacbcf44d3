"""A real mail server for tests: it keeps every letter, and refuses, defers, dawdles or hangs up when told to."""

import asyncio
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP

HANG_UP = "hang up"
KEEP_AND_HANG_UP = "keep it and hang up"


@dataclass
class Letter:
    """What one DATA brought, and when: seconds since 1970."""

    sender: str
    to: list[str]
    content: bytes
    came_at: float = field(default_factory=time.time)
    message: EmailMessage = field(init=False)

    def __post_init__(self):
        self.message = message_from_bytes(self.content, policy=policy.default)

    def part(self, kind):
        """The text of the first part of this kind: "text/plain", "text/html" or "text/calendar"."""
        return next(part.get_content() for part in self.message.walk() if part.get_content_type() == kind)


class SmtpSink:
    """`with SmtpSink() as sink:` listens on `sink.port` and keeps letters in `sink.letters`, in order.

    Whatever is not told otherwise is accepted with `250 Kept`, which takes `dawdle` seconds.
    """

    def __init__(self, dawdle=0):
        self.dawdle = dawdle
        self.letters = []
        self.connections = 0
        self.port = 0
        self.hang_ups = Counter()  # by moment
        self._script = defaultdict(list)
        self._arrival = threading.Condition()
        self._loop = None
        self._server = None
        self._thread = None
        self._talks = []

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.stop()

    def start(self):
        """Listen, unless it does already; after a stop on the same port as before."""
        if self._loop:
            return
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(self._talk, "127.0.0.1", self.port))
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp sink")
        self._thread.start()

    def stop(self):
        """From now on a connection is refused, as by a stopped mail server."""
        if not self._loop:
            return
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = None

    def _talk(self):
        talk = Talk(self, hostname="sink.example.com", loop=self._loop)
        self._talks.append(talk)
        return talk

    async def _hang_up(self):
        self._server.close()
        await self._server.wait_closed()
        for talk in self._talks:
            if talk.transport:
                talk.transport.abort()
        self._talks.clear()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(others)

    def clear(self):
        self.letters.clear()
        self._script.clear()
        self.hang_ups.clear()
        self.connections = 0

    def answer(self, address, line, *, at="RCPT", times=1, after=0):
        """Answer `line` (such as "451 Try later") the next `times` times that this address is written to.

        `at` is MAIL (then it is the sender's address), RCPT, or DATA, after the whole letter has come. The line HANG_UP
        closes the connection instead, also at LETTER, when a letter is on its way; KEEP_AND_HANG_UP (at DATA) does so
        once the letter is kept. It all happens `after` so many seconds.
        """
        self._script[at, address] += [(line, after)] * times

    def to(self, address):
        """The letters that came for this address."""
        return [letter for letter in self.letters if address in letter.to]

    def expect(self, address, *, count=1, within=30):
        """Wait for that many letters; at most `within` seconds."""
        with self._arrival:
            came = self._arrival.wait_for(lambda: len(self.to(address)) >= count, timeout=within)
        assert came, f"{len(self.to(address))} of {count} letters came for {address}"
        return self.to(address)

    def expect_more(self, count, *, within):
        """Wait for so many more letters, whoever they are to; at most `within` seconds. True: they came."""
        with self._arrival:
            goal = len(self.letters) + count
            return self._arrival.wait_for(lambda: len(self.letters) >= goal, timeout=within)

    # What aiosmtpd calls, in its own thread.

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        line = await self._next_line(server, "MAIL", address) or "250 OK"
        if line.startswith("250"):
            envelope.mail_from = address
        return line

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        line = await self._next_line(server, "RCPT", address) or "250 OK"
        if line.startswith("250"):
            envelope.rcpt_tos.append(address)
        return line

    async def letter_begins(self, server, envelope):
        await self._next_line(server, "LETTER", *envelope.rcpt_tos)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """What it will take it has at once, however long it then takes to say so."""
        told = self._script_of("DATA", *envelope.rcpt_tos)
        if not told or told[0][0].startswith("250") or told[0][0] == KEEP_AND_HANG_UP:
            self._keep(Letter(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        await asyncio.sleep(self.dawdle)
        return await self._next_line(server, "DATA", *envelope.rcpt_tos) or "250 Kept"

    async def _next_line(self, server, moment, *addresses):
        lines = self._script_of(moment, *addresses)
        if not lines:
            return None
        line, after = lines.pop(0)
        await asyncio.sleep(after)
        if line in (HANG_UP, KEEP_AND_HANG_UP):
            self.hang_ups[moment] += 1
            server.transport.close()
        return line

    def _script_of(self, moment, *addresses):
        return next((self._script[moment, address] for address in addresses if self._script[moment, address]), None)

    def _keep(self, letter):
        with self._arrival:
            self.letters.append(letter)
            self._arrival.notify_all()


class Talk(SMTP):
    """One connection. aiosmtpd asks its handler only when the whole letter has come."""

    async def push(self, status):
        await super().push(status)
        if status.startswith("354"):
            await self.event_handler.letter_begins(self, self.envelope)
