"""Tokens: one purpose, one visit, one revision, and an end."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders import links
from reminders.links import LinkEnded, Purpose
from scheduling.models import Appointment, Status
from tests.factories import MONDAY_TEN, AppointmentFactory

BEFORE = MONDAY_TEN - timedelta(days=1)


@pytest.mark.django_db
@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_opens_its_visit(purpose):
    visit = AppointmentFactory()

    assert links.opened(purpose, links.token(purpose, visit), now=BEFORE) == visit


@pytest.mark.django_db
def test_a_token_opens_nothing_once_the_visit_has_begun():
    token = links.token(Purpose.CONFIRM, AppointmentFactory())

    with pytest.raises(LinkEnded):
        links.opened(Purpose.CONFIRM, token, now=MONDAY_TEN)


@pytest.mark.django_db
def test_a_token_opens_nothing_once_the_visit_has_moved():
    visit = AppointmentFactory()
    token = links.token(Purpose.CONFIRM, visit)
    Appointment.objects.filter(pk=visit.pk).update(revision=1)

    with pytest.raises(LinkEnded):
        links.opened(Purpose.CONFIRM, token, now=BEFORE)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW])
def test_a_token_opens_no_visit_that_is_under_way_or_over(status):
    visit = AppointmentFactory(status=status)

    with pytest.raises(LinkEnded):
        links.opened(Purpose.CONFIRM, links.token(Purpose.CONFIRM, visit), now=BEFORE)


@pytest.mark.django_db
def test_a_token_serves_no_other_purpose():
    token = links.token(Purpose.CALENDAR, AppointmentFactory())

    with pytest.raises(LinkEnded):
        links.opened(Purpose.CANCEL, token, now=BEFORE)


@pytest.mark.django_db
def test_a_token_for_one_visit_cannot_be_turned_into_one_for_another():
    mine, other = AppointmentFactory(), AppointmentFactory()
    _, _, signature = links.token(Purpose.CANCEL, mine).partition(":")

    with pytest.raises(LinkEnded):
        links.opened(Purpose.CANCEL, f"{other.pk}.0:{signature}", now=BEFORE)


@given(guess=st.text(max_size=100))
def test_a_guessed_token_opens_nothing_and_asks_no_database(guess):
    with pytest.raises(LinkEnded):
        links.opened(Purpose.CONFIRM, guess, now=BEFORE)


@pytest.mark.django_db
def test_the_whole_address_begins_with_the_clinics():
    url = urlsplit(links.url(Purpose.CONFIRM, AppointmentFactory()))

    assert (url.scheme, url.netloc) == ("http", "localhost:8000")
    assert url.path.startswith("/visit/confirm/")
    assert url.path.endswith("/")
