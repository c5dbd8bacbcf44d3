"""The frame around every page: what it shows to whom, what it refuses; nothing inline, none of Bootstrap's blue."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path

from clinic import context, paper, views
from clinic.errors import ClinicError
from clinic.toasts import back, toast
from tests import pdf
from tests.factories import PASSWORD, UserFactory

ROOT = Path(settings.BASE_DIR)
BLUES = re.compile(r"13,\s*110,\s*253|49,\s*132,\s*253|(#|%23)(0d6efd|86b7fe|0b5ed7|0a58ca|0a53be|b6d4fe)", re.I)
OURS = [ROOT / "static/css" / name for name in ("tokens.css", "controls.css", "deqi.css", "screens.css")]
HTMX = {"HX-Request": "true"}


# A site of its own: the frame is tested without anybody's pages.


class Note(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False)


def page(request):
    return render(request, "base.html")


def form(request):
    shown = Note(request.POST or None)
    return HttpResponse(Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(Context({"form": shown})))


def refuse(request):
    raise ClinicError("Kim is with Ana until 09:20. The visit stays at 10:00.")


def forbid(request):
    raise PermissionDenied


def break_down(request):
    raise RuntimeError("a bug")


def praise(request):
    return toast(HttpResponse("<p>done</p>"), "Ana is checked in.", undo_url="/undo/")


def tell(request):
    toast(request, "Ana is checked in.", undo_url="/undo/")
    return render(request, "base.html")


def undo(request):
    return back(request, "/")


desk_urls = (
    [path("", page, name="today"), path("search/", page, name="search"), path("patients/", page, name="patients")],
    "desk",
)
reminders_urls = ([path("messages/", page, name="messages")], "reminders")
urlpatterns = [
    path("healthz", views.healthz),
    path("signed-in/", views.signed_in, name="signed_in"),
    path("accounts/", include("allauth.urls")),
    path("frame/", include(desk_urls)),
    path("frame/", include(reminders_urls)),
    path("frame/form/", form),
    path("frame/refuse/", refuse),
    path("frame/forbid/", forbid),
    path("frame/break/", break_down),
    path("frame/praise/", praise),
    path("frame/tell/", tell),
    path("frame/undo/", undo),
]


@pytest.fixture(autouse=True)
def _this_site(settings):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def signed_in(db, client):
    client.force_login(UserFactory(role="Front desk"))
    return client


# Sheets


def rules(css):
    """(selector, property, value) for every declaration, whatever media query it stands in."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    for selectors, body in re.findall(r"([^{};]+)\{([^{}]*)\}", css):
        for selector in re.split(r",(?![^(]*\))", selectors):
            for declaration in re.split(r";(?![a-z]+[,/])", body):
                name, _, value = declaration.partition(":")
                yield " ".join(selector.split()).replace('"', ""), name.strip(), value.strip()


def test_every_blue_of_bootstrap_has_our_answer():
    bootstrap = (ROOT / "node_modules/bootstrap/dist/css/bootstrap.css").read_text()
    answered = {(selector, name) for sheet in OURS for selector, name, _ in rules(sheet.read_text())}
    root = {name for selector, name in answered if selector in {":root", "[data-bs-theme]"}}

    blue = {(selector, name) for selector, name, value in rules(bootstrap) if BLUES.search(value)}
    left = {
        (selector, name)
        for selector, name in blue - answered
        if not (selector in {":root", "[data-bs-theme=light]", "[data-bs-theme=dark]"} and name in root)
    }

    assert len(blue) > 40
    assert left == set()


def test_our_sheets_hold_no_blue_of_bootstrap():
    found = [sheet.name for sheet in (ROOT / "static/css").glob("*.css") if BLUES.search(sheet.read_text())]

    assert found == []


def test_a_dark_system_gets_the_same_values_as_the_chosen_dark():
    blocks = {}
    for selector, name, value in rules((ROOT / "static/css/tokens.css").read_text()):
        blocks.setdefault(selector, {})[name] = value

    assert blocks[":root:not([data-bs-theme])"] == blocks["[data-bs-theme=dark]"]


