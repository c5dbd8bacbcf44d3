"""How every answer leaves, whatever the view: its policy, its cookies, kept by nobody. And what a log says."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signing import Signer
from django.db import IntegrityError, connection
from django.test import Client, RequestFactory
from django.urls import include, path

from clinic.logs import Discreet
from tests.factories import PASSWORD, UserFactory

NOTE = "Warfarin since May\n\nand a pacemaker"


def break_down(request):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE secrets (note text CHECK (false))")
        cursor.execute("INSERT INTO secrets VALUES (%s)", [NOTE])


urlpatterns = [path("", include("clinic.urls")), path("break/", break_down)]


@pytest.fixture
def signed_in(db, client, settings):
    settings.ROOT_URLCONF = __name__
    client.force_login(UserFactory(role="Manager"))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("", 200),
        ("messages/", 200),
        ("accounts/password/change/", 200),
        ("accounts/login/", 302),
        ("messages/?show=nothing", 404),
        ("visit/confirm/guessed/", 404),
        ("?q=%00", 400),
        ("break/", 500),
    ],
)
def test_every_answer_has_the_policy_and_is_kept_by_nobody(signed_in, address, status):
    answer = signed_in.get(f"/{address}")

    assert answer.status_code == status
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]
    framed = address.startswith("accounts/")  # signing in again happens in a frame of our own page
    assert answer["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_head_is_answered_like_a_get_without_its_body(db):
    """Not through the test client: it cuts off every body itself, as gunicorn does with a complaint in the log."""
    ask = RequestFactory(SERVER_NAME="localhost")

    got, head = (WSGIHandler().get_response(way("/accounts/login/")) for way in (ask.get, ask.head))

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Length"] == got["Content-Length"]


def test_the_session_ends_with_the_browser_and_no_script_reads_its_cookie(db, client):
    user = UserFactory()

    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")


@pytest.mark.parametrize(("site", "secure"), [("https://deqi.example.com", "True"), ("http://localhost:8000", "False")])
def test_where_people_come_by_https_no_cookie_goes_without(site, secure):
    names = "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0"
    script = f"from clinic import settings as s; print({names})"

    said = subprocess.check_output([sys.executable, "-c", script], env={**os.environ, "SITE_URL": site}, text=True)

    assert said.split() == [secure] * 3


def test_a_failure_is_logged_without_what_stood_in_the_row(signed_in, caplog):
    signed_in.get("/break/")

    record = next(record for record in caplog.records if record.exc_info)
    logged = Discreet().format(record)
    assert NOTE in str(record.exc_info[1])
    assert issubclass(record.exc_info[0], IntegrityError)
    assert "violates check constraint" in logged
    assert "in break_down" in logged
    assert "Warfarin" not in logged
    assert "pacemaker" not in logged


def test_a_refused_link_is_logged_without_what_makes_it_work(db, caplog):
    link = f"/visit/cancel/{Signer().sign('328.0')}/"

    Client(enforce_csrf_checks=True).post(link)

    logged = [Discreet().format(record) for record in caplog.records]
    assert any("/visit/cancel/328.0:…/" in line for line in logged)
    assert not any(link in line for line in logged)


@pytest.mark.parametrize("after", ["/", ")/", ">", ".", "x/", "/more/", ""])
@pytest.mark.parametrize("colon", [":", "%3A", "%3a", "%253A"])
def test_a_link_that_opens_nothing_is_logged_without_what_makes_a_true_one_work(db, client, caplog, colon, after):
    """A mail program may have taken what stood after the link for a part of it."""
    named, _, signature = Signer().sign("328.0").partition(":")

    client.get(f"/visit/cancel/{named}{colon}{signature}{after}", follow=True)

    logged = [Discreet().format(record) for record in caplog.records]
    assert any("Not Found: /visit/cancel/328.0" in line for line in logged)
    assert not any(signature in line for line in logged)


def test_a_failed_task_is_logged_without_what_stood_in_the_row():
    """By the settings of the worker itself, which says the error in a sentence and again in its traceback."""
    script = (
        "import sys, logging; from clinic.celery import app; app.log.setup('INFO')\n"
        "error = RuntimeError('refused\\nDETAIL:  Failing row contains (1, Warfarin).')\n"
        "try: raise error\n"
        "except RuntimeError: logging.getLogger('celery.app.trace').exception('Task raised %r', error)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "celery.app.trace Task raised RuntimeError" in done.stderr
    assert "Warfarin" not in done.stderr
