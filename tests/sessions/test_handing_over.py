"""Another pair of hands: nothing changes hands in silence, and nobody on a table waits for the paper."""

import pytest
from django.db import IntegrityError, connection, transaction

from clinic.errors import ClinicError, NotAllowed
from desk import running
from sessions import charting, handing_over, needles, signing
from sessions.charge import NotInCharge, in_charge
from sessions.charting import Counted
from sessions.models import Handover, SessionPlan
from sessions.refusals import SignedAlready
from tests.factories import PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by, needle
from tests.sessions.pages import HTMX, url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return making.begun("li4 lr3")


@pytest.fixture
def roy():
    return PractitionerFactory(name="Roy", user__first_name="Roy").user


def now(plan):
    return SessionPlan.objects.get(pk=plan.pk)


def count(plan, put_in, out, by):
    counts = {("needle", row.pk): Counted(put_in, out) for row in plan.needles.all()}
    return charting.count(plan=plan, version=now(plan).version, counts=counts, by=by)


def test_the_visits_practitioner_is_in_charge_until_somebody_takes_over(plan, roy):
    assert in_charge(plan) == by(plan)

    handing_over.take_over(plan=plan, by=roy)

    assert in_charge(now(plan)) == roy


def test_a_handover_keeps_the_count_as_it_stood(plan, roy):
    count(plan, 2, None, by(plan))

    handing_over.hand_over(plan=plan, to=roy, said="Left hand was sore.", by=by(plan))

    handover = Handover.objects.get()
    assert (handover.given_by, handover.taken_by) == (by(plan), roy)
    assert (handover.needles, handover.said) == ("Hands 2, feet 2 in", "Left hand was sore.")


def test_a_handover_before_the_count_says_what_was_planned(plan, roy):
    handing_over.take_over(plan=plan, by=roy)

    assert Handover.objects.get().needles == "Hands 2, feet 2 planned, not counted"


def test_who_has_the_session_takes_it_over_only_once(plan, roy):
    first, second = (handing_over.take_over(plan=plan, by=roy) for _ in range(2))

    assert (Handover.objects.get(), second) == (first, None)


def test_needles_are_counted_out_only_by_who_is_in_charge(plan, roy):
    count(plan, 2, None, by(plan))

    with pytest.raises(NotInCharge, match=r"Kim put 4 needles in\. Take over first\."):
        count(plan, 2, 2, roy)

    handing_over.take_over(plan=plan, by=roy)
    assert count(plan, 2, 2, roy).needles_out_by == roy


def test_needles_in_are_counted_by_whoever_helps(plan, roy):
    count(plan, 2, None, roy)

    assert needle(plan, "LI4").needles_in == 2


def test_who_took_over_signs_and_who_handed_over_does_not(roy):
    plan = making.charted()
    handing_over.hand_over(plan=plan, to=roy, said="", by=by(plan))

    with pytest.raises(NotInCharge, match=r"Only Roy can sign this\. Hand over first\."):
        signing.sign(plan=plan, version=plan.version, by=by(plan))

    signing.sign(plan=plan, version=plan.version, by=roy)
    assert now(plan).signed_by == roy


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_a_session_goes_only_to_who_may_sign(plan, role):
    with pytest.raises(ClinicError, match="may not sign sessions") as refused:
        handing_over.hand_over(plan=plan, to=UserFactory(role=role), said="", by=by(plan))

    assert refused.value.field == "to"


def test_a_session_goes_to_no_practitioner_who_has_left(plan, roy):
    roy.practitioner.active = False
    roy.practitioner.save()

    with pytest.raises(ClinicError, match="Roy may not sign sessions"):
        handing_over.hand_over(plan=plan, to=roy, said="", by=by(plan))
    with pytest.raises(NotAllowed, match="Only a practitioner"):
        handing_over.take_over(plan=plan, by=roy)


def test_only_who_has_it_hands_it_over(plan, roy):
    with pytest.raises(NotInCharge):
        handing_over.hand_over(plan=plan, to=roy, said="", by=roy)


