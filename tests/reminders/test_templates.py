"""Letters: nothing that is typed, neither a name nor a source, makes of an e-mail what it must not be."""

import re
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.models import Language
from reminders import composing, letters, proofreading
from reminders.courier import as_letter
from reminders.examples import examples
from reminders.kinds import SPECS
from reminders.letter_views import languages
from reminders.letters import Letters, shipped
from reminders.models import Kind, Letter, Message, Rule
from reminders.wording import JOINERS, BadLetter, Wording
from tests.factories import AppointmentFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
SHIPPED = [(kind.value, language) for kind in Kind for language in languages(kind)]
GOOD = """Subject: Your visit on {day}

Hello {given_name},

> {whose}{day}, {time}
> {place}

[Confirm]({confirm_url})
"""


def problems(source, kind=Kind.REMINDER, language="en"):
    return proofreading.problems(kind, language, source)


def filled(kind, language, *, visits=1, source=None, **values):
    values = examples(language) | values
    return letters.read(kind, language, source or shipped(kind, language)).fill(values, [values] * visits)


# The letters that Deqi ships


@pytest.mark.parametrize(("kind", "language"), SHIPPED)
def test_every_shipped_letter_is_a_good_one(kind, language):
    assert problems(shipped(kind, language), kind, language) == []


@pytest.mark.parametrize("visits", [1, 3])
@pytest.mark.parametrize(("kind", "language"), SHIPPED)
def test_every_shipped_letter_leaves_nothing_unfilled(kind, language, visits):
    words = filled(kind, language, visits=visits)

    for text in (words.subject, words.text, words.html):
        assert not re.search(r"[{}]", text)
        assert "\n\n\n" not in words.text


@pytest.mark.parametrize(("kind", "language"), SHIPPED)
def test_a_letter_asks_for_no_choice_of_messages_with_its_only_button(kind, language):
    html = filled(kind, language, preferences_url="https://choose").html

    assert html.count('<a class="link" href="https://choose"') == ("preferences_url" in shipped(kind, language))
    assert 'class="button" href="https://choose"' not in html


@pytest.mark.parametrize("language", Language.values)
@pytest.mark.parametrize("kind", [Kind.BOOKED, Kind.MOVED, Kind.CANCELLED, Kind.REMINDER])
def test_each_of_three_visits_is_told_in_turn(kind, language):
    base = examples(language) | {"count": 3}
    visits = [base | {"day": f"day {number}", "whose": ""} for number in (1, 2, 3)]

    words = letters.read(kind, language, shipped(kind, language)).fill(base, visits)

    assert [words.text.count(f"day {number}, ") for number in (1, 2, 3)] == [1, 1, 1]
    assert words.text.count("Ana,") + words.text.count("Ana:") <= 2
    assert "3" in words.subject


@pytest.mark.parametrize("language", Language.values)
def test_a_form_that_is_not_missing_leaves_no_hole(language):
    words = filled(Kind.BEFORE, language, forms="")

    assert "\n\n\n" not in words.text
    assert not re.search(r"<p[^>]*>(<b[^>]*>)?\s*(</b>)?</p>", words.html)


@pytest.mark.parametrize(("kind", "language"), SHIPPED)
def test_mail_programs_show_nothing_of_health_beside_the_subject(kind, language):
    marked = dict.fromkeys(["service", "red_flags", "at_home", "forms"], "HEALTH")

    words = filled(kind, language, **marked)

    assert "HEALTH" not in words.subject
    assert "HEALTH" not in words.text[:90]


