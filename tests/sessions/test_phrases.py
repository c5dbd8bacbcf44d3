"""A person's phrases: kept, changed, removed and put back; on their page and as the notes fetch them."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.urls import reverse

from clinic.errors import ClinicError
from sessions import phrases
from sessions.models import Phrase
from tests.factories import UserFactory
from tests.sessions.pages import HTMX, words
from tests.sessions.races import elsewhere, wait_for_a_lock

pytestmark = pytest.mark.django_db
SENTENCE = "Sleeps {hours} hours."


@pytest.fixture
def kim():
    return UserFactory(role="Practitioner", first_name="Kim")


@pytest.fixture
def page(client, kim):
    client.force_login(kim)
    return client


def add(kim, key="sleep", text=SENTENCE):
    return phrases.add(key=key, text=text, by=kim)


def address(name, *args):
    return reverse(f"sessions:{name}", args=args)


# Verbs


def test_a_phrase_is_kept_as_it_is_typed_after_the_dot(kim):
    phrase = add(kim, " .Sleep-Bad ", "Duerme mal.\r\n睡不好 {nights} 😀 ")

    assert (phrase.key, phrase.text) == ("sleep-bad", "Duerme mal.\n睡不好 {nights} 😀")
    assert str(phrase) == ".sleep-bad"


@pytest.mark.parametrize("key", ["", "   ", "...", "9lives", "two words", "schlaf!", "失眠", "sl\u202eeep", "x" * 21])
def test_a_key_that_cannot_be_typed_is_told_at_its_field(kim, key):
    with pytest.raises(ClinicError) as refusal:
        add(kim, key)

    assert refusal.value.field == "key"
    assert not Phrase.objects.exists()


@pytest.mark.parametrize("text", ["", " \n ", "x" * 2001, "nul \x00 byte"])
def test_a_sentence_that_says_nothing_or_too_much_is_told_at_its_field(kim, text):
    with pytest.raises(ClinicError) as refusal:
        add(kim, text=text)

    assert refusal.value.field == "text"


def test_a_key_is_taken_for_its_owner_only(kim):
    add(kim)

    with pytest.raises(ClinicError, match="with this key already") as refusal:
        add(kim, ".SLEEP")
    assert refusal.value.field == "key"
    assert add(UserFactory()).key == "sleep"


def test_a_phrase_is_changed_to_itself_but_not_to_another_ones_key(kim):
    phrase, _ = add(kim), add(kim, "pain")

    assert phrases.change(phrase=phrase, key="sleep", text="New.", by=kim).text == "New."
    with pytest.raises(ClinicError, match="with this key already"):
        phrases.change(phrase=phrase, key="pain", text="New.", by=kim)


def test_nobody_elses_phrase_is_changed_or_removed(kim):
    phrase, roy = add(kim), UserFactory()

    with pytest.raises(ClinicError, match="no longer there"):
        phrases.change(phrase=phrase, key="mine", text="Mine.", by=roy)
    with pytest.raises(ClinicError, match="no longer there"):
        phrases.remove(phrase=phrase, by=roy)
    assert Phrase.objects.get().text == SENTENCE


def test_what_was_removed_comes_back_once(kim):
    phrase = add(kim)
    pk = phrase.pk
    phrases.remove(phrase=phrase, by=kim)

    back = phrases.put_back(pk=pk, by=kim)

    assert (back.pk, back.key, back.text) == (pk, "sleep", SENTENCE)
    with pytest.raises(ClinicError, match="back already"):
        phrases.put_back(pk=pk, by=kim)


def test_what_was_removed_stays_away_when_its_key_is_used_anew(kim):
    phrase = add(kim)
    pk = phrase.pk
    phrases.remove(phrase=phrase, by=kim)
    add(kim, text="Another.")

    with pytest.raises(ClinicError, match="with this key already"):
        phrases.put_back(pk=pk, by=kim)


def test_every_change_is_on_record_with_who_made_it(kim):
    phrase = add(kim)
    phrases.change(phrase=phrase, key="sleep", text="New.", by=kim)
    phrases.remove(phrase=phrase, by=kim)

    events = apps.get_model("clinic_sessions", "PhraseEvent").objects.select_related("pgh_context").order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "update", "delete"]
    assert {event.pgh_context.metadata["user"] for event in events} == {kim.pk}


def test_the_most_there_can_be_is_told(kim):
    Phrase.objects.bulk_create(Phrase(owner=kim, key=f"k{n}", text="x") for n in range(phrases.MOST))

    with pytest.raises(ClinicError, match="the most there can be"):
        add(kim)


def test_examples_leave_the_keys_that_are_in_use_alone(kim):
    add(kim)

    made = phrases.add_starters(by=kim)

    assert [phrase.key for phrase in made] == ["pain", "home"]
    assert Phrase.objects.get(key="sleep").text == SENTENCE
    assert phrases.add_starters(by=kim) == []


def test_the_database_refuses_a_key_that_cannot_be_typed(kim):
    with pytest.raises(IntegrityError, match="phrase_key_can_be_typed"), transaction.atomic():
        Phrase.objects.create(owner=kim, key="Two words", text="x")


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_that_take_one_key_at_once_one_is_told(kim):
    thread = elsewhere(lambda: add(kim, text="Second."))

    with transaction.atomic():
        add(kim, text="First.")
        thread.start()
        wait_for_a_lock()
    thread.join()

    assert str(thread.error) == phrases.TAKEN
    assert Phrase.objects.get().text == "First."


# The page


def test_an_empty_page_offers_examples_and_takes_them(page):
    assert "Add these examples" in words(page.get(address("phrases")))

    answer = page.post(address("add_starters"), headers=HTMX)

    assert ".sleep" in words(answer)
    assert "Add these examples" not in words(answer)
    assert Phrase.objects.count() == len(phrases.STARTERS)


def test_a_phrase_is_added_changed_and_removed_on_the_page(page, kim):
    assert page.post(address("add_phrase"), {"key": "sleep", "text": SENTENCE}).status_code == 302
    pk = Phrase.objects.get().pk

    form = page.get(address("phrases"), {"edit": pk}, headers=HTMX)
    changed = page.post(address("change_phrase", pk), {"key": "sleep", "text": "New."}, headers=HTMX)
    removed = page.post(address("remove_phrase", pk), headers=HTMX)
    again = page.post(address("remove_phrase", pk), headers=HTMX)

    assert f'action="{address("change_phrase", pk)}"' in form.content.decode()
    assert "<html" not in form.content.decode()
    assert "New." in words(changed)
    assert address("put_phrase_back", pk) in removed["HX-Trigger-After-Settle"]
    assert again.status_code == 404
    assert page.post(address("put_phrase_back", pk)).status_code == 302
    assert page.post(address("put_phrase_back", pk)).status_code == 409
    assert Phrase.objects.get(owner=kim).text == "New."


@pytest.mark.parametrize(
    "typed", [{"key": ""}, {"key": "two words"}, {"key": "pain"}, {"text": ""}, {"text": "x" * 100_000}]
)
def test_mistakes_are_told_where_they_were_typed_and_nothing_typed_is_lost(page, kim, typed):
    add(kim, "pain", "Pain.")
    phrase = add(kim)
    sent = {"key": "rest", "text": "Rests {n} hours."} | typed

    added = page.post(address("add_phrase"), sent, headers=HTMX)
    changed = page.post(address("change_phrase", phrase.pk), sent, headers=HTMX)

    for answer in (added, changed):
        assert answer.status_code == 422
        assert answer.content.decode().count('aria-invalid="true"') == 1
        assert ("Rests {n} hours." in words(answer)) == ("text" not in typed)
    assert Phrase.objects.count() == 2


def test_a_phrase_is_shown_as_text(page, kim):
    add(kim, text="<script>alert(1)</script> {{ 7 }} \u202e")

    html = page.get(address("phrases")).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_what_is_not_there_or_not_ones_own_is_not_found(page):
    theirs = add(UserFactory()).pk

    for pk in (theirs, 999_999, 10**30):
        assert page.get(address("phrases"), {"edit": pk}).status_code == 404
        assert page.post(address("change_phrase", pk), {"key": "mine", "text": "Mine."}).status_code == 404
        assert page.post(address("remove_phrase", pk)).status_code == 404
        assert page.post(address("put_phrase_back", pk)).status_code == 404
    assert page.get(address("phrases"), {"edit": "²"}).status_code == 200
    assert Phrase.objects.get().text == SENTENCE


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_for_three(page, kim, rows, django_assert_num_queries):
    for number in range(rows):
        add(kim, f"k{number}")
    page.get(address("phrases"))

    with django_assert_num_queries(5):  # session, user, two of permissions, phrases
        page.get(address("phrases"))


def test_the_notes_fetch_ones_own_phrases_and_no_cache_keeps_them(page, kim):
    add(kim)
    add(UserFactory(), "theirs")

    answer = page.get(address("phrases_json"))

    assert answer.json() == {"phrases": [{"key": "sleep", "text": SENTENCE}]}
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_phrases_are_closed_to_who_does_not_treat_and_to_strangers(client, role):
    assert client.get(address("phrases_json")).status_code == 302
    client.force_login(UserFactory(role=role))

    assert client.get(address("phrases")).status_code == 403
    assert client.get(address("phrases_json")).status_code == 403
    assert client.post(address("add_phrase"), {"key": "sleep", "text": "x"}).status_code == 403
