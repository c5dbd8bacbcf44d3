"""Who signs has shown lately who they are: by signing in, or by password or second factor since."""

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.contrib.messages import get_messages
from django.urls import reverse

from sessions.models import SessionPlan
from tests.factories import PASSWORD
from tests.sessions import making
from tests.sessions.pages import post, prove, url, words

pytestmark = pytest.mark.django_db
AGAIN = "/accounts/reauthenticate/"
QUARTER = 15 * 60


@pytest.fixture
def plan():
    return making.charted("li4")


@pytest.fixture
def kim(client, plan):
    client.force_login(making.by(plan))
    return client


def sign(client, plan, *, htmx=False, **typed):
    version = SessionPlan.objects.get(pk=plan.pk).version
    return post(client, "sign", plan.appointment, version=version, htmx=htmx, **typed)


def is_signed(plan):
    return SessionPlan.objects.get(pk=plan.pk).is_signed


def age(client, seconds):
    """Let what this person has shown be so old."""
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = time.time() - seconds
    session.save()


def test_signing_in_is_proof_for_a_quarter_of_an_hour(client, plan):
    client.post(reverse("account_login"), {"login": making.by(plan).email, "password": PASSWORD})

    answer = sign(client, plan)

    assert answer["Location"] == url("record", plan.appointment)
    assert is_signed(plan)


@pytest.mark.parametrize(("seconds", "signed"), [(QUARTER - 60, True), (QUARTER, False), (QUARTER * 4, False)])
def test_the_proof_lasts_a_quarter_of_an_hour(kim, plan, seconds, signed):
    prove(kim)
    age(kim, seconds)

    sign(kim, plan)

    assert is_signed(plan) is signed


def test_without_script_everything_is_saved_before_the_person_is_asked(kim, plan):
    answer = sign(kim, plan, response="Calm")

    assert answer.status_code == 302
    assert answer["Location"] == f"{AGAIN}?next=" + url("chart", plan.appointment).replace("/", "%2F")
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Confirm it is you, then press Sign again. Everything is saved."
    ]
    assert SessionPlan.objects.get(pk=plan.pk).note.response == "Calm"
    assert not is_signed(plan)


def test_the_page_that_asks_leads_back_to_the_chart(kim, plan):
    asked = sign(kim, plan)

    page = kim.get(asked["Location"])
    back = kim.post(AGAIN, {"password": PASSWORD, "next": url("chart", plan.appointment)})

    assert "Confirm it is you, then press Sign again." in words(page)
    assert back["Location"] == url("chart", plan.appointment)
    assert sign(kim, plan)["Location"] == url("record", plan.appointment)


def test_a_script_is_told_where_to_ask_and_the_version_to_repeat_with(kim, plan):
    asked = sign(kim, plan, htmx=True, response="Calm")
    version = SessionPlan.objects.get(pk=plan.pk).version

    assert (asked.status_code, asked["X-Sign-In"]) == (401, AGAIN)
    assert f'{{"plan-version": {{"value": {version}}}}}' in asked.headers.values()
    again = sign(prove(kim), plan, htmx=True, response="Calm")
    assert again["HX-Redirect"] == url("record", plan.appointment)


def test_what_is_missing_is_said_before_anybody_is_asked_for_a_password(client):
    plan = making.begun("li4")
    client.force_login(making.by(plan))

    answer = sign(client, plan, htmx=True)

    assert answer.status_code == 409
    assert "Say what was done: LI4 L+R." in words(answer)


def test_a_wrong_password_proves_nothing(kim, plan):
    kim.post(AGAIN, {"password": "guessed"})

    sign(kim, plan)

    assert not is_signed(plan)


def test_the_second_factor_proves_it_too(kim, plan):
    seed = {"seed": "0" * 40, "used_mask": 0}
    Authenticator.objects.create(user=making.by(plan), type=Authenticator.Type.RECOVERY_CODES, data=seed)
    code = Authenticator.objects.get().wrap().get_unused_codes()[0]
    page = kim.get("/accounts/2fa/reauthenticate/")

    kim.post("/accounts/2fa/reauthenticate/", {"code": code})

    assert "Type the code" in words(page)
    assert sign(kim, plan)["Location"] == url("record", plan.appointment)
