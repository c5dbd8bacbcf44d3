"""Settings: what is sent when, as a manager reads and changes it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reminders import describing
from reminders.models import Kind, Rule
from tests.factories import ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
RULES = reverse("reminders:rules")
HOSTILE = ["<script>alert(1)</script>", "\u202e1", "x" * 5000, "1e9", "-1", "9" * 30, "1.5", "١"]


@pytest.fixture
def manager(client):
    user = UserFactory(role="Manager", first_name="Robin")
    client.force_login(user)
    return user


def a_rule(kind=Kind.REMINDER, minutes=1440):
    return Rule.objects.get(kind=kind, minutes=minutes)


def address(name, rule):
    return reverse(f"reminders:{name}", args=[rule.pk])


def adding(kind=Kind.REMINDER):
    return reverse("reminders:add_rule", args=[kind])


def sent(client, url, **changes):
    """What the page at that address would send as it stands, with these changes; None leaves a field out."""
    form = client.get(url).context["form"]
    held = {field.html_name: field.value() for field in form} | changes
    held = {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in held.items()}
    held["services"] = [getattr(service, "pk", service) for service in held.get("services") or []]
    return {name: value for name, value in held.items() if value is not None and value is not False}


# Doors

PAGES = ["rule", "rule_on", "rule_off"]


def all_addresses():
    return [RULES, adding(), *(address(name, a_rule()) for name in PAGES)]


def test_a_stranger_is_sent_to_sign_in(client):
    assert all("/accounts/login/" in client.post(url)["Location"] for url in all_addresses())


@pytest.mark.parametrize("role", ["Front desk", "Practitioner", None])
def test_only_a_manager_may_read_or_change_rules(client, role):
    client.force_login(UserFactory(role=role))

    assert {client.get(url).status_code for url in [RULES, adding(), address("rule", a_rule())]} == {403}
    assert {client.post(address(name, a_rule())).status_code for name in PAGES} == {403}


@pytest.mark.parametrize("pk", [0, 987_654, 10**30])
def test_an_unknown_rule_is_not_found(client, manager, pk):
    assert client.get(reverse("reminders:rule", args=[pk])).status_code == 404
    assert client.post(reverse("reminders:rule_off", args=[pk])).status_code == 404


@pytest.mark.parametrize("kind", ["booked", "failed", "by_hand", "nonsense"])
def test_nothing_is_added_of_a_kind_without_a_time(client, manager, kind):
    assert client.post(adding(kind), {"amount": 3}).status_code == 404


@pytest.mark.parametrize("name", ["rule_on", "rule_off"])
def test_a_get_switches_nothing(client, manager, name):
    assert client.get(address(name, a_rule())).status_code == 405


# The list


def test_the_list_says_in_words_what_each_rule_does(client, manager):
    shown = client.get(RULES).text

    assert "1 day before the visit; by e-mail, without an address the front desk calls; not from 9 PM to 8 AM" in shown
    assert "2 minutes after a visit is booked; by e-mail; at any hour; all services." in shown
    assert "As soon as a patient asks to be called, by e-mail to the location." in shown


def test_the_list_follows_the_path_of_a_visit(client, manager):
    kinds = [row["rule"].kind for row in client.get(RULES).context["rows"]]
    minutes = [row["rule"].minutes for row in client.get(RULES).context["rows"] if row["rule"].kind == Kind.REMINDER]

    assert list(dict.fromkeys(kinds)) == [kind for kind in Kind.values if kind != Kind.BY_HAND]
    assert minutes == sorted(minutes, reverse=True)


def test_the_list_costs_as_much_with_more_rules_and_services(client, manager):
    client.get(RULES)
    counts = []
    for number in (1, 2):
        for step in range(number):
            rule = Rule.objects.create(kind=Kind.REMINDER, minutes=10_000 + 10 * number + step)
            rule.services.set(ServiceFactory.create_batch(2))
        with CaptureQueriesContext(connection) as queries:
            client.get(RULES)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (90, "90 minutes"), (120, "2 hours"), (1440, "1 day"), (1500, "25 hours"), (10080, "7 days")],
)
def test_a_time_is_said_in_the_largest_unit_that_fits(minutes, words):
    assert describing.span(minutes) == words


@pytest.mark.parametrize(
    ("at", "words"), [(time(0), "12 AM"), (time(8, 5), "8:05 AM"), (time(12), "12 PM"), (time(20), "8 PM")]
)
def test_a_clock_is_read_as_in_the_clinic(at, words):
    assert describing.clock(at) == words


# On and off


def test_a_rule_is_switched_off_and_on_with_one_click_each(client, manager):
    rule = a_rule()

    answer = client.post(address("rule_off", rule), follow=True)
    off = not Rule.objects.get(pk=rule.pk).active
    client.post(address("rule_off", rule))
    client.post(address("rule_on", rule))

    assert "Reminder is off." in answer.text
    assert address("rule_on", rule) in answer.text
    assert off
    assert Rule.objects.get(pk=rule.pk).active


def test_who_switched_a_rule_is_kept_in_its_history(client, manager):
    rule = a_rule()

    client.post(address("rule_off", rule))
    client.post(address("rule_off", rule))

    events = rule.rule_history.filter(active=False)
    assert [event.pgh_context.metadata["user"] for event in events] == [manager.pk]


# Changing one


def test_a_rule_is_changed_in_all_that_it_says(client, manager):
    rule, service = a_rule(), ServiceFactory()
    url = address("rule", rule)

    answer = client.post(
        url,
        sent(
            client,
            url,
            amount=36,
            unit="hours",
            channel="phone",
            quiet_from="20:00",
            quiet_until="09:30",
            in_doubt="ask",
            services=[service],
        ),
    )

    rule.refresh_from_db()
    assert answer.status_code == 302
    assert (rule.minutes, rule.channel, rule.in_doubt) == (36 * 60, "phone", "ask")
    assert (rule.quiet_from, rule.quiet_until) == (time(20), time(9, 30))
    assert list(rule.services.all()) == [service]
    assert "36 hours before the visit; the front desk calls; not from 8 PM to 9:30 AM" in client.get(RULES).text


def test_a_rule_may_have_no_quiet_hours(client, manager):
    url = address("rule", a_rule())

    client.post(url, sent(client, url, quiet_from="", quiet_until=""))

    assert a_rule().quiet_from is None


def test_the_page_explains_what_doubt_is_and_whose_clock_counts(client, manager):
    shown = client.get(address("rule", a_rule())).text

    assert "nobody can know whether it arrived" in shown
    assert "on the clock of the visit&#x27;s location" in shown or "on the clock of the visit's location" in shown


def test_news_has_no_time_to_set(client, manager):
    url = address("rule", a_rule(Kind.BOOKED, 0))

    form = client.get(url).context["form"]
    answer = client.post(url, sent(client, url, amount="5", unit="days", channel="phone"))

    assert "amount" not in form.fields
    assert answer.status_code == 302
    assert a_rule(Kind.BOOKED, 0).channel == "phone"


def test_rules_to_staff_are_only_switched(client, manager):
    assert client.get(address("rule", a_rule(Kind.FAILED, 0))).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"amount": ""}, "amount", "Write a number."),
        ({"amount": "0"}, "amount", "1 minute at least"),
        ({"amount": "61", "unit": "days"}, "amount", "Sixty days is the most."),
        ({"amount": "86401", "unit": "minutes"}, "amount", "Sixty days is the most."),
        ({"unit": "fortnights"}, "unit", "Choose the unit from the list."),
        ({"channel": "pigeon"}, "channel", "Choose from the list."),
        ({"in_doubt": "guess"}, "in_doubt", "Choose from the list."),
        ({"in_doubt": None}, "in_doubt", "Choose what to do."),
        ({"quiet_from": ""}, "quiet_from", "Quiet hours have a beginning and an end."),
        ({"quiet_until": ""}, "quiet_until", "Quiet hours have a beginning and an end."),
        ({"quiet_from": "08:00"}, "quiet_until", "would never end"),
        ({"quiet_from": "25:00"}, "quiet_from", "Write a time of day, such as 21:00."),
        ({"services": ["x"]}, "services", "Choose services from the list."),
        ({"services": [10**30]}, "services", "Choose services from the list."),
        ({"amount": "3", "unit": "days"}, "amount", "There is such a message at this time already."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(client, manager, changes, field, sentence):
    url = address("rule", a_rule())

    answer = client.post(url, sent(client, url, **changes))

    assert answer.status_code in {200, 409}
    assert sentence in " ".join(answer.context["form"].errors[field])
    assert a_rule().quiet_from == time(21)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["amount", "unit", "channel", "quiet_from", "in_doubt", "seen"])
def test_hostile_text_is_refused(client, manager, field, text):
    url = address("rule", a_rule())

    answer = client.post(url, sent(client, url, **{field: text}))

    assert answer.status_code in {200, 302, 409}
    assert "<script>alert" not in answer.text


def test_the_second_of_two_managers_is_shown_both_versions(client, manager):
    rule = a_rule()
    url = address("rule", rule)
    mine = sent(client, url, channel="phone")
    Rule.objects.filter(pk=rule.pk).update(in_doubt="ask")

    answer = client.post(url, mine)
    again = client.post(url, mine | {"seen": answer.context["form"]["seen"].value()})

    assert answer.status_code == 409
    assert ("In doubt", "The front desk decides", "Do not send it again") in answer.context["form"].clashes
    assert again.status_code == 302
    assert (a_rule().channel, a_rule().in_doubt) == ("phone", "leave")


def test_services_that_are_no_longer_offered_stay_chosen(client, manager):
    rule, service = a_rule(), ServiceFactory(active=False)
    rule.services.set([service])
    url = address("rule", rule)

    client.post(url, sent(client, url, channel="phone"))

    assert list(rule.services.all()) == [service]


# A further one


def test_a_further_reminder_is_added_once_however_often_it_is_sent(client, manager):
    wanted = sent(client, adding(), amount=7, unit="days")

    first = client.post(adding(), wanted)
    second = client.post(adding(), wanted)

    assert (first.status_code, second.status_code) == (302, 409)
    assert "There is such a message at this time already." in second.context["form"].errors["amount"]
    assert Rule.objects.filter(kind=Kind.REMINDER).count() == 3


def test_a_further_word_after_the_visit_may_go_at_once(client, manager):
    Rule.objects.filter(kind=Kind.HOW_ARE_YOU).update(minutes=99)

    answer = client.post(adding(Kind.HOW_ARE_YOU), sent(client, adding(Kind.HOW_ARE_YOU), amount=0))

    assert answer.status_code == 302
    assert Rule.objects.filter(kind=Kind.HOW_ARE_YOU, minutes=0).exists()


@pytest.mark.django_db(transaction=True)
def test_two_managers_who_add_the_same_at_once_add_one(client, manager):
    wanted = sent(client, adding(), amount=5, unit="days")
    clients = [Client(), Client(), Client()]
    for each in clients:
        each.force_login(manager)

    def add(each):
        try:
            return each.post(adding(), wanted).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(add, clients))

    assert answers == [302, 409, 409]
    assert Rule.objects.filter(kind=Kind.REMINDER, minutes=5 * 1440).count() == 1
