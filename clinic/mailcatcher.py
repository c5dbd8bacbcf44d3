"""A mail server that delivers nothing: each message becomes a file, and a demonstration writes to nobody."""

import argparse
import asyncio
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Folder:
    """One .eml file a message, named by the time it came; written whole before it bears that name."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd names it
        draft = self.path / f"{time.time_ns()}.part"
        draft.write_bytes(envelope.content)
        draft.rename(draft.with_suffix(".eml"))
        return "250 Kept"


async def catch(*, host, port, folder):
    keeper = Folder(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(keeper, hostname="localhost"), host, port)
    end = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    async with server:
        await end.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--folder", required=True)
    asyncio.run(catch(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
