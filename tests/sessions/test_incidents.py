"""What went wrong: coded, placed, told today or about an earlier session."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from clinic.errors import ClinicError
from sessions import asking, reporting
from sessions.models import AdverseEvent, EventCode, SessionPlan, Severity
from tests.factories import DeviceFactory, UserFactory
from tests.sessions import making
from tests.sessions.making import by
from tests.sessions.pages import HTMX, url, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return making.begun("li4 lr3")


def now(plan):
    return SessionPlan.objects.get(pk=plan.pk)


def report(plan, **more):
    fields = {"code": "bruise", "severity": "mild", "detail": "As large as a coin."} | more
    return reporting.report(plan=plan, version=now(plan).version, by=by(plan), **fields)


def test_an_incident_bears_all_that_is_asked_about_it(plan):
    report(
        plan,
        item=making.needle(plan, "LI4"),
        site="Web of the thumb",
        onset_minutes=120,
        action="Pressed for two minutes.",
        notified="Dr. Vale",
        preventable="no",
        reportable=True,
        follow_up_on=timezone.localdate() + timedelta(days=1),
    )

    event = AdverseEvent.objects.get()
    assert event.row == making.needle(plan, "LI4")
    assert (event.onset_words, event.notified, event.reportable) == ("2 hours after", "Dr. Vale", True)


def test_an_incident_is_at_a_circuit_as_well():
    plan = making.circuit(making.a_plan("li4 li11", device=DeviceFactory()), "LI4-left", "LI11-left")
    plan = making.begin(plan)

    report(plan, code="burn", item=plan.circuits.get())

    assert AdverseEvent.objects.get().row.label == "Circuit A"


def test_the_database_knows_one_row_an_incident(plan):
    one, other = plan.needles.all()[0], making.begun("st36").needles.get()
    event = {"plan": plan, "code": "bruise", "severity": "mild", "detail": "x", "recorded_by": by(plan)}

    with pytest.raises(IntegrityError, match="an incident names a row of its own plan"):
        AdverseEvent.objects.create(**event, needle=other)
    assert AdverseEvent(**event, needle=one).row == one


def test_an_incident_is_told_today_about_an_earlier_session():
    before = making.signed("li4")
    plan = making.begin(making.again(before, "li4"))

    report(plan, about=before)

    assert AdverseEvent.objects.get().about == before


def test_an_incident_is_about_no_other_patients_session(plan):
    with pytest.raises(ClinicError, match="no earlier session of this patient") as refused:
        report(plan, about=making.signed("st36"))

    assert refused.value.field == "about"


@pytest.mark.parametrize("days", [-1, 367])
def test_a_follow_up_lies_ahead_and_within_a_year(plan, days):
    with pytest.raises(ClinicError, match="Ask again today or later") as refused:
        report(plan, follow_up_on=timezone.localdate() + timedelta(days=days))

    assert refused.value.field == "follow_up_on"


@pytest.mark.parametrize(
    ("field", "value"),
    [("site", "x" * 81), ("notified", "\x00"), ("preventable", "perhaps"), ("onset_minutes", 10**6), ("code", "none")],
)
def test_what_cannot_be_kept_is_refused_at_its_field(plan, field, value):
    with pytest.raises(ClinicError) as refused:
        report(plan, **{field: value})

    assert refused.value.field == field
    assert not AdverseEvent.objects.exists()


# The schedule


def test_every_line_of_the_schedule_has_a_known_code_a_question_and_a_source():
    for line in asking.lines("follow_ups.csv"):
        assert line["code"] in {"", *EventCode.values}
        assert line["severity"] in {"", *Severity.values}
        assert line["ask"]
        assert line["source"]


def test_every_red_flag_has_a_known_code_and_a_source():
    assert set(asking.red_flags()) <= set(EventCode.values)
    assert all(flag.signs and flag.source for flag in asking.red_flags().values())


@pytest.mark.parametrize(
    ("code", "severity", "days"),
    [
        ("soreness", "mild", 1),
        ("pneumothorax_suspected", "serious", 1),
        ("other", "moderate", 1),
        ("drowsy", "mild", None),
    ],
)
def test_the_schedule_proposes_the_day(code, severity, days):
    today = timezone.localdate()

    day, _ = asking.next_asking(code, severity, session=today, today=today)

    assert day == (today + timedelta(days=days) if days else None)


def test_what_is_told_later_is_asked_about_at_the_next_day_of_the_schedule():
    today = timezone.localdate()

    assert asking.next_asking("soreness", "mild", session=today - timedelta(days=1), today=today)[0] == (
        today + timedelta(days=2)
    )
    assert asking.next_asking("soreness", "mild", session=today - timedelta(days=9), today=today) == (None, None)


# The page


def post(client, plan, **data):
    typed = {"incident_code": "bruise", "incident_severity": "mild", "incident_detail": "A coin."}
    return client.post(url("report", plan.appointment), {"version": now(plan).version} | typed | data, headers=HTMX)


@pytest.fixture
def kim(client, plan):
    client.force_login(by(plan))
    return client


def test_the_form_comes_when_it_is_asked_for(kim, plan):
    assert "Preventable" not in words(kim.get(url("chart", plan.appointment)))

    assert "Preventable" in words(kim.get(url("offer_report", plan.appointment)))
    assert "Preventable" in words(kim.get(url("chart", plan.appointment) + "?open=incident"))


def test_the_schedule_fills_in_the_day_that_nobody_typed(kim):
    plan = making.begun("li4", start=timezone.now())
    kim.force_login(by(plan))

    post(kim, plan, incident_onset="2", incident_onset_unit="60")

    event = AdverseEvent.objects.get()
    assert event.follow_up_on == timezone.localdate(timezone=plan.appointment.zone) + timedelta(days=1)
    assert event.onset_minutes == 120


def test_nobody_is_asked_again_if_so_chosen(kim, plan):
    post(kim, plan, incident_ask="never")

    assert AdverseEvent.objects.get().follow_up_on is None


def test_a_day_of_ones_own_must_be_written(kim, plan):
    answer = post(kim, plan, incident_ask="date")

    assert answer.status_code == 422
    assert "Write the date, or choose another answer." in words(answer)


def test_an_earlier_session_has_no_row_of_todays(kim):
    before = making.signed("li4")
    plan = making.begin(making.again(before, "li4"))
    kim.force_login(by(plan))

    answer = post(kim, plan, incident_about=before.pk, incident_row=f"needle-{plan.needles.get().pk}")

    assert answer.status_code == 422
    assert "These are the rows of today" in words(answer)


def test_before_the_first_needle_something_is_told_about_an_earlier_session(kim):
    before = making.signed("li4")
    plan = making.again(before, "li4")
    kim.force_login(by(plan))

    answer = post(kim, plan, incident_about=before.pk, incident_code="soreness")

    assert answer.status_code == 200
    assert "told about an earlier session" in words(answer)


def test_red_flags_stand_beside_what_they_belong_to(kim, plan):
    answer = post(kim, plan, incident_code="pneumothorax_suspected", incident_severity="serious")

    assert "Chest needling within 72 hours: new breathlessness" in words(answer)
    assert "a June 2025 case" in words(answer)


@pytest.mark.parametrize(
    "bad",
    [
        {"incident_about": "999"},
        {"incident_row": "needle-0"},
        {"incident_detail": "x" * 100_000},
        {"incident_onset": "-1"},
        {"incident_ask": "date", "incident_follow_up_on": "9999-12-31"},
        {"incident_ask": "date", "incident_follow_up_on": "soon"},
        {"incident_reportable": "on", "incident_preventable": "perhaps"},
    ],
)
def test_bad_input_is_told_and_nothing_is_kept(kim, plan, bad):
    answer = post(kim, plan, **bad)

    assert answer.status_code in (409, 422)
    assert not AdverseEvent.objects.exists()


def test_the_front_desk_sees_no_incident(client, plan):
    report(plan)
    client.force_login(UserFactory(role="Front desk"))

    assert client.get(f"/sessions/incidents/{AdverseEvent.objects.get().pk}/").status_code == 403