# What is typed into a letter


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (GOOD.replace("{time}", "{vist_time}"), "{vist_time} is not a field. Is {time} meant?"),
        (GOOD.replace("{time}", "{time} {zzz}"), "{zzz} is not a field."),
        (GOOD.replace("{time}", "{time} {}"), "{} is not a field."),
        (GOOD.replace("{time}", "{time} {each visit}"), "{each visit} is not a field."),
        (GOOD + "{{each visit}} x {{end of visit}}", "Write them without braces."),
        (GOOD.replace("{time}", "{time.real}"), "{time.real} is not a field."),
        (GOOD.replace("{time}", "{time!r}"), "Between the braces of a field stands its name alone"),
        (GOOD.replace("{time}", "{time:>900000000}"), "Between the braces of a field stands its name alone"),
        (GOOD.replace("{time}", "{time"), "A brace has no partner"),
        (GOOD.replace("{time}", "time}"), "A brace has no partner"),
        (GOOD.replace("Subject: ", ""), "The first line is the subject"),
        (GOOD.replace("Subject: Your visit on {day}", "Subject:  "), "The first line is the subject"),
        ("Subject: Your visit", "Below the subject stands the letter itself"),
        ("Subject: x\nSeveral: y\n\n", "Below the subjects stands the letter itself"),
        ("", "The first line is the subject"),
        (GOOD.replace(", {time}", ""), "This letter must say {time}."),
        ("Subject: {day} {time}\n\nHello.", "This letter must say {day} and {time}."),
        (GOOD.replace("on {day}", "for {service}", 1), "{service} must not stand in a subject"),
        (GOOD.replace("\n\n", "\nSeveral: For {service}\n\n", 1), "{service} must not stand in a subject"),
        (GOOD.replace("on {day}", "{confirm_url}", 1), "{confirm_url} must not stand in a subject"),
        (GOOD.replace("on {day}", "x" * 111, 1), "The subject has 122 letters; 120 are the most."),
        (GOOD.replace("{given_name},", "your {service},"), "{service} stands among the first 100 letters"),
        (GOOD.replace("Hello", f"{'Hello ' * 30}{{service}}"), "or in the first paragraph"),
        (GOOD.replace("({confirm_url})", "(http://example.com)"), "A link leads to “http://example.com”"),
        (GOOD.replace("({confirm_url})", "(https://ana@example.com/)"), "A link leads to “https://ana@example.com/”"),
        (GOOD.replace("({confirm_url})", "(https://example.com/?who={day})"), "bears no field"),
        (GOOD.replace("({confirm_url})", "(https://exa mple.com)"), "A link leads to “https://exa mple.com”"),
        (GOOD.replace("({confirm_url})", "(//example.com)"), "A link leads to “//example.com”"),
        (GOOD.replace("({confirm_url})", "(https://localhost)"), "A link leads to “https://localhost”"),
        (GOOD.replace("({confirm_url})", '(https://a.com/" onclick="x)'), "begins with https://"),
        (GOOD.replace("({confirm_url})", "({answer_url})"), "{answer_url} is not a field."),
        (GOOD.replace("({confirm_url})", "(javascript:alert(1))"), "A link leads to “javascript:alert(1”"),
        (GOOD.replace("({confirm_url})", "({place})"), "A link leads to “{place}”"),
        (GOOD.replace("({confirm_url})", "({{confirm_url}})"), "A link leads to “{{confirm_url}}”"),
        (GOOD.replace("on {day}", "on\rBcc: all@example.com", 1), "The subject holds a character that nobody can see"),
        (GOOD.replace("on {day}", "on\u202e", 1), "The subject holds a character that nobody can see"),
        (GOOD.replace("Hello", "Hello\x07"), "a character that nobody can see (U+0007)"),
        (GOOD.replace("Hello", "Hello\u2028"), "a character that nobody can see (U+2028)"),
        (GOOD + "x" * 20_000, "The letter is longer than 20 kB."),
        (GOOD + "😀" * 5_000, "The letter is longer than 20 kB."),
    ],
)
def test_what_is_no_letter_is_said_in_words(wrong, sentence):
    assert sentence in " ".join(problems(wrong))


# What a subject and the first words must not tell


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Acupuncture for fibromyalgia: {day}", ["Acupuncture", "fibromyalgia"]),
        ("Sesión de ACUPUNTURA, {day}", ["ACUPUNTURA"]),
        ("Su síntoma crónico", ["síntoma", "crónico"]),
        ("Neuro\u0301n y dolor", ["dolor"]),
        ("Your Tui-Na on {day}", ["tui na"]),
        ("Needling out", ["Needling"]),
        ("Spring Balance on {day}", ["Spring balance"]),
        ("Your visit on {day}", []),
        ("Painting, needless to say, for Dolores", []),
        ("Your first visit, 60 minutes", []),
        ("Springbalance, balance in spring", []),
        ("", []),
    ],
)
def test_a_subject_tells_nobody_what_the_visit_is_for(subject, words):
    ServiceFactory(name="Spring balance")
    ServiceFactory(name="First visit, 60 minutes")

    assert proofreading.health_words(subject) == words


def test_a_word_about_health_is_refused_in_both_subjects_and_in_the_first_words():
    for wrong in (
        GOOD.replace("Your visit", "Your massage", 1),
        GOOD.replace("\n\n", "\nSeveral: Your massages\n\n", 1),
    ):
        assert "must not stand in a subject: others see on a locked screen what the visit is for." in problems(wrong)[0]
    assert "“massage” stands among the first 100 letters" in problems(GOOD.replace("> {whose}", "For your massage:"))[0]
    assert problems(f"{GOOD}\n{'x' * 100}\n\nAfter a massage you can be tired.\n") == []


