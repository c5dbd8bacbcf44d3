"""Phrases in the notes of a chart, typed as a hand types them."""

import pytest
from playwright.sync_api import expect

from sessions import phrases
from sessions.models import Note
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SLEEP = "Sleeps {hours} hours, wakes {times} times."
SPANISH = "Duerme {horas} horas; despertó así:\n睡眠 {质量}, ¿mejor? 😀"


@pytest.fixture
def chart(sign_in):
    """The chart of a session in progress, its phrases fetched, the cursor in the note of the history."""
    plan = making.begun("li4")
    for key, text in (("sleep", SLEEP), ("sleep-es", SPANISH), ("home", "Walk after lunch.")):
        phrases.add(key=key, text=text, by=making.by(plan))
    page = sign_in(making.by(plan))
    page.goto(f"/sessions/{plan.appointment_id}/chart/")
    with page.expect_response("**/phrases.json"):
        history(page).focus()
    yield page
    at_rest(page)


def history(page):
    return page.get_by_label("Since last time")


def at_rest(page):
    """Nothing typed is still on its way when the tables are emptied."""
    expect(page.locator("#saved")).to_contain_text("Saved")


def selected(page):
    return history(page).evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)")


def offered(page):
    return page.get_by_role("listbox", name="Phrases").get_by_role("option")


def test_a_key_and_a_space_become_the_sentence_and_its_fields_are_walked_through(chart):
    keyboard = chart.keyboard

    keyboard.type("Better. .sleep ")
    expect(history(chart)).to_have_value(f"Better. {SLEEP}")
    assert selected(chart) == "{hours}"
    keyboard.press("Tab")
    assert selected(chart) == "{times}"
    keyboard.press("Shift+Tab")
    assert selected(chart) == "{hours}"
    keyboard.type("7")
    keyboard.press("Tab")
    keyboard.type("2")
    keyboard.press("Tab")
    keyboard.type(" Rested.")

    expect(history(chart)).to_have_value("Better. Sleeps 7 hours, wakes 2 times. Rested.")
    expect(history(chart)).to_be_focused()
    keyboard.press("Tab")
    expect(history(chart)).not_to_be_focused()


def test_the_autosave_has_the_sentence(chart):
    chart.keyboard.type(".home ")
    expect(history(chart)).to_have_value("Walk after lunch.")

    expect(chart.locator("#saved")).to_contain_text("Saved")
    with chart.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        chart.keyboard.type(" Twice.")
    expect(chart.locator("#saved")).to_contain_text("Saved")
    assert "Walk after lunch." in Note.objects.get().history


def test_one_undo_gives_the_key_back(chart):
    chart.keyboard.type("Well. .home ")
    expect(history(chart)).to_have_value("Well. Walk after lunch.")

    chart.keyboard.press("Control+z")

    expect(history(chart)).to_have_value("Well. .home ")


def test_lines_and_letters_of_any_script_come_as_they_were_written(chart):
    chart.keyboard.type(".sleep-es")
    expect(offered(chart)).to_have_count(1)  # the page has read its phrases
    chart.keyboard.press("Tab")

    expect(history(chart)).to_have_value(SPANISH)
    chart.keyboard.type("ocho")
    chart.keyboard.press("Tab")
    assert selected(chart) == "{质量}"
    chart.keyboard.insert_text("很好")
    expect(history(chart)).to_have_value("Duerme ocho horas; despertó así:\n睡眠 很好, ¿mejor? 😀")


def test_escape_leaves_the_fields_and_a_tap_selects_one_again(chart):
    chart.keyboard.type(".sleep ")
    expect(history(chart)).to_have_value(SLEEP)
    chart.keyboard.press("Escape")
    chart.keyboard.press("Tab")

    expect(history(chart)).not_to_be_focused()


def test_the_list_shows_what_a_key_could_become_and_takes_it_by_arrow_or_by_tap(chart):
    options = offered(chart)

    chart.keyboard.type(".s")
    expect(options).to_have_count(2)
    chart.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chart.keyboard.press("Enter")
    expect(history(chart)).to_have_value(SLEEP)
    chart.keyboard.press("Escape")
    chart.keyboard.press("Control+End")
    chart.keyboard.type(" .ho")
    options.first.click()

    expect(history(chart)).to_have_value(f"{SLEEP} Walk after lunch.")
    expect(options).to_have_count(0)


def test_a_line_of_one_row_takes_a_sentence_by_enter_and_is_not_sent(chart):
    pulse = chart.get_by_label("Pulse")
    pulse.focus()

    chart.keyboard.type(".sleep-es")
    expect(offered(chart)).to_have_count(1)
    chart.keyboard.press("Enter")

    expect(pulse).to_have_value(SPANISH.replace("\n", " "))
    expect(pulse).to_be_focused()


def test_what_is_no_key_stays_as_it_is(chart):
    chart.keyboard.type("Took .5 mg at 10.30 h. .unknown and e.g .sleeping ...sleep x.sleep ")

    expect(history(chart)).to_have_value("Took .5 mg at 10.30 h. .unknown and e.g .sleeping ...sleep x.sleep ")
    expect(chart.get_by_role("listbox", name="Phrases")).to_have_count(0)


def test_without_an_answer_a_key_stays_what_was_typed(sign_in):
    plan = making.begun("li4")
    phrases.add(key="home", text="Walk.", by=making.by(plan))
    page = sign_in(making.by(plan))
    page.route("**/phrases.json", lambda route: route.abort())
    page.goto(f"/sessions/{plan.appointment_id}/chart/")

    history(page).focus()
    page.keyboard.type("A .home b")

    expect(history(page)).to_have_value("A .home b")
    at_rest(page)
