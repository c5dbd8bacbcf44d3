"""A mail server that takes every letter and keeps none: a process of its own, so that its work is nobody else's.

`python -m tests.bench.postbox` prints its port and runs until its input ends.
"""

import asyncio
import sys

from aiosmtpd.smtp import SMTP


class Everything:
    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        return "250 Kept"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Everything(), hostname="sink.example.com", loop=loop), "127.0.0.1")
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