def test_no_template_has_inline_script_or_style():
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|<script(?![^>]*(src=|type=.application/json))", re.I
    )

    pages = [file for file in (ROOT / "templates").rglob("*.html") if "mail" not in file.parts]
    found = [file for file in pages if inline.search(file.read_text())]

    assert len(pages) > 20
    assert found == []


def test_the_policy_allows_nothing_inline(signed_in):
    policy = signed_in.get("/frame/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


# Sign-in


def test_a_stranger_is_sent_to_sign_in(client):
    answer = client.get("/frame/")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/frame/"


def test_a_lost_login_does_not_put_the_sign_in_page_into_a_row(client):
    answer = client.get("/frame/", headers=HTMX)

    assert answer.status_code == 401
    assert answer.content == b""


def test_the_right_password_opens_the_door(db, client):
    user = UserFactory()

    answer = client.post("/accounts/login/?next=/frame/", {"login": user.email, "password": PASSWORD})

    assert answer["Location"] == "/frame/"


def test_a_wrong_password_keeps_the_address_and_says_what_to_do(db, client):
    user = UserFactory()

    answer = client.post("/accounts/login/", {"login": user.email, "password": "wrong"})

    assert answer.status_code == 200
    assert "do not belong together" in answer.text
    assert user.email in answer.text


def test_nobody_signs_up(db, client):
    answer = client.post(
        "/accounts/signup/", {"email": "a@example.com", "password1": PASSWORD, "password2": PASSWORD}, follow=True
    )

    assert "Accounts are made by a manager" in answer.text
    assert UserFactory._meta.model.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    ["2fa/", "2fa/webauthn/", "password/change/", "email/", "logout/", "reauthenticate/"],
)
def test_every_page_of_an_account_wears_the_frame(signed_in, address):
    answer = signed_in.get(f"/accounts/{address}")

    assert answer.status_code == 200
    assert "css/tokens.css" in answer.text


@pytest.mark.parametrize("address", ["login/", "password/reset/", "password/reset/done/", "signup/", "inactive/"])
def test_every_page_before_sign_in_wears_the_frame(db, client, address):
    answer = client.get(f"/accounts/{address}")

    assert answer.status_code == 200
    assert "css/tokens.css" in answer.text


def test_the_health_check_needs_no_login(db, client):
    answer = client.get("/healthz")

    told = answer.json()
    assert answer.status_code == 200
    assert (told["status"], told["database"], told["cache"]) == ("ok", "ok", "ok")
    assert set(told["messages"]) == {
        "verdict",
        "waiting",
        "oldest_due_seconds",
        "accepted_seconds",
        "beat_seconds",
        "workers_seconds",
        "round_seconds",
    }


def test_without_a_cache_the_health_check_says_so_and_pages_are_served(db, client, no_cache):
    answer = client.get("/healthz")

    assert answer.status_code == 200
    told = answer.json()
    assert (told["status"], told["database"], told["cache"]) == ("ok", "ok", "down")
    assert "verdict" in told["messages"]


# The rail


def test_the_rail_shows_what_the_role_may_open_and_what_exists(db):
    clerk = UserFactory(role="Front desk")

    entries = context.rail(clerk, "/frame/patients/7/")

    names = [entry["name"] for entry in entries]
    assert {"desk:today", "desk:patients", "reminders:messages"} <= set(names)
    assert "desk:settings" not in names
    assert [entry["name"] for entry in entries if entry["current"]] == ["desk:patients"]


def test_the_rail_hides_what_the_role_may_not_open(db):
    nobody = UserFactory()

    assert [entry["name"] for entry in context.rail(nobody, "/frame/")] == ["desk:today"]
    assert context.open_to(nobody, *context.SEARCH) == ""


def test_a_stranger_has_no_rail():
    assert context.rail(AnonymousUser(), "/") == []


def test_a_page_that_does_not_exist_yet_is_left_out(settings):
    settings.ROOT_URLCONF = "allauth.urls"

    assert context.address("desk:today") == ""


