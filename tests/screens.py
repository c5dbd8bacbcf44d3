"""`make screens`: every page of the path out of the real application with its sample data, to build/screens/.

Three widths, light and dark. axe-core looks at each; a serious finding, or a page wider than the screen, is an error at
the end.
"""

import json
import os
import shutil
import sys
from contextlib import contextmanager

import django
import psycopg

from clinic import embedded
from tests import browser, processes

BUILD = processes.ROOT / "build"
SCREENS = BUILD / "screens"
WIDTHS = {390: 844, 820: 1180, 1440: 900}
SCHEMES = ["light", "dark"]
AXE = processes.ROOT / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}
PASSWORD = "needles-at-rest"


def main():
    shutil.rmtree(SCREENS, ignore_errors=True)
    SCREENS.mkdir(parents=True)
    with sample_clinic() as site, browser.chromium() as chromium:
        findings = [finding for who in visitors() for finding in shoot_all(chromium, site, who)]
    (SCREENS / "axe.json").write_text(json.dumps(findings, indent=1))
    print(f"{len(list(SCREENS.glob('*.png')))} pictures in {SCREENS}, {len(findings)} serious accessibility findings")
    return 1 if findings else 0


@contextmanager
def sample_clinic():
    """The application on a database of its own with fresh sample data and no queue: nothing moves while we look."""
    os.environ.update(DATA_DIR=str(BUILD / "screens-data"), EMBEDDED_FSYNC="off")
    with embedded.use():
        port = processes.free_port()
        env = processes.environment(
            database=fresh_database(), mail_port=1, port=port, run="screens", folder=BUILD / "screens-run"
        )
        processes.manage("migrate", "--verbosity", "0", env=env)
        processes.manage("sampledata", env=env)
        os.environ.update(env, DJANGO_SETTINGS_MODULE="clinic.settings", DJANGO_ALLOW_ASYNC_UNSAFE="true")
        django.setup()
        with processes.clinic(env=env, port=port, folder=BUILD / "screens-run", queue=False) as site:
            yield site


def fresh_database(name="screens"):
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return name


def visitors():
    """(e-mail or None, {picture name: path}) for each role."""
    from tests.screenlist import anonymous, desk, manager, practitioner

    return [
        (None, anonymous()),
        ("desk@example.com", desk()),
        ("kim@example.com", practitioner()),
        ("manager@example.com", manager()),
    ]


def shoot_all(chromium, site, who):
    email, pages = who
    for scheme in SCHEMES:
        for width, height in WIDTHS.items():
            context = chromium.new_context(
                base_url=site, viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
            )
            page = context.new_page()
            if email:
                browser.sign_in(page, email, PASSWORD)
            for name, path in pages.items():
                yield from shoot(page, path, f"{name}-{width}-{scheme}")
            context.close()


def shoot(page, path, name):
    """One picture; yields axe's serious findings, and anything wider than the screen."""
    answer = page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True)
    if answer.status >= 500:
        yield {"page": name, "rule": f"status {answer.status}", "where": [path]}
    if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        yield {"page": name, "rule": "wider than the screen", "where": []}
    page.add_script_tag(path=AXE)
    for found in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
        if found["impact"] in GRAVE:
            yield {"page": name, "rule": found["id"], "where": [node["html"][:200] for node in found["nodes"][:3]]}


if __name__ == "__main__":
    sys.exit(main())
