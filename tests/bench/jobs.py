"""What is no page: fifty who want one slot, the weight of the first pages, a worker's memory."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

from tests.bench.driver import Client
from tests.bench.rows import slots

RIVALS = 50
PAGES = {"booking": "/schedule/book/", "patients": "/people/", "calendar": "/schedule/calendar/"}
FIRST_PAGE, NEXT_PAGE = 180_000, 30_000  # bytes as sent
MEMORY = 160_000  # kB a worker


def rivals(asking):
    """How many of fifty simultaneous bookings of one slot succeeded, and how many were told when else."""
    known, client = asking.known, asking.client
    offered = client.get(f"/schedule/book/?service={known['service']}&patient=1", htmx=True)
    slot, ready = slots(offered.text)[-1], Barrier(RIVALS)

    def book(patient):
        tab = Client(client.site.geturl(), client.cookies)
        tab.get("/bench/bare/")
        ready.wait()
        fields = {"patient": patient, "service": known["service"], "slot": slot, "request_key": uuid4()}
        return tab.post("/schedule/book/", **fields)

    began = time.perf_counter()
    with ThreadPoolExecutor(RIVALS) as pool:
        answers = list(pool.map(book, range(1, RIVALS + 1)))
    return {
        "booked": sum(answer.status == 302 for answer in answers),
        "told when else": sum(answer.status == 409 and bool(slots(answer.text)) for answer in answers),
        "seconds": round(time.perf_counter() - began, 2),
    }


def weights(site, password):
    """Bytes over the wire in a fresh browser: signing in and Today, then a visit to further pages."""
    from tests import browser

    found = {}
    with browser.chromium() as chromium:
        page = chromium.new_context(base_url=site).new_page()
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        sizes = []
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        browser.sign_in(page, "practitioner0@example.com", password)
        page.wait_for_load_state("networkidle")
        found["first page"] = sum(sizes)
        for name, path in {
            "booking": "/schedule/book/",
            "patients": "/people/",
            "calendar": "/schedule/calendar/",
        }.items():
            sizes.clear()
            page.goto(path)
            page.wait_for_load_state("load")
            page.wait_for_timeout(500)
            found[name] = sum(sizes)
    return found


def memory(asking, workers, requests):
    """Resident kB of the heaviest worker after a tenth of the requests and after all of them."""
    ways = [asking.day, asking.search, asking.patient_page, asking.plan, asking.free_times]
    found = []
    for number in range(1, requests + 1):
        ways[number % len(ways)]()
        if number in (requests // 10, requests):
            found.append(max(resident(pid) for pid in workers))
    return {"requests": requests, "kB after a tenth": found[0], "kB": found[1]}


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
