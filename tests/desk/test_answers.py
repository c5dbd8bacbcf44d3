"""What patients answered after a visit: on the practitioner's day and on the patient's page, and to whom it is told."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from patients.models import Patient
from reminders import looking_after
from reminders.models import AnswerKind, Kind, OptOut
from tests.desk.test_today import page, text
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory
from tests.reminders.written import answered

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def visit_of(kim, days=2, **fields):
    return AppointmentFactory(practitioner=kim, start=MONDAY_TEN - days * DAY, status="completed", **fields)


def own(client, **query):
    return text(
        page(client, **query)
        .partition('<div id="own-answers">')[2]
        .partition('<section class="sheet sheet--flush" id="rooms"')[0]
    )


def patient_page(client, patient):
    return text(client.get(patient.get_absolute_url()).content.decode())


# On the practitioner's day


def test_a_practitioner_is_told_who_of_theirs_is_sore_or_asks_to_be_called(client, kim):
    sore = answered(AnswerKind.SORE, visit=visit_of(kim))
    urgent = answered(AnswerKind.URGENT, visit=visit_of(kim, 3))
    other = answered(AnswerKind.SORE, visit=AppointmentFactory(start=MONDAY_TEN - DAY))

    words = own(client)

    assert f"{sore.patient} Is sore, or feels unsure after Sat 11 May 10:00" in words
    assert f"{urgent.patient} Asks to be called Nobody has called yet. 555-0142 after Fri 10 May 10:00" in words
    assert str(other.patient) not in words


def test_what_was_said_since_counts_and_what_is_old_or_looked_after_does_not(client, kim):
    now, by = timezone.now(), UserFactory(role="Front desk")
    better = visit_of(kim)
    answered(AnswerKind.SORE, visit=better, came_at=now - DAY)
    answered(AnswerKind.WELL, visit=better)
    answered(AnswerKind.SORE, visit=visit_of(kim, 9), came_at=now - looking_after.AFTER_A_VISIT)
    answered(AnswerKind.URGENT, visit=visit_of(kim, 4), handled_by=by, handled_at=now)

    assert own(client) == ""


def test_on_another_day_nothing_is_said_of_it(client, kim):
    answered(AnswerKind.SORE, visit=visit_of(kim))

    assert own(client, day="2030-05-14") == ""


def test_without_the_right_to_open_charts_soreness_is_not_told(client, kim):
    answered(AnswerKind.SORE, visit=visit_of(kim))
    urgent = answered(AnswerKind.URGENT, visit=visit_of(kim, 3))
    chart = Permission.objects.get(codename="view_healthfact")
    for group in kim.user.groups.all():
        group.permissions.remove(chart)

    words = own(client)

    assert str(urgent.patient) in words
    assert "sore" not in words


def test_three_answers_cost_as_much_as_one(client, kim, django_assert_max_num_queries):
    counts = []
    for count in (1, 2):
        for number in range(count):
            answered(AnswerKind.SORE, visit=visit_of(kim, 2 * count + number))
            answered(AnswerKind.URGENT, visit=visit_of(kim, 20 + 2 * count + number))
        with django_assert_max_num_queries(20) as seen:
            page(client)
        counts.append(len(seen))

    assert counts[0] == counts[1]


# On the patient's page


def test_a_call_that_was_made_says_who_made_it_and_when(client, desk):
    patient = PatientFactory()
    visit = AppointmentFactory(patient=patient, start=MONDAY_TEN - 3 * DAY, status="completed")
    answered(AnswerKind.URGENT, visit=visit, handled_by=desk, handled_at=MONDAY_TEN - timedelta(minutes=30))

    words = patient_page(client, patient)

    assert f"Asks to be called Called by {desk.get_full_name()}, Mon 13 May 09:30" in words
    assert "Looked after" in words


def test_who_still_waits_for_a_call_is_marked(client, desk):
    patient = PatientFactory()
    answered(AnswerKind.URGENT, visit=AppointmentFactory(patient=patient, start=MONDAY_TEN - DAY, status="completed"))

    assert "Nobody has called yet" in patient_page(client, patient)


def test_how_somebody_felt_is_on_the_page_of_whoever_may_open_charts(client, monday_ten):
    patient = PatientFactory()
    visit = AppointmentFactory(patient=patient, start=MONDAY_TEN - 3 * DAY, status="completed")
    answered(AnswerKind.SORE, visit=visit)
    pages = {}

    for role in ("Practitioner", "Front desk", "Manager"):
        client.force_login(UserFactory(role=role))
        pages[role] = patient_page(client, patient)

    assert "Is sore, or feels unsure after Fri 10 May" in pages["Practitioner"]
    assert "sore" not in pages["Front desk"] + pages["Manager"]


# What a patient does not want


def refuse(patient, *kinds):
    OptOut.objects.bulk_create(OptOut(patient=patient, kind=kind) for kind in kinds)


def press(client, name, patient, kind, **data):
    return client.post(reverse(f"reminders:{name}", args=[patient.pk, kind]), data, follow=True)


@pytest.mark.parametrize("name", ["desk:patient", "reminders:patient_messages"])
def test_what_a_patient_does_not_want_is_said_in_words(client, desk, name):
    patient = PatientFactory()
    refuse(patient, Kind.BEFORE, Kind.HOW_ARE_YOU)

    words = text(client.get(reverse(name, args=[patient.pk])).content.decode())

    assert "Does not want: how to prepare, how are you." in words


def test_who_wants_nothing_at_all_is_said_to(client, desk):
    patient = PatientFactory(wants_reminders=False)

    assert "Wants no reminders, advice or questions by message." in patient_page(client, patient)


def test_a_kind_is_switched_on_again_and_that_is_undone(client, desk):
    patient = PatientFactory()
    refuse(patient, Kind.BEFORE, Kind.AFTERCARE)

    before = patient_page(client, patient)
    on = press(client, "switch_on", patient, "before").content.decode()
    left = list(patient.opt_outs.values_list("kind", flat=True))
    press(client, "switch_off", patient, "before")

    assert "Switch on again only what Ana has asked for." in before
    assert reverse("reminders:switch_off", args=[patient.pk, "before"]) in on
    assert left == [Kind.AFTERCARE]
    assert set(patient.opt_outs.values_list("kind", flat=True)) == {Kind.AFTERCARE, Kind.BEFORE}


def test_switched_twice_is_switched_once(client, desk):
    patient = PatientFactory()
    refuse(patient, Kind.BEFORE)

    answers = [press(client, name, patient, "before").status_code for name in ("switch_on",) * 2 + ("switch_off",) * 2]

    assert answers == [200] * 4
    assert patient.opt_outs.count() == 1


@pytest.mark.parametrize("kind", ["booked", "urgent", "x", "by_hand"])
def test_what_everybody_gets_is_no_wish(client, desk, kind):
    patient = PatientFactory()

    assert press(client, "switch_off", patient, kind).status_code == 404


def test_only_whoever_may_change_messages_switches(client, kim):
    patient = PatientFactory()
    refuse(patient, Kind.BEFORE)

    assert "Switch on" not in patient_page(client, patient)
    assert press(client, "switch_on", patient, "before").status_code == 403
    client.logout()
    assert "/accounts/login/" in client.post(reverse("reminders:switch_on", args=[patient.pk, "before"])).url
    assert Patient.objects.get(pk=patient.pk).opt_outs.exists()
