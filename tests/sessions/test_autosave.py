"""Autosave: what the server has acknowledged is in the database, whatever happens to the server."""

import os
import random
import signal
import subprocess
import sys
from http.client import HTTPException
from threading import Timer

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client as Browser

from sessions.models import Note, SessionPlan
from tests import processes
from tests.bench.driver import Client
from tests.factories import UserFactory
from tests.sessions import making
from tests.sessions.pages import post, url

pytestmark = pytest.mark.django_db
WORDS = "the dull ache below the left knee went down to the ankle and is gone since Tuesday " * 2


@pytest.fixture
def plan():
    return making.begun("li4 lr3")


@pytest.fixture
def kim(client, plan):
    client.force_login(making.by(plan))
    return client


def autosave(client, plan, **boxes):
    return post(client, "autosave", plan.appointment, version=SessionPlan.objects.get(pk=plan.pk).version, **boxes)


def box(plan, name, code="LI4"):
    return f"{name}-needle-{making.needle(plan, code).pk}"


class Server:
    """gunicorn in a process group of its own, which ends as if somebody had pulled the plug."""

    def __init__(self, folder):
        self.port, self.log = processes.free_port(), folder / "web.log"
        database = connection.settings_dict["NAME"]
        env = processes.environment(database=database, mail_port=1, port=self.port, run="autosave", folder=folder)
        self.env = env | {"STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

    def start(self):
        command = [sys.executable, "-m", "gunicorn", "clinic.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        command += ["--threads", "4", "--no-control-socket"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=processes.ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )
        processes.wait_for(f"http://127.0.0.1:{self.port}/healthz", self.process)

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.start()
    yield server
    server.kill()


def signed_in(server, user):
    browser = Browser()
    browser.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return Client(f"http://localhost:{server.port}", {name: browser.cookies[name].value})


class Typist:
    """Types as the page does: the newest text, what the server is known to have, and what may have arrived."""

    def __init__(self, client, plan):
        self.client, self.page = client, url("chart", plan.appointment)
        client.get(self.page)
        self.acknowledged, self.unheard = "", []

    def send(self, text):
        """Is it saved?"""
        seen = [*self.unheard, self.acknowledged]
        self.unheard.append(text)
        try:
            answer = self.client.post(f"{self.page}autosave/", htmx=True, version=1, response=text, seen_response=seen)
        except (OSError, HTTPException):
            self.client.connection.close()
            return False
        assert answer.status == 200, answer.text
        assert '"saved": ["response"]' in answer.text, answer.text
        self.acknowledged, self.unheard = text, []
        return True


@pytest.mark.crash
@pytest.mark.django_db(transaction=True)
def test_nothing_acknowledged_is_missing_when_the_server_is_killed_between_the_keys(server, plan):
    dice, typist = random.Random(4), Typist(signed_in(server, making.by(plan)), plan)
    deaths = 0

    for end in range(1, len(WORDS) + 1, 4):
        text = WORDS[:end]
        if dice.random() < 0.12:
            plug = Timer(dice.random() * 0.04, server.kill)
            plug.start()
            typist.send(text)
            plug.join()
            stands = Note.objects.filter(plan=plan).values_list("response", flat=True).first() or ""
            assert stands in {typist.acknowledged.strip(), *(unheard.strip() for unheard in typist.unheard)}
            server.start()
            deaths += 1
        assert typist.send(text)

    typist.client.connection.close()
    assert deaths >= 3
    assert Note.objects.get().response == typist.acknowledged.strip()


def test_only_the_boxes_that_were_sent_are_written(kim, plan):
    Note.objects.create(plan=plan, advice="Walk.")

    answer = autosave(kim, plan, response="Calm", **{box(plan, "put_in"): "2", box(plan, "done_note"): "Right only"})

    needle = making.needle(plan, "LI4")
    assert set(answer.json()["saved"]) == {"response", box(plan, "put_in"), box(plan, "done_note")}
    assert (needle.needles_in, needle.needles_out, needle.done_note) == (2, None, "Right only")
    assert (Note.objects.get().advice, Note.objects.get().response) == ("Walk.", "Calm")


def test_a_box_that_cannot_be_kept_says_why_and_the_others_are_kept(kim, plan):
    boxes = {box(plan, "put_in"): "2", box(plan, "out"): "3", box(plan, "put_in", "LR3"): "2"}

    answer = autosave(kim, plan, response="Calm", pulse="x" * 501, **boxes).json()

    assert set(answer["saved"]) == {"response", box(plan, "put_in", "LR3")}
    assert answer["wrong"][box(plan, "out")] == "2 went in."
    assert "Pulse holds up to 500 characters" in answer["wrong"]["pulse"]
    assert making.needle(plan, "LI4").needles_in is None


def test_the_answer_bears_the_version_for_the_next_press_and_the_clinics_time(kim, plan):
    answer = autosave(kim, plan, response="Calm").json()

    assert answer["version"] == SessionPlan.objects.get().version == plan.version + 1
    assert len(answer["at"]) == 5


def test_the_same_text_sent_twice_is_saved_twice_without_a_word(kim, plan):
    answers = [autosave(kim, plan, response="Calm", seen_response="").json() for _ in range(2)]

    assert [answer["saved"] for answer in answers] == [["response"], ["response"]]
    assert answers[1]["clashes"] == {}


def test_text_that_arrived_without_the_page_hearing_of_it_is_no_clash(kim, plan):
    autosave(kim, plan, response="Ca")

    answer = autosave(kim, plan, response="Calm", seen_response=["Ca", ""])

    assert answer.json()["saved"] == ["response"]
    assert Note.objects.get().response == "Calm"


def test_a_row_that_is_no_longer_there_is_not_acknowledged(kim, plan):
    answer = autosave(kim, plan, **{"put_in-needle-999999": "2", "put_in-needle-" + "9" * 40: "2"}).json()

    assert (answer["saved"], answer["wrong"]) == ([], {})


def test_a_signed_session_takes_nothing_and_says_so(client):
    plan = making.signed()
    client.force_login(making.by(plan))

    answer = post(client, "autosave", plan.appointment, version=1, response="late")

    assert answer.status_code == 409
    assert "signed and never changes" in answer.json()["refusal"]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5_000, "²"])
