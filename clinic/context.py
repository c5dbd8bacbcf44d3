"""What the frame around every page needs: the rail, the theme a person chose, and the clinic's name."""

from email.utils import parseaddr

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

# url name, word, icon, key after `g`, permission (None: everybody who is signed in)
RAIL = [
    ("desk:today", "Today", "sun", "t", None),
    ("scheduling:calendar", "Calendar", "calendar3", "c", "scheduling.view_appointment"),
    ("desk:floor", "Floor", "grid-1x2", "f", "scheduling.view_appointment"),
    ("desk:patients", "Patients", "people", "p", "patients.view_patient"),
    ("reminders:messages", "Messages", "envelope", "m", "reminders.view_message"),
    ("desk:settings", "Settings", "sliders", "s", "clinic.change_service"),
]
SEARCH = ("desk:search", "patients.view_patient")
NEW_VISIT = ("scheduling:book", "scheduling.add_appointment")
THEMES = {"light", "dark"}


def address(name):
    """The URL of that name, or an empty string while the page does not exist."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def open_to(user, name, permission):
    """The URL of that name if it exists and this person may open it, else an empty string."""
    if not user.is_authenticated or (permission and not user.has_perm(permission)):
        return ""
    return address(name)


def rail(user, path):
    entries = [
        {"label": label, "url": url, "icon": icon, "key": key, "name": name}
        for name, label, icon, key, permission in RAIL
        if (url := open_to(user, name, permission))
    ]
    here = max((e["url"] for e in entries if under(path, e["url"])), key=len, default=None)
    return [{**entry, "current": entry["url"] == here} for entry in entries]


def under(path, url):
    """Is this path the page itself or a page below it? The root has no pages below it."""
    return path == url or (url != "/" and path.startswith(url))


def frame(request):
    user = getattr(request, "user", None)
    theme = request.COOKIES.get("theme")
    name, _ = parseaddr(settings.DEFAULT_FROM_EMAIL)
    lazy = {
        "rail": lambda: rail(user, request.path) if user else [],
        "search_url": lambda: open_to(user, *SEARCH) if user else "",
        "new_visit_url": lambda: open_to(user, *NEW_VISIT) if user else "",
    }
    return {key: SimpleLazyObject(make) for key, make in lazy.items()} | {
        "theme": theme if theme in THEMES else "",
        "clinic_name": name or "Deqi",
        "clinic_phone": settings.CLINIC_PHONE,
    }
