"""The day page: what each role sees, what its buttons do, what it refuses, what it costs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic.models import TimeOff
from patients.models import Intake
from reminders import heartbeats
from reminders.models import AnswerKind, Kind, Message, State
from scheduling.models import Appointment, Sitting, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    HealthFactFactory,
    LocationFactory,
    PatientFactory,
    PlanFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.reminders.written import answered, to_call

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/?day=2030-05-13"}
TODAY = reverse("desk:today")


def page(client, **query):
    return client.get(TODAY, query).content.decode()


def text(html):
    """What is read on the page, blanks single."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def attend(client, visit, verb, **kwargs):
    return client.post(reverse("desk:attend", args=[visit.pk, verb]), **kwargs)


def minutes(count):
    return MONDAY_TEN + timedelta(minutes=count)


def message(patient, state, **more):
    return Message.objects.create(
        kind=Kind.REMINDER,
        patient=patient,
        to="ana@example.com",
        subject="Your visit",
        text="t",
        html="h",
        message_id=f"<{Message.objects.count()}@example.com>",
        state=state,
        give_up_at=MONDAY_TEN,
        **more,
    )


# What is shown where


def test_what_is_over_stands_below_what_is_to_be_done_today(client, desk):
    over = AppointmentFactory(start=minutes(-120), status="completed")
    ahead = AppointmentFactory(start=minutes(60))

    today, yesterday = page(client), page(client, day="2030-05-12")

    assert today.index(f"visit-{ahead.pk}") < today.index("Over or called off") < today.index(f"visit-{over.pk}")
    assert "Over or called off" not in yesterday


def test_a_line_tells_the_time_between_what_was_and_what_comes(client, desk):
    idle = PractitionerFactory(hours=False)
    AppointmentFactory(practitioner=idle, start=minutes(-30), status="arrived")
    assert "day__now" not in page(client)

    AppointmentFactory(practitioner=idle, start=minutes(60))
    assert "10:00" in text(page(client).split("day__now")[1].split("</li>")[0])


# Who sees what


def test_the_day_asks_for_a_login_and_a_role(client):
    assert "/accounts/login/" in client.get(TODAY).headers["Location"]

    client.force_login(UserFactory())
    assert client.get(TODAY).status_code == 403


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_the_desk_sees_everybodys_visits_in_time_order(client, monday_ten, role):
    client.force_login(UserFactory(role=role))
    late, early = AppointmentFactory(start=minutes(60)), AppointmentFactory(start=minutes(5))

    html = page(client)

    assert html.index(early.patient.family_name) < html.index(late.patient.family_name)
    assert early.practitioner.name in html
    assert "To be signed" not in html


def test_a_practitioner_sees_only_the_own_visits_and_may_look_at_the_whole_clinic(client, kim):
    mine, other = AppointmentFactory(practitioner=kim), AppointmentFactory()

    own, whole = page(client), page(client, view="clinic")

    assert f"visit-{mine.pk}" in own
    assert f"visit-{other.pk}" not in own
    assert f"visit-{mine.pk}" in whole
    assert f"visit-{other.pk}" in whole


def test_the_front_desk_sees_nothing_clinical(client, desk):
    visit = AppointmentFactory()
    HealthFactFactory(patient=visit.patient, code="pacemaker", detail="Serial 77")
    Intake.objects.create(patient=visit.patient, goals="Less sadness")

    html = page(client)

    for word in ["acemaker", "Serial 77", "sadness", "Open plan", "Chart", "To be signed", "/sessions/"]:
        assert word not in html


def test_a_practitioner_sees_the_alerts_beside_the_visit(client, kim):
    visit = AppointmentFactory(practitioner=kim)
    HealthFactFactory(patient=visit.patient, code="pacemaker")

    assert "Pacemaker" in page(client)


# Which day


def test_the_day_is_the_locations_own(client, desk):
    tokyo = LocationFactory(name="Harbour", zone_name="Asia/Tokyo")
    table = TableFactory(location=tokyo)
    inside = AppointmentFactory(table=table, start=datetime(2030, 5, 13, 1, 0, tzinfo=UTC))  # ten in Tokyo
    outside = AppointmentFactory(table=table, start=datetime(2030, 5, 13, 16, 0, tzinfo=UTC))  # Tuesday there

    html = page(client, day="2030-05-13")

    assert f"visit-{inside.pk}" in html
    assert f"visit-{outside.pk}" not in html


