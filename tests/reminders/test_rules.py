import pytest
from django.core.management import call_command
from django.db import IntegrityError

from reminders.apps import default_rules
from reminders.models import InDoubt, Kind, Rule

DAY = 24 * 60
DEFAULTS = {
    (Kind.BOOKED, 0),
    (Kind.MOVED, 0),
    (Kind.CANCELLED, 0),
    (Kind.REMINDER, 3 * DAY),
    (Kind.REMINDER, DAY),
    (Kind.BEFORE, 2 * DAY),
    (Kind.AFTERCARE, 0),
    (Kind.HOW_ARE_YOU, 2 * DAY),
    (Kind.NO_SHOW, 120),
    (Kind.FAILED, 0),
    (Kind.URGENT, 0),
}
AT_ANY_HOUR = {Kind.BOOKED, Kind.MOVED, Kind.CANCELLED, Kind.FAILED, Kind.URGENT}


def rules():
    return set(Rule.objects.values_list("kind", "minutes"))


@pytest.mark.django_db
def test_a_fresh_database_has_a_rule_for_every_kind():
    assert rules() == DEFAULTS
    assert set(Rule.objects.values_list("active", "channel")) == {(True, "email")}


@pytest.mark.django_db
def test_at_night_only_news_is_told():
    assert set(Rule.objects.filter(quiet_from=None).values_list("kind", flat=True)) == AT_ANY_HOUR
    assert set(map(str, Rule.objects.exclude(quiet_from=None).values_list("quiet_from", flat=True))) == {"21:00:00"}


@pytest.mark.django_db
def test_in_doubt_news_is_decided_by_a_person_and_the_rest_left():
    asking = Rule.objects.filter(in_doubt=InDoubt.ASK).values_list("kind", flat=True)

    assert set(asking) == {Kind.BOOKED, Kind.MOVED, Kind.CANCELLED}


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_its_rules_again():
    call_command("flush", interactive=False, verbosity=0)

    assert rules() == DEFAULTS


@pytest.mark.django_db
def test_a_rule_that_the_clinic_changed_stays_changed():
    Rule.objects.filter(kind=Kind.REMINDER, minutes=DAY).update(minutes=2 * DAY, active=False)

    default_rules()

    assert not Rule.objects.get(kind=Kind.REMINDER, minutes=2 * DAY).active
    assert Rule.objects.count() == len(DEFAULTS)


@pytest.mark.django_db
def test_a_rule_knows_when_the_next_of_its_kind_takes_over():
    Rule.objects.create(kind=Kind.REMINDER, minutes=120, active=False)

    following = {rule.minutes: rule.next_minutes for rule in Rule.objects.in_force() if rule.kind == Kind.REMINDER}

    assert following == {3 * DAY: DAY, DAY: 0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"kind": Kind.BOOKED, "minutes": 5}, "news_has_no_time"),
        ({"kind": Kind.URGENT, "minutes": 5}, "news_has_no_time"),
        ({"kind": Kind.REMINDER, "minutes": 0}, "what_goes_before_a_visit_has_a_time"),
        ({"kind": Kind.BEFORE, "minutes": 0}, "what_goes_before_a_visit_has_a_time"),
        ({"kind": Kind.REMINDER, "minutes": DAY}, "one_rule_a_time"),
        ({"kind": Kind.BOOKED}, "one_rule_a_time"),
        ({"kind": Kind.BY_HAND, "minutes": 0}, "rule_kind_is_known"),
        ({"kind": "gossip", "minutes": 5}, "rule_kind_is_known"),
        ({"kind": Kind.REMINDER, "minutes": 60 * DAY + 1}, "rule_within_sixty_days"),
        ({"kind": Kind.REMINDER, "minutes": 5, "quiet_from": "21:00"}, "quiet_hours_have_two_ends"),
        (
            {"kind": Kind.REMINDER, "minutes": 5, "quiet_from": "21:00", "quiet_until": "21:00"},
            "quiet_hours_have_two_ends",
        ),
        ({"kind": Kind.REMINDER, "minutes": 5, "channel": "pigeon"}, "rule_channel_is_known"),
        ({"kind": Kind.REMINDER, "minutes": 5, "in_doubt": "repeat"}, "rule_knows_what_to_do_in_doubt"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(fields, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        Rule.objects.create(**fields)
