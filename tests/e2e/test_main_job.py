"""The whole main job in a browser, from the phone call to the signed chart that nobody can change."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from icalendar import Calendar
from playwright.sync_api import expect

from scheduling.models import Appointment
from tests import browser, pdf
from tests.e2e.morning import zone_in_the_morning
from tests.e2e.on_chart import count_needles
from tests.factories import (
    PASSWORD,
    DeviceFactory,
    HealthFactFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
    UserFactory,
)
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
STAGES = [("Needling", 20, True, False), ("Rest", 25, False, True), ("Removal", 15, True, False)]


@pytest.fixture
def clinic():
    """A clinic with one practitioner, and one patient who was here a week ago."""
    location = LocationFactory(zone_name=zone_in_the_morning())
    kim = PractitionerFactory(name="Kim Lee", user__first_name="Kim", user__last_name="Lee")
    table = TableFactory(name="T2", room="Room 2", location=location)
    DeviceFactory(name="E-stim 1", location=location)
    service = ServiceFactory(name="Needling with e-stim", techniques=["needling", "estim"], stages=STAGES, by=[kim])
    patient = PatientFactory(given_name="Ana", family_name="Ortiz", email="ana@example.com")
    before = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=7)
    manual = ServiceFactory(name="Needling", by=[kim])
    making.signed("st36 sp6", patient=patient, practitioner=kim, service=manual, table=table, start=before)
    HealthFactFactory(patient=patient, code="anticoagulant", detail="Warfarin")
    return {"desk": UserFactory(role="Front desk"), "kim": kim, "patient": patient, "service": service}


def book(page):
    """The front desk has Ana on the phone. Returns the visit."""
    page.get_by_role("link", name="New visit").click()
    page.get_by_label("Who").press_sequentially("ort")
    with page.expect_response("**/schedule/book/?**"):
        page.get_by_label("Who").press("Enter")
    with page.expect_response("**/schedule/book/?**"):
        page.get_by_label("What").select_option(label="Needling with e-stim")
    today = f"{datetime.now(ZoneInfo(zone_in_the_morning())):%a %-d %b}"
    page.locator("label.slot", has_text=today).locator("[name=slot]").first.check()
    page.get_by_role("button", name="Book").dblclick()
    page.wait_for_url("**/schedule/*/")

    page.goto("/")
    expect(page.locator("#board")).to_contain_text("Ortiz, Ana")
    return Appointment.objects.get(patient__family_name="Ortiz", status="booked")


def confirm_by_mail(page, sink, visit):
    """Ana opens the link in her e-mail. A mail scanner was there before her, and changed nothing."""
    [letter] = sink.expect("ana@example.com")
    [event] = Calendar.from_ical(letter.part("text/calendar")).walk("VEVENT")
    link = next(word for word in letter.part("text/plain").split() if "/visit/confirm/" in word)

    page.request.get(link)
    page.request.head(link)
    page.goto(link)
    visit.refresh_from_db()
    assert visit.status == "booked"
    page.get_by_role("button", name="Confirm my visit").click()
    expect(page.get_by_role("heading")).to_contain_text("confirmed")

    visit.refresh_from_db()
    assert visit.status == "confirmed"
    assert event["dtstart"].dt == visit.starts_at
    assert str(event["dtstart"].dt.tzinfo) == visit.zone.key
    assert "Needling" not in letter.message["Subject"] + letter.part("text/html")


def check_in(page, visit):
    page.goto("/")
    page.locator(f"#visit-{visit.pk}").get_by_role("button", name="Check in").click()
    expect(page.locator(f"#visit-{visit.pk}")).to_contain_text("Arrived")
    for clinical in ("Warfarin", "Anticoagulant", "ST36"):
        assert clinical not in page.content()


def plan(page, visit):
    """Kim sees Ana waiting, takes last time's points, adds to them and answers what safety says."""
    page.goto("/")
    page.locator(f"#visit-{visit.pk}").get_by_role("link", name="Open plan").click()
    expect(page.locator(".banner")).to_contain_text("Anticoagulant")
    page.get_by_role("button", name="As last time").click()
    expect(page.locator(".items")).to_contain_text("SP6")

    type_points(page, "ST99")
    expect(page.locator("#points-error")).to_have_text("ST99 is not a point. Stomach ends at ST45.")
    type_points(page, "hegu b/l gb21 l")
    expect(page.locator(".items")).to_contain_text("GB21")
    add_circuit(page)
    add_target(page)
    add_others(page)
    answer_findings(page)

    page.get_by_role("button", name="Make ready").click()
    expect(page.get_by_role("link", name="Go to the chart")).to_be_visible()


def type_points(page, text):
    page.get_by_label("Add points").fill(text)
    with page.expect_response("**/plan/add/needle/"):
        page.get_by_label("Add points").press("Enter")