def test_another_day_is_asked_for_by_its_date(client, desk):
    visit = AppointmentFactory(start=MONDAY_TEN + timedelta(days=1))

    assert f"visit-{visit.pk}" not in page(client)
    assert f"visit-{visit.pk}" in page(client, day="2030-05-14")
    assert "?day=2030-05-15" in page(client, day="2030-05-14")


@pytest.mark.parametrize("day", ["9999-12-31", "x", "2030-02-30", "1066-10-14", "<script>", "\u202e"])
def test_a_day_that_is_none_is_today_with_a_sentence(client, desk, day):
    answer = client.get(TODAY, {"day": day})

    assert answer.status_code == 200
    assert "This is today." in answer.content.decode()
    assert "<script>" not in answer.content.decode().split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("day", ["9999-12-30", "1900-01-01"])
def test_the_ends_of_time_have_a_page(client, desk, day):
    PractitionerFactory(hours=True)
    ServiceFactory()

    assert client.get(TODAY, {"day": day}).status_code == 200


def test_a_clinic_without_anything_says_what_to_do_next(client, desk):
    assert "No visits on this day." in page(client)
    assert "Book one" in page(client)


# Rows and their buttons


@pytest.mark.parametrize(
    ("status", "start", "buttons"),
    [
        ("booked", 30, ["Check in", "Confirm"]),
        ("confirmed", 30, ["Check in"]),
        ("booked", -30, ["Check in", "No-show"]),
        ("arrived", 0, []),
        ("in_session", -20, []),
        ("completed", -120, []),
        ("cancelled", 30, ["Book again"]),
        ("booked", 24 * 60, ["Confirm"]),
        ("confirmed", 24 * 60, []),
        ("confirmed", -24 * 60, ["No-show", "Check in"]),
    ],
)
def test_a_row_offers_what_comes_next_at_the_front_desk(client, desk, status, start, buttons):
    visit = AppointmentFactory(start=minutes(start), status=status)

    html = page(client, day=f"{timezone.localdate(visit.starts_at, visit.zone)}")

    row = html.split(f'id="visit-{visit.pk}"')[1].split("</li>")[0].split("day__flags")[1]
    beside, act = row.split("day__act")
    found = [re.findall(r">([^<>]+)<span class=\"visually-hidden\"> ", part) for part in (act, beside)]
    assert found == [buttons[:1], buttons[1:]]


@pytest.mark.parametrize(
    ("status", "label"),
    [("booked", "Open plan"), ("arrived", "Open plan"), ("in_session", "Chart"), ("completed", "Chart")],
)
def test_a_practitioner_is_led_to_the_session(client, kim, status, label):
    visit = AppointmentFactory(practitioner=kim, status=status)

    assert f">{label}<" in page(client).split(f'id="visit-{visit.pk}"')[1].split("</li>")[0]


def test_late_and_here_are_told_in_words(client, desk):
    AppointmentFactory(start=minutes(-12))
    AppointmentFactory(start=minutes(-3))
    AppointmentFactory(start=minutes(-30), status="arrived", status_at=minutes(-42))

    words = text(page(client))

    assert "late 12 min" in words
    assert "late 3 min" not in words
    assert "here since 09:18" in words


def test_a_running_session_tells_its_stage(client, desk):
    AppointmentFactory(start=minutes(-30), status="in_session", status_at=minutes(-25))
    AppointmentFactory(start=minutes(-120), status="in_session", status_at=minutes(-120))

    words = text(page(client))

    assert "Rest until 10:20" in words
    assert "Removal, over since 09:00" in words


def test_who_left_the_table_and_is_not_signed_yet_is_told_so(client, desk):
    visit = AppointmentFactory(start=minutes(-60), status="in_session", status_at=minutes(-60))
    Sitting.objects.create(visit=visit, stage=3, since=minutes(-20), until=minutes(-5), ended_at=minutes(-8))

    assert "left the table at 09:52" in text(page(client))


