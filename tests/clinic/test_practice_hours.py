"""Settings, hours: everybody's week, one practitioner's rows, and what they say no to."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import Location, WorkingHours
from clinic.practice import shifts as pure
from clinic.practice import timetabling
from clinic.practice.errors import HoursOverlap
from clinic.practice.shifts import Shift
from clinic.practice.writing import digest
from clinic.weeks import days_of, monday_of, week_of
from tests.factories import AppointmentFactory, LocationFactory, PractitionerFactory, UserFactory

LIST = "/settings/hours/"
HTMX = {"HX-Request": "true"}
TODAY = date(2030, 5, 15)  # a Wednesday of a week B
HOSTILE = "<script>alert(1)</script> \u202eevil\u200f 😀"


@pytest.fixture(autouse=True)
def _on_a_wednesday():
    with time_machine.travel("2030-05-15 15:00:00Z"):
        yield


@pytest.fixture
def manager(client, db):
    user = UserFactory(role="Manager")
    client.force_login(user)
    return user


@pytest.fixture
def riverside(db):
    return LocationFactory()


@pytest.fixture
def kim(riverside):
    """Kim works on Mondays from 9 to 12."""
    kim = PractitionerFactory(name="Kim", hours=False)
    works(kim, riverside, 0, 9, 12)
    return kim


def works(practitioner, location, weekday, starts, ends, first=date(2030, 1, 1), last=None, weeks=0):
    return WorkingHours.objects.create(
        practitioner=practitioner,
        location=location,
        weekday=weekday,
        weeks=weeks,
        starts=time(starts),
        ends=time(ends),
        valid_from=first,
        valid_until=last,
    )


def row(location, weekday=0, starts="09:00", ends="12:00", weeks=0, first="2030-01-01", last=""):
    return {
        "location": location.pk,
        "weekday": weekday,
        "weeks": weeks,
        "starts": starts,
        "ends": ends,
        "valid_from": first,
        "valid_until": last,
    }


def sent(*rows, **more):
    fields = {f"row-{n}-{name}": value for n, row in enumerate(rows) for name, value in row.items()}
    return fields | more


def address(practitioner, page=""):
    return f"{LIST}{practitioner.pk}/{page}"


def seen(page):
    return re.search(r'name="seen" value="(\w*)"', page.content.decode())[1]


def text(page):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def save(client, practitioner, *rows, page="", **more):
    url = address(practitioner, page)
    return client.post(url, sent(*rows, seen=seen(client.get(url)), **more))


def held(practitioner):
    """(weekday, from, to, first day, last day) of all rows."""
    return [
        (r.weekday, f"{r.starts:%H:%M}", f"{r.ends:%H:%M}", r.valid_from, r.valid_until)
        for r in practitioner.hours.order_by("valid_from", "weekday", "starts")
    ]


MONDAYS = (0, "09:00", "12:00", date(2030, 1, 1), None)


# Who may


def test_every_page_asks_for_a_login(client, kim):
    for url in (LIST, address(kim), address(kim, "from/"), address(kim, "end/")):
        assert "/accounts/login/" in client.get(url).headers["Location"]


@pytest.mark.parametrize("role", ["Front desk", "Practitioner", None])
def test_hours_are_the_managers(client, kim, riverside, role):
    client.force_login(UserFactory(role=role))

    answers = [client.get(url) for url in (LIST, address(kim))]
    answers += [client.post(address(kim, page), sent(row(riverside, 1))) for page in ("", "from/", "end/")]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert held(kim) == [MONDAYS]


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 18, "9" * 30])
def test_an_unknown_practitioner_is_not_found(client, manager, pk):
    for page in ("", "from/", "end/"):
        assert client.get(f"{LIST}{pk}/{page}").status_code == 404
        assert client.post(f"{LIST}{pk}/{page}", {"act": "add"}).status_code == 404


# Everybody's week


def test_the_overview_shows_who_works_when(client, manager, kim):
    page = client.get(LIST)

    assert "13 May to 19 May 2030 is a week B ." in text(page)
    assert "Kim 09:00–12:00" in text(page)


def test_the_overview_of_another_week_shows_what_holds_then(client, manager, kim, riverside):
    works(kim, riverside, 1, 14, 18, weeks=1)

    this, following = client.get(LIST), client.get(f"{LIST}?day=2030-05-20")

    assert "14:00–18:00" not in text(this)
    assert "14:00–18:00" in text(following)


@pytest.mark.parametrize("day", ["", "x", "9999-12-31", "0001-01-01", "2030-02-30", HOSTILE])
def test_a_day_that_no_clinic_means_shows_this_week(client, manager, kim, day):
    assert "13 May to 19 May 2030" in text(client.get(LIST, {"day": day}))


def test_the_overview_costs_the_same_for_one_and_for_three(client, manager, kim):
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    PractitionerFactory.create_batch(2)

    with CaptureQueriesContext(connection) as three:
        client.get(LIST)

    assert len(three) == len(one)


def test_the_editor_costs_the_same_for_one_row_and_for_three(client, manager, kim, riverside):
    with CaptureQueriesContext(connection) as one:
        client.get(address(kim))
    works(kim, riverside, 1, 9, 12)
    works(kim, LocationFactory(name="Hillside"), 2, 9, 12)

    with CaptureQueriesContext(connection) as three:
        client.get(address(kim))

    assert len(three) == len(one)


def test_an_empty_clinic_says_what_comes_first(client, manager):
    assert "add a practitioner in Staff" in text(client.get(LIST))


# As they stand


def test_the_page_says_which_week_this_is(client, manager, kim):
    assert "This week, 13 May onwards, is week B ; next week is week A" in text(client.get(address(kim)))


def test_rows_are_saved_as_they_are_typed(client, manager, kim, riverside):
    answer = save(client, kim, row(riverside), row(riverside, 1, "8", "1:30 PM", weeks=2, last="2030-12-31"))

    assert answer.status_code == 302
    assert held(kim) == [MONDAYS, (1, "08:00", "13:30", date(2030, 1, 1), date(2030, 12, 31))]
    assert kim.hours.get(weekday=1).weeks == 2


def test_rows_that_stay_as_they_are_are_not_written_again(client, manager, kim, riverside):
    before = kim.hours.get()

    save(client, kim, row(riverside), row(riverside, 1))

    assert kim.hours.filter(pk=before.pk).exists()


def test_a_row_taken_away_is_gone_and_its_history_says_who(client, manager, kim):
    save(client, kim)

    assert held(kim) == []
    event = WorkingHours.workinghours_history.rel.related_model.objects.order_by("pgh_id").last()
    assert event.pgh_label == "delete"
    assert event.pgh_context.metadata["user"] == manager.pk


def test_hours_that_are_over_are_shown_and_stay(client, manager, kim, riverside):
    works(kim, riverside, 3, 9, 12, first=date(2020, 1, 1), last=date(2020, 12, 31))

    page = client.get(address(kim))
    save(client, kim, row(riverside))

    assert "Thursday 09:00 to 12:00 at Riverside, every week, from 1 Jan 2020 until 31 Dec 2020" in text(page)
    assert len(held(kim)) == 2


def test_both_weeks_are_drawn_when_they_differ(client, manager, kim, riverside):
    alike = client.get(address(kim))
    works(kim, riverside, 1, 14, 18, weeks=1)

    differing = client.get(address(kim))

    assert "Every week Mon 13" in text(alike)
    assert "Week B, 13 May" in text(differing)
    assert "Week A, 20 May" in text(differing)


def test_the_second_press_of_save_changes_nothing(client, manager, kim, riverside):
    wish = sent(row(riverside), row(riverside, 1), seen=seen(client.get(address(kim))))
    client.post(address(kim), wish)

    again = client.post(address(kim), wish)

    assert again.status_code == 409
    assert len(held(kim)) == 2


def test_visits_that_lie_outside_afterwards_are_counted_and_stay(client, manager, kim, riverside):
    visit = AppointmentFactory(practitioner=kim, start=datetime(2030, 5, 20, 13, tzinfo=UTC))

    answer = save(client, kim, row(riverside, 1))

    assert "1 coming visit no longer fits" in text(client.get(answer.headers["Location"]))
    visit.refresh_from_db()
    assert visit.status == "booked"


# From a day on


def test_new_hours_end_the_old_ones_the_day_before(client, manager, kim, riverside):
    answer = save(client, kim, row(riverside, 1), page="from/", since="2030-06-03")

    assert answer.status_code == 302
    assert held(kim) == [
        (0, "09:00", "12:00", date(2030, 1, 1), date(2030, 6, 2)),
        (1, "09:00", "12:00", date(2030, 6, 3), None),
    ]


def test_new_hours_take_the_place_of_those_planned_for_later(client, manager, kim, riverside):
    works(kim, riverside, 4, 9, 12, first=date(2030, 9, 2))

    save(client, kim, row(riverside, 1), page="from/", since="2030-06-03")

    assert [weekday for weekday, *_ in held(kim)] == [0, 1]


def test_hours_that_go_on_as_they_were_are_not_cut(client, manager, kim, riverside):
    save(client, kim, row(riverside), row(riverside, 1), page="from/", since="2030-06-03")

    assert held(kim) == [MONDAYS, (1, "09:00", "12:00", date(2030, 6, 3), None)]


def test_the_page_proposes_next_monday_and_the_hours_of_then(client, manager, kim):
    html = client.get(address(kim, "from/")).content.decode()

    assert 'value="2030-05-20"' in html
    assert 'value="09:00"' in html


def test_no_hours_at_all_are_ended_and_not_renewed(client, manager, kim):
    page = save(client, kim, page="from/", since="2030-06-03")

    assert "end the hours instead" in text(page)
    assert held(kim) == [MONDAYS]


@pytest.mark.parametrize("since", ["", "x", "9999-12-31", "1999-12-31", "2030-02-30"])
def test_the_day_is_one_that_a_clinic_can_mean(client, manager, kim, riverside, since):
    page = save(client, kim, row(riverside, 1), page="from/", since=since)

    assert re.search("Write a day such as|Choose a day from 2000 to 2034", text(page))
    assert held(kim) == [MONDAYS]


# The end


def test_ended_hours_have_a_last_day_and_none_begin_later(client, manager, kim, riverside):
    works(kim, riverside, 4, 9, 12, first=date(2030, 9, 2))
    mark = seen(client.get(address(kim)))

    answer = client.post(address(kim, "end/"), {"last_day": "2030-06-28", "seen": mark})

    assert answer.status_code == 302
    assert held(kim) == [(0, "09:00", "12:00", date(2030, 1, 1), date(2030, 6, 28))]


@pytest.mark.parametrize("day", ["", "x", "9999-12-31"])
def test_an_end_that_is_no_day_ends_nothing(client, manager, kim, day):
    client.post(address(kim, "end/"), {"last_day": day, "seen": seen(client.get(address(kim)))})

    assert held(kim) == [MONDAYS]


def test_an_end_over_hours_nobody_saw_is_refused(client, manager, kim, riverside):
    mark = seen(client.get(address(kim)))
    works(kim, riverside, 1, 9, 12)

    answer = client.post(address(kim, "end/"), {"last_day": "2030-06-28", "seen": mark})

    assert answer.status_code == 409
    assert "Nothing has ended." in text(answer)
    assert MONDAYS in held(kim)


# Two at once


def test_the_second_of_two_managers_sees_both_and_loses_nothing(client, manager, kim, riverside):
    mark = seen(client.get(address(kim)))
    save(client, kim, row(riverside, 0, "10:00"))

    answer = client.post(address(kim), sent(row(riverside, 0, "08:00"), seen=mark))

    assert answer.status_code == 409
    assert "Somebody else saved this while you were editing it." in text(answer)
    assert "10:00 to 12:00 at Riverside" in text(answer)
    assert "08:00 to 12:00 at Riverside" in text(answer)
    assert 'value="08:00"' in answer.content.decode()
    assert [starts for _, starts, *_ in held(kim)] == ["10:00"]


def test_whoever_saves_again_has_seen_both(client, manager, kim, riverside):
    mark = seen(client.get(address(kim)))
    save(client, kim, row(riverside, 0, "10:00"))
    refused = client.post(address(kim), sent(row(riverside, 0, "08:00"), seen=mark))

    answer = client.post(address(kim), sent(row(riverside, 0, "08:00"), seen=seen(refused)))

    assert answer.status_code == 302
    assert [starts for _, starts, *_ in held(kim)] == ["08:00"]


def test_new_hours_over_a_change_nobody_saw_are_refused(client, manager, kim, riverside):
    mark = seen(client.get(address(kim, "from/")))
    works(kim, riverside, 4, 9, 12)

    answer = client.post(address(kim, "from/"), sent(row(riverside, 1), seen=mark, since="2030-06-03"))

    assert answer.status_code == 409
    assert len(held(kim)) == 2


# What they say no to


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"starts": "12:00", "ends": "09:00"}, "Row 1: These hours end before they begin, at 12:00."),
        ({"starts": "12:00"}, "Row 1: These hours end before they begin"),
        ({"starts": "09:03"}, "Row 1: Hours begin and end on full five minutes"),
        ({"starts": "25:00"}, "Row 1: Write a time of day such as 09:00."),
        ({"ends": ""}, "Row 1: Write a time of day such as 09:00."),
        ({"ends": "x" * 100_000}, "Row 1: Write a time of day such as 09:00."),
        ({"first": "2030-06-02", "last": "2030-06-01"}, "Row 1: The last day is before the first."),
        ({"first": ""}, "Row 1: Write a day such as 2030-05-13."),
        ({"first": "9999-01-01"}, "Row 1: Choose a day from 2000 to 2034."),
        ({"last": "9999-12-31"}, "Row 1: Choose a day from 2000 to 2034."),
        ({"weekday": 7}, "Row 1: Choose from the list."),
        ({"weekday": "x"}, "Row 1: Choose from the list."),
        ({"weeks": 3}, "Row 1: Choose from the list."),
        ({"weeks": HOSTILE}, "Row 1: Choose from the list."),
    ],
)
def test_a_wrong_row_says_so_and_keeps_what_was_typed(client, manager, kim, riverside, changes, sentence):
    page = save(client, kim, row(riverside, **({"weekday": 2} | changes)))

    assert page.status_code == 200
    assert sentence in text(page)
    assert "<script>alert" not in page.content.decode()
    assert held(kim) == [MONDAYS]


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "x", ""])
def test_an_unknown_location_is_refused(client, manager, kim, riverside, pk):
    page = save(client, kim, row(riverside) | {"location": pk})

    assert "Row 1: Choose from the list." in text(page)
    assert held(kim) == [MONDAYS]


def test_a_closed_location_takes_no_new_hours_and_keeps_the_old_ones(client, manager, kim, riverside):
    closed = LocationFactory(name="Hillside")
    Location.objects.update(active=False)

    assert "Row 1: Choose from the list." in text(save(client, kim, row(closed)))
    assert save(client, kim, row(riverside, 1)).status_code == 302


def test_overlapping_rows_are_both_named_even_at_two_locations(client, manager, kim, riverside):
    hillside = LocationFactory(name="Hillside")

    page = save(client, kim, row(riverside), row(hillside, 0, "11:00", "14:00"))

    assert "Row 2: This overlaps row 1, Monday 09:00 to 12:00 at Riverside, every week." in text(page)
    assert held(kim) == [MONDAYS]


def test_weeks_a_and_b_do_not_overlap(client, manager, kim, riverside):
    assert save(client, kim, row(riverside, weeks=1), row(riverside, weeks=2)).status_code == 302


def test_hours_that_overlap_what_is_over_are_refused_with_both_named(client, manager, kim, riverside):
    works(kim, riverside, 3, 9, 12, first=date(2020, 1, 1), last=date(2030, 3, 31))

    answer = save(client, kim, row(riverside), row(riverside, 3, "10:00", "14:00"))

    assert answer.status_code == 409
    assert "Row 2: This overlaps Thursday 09:00 to 12:00 at Riverside, every week, from 1 Jan 2020" in text(answer)
    assert held(kim)[1:] == [MONDAYS]


def test_the_constraint_speaks_the_same_when_a_verb_is_called_without_a_form(manager, kim, riverside):
    twice = [Shift(1, time(9), time(12), riverside.pk, 0, TODAY), Shift(1, time(11), time(13), riverside.pk, 0, TODAY)]
    mark = digest(timetabling.told(timetabling.shifts_of(kim)))

    with pytest.raises(HoursOverlap, match="overlaps row 1, Tuesday 09:00 to 12:00"):
        timetabling.rewrite(practitioner=kim, seen=mark, shifts=twice, today=TODAY, by=manager)

    assert held(kim) == [MONDAYS]


def test_a_practitioner_has_at_most_a_hundred_rows(client, manager, kim, riverside):
    page = save(client, kim, *[row(riverside, 2)] * 101)

    assert "One practitioner has at most 100 rows of hours. This is 101." in text(page)
    assert held(kim) == [MONDAYS]


def test_more_than_a_form_can_hold_is_refused(client, manager, kim, riverside):
    assert client.post(address(kim), sent(*[row(riverside, 2)] * 200)).status_code == 413


def test_a_hostile_location_is_only_text(client, manager, kim):
    Location.objects.update(name=HOSTILE)
    LocationFactory(name="Hillside")

    for url in (LIST, address(kim), address(kim, "from/")):
        assert "<script>alert" not in client.get(url).content.decode()


# Rows without script


def values(page, name):
    html = page.content.decode()
    return [unescape(v) for v in re.findall(rf'name="row-\d+-{name}" value="([^"]*)"', html)]


def weekdays(page):
    return re.findall(r'-weekday".*?<option value="(\d)" selected', page.content.decode(), re.S)


def test_a_new_row_is_like_the_last_one_a_day_later(client, manager, kim, riverside):
    page = client.post(address(kim), sent(row(riverside, 0, "07:00", "11:00"), act="add"))

    assert values(page, "starts") == ["07:00", "07:00"]
    assert weekdays(page) == ["0", "1"]
    assert held(kim) == [MONDAYS]


def test_a_row_can_be_taken_away_before_anything_is_saved(client, manager, kim, riverside):
    page = client.post(address(kim), sent(row(riverside, 0, "07:00"), row(riverside, 1, "08:00"), act="remove-0"))

    assert values(page, "starts") == ["08:00"]
    assert held(kim) == [MONDAYS]


def test_a_day_is_copied_to_others(client, manager, kim, riverside):
    rows = [row(riverside, 0, "07:00"), row(riverside, 0, "13:00", "17:00"), row(riverside, 2, "10:00")]

    page = client.post(address(kim), sent(*rows, act="copy", copied="0", onto=["1", "2"]))

    assert weekdays(page) == ["0", "0", "1", "1", "2", "2"]
    assert values(page, "starts") == ["07:00", "13:00"] * 3


def test_a_colleagues_hours_are_put_in_place_of_the_rows(client, manager, kim, riverside):
    dana = PractitionerFactory(name="Dana", hours=False)
    works(dana, riverside, 2, 14, 18)
    works(dana, riverside, 3, 14, 18, last=date(2030, 3, 1))

    page = client.post(address(kim, "from/"), sent(row(riverside), act="like", like=dana.pk, since="2030-06-03"))

    assert weekdays(page) == ["2"]
    assert values(page, "starts") == ["14:00"]
    assert held(kim) == [MONDAYS]


@pytest.mark.parametrize("like", ["", "0", "999999", "x"])
def test_a_colleague_who_is_not_there_changes_nothing(client, manager, kim, riverside, like):
    page = client.post(address(kim), sent(row(riverside, 0, "07:00"), act="like", like=like))

    assert values(page, "starts") == ["07:00"]


def test_the_drawing_alone_answers_htmx_while_somebody_types(client, manager, kim, riverside):
    rows = sent(row(riverside, 0, "07:00"), row(riverside, 1, "", ""), act="draw")

    html = client.post(address(kim), rows, headers=HTMX).content.decode()

    assert "07:00–12:00" in html
    assert "<input" not in html


def test_who_has_no_hours_yet_starts_from_one_row(client, manager, riverside):
    roy = PractitionerFactory(name="Roy", hours=False)

    page = client.get(address(roy))

    assert values(page, "starts") == ["09:00"]
    assert values(page, "valid_from") == ["2030-05-15"]


# Pure


def test_weeks_take_turns_across_the_years():
    assert [week_of(date(2026, 12, day)) for day in (21, 28)] == [1, 2]
    assert week_of(date(2027, 1, 4)) == 1


@given(st.dates(date(2000, 1, 1), date(2099, 12, 1)))
def test_a_week_is_one_week_from_monday_to_sunday(day):
    assert week_of(day) == week_of(monday_of(day))
    assert monday_of(day).weekday() == 0


shifts = st.builds(
    Shift,
    weekday=st.integers(0, 1),
    starts=st.sampled_from([time(8), time(9), time(10)]),
    ends=st.sampled_from([time(11), time(12)]),
    location=st.just(1),
    weeks=st.integers(0, 2),
    valid_from=st.dates(date(2030, 1, 1), date(2030, 3, 1)),
    valid_until=st.none() | st.dates(date(2030, 3, 2), date(2030, 5, 1)),
)


@given(st.lists(shifts, max_size=4), st.lists(shifts, max_size=4), st.dates(date(2030, 1, 1), date(2030, 4, 1)))
def test_new_hours_leave_the_past_and_hold_from_their_day(current, wanted, since):
    stands = pure.renewed(current, wanted, since)

    for day in days_of(monday_of(since)):
        works = {shift.pattern for shift in pure.on(stands, day)}
        expected = current if day < since else [replace(w, valid_from=since, valid_until=None) for w in wanted]
        assert works == {shift.pattern for shift in pure.on(expected, day)}
