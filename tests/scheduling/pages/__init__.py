"""The pages of the schedule: who may open them, what they offer and refuse, and that nothing is half-written."""

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.urls import reverse

from tests.factories import MONDAY_TEN

NEW_YORK = ZoneInfo("America/New_York")
NOW = MONDAY_TEN - timedelta(days=3)
BOOK = "/schedule/book/"
REPEAT = "/schedule/repeat/"
HTMX = {"HX-Request": "true"}
HANDS_ON = [("Treatment", 60, True, False)]
HOSTILE = "<script>alert(1)</script> 🙃 \u202eabc"


def slot(practitioner, starts_at=MONDAY_TEN):
    return f"{practitioner.pk}@{int(starts_at.timestamp())}"


def wish(patient, service, practitioner, **changes):
    """What the booking page sends."""
    filled = {
        "patient": patient.pk,
        "service": service.pk,
        "slot": slot(practitioner),
        "note": "By phone",
        "request_key": str(uuid4()),
    }
    return filled | changes


def url(name, visit):
    return reverse(f"scheduling:{name}", args=[visit.pk])