def test_nobody_hands_a_session_to_themselves(plan):
    with pytest.raises(ClinicError, match="You answer for this session already") as refused:
        handing_over.hand_over(plan=plan, to=by(plan), said="", by=by(plan))

    assert refused.value.field == "to"


def test_a_session_that_has_not_begun_or_is_signed_changes_no_hands(roy):
    with pytest.raises(ClinicError, match="The session has not begun"):
        handing_over.take_over(plan=making.a_plan("li4"), by=roy)
    with pytest.raises(SignedAlready):
        handing_over.take_over(plan=making.signed(), by=roy)


@pytest.mark.parametrize("said", ["\x00", "x" * 501])
def test_words_that_cannot_be_kept_are_refused(plan, roy, said):
    with pytest.raises(ClinicError) as refused:
        handing_over.hand_over(plan=plan, to=roy, said=said, by=by(plan))

    assert refused.value.field == "said"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE clinic_sessions_handover SET said = 'Else'",
        "DELETE FROM clinic_sessions_handover",
        "UPDATE clinic_sessions_handover SET given_by_id = taken_by_id",
    ],
)
def test_what_was_handed_over_is_never_changed(plan, roy, sql):
    handing_over.take_over(plan=plan, by=roy)

    with pytest.raises(Exception, match=r"append_only|Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_hands_nothing_to_the_same_person(plan):
    with pytest.raises(IntegrityError, match="handed_to_somebody_else"):
        Handover.objects.create(plan=plan, given_by=by(plan), taken_by=by(plan))


# At the table


def test_the_floor_takes_needles_out_for_a_colleague_and_says_that_they_took_over(client, plan, roy):
    client.force_login(roy)
    visit = plan.appointment
    running.go_on(visit=visit, stage=0, by=by(plan))

    answer = client.post(f"/floor/{visit.pk}/next/", {"stage": 1}, headers=HTMX)

    assert "You took over from Kim." in answer.headers["HX-Trigger-After-Settle"]
    assert (now(plan).needles_out_by, in_charge(now(plan))) == (roy, roy)
    assert needles.of(now(plan)).taken_out


def test_the_chart_takes_needles_out_for_a_colleague_too(client, plan, roy):
    client.force_login(roy)

    answer = client.post(url("needles_out", plan.appointment), {"version": plan.version}, headers=HTMX)

    assert answer.status_code == 200
    assert "You took over from Kim." in answer.headers["HX-Trigger-After-Settle"]
    assert now(plan).needles_out_by == roy


# The page


def test_the_refusal_has_the_way_to_take_over_beside_it(client, plan, roy):
    client.force_login(roy)
    data = {"version": plan.version} | {f"out-needle-{row.pk}": "2" for row in plan.needles.all()}
    data |= {f"put_in-needle-{row.pk}": "2" for row in plan.needles.all()}

    answer = client.post(url("save", plan.appointment), data, headers=HTMX)

    assert answer.status_code == 409
    assert "Take over first. Take over" in words(answer)


def test_one_tap_takes_the_session_over(client, plan, roy):
    client.force_login(roy)

    answer = client.post(url("take_over", plan.appointment), {"version": plan.version}, headers=HTMX)

    assert "You answer for this session." in words(answer)
    assert in_charge(now(plan)) == roy


def test_a_session_is_handed_over_from_the_chart(client, plan, roy):
    client.force_login(by(plan))
    assert "Roy" in words(client.get(url("offer_handover", plan.appointment)))
    assert "What you said" in words(client.get(url("chart", plan.appointment) + "?open=handover"))
    data = {"version": plan.version, "handover_to": roy.pk, "handover_said": "Sore hand"}

    answer = client.post(url("hand_over", plan.appointment), data, headers=HTMX)

    assert "Roy" in words(answer)
    assert "Sore hand" in words(answer)
    assert in_charge(now(plan)) == roy


@pytest.mark.parametrize("to", ["", "999999", "x", "x" * 100_000])
def test_a_handover_to_nobody_is_told_at_its_field(client, plan, to):
    client.force_login(by(plan))

    answer = client.post(url("hand_over", plan.appointment), {"version": plan.version, "handover_to": to}, headers=HTMX)

    assert answer.status_code == 422
    assert not Handover.objects.exists()