def test_a_rest_that_is_over_is_a_need_and_a_running_rest_a_countdown(client, kim):
    late = AppointmentFactory(practitioner=kim, start=minutes(-60), status="in_session", status_at=minutes(-60))
    Sitting.objects.create(visit=late, stage=1, since=minutes(-40), until=minutes(-1), by=kim.user)
    resting = AppointmentFactory(start=minutes(-30), status="in_session", status_at=minutes(-30))
    Sitting.objects.create(visit=resting, stage=1, since=minutes(-10), until=minutes(9), by=kim.user)

    html = page(client)

    needs = html.split('id="needs"')[1].split('id="board"')[0]
    assert "1 rest is over" in text(needs)
    assert reverse("desk:floor") in needs
    for moment in (minutes(-1), minutes(9)):
        assert f'data-until="{int(moment.timestamp() * 1000)}"' in html.split('id="rooms"')[1]


def test_a_visit_that_no_longer_fits_is_a_need_of_the_desk(client, desk):
    visit = AppointmentFactory(start=minutes(3 * 24 * 60))
    TimeOff.objects.create(resource=visit.practitioner, span=(minutes(2 * 24 * 60), minutes(5 * 24 * 60)))

    html = page(client)

    assert "1 visit no longer fits" in text(html)
    assert reverse("scheduling:to_move") in html


def test_a_page_that_stands_open_does_not_look_for_such_visits_every_minute(client, desk):
    AppointmentFactory()
    page(client)
    visit = AppointmentFactory(start=minutes(3 * 24 * 60))
    TimeOff.objects.create(resource=visit.practitioner, span=(minutes(2 * 24 * 60), minutes(5 * 24 * 60)))

    poll = client.get(TODAY, headers=HTMX).content.decode()

    assert "no longer fits" not in poll
    assert "1 visit no longer fits" in text(page(client))
    assert "1 visit no longer fits" in text(client.get(TODAY, headers=HTMX).content.decode())


def test_a_walk_in_is_booked_from_today_only(client, desk):
    AppointmentFactory()

    assert f"{reverse('scheduling:book')}?walkin=1" in page(client)
    assert "walkin=1" not in page(client, day="2030-05-14")


def test_a_click_checks_in_and_answers_with_the_row_and_an_undo(client, desk):
    visit = AppointmentFactory()

    answer = attend(client, visit, "arrive", headers=HTMX)

    visit.refresh_from_db()
    assert (visit.status, visit.status_by) == (Status.ARRIVED, desk)
    html = answer.content.decode()
    assert html.count("<li") == 1
    assert "here since 10:00" in html
    assert f"{reverse('scheduling:undo', args=[visit.pk])}?of=arrived" in str(answer.headers)
    assert "visit-changed" in str(answer.headers)


def test_the_list_passes_none_of_its_own_swapping_on_to_its_rows(client, desk):
    AppointmentFactory()

    html = page(client)

    for part in ("board", "needs"):
        assert 'hx-disinherit="*"' in html.split(f'id="{part}"')[1].split(">")[0]


def test_the_undo_in_the_toast_takes_it_back(client, desk):
    visit = AppointmentFactory(status="confirmed")
    attend(client, visit, "arrive", headers=HTMX)

    client.post(f"{reverse('scheduling:undo', args=[visit.pk])}?of=arrived", {"next": TODAY})

    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


def test_without_script_the_button_leads_back_to_the_day(client, desk):
    visit = AppointmentFactory()

    answer = attend(client, visit, "arrive", data={"next": "/?day=2030-05-13"})

    assert answer.headers["Location"] == "/?day=2030-05-13"


