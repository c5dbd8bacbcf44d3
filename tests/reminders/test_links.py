"""Tokens: one purpose, one visit in one place, and an end."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Patient
from reminders import links
from reminders.links import LinkEnded, Own, Purpose
from reminders.taking_back import placement
from scheduling.models import Appointment, Status
from tests.factories import (
    MONDAY_TEN,
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    TableFactory,
)

BEFORE = MONDAY_TEN - timedelta(days=1)
MINUTE = timedelta(minutes=1)
AHEAD = [Purpose.CONFIRM, Purpose.CANCEL, Purpose.CHANGE, Purpose.CALENDAR]


pytestmark = pytest.mark.usefixtures("db")


def visit_for(purpose, **fields):
    """One that a link for this purpose opens the day before it, or in case of an answer after it."""
    return AppointmentFactory(status=Status.COMPLETED if purpose == Purpose.ANSWER else Status.BOOKED, **fields)


def opens(purpose, token, now=BEFORE):
    try:
        return links.opened(purpose, token, now=now)
    except LinkEnded:
        return None


def opens_own(purpose, token):
    try:
        return links.opened_own(purpose, token)
    except LinkEnded:
        return None


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_opens_its_visit(purpose):
    visit = visit_for(purpose)

    assert opens(purpose, links.token(purpose, visit)) == visit


@pytest.mark.parametrize("purpose", AHEAD)
def test_a_token_opens_nothing_once_the_visit_has_begun(purpose):
    token = links.token(purpose, AppointmentFactory())

    assert not opens(purpose, token, now=MONDAY_TEN)


@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("change", ["start", "end", "practitioner", "location"])
def test_a_token_opens_nothing_while_the_visit_is_elsewhere(purpose, change):
    visit = visit_for(purpose)
    token = links.token(purpose, visit)

    place(visit, **elsewhere(visit, change))
    away = opens(purpose, token)
    place(visit, span=visit.span, practitioner=visit.practitioner, table=visit.table)

    assert not away
    assert opens(purpose, token) == visit


def elsewhere(visit, change):
    starts_at, ends_at = visit.starts_at, visit.ends_at
    return {
        "start": lambda: {"span": (starts_at + MINUTE, ends_at)},
        "end": lambda: {"span": (starts_at, ends_at + MINUTE)},
        "practitioner": lambda: {"practitioner": PractitionerFactory()},
        "location": lambda: {"table": TableFactory(location=LocationFactory(name="Hill"))},
    }[change]()


def place(visit, **there):
    """Like a move, which makes a new revision every time."""
    Appointment.objects.filter(pk=visit.pk).update(revision=F("revision") + 1, **there)


@pytest.mark.parametrize("purpose", Purpose)
def test_another_table_at_the_same_place_ends_no_link(purpose):
    visit = visit_for(purpose)
    token = links.token(purpose, visit)

    place(visit, table=TableFactory())

    assert opens(purpose, token) == visit


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_says_nothing_of_where_the_visit_is(purpose):
    visit = visit_for(purpose)
    named, where, whose = links.token(purpose, visit).partition(":")[0].split(".")

    assert named == str(visit.pk)
    assert {len(where), len(whose)} == {links.MARK_LENGTH}
    assert where != links.mark_of(placement(visit), "another key")


def test_opening_a_link_asks_once():
    visit = AppointmentFactory()
    token = links.token(Purpose.CONFIRM, visit)

    with CaptureQueriesContext(connection) as asked:
        assert opens(Purpose.CONFIRM, token)

    assert len(asked) == 1


@pytest.mark.parametrize("purpose", Purpose)
def test_a_corrected_address_ends_the_links_that_went_to_the_old_one(purpose):
    visit = visit_for(purpose)
    token = links.token(purpose, visit)
    Patient.objects.filter(pk=visit.patient_id).update(email="right@example.com")
    visit.patient.refresh_from_db()

    assert not opens(purpose, token)
    assert opens(purpose, links.token(purpose, visit)) == visit


@pytest.mark.parametrize("purpose", AHEAD)
@pytest.mark.parametrize("status", [Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW])
def test_a_token_opens_no_visit_that_is_under_way_or_over(status, purpose):
    visit = AppointmentFactory(status=status)

    assert not opens(purpose, links.token(purpose, visit))


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_serves_no_other_purpose(purpose):
    visit = visit_for(purpose)
    others = [links.token(other, visit) for other in Purpose if other != purpose]
    others += [links.own_token(own, visit.patient) for own in Own]

    assert not any(opens(purpose, token) for token in others)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_for_one_visit_cannot_be_turned_into_one_for_another(purpose):
    mine, other = visit_for(purpose), visit_for(purpose)
    _, _, signature = links.token(purpose, mine).partition(":")
    text, _, _ = links.token(purpose, other).partition(":")

    assert not opens(purpose, f"{text}:{signature}")


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_token_with_another_letter_opens_nothing(place):
    token = links.token(Purpose.CANCEL, AppointmentFactory())
    place %= len(token) - 1
    other = "b" if token[place] == "a" else "a"

    assert not opens(Purpose.CANCEL, token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize(
    ("days", "open_"), [(-1, False), (0, True), (13, True), (14, False)], ids=["before", "then", "13 days", "14 days"]
)
def test_a_visit_is_answered_about_for_two_weeks(days, open_):
    coming = AppointmentFactory()
    over = AppointmentFactory(status=Status.COMPLETED)
    visit = coming if days < 0 else over

    token = links.token(Purpose.ANSWER, visit)

    assert bool(opens(Purpose.ANSWER, token, now=visit.ends_at + timedelta(days=days))) == open_


@pytest.mark.parametrize("status", Status)
def test_that_it_is_somebody_elses_address_can_be_said_whatever_became_of_the_visit(status):
    visit = AppointmentFactory(status=status)
    token, last = links.token(Purpose.NOT_ME, visit), visit.ends_at + timedelta(days=14)

    assert opens(Purpose.NOT_ME, token, now=last - timedelta(seconds=1)) == visit
    assert not opens(Purpose.NOT_ME, token, now=last)


@pytest.mark.parametrize("own", Own)
def test_a_patients_own_token_opens_that_patient_and_ends_with_the_address(own):
    ana, ben = PatientFactory(), PatientFactory()
    token = links.own_token(own, ana)
    text, _, _ = links.own_token(own, ben).partition(":")
    forged = f"{text}:{token.partition(':')[2]}"

    assert opens_own(own, token) == ana
    assert not opens_own(own, forged)
    assert not any(opens_own(other, token) for other in Own if other != own)
    Patient.objects.filter(pk=ana.pk).update(email="right@example.com")
    assert not opens_own(own, token)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_patient_without_an_address_was_sent_no_link(purpose):
    visit = visit_for(purpose, patient=PatientFactory(email=""))

    assert not opens(purpose, links.token(purpose, visit))
    assert not any(opens_own(own, links.own_token(own, visit.patient)) for own in Own)
    with pytest.raises(LinkEnded):
        links.named(purpose, links.token(purpose, visit))


@pytest.fixture
def rotate(settings):
    """A new key takes the place of the present one; what depends on it is worked out anew, as by a new process."""

    def forget():
        links.signer.cache_clear()
        links.mark.cache_clear()
        links.mark_of.cache_clear()

    def to(key, *, fallbacks):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, fallbacks
        forget()

    yield to
    forget()


@pytest.mark.parametrize("purpose", Purpose)
def test_links_survive_a_new_key_as_long_as_the_old_one_is_remembered(purpose, rotate, settings):
    visit, old = visit_for(purpose), settings.SECRET_KEY
    token, own = links.token(purpose, visit), links.own_token(Own.PREFERENCES, visit.patient)

    rotate("a second key", fallbacks=["none of ours", old])

    assert opens(purpose, token) == visit
    assert opens(purpose, links.token(purpose, visit)) == visit
    assert opens_own(Own.PREFERENCES, own) == visit.patient
    assert links.token(purpose, visit) != token
    rotate("a third key", fallbacks=["a second key"])
    assert not opens(purpose, token)
    assert not opens_own(Own.PREFERENCES, own)


def test_a_remembered_key_opens_nothing_once_the_address_is_corrected(rotate, settings):
    visit, old = AppointmentFactory(), settings.SECRET_KEY
    token = links.token(Purpose.CANCEL, visit)
    Patient.objects.filter(pk=visit.patient_id).update(email="right@example.com")

    rotate("a second key", fallbacks=[old])

    assert not opens(Purpose.CANCEL, token)


@pytest.mark.parametrize("own", Own)
def test_a_record_that_was_merged_away_has_no_links(own):
    ana = PatientFactory()
    token = links.own_token(own, ana)
    Patient.objects.filter(pk=ana.pk).update(merged_into=PatientFactory())

    assert not opens_own(own, token)


def test_to_have_named_a_visit_before_it_moved_opens_nothing_but_names_it():
    visit = AppointmentFactory()
    token = links.token(Purpose.CHANGE, visit)
    place(visit, **elsewhere(visit, "start"))

    named, _ = links.named(Purpose.CHANGE, token)

    assert named == visit
    assert not opens(Purpose.CHANGE, token)


@given(guess=st.text(max_size=100))
def test_a_guessed_token_opens_nothing_and_asks_no_database(guess):
    with CaptureQueriesContext(connection) as asked:
        assert not any(opens(purpose, guess) for purpose in Purpose)
        assert not any(opens_own(own, guess) for own in Own)

    assert not asked.captured_queries


def test_the_whole_address_begins_with_the_clinics():
    url = urlsplit(links.url(Purpose.CONFIRM, AppointmentFactory()))

    assert (url.scheme, url.netloc) == ("http", "localhost:8000")
    assert url.path.startswith("/visit/confirm/")
    assert url.path.endswith("/")