@pytest.mark.parametrize(("padding", "found"), [(99, 1), (100, 0)])
def test_the_first_words_are_counted_as_if_all_that_is_filled_in_were_short(padding, found):
    """The place's long name and a long day are no reason to say sooner what the visit is for."""
    source = f"Subject: {{day}}\n\n{{place}} {{address}}\n\n{{day}} {{time}}{'x' * (padding - 5)} {{service}}"

    assert len(problems(source)) == found


def test_a_word_that_begins_among_the_first_letters_is_read_to_its_end():
    source = "Subject: {day}\n\nHello\n\n{day} {time} " + "x" * 84 + " massage"

    assert "“massage” stands among the first 100 letters" in problems(source)[0]


def test_all_that_is_wrong_is_said_at_once():
    found = problems(GOOD.replace("{time}", "{tme} {dya}"))

    assert found == ["{tme} is not a field. Is {time} meant? {dya} is not a field. Is {day} meant?"]


def test_a_letter_in_any_script_is_a_good_one():
    assert problems(GOOD.replace("Hello", "Grüße ß 👩\u200d⚕️ שלום סלאם\u200cها")) == []


@pytest.mark.parametrize("line_break", ["\r\n", "\n"])
def test_line_breaks_of_any_browser_are_line_breaks(line_break):
    assert problems(GOOD.replace("\n", line_break)) == []


@given(source=st.text(max_size=400))
def test_whatever_is_typed_is_either_filled_in_or_complained_of(source):
    source = f"Subject: {source}\n\n{source}\n\n> {{day}}, {{time}}"

    if not problems(source):
        words = filled(Kind.REMINDER, "en", source=source)
        assert "\n" not in words.subject
        assert "\r" not in words.subject


@given(source=st.text(alphabet="{}[]()>\n aSubject:day_url", max_size=200))
def test_no_source_is_more_than_a_bad_letter(source):
    with suppress(BadLetter):
        letters.read(Kind.REMINDER, "en", source).fill(examples("en"), [examples("en")] * 2)


def test_a_link_may_stand_in_a_paragraph_that_is_set_off():
    words = filled(Kind.REMINDER, "en", source=GOOD.replace("> {place}", "> [Confirm]({confirm_url})"))

    assert "](" not in words.html + words.text


def test_a_link_leads_to_a_page_elsewhere_whose_address_the_text_shows():
    address = "https://maps.example.com/@39.7,-104.9,17z?q=a&b=1%20c#way"

    words = filled(Kind.REMINDER, "en", source=f"{GOOD}\n[Where to <park>]({address})\n\nOr [walk]({address}).\n")

    shown = address.replace("&", "&amp;")
    assert f"Where to <park>: {address}\n\nOr walk: {address}." in words.text
    assert f'<a class="link" href="{shown}"' in words.html
    assert "Where to &lt;park&gt;</a>" in words.html
    assert words.html.count('class="button"') == 1


def test_a_stored_letter_whose_link_runs_something_is_never_sent():
    source = GOOD.replace("({confirm_url})", "(javascript:alert)")
    Letter.objects.create(kind=Kind.REMINDER, language="en", version=1, source=source, made_by=UserFactory())

    assert Letters().wording(Kind.REMINDER, "en").subject.startswith("Reminder:")


# What patients are called

