"""The whole application for the browser: real server, worker, beat and SMTP sink, once, before any data.

For as long as this folder is tested and no longer: the worker would deliver what other tests write.
"""

import os

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from tests import browser, processes
from tests.smtpsink import SmtpSink

LAST_SEEN = processes.ROOT / "build" / "e2e"
FAILED = pytest.StashKey[bool]()
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread, the ORM calls are ours alone
expect.set_options(timeout=30_000)  # milliseconds: a test waits for what it expects, however busy the machine is


@pytest.fixture(scope="package")
def sink():
    with SmtpSink() as sink:
        yield sink


@pytest.fixture(scope="package")
def site(django_db_setup, sink, tmp_path_factory):
    """The address of the running application."""
    name, port = connection.settings_dict["NAME"], processes.free_port()
    folder = tmp_path_factory.mktemp("clinic")
    env = processes.environment(database=name, mail_port=sink.port, port=port, run=name, folder=folder)
    with processes.clinic(env=env, port=port, folder=folder) as address:
        yield address


@pytest.fixture(scope="package")
def chromium(site):
    with browser.chromium() as chromium:
        yield chromium


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def visitor(request, chromium, site):
    """visitor() gives a page of a fresh browser. What the pages of a failed test showed last is kept in build/e2e/."""
    pages = []

    def enter(**options):
        page = chromium.new_context(base_url=site, **options).new_page()
        pages.append(page)
        return page

    yield enter
    for number, page in enumerate(pages, 1):
        if FAILED in request.node.stash:
            page.screenshot(path=LAST_SEEN / f"{request.node.name}-{number}.png", full_page=True)
        page.context.close()


@pytest.fixture
def sign_in(visitor, site):
    """sign_in(user) gives an empty page of that person's browser.

    Signed in without the form, which `test_main_job` fills in: so many people from one address would be told to wait.
    """

    def enter(user, **options):
        door, page = Client(), visitor(**options)
        door.force_login(user)
        cookie = door.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        return page

    return enter
