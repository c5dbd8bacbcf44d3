"""A patient with a telephone and the links of a real letter: with script, and without."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Patient
from reminders import links
from reminders.links import Own, Purpose
from reminders.models import Answer
from scheduling import booking
from scheduling.models import Appointment, Status
from tests.e2e.morning import zone_in_the_morning
from tests.factories import (
    AppointmentFactory,
    LocationFactory,
    PatientFactory,
    PractitionerFactory,
    ServiceFactory,
    TableFactory,
)

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
FINGER = 44  # pixels: what can be tapped is at least as high


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def phone(request, visitor):
    return visitor(viewport=PHONE, has_touch=True, java_script_enabled=request.param)


@pytest.fixture
def visit():
    """In five days at ten, with Kim, who has time."""
    place = LocationFactory(zone_name=zone_in_the_morning())
    kim, table = PractitionerFactory(name="Kim Lee"), TableFactory(location=place)
    TableFactory(location=place)
    today = timezone.now().astimezone(place.zone).replace(hour=10, minute=0, second=0, microsecond=0)
    return AppointmentFactory(
        practitioner=kim,
        service=ServiceFactory(by=[kim]),
        table=table,
        patient=PatientFactory(given_name="Ana"),
        start=today + timedelta(days=5),
        placed_at=timezone.now() - timedelta(days=9),
    )


def now_of(visit):
    return Appointment.objects.get(pk=visit.pk)


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def follow(page, name):
    page.get_by_role("link", name=name).first.click()


def assert_fits(page):
    """Nothing is wider than the telephone, and a finger finds every button."""
    heights = [one.bounding_box()["height"] for one in page.locator("main .btn, main .slot").all() if one.is_visible()]
    widths = [one.bounding_box() for one in page.locator("main > *").all() if one.is_visible()]
    assert min(heights, default=FINGER) >= FINGER
    assert max(box["x"] + box["width"] for box in widths) <= PHONE["width"] + 1


def test_confirm(phone, visit):
    phone.goto(links.path(Purpose.CONFIRM, visit))
    assert_fits(phone)
    assert now_of(visit).status == Status.BOOKED

    press(phone, "Confirm my visit")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, Ana. Your visit is confirmed.")
    assert now_of(visit).status == Status.CONFIRMED
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you, Ana. Your visit is confirmed.")


def test_move_in_three_taps(phone, visit):
    phone.goto(links.path(Purpose.CONFIRM, visit))

    follow(phone, "Choose another time")
    assert_fits(phone)
    free = phone.locator("a.slot").nth(7)
    free.click()
    expect(phone.get_by_role("heading", name="Move my visit to:")).to_be_in_viewport()
    assert_fits(phone)
    assert now_of(visit).revision == 0
    press(phone, "Move my visit")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Ana, your visit is now:")
    moved = now_of(visit)
    assert (moved.revision, moved.starts_at != visit.starts_at) == (1, True)
    assert moved.status == Status.CONFIRMED
    expect(phone.get_by_role("button", name="Confirm my visit")).to_have_count(0)
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ana, your visit is now:")
    phone.goto(links.path(Purpose.CONFIRM, visit))
    expect(phone.get_by_role("heading", level=1)).to_have_text("This link has ended")


def test_a_double_tap_moves_once(phone, visit):
    phone.goto(links.path(Purpose.CHANGE, visit))
    phone.locator("a.slot").nth(4).click()

    phone.get_by_role("button", name="Move my visit").dblclick()

    expect(phone.get_by_role("heading", level=1)).to_have_text("Ana, your visit is now:")
    assert now_of(visit).revision == 1


def test_a_time_that_somebody_took_meanwhile(phone, visit):
    phone.goto(links.path(Purpose.CHANGE, visit))
    phone.locator("a.slot").nth(7).click()
    slot = phone.locator("[name=slot]").get_attribute("value")
    start = datetime.fromtimestamp(int(slot.partition("@")[2]), visit.zone)
    AppointmentFactory(practitioner=visit.practitioner, service=visit.service, start=start)

    press(phone, "Move my visit")

    expect(phone.get_by_role("alert")).to_contain_text("Someone took that time. You still have")
    assert now_of(visit).revision == 0
    phone.locator("a.slot").first.click()
    press(phone, "Move my visit")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ana, your visit is now:")


def test_cancel_in_three_taps(phone, visit):
    phone.goto(links.path(Purpose.CONFIRM, visit))

    follow(phone, "Cancel my visit")
    assert_fits(phone)
    expect(phone.locator("main")).to_contain_text("Cancelling is free until")
    phone.get_by_label("Why? You need not say.").fill("I am away")
    press(phone, "Yes, cancel my visit")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Your visit is cancelled.")
    gone = now_of(visit)
    assert (gone.status, gone.cancel_reason) == (Status.CANCELLED, "I am away")


def test_unsubscribe_and_undo(phone, visit):
    phone.goto(links.own_path(Own.UNSUBSCRIBE, visit.patient))
    assert_fits(phone)
    assert Patient.objects.get(pk=visit.patient_id).wants_reminders

    press(phone, "Stop these messages")
    expect(phone.get_by_role("heading", level=1)).to_have_text("These messages have stopped.")
    assert not Patient.objects.get(pk=visit.patient_id).wants_reminders

    follow(phone, "Choose which messages come")
    assert_fits(phone)
    phone.get_by_label("Reminders before a visit").check()
    phone.get_by_label("Español").check()
    press(phone, "Save")
    expect(phone.get_by_role("status")).to_contain_text("Guardado.")
    patient = Patient.objects.get(pk=visit.patient_id)
    assert (patient.wants_reminders, patient.language) == (True, "es")


def test_how_are_you_and_not_me(phone, visit):
    over = AppointmentFactory(patient=visit.patient, start=visit.starts_at - timedelta(days=7), status=Status.COMPLETED)
    phone.goto(links.path(Purpose.ANSWER, over))
    assert_fits(phone)
    press(phone, "Send")
    expect(phone.get_by_role("alert")).to_have_text("Choose one of the three.")
    phone.get_by_label("I would like you to call me").check()
    press(phone, "Send")
    expect(phone.get_by_role("heading", level=1)).to_have_text("We will call you.")

    phone.goto(links.path(Purpose.NOT_ME, visit))
    assert_fits(phone)
    press(phone, "It is the wrong address")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
    press(phone, "Undo: the address is right")
    expect(phone.get_by_role("status")).to_contain_text("Undone:")
    assert not Answer.objects.filter(kind="not_me").exists()
    press(phone, "It is the wrong address")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you for telling us.")
    assert set(Answer.objects.values_list("kind", flat=True)) == {"urgent", "not_me"}


def test_expired(phone, visit):
    """The front desk moved the visit while the letter lay unread: its links say nothing and do nothing."""
    paths = [links.path(purpose, visit) for purpose in (Purpose.CONFIRM, Purpose.CANCEL, Purpose.CHANGE)]
    booking.move(visit=visit, starts_at=visit.starts_at + timedelta(hours=2), by=None)

    for path in paths:
        answer = phone.goto(path)
        assert answer.status == 404
        expect(phone.get_by_role("heading", level=1)).to_have_text("This link has ended")
        expect(phone.locator("body")).not_to_contain_text("Ana")
    assert_fits(phone)
    assert now_of(visit).status == Status.BOOKED


def test_a_page_that_lay_open_while_the_visit_was_moved_changes_nothing(phone, visit):
    phone.goto(links.path(Purpose.CANCEL, visit))
    booking.move(visit=visit, starts_at=visit.starts_at + timedelta(hours=2), by=None)

    press(phone, "Yes, cancel my visit")

    expect(phone.get_by_role("heading", level=1)).to_have_text("This link has ended")
    assert now_of(visit).status == Status.BOOKED


def test_the_links_of_a_real_letter(phone, visit, sink):
    """The whole way: beat finds the reminder or the news, a worker sends it, the patient opens it on the telephone."""
    Appointment.objects.filter(pk=visit.pk).update(placed_at=timezone.now() - timedelta(minutes=5))
    [letter] = sink.expect(visit.patient.email)
    words = letter.part("text/plain").split()

    phone.goto(next(word for word in words if "/visit/change/" in word))
    phone.locator("a.slot").first.click()
    press(phone, "Move my visit")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Ana, your visit is now:")
    assert now_of(visit).revision == 1