def test_the_chosen_theme_is_in_the_page_and_nonsense_is_not(signed_in):
    signed_in.cookies["theme"] = "dark"
    assert 'data-bs-theme="dark"' in signed_in.get("/frame/").text

    signed_in.cookies["theme"] = '"><b>'
    assert "data-bs-theme" not in signed_in.get("/frame/").text


# Refusals


def test_a_refusal_is_a_page_with_its_status(signed_in):
    answer = signed_in.get("/frame/refuse/")

    assert answer.status_code == 409
    assert "Kim is with Ana until 09:20." in answer.text
    assert "<html" in answer.text


def test_a_refusal_is_a_note_for_htmx(signed_in):
    answer = signed_in.get("/frame/refuse/", headers=HTMX)

    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#refusal"
    assert "<html" not in answer.text


def test_a_refusal_escapes_what_people_typed():
    shown = render_to_string("components/_refusal.html", {"sentence": "<script>"})

    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(("address", "status"), [("frame/forbid/", 403), ("nowhere/", 404)])
def test_error_pages_say_what_happened(signed_in, address, status):
    answer = signed_in.get(f"/{address}")

    assert answer.status_code == status
    assert "Nothing was changed" in answer.text


def test_a_bug_gives_a_page_that_needs_no_context(signed_in):
    signed_in.raise_request_exception = False

    answer = signed_in.get("/frame/break/")

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text


def test_a_form_from_an_old_page_says_so(db):
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/accounts/login/", {"login": "a@example.com", "password": "x"})

    assert answer.status_code == 403
    assert "open for too long" in answer.text


# Nonsense


@pytest.mark.parametrize(
    ("method", "address", "data", "status"),
    [
        ("get", "/frame/?q=%00", None, 400),
        ("get", "/frame/%00/", None, 404),
        ("post", "/frame/form/", {"name": "a\x00b"}, 400),
        ("post", "/frame/form/?q=%00", {"name": "a"}, 400),
        ("post", "/accounts/login/", {"login": "a\x00@example.com", "password": "x"}, 400),
    ],
)
def test_a_zero_byte_is_refused_with_a_sentence(signed_in, method, address, data, status):
    answer = getattr(signed_in, method)(address, data)

    assert answer.status_code == status
    assert "<h1 data-not-sent>" in answer.text


def test_a_zero_byte_in_json_is_refused(signed_in):
    answer = signed_in.post("/frame/form/", '{"name": "a\\u0000"}', content_type="application/json")

    assert answer.status_code == 400


def test_a_cookie_with_a_zero_byte_is_nobodys(client, db):
    answer = client.get("/frame/", headers={"Cookie": 'sessionid="abcdefgh\\000"; theme="\\000"'})

    assert answer.status_code == 302


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "application/json"])
def test_an_oversized_body_is_413_with_a_sentence(signed_in, content_type):
    answer = signed_in.post("/frame/form/", "name=" + "x" * 1_100_000, content_type=content_type)

    assert answer.status_code == 413
    assert "Nothing was saved" in answer.text


def test_an_oversized_multipart_form_is_413(signed_in):
    answer = signed_in.post("/frame/form/", {"name": "x" * 1_100_000})

    assert answer.status_code == 413


def test_too_many_fields_are_413(signed_in):
    answer = signed_in.post("/frame/form/", {f"field{n}": n for n in range(1_100)})

    assert answer.status_code == 413


def test_a_damaged_multipart_form_is_400(signed_in):
    answer = signed_in.post("/frame/form/", b"no boundary here", content_type="multipart/form-data")

    assert answer.status_code == 400


def test_an_oversized_body_from_a_stranger_is_413_too(client, db):
    answer = client.post("/accounts/login/", {"login": "x" * 1_100_000, "password": "x"})

    assert answer.status_code == 413


def test_emoji_and_right_to_left_marks_pass(signed_in):
    answer = signed_in.post("/frame/form/", {"name": "\u202eAna 🪡"})

    assert answer.status_code == 200


# Forms, toasts, chips


