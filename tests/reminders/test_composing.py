import re
from datetime import timedelta
from itertools import product

import pytest

from patients.models import Language, Patient
from reminders.composing import compose
from reminders.kinds import OF_VISITS, SPECS
from reminders.letters import Letters
from reminders.models import Kind, Rule, State
from reminders.models.rules import NEEDED, NEWS
from tests.factories import AppointmentFactory, LocationFactory, ServiceFactory, TableFactory

pytestmark = pytest.mark.django_db


def letter(visit, kind=Kind.BOOKED, **others):
    rule = Rule.objects.filter(kind=kind).last()
    now = others.pop("now", visit.starts_at - timedelta(days=3))
    return compose(rule=rule, visits=[visit], now=now, letters=Letters(), **others)


def test_a_letter_names_the_day_and_the_time_of_the_place():
    message = letter(AppointmentFactory())

    assert message.subject == "Your visit on Monday, May 13 at 10:00 AM"
    assert "Monday, May 13, 10:00 AM" in message.text
    assert "Riverside, 1 River Street" in message.text
    assert "555-0100" in message.text


def test_a_spanish_speaker_is_written_to_in_spanish():
    message = letter(AppointmentFactory(patient__language="es"))

    assert message.subject == "Su cita del lunes 13 de mayo a las 10:00 a.m."
    assert "Confirmar mi cita" in message.text
    assert 'lang="es"' in message.html


@pytest.mark.parametrize(
    ("language", "days", "subject"),
    [
        ("en", 300, "Your visit on Monday, May 13 at 10:00 AM"),
        ("en", 301, "Your visit on Monday, May 13, 2030 at 10:00 AM"),
        ("es", 300, "Su cita del lunes 13 de mayo a las 10:00 a.m."),
        ("es", 301, "Su cita del lunes 13 de mayo de 2030 a las 10:00 a.m."),
    ],
)
def test_a_day_so_far_ahead_that_it_may_be_taken_for_one_of_this_year_has_its_year(language, days, subject):
    visit = AppointmentFactory(patient__language=language)

    message = letter(visit, now=visit.starts_at - timedelta(days=days))

    assert message.subject == subject
    assert ("2030" in message.text) == ("2030" in subject)


@pytest.mark.parametrize("kind", [Kind.AFTERCARE, Kind.HOW_ARE_YOU, Kind.NO_SHOW])
def test_a_day_that_is_over_needs_no_year(kind):
    visit = AppointmentFactory()

    assert "2030" not in letter(visit, kind, now=visit.ends_at + timedelta(days=400)).subject


def test_a_moved_visit_is_told_as_news():
    message = letter(AppointmentFactory(revision=1), Kind.MOVED)

    assert message.subject == "Your visit is now on Monday, May 13 at 10:00 AM"


@pytest.mark.parametrize(("kind", "language"), list(product(OF_VISITS, Language.values)))
def test_no_letter_says_what_the_visit_is_for(kind, language):
    service = ServiceFactory(name="Therapy for fibromyalgia")
    visit = AppointmentFactory(service=service, patient__language=language)

    message = letter(visit, kind)

    for words in (message.subject, message.text, message.html, message.calendar):
        assert "fibromyalgia" not in words.lower()
        assert "therapy" not in words.lower()


def test_styles_are_written_into_the_html():
    html = letter(AppointmentFactory()).html

    assert "<style" not in html
    assert 'class="button" href="http://localhost:8000/visit/confirm/' in html
    assert "background: #1d6b59" in html
    assert "{" not in html


def test_a_hostile_name_stays_a_name():
    hostile = "Ana\r\nBcc: all@example.com\u202e<i>"
    visit = AppointmentFactory(patient__given_name=hostile, practitioner__name="K</td>im")

    message = letter(visit)

    assert "\n" not in message.subject
    assert "<i>" not in message.html
    assert "</td>" not in message.html


def test_the_longest_name_that_the_database_takes_fits():
    longest = Patient._meta.get_field("given_name").max_length

    message = letter(AppointmentFactory(patient__given_name="ñ" * longest))

    assert len(message.subject) <= 200
    assert "ñ" * longest in message.text


