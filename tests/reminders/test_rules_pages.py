"""Settings: what is sent when, as a manager reads and changes it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reminders import finding
from reminders.models import Kind, Message, Rule, RuleService
from tests.factories import MONDAY_TEN, ServiceFactory, UserFactory
from tests.reminders.posting import placed_long_ago

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
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

PAGES = ["rule", "rule_on", "rule_off", "remove_rule"]


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


@pytest.mark.parametrize("name", PAGES[1:])
def test_a_get_switches_nothing(client, manager, name):
    assert client.get(address(name, a_rule())).status_code == 405


# The list


def test_the_list_says_in_words_what_each_rule_does(client, manager):
    shown = client.get(RULES).text

    assert (
        "1 day before the visit; by e-mail; if there is no address, the front desk calls; not from 21:00 to 08:00"
        in shown
    )
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


def test_who_gave_a_rule_its_services_is_kept_in_its_history(client, manager):
    rule, services = a_rule(), ServiceFactory.create_batch(2)
    url = address("rule", rule)

    client.post(url, sent(client, url, services=services[:1]))
    client.post(url, sent(client, url, services=services[1:]))

    events = RuleService.ruleservice_history.rel.related_model.objects.filter(rule=rule)
    assert sorted((event.pgh_label, event.service_id) for event in events) == [
        ("delete", services[0].pk),
        ("insert", services[0].pk),
        ("insert", services[1].pk),
    ]
    assert {event.pgh_context.metadata["user"] for event in events} == {manager.pk}


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
    assert "36 hours before the visit; the front desk calls; not from 20:00 to 09:30" in client.get(RULES).text


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


# Whom it would tell at once


@pytest.fixture
def friday(few_rules):
    """Three days before two visits that were booked long ago, one of them of a patient whom nobody can write to."""
    placed_long_ago()
    placed_long_ago(start=MONDAY_TEN + timedelta(days=2), patient__email="")


def written():
    finding.write_due(now=timezone.now())
    return Message.objects.count()


def test_a_new_reminder_says_first_whom_it_would_tell_at_once(client, manager, friday):
    wanted = sent(client, adding(), amount=7, unit="days")

    first = client.post(adding(), wanted)
    double_click = client.post(adding(), wanted)
    before = written()
    second = client.post(adding(), sent_again(first))

    assert (first.status_code, double_click.status_code, second.status_code) == (409, 409, 302)
    assert (
        "Nothing is saved yet.</b> 2 patients would be told of visits from Mon 13 May to Wed 15 May: within a minute"
        in first.text
    )
    assert "Save, and tell 2 patients" in first.text
    assert (before, written()) == (0, 2)


def sent_again(answer):
    """What the page that was just shown would send."""
    held = {field.html_name: field.value() for field in answer.context["form"]}
    return {name: value for name, value in held.items() if value not in (None, False)}


def test_who_comes_in_addition_meanwhile_is_told_of_too(client, manager, friday):
    first = client.post(adding(), sent(client, adding(), amount=7))
    placed_long_ago(start=MONDAY_TEN + timedelta(days=1))

    second = client.post(adding(), sent_again(first))

    assert second.status_code == 409
    assert "Save, and tell 3 patients" in second.text
    assert second.context["form"]["expected"].value() == 3


def test_one_patient_with_one_visit_is_said_in_the_singular(client, manager, few_rules):
    placed_long_ago()

    answer = client.post(adding(), sent(client, adding(), amount=7))

    assert "1 patient would be told of visits on Mon 13 May: within a minute, or when quiet hours end." in answer.text


def test_a_new_reminder_that_tells_nobody_yet_is_saved_at_once(client, manager, few_rules):
    assert client.post(adding(), sent(client, adding(), amount=7)).status_code == 302


def test_a_new_one_that_is_off_is_saved_at_once(client, manager, friday):
    answer = client.post(adding(), sent(client, adding(), amount=7, active=None))

    assert answer.status_code == 302
    assert written() == 0


def test_a_longer_time_and_more_services_say_whom_they_would_tell(client, manager, friday):
    rule, other = a_rule(), ServiceFactory()
    url = address("rule", rule)
    longer = client.post(url, sent(client, url, amount=7, unit="days"))
    as_it_was = a_rule().minutes
    Rule.objects.filter(pk=rule.pk).update(minutes=7 * 1440)
    rule.services.set([other])

    wider = client.post(url, sent(client, url, services=[]))

    assert (longer.status_code, as_it_was, wider.status_code) == (409, 1440, 409)
    assert "2 patients would be told" in longer.text
    assert "2 patients would be told" in wider.text
    assert list(rule.services.all()) == [other]


def test_what_waits_to_be_written_anyway_is_not_asked_about(client, manager, friday):
    Rule.objects.filter(pk=a_rule().pk).update(minutes=7 * 1440)
    url = address("rule", a_rule(minutes=7 * 1440))

    assert client.post(url, sent(client, url, in_doubt="ask")).status_code == 302


def test_what_the_reminder_that_took_over_has_told_is_asked_about(client, manager, few_rules):
    """Without it the farther one tells these visits too."""
    far = Rule.objects.create(kind=Kind.REMINDER, minutes=6 * 1440)
    near = Rule.objects.create(kind=Kind.REMINDER, minutes=4 * 1440)
    placed_long_ago()
    written()
    url = address("rule", near)

    answer = client.post(url, sent(client, url, amount=1, unit="hours"))

    assert (far.notices.count(), near.notices.count()) == (0, 1)
    assert answer.status_code == 409


def test_switching_on_says_first_whom_it_would_tell_at_once(client, manager, friday):
    rule = Rule.objects.create(kind=Kind.REMINDER, minutes=7 * 1440, active=False)

    first = client.post(address("rule_on", rule))
    still_off = not Rule.objects.get(pk=rule.pk).active
    second = client.post(address("rule_on", rule), {"expected": "2"})

    assert (first.status_code, second.status_code) == (409, 302)
    assert "It is still off.</b> 2 patients would be told" in first.text
    assert 'name="expected" value="2"' in first.text
    assert still_off
    assert Rule.objects.get(pk=rule.pk).active


@pytest.mark.parametrize("expected", ["", "1", "-1", "1.5", "1e9", "١", "<script>alert(1)</script>"])
def test_nobody_is_told_on_a_number_that_was_not_shown(client, manager, friday, expected):
    rule = Rule.objects.create(kind=Kind.REMINDER, minutes=7 * 1440, active=False)

    switched = client.post(address("rule_on", rule), {"expected": expected})
    added = client.post(adding(), sent(client, adding(), amount=8, expected=expected))

    assert switched.status_code == 409
    assert added.status_code in {200, 409}
    assert written() == 0


def test_the_question_costs_as_much_for_more_patients(client, manager, few_rules):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            placed_long_ago()
        with CaptureQueriesContext(connection) as queries:
            client.post(adding(), sent(client, adding(), amount=7))
        counts.append(len(queries))

    assert counts[0] == counts[1]


# Removing one


def a_new_one(**fields):
    return Rule.objects.create(kind=Kind.REMINDER, minutes=7 * 1440, **{"active": False} | fields)


def test_what_is_off_and_has_told_nobody_is_removed(client, manager):
    rule = a_new_one()

    shown = client.get(RULES).text
    answers = [client.post(address("remove_rule", rule)).status_code for _ in "12"]

    assert shown.count(">Remove<") == 1
    assert answers == [302, 302]
    assert not Rule.objects.filter(pk=rule.pk).exists()
    removed = Rule.rule_history.rel.related_model.objects.get(pgh_obj_id=rule.pk, pgh_label="delete")
    assert removed.pgh_context.metadata["user"] == manager.pk


def test_what_is_on_or_has_told_somebody_or_is_the_last_of_its_kind_stays(client, manager, friday):
    on = a_new_one(active=True)
    written()
    Rule.objects.filter(pk=on.pk).update(active=False)
    untold = Rule.objects.create(kind=Kind.REMINDER, minutes=8 * 1440)
    last = Rule.objects.get(kind=Kind.NO_SHOW)

    answers = [client.post(address("remove_rule", rule)) for rule in (on, untold, last)]

    assert [answer.status_code for answer in answers] == [409] * 3
    assert "has told nobody and is not the last of its kind" in answers[0].text
    assert Rule.objects.filter(pk__in=[on.pk, untold.pk, last.pk]).count() == 3
    assert address("remove_rule", on) not in client.get(RULES).text
