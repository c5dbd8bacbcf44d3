"""What the pages about a session share: who may open them, and the visit they are about."""

from django.contrib.auth.decorators import permission_required
from django.views.decorators.http import require_POST, require_safe

VIEW = "clinic_sessions.view_sessionplan"
CHANGE = "clinic_sessions.change_sessionplan"
SIGN = "clinic_sessions.sign_sessionplan"
AMEND = "clinic_sessions.add_amendment"
FOLLOW_UP = "clinic_sessions.add_followup"


def reading(view):
    """A page that shows something clinical: for practitioners."""
    return require_safe(permission_required(VIEW, raise_exception=True)(view))


def changing(permission=CHANGE):
    """A change: POST, by whoever may. The answer to htmx is a page's fragment, and as private as the page."""

    def decorate(view):
        return require_POST(permission_required(permission, raise_exception=True)(view))

    return decorate


def local_day(visit):
    """The calendar day of a visit at its location."""
    return visit.starts_at.astimezone(visit.zone).date()