def test_an_error_stands_at_its_field_and_in_the_summary(signed_in):
    answer = signed_in.post("/frame/form/", {"note": "kept"})

    assert '<a href="#id_name">Name: fill this in.</a>' in answer.text
    assert 'id="id_name_error"' in answer.text
    assert "kept" in answer.text


def test_a_toast_rides_on_a_fragment(signed_in):
    answer = signed_in.get("/frame/praise/")

    assert answer["HX-Trigger-After-Settle"] == '{"toast": {"text": "Ana is checked in.", "undo": "/undo/"}}'


def test_a_toast_with_undo_waits_for_the_next_page(signed_in):
    answer = signed_in.get("/frame/tell/")

    assert 'action="/undo/"' in answer.text
    assert len(list(get_messages(answer.wsgi_request))) == 1


@pytest.mark.parametrize(("wanted", "got"), [("/frame/patients/", "/frame/patients/"), ("https://evil.example/", "/")])
def test_undo_goes_back_to_where_the_person_was_and_nowhere_else(signed_in, wanted, got):
    answer = signed_in.post("/frame/undo/", {"next": wanted})

    assert answer["Location"] == got


@pytest.mark.parametrize(
    ("tag", "word", "drawn"),
    [
        ('status_chip "in_session"', "In session", "bi-play-fill"),
        ('status_chip "no_show"', "No-show", "bi-slash-circle"),
        ('severity_chip "block" "Pacemaker"', "Pacemaker", "bi-hexagon-fill"),
        ('severity_chip "warning" typed', "&lt;b&gt;", "bi-triangle-fill"),
        ('status_chip "unheard of"', "unheard of", "bi-circle"),
    ],
)
def test_a_chip_is_a_sign_and_a_word(tag, word, drawn):
    chip = Template("{% load deqi %}{% " + tag + " %}").render(Context({"typed": "<b>"}))

    assert word in chip
    assert drawn in chip


def test_the_clock_reads_in_the_zone_it_is_given():
    moment = datetime(2030, 5, 14, 13, 5, tzinfo=UTC)
    shown = Template(
        '{% load deqi %}{{ at|clock:"America/New_York" }} {{ at|clock12:"America/Denver" }} {{ none|clock }}'
    )

    assert shown.render(Context({"at": moment, "none": None})) == "09:05 7:05 AM "


def test_pages_for_patients_need_no_script_and_are_found_by_nobody(rf):
    request = rf.get("/")

    shown = render_to_string("patient_base.html", {}, request)

    assert "<script" not in shown
    assert "noindex" in shown
    assert 'name="referrer" content="same-origin"' in shown
    assert settings.CLINIC_PHONE in shown


def test_a_sheet_has_its_style_and_says_whose_it_is_on_every_page(rf):
    long = (
        "{% extends 'paper.html' %}{% block running %}Ortiz, Ana{% endblock %}{% block content %}" + "<p>line</p>" * 120
    )
    template = Template(long + "{% endblock %}")

    sheet = paper.HTML(
        string=template.render(Context()), base_url=paper.BASE, url_fetcher=paper.StaticFetcher()
    ).write_pdf()
    pages = pdf.sheets(sheet)

    assert len(pages) > 1
    assert all("Ortiz, Ana" in page for page in pages)
    assert f"Page 2 of {len(pages)}" in pages[1]


@pytest.mark.parametrize(
    "url", ["https://evil.example/a.png", "file:///etc/passwd", f"{paper.BASE}etc/passwd", "data:,x"]
)
def test_a_sheet_opens_nothing_but_our_own_files(url):
    with pytest.raises(ValueError, match="our own files"):
        paper.StaticFetcher().fetch(url)


def test_keys_are_listed_for_the_pages_that_exist(signed_in):
    shown = signed_in.get("/frame/").text

    assert 'data-go="t"' in shown
    assert 'id="keys"' in shown


def test_an_address_turns_over_at_its_joints_and_stays_text():
    html = Template("{% load deqi %}{{ email|address }}").render(Context({"email": "ana.<b>@example.com"}))

    assert html == '<span class="address">ana<wbr>.&lt;b&gt;@<wbr>example<wbr>.com</span>'
