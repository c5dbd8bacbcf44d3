import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.wording import JOINERS, UnknownField, Wording

SOURCE = """Subject: Visit of {name}

Hello {name},

> {day}
> at <our> place

[Yes & go]({url})
[No]({url})

See {url} or not.
"""
FIELDS = {"name", "day", "url"}
VALUES = {"name": "Ana", "day": "Tuesday", "url": "http://x/?a=1&b=2"}


def test_text_and_html_come_from_one_source():
    words = Wording(SOURCE, fields=FIELDS).fill(VALUES)

    assert words.subject == "Visit of Ana"
    assert words.text == (
        "Hello Ana,\n\nTuesday\nat <our> place\n\nYes & go: http://x/?a=1&b=2\nNo: http://x/?a=1&b=2\n\n"
        "See http://x/?a=1&b=2 or not.\n"
    )
    assert '<p class="when"><b>Tuesday</b><br>at &lt;our&gt; place</p>' in words.html
    assert '<a class="button" href="http://x/?a=1&amp;b=2">Yes &amp; go</a>' in words.html
    assert '<a class="link" href="http://x/?a=1&amp;b=2">No</a>' in words.html


def test_a_name_is_never_read_as_markup():
    words = Wording(SOURCE, fields=FIELDS).fill(VALUES | {"name": '<img src=x onerror="a">{url}[a]({url})'})

    assert "<img" not in words.html
    assert 'Hello <img src=x onerror="a">{url}[a]({url}),' in words.text


@given(name=st.text(max_size=300))
def test_no_name_breaks_out_of_the_subject(name):
    subject = Wording(SOURCE, fields=FIELDS).fill(VALUES | {"name": name}).subject

    assert subject.startswith("Visit of")
    assert "".join(char for char in subject if char not in JOINERS).isprintable()
    assert len(subject) <= 200


def test_a_field_that_does_not_exist_is_named():
    with pytest.raises(UnknownField, match=r"\{vist_time\} is not a field"):
        Wording("Subject: x\n\nAt {vist_time}.", fields=FIELDS)


def test_a_letter_needs_a_subject():
    with pytest.raises(ValueError, match="first line"):
        Wording("Hello {name}", fields=FIELDS)