def press_add(page):
    """Until the plan is drawn anew with what came of it."""
    with page.expect_response("**/plan/add/**"):
        page.locator(".item--form").get_by_role("button", name="Add").click()


def add_circuit(page):
    page.get_by_role("link", name="Circuit").click()
    page.locator("[name=needle_a]").select_option(label="LI4-L")
    page.locator("[name=needle_b]").select_option(label="LI4-R")
    page.locator("[name=low_hz]").fill("500")
    press_add(page)
    expect(page.locator("#plan")).to_contain_text("500 Hz is above E-stim 1's limit, 200.")
    page.locator("[name=low_hz]").fill("2")
    press_add(page)
    expect(page.locator("#plan")).to_contain_text("2 Hz · 20 min")


def add_target(page):
    page.get_by_role("link", name="Dry needling").click()
    page.locator("[name=muscle]").fill("Infraspinatus")
    page.locator("[name=side]").select_option(label="L")
    press_add(page)
    expect(page.locator("#block-target .count")).to_have_text("1")


def add_others(page):
    page.get_by_role("link", name="Cups").click()
    page.locator("[name=region]").select_option("upper back")
    press_add(page)
    expect(page.locator("#block-cup .count")).to_have_text("1")
    page.get_by_role("link", name="Tui Na").click()
    page.locator("[name=region]").select_option("neck")
    press_add(page)
    expect(page.locator("#block-tuina .count")).to_have_text("1")
    page.get_by_role("link", name="Breathing or movement").click()
    page.locator("[name=instruction]").fill("Slow breathing, six a minute")
    press_add(page)
    expect(page.locator("#block-movement .count")).to_have_text("1")


def answer_findings(page):
    """S045 for GB21, S019 and S023 for the warfarin are acknowledged; S003 needs a written reason."""
    expect(page.locator("#plan")).to_contain_text("S003")
    page.get_by_role("button", name="Make ready").click()
    expect(page.locator("#plan")).to_contain_text("1 block and 3 warnings to answer")
    expect(page.get_by_role("link", name="Go to the chart")).not_to_be_visible()
    while (acknowledge := page.get_by_role("button", name="Acknowledge")).count():
        left = acknowledge.count()
        acknowledge.first.click()
        expect(acknowledge).to_have_count(left - 1)
    page.get_by_text("Write override").click()
    page.get_by_label("Why this is right").fill("Pads moved to the same hand before the current is on.")
    page.get_by_role("button", name="Override", exact=True).click()
    expect(page.locator("#plan")).to_contain_text("Overridden")


def chart(page, visit):
    """Needles in, everything done, a digit a site; one short is noticed; sign."""
    page.get_by_role("link", name="Go to the chart").click()
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#chart")).to_contain_text("since needles in")
    page.get_by_role("button", name="as planned").first.click()
    page.get_by_label("Response").fill("Calm. A dull ache at ST36 <script>alert('no')</script> 🙂")
    page.get_by_label("Response").blur()
    count_needles(page, short=True)
    page.get_by_role("button", name="Sign and lock").click()
    expect(page.locator("#chart")).to_contain_text("8 in, 7 out. Arms are one short. Find it or report it missing.")
    count_needles(page)
    page.get_by_role("button", name="Sign and lock").click()
    page.wait_for_url(f"**/sessions/{visit.pk}/record/")


def amend(page):
    page.locator("textarea[name=text]").fill("Told on the telephone: slept well.")
    page.get_by_role("button", name="Add amendment").click()
    expect(page.get_by_text("Told on the telephone: slept well.")).to_be_visible()


def pdf_text(page, visit):
    answer = page.request.get(f"/sessions/{visit.pk}/record.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    return " ".join(pdf.sheets(answer.body()))


def refused_by_the_database(statement, value):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [value])


def with_a_password(page, user):
    browser.sign_in(page, user.email, PASSWORD)
    return page


def test_from_the_phone_call_to_the_signed_chart(clinic, visitor, sink):
    desk, kim = with_a_password(visitor(), clinic["desk"]), with_a_password(visitor(), clinic["kim"].user)

    visit = book(desk)
    confirm_by_mail(visitor(viewport=PHONE), sink, visit)
    check_in(desk, visit)
    plan(kim, visit)
    chart(kim, visit)
    amend(kim)

    text = pdf_text(kim, visit)
    for word in ("Ortiz", "GB21", "LI4", "Infraspinatus", "S003", "Calm.", "Told on the telephone: slept well."):
        assert word in text
    visit.refresh_from_db()
    assert visit.status == "completed"
    refused_by_the_database("UPDATE clinic_sessions_note SET response = 'better' WHERE plan_id = %s", visit.plan.pk)
    refused_by_the_database("UPDATE clinic_sessions_sessionplan SET signed_at = NULL WHERE id = %s", visit.plan.pk)
    assert desk.request.get(f"/sessions/{visit.pk}/record/").status == 403