def test_a_second_click_changes_nothing(client, desk):
    visit = AppointmentFactory()

    answers = [attend(client, visit, "arrive", headers=HTMX) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert visit.appointment_history.filter(status="arrived").count() == 1


def test_whoever_was_faster_is_named_in_the_row(client, desk):
    visit = AppointmentFactory()
    other = UserFactory(role="Front desk", first_name="Jo")
    Appointment.objects.filter(pk=visit.pk).update(status="arrived", status_by=other, status_at=minutes(-62))

    answer = attend(client, visit, "arrive", headers=HTMX)

    assert answer.status_code == 409
    assert "Jo checked Ana in at 08:58." in text(answer.content.decode())
    assert f'id="visit-{visit.pk}"' in answer.content.decode()


def test_without_script_a_refusal_is_a_page(client, desk):
    visit = AppointmentFactory(status="cancelled")

    answer = attend(client, visit, "arrive")

    assert answer.status_code == 409
    assert "This visit was cancelled" in text(answer.content.decode())


@pytest.mark.parametrize("verb", ["confirm", "arrive", "no-show"])
def test_a_visit_is_attended_to_by_post_with_permission_only(client, desk, verb):
    visit = AppointmentFactory()
    url = reverse("desk:attend", args=[visit.pk, verb])

    assert client.get(url).status_code == 405
    client.force_login(UserFactory())
    assert client.post(url).status_code == 403
    visit.refresh_from_db()
    assert visit.status == Status.BOOKED


@pytest.mark.parametrize("pk", [0, 999_999, 10**30])
def test_a_visit_nobody_knows_is_not_found(client, desk, pk):
    assert client.post(f"/visits/{pk}/arrive/").status_code == 404


@pytest.mark.parametrize("verb", ["complete", "start", "delete", "__class__"])
def test_a_verb_that_the_desk_does_not_have_is_not_found(client, desk, verb):
    assert client.post(f"/visits/{AppointmentFactory().pk}/{verb}/").status_code == 404


def test_a_hostile_name_and_note_are_text(client, desk):
    patient = PatientFactory(given_name="<script>alert(1)</script>", desk_note="<img src=x>")
    AppointmentFactory(patient=patient, note='"><svg onload=1>')

    html = page(client)

    assert "<script>alert" not in html
    assert "<img src=x>" not in html
    assert "<svg" not in html


# What needs somebody


def test_the_line_on_top_counts_what_needs_somebody(client, desk):
    late = AppointmentFactory(start=minutes(-12))
    AppointmentFactory(start=minutes(30))
    message(late.patient, State.REFUSED)
    message(late.patient, State.WAITING, attempts=2)
    message(late.patient, State.WAITING)

    needs = text(page(client).split('id="needs"')[1].split('id="board"')[0])

    for need in ["1 late", "1 e-mail failed", "1 e-mail waits", "2 forms missing", "1 unconfirmed"]:
        assert need in needs


def test_calls_and_answers_are_counted_too(client, desk):
    to_call(visit=AppointmentFactory(patient__email="", start=minutes(60)))
    answered(AnswerKind.URGENT, visit=AppointmentFactory(start=minutes(-3000), status="completed"))

    needs = text(page(client).split('id="needs"')[1].split('id="board"')[0])

    assert "1 call to make" in needs
    assert "1 answer waits" in needs


def silent(**heard):
    """Beat, workers and finder have not been heard of for so many minutes each."""
    for part in heartbeats.Part:
        heartbeats.note(part, minutes(-heard.get(part, 0)))


def test_a_queue_that_has_stopped_is_said_in_red(client, desk):
    patient = AppointmentFactory(start=minutes(60)).patient
    message(patient, State.ACCEPTED, accepted_at=minutes(-58))
    for _ in range(2):
        message(patient, State.WAITING, next_attempt_at=minutes(-6))
    silent(beat=58, workers=58, round=58)

    alert = page(client).split('id="post"')[1].split('id="needs"')[0]

    assert 'role="status"' in alert
    assert 'class="note note--block mb-3"' in alert
    assert "No message has gone out since Mon 13 May 09:02; 2 wait." in text(alert)
    assert "They go by themselves once it runs again." in text(alert)


def test_a_queue_that_runs_is_not_spoken_of(client, desk):
    message(AppointmentFactory(start=minutes(60)).patient, State.WAITING, next_attempt_at=minutes(-2))
    silent()

    assert "note--block" not in page(client)


def test_a_stopped_queue_is_a_matter_of_today_alone(client, desk):
    message(AppointmentFactory(start=minutes(60)).patient, State.WAITING, next_attempt_at=minutes(-60))
    silent(beat=58, workers=58, round=58)

    assert "note--block" not in page(client, day="2030-05-12")


def test_the_line_about_the_queue_comes_again_with_the_list(client, desk):
    AppointmentFactory(start=minutes(60))

    assert 'hx-select-oob="#needs,#post,#changes"' in page(client)


def test_where_nothing_is_needed_nothing_is_said(client, desk):
    visit = AppointmentFactory(start=minutes(30), status="confirmed")
    Intake.objects.create(patient=visit.patient)

    assert "Needs you" not in page(client)


# Gaps


def test_a_gap_is_offered_with_its_length_and_leads_to_the_booking(client, desk):
    visit = AppointmentFactory(start=minutes(40))
    kim = visit.practitioner

    html = page(client)

    first = html.split("day__row--gap")[1].split("</li>")[0]
    assert "11:40" in first  # before the visit there are 40 minutes, and the shortest service takes an hour
    assert "free 9 h 20 min" in text(first)
    url = re.search(r'href="([^"]+)"', first.split("day__act")[1])[1].replace("&amp;", "&")
    where = visit.location.pk
    assert url == f"{reverse('scheduling:book')}?practitioner={kim.pk}&location={where}&day=2030-05-13&at=11%3A40"


def test_a_gap_is_as_long_as_the_shortest_service_needs(client, desk):
    visit = AppointmentFactory(start=minutes(40))
    ServiceFactory(stages=[("Advice", 30, True, False)], by=[visit.practitioner])

    assert "free 40 min" in text(page(client))
    assert visit.practitioner.name in page(client)


def test_time_off_closures_and_the_past_are_no_gaps(client, desk):
    kim = PractitionerFactory()
    ServiceFactory(by=[kim])
    whole_day = (MONDAY_TEN, MONDAY_TEN + timedelta(hours=12))

    assert "free 11 h" in text(page(client))
    assert "free" not in text(page(client, day="2030-05-12").split('id="board"')[1])

    TimeOff.objects.create(resource=kim, span=whole_day)
    assert "free" not in text(page(client).split('id="board"')[1])


# A practitioner's own page


def test_what_is_not_signed_stands_beside_the_day_with_its_age(client, kim):
    old = AppointmentFactory(practitioner=kim, start=MONDAY_TEN - timedelta(days=3), status="completed")
    begun = PlanFactory(
        appointment=AppointmentFactory(practitioner=kim, start=MONDAY_TEN - timedelta(days=9), status="completed"),
        status="in_progress",
    )
    AppointmentFactory(start=MONDAY_TEN - timedelta(days=2), status="completed")

    side = page(client).split('id="unsigned"')[1]

    assert side.index("9 days") < side.index("3 days")
    assert "2 days" not in side
    for visit in [old, begun.appointment]:
        assert reverse("sessions:chart", args=[visit.pk]) in side


def test_who_is_in_which_room_is_told(client, kim):
    table = TableFactory(room="Room 7")
    here = AppointmentFactory(table=table, status="in_session", status_at=minutes(-5), start=minutes(-5))
    AppointmentFactory()

    rooms = text(page(client).split('id="rooms"')[1].split("</section>")[0])

    assert "Room 7" in rooms
    assert here.patient.family_name in rooms
    assert "Needling until 10:15" in rooms


# Cost


@pytest.mark.parametrize(("role", "most"), [("Front desk", 21), ("Practitioner", 18)])
def test_the_day_costs_the_same_for_one_visit_and_for_three(
    client, monday_ten, role, most, django_assert_max_num_queries
):
    practitioner = PractitionerFactory()
    client.force_login(practitioner.user if role == "Practitioner" else UserFactory(role=role))
    counts = []
    for count in (1, 2):
        for number in range(count):
            visit = AppointmentFactory(practitioner=practitioner, start=minutes(70 * (number + 3 * count)))
            HealthFactFactory(patient=visit.patient)
            AppointmentFactory(start=minutes(0), status="arrived")
            AppointmentFactory(
                practitioner=practitioner, start=minutes(-2000 * (number + 3 * count)), status="completed"
            )
        with django_assert_max_num_queries(most) as seen:
            page(client)
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_a_check_in_costs_few_queries(client, desk, django_assert_max_num_queries):
    visit = AppointmentFactory()

    with django_assert_max_num_queries(13):
        attend(client, visit, "arrive", headers=HTMX)
