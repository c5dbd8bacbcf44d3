"""The signed record on screen and on paper, and the list of what is still to be signed."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.models import AccessRecord, HealthFact
from sessions import charting, reporting, signing
from sessions.models import (
    AdverseEvent,
    CuppingSite,
    DryNeedlingTarget,
    EstimCircuit,
    FollowUp,
    LeftOut,
    NeedlePoint,
    Point,
    SessionPlan,
    TuiNaStep,
)
from sessions.views.record import record_of, shown
from tests import pdf
from tests.factories import PASSWORD, AppointmentFactory, HealthFactFactory, PractitionerFactory, UserFactory
from tests.sessions import making
from tests.sessions.pages import post, prove, url, words

pytestmark = pytest.mark.django_db
WORKLIST = "sessions:worklist"


@pytest.fixture
def plan():
    """A signed session: LI4 with current between its sides, notes, an amendment to come."""
    plan = making.begun("li4 lr3 gv20")
    fields = {"response": "Calm.\nNeck turns further.", "pain_before": 7, "pain_after": 0}
    plan = charting.note(plan=plan, version=plan.version, fields=fields, by=making.by(plan))
    making.sign(making.chart(plan))
    return plan


@pytest.fixture
def visit(plan):
    return plan.appointment


@pytest.fixture
def kim(client, plan):
    client.force_login(making.by(plan))
    return client


def paper(response):
    """The text of a PDF, sheet by sheet."""
    return pdf.sheets(response.content)


# The record


def test_the_record_shows_what_was_planned_done_noted_and_signed(kim, visit, plan):
    page = kim.get(url("record", visit))

    text = words(page)
    assert "LI4 L+R Hégǔ" in text
    assert "Done as planned 2 in, 2 out" in text
    assert "Needles: 5 in, 5 out" in text
    assert "Neck turns further." in text
    assert "Pain after 0" in text
    assert f"Signed by {making.by(plan)}, L.Ac. CO TEST-1" in text
    assert plan.record.sha256 in text
    assert AccessRecord.objects.get().page == "sessions:record"


def test_the_record_says_who_wrote_down_an_incident_where_and_when_and_in_which_zone(client):
    plan = making.begun("li4 lr3")
    details = {"code": "bruise", "severity": "mild", "detail": "A bruise, pressed for a minute."}
    plan = reporting.report(
        plan=plan, version=plan.version, item=making.needle(plan, "LR3"), by=making.by(plan), **details
    )
    making.sign(making.chart(plan))
    visit = plan.appointment
    client.force_login(making.by(plan))

    page, sheet = words(client.get(url("record", visit))), " ".join(paper(client.get(url("record_pdf", visit))))

    day = f"{timezone.now().astimezone(visit.zone):%-d %b %Y}"
    assert f"at LR3 L+R · {making.by(plan)}, {day}" in page
    assert f"At LR3 L+R. Written down by {making.by(plan)}, {day}" in sheet
    assert f"by the clock of {visit.zone.key}" in page
    assert f"by the clock of {visit.zone.key}" in sheet


def test_the_record_is_read_from_its_snapshot(kim, visit):
    Point.objects.filter(code="LI4").update(pinyin_toned="Otherwise")

    page = words(kim.get(url("record", visit)))

    assert "Hégǔ" in page
    assert "Otherwise" not in page


def test_the_record_keeps_the_health_facts_of_its_day(kim, visit):
    HealthFactFactory(patient=visit.patient, code="pacemaker")

    page = words(kim.get(url("record", visit)))

    assert "On record then" not in page
    assert HealthFact.objects.count() == 1


def test_a_session_that_is_not_signed_has_no_record(client):
    plan = making.begun("li4")
    client.force_login(making.by(plan))

    assert client.get(url("record", plan.appointment)).status_code == 404
    assert client.get(url("record_pdf", plan.appointment)).status_code == 404
    assert post(client, "amend", plan.appointment, text="x").status_code == 404


def test_an_unknown_record_is_not_found(kim):
    assert kim.get("/sessions/999999/record/").status_code == 404


# Amendments


def test_an_amendment_is_added_with_name_and_time(kim, visit, plan):
    answer = post(prove(kim), "amend", visit, htmx=False, text="Slight soreness next day.")

    assert (answer.status_code, answer["Location"]) == (302, url("record", visit))
    page = words(kim.get(url("record", visit)))
    assert f"Amendment 1 · {making.by(plan)}" in page
    assert "Slight soreness next day." in page


def test_pressing_twice_amends_once(kim, visit, plan):
    prove(kim)
    for _ in range(2):
        post(kim, "amend", visit, htmx=False, text="Slight soreness.")

    assert plan.record.amendments.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Write what is to be added."), (" \n ", "Write what is to be added."), ("x" * 100_000, "holds up to 20,000")],
)
def test_an_amendment_without_words_or_with_too_many_is_refused(kim, visit, plan, text, sentence):
    answer = post(kim, "amend", visit, htmx=False, text=text)

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not plan.record.amendments.exists()


def test_hostile_text_in_an_amendment_is_shown_as_text(kim, visit):
    post(prove(kim), "amend", visit, htmx=False, text="<script>alert(1)</script> \u202e 🪡")

    assert "<script>alert" not in kim.get(url("record", visit)).content.decode()
    assert kim.get(url("record_pdf", visit)).status_code == 200


def test_who_may_not_amend_is_refused(client, visit, plan):
    client.force_login(UserFactory(role="Front desk"))

    assert post(client, "amend", visit, text="x").status_code == 403
    assert not plan.record.amendments.exists()


# Added later, and what else a record says


def test_the_record_shows_aims_current_marks_handovers_and_times(client):
    plan = making.full()
    NeedlePoint.objects.filter(point__code="LI4").update(neural_target="segmental", neural_level="L4")
    EstimCircuit.objects.update(
        channel=2, strength=3, done_ma="1.5", tolerated_ma="1.0", done_dial="4", done_strength=5
    )
    CuppingSite.objects.update(marks_before="none", marks_after="pink")
    DryNeedlingTarget.objects.update(twitches=2, soreness_told=True)
    TuiNaStep.objects.update(technique="rolling", further=["pressing"])
    started = plan.needles_in_at
    SessionPlan.objects.update(current_on_at=started, current_off_at=started + timedelta(minutes=20))
    making.sign(plan)
    visit = plan.appointment
    client.force_login(making.by(plan))

    page, sheet = words(client.get(url("record", visit))), " ".join(paper(client.get(url("record_pdf", visit))))

    for text in (page, sheet):
        assert "aimed at: segment L4" in text
        assert "channel 2" in text
        assert "1.5 mA reached · 1 mA tolerated · dial at 4 · felt 5 of 10" in text
        assert "marks before: no mark · marks after: pink" in text
        assert "2 twitches · told about soreness" in text
        assert "rolling (gun) · pressing (an)" in text
        assert "Current on" in text
        assert "Handed over" in text
        assert "Hands 2" in text


def test_an_incident_says_where_when_what_was_done_who_was_told_and_about_which_session(client):
    plan = making.begun("li4 lr3")
    before = making.a_plan(
        "st36", patient=plan.appointment.patient, start=plan.appointment.starts_at - timedelta(days=7)
    )
    AdverseEvent.objects.create(
        plan=plan,
        about=before,
        needle=making.needle(plan, "LI4"),
        site="web of the thumb",
        code="bruise",
        severity="mild",
        detail="Seen at home",
        onset_minutes=120,
        action="Cold pack",
        notified="Doctor Roe",
        preventable="unsure",
        recorded_by=making.by(plan),
    )
    making.sign(making.chart(plan))
    visit = plan.appointment
    client.force_login(making.by(plan))

    page, sheet = words(client.get(url("record", visit))), " ".join(paper(client.get(url("record_pdf", visit))))

    for text in (page, sheet):
        assert "LI4 L+R, web of the thumb" in text
        assert "2 hours after" in text
        assert "Done Cold pack" in text
        assert "Told Doctor Roe" in text
        assert "the session of Mon 6 May 2030" in text


def test_what_came_after_the_signature_stands_apart(client):
    plan = making.full()
    event, needle = plan.events.get(), plan.needles.first()
    making.sign(plan)
    FollowUp.objects.create(event=event, progress="better", text="Yellow now", by=making.by(plan))
    LeftOut.objects.create(needle=needle, removed_on=timezone.localdate(), note="Fell out", by=making.by(plan))
    later = making.again(plan)
    told = {"code": "soreness", "severity": "mild", "detail": "Two days", "recorded_by": making.by(plan)}
    AdverseEvent.objects.create(plan=later, about=plan, **told)
    visit = plan.appointment
    client.force_login(making.by(plan))

    page, sheet = words(client.get(url("record", visit))), " ".join(paper(client.get(url("record_pdf", visit))))

    for text in (page, sheet):
        assert "Added later" in text
        assert "better. Yellow now" in text
        assert "Fell out" in text
        assert "Soreness, told on 20 May 2030: Two days" in text


# Proof of who signs


@pytest.fixture
def stale(client, plan):
    """Signed in, but who sits there was not asked for anything since."""
    client.force_login(making.by(plan))
    return client


def test_an_amendment_asks_who_it_is_and_is_carried_out_afterwards(stale, visit, plan):
    asked = post(stale, "amend", visit, htmx=False, text="Slight soreness.")
    nothing = plan.record.amendments.count()
    stale.post(asked["Location"], {"password": PASSWORD})

    assert (asked.status_code, nothing) == (302, 0)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert plan.record.amendments.get().text == "Slight soreness."


def test_for_a_script_the_way_leads_on_to_the_record(kim, visit, plan):
    answer = post(prove(kim), "amend", visit, text="Slight soreness.")

    assert answer["HX-Redirect"] == url("record", visit)
    assert plan.record.amendments.get().text == "Slight soreness."


def test_to_a_script_an_amendment_answers_where_to_prove_it(stale, visit, plan):
    asked = post(stale, "amend", visit, text="Slight soreness.")

    assert (asked.status_code, asked["X-Sign-In"]) == (401, reverse("account_reauthenticate"))
    assert not plan.record.amendments.exists()


# Paper


def test_the_pdf_has_the_points_the_notes_and_the_amendment_as_text(kim, visit, plan):
    signing.amend(record=plan.record, text="Slight soreness next day.", by=making.by(plan))

    sheets = paper(kim.get(url("record_pdf", visit)))

    text = " ".join(sheets)
    assert "LI4 L+R Hégǔ" in text
    assert "GV20" in text
    assert "Neck turns further." in text
    assert "Slight soreness next day." in text
    assert plan.record.sha256[:16] in text


def test_a_word_longer_than_a_line_stays_on_the_sheet(kim, visit, plan):
    signing.amend(record=plan.record, text="unbroken" * 40 + "end", by=making.by(plan))

    sheets = "".join(paper(kim.get(url("record_pdf", visit)))).replace(" ", "")

    assert "unbroken" * 40 + "end" in sheets.replace("\ufffe", "")


def test_letters_with_marks_are_drawn_from_a_font_of_their_own(kim, visit):
    """WeasyPrint mixes up the signs of two files that share one family name and weight."""
    names = pdf.fonts(kim.get(url("record_pdf", visit)).content)

    assert any("Sheet-ext" in name for name in names)


def test_every_sheet_bears_the_name_the_chart_number_and_its_page(kim, visit, plan):
    for number in range(4):
        text = "\n\n".join(f"Line {line} of what was learnt later, and on it goes." for line in range(40))
        signing.amend(record=plan.record, text=f"{number} {text}", by=making.by(plan))

    sheets = paper(kim.get(url("record_pdf", visit)))

    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, 1):
        assert str(visit.patient) in sheet
        assert f"chart {visit.patient.chart_number}" in sheet
        assert f"Page {number} of {len(sheets)}" in sheet


def test_the_pdf_begins_with_what_matters_before_needling(client):
    visit = AppointmentFactory(status="arrived")
    HealthFactFactory(patient=visit.patient, code="lymphoedema", region="left_arm")
    plan = making.add(making.planning.open_plan(visit=visit, by=visit.practitioner.user), "lr3")
    making.sign(making.chart(making.begin(plan)))
    client.force_login(visit.practitioner.user)

    first, *_ = paper(client.get(url("record_pdf", visit)))

    assert first.index("Lymphoedema or node removal · left arm") < first.index("Session record")


def test_the_file_s_name_tells_no_name_and_nothing_of_health(kim, visit):
    answer = kim.get(url("record_pdf", visit))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="chart-{visit.patient.chart_number}-2030-05-13.pdf"'
    assert "no-store" in answer["Cache-Control"]
    assert AccessRecord.objects.get().page == "sessions:record_pdf"


def test_a_record_whose_words_were_changed_is_told_apart(plan):
    record = plan.record
    sound = shown(record)["is_intact"]

    record.snapshot = record.snapshot.replace("Calm", "Wild")

    assert sound
    assert not shown(record)["is_intact"]


def test_an_amendment_whose_words_were_changed_is_told_apart(plan):
    signing.amend(record=plan.record, text="Sore.", by=making.by(plan))
    record = record_of(making.by(plan), plan.appointment_id)
    (added,) = record.amendments.all()
    sound = shown(record)["is_intact"]

    added.text = "Not sore."

    assert sound
    assert not shown(record)["is_intact"]


# Still to be signed


def completed(practitioner, **ago):
    """A completed visit that nobody charted."""
    start = timezone.now().replace(microsecond=0) - timedelta(**ago)
    return AppointmentFactory(practitioner=practitioner, status="completed", start=start)


def test_what_is_to_be_signed_stands_oldest_first_with_its_age(client):
    kim = PractitionerFactory()
    new, old = completed(kim, days=2), completed(kim, days=9)
    client.force_login(kim.user)

    page = words(client.get(reverse(WORKLIST)))

    assert page.index(str(old.patient)) < page.index(str(new.patient))
    assert "nothing planned or charted" in page
    assert re.search(r"8 days \W*overdue", page)
    assert "1 day Open" in page


def test_the_list_is_one_s_own_or_everybody_s(client):
    kim, roy = PractitionerFactory(), PractitionerFactory()
    mine, theirs = completed(kim, days=2), completed(roy, days=3)
    client.force_login(kim.user)

    own, every = (words(client.get(reverse(WORKLIST), query)) for query in ({}, {"of": "everybody"}))

    assert str(mine.patient) in own
    assert str(theirs.patient) not in own
    assert str(theirs.patient) in every


def test_a_session_under_way_is_listed_apart(client):
    plan = making.begun("li4")
    client.force_login(making.by(plan))

    assert "In session now" in words(client.get(reverse(WORKLIST)))


def test_with_nothing_to_sign_the_list_says_so(client):
    client.force_login(PractitionerFactory().user)

    assert "Every completed session is signed." in words(client.get(reverse(WORKLIST)))


@pytest.mark.parametrize("role", ["Front desk", "Manager"])
def test_the_list_is_closed_to_who_does_not_treat(client, role):
    client.force_login(UserFactory(role=role))

    assert client.get(reverse(WORKLIST)).status_code == 403


@pytest.mark.parametrize("page", ["0", "-3", "x", "9" * 30])
def test_a_page_that_is_none_shows_a_page_all_the_same(client, page):
    client.force_login(PractitionerFactory().user)

    assert client.get(reverse(WORKLIST), {"page": page}).status_code == 200


FRAME = 4  # the session, the user and the two reads of permissions


@pytest.mark.parametrize("visits", [1, 3])
def test_the_list_costs_the_same_whatever_is_in_it(client, visits, django_assert_num_queries):
    kim = PractitionerFactory()
    for number in range(visits):
        completed(kim, days=number + 2)
    making.begun("li4", practitioner=kim)
    client.force_login(kim.user)
    client.get(reverse(WORKLIST))

    with django_assert_num_queries(4 + FRAME):
        client.get(reverse(WORKLIST))


@pytest.mark.parametrize("amendments", [1, 3])
def test_the_record_costs_the_same_whatever_is_in_it(kim, visit, plan, amendments, django_assert_num_queries):
    for number in range(amendments):
        signing.amend(record=plan.record, text=f"Amendment {number}", by=making.by(plan))
    kim.get(url("record", visit))

    with django_assert_num_queries(9 + FRAME):
        kim.get(url("record", visit))
