"""The whole application for the browser: real server, worker, beat and SMTP sink, once a session, before any data."""

import os

import pytest
from django.db import connection

from tests import browser, processes
from tests.factories import PASSWORD
from tests.smtpsink import SmtpSink

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread, the ORM calls are ours alone


@pytest.fixture(scope="session")
def sink():
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="session")
def site(django_db_setup, sink, tmp_path_factory):
    """The address of the running application."""
    name, port = connection.settings_dict["NAME"], processes.free_port()
    env = processes.environment(database=name, mail_port=sink.port, port=port, run=name)
    with processes.clinic(env=env, port=port, folder=tmp_path_factory.mktemp("clinic")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium(site):
    with browser.chromium() as chromium:
        yield chromium


@pytest.fixture
def sign_in(chromium, site):
    """sign_in(user) gives a page of a fresh browser in which that person is signed in."""
    contexts = []

    def enter(user, **options):
        context = chromium.new_context(base_url=site, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill(user.email)
        page.get_by_label("Password").first.fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
