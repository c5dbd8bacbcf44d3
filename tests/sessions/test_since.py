"""What changed for a patient since the last signed session."""

from dataclasses import replace
from datetime import timedelta

import pytest

from patients.models import AccessRecord
from scheduling.models import Appointment
from sessions import charting, past
from sessions.models import AdverseEvent, FollowUp
from sessions.since import since
from tests.factories import AppointmentFactory, HealthFactFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by
from tests.sessions.pages import HTMX, url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def last():
    plan = making.charted("li4 lr3")
    notes = {"pain_before": 6, "pain_after": 3, "advice": "Walk a little every day."}
    plan = charting.note(plan=plan, version=plan.version, fields=notes, by=by(plan))
    return making.sign(plan).plan


@pytest.fixture
def visit(last):
    return making.again(last).appointment


def found(visit):
    return since(visit, past.last_time(visit), visit.practitioner.user)


def test_days_pain_and_advice_come_from_last_time(visit):
    told = found(visit)

    assert told.days == 7
    assert told.last.pain == (6, 3)
    assert told.last.notes["advice"] == "Walk a little every day."
    assert told.nothing


def test_health_facts_that_are_new_over_or_told_otherwise_are_named(visit):
    day = visit.starts_at.astimezone(visit.zone).date()
    HealthFactFactory(patient=visit.patient, code="anticoagulant", detail="apixaban")
    HealthFactFactory(patient=visit.patient, code="pacemaker", detail="", since=day)
    HealthFactFactory(patient=visit.patient, code="epilepsy", until=day - timedelta(days=1))
    before = (
        {"code": "epilepsy", "words": "Epilepsy", "limb": "", "detail": ""},
        {"code": "anticoagulant", "words": "Anticoagulant", "limb": "", "detail": "warfarin"},
    )
    last = replace(past.last_time(visit), facts=before)

    facts = since(visit, last, visit.practitioner.user).facts

    assert facts == [
        "Anticoagulant: warfarin → apixaban.",
        f"New: Pacemaker, since {day:%-d %b %Y}.",
        "No longer: Epilepsy.",
    ]


def test_incidents_of_and_about_the_last_session_come_with_the_latest_word(last, visit):
    first = AdverseEvent.objects.create(
        plan=visit.plan, about=last, code="soreness", severity="mild", detail="Two days.", recorded_by=by(last)
    )
    FollowUp.objects.create(event=first, progress="same", by=by(last))
    FollowUp.objects.create(event=first, progress="over", text="Gone on Friday.", by=by(last))

    (told,) = found(visit).incidents

    assert told.is_over
    assert told.follow_up.text == "Gone on Friday."


def test_missed_and_cancelled_visits_in_between_are_named(last, visit):
    between = {"patient": visit.patient, "practitioner": visit.practitioner, "table": visit.table}
    missed = AppointmentFactory(start=visit.starts_at - timedelta(days=3), **between)
    Appointment.objects.filter(pk=missed.pk).update(status="no_show")

    assert found(visit).gone == [(missed, "no-show")]


def test_what_the_patient_told_stands_first(visit):
    charting.note(plan=visit.plan, version=0, fields={"history": "Slept better."}, by=visit.practitioner.user)

    assert found(visit).history == "Slept better."


# The page


@pytest.fixture
def kim(client, visit):
    client.force_login(visit.practitioner.user)
    return client


def test_the_plan_fetches_it_and_has_a_link_where_there_is_no_script(kim, visit):
    page = kim.get(url("plan", visit)).content.decode()

    assert f'hx-get="{url("since", visit)}"' in page
    assert f'href="{url("since", visit)}"' in page


def test_the_fragment_and_the_page_say_the_same_and_are_on_record(kim, visit):
    fragment = kim.get(url("since", visit), headers=HTMX)
    page = kim.get(url("since", visit))

    for answer in (fragment, page):
        assert "7 days" in words(answer)
        assert "6 → 3" in words(answer)
        assert "Walk a little every day." in words(answer)
    assert "<html" not in fragment.content.decode()
    assert AccessRecord.objects.filter(page="sessions:since").count() == 2


def test_a_first_visit_says_that_it_is_the_first(client):
    visit = AppointmentFactory(status="arrived")
    client.force_login(visit.practitioner.user)

    assert "This is the first." in words(client.get(url("since", visit)))


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_it_is_closed_to_who_does_not_treat(client, visit, role):
    client.force_login(UserFactory(role=role))

    assert client.get(url("since", visit)).status_code == 403
    assert client.get(url("since", visit), headers=HTMX).status_code == 403


def test_who_is_not_signed_in_is_asked_to(client, visit):
    assert client.get(url("since", visit)).status_code == 302


def test_an_unknown_visit_is_not_found(kim):
    assert kim.get(f"/sessions/{10**30}/plan/since/").status_code == 404


def test_it_costs_the_same_whatever_happened(kim, last, visit, django_assert_max_num_queries):
    def told():
        event = AdverseEvent.objects.create(
            plan=visit.plan, about=last, code="soreness", severity="mild", detail="Sore.", recorded_by=by(last)
        )
        FollowUp.objects.create(event=event, progress="same", by=by(last))

    told()
    kim.get(url("since", visit), headers=HTMX)

    with django_assert_max_num_queries(100) as one:
        kim.get(url("since", visit), headers=HTMX)
    told()
    told()
    with django_assert_max_num_queries(100) as three:
        kim.get(url("since", visit), headers=HTMX)

    assert len(three) == len(one)
