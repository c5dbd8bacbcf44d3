"""PostgreSQL and Valkey out of two wheels, for a clinic that has one machine and no administrator.

Whoever needs the engines says `with use():`. The first one in starts them, the last one out stops them, and the
kernel's file locks know who is in, so a killed process is never counted (docs/decisions/embedded-services.md).
It needs the standard library only.
"""

import os
import secrets
from contextlib import contextmanager
from urllib.parse import quote

from .places import EmbeddedError, Place
from .sharing import enter, leave

__all__ = ["EmbeddedError", "Place", "use"]


@contextmanager
def use(data_dir=None):
    """Hold the engines and put their addresses into the environment, as far as nobody else has; yields the `Place`."""
    place = Place.at(data_dir)
    users = enter(place)
    missing = {}
    try:
        missing |= {name: value for name, value in addresses(place).items() if name not in os.environ}
        os.environ.update(missing)
        yield place
    finally:
        for name in missing:
            os.environ.pop(name, None)
        leave(place, users)


def addresses(place):
    """What settings.py reads. A socket folder goes into the query: as a host, django-environ would not decode it."""
    return {
        "DATABASE_URL": f"postgres://deqi@/deqi?host={quote(str(place.sockets))}",
        "REDIS_URL": f"redis+socket://{quote(str(place.valkey_socket))}",
        "SECRET_KEY": secret_key(place),
    }


def secret_key(place):
    """One key a data folder: links and sessions outlive a restart. Linked into place, so that two first users agree."""
    file = place.data / "secret_key"
    if not file.exists():
        draft = file.with_name(f"secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text()
