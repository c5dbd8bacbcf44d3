"""The whole application for the browser: real server, worker, beat and SMTP sink, once, before any data.

For as long as this folder is tested and no longer: the worker would deliver what other tests write.
"""

import os
from time import monotonic

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client
from psycopg.errors import LockNotAvailable

from tests import browser, processes
from tests.smtpsink import SmtpSink

LAST_SEEN = processes.ROOT / "build" / "e2e"
FAILED = pytest.StashKey[bool]()
PATIENCE = 30  # seconds until the tables must have been emptied
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in this thread, the ORM calls are ours alone


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


@pytest.fixture(scope="package", autouse=True)
def _emptied_in_peace(django_db_setup):
    """The running application asks at any moment, and emptying all tables would deadlock with a question that is being
    answered. So whoever empties them gives way well before PostgreSQL looks for a deadlock, and tries again."""

    def execute_sql_flush(operations, sql_list):
        until = monotonic() + PATIENCE
        while True:
            try:
                with transaction.atomic(), operations.connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '300ms'")
                    for sql in sql_list:
                        cursor.execute(sql)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable) or monotonic() > until:
                    raise
            else:
                return

    patched = pytest.MonkeyPatch()  # the class: in Playwright's loop the connection is another object
    patched.setattr(type(connection.ops), "execute_sql_flush", execute_sql_flush)
    yield
    patched.undo()


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
    """sign_in(user) gives Today as that person sees it.

    Without the form, which `test_main_job` fills in: so many people from one address would be told to wait.
    """

    def enter(user, **options):
        door, page = Client(), visitor(**options)
        door.force_login(user)
        cookie = door.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        page.goto("/")
        return page

    return enter
