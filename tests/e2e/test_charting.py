"""A session in the browser: planned by keyboard alone, charted through every trouble, signed, amended, printed."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from sessions.models import AdverseEvent, Note, SessionPlan, SignedRecord
from tests import pdf
from tests.e2e.on_chart import count_needles
from tests.factories import PASSWORD, DeviceFactory, PractitionerFactory, ServiceFactory
from tests.sessions import making

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

STAGES = [("Needling", 20, True, False), ("Rest", 25, False, True), ("Removal", 15, True, False)]
TABLET = {"width": 820, "height": 1180}
MOST_KEYS = 120  # for a usual plan


class Hand:
    """Types on a keyboard and nothing else, and counts the keys.

    From a list it chooses by one letter: a second is part of the word only if it comes within a second.
    """

    def __init__(self, page):
        self.page, self.keys = page, 0

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)

    def press(self, *names):
        for name in names:
            self.page.keyboard.press(name)
            self.keys += 1

    def send(self, *, until):
        """Enter, and a row of the plan that was not there before it: the block around it came with the form."""
        with self.page.expect_response("**/plan/add/**"):
            self.press("Enter")
        expect(self.page.locator(until).first).to_be_attached()

    def open(self, key):
        """A form of the plan, which has the focus when it is there."""
        self.press(key)
        expect(self.page.locator("form:has([name=version]) [data-focus]:focus")).to_have_count(1)


def test_a_usual_plan_is_typed_by_keyboard_alone(sign_in):
    service = ServiceFactory(techniques=["needling", "estim", "dry_needling", "cupping"], stages=STAGES)
    plan = making.a_plan(service=service, device=DeviceFactory())
    page = sign_in(making.by(plan), viewport=TABLET)
    page.goto(f"/sessions/{plan.appointment_id}/plan/")
    hand = Hand(page)

    hand.press("a")
    hand.type("li4 lr3 st36 sp6 pc6 gb34 ht7 ki3 bl60 gv20")
    hand.send(until="li[id^=needle-]")
    hand.press("Escape")
    for number, (one, other) in enumerate([("s", "s"), ("g", "k")], 1):
        hand.open("c")
        hand.type(one)
        hand.press("Tab")
        hand.type(other)
        hand.send(until=f"li[id^=circuit-] >> nth={number - 1}")
    hand.open("d")
    hand.type("infrasp")
    hand.press("Tab")
    hand.type("l")
    hand.send(until="li[id^=target-]")
    hand.open("u")
    hand.type("u")
    hand.send(until="li[id^=cup-]")

    planned = SessionPlan.objects.laid_out().get()
    assert [row.label for row in planned.needles.all()] == [
        *("LI4 L+R", "LR3 L+R", "ST36 L+R", "SP6 L+R", "PC6 L+R", "GB34 L+R", "HT7 L+R", "KI3 L+R", "BL60 L+R"),
        "GV20",
    ]
    ends = {frozenset((row.needle_a.point.code, row.needle_b.point.code)) for row in planned.circuits.all()}
    assert ends == {frozenset(("ST36", "SP6")), frozenset(("GB34", "KI3"))}
    assert [row.label for row in planned.targets.all()] == ["Infraspinatus L"]
    assert [row.region for row in planned.cups.all()] == ["upper back"]
    assert hand.keys <= MOST_KEYS


@pytest.fixture
def plan():
    """A session in progress: four needles in the hands and feet."""
    return making.begun("li4 lr3")


@pytest.fixture
def open_chart(sign_in, plan):
    def enter(user):
        page = sign_in(user, viewport=TABLET)
        page.goto(f"/sessions/{plan.appointment_id}/chart/")
        return page

    return enter


def saved(page):
    expect(page.locator("#saved")).to_contain_text("Saved")


def write(page, label, text):
    page.get_by_label(label, exact=True).press_sequentially(text)


def lose_the_network(page):
    page.context.set_offline(True)
    write(page, "Response", "Calm, warm hands.")
    expect(page.locator("#saved")).to_contain_text("Not saved yet: no connection.")
    assert not Note.objects.exists()
    page.context.set_offline(False)
    saved(page)
    assert Note.objects.get().response == "Calm, warm hands."


def lose_the_sign_in(page, user):
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    write(page, "Advice", "Walk ten minutes.")
    frame = page.frame_locator(".dialog__frame")  # lies over the page
    frame.locator("[name=login]").fill(user.email)
    frame.locator("[name=password]").fill(PASSWORD)
    frame.locator("[name=password]").press("Enter")
    expect(page.locator(".dialog__frame")).not_to_be_visible()
    saved(page)
    assert Note.objects.get().advice == "Walk ten minutes."


def meet_a_second_browser(page, other):
    write(other, "Palpation", "Tight band in the neck.")
    saved(other)
    write(page, "Palpation", "Soft.")
    clash = page.locator("[data-clash=palpation]")
    expect(clash).to_contain_text("Theirs: Tight band in the neck.")
    assert Note.objects.get().palpation == "Tight band in the neck."
    clash.get_by_role("button", name="Take theirs").click()
    expect(clash).to_have_count(0)
    expect(page.get_by_label("Palpation")).to_have_value("Tight band in the neck.")


def mark_everything(page):
    """The other browser has changed something since: who presses is told, looks and does it again."""
    everything = page.get_by_role("button", name="All 2 as planned")
    everything.click()
    expect(page.locator(".foot__refusal")).to_contain_text("changed this plan at")
    everything.click()
    expect(page.locator(".done__row.is-done")).to_have_count(2)


def be_one_needle_short(page):
    count_needles(page, short=True)
    page.get_by_role("button", name="Sign and lock").click()
    expect(page.locator(".foot__refusal")).to_contain_text("4 in, 3 out. Hands are one short.")
    assert not SignedRecord.objects.exists()


def report_it_missing(page):
    page.get_by_text("Report missing needle").click()
    page.get_by_label("How many").fill("1")
    page.get_by_label("What was done to find it").fill("Table, floor and clothes searched with a magnet.")
    page.get_by_role("button", name="Report it missing").click()
    expect(page.locator("#incidents")).to_contain_text("Needle not found")
    assert AdverseEvent.objects.get().missing == 1


def sign(page, plan):
    """Kim has signed in a minute ago, and so need not prove it again."""
    page.get_by_role("button", name="Sign and lock").click()
    page.wait_for_url(f"**/sessions/{plan.appointment_id}/record/")


def amend(page):
    page.locator("textarea[name=text]").fill("The needle was found in the laundry.")
    page.get_by_role("button", name="Add amendment").click()
    expect(page.locator(".amendment")).to_contain_text("The needle was found in the laundry.")


def test_a_session_is_charted_through_every_trouble_and_signed(open_chart, plan):
    kim = making.by(plan)
    page, other = open_chart(kim), open_chart(PractitionerFactory().user)

    lose_the_network(page)
    lose_the_sign_in(page, kim)
    meet_a_second_browser(page, other)
    mark_everything(page)
    be_one_needle_short(page)
    report_it_missing(page)
    sign(page, plan)
    amend(page)

    answer = page.request.get(f"/sessions/{plan.appointment_id}/record.pdf")
    text = " ".join(pdf.sheets(answer.body()))
    said = ["Calm, warm hands.", "Walk ten minutes.", "Tight band in the neck.", "Needle not found"]
    for words in [*said, "The needle was found in the laundry."]:
        assert words in text
    other.reload()
    expect(other.locator(".sealed")).to_contain_text("Signed")
