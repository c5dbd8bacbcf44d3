"""Which messages a patient gets, and in which language."""

import re

import pytest
from django.test import Client

from patients.models import Patient
from reminders import links
from reminders.links import Own
from reminders.models import Kind, OptOut, Rule
from reminders.models.rules import NEWS, OPTIONAL
from tests.factories import PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


OFFERED = {"offered": OPTIONAL}


@pytest.fixture
def ana():
    return PatientFactory()


def address(patient):
    return links.own_path(Own.PREFERENCES, patient)


def refused(patient):
    return set(patient.opt_outs.values_list("kind", flat=True))


def wants(patient):
    return Patient.objects.get(pk=patient.pk).wants_reminders


def ticked(page):
    return {kind for kind in OPTIONAL if f'value="{kind}" id=' in page and " checked" in tag(page, kind)}


def tag(page, value):
    return page.partition(f'value="{value}"')[2].partition(">")[0]


def test_every_optional_kind_has_its_box_and_what_is_needed_comes_anyway(client, ana):
    page = client.get(address(ana)).content.decode()

    assert "Messages to Ana" in page
    assert ticked(page) == set(OPTIONAL)
    assert "When a visit is booked, moved or cancelled we always tell you." in page
    assert ana.family_name not in page


@pytest.mark.parametrize(
    ("language", "off", "sentence"),
    [
        ("en", [Kind.MOVED], "When a visit is booked or cancelled we always tell you."),
        ("en", [Kind.BOOKED, Kind.CANCELLED], "When a visit is moved we always tell you."),
        ("es", [], "Cuando una cita se reserva, se cambia o se cancela, siempre le avisamos."),
        ("es", [Kind.BOOKED], "Cuando una cita se cambia o se cancela, siempre le avisamos."),
    ],
)
@pytest.mark.parametrize("page", [Own.PREFERENCES, Own.UNSUBSCRIBE])
def test_what_the_clinic_has_switched_off_is_not_promised(client, language, off, sentence, page):
    Rule.objects.filter(kind__in=off).update(active=False)

    assert sentence in client.get(links.own_path(page, PatientFactory(language=language))).content.decode()


@pytest.mark.parametrize("page", [Own.PREFERENCES, Own.UNSUBSCRIBE])
def test_a_clinic_that_tells_no_news_promises_none(client, ana, page):
    Rule.objects.filter(kind__in=NEWS).update(active=False)

    html = client.get(links.own_path(page, ana)).content.decode()

    assert "always" not in html
    assert "When a visit" not in html


def test_what_the_clinic_does_not_send_is_not_offered_and_an_old_wish_about_it_stays(client, ana):
    Rule.objects.filter(kind__in=["how_are_you", "no_show"]).update(active=False)
    OptOut.objects.create(patient=ana, kind="no_show")

    page = client.get(address(ana)).content.decode()
    offered = re.findall(r'name="offered" value="(\w+)"', page)
    client.post(address(ana), {"kinds": ["reminder", "before"], "language": "en", "offered": offered})

    assert ticked(page) == {"reminder", "before", "aftercare"} == set(offered)
    assert "how_are_you" not in page
    assert refused(ana) == {"aftercare", "no_show"}


def test_where_nothing_can_be_chosen_but_the_language_saving_it_refuses_nothing(client, ana):
    Rule.objects.filter(kind__in=OPTIONAL).update(active=False)

    page = client.get(address(ana)).content.decode()
    client.post(address(ana), {"language": "es"})

    assert 'name="kinds"' not in page
    assert wants(ana)
    assert Patient.objects.get(pk=ana.pk).language == "es"


@pytest.mark.parametrize("active", [True, False])
def test_a_page_that_stood_open_chooses_among_what_it_showed(client, ana, active):
    """Whatever the clinic has switched on or off meanwhile."""
    Rule.objects.filter(kind="how_are_you").update(active=active)

    kinds = ["reminder", "before"]
    response = client.post(address(ana), {"kinds": kinds, "offered": [*kinds, "aftercare"], "language": "en"})

    assert response.status_code == 302
    assert refused(ana) == {"aftercare"}


