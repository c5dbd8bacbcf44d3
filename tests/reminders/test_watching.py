"""Whether the post goes: what people and machines are told, and when nobody cries wolf."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reminders import heartbeats, tasks, watching
from reminders.courier import NO_SERVER
from reminders.heartbeats import Part
from reminders.models import State
from reminders.watching import Verdict
from tests.factories import AppointmentFactory, LocationFactory, UserFactory
from tests.reminders.written import by_hand, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
STATUS = reverse("reminders:status")
HEALTH = reverse("reminders:health")
POST = reverse("reminders:post")


def ago(**span):
    return timezone.now() - timedelta(**span)


def hear(moment=None):
    for part in Part:
        heartbeats.note(part, moment or timezone.now())


def waiting(**fields):
    return by_hand(state=State.WAITING, **{"attempts": 0, **fields})


def accepted(moment, **fields):
    return by_hand(state=State.ACCEPTED, accepted_at=moment, created_at=moment, **fields)


def verdict():
    return watching.post().verdict


def test_what_runs_and_has_nothing_to_do_is_well():
    hear()

    assert verdict() == Verdict.OK


def test_what_waits_for_its_time_is_not_late():
    hear()
    waiting(next_attempt_at=timezone.now() + timedelta(hours=9), created_at=ago(hours=3))

    assert verdict() == Verdict.OK


@pytest.mark.parametrize(("minutes", "expected"), [(14, Verdict.OK), (15, Verdict.LATE)])
def test_what_was_due_for_a_quarter_of_an_hour_is_late(minutes, expected):
    hear()
    waiting(next_attempt_at=ago(minutes=minutes))

    found = watching.post()

    assert found.verdict == expected
    assert found.due_since == ago(minutes=minutes)


@pytest.mark.parametrize("part", list(Part))
@pytest.mark.parametrize(("minutes", "expected"), [(4, Verdict.OK), (5, Verdict.STOPPED)])
def test_a_part_that_is_not_heard_of_has_stopped_if_something_is_due(part, minutes, expected):
    hear()
    heartbeats.note(part, ago(minutes=minutes))
    waiting(next_attempt_at=ago(minutes=1))

    assert verdict() == expected


def test_a_finder_that_has_stopped_is_noticed_by_what_it_should_have_found(clock):
    hear()
    AppointmentFactory()

    clock.shift(timedelta(minutes=6))

    assert verdict() == Verdict.STOPPED


def test_a_queue_that_has_stopped_with_nothing_to_do_is_nobodys_trouble(clock):
    hear()

    clock.shift(timedelta(minutes=6))

    assert verdict() == Verdict.OK


def test_a_worker_with_a_long_queue_in_hand_has_not_stopped():
    hear(ago(minutes=30))
    waiting(next_attempt_at=ago(minutes=1))
    accepted(ago(seconds=1))

    assert verdict() == Verdict.OK


def test_an_emptied_cache_cries_wolf_only_after_five_minutes(clock):
    waiting(next_attempt_at=ago(minutes=1), give_up_at=timezone.now() + timedelta(days=2))
    first = verdict()

    clock.shift(timedelta(minutes=4))
    still = verdict()
    clock.shift(timedelta(minutes=1))

    assert (first, still, verdict()) == (Verdict.OK, Verdict.OK, Verdict.STOPPED)


def test_without_a_cache_nothing_is_said_of_the_queue(no_cache):
    waiting(next_attempt_at=ago(minutes=1))

    hear()

    assert verdict() == Verdict.OK


@pytest.mark.parametrize(("tries", "silent", "expected"), [(1, True, Verdict.DELAYED), (5, True, Verdict.LATE)])
def test_a_server_out_of_reach_delays_at_once_and_is_late_after_some_tries(tries, silent, expected):
    hear()
    accepted(ago(hours=1))
    again = timezone.now() + timedelta(minutes=8)
    waiting(attempts=tries, tried_at=ago(minutes=1), answer=f"{NO_SERVER}: refused", next_attempt_at=again)

    found = watching.post()

    assert (found.silent, found.verdict) == (silent, expected)
    assert found.since == ago(hours=1)


def test_one_greylisted_message_is_no_silent_server():
    hear()
    waiting(attempts=1, tried_at=ago(minutes=1), answer="451 Later", next_attempt_at=timezone.now())

    assert not watching.post().silent


def test_a_server_that_accepts_again_is_not_silent():
    hear()
    again = timezone.now() + timedelta(minutes=8)
    waiting(attempts=9, tried_at=ago(minutes=10), answer=f"{NO_SERVER}: refused", next_attempt_at=again)
    accepted(ago(minutes=9))

    found = watching.post()

    assert (found.silent, found.verdict) == (False, Verdict.OK)


def test_the_last_accepted_is_the_last_that_the_server_took_not_the_last_written():
    by_hand(state=State.ACCEPTED, created_at=ago(hours=9), accepted_at=ago(minutes=1))
    accepted(ago(hours=1))

    assert watching.post().accepted_at == ago(minutes=1)


def test_looking_costs_two_queries_whatever_there_is():
    hear()
    costs = []

    for more in (1, 2):
        for _ in range(more):
            waiting(next_attempt_at=ago(minutes=20))
            accepted(ago(minutes=30))
        with CaptureQueriesContext(connection) as queries:
            watching.post()
        costs.append(len(queries))

    assert costs == [2, 2]


def test_failures_are_counted_by_domain_of_a_day():
    for to in ("a@gmial.com", "b@gmial.com", "c@example.com"):
        by_hand(to=to)
    by_hand(to="old@gmial.com", created_at=ago(hours=25))
    by_hand(to="fine@gmial.com", state=State.ACCEPTED, accepted_at=timezone.now())

    assert watching.failures_by_domain(timezone.now()) == [("gmial.com", 2), ("example.com", 1)]


def test_the_tasks_are_heard_of(sink):
    tasks.find_due()
    found = heartbeats.heard(timezone.now())

    assert (found.at[Part.WORKERS], found.at[Part.ROUND]) == (timezone.now(), timezone.now())
    assert found.at[Part.BEAT] is None


def test_beat_is_heard_of_when_it_gives_out_the_work():
    tasks.find_due.apply_async(expires=0.001)

    assert heartbeats.heard(timezone.now()).at[Part.BEAT] == timezone.now()


def test_a_machine_is_told_in_numbers_and_nothing_about_anybody(client):
    hear(ago(seconds=12))
    message = waiting(next_attempt_at=ago(seconds=90))
    accepted(ago(seconds=30))

    answer = client.get(HEALTH)

    assert answer.status_code == 200
    assert answer.json() == {
        "verdict": "ok",
        "waiting": 1,
        "oldest_due_seconds": 90,
        "accepted_seconds": 30,
        "beat_seconds": 12,
        "workers_seconds": 12,
        "round_seconds": 12,
    }
    assert message.to not in answer.text


def test_a_machine_gets_503_for_messages_alone_when_they_are_late(client):
    hear()
    waiting(next_attempt_at=ago(minutes=20))

    messages, pages = client.get(HEALTH), client.get("/healthz")

    assert (messages.status_code, messages.json()["verdict"]) == (503, "late")
    assert (pages.status_code, pages.json()["messages"]["verdict"]) == (200, "late")


def without_a_server(tries=1, **fields):
    """One message that found no mail server."""
    again = timezone.now() + timedelta(minutes=1)
    fields = {"tried_at": ago(seconds=30), "answer": f"{NO_SERVER}: refused", "next_attempt_at": again, **fields}
    return waiting(attempts=tries, **fields)


def test_while_the_server_does_not_answer_no_page_says_that_messages_go_out(client):
    client.force_login(UserFactory(role="Front desk"))
    LocationFactory()
    hear()
    accepted(ago(hours=1))
    without_a_server()

    status, today = client.get(STATUS).content.decode(), client.get(reverse("desk:today")).content.decode()

    assert "Messages go out." not in status
    assert "The mail server takes none." in status
    assert "tried in vain once, since Fri 10 May 11:00" in status
    for shown in (status, today):
        assert "The mail server does not take messages right now." in shown


def test_a_machine_is_told_of_a_delay_and_not_woken_for_it(client):
    hear()
    without_a_server()

    answer = client.get(HEALTH)

    assert (answer.status_code, answer.json()["verdict"]) == (200, "delayed")


def polled(client, shown):
    """What a page that shows this gets a minute later."""
    return client.get(re.search(r'id="post" hx-get="([^"]+)"', shown)[1].replace("&amp;", "&"))


@pytest.mark.parametrize("make", [lambda: None, without_a_server, lambda: waiting(next_attempt_at=ago(minutes=20))])
def test_a_page_that_stands_open_is_told_nothing_twice(client, make):
    client.force_login(UserFactory(role="Front desk"))
    hear()
    make()
    shown = client.get(STATUS).content.decode()

    same = polled(client, shown)
    without_a_server(to="another@example.com", tries=5)
    other = polled(client, shown)

    assert (same.status_code, same.content) == (204, b"")
    assert other.status_code == 200
    assert "note--block" in other.text
    assert "<html" not in other.text
    assert polled(client, other.text).status_code == 204


def test_strangers_and_people_without_a_role_are_told_nothing_of_the_post(client):
    assert client.get(POST)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(POST).status_code == 403


def test_health_is_only_read(client):
    assert client.post(HEALTH).status_code == 405
    assert client.post("/healthz").status_code == 405


def test_the_status_page_says_how_everything_stands(client):
    client.force_login(UserFactory(role="Front desk"))
    hear(ago(minutes=7))
    waiting(next_attempt_at=ago(minutes=20))
    by_hand(to="a@gmial.com")

    shown = client.get(STATUS).content.decode()

    assert "Messages have stopped." in shown
    assert "last signal Fri 10 May 11:53:00" in shown
    assert "since Fri 10 May 11:40" in shown
    assert "gmial.com" in shown
    assert 'class="note note--block mb-3"' in shown
    assert "Messages go out." not in shown


def test_the_status_page_is_calm_when_all_is_well(client):
    client.force_login(UserFactory(role="Practitioner"))
    hear()

    shown = client.get(STATUS).content.decode()

    assert "Messages go out." in shown
    assert "No message was refused or given up in the last day." in shown
    assert "note--block" not in shown


def test_three_failures_cost_the_status_page_as_much_as_one(client):
    client.force_login(UserFactory(role="Front desk"))
    counts = []

    for more in (1, 2):
        for number in range(more):
            told(to=f"a@d{more}{number}.example")
        with CaptureQueriesContext(connection) as queries:
            client.get(STATUS)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_strangers_and_people_without_a_role_see_no_status(client):
    assert client.get(STATUS)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(STATUS).status_code == 403


def test_a_hostile_domain_is_only_text(client):
    client.force_login(UserFactory(role="Front desk"))
    by_hand(to="a@<script>alert(1)</script>")

    assert "<script>alert" not in client.get(STATUS).content.decode()


def test_what_is_heard_is_kept_in_the_cache_alone():
    hear()

    cache.delete_many(list(heartbeats.KEYS.values()))

    assert set(heartbeats.heard(timezone.now()).at.values()) == {None}


@pytest.mark.parametrize(("minutes", "expected"), [(16, Verdict.OK), (17, Verdict.LATE)])
def test_without_a_cache_what_nobody_finds_is_late_after_a_quarter_of_an_hour(no_cache, minutes, expected):
    AppointmentFactory(placed_at=ago(minutes=minutes))

    assert verdict() == expected


def test_what_is_not_even_written_is_told_to_people_and_machines(client, no_cache):
    AppointmentFactory(placed_at=ago(minutes=20))

    told = client.get(HEALTH)
    shown = render_to_string("reminders/_post.html", {"post": watching.post()})

    assert (told.status_code, told.json()["verdict"]) == (503, "late")
    assert "some should have been written a quarter of an hour ago." in shown


def in_vain(to, **fields):
    again = timezone.now() + timedelta(minutes=8)
    fields = {"attempts": 5, "answer": "450 4.1.2 Domain not found", **fields}
    return waiting(to=to, tried_at=ago(minutes=1), next_attempt_at=again, **fields)


def test_one_domain_that_takes_nothing_is_no_stopped_post():
    hear()
    accepted(ago(hours=1))
    in_vain("ana@gmial.com")
    in_vain("ben@gmial.com")

    found = watching.post()

    assert (found.silent, found.verdict) == (False, Verdict.OK)


@pytest.mark.parametrize(("tries", "expected"), [(4, Verdict.DELAYED), (5, Verdict.LATE)])
def test_two_domains_that_take_nothing_are_a_silent_server(tries, expected):
    hear()
    accepted(ago(hours=1))
    in_vain("ana@gmial.com", attempts=tries)
    in_vain("ben@example.com", attempts=tries)

    found = watching.post()

    assert (found.silent, found.verdict) == (True, expected)


def test_what_was_written_long_ago_and_refused_today_is_counted_today():
    by_hand(to="a@gmial.com", created_at=ago(days=9), tried_at=ago(hours=1))
    by_hand(to="b@gmial.com", created_at=ago(days=9), state=State.FAILED, give_up_at=ago(hours=1))
    by_hand(to="c@gmial.com", created_at=ago(days=9), tried_at=ago(hours=25))

    assert watching.failures_by_domain(timezone.now()) == [("gmial.com", 2)]


def test_a_report_that_fails_takes_no_page_off_the_net(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reminders_message RENAME TO away")

    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "cache": "ok", "reports": "down"}
