"""Settings: the words of messages, as a manager reads, tries and changes them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from clinic.models import Location
from reminders import lettering
from reminders.composing import compose
from reminders.letters import Letters, shipped
from reminders.models import Kind, Letter, Message, Rule
from tests.factories import MONDAY_TEN, AppointmentFactory, PatientFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LETTERS = reverse("reminders:letters")
GOOD = "Subject: See you on {day}\n\nHello {given_name},\n\n> {day}, {time}\n\n[Confirm]({confirm_url})\n"


@pytest.fixture
def manager(client):
    user = UserFactory(role="Manager", first_name="Robin", last_name="Lee")
    client.force_login(user)
    return user


def address(page="letter", kind=Kind.REMINDER, language="en", **more):
    return reverse(f"reminders:{page}", kwargs={"kind": kind, "language": language, **more})


def page(client, **where):
    return client.get(address(**where))


def sent(client, source=GOOD, act="save", **more):
    """What the page would send with this in its field."""
    where = {name: more.pop(name) for name in ("kind", "language") if name in more}
    shown = page(client, **where).text
    hidden = dict(re.findall(r'name="(seen|request_key)" value="([^"]*)"', shown))
    return hidden | {"source": source, "act": act} | more


def save(client, source=GOOD, **more):
    where = {name: more[name] for name in ("kind", "language") if name in more}
    return client.post(address(**where), sent(client, source, **more))


def told(visit, kind=Kind.REMINDER):
    """The message that would go out now."""
    rule = Rule.objects.filter(kind=kind).first()
    return compose(rule=rule, visits=[visit], now=timezone.now(), letters=Letters())


# Doors

POSTS = ["letter_shipped", "letter_again", "letter_undo"]


def addresses():
    numbered = [address(name, version=1) for name in POSTS[1:]]
    return [LETTERS, address(), address("letter_frame", name="x"), address("letter_shipped"), *numbered]


def test_a_stranger_is_sent_to_sign_in(client):
    assert all("/accounts/login/" in client.post(url)["Location"] for url in addresses())


@pytest.mark.parametrize("role", ["Front desk", "Practitioner", None])
def test_only_a_manager_may_read_or_change_letters(client, role):
    client.force_login(UserFactory(role=role))

    assert {client.get(url).status_code for url in addresses()[:3]} == {403}
    assert {client.post(url).status_code for url in addresses()[3:]} == {403}
    assert client.post(address(), {"source": GOOD, "act": "test"}).status_code == 403


@pytest.mark.parametrize(
    ("kind", "language"), [("nonsense", "en"), ("reminder", "de"), ("failed", "es"), ("reminder", "EN")]
)
def test_a_letter_that_there_is_not_is_not_found(client, manager, kind, language):
    assert page(client, kind=kind, language=language).status_code == 404


@pytest.mark.parametrize("version", [0, 7, 10**30])
def test_a_version_that_there_is_not_is_not_found(client, manager, version):
    assert client.post(address("letter_again", version=version)).status_code == 404
    assert client.post(address("letter_undo", version=version)).status_code == 404


def test_a_get_changes_nothing(client, manager):
    save(client)

    assert {client.get(url).status_code for url in addresses()[3:]} == {405}


# The list


def test_the_list_says_whose_words_are_in_force(client, manager):
    save(client)

    shown = client.get(LETTERS).text

    assert "Your words, version 1, by <bdi>Robin Lee</bdi>, Fri 10 May" in shown
    assert "Shipped words" in shown


def test_the_list_tells_of_words_that_are_english_only(client, manager):
    save(client)
    before = client.get(LETTERS).text
    save(client, GOOD.replace("Hello", "Hola"), language="es")

    assert "patients who read Spanish get the shipped ones" in before
    assert "patients who read Spanish get the shipped ones" not in client.get(LETTERS).text


def test_the_list_costs_as_much_with_more_letters(client, manager):
    counts = []
    for kinds in ([Kind.REMINDER], [Kind.BOOKED, Kind.MOVED]):
        for kind in kinds:
            Letter.objects.create(kind=kind, language="en", version=1, source=GOOD, made_by=UserFactory())
        with CaptureQueriesContext(connection) as queries:
            client.get(LETTERS)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_letter_costs_as_much_with_more_versions(client, manager):
    AppointmentFactory()
    counts = []
    for versions in ([1], [2, 3]):
        for version in versions:
            author, source = UserFactory(), f"{GOOD}{version}"
            Letter.objects.create(kind=Kind.REMINDER, language="en", version=version, source=source, made_by=author)
        page(client)
        with CaptureQueriesContext(connection) as queries:
            page(client)
        counts.append(len(queries))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("kind", Kind.values)
def test_every_letter_has_its_page(client, manager, kind):
    AppointmentFactory()

    shown = page(client, kind=kind)

    assert shown.status_code == 200
    assert "Nothing about health belongs in a subject" in shown.text
    assert shown.context["wrong"] == []


# Saving


def test_saved_words_go_to_patients_of_that_language_alone(client, manager):
    answer = save(client)

    assert answer.status_code == 302
    assert told(AppointmentFactory()).subject == "See you on Monday, May 13"
    assert told(AppointmentFactory(patient__language="es")).subject.startswith("Recordatorio")


def test_saved_words_can_be_taken_back_from_the_toast(client, manager):
    answer = client.post(address(), sent(client), follow=True)
    undo = address("letter_undo", version=1)

    client.post(undo)

    assert "Version 1 is in force." in answer.text
    assert undo in answer.text
    assert lettering.in_force(Kind.REMINDER, "en") == (shipped(Kind.REMINDER, "en"), None)
    assert Letter.objects.count() == 2


def test_what_somebody_has_saved_since_is_not_taken_back(client, manager):
    save(client)
    save(client, GOOD + "\nMore.")

    answer = client.post(address("letter_undo", version=1))

    assert answer.status_code == 409
    assert "saved again since" in answer.text
    assert Letter.objects.count() == 2


def test_the_same_words_make_no_new_version(client, manager):
    save(client)

    answer = client.post(address(), sent(client, GOOD.replace("\n", "\r\n")), follow=True)

    assert "Nothing was changed." in answer.text
    assert Letter.objects.count() == 1


def test_a_letter_sent_twice_is_one_version(client, manager):
    wanted = sent(client)

    client.post(address(), wanted)
    client.post(address(), wanted)

    assert Letter.objects.count() == 1


def test_the_shipped_words_typed_again_are_the_shipped_words(client, manager):
    save(client)

    save(client, shipped(Kind.REMINDER, "en"))

    assert Letter.objects.get(version=2).source == ""


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            GOOD.replace("{time}", "{vist_time}"),
            "{vist_time} is not a field. Is {time} meant? The last good version stays.",
        ),
        (GOOD.replace("{time}", ""), "This letter must say {time}. The last good version stays."),
        ("", "The letter is empty."),
        ("<script>alert(1)</script>", "The first line is the subject"),
        (GOOD + "x" * 20_000, "longer than 20 kB"),
    ],
)
def test_what_is_no_letter_is_not_saved_and_stays_typed(client, manager, source, sentence):
    answer = save(client, source)

    errors = " ".join(answer.context["form"].errors["source"])
    assert answer.status_code in {200, 422}
    assert sentence in errors
    assert answer.context["form"]["source"].value() == source
    assert "<script>alert" not in answer.text
    assert not Letter.objects.exists()


def test_the_second_of_two_managers_is_shown_both_versions(client, manager):
    mine = sent(client, GOOD + "\nMine.")
    theirs = GOOD + "\nTheirs."
    lettering.write(Kind.REMINDER, "en", theirs, after=None, by=UserFactory())

    answer = client.post(address(), mine)
    seen = answer.context["form"]["seen"].value()
    again = client.post(address(), mine | {"seen": seen})

    assert answer.status_code == 409
    assert "Somebody else saved this letter" in answer.text
    assert {("gone", "Theirs."), ("new", "Mine.")} <= set(answer.context["clash"])
    assert again.status_code == 302
    assert lettering.in_force(Kind.REMINDER, "en")[1].version == 2


@pytest.mark.parametrize("seen", ["", "nonsense", "<script>", "x" * 5000])
def test_a_page_without_what_was_seen_saves_nothing(client, manager, seen):
    answer = client.post(address(), sent(client) | {"seen": seen})

    assert answer.status_code in {200, 409}
    assert not Letter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_those_who_save_in_the_same_moment_one_does(client, manager):
    wanted = [sent(client, f"{GOOD}\n{number}.") for number in range(3)]
    clients = [Client() for _ in wanted]
    for each in clients:
        each.force_login(manager)

    def post(each, data):
        try:
            return each.post(address(), data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(post, clients, wanted))

    assert answers == [302, 409, 409]
    assert Letter.objects.count() == 1


# Versions


def test_versions_tell_by_whom_when_and_what_changed(client, manager):
    save(client)
    save(client, GOOD.replace("Hello", "Dear"))

    shown = page(client)

    newest, oldest = shown.context["versions"]
    assert ("gone", "Hello {given_name},") in newest.changes
    assert ("new", "Dear {given_name},") in newest.changes
    assert ("new", "Subject: See you on {day}") in oldest.changes
    assert "by <bdi>Robin Lee</bdi>" in shown.text


def test_old_words_are_used_again_as_a_new_version(client, manager):
    save(client)
    save(client, GOOD.replace("Hello", "Dear"))

    client.post(address("letter_again", version=1))
    client.post(address("letter_again", version=1))

    assert [letter.version for letter in Letter.objects.all()] == [3, 2, 1]
    assert Letter.objects.get(version=3).source == Letter.objects.get(version=1).source


def test_old_words_whose_fields_are_gone_are_not_used_again(client, manager):
    Letter.objects.create(kind="reminder", language="en", version=1, source="Subject: {gone}\n\nx", made_by=manager)
    Letter.objects.create(kind="reminder", language="en", version=2, source=GOOD, made_by=manager)

    answer = client.post(address("letter_again", version=1))

    assert answer.status_code == 422
    assert "{gone} is not a field." in answer.text
    assert Letter.objects.count() == 2


def test_the_way_back_to_the_shipped_words_is_a_version_too(client, manager):
    save(client)

    client.post(address("letter_shipped"))
    client.post(address("letter_shipped"))

    assert [(letter.version, bool(letter.source)) for letter in Letter.objects.all()] == [(2, False), (1, True)]
    assert told(AppointmentFactory()).subject.startswith("Reminder:")


# The preview


def preview(client, source=GOOD, **more):
    return client.post(address(), sent(client, source, act="preview", **more), headers={"HX-Request": "true"})


def frame(client, shown):
    return client.get(re.search(r'<iframe[^>]* src="([^"]+)"', shown.text)[1])


def test_the_preview_shows_a_coming_visit_and_saves_nothing(client, manager):
    visit = AppointmentFactory()

    shown = preview(client)

    assert "See you on Monday, May 13" in shown.text
    assert str(visit.patient) in shown.text
    assert "<html" not in shown.text
    assert not Letter.objects.exists()


def test_the_preview_without_script_is_the_whole_page_with_what_was_typed(client, manager):
    AppointmentFactory()

    shown = client.post(address(), sent(client, act="preview"))

    assert "See you on Monday, May 13" in shown.text
    assert shown.context["form"]["source"].value() == GOOD
    assert not Letter.objects.exists()


def test_the_preview_speaks_the_letters_language_whatever_the_patients(client, manager):
    AppointmentFactory(patient__language="en")

    shown = page(client, language="es")

    assert "Recordatorio: su cita del lunes 13 de mayo a las 10:00 a.m." in shown.text


def test_a_letter_after_the_visit_is_shown_with_a_past_one(client, manager):
    AppointmentFactory()
    past = AppointmentFactory(start=MONDAY_TEN - timedelta(days=7), status="completed")

    shown = page(client, kind=Kind.AFTERCARE)

    assert shown.context["preview"].visit == past


def test_the_preview_shows_whom_the_manager_chooses(client, manager):
    AppointmentFactory()
    later = AppointmentFactory(start=MONDAY_TEN + timedelta(days=1), patient__given_name="Zoë")

    shown = preview(client, patient=later.patient_id)

    assert "See you on Tuesday, May 14" in shown.text
    assert "Zoë" in frame(client, shown).content.decode()


def test_a_patient_is_found_without_script(client, manager):
    visit = AppointmentFactory()

    shown = client.post(address(), sent(client, act="preview", q=visit.patient.family_name))

    assert f'name="patient" value="{visit.patient_id}"' in shown.text


@pytest.mark.parametrize("patient", ["x", "0", "9" * 30, "<script>alert(1)</script>"])
def test_nobody_is_shown_who_may_not_be_seen(client, manager, patient):
    gone = AppointmentFactory(patient=PatientFactory(merged_into=PatientFactory()))

    for chosen in (patient, gone.patient_id):
        shown = preview(client, patient=chosen)

        assert shown.status_code == 200
        assert gone.patient.family_name not in shown.text
        assert "<script>alert" not in shown.text


def test_a_patient_without_a_visit_is_shown_with_invented_values(client, manager):
    shown = preview(client, patient=PatientFactory().pk)

    assert "This patient has no visit, so the values are invented." in shown.text


def test_an_empty_clinic_sees_invented_values(client, manager):
    assert "See you on Monday, May 13" in preview(client).text


def test_no_link_of_a_preview_opens_anything(client, manager):
    visit = AppointmentFactory()

    shown = page(client)
    html = frame(client, shown).content.decode()

    links = re.findall(r"http://localhost:8000(/(?:visit|mail)/[^\s<.]+)", shown.context["preview"].words.text)
    assert len(links) >= 4
    assert {client.post(link).status_code for link in links} == {404}
    assert "localhost" not in html
    assert set(re.findall(r'href="([^"]*)"', html)) == {"#"}
    visit.refresh_from_db()
    assert visit.status == "booked"


def test_the_frame_lets_nothing_run_or_load(client, manager):
    AppointmentFactory(patient__given_name="<script>alert(1)</script>")

    answer = frame(client, page(client))

    policy = answer["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>" not in answer.content.decode()
    assert "sandbox" in re.search(r"<iframe[^>]*>", page(client).text)[0]


def test_a_frame_is_its_makers_own_and_ends(client, manager):
    AppointmentFactory()
    shown = page(client)
    url = re.search(r'<iframe[^>]* src="([^"]+)"', shown.text)[1]
    other = Client()
    other.force_login(UserFactory(role="Manager"))

    assert "Press Preview" in other.get(url).content.decode()
    assert "Press Preview" in client.get(address("letter_frame", name="long-gone")).content.decode()


def test_the_preview_says_what_is_wrong_while_it_is_typed(client, manager):
    assert "{vist_time} is not a field." in preview(client, GOOD.replace("{time}", "{vist_time}")).text
    assert "This letter must say {time}." in preview(client, GOOD.replace("{time}", "")).text


def test_what_is_read_out_of_a_preview_is_one_line_that_stays(client, manager):
    whole, good, wrong = page(client).text, preview(client).text, preview(client, GOOD.replace("{time}", "")).text

    assert '<p id="preview-status" class="visually-hidden" role="status"></p>' in whole
    assert '<p hx-swap-oob="innerHTML:#preview-status">The preview is up to date.</p>' in good
    assert '<p hx-swap-oob="innerHTML:#preview-status">This letter must say {time}.</p>' in wrong
    assert "aria-live" not in good
    assert "hx-swap-oob" not in whole


def test_the_fields_say_what_each_visit_has_and_why_a_service_has_no_name(client, manager):
    shown = page(client, kind=Kind.HOW_ARE_YOU)

    assert {name for name, _, each, _ in shown.context["fields"] if each} >= {"answer_url", "day", "service"}
    assert f'href="{reverse("practice:places")}">name services in messages</a>' in shown.text


def test_a_service_is_named_only_where_the_location_says_so(client, manager):
    visit = AppointmentFactory()
    name = escape(visit.service.name)
    source = GOOD + "\nIt is for {service}.\n"

    before = preview(client, source).text
    Location.objects.update(names_services=True)

    assert name not in before
    assert name in preview(client, source).text
    assert visit.service.name not in preview(client, source).context["preview"].words.subject


# A test to oneself


def test_a_test_goes_to_whoever_asks_for_it_and_the_servers_answer_is_told(client, manager, sink):
    visit = AppointmentFactory()

    answer = client.post(address(), sent(client, act="test"))

    (letter,) = sink.to(manager.email)
    assert letter.message["Subject"] == "[Test] See you on Monday, May 13"
    assert f"The mail server accepted it for {manager.email}: 250" in answer.text
    assert answer.context["form"]["source"].value() == GOOD
    assert sink.to(visit.patient.email) == []
    assert not Message.objects.exists()
    assert not Letter.objects.exists()


def test_a_test_says_that_it_is_one_in_its_own_language(client, manager, sink):
    client.post(address(language="es"), sent(client, language="es", act="test"))

    (letter,) = sink.to(manager.email)
    assert letter.message["Subject"].startswith("[Prueba] See you on")


def test_a_double_click_sends_one_test(client, manager, sink):
    wanted = sent(client, act="test")

    client.post(address(), wanted)
    second = client.post(address(), wanted)

    assert second.status_code == 409
    assert "This test was sent a moment ago." in second.text
    assert len(sink.to(manager.email)) == 1


def test_after_ten_tests_it_is_enough_for_a_while(client, manager, sink):
    answers = [client.post(address(), sent(client, act="test")).status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]
    assert len(sink.to(manager.email)) == 10


def test_a_mail_server_out_of_reach_is_said_at_once(client, manager, sink):
    sink.stop()

    answer = client.post(address(), sent(client, act="test"))

    assert answer.status_code == 409
    assert "The mail server cannot be reached" in answer.text
    assert answer.context["form"]["source"].value() == GOOD


def test_what_the_server_says_no_to_is_told_in_its_words(client, manager, sink):
    sink.answer(manager.email, "550 5.1.1 No such user")

    answer = client.post(address(), sent(client, act="test"))

    assert "The mail server did not accept the test: 550 5.1.1 No such user" in answer.text


@pytest.mark.parametrize("key", ["", "x", "<script>"])
def test_a_test_without_its_number_is_sent_at_most_once(client, manager, sink, key):
    for _ in range(2):
        client.post(address(), sent(client, act="test") | {"request_key": key})

    assert len(sink.to(manager.email)) <= 1


def test_what_is_no_letter_is_not_sent(client, manager, sink):
    answer = client.post(address(), sent(client, GOOD.replace("{time}", "{vist_time}"), act="test"))

    assert "{vist_time} is not a field. Is {time} meant? No test was sent." in answer.text
    assert sink.to(manager.email) == []
