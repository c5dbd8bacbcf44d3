import pytest
from django.core.management import call_command
from django.db import IntegrityError

from reminders.apps import default_rules
from reminders.models import Kind, Rule

DEFAULTS = {(Kind.BOOKED, 0), (Kind.REMINDER, 1440)}


def rules():
    return set(Rule.objects.values_list("kind", "minutes"))


@pytest.mark.django_db
def test_a_fresh_database_confirms_and_reminds_a_day_before():
    assert rules() == DEFAULTS


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_its_rules_again():
    call_command("flush", interactive=False, verbosity=0)

    assert rules() == DEFAULTS


@pytest.mark.django_db
def test_a_rule_that_the_clinic_changed_stays_changed():
    Rule.objects.filter(kind=Kind.REMINDER).update(minutes=2880, active=False)

    default_rules()

    assert Rule.objects.get(kind=Kind.REMINDER).minutes == 2880
    assert Rule.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "lead"), [(Kind.BOOKED, 5), (Kind.REMINDER, 0)])
def test_a_second_confirmation_and_a_reminder_without_a_lead_are_refused(kind, lead):
    with pytest.raises(IntegrityError, match="a_confirmation_alone_has_no_lead"):
        Rule.objects.create(kind=kind, minutes=lead)