def test_who_refuses_all_that_is_offered_still_wants_what_is_not(client, ana):
    """The clinic sends reminders and nothing else; Ana wants none, and changes the language."""
    OptOut.objects.create(patient=ana, kind="reminder")

    client.post(address(ana), {"offered": ["reminder"], "language": "es"})

    assert wants(ana)
    assert refused(ana) == {"reminder"}


def test_an_error_belongs_to_its_group(client, ana):
    page = client.post(address(ana), OFFERED | {"kinds": ["booked"], "language": "fr"}).content.decode()

    assert tag(page, "reminder").count('aria-invalid="true" aria-describedby="kinds-error"') == 1
    assert 'role="radiogroup" aria-describedby="language-error" aria-invalid="true"' in page
    assert 'id="kinds-error"' in page
    assert 'id="language-error"' in page
    assert "aria-invalid" not in client.get(address(ana)).content.decode()


def test_what_is_not_ticked_comes_no_more(client, ana):
    response = client.post(address(ana), OFFERED | {"kinds": ["reminder", "before"], "language": "en"}, follow=True)

    assert "Saved." in response.content.decode()
    assert ticked(response.content.decode()) == {"reminder", "before"}
    assert refused(ana) == {"aftercare", "how_are_you", "no_show"}
    assert wants(ana)


def test_unticking_all_is_the_patients_switch(client, ana):
    client.post(address(ana), OFFERED | {"kinds": ["reminder"], "language": "en"})
    response = client.post(address(ana), OFFERED | {"language": "en"}, follow=True)

    assert not wants(ana)
    assert ticked(response.content.decode()) == set()
    assert refused(ana) == set(OPTIONAL) - {"reminder"}  # as it was: the desk may turn the switch again


def test_ticking_any_turns_the_switch_on_again(client):
    ana = PatientFactory(wants_reminders=False)
    assert ticked(client.get(address(ana)).content.decode()) == set()

    client.post(address(ana), OFFERED | {"kinds": ["aftercare"], "language": "en"})

    assert wants(ana)
    assert refused(ana) == set(OPTIONAL) - {"aftercare"}


def test_ticking_all_leaves_nothing_refused(client, ana):
    OptOut.objects.create(patient=ana, kind="reminder")

    client.post(address(ana), OFFERED | {"kinds": OPTIONAL, "language": "en"})

    assert refused(ana) == set()


def test_the_language_is_the_patients_and_the_pages_from_then_on(client, ana):
    page = client.post(address(ana), OFFERED | {"kinds": OPTIONAL, "language": "es"}, follow=True).content.decode()

    ana.refresh_from_db()
    assert ana.language == "es"
    assert '<html lang="es">' in page
    assert "Guardado." in page
    assert "Mensajes para Ana" in page


def test_sending_twice_is_sending_once_and_the_page_can_be_reloaded(client, ana):
    for _ in range(2):
        response = client.post(address(ana), OFFERED | {"kinds": ["reminder"], "language": "en"}, follow=True)

    assert response.redirect_chain == [(f"{address(ana)}?saved=1", 302)]
    assert OptOut.objects.count() == len(OPTIONAL) - 1
    assert ana.patient_history.count() == 1  # made: nothing about the person has changed


def test_the_history_says_that_it_was_the_patients_link(client, ana):
    client.post(address(ana), OFFERED | {"language": "es"})

    event = ana.patient_history.order_by("-pgh_id").first()
    assert (event.language, event.wants_reminders) == ("es", False)
    assert event.pgh_context.metadata["source"] == "patient link"