NAMES = [
    "Weiß",
    "María-José",
    "😀 Ana",
    "👩\u200d👧 Ana",
    "عبد الرحمن",
    "שרה",
    "O'Brien",
    "Ana {day}",
    "Ana {",
    "%s %(a)s",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_as_it_is_written(name):
    source = GOOD.replace("Your visit", "{given_name}", 1)

    words = filled(Kind.REMINDER, "en", source=source, given_name=name)
    sent = sent_as(words)

    assert f"Hello {name}," in words.text
    assert sent["Subject"] == f"{name} on Monday, May 13"


def sent_as(words, to="ana@example.com"):
    """The e-mail as a mail program reads it."""
    message = Message(to=to, subject=words.subject, text=words.text, html=words.html, message_id="<1@localhost>")
    return message_from_bytes(as_letter(message), policy=policy.default)


@pytest.mark.parametrize("breaks", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_no_name_adds_a_header(breaks):
    source = GOOD.replace("Your visit", "{given_name}", 1)

    sent = sent_as(filled(Kind.REMINDER, "en", source=source, given_name=f"Ana{breaks}Bcc: all@example.com"))

    assert sent["Bcc"] is None
    assert sent["Subject"] == "Ana Bcc: all@example.com on Monday, May 13"


def test_a_name_of_20_kilobytes_is_cut_in_the_subject_alone():
    name = "ñ" * 10_000

    words = filled(Kind.REMINDER, "en", source=GOOD.replace("Your visit", "{given_name}", 1), given_name=name)

    assert len(words.subject) == 200
    assert name in words.text
    assert sent_as(words)["Subject"].strip() == words.subject


def test_markup_in_a_name_is_only_text():
    name = '<script>alert(1)</script>"><a href="https://example.com">[x]({confirm_url})'

    words = filled(Kind.REMINDER, "en", source=GOOD, given_name=name)

    assert f"Hello {name}," in words.text
    assert "<script" not in words.html
    assert "https://example.com" in words.html
    assert 'href="https://example.com"' not in words.html


def test_markup_in_a_letter_is_only_text():
    words = filled(Kind.REMINDER, "en", source=GOOD.replace("Hello", "<img src=x onerror=alert(1)> </style> Hello"))

    assert "<img" not in words.html
    assert "<img src=x onerror=alert(1)>" in words.text


# A letter that has gone bad in the table


@pytest.mark.parametrize("source", ["Subject: x\n\n{no_such_field}", "no subject", "Subject: {", " "])
def test_a_stored_letter_that_cannot_be_read_gives_way_to_the_shipped_one(source, caplog):
    Letter.objects.create(kind=Kind.REMINDER, language="en", version=1, source=source, made_by=UserFactory())
    visits, rule = [AppointmentFactory()], Rule.objects.filter(kind=Kind.REMINDER).first()

    now = visits[0].starts_at - timedelta(days=1)

    told = [composing.compose(rule=rule, visits=visits, now=now, letters=Letters()) for _ in "12"]

    assert {message.subject for message in told} == {"Reminder: your visit on Monday, May 13 at 10:00 AM"}
    assert "letter reminder.en cannot be used" in caplog.text


def test_a_letter_that_cannot_be_read_is_complained_of_once_a_round(caplog):
    Letter.objects.create(kind=Kind.REMINDER, language="en", version=1, source="x", made_by=UserFactory())
    words = Letters()

    for _ in range(3):
        words.wording(Kind.REMINDER, "en")

    assert caplog.text.count("cannot be used") == 1


@pytest.mark.parametrize("kind", [kind for kind, spec in SPECS.items() if spec.find])
def test_every_field_of_a_kind_is_filled_in_from_a_real_visit(kind):
    source = "Subject: x\n\n" + "\n\n".join(f"{name}: {{{name}}}" for name in sorted(SPECS[kind].fields))
    Letter.objects.create(kind=kind, language="es", version=1, source=source, made_by=UserFactory())
    visits = [AppointmentFactory(patient__language="es")]
    rule = Rule.objects.filter(kind=kind).first()

    message = composing.compose(rule=rule, visits=visits, now=visits[0].placed_at, letters=Letters())

    assert all(f"{name}:" in message.text for name in SPECS[kind].fields)


# A source on its own

PLAIN = """Subject: Visit of {name}

Hello {name},

> {day}
> at <our> place

[Yes & go]({page_url})
[No]({page_url})

See {page_url} or not.
"""
PLAIN_FIELDS = {"name", "day", "page_url"}
PLAIN_VALUES = {"name": "Ana", "day": "Tuesday", "page_url": "http://x/?a=1&b=2"}


def test_text_and_html_come_from_one_source():
    words = Wording(PLAIN, fields=PLAIN_FIELDS).fill(PLAIN_VALUES)

    assert words.subject == "Visit of Ana"
    assert words.text == (
        "Hello Ana,\n\nTuesday\nat <our> place\n\nYes & go: http://x/?a=1&b=2\nNo: http://x/?a=1&b=2\n\n"
        "See http://x/?a=1&b=2 or not.\n"
    )
    assert '<p class="when"><b>Tuesday</b><br>at &lt;our&gt; place</p>' in words.html
    assert '<a class="button" href="http://x/?a=1&amp;b=2">Yes &amp; go</a>' in words.html
    assert '<a class="link" href="http://x/?a=1&amp;b=2">No</a>' in words.html


def test_a_name_is_never_read_as_markup():
    words = Wording(PLAIN, fields=PLAIN_FIELDS).fill(
        PLAIN_VALUES | {"name": '<img src=x onerror="a">{page_url}[a]({page_url})'}
    )

    assert "<img" not in words.html
    assert 'Hello <img src=x onerror="a">{page_url}[a]({page_url}),' in words.text


@given(name=st.text(max_size=300))
def test_no_name_breaks_out_of_the_subject(name):
    subject = Wording(PLAIN, fields=PLAIN_FIELDS).fill(PLAIN_VALUES | {"name": name}).subject

    assert subject.startswith("Visit of")
    assert "".join(char for char in subject if char not in JOINERS).isprintable()
    assert len(subject) <= 200
