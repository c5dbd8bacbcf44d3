"""Asking again after an incident: added, never changed, and found while it is due. Needles that stay in place, too."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from clinic.errors import ClinicError
from sessions import charting, following_up, removing, reporting
from sessions.charting import Counted
from sessions.models import AdverseEvent, FollowUp, LeftOut, NeedlePoint
from tests.factories import UserFactory
from tests.sessions import making
from tests.sessions.making import by
from tests.sessions.pages import HTMX, url, words

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def event(days=0, **visit):
    """An incident of a signed session, to be asked about so many days from today."""
    plan = making.charted("li4", **visit)
    reporting.report(
        plan=plan,
        version=plan.version,
        code="soreness",
        severity="mild",
        detail="Since the evening.",
        follow_up_on=timezone.localdate(),
        by=by(plan),
    )
    making.sign(type(plan).objects.get(pk=plan.pk))
    found = AdverseEvent.objects.get(plan=plan)
    if days:
        unfreeze(found, timezone.localdate() + days * DAY)
    return AdverseEvent.objects.select_related("plan__appointment").get(pk=found.pk)


def unfreeze(found, day):
    """As if it had been planned then: a signed session's rows do not change, so the triggers are off for once."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE clinic_sessions_adverseevent SET follow_up_on = %s WHERE id = %s", [day, found.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def kim():
    return UserFactory(role="Practitioner")


def ask(found, kim, **more):
    return following_up.follow_up(event=found, by=kim, **{"progress": "better"} | more)


def test_a_follow_up_comes_after_the_signature(kim):
    asked = ask(event(), kim, text="Gone by Tuesday.")

    assert (asked.progress, asked.text, asked.by) == ("better", "Gone by Tuesday.", kim)


def test_the_same_words_twice_are_written_once(kim):
    found = event()

    assert ask(found, kim, text="Gone.") == ask(found, kim, text="Gone.")
    assert FollowUp.objects.count() == 1


def test_what_is_over_is_not_asked_again(kim):
    with pytest.raises(ClinicError, match="It is over") as refused:
        ask(event(), kim, progress="over", next_on=timezone.localdate() + DAY)

    assert refused.value.field == "next_on"


@pytest.mark.parametrize("days", [0, -1, 400])
def test_the_next_asking_lies_ahead(kim, days):
    with pytest.raises(ClinicError, match="after today and within a year"):
        ask(event(), kim, next_on=timezone.localdate() + days * DAY)


@pytest.mark.parametrize(("field", "value"), [("progress", "fine"), ("text", "\x00"), ("text", "x" * 5001)])
def test_what_cannot_be_kept_is_refused(kim, field, value):
    with pytest.raises(ClinicError) as refused:
        ask(event(), kim, **{field: value})

    assert refused.value.field == field


