"""A rule in words."""

from datetime import timedelta

import pytest
from django.urls import reverse

from reminders import describing
from reminders.models import Kind, Rule
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("grace", "kind", "minutes", "words"),
    [
        (120, Kind.BOOKED, 0, "2 minutes after a visit is booked"),
        (20, Kind.BOOKED, 0, "Soon after a visit is booked"),
        (20, Kind.CANCELLED, 0, "Soon after a visit is cancelled that the patient knows of"),
        (20, Kind.AFTERCARE, 0, "As soon as the visit is over"),
        (20, Kind.HOW_ARE_YOU, 1440, "1 day after the visit is over"),
        (120, Kind.AFTERCARE, 0, "2 minutes after the visit is over"),
        (20, Kind.NO_SHOW, 0, "As soon as the visit was marked as missed"),
        (20, Kind.REMINDER, 1440, "1 day before the visit"),
    ],
)
def test_no_time_is_told_as_none(settings, grace, kind, minutes, words):
    settings.CONFIRMATION_GRACE = timedelta(seconds=grace)

    assert describing.moment(kind, minutes) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (90, "90 minutes"), (120, "2 hours"), (1440, "1 day"), (1500, "25 hours"), (10080, "7 days")],
)
def test_a_time_is_said_in_the_largest_unit_that_fits(minutes, words):
    assert describing.span(minutes) == words


@pytest.mark.django_db
def test_each_choice_in_doubt_is_one_sentence(client):
    client.force_login(UserFactory(role="Manager"))
    rule = Rule.objects.get(kind=Kind.BOOKED)

    shown = client.get(reverse("reminders:rule", args=[rule.pk])).content.decode()

    assert "Do not send it again: two would be worse than none" in shown
    assert "The front desk decides: none would be worse than two" in shown