@pytest.mark.parametrize(("kind", "language"), list(product(OF_VISITS, Language.values)))
def test_no_subject_is_about_health_whatever_the_clinic_says_the_visit_is_for(kind, language):
    place = LocationFactory(names_services=True)
    service = ServiceFactory(name="Therapy for fibromyalgia")
    visit = AppointmentFactory(service=service, table=TableFactory(location=place), patient__language=language)

    message = letter(visit, kind)

    assert "fibromyalgia" not in message.subject.lower() + message.calendar.lower()


@pytest.mark.parametrize(
    ("kind", "language"), list(product([Kind.BOOKED, Kind.MOVED, Kind.REMINDER, Kind.BEFORE], Language.values))
)
def test_the_shipped_words_say_what_is_planned_where_the_clinic_wants_it_said(kind, language):
    place = LocationFactory(names_services=True)
    service = ServiceFactory(name="Needling {day}")
    visit = AppointmentFactory(service=service, table=TableFactory(location=place), patient__language=language)

    told = letter(visit, kind)
    place.names_services = False
    visit.table.location = place
    untold = letter(visit, kind)

    line = f"{'Planned' if language == 'en' else 'Previsto'}: Needling {{day}}"
    assert f"\n\n{line}\n\n" in told.text
    assert f"<p>{line}</p>" in re.sub(r"<p [^>]*>", "<p>", told.html)
    assert "\n\n\n" not in untold.text
    assert not re.search(r"<p[^>]*></p>", untold.html)


def test_of_several_visits_each_says_what_it_is_for():
    place = LocationFactory(names_services=True)
    visits = [
        AppointmentFactory(
            service=ServiceFactory(name=name), table=TableFactory(location=place), patient__given_name=patient
        )
        for name, patient in (("Needling", "Ana"), ("Cupping", "Luis"))
    ]

    message = compose(
        rule=Rule.objects.filter(kind=Kind.BEFORE).last(),
        visits=visits,
        now=visits[0].starts_at - timedelta(days=3),
        letters=Letters(),
    )

    assert "\n\nPlanned: Needling (Ana: 10:00 AM)\n\nPlanned: Cupping (Luis: 10:00 AM)\n\n" in message.text


def test_answers_go_to_the_place():
    place = LocationFactory(email="riverside@example.com")

    message = letter(AppointmentFactory(table=TableFactory(location=place)))

    assert message.reply_to == "riverside@example.com"


@pytest.mark.parametrize("kind", OF_VISITS)
def test_only_what_can_be_done_without_can_be_unsubscribed_from(kind):
    message = letter(AppointmentFactory(), kind)

    assert message.unsubscribe.startswith("http://localhost:8000/") == (kind not in NEEDED)
    assert bool(message.unsubscribe) == (kind not in NEEDED)


@pytest.mark.parametrize("kind", OF_VISITS)
def test_a_calendar_file_goes_along_with_news_alone(kind):
    message = letter(AppointmentFactory(), kind)

    assert bool(message.calendar) == (kind in NEWS)


def test_whoever_is_to_be_called_has_no_message_that_waits():
    message = letter(AppointmentFactory(), Kind.REMINDER, reason="Bounced.")

    assert (message.state, message.answer) == (State.CALL, "Bounced.")


@pytest.mark.parametrize(("kind", "statuses"), [(kind, SPECS[kind].statuses) for kind in OF_VISITS])
def test_every_shipped_letter_can_be_written_for_a_visit_that_it_is_about(kind, statuses):
    for language, status in product(Language.values, statuses):
        message = letter(AppointmentFactory(status=status, patient__language=language), kind)

        assert message.subject
        assert "{" not in message.subject + message.text + message.html


def test_the_words_that_tell_when_to_seek_help_are_in_every_letter_after_a_visit():
    for kind in (Kind.AFTERCARE, Kind.HOW_ARE_YOU):
        message = letter(AppointmentFactory(status="completed"), kind)

        assert "911" in message.text
        assert "555-0100" in message.text