@pytest.mark.parametrize(
    "sql", ["UPDATE clinic_sessions_followup SET text = 'x'", "DELETE FROM clinic_sessions_followup"]
)
def test_a_follow_up_is_never_changed(kim, sql):
    ask(event(), kim)

    with pytest.raises(Exception, match=r"append_only|Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


# What is due


def test_it_is_due_from_its_day_on_and_after_an_asking_from_the_next(kim):
    late, today = event(), event()
    assert list(following_up.due(kim)) == [late, today]

    ask(late, kim)
    ask(today, kim, next_on=timezone.localdate() + DAY)

    assert not following_up.due(kim).exists()
    assert list(AdverseEvent.objects.to_ask_again(timezone.localdate() + DAY)) == [today]


def test_the_list_is_empty_then_names_who_is_to_be_asked(client, kim):
    client.force_login(kim)
    page = reverse("sessions:follow_ups")
    assert "Nobody is to be asked again today." in words(client.get(page))

    event(patient__given_name="Ana")

    assert "today" in words(client.get(page))
    assert "Soreness" in words(client.get(page))


@pytest.mark.parametrize(("name", "cost"), [("follow_ups", 7), ("in_place", 6)])
def test_the_lists_cost_the_same_for_one_and_for_three(client, kim, name, cost, django_assert_num_queries):
    client.force_login(kim)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            event()
            left()
        client.get(reverse(f"sessions:{name}"))
        with django_assert_num_queries(cost) as asked:
            client.get(reverse(f"sessions:{name}"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_follow_up_is_written_on_the_incidents_page(client, kim):
    client.force_login(kim)
    found = event()
    page = reverse("sessions:incident", args=[found.pk])
    assert "How sore from 0 to 10?" in words(client.get(page))

    answer = client.post(reverse("sessions:follow_up", args=[found.pk]), {"progress": "same", "text": "Still 3."})

    assert answer.status_code == 302
    assert "The same : Still 3." in words(client.get(page))


@pytest.mark.parametrize("bad", [{"progress": ""}, {"progress": "better", "next_on": "9999-99-99"}])
def test_a_bad_follow_up_is_told(client, kim, bad):
    client.force_login(kim)

    answer = client.post(reverse("sessions:follow_up", args=[event().pk]), bad)

    assert answer.status_code == 422
    assert not FollowUp.objects.exists()


def test_an_unknown_incident_is_not_found(client, kim):
    client.force_login(kim)

    assert client.get(reverse("sessions:incident", args=[999_999])).status_code == 404
    assert client.post(reverse("sessions:follow_up", args=[999_999])).status_code == 404


# Needles left in place


def left(number=2, **visit):
    """A needle row of a signed session with needles left in the ear."""
    plan = making.begun("li4", **visit)
    plan = charting.mark_all_done(plan=plan, version=plan.version, by=by(plan))
    day = timezone.localdate(plan.appointment.starts_at, plan.appointment.zone)
    counts = {("needle", plan.needles.get().pk): Counted(number, 0, number, day + 3 * DAY)}
    plan = charting.count(plan=plan, version=plan.version, counts=counts, by=by(plan))
    making.sign(plan)
    return NeedlePoint.objects.select_related("plan__appointment__table__location").get(plan=plan)


YESTERDAY = {"start": timezone.now() - DAY}


def remove(needle, kim, **more):
    day = timezone.localdate(timezone=needle.plan.appointment.zone)
    return removing.remove(needle=needle, by=kim, **{"removed_on": day, "note": ""} | more)


def test_needles_are_in_place_until_somebody_writes_that_they_are_out(kim):
    needle = left(**YESTERDAY)
    assert list(NeedlePoint.objects.still_in_place()) == [needle]

    remove(needle, kim, note="One had fallen out.")

    assert not NeedlePoint.objects.still_in_place().exists()
    assert LeftOut.objects.get().note == "One had fallen out."


def test_they_come_out_once(kim):
    needle = left(**YESTERDAY)
    remove(needle, kim)
    assert remove(needle, kim) == LeftOut.objects.get()

    with pytest.raises(ClinicError, match=r"already\. Nothing was changed"):
        remove(needle, UserFactory(role="Practitioner"))


@pytest.mark.parametrize("days", [-2, 1])
def test_they_come_out_between_the_session_and_today(kim, days):
    with pytest.raises(ClinicError, match="They came out between") as refused:
        remove(left(**YESTERDAY), kim, removed_on=timezone.localdate() + days * DAY)

    assert refused.value.field == "removed_on"


def test_where_none_is_in_place_none_comes_out(kim):
    needle = making.signed("li4").needles.select_related("plan__appointment").get()

    with pytest.raises(ClinicError, match="No needle of a signed session is in place"):
        remove(needle, kim)


@pytest.mark.parametrize(
    "sql", ["UPDATE clinic_sessions_leftout SET note = 'x'", "DELETE FROM clinic_sessions_leftout"]
)
def test_a_removal_is_never_changed(kim, sql):
    remove(left(**YESTERDAY), kim)

    with pytest.raises(Exception, match=r"append_only|Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_next_visit_asks_for_them_and_one_tap_says_they_are_out(client, kim):
    client.force_login(kim)
    needle = left(**YESTERDAY)
    visit = making.again(needle.plan).appointment
    assert "2 in LI4 L+R , to come out" in words(client.get(url("in_place_of", visit)))
    assert url("in_place_of", visit) in client.get(url("chart", visit)).content.decode()
    assert url("in_place_of", visit) in client.get(url("plan", visit)).content.decode()
    day = timezone.localdate(timezone=visit.zone)

    answer = client.post(
        reverse("sessions:remove_left", args=[needle.pk]), {"removed_on": day, "visit": visit.pk}, headers=HTMX
    )

    assert "Still in place" not in words(answer)
    assert LeftOut.objects.get().needle == needle


def test_the_list_of_all_takes_them_out_as_well(client, kim):
    client.force_login(kim)
    needle, place = left(**YESTERDAY), reverse("sessions:in_place")
    assert "2 in LI4 L+R" in words(client.get(place))

    refused = client.post(reverse("sessions:remove_left", args=[needle.pk]), {"removed_on": "9999-12-31"})
    kept = client.post(
        reverse("sessions:remove_left", args=[needle.pk]),
        {"removed_on": timezone.localdate(timezone=needle.plan.appointment.zone)},
    )

    assert refused.status_code == 409
    assert kept["Location"] == place
    assert "No needle is left in place." in words(client.get(place))


def test_an_unknown_needle_is_not_found(client, kim):
    client.force_login(kim)

    assert client.post(reverse("sessions:remove_left", args=[999_999])).status_code == 404
