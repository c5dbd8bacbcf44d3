"""The sample clinic is loaded once, on a Tuesday morning of 2030, and rolled back when this module is done."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone

from clinic.models import Device, Location, Practitioner, Service, Table, User
from desk import sample
from patients.models import HealthFact, Intake, Patient
from reminders import calling, finding
from reminders.models import Answer, AnswerKind, Kind, Message, Notice, State
from scheduling import attending, hours, licences, loading, staging
from scheduling.availability import Shape
from scheduling.models import GONE, Appointment, Occupancy, Sitting, Status
from sessions import findings, verifying, worklist
from sessions.models import (
    AdverseEvent,
    Amendment,
    FindingResponse,
    NeedlePoint,
    Outcome,
    PlanStatus,
    SessionPlan,
    SignedRecord,
)

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2030, 5, 14, 10, 20, tzinfo=ZONE)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clinic(django_db_setup, django_db_blocker):
    """The loaded sample. What a test changes is undone after it, the sample itself at the end."""
    with django_db_blocker.unblock(), time_machine.travel(NOW), transaction.atomic():
        sample.load(now=NOW)
        connection.check_constraints()  # what is deferred to the end of the transaction
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def at_ten(clinic):
    with time_machine.travel(NOW):
        yield


def test_it_has_the_people_and_things_of_a_clinic():
    kinds = [set(one.credentials.values_list("kind", flat=True)) for one in Practitioner.objects.all()]

    assert (len(kinds), len({frozenset(kind) for kind in kinds})) == (5, 4)
    assert (Table.objects.count(), Table.objects.values("room").distinct().count()) == (7, 5)
    assert Device.objects.count() == 3
    assert Service.objects.annotate(many=Count("stages")).filter(many__gt=1).count() > 5
    assert Patient.objects.count() == 80


def test_every_person_who_works_here_can_sign_in(client):
    for user in User.objects.all():
        signed_in = client.login(email=user.email, password="needles-at-rest")

        assert signed_in
        assert user.emailaddress_set.filter(verified=True, primary=True).count() == 1
        assert user.groups.count() == 1


def test_patients_are_plainly_invented():
    mail = Patient.objects.exclude(email="").exclude(email__endswith="@example.com")
    phones = Patient.objects.exclude(phone__startswith="555-01")

    assert not mail.exists()
    assert not phones.exists()
    assert Patient.objects.values("email").distinct().count() > 70


def test_most_have_an_intake_and_a_few_do_not():
    without = Patient.objects.filter(intakes__isnull=True).count()

    assert 3 <= without <= 12
    assert Intake.objects.filter(reviewed_at__isnull=True).exists()
    assert sum(intake.criteria.met for intake in Intake.objects.all()) > 40


def test_health_facts_are_those_of_a_believable_minority():
    codes = Counter(HealthFact.objects.values_list("code", flat=True))

    assert codes["fibromyalgia"] > 45
    assert all(0 < codes[code] < 6 for code in ("pacemaker", "anticoagulant", "lymphoedema", "epilepsy"))
    assert HealthFact.objects.get(code="pregnancy", patient__given_name="Ghazal").due_date > NOW.date()


def test_twelve_weeks_of_visits_with_every_status():
    days = [(visit.starts_at - NOW).days for visit in Appointment.objects.all()]

    assert {status for (status,) in Appointment.objects.values_list("status")} == set(Status.values)
    assert -57 <= min(days) < -42
    assert 21 < max(days) <= 28


def test_nothing_has_happened_that_lies_ahead():
    ahead = [
        Appointment.objects.filter(status_at__gt=NOW),
        Appointment.objects.filter(status_at__lt=F("booked_at")),
        Appointment.objects.filter(booked_at__lt=F("patient__created_at")),
        SessionPlan.objects.filter(needles_in_at__gt=NOW),
        SessionPlan.objects.filter(needles_out_at__gt=NOW),
        SignedRecord.objects.filter(signed_at__gt=NOW),
        Message.objects.filter(created_at__gt=NOW),
        Appointment.objects.filter(starts_at__gt=NOW, status__in=[Status.COMPLETED, Status.NO_SHOW]),
    ]

    assert [late.count() for late in ahead] == [0] * len(ahead)


def test_what_is_taken_are_the_stages_of_the_live_visits():
    taken = {
        (one.appointment_id, one.resource_id, one.span.lower, one.span.upper, one.rest_minutes)
        for one in Occupancy.objects.filter(block=None)
    }

    wanted = {
        (visit.pk, claim.resource, claim.start, claim.end, claim.rest // timedelta(minutes=1))
        for visit in Appointment.objects.exclude(status__in=GONE)
        for claim in staging.claims_of(visit, visit.starts_at)
    }
    assert taken == wanted


def test_every_visit_keeps_to_hours_licences_and_turnover():
    staff = {one.pk: one for one in Practitioner.objects.with_timetable()}

    for visit in Appointment.objects.select_related("service", "table__location"):
        location, zone = visit.location, visit.zone
        person, day = staff[visit.practitioner_id], visit.starts_at.astimezone(zone).date()
        assert not licences.missing(visit.service.techniques, loading.licences_of(person), "CO", day)
        assert hours.hold(loading.hours_of(person)[location.pk], visit.starts_at, visit.ends_at, zone)
        assert visit.service.practitioners.filter(pk=person.pk).exists()
        assert Shape.of(visit.stages).total * 5 == visit.service.minutes


def test_150_signed_sessions_are_as_they_were_signed():
    verdict = verifying.verify()

    assert (verdict.records.links, verdict.breaks) == (150, [])
    assert SessionPlan.objects.signed().count() == 150


def test_the_chain_runs_in_the_order_of_time():
    signed = list(SignedRecord.objects.order_by("number").values_list("signed_at", flat=True))

    assert signed == sorted(signed)


def test_sessions_differ_from_patient_to_patient():
    rows = {
        plan.pk: (
            plan.position,
            *((needle.point.code, needle.side) for needle in plan.needles.all()),
            *((target.muscle.code, target.side) for target in plan.targets.all()),
            *((step.region, step.technique) for step in plan.tuina.all()),
            plan.note.history,
        )
        for plan in SessionPlan.objects.signed().laid_out()
    }

    assert len(set(rows.values())) > 145


def test_sessions_grow_from_one_to_the_next():
    copied = SessionPlan.objects.signed().filter(copied_from__isnull=False)

    assert copied.count() > 40
    assert not copied.exclude(copied_from__appointment__patient=F("appointment__patient")).exists()


def test_charts_say_what_was_different():
    outcomes = Counter(NeedlePoint.objects.values_list("outcome", flat=True))

    assert outcomes[Outcome.DONE] > 20 * outcomes[Outcome.OMITTED] > 0
    assert outcomes[Outcome.CHANGED] > 5
    assert NeedlePoint.objects.filter(left_in_place__gt=0, remove_on__isnull=False).exists()
    assert AdverseEvent.objects.filter(missing=1).count() == 1
    assert AdverseEvent.objects.values("code").distinct().count() > 8
    assert Amendment.objects.count() == 5


def test_no_finding_stands_open_but_in_drafts():
    kinds = set(FindingResponse.objects.values_list("kind", flat=True))

    open_findings = Counter(
        plan.status for plan in SessionPlan.objects.laid_out() for one in findings.of_plan(plan) if one.is_open
    )
    assert kinds == {"acknowledged", "overridden"}
    assert set(open_findings) == {PlanStatus.DRAFT}


def test_today_has_its_scene():
    today = Appointment.objects.filter(starts_at__date=NOW.date())
    in_session = SessionPlan.objects.filter(appointment__status=Status.IN_SESSION)
    resting = in_session.filter(needles__needles_in__gt=0, needles__needles_out=None).distinct()

    assert today.filter(status=Status.ARRIVED).count() == 2
    assert [visit.starts_at < NOW for visit in today.coming()].count(True) == 1
    assert resting.count() == 2
    assert not resting.exclude(needles_out_at=None).exists()
    assert worklist.completed_unsigned(now=NOW).count() == 6
    assert worklist.completed_unsigned(now=NOW).filter(plan__isnull=True).count() == 1


def test_the_floor_has_somebody_resting_somebody_overdue_and_a_table_to_turn_over():
    sittings = Sitting.objects.filter(ended_at=None)
    resting = [one for one in sittings if not one.visit.stages[one.stage]["practitioner"]]

    assert sorted(one.until < NOW for one in resting) == [False, True]
    assert sittings.count() == Appointment.objects.filter(status=Status.IN_SESSION).count() == 3
    assert Sitting.objects.filter(ended_at__isnull=False, ready_at=None).count() == 1


def test_a_second_place_has_visits_in_its_own_zone_and_a_practitioner_of_its_own():
    place = Location.objects.get(name="Sunnyside room")

    there = Appointment.objects.filter(table__location=place)

    assert place.zone != ZONE
    assert {visit.practitioner.name for visit in there} == {"Ida Fernhollow"}
    assert {visit.starts_at.astimezone(place.zone).date() for visit in there} == {
        NOW.date() + timedelta(days=days) for days in (0, 7, 14)
    }
    assert not Appointment.objects.filter(practitioner__name="Ida Fernhollow").exclude(table__location=place).exists()


def test_a_visit_of_the_sample_goes_on_like_any_other():
    waiting = Appointment.objects.get(status=Status.ARRIVED, patient__family_name="Ortiz")

    attending.start(visit=waiting, by=waiting.practitioner.user)

    assert waiting.status == Status.IN_SESSION


def test_every_kind_of_need_is_on_the_front_desks_page(client):
    client.force_login(User.objects.get(email="desk@example.com"))

    page = client.get(reverse("desk:today")).content.decode()

    for need in (
        "late",
        "e-mails failed",
        "e-mails wait",
        "calls to make",
        "answers wait",
        "forms missing",
        "unconfirmed",
    ):
        assert need in page


def test_nothing_is_sent_again():
    before = Message.objects.count(), Notice.objects.count()

    finding.write_due(now=timezone.now())

    assert (Message.objects.count(), Notice.objects.count()) == before


def test_most_messages_were_accepted_and_some_need_somebody():
    states = Counter(Message.objects.values_list("state", flat=True))

    assert states[State.ACCEPTED] > 600
    assert states[State.DROPPED] == 2
    assert Counter(Message.objects.failed().values_list("state", flat=True)) == {State.REFUSED: 2, State.FAILED: 1}
    assert calling.to_call(Message.objects.all(), NOW).count() >= 2
    assert Message.objects.waiting().filter(attempts__gt=0, next_attempt_at__gt=NOW).count() == 2


def test_messages_of_every_kind_were_sent():
    assert set(Message.objects.values_list("kind", flat=True)) == set(Kind.values)


def test_patients_have_answered_and_some_answers_wait():
    waiting = Answer.objects.open().values_list("kind", flat=True)

    assert set(Answer.objects.values_list("kind", flat=True)) == set(AnswerKind.values)
    assert sorted(waiting) == [AnswerKind.NOT_ME, AnswerKind.NOT_ME, AnswerKind.URGENT]


def test_somebody_is_sore_and_her_practitioner_reads_so(client):
    client.force_login(User.objects.get(email="kim@example.com"))

    page = client.get(reverse("desk:today")).content.decode()

    assert "Is sore, or feels unsure" in page


def test_a_patient_has_called_off_and_one_has_moved_through_a_link(client):
    client.force_login(User.objects.get(email="desk@example.com"))

    found = client.get(reverse("desk:today")).context["changes"]

    assert {bool(change.was) for change in found} == {True, False}
    assert all(change.was or change.visit.cancel_reason for change in found)


def test_what_waits_is_worth_sending_for_hours():
    waiting = Message.objects.waiting().filter(attempts__gt=0)

    assert not waiting.filter(give_up_at__lt=NOW + timedelta(hours=1)).exists()


def test_what_was_held_back_says_what_it_was_to_say():
    subjects = set(Message.objects.dropped().values_list("subject", flat=True))

    assert subjects
    assert not any("cancelled" in subject or "cancelada" in subject for subject in subjects)


def test_a_family_gets_one_letter():
    assert any(message.others for message in Message.objects.with_reasons())


def test_a_second_run_says_so_and_changes_nothing(capsys):
    call_command("sampledata")

    assert "here already" in capsys.readouterr().out
    assert Patient.objects.count() == 80


def test_the_sign_ins_are_printed(capsys):
    call_command("sampledata", "--sign-ins")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-2] for line in lines] == ["desk@example.com", "kim@example.com", "manager@example.com"]