def test_a_version_that_is_none_saves_nothing(kim, plan, version):
    answer = post(kim, "autosave", plan.appointment, version=version, response="Calm")

    assert answer.status_code == 409
    assert not Note.objects.exists()


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_who_does_not_treat_saves_nothing(client, plan, role):
    client.force_login(UserFactory(role=role))

    assert autosave(client, plan, response="x").status_code == 403
    assert not Note.objects.exists()


def test_a_lost_login_is_told_with_the_way_back_in(client, plan):
    answer = post(client, "autosave", plan.appointment, response="x")

    assert (answer.status_code, answer["X-Sign-In"]) == (401, "/accounts/login/")


def test_a_token_from_before_signing_in_again_is_no_refusal_but_a_question(plan):
    strict = Browser(enforce_csrf_checks=True)
    strict.force_login(making.by(plan))

    answer = post(strict, "autosave", plan.appointment, response="x")
    bare = post(strict, "save", plan.appointment, response="x", htmx=False)

    assert (answer.status_code, answer["X-Sign-In"]) == (401, "/accounts/login/")
    assert bare.status_code == 403


def test_only_the_pages_of_signing_in_stand_in_a_frame_of_ours(kim, plan):
    framed, page = kim.get("/signed-in/"), kim.get(url("chart", plan.appointment))

    assert f'data-user="{making.by(plan).pk}"' in framed.content.decode()
    assert framed["X-Frame-Options"] == Browser().get("/accounts/login/")["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in framed["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["response", "put_in", "done_note"])
def test_one_box_costs_ten_statements_at_most(kim, plan, name, django_assert_max_num_queries):
    autosave(kim, plan, response="Calm")
    sent = {name if name == "response" else box(plan, name): "2"}
    frame, savepoint = 3, 2  # the user and the two reads of permissions; the test's own transaction

    with django_assert_max_num_queries(10 + frame + savepoint):
        answer = post(kim, "autosave", plan.appointment, version=1, seen_response="Calm", **sent)

    assert answer.json()["saved"]