def test_the_history_keeps_no_link_that_works(client, ana):
    client.post(address(ana), OFFERED | {"language": "es"})

    context = ana.patient_history.order_by("-pgh_id").first().pgh_context.metadata
    _, _, signature = links.own_token(Own.PREFERENCES, ana).partition(":")
    assert context["url"].startswith("/mail/preferences/")
    assert signature not in str(context)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"kinds": ["booked"], "language": "en"}, "Choose messages from the list."),
        ({"kinds": ["<script>"], "language": "en"}, "Choose messages from the list."),
        ({"kinds": ["reminder"], "language": "fr"}, "Choose a language."),
        ({"kinds": ["reminder"], "language": "x" * 10_000}, "Choose a language."),
        ({"kinds": ["reminder"]}, "Choose a language."),
    ],
)
def test_what_is_not_on_the_list_changes_nothing(client, ana, sent, sentence):
    response = client.post(address(ana), OFFERED | sent)

    page = response.content.decode()
    assert response.status_code == 400
    assert f'role="alert">{sentence}' in page
    assert "<script>" not in page
    assert not OptOut.objects.exists()


def test_only_this_patient_changes(client, ana):
    child = PatientFactory(email=ana.email)

    client.post(address(ana), OFFERED | {"language": "es"})

    child.refresh_from_db()
    assert (child.wants_reminders, child.language) == (True, "en")


@pytest.mark.parametrize(("language", "words"), [("en", "Messages to Ben"), ("es", "Mensajes para Ben")])
def test_whoever_reads_the_address_may_choose_for_the_others_there_too(client, language, words):
    ana = PatientFactory(language=language)
    ben = PatientFactory(given_name="Ben", email=ana.email)

    page = client.get(address(ana)).content.decode()
    client.post(address(ben), OFFERED | {"kinds": ["reminder"], "language": "en"})

    assert f'href="{address(ben)}">{words}</a>' in page
    assert ben.family_name not in page
    assert address(ana) in client.get(address(ben)).content.decode()
    assert refused(ben) == set(OPTIONAL) - {"reminder"}
    assert refused(ana) == set()


def test_who_is_not_written_to_at_this_address_is_not_named_there(client, ana):
    gone = {"given_name": "Ben", "email": ana.email}
    PatientFactory(**gone, deceased_on="2030-01-01")
    PatientFactory(**gone, merged_into=ana)
    PatientFactory(given_name="Ben")

    page = client.get(address(ana)).content.decode()

    assert "Ben" not in page
    assert "Also to this address" not in page


def test_a_name_is_only_text_on_the_page_of_another(client, ana):
    PatientFactory(given_name="<b>Ben</b>", email=ana.email)

    page = client.get(address(ana)).content.decode()

    assert "Messages to &lt;b&gt;Ben&lt;/b&gt;" in page
    assert "<b>Ben" not in page


def test_a_form_without_its_key_changes_nothing(ana):
    strict = Client(enforce_csrf_checks=True)

    response = strict.post(address(ana), {"language": "es"})

    assert response.status_code == 403
    assert wants(ana)
    assert "Go back, reload the page and press again." in response.content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_corrected_address_ends_the_link(client, ana, method):
    old = address(ana)
    Patient.objects.filter(pk=ana.pk).update(email="right@example.com")

    assert getattr(client, method)(old).status_code == 404


def test_the_page_costs_the_same_whatever_is_refused_and_for_however_many(client, ana, django_assert_num_queries):
    OptOut.objects.create(patient=ana, kind="reminder")
    PatientFactory(email=ana.email)
    with django_assert_num_queries(4):  # the patient, what is refused, who else reads there, which news is told
        client.get(address(ana))

    OptOut.objects.bulk_create(OptOut(patient=ana, kind=kind) for kind in ("aftercare", "before"))
    PatientFactory.create_batch(2, email=ana.email)
    with django_assert_num_queries(4):  # the patient, what is refused, who else reads there, which news is told
        client.get(address(ana))
