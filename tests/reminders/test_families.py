"""Several visits of one person, or of people with one address and language, on one day are one e-mail."""

import pytest
from django.utils import timezone

from reminders import finding
from reminders.models import Kind, Message, Notice
from tests.factories import MONDAY_TEN, AppointmentFactory, LocationFactory, PatientFactory, TableFactory
from tests.reminders.posting import (
    ANA,
    BEN,
    DAY,
    HOUR,
    find,
    just_placed,
    only,
    placed,
    placed_long_ago,
    reminded,
    replaced,
    subjects,
    times,
    told_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY_BEFORE = 24 * 60


def family(*languages, email=ANA):
    """People with one address: Ana, Ben, Cleo."""
    names = zip(("Ana", "Ben", "Cleo"), languages, strict=False)
    return [PatientFactory(given_name=name, email=email, language=language) for name, language in names]


def messages():
    return list(Message.objects.order_by("pk"))


def test_several_visits_of_one_person_on_one_day_are_one_reminder(sink, tell, clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    patient = PatientFactory(email=ANA)
    placed_long_ago(patient=patient)
    placed_long_ago(patient=patient, start=MONDAY_TEN + 5 * HOUR)
    clock.move_to(MONDAY_TEN - DAY)

    tell()
    clock.move_to(MONDAY_TEN - DAY + 6 * HOUR)
    tell()

    (letter,) = sink.letters
    assert letter.message["Subject"] == "Reminder: your 2 visits on Monday, May 13"
    assert times(letter) == ["10:00 AM", "3:00 PM"]
    assert Notice.objects.count() == 2


def test_a_family_with_one_address_is_one_reminder_with_each_name(sink, tell, clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    ana, ben = family("en", "en")
    placed_long_ago(patient=ana)
    placed_long_ago(patient=ben, start=MONDAY_TEN + HOUR)
    clock.move_to(MONDAY_TEN - DAY)

    tell()

    (letter,) = sink.letters
    text = letter.part("text/plain")
    assert text.startswith("Hello Ana and Ben,")
    assert "Ana: Monday, May 13, 10:00 AM" in text
    assert "Ben: Monday, May 13, 11:00 AM" in text


def test_each_visit_of_a_letter_has_links_of_its_own(clock):
    only(Kind.BOOKED)
    for patient in family("en", "en"):
        just_placed(patient=patient)

    find()

    text = messages()[0].text
    assert text.count("/visit/confirm/") == text.count("/visit/cancel/") == 2


@pytest.mark.parametrize("kind", [Kind.BOOKED, Kind.REMINDER])
def test_people_of_another_language_are_written_to_in_it(clock, kind):
    only(kind, minutes=DAY_BEFORE if kind == Kind.REMINDER else 0)
    placed = just_placed if kind == Kind.BOOKED else placed_long_ago
    for patient in family("en", "es", "en"):
        placed(patient=patient)
    if kind == Kind.REMINDER:
        clock.move_to(MONDAY_TEN - DAY)

    find()

    assert {tuple(one.text.splitlines()[0].split()) for one in messages()} == {
        ("Hello", "Ana", "and", "Cleo,"),
        ("Hola,", "Ben:"),
    }


def test_visits_of_two_days_are_two_reminders(clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    patient = PatientFactory()
    placed_long_ago(patient=patient)
    placed_long_ago(patient=patient, start=MONDAY_TEN + DAY)

    clock.move_to(MONDAY_TEN - DAY)
    first = find()
    clock.move_to(MONDAY_TEN)
    second = find()

    assert (first, second) == (1, 1)


def test_visits_of_two_days_that_are_due_at_once_are_two_reminders(clock):
    only(Kind.REMINDER, minutes=3 * DAY_BEFORE)
    patient = PatientFactory()
    placed_long_ago(patient=patient)
    placed_long_ago(patient=patient, start=MONDAY_TEN + DAY)
    clock.move_to(MONDAY_TEN - DAY)

    assert find() == 2


def test_a_course_booked_at_once_is_one_confirmation_in_the_order_of_its_days(sink, tell, clock):
    only(Kind.BOOKED)
    patient = PatientFactory()
    for day in (2, 0, 1):
        just_placed(patient=patient, start=MONDAY_TEN + day * DAY)

    tell()

    (letter,) = sink.letters
    days = [day for day in ("May 13", "May 14", "May 15") if day in letter.part("text/plain")]
    assert subjects([letter]) == ["Your 3 visits"]
    assert days == ["May 13", "May 14", "May 15"]
    assert letter.part("text/calendar").count("BEGIN:VEVENT") == 3


def test_cancelled_and_moved_visits_of_one_person_are_one_letter_each(clock):
    only(Kind.MOVED, Kind.CANCELLED)
    patient = PatientFactory()
    visits = [told_of(placed_long_ago(patient=patient, start=MONDAY_TEN + day * DAY)) for day in range(4)]
    for visit in visits[:2]:
        replaced(visit)
    for visit in visits[2:]:
        type(visit).objects.filter(pk=visit.pk).update(status="cancelled", status_at="2030-05-10T16:00Z")
    clock.shift(HOUR)

    assert find() == 2
    assert sorted(one.subject for one in messages()[4:]) == ["2 visits are cancelled", "New times for 2 visits"]


def test_a_visit_booked_within_the_time_joins_the_reminder_of_that_day(clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    patient = PatientFactory()
    placed_long_ago(patient=patient)
    AppointmentFactory(patient=patient, start=MONDAY_TEN + HOUR, placed_at=MONDAY_TEN - DAY - HOUR)
    clock.move_to(MONDAY_TEN - DAY)

    find()

    assert Notice.objects.count() == 2
    assert len(messages()) == 1


def test_how_to_prepare_is_not_told_again_beside_another_visit(clock):
    only(Kind.BEFORE)
    person = PatientFactory(email=ANA)
    early, late = (placed_long_ago(patient=person, start=MONDAY_TEN + hours * HOUR) for hours in (0, 4))
    clock.move_to(MONDAY_TEN - 2 * DAY)
    find()
    replaced(late)
    another = placed_long_ago(patient=person, start=MONDAY_TEN + 8 * HOUR)
    clock.shift(8 * HOUR)

    find()

    assert [visits_of(letter) for letter in Message.objects.order_by("pk")] == [[early.pk, late.pk], [another.pk]]


def test_a_visit_that_may_still_be_undone_joins_no_letter(clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    first = reminded(start=MONDAY_TEN)
    clock.move_to(MONDAY_TEN - DAY)
    placed(timezone.now(), patient=first.patient, start=MONDAY_TEN + 4 * HOUR)

    find()

    assert visits_of(Message.objects.get()) == [first.pk]


def visits_of(message):
    return list(message.notices.order_by("pk").values_list("visit_id", flat=True))


def test_another_address_is_another_letter(clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    placed_long_ago(patient__email=ANA)
    placed_long_ago(patient__email=BEN)
    clock.move_to(MONDAY_TEN - DAY)

    assert find() == 2


def test_people_without_an_address_are_called_one_by_one(clock):
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    for patient in family("en", "en", email=""):
        placed_long_ago(patient=patient)
    clock.move_to(MONDAY_TEN - DAY)

    assert find() == 2


def test_a_family_is_one_letter_though_it_is_found_in_two_batches(clock, monkeypatch):
    monkeypatch.setattr(finding, "BATCH", 1)
    only(Kind.REMINDER, minutes=DAY_BEFORE)
    for hour, patient in enumerate(family("en", "en")):
        placed_long_ago(patient=patient, start=MONDAY_TEN + hour * HOUR)
    clock.move_to(MONDAY_TEN - DAY + HOUR)

    find()

    assert len(messages()) == 1


def test_a_home_with_one_address_for_many_gets_letters_that_can_be_read(clock, monkeypatch):
    monkeypatch.setattr(finding, "IN_ONE_LETTER", 2)
    only(Kind.BOOKED)
    for patient in family("en", "en", "en"):
        just_placed(patient=patient)

    assert find() == 2


def test_the_day_is_that_of_each_visits_place(clock):
    only(Kind.REMINDER, minutes=3 * DAY_BEFORE)
    patient = PatientFactory()
    honolulu = LocationFactory(name="Honolulu", zone_name="Pacific/Honolulu")
    night = MONDAY_TEN.replace(hour=2)  # Sunday evening in Honolulu, and in New York too
    placed_long_ago(patient=patient, start=night, table=TableFactory(location=honolulu))
    placed_long_ago(patient=patient, start=night + 3 * HOUR)  # one o'clock on Monday in New York
    clock.move_to(night - DAY)

    assert find() == 2
