"""The doors that belong to no room: the health check and the error pages."""

import logging
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.module_loading import import_string
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from clinic.cache import sure
from clinic.middleware import sign_in_first

logger = logging.getLogger(__name__)


@login_not_required
@require_safe
def healthz(request):
    """For load balancers: can pages be served? Nothing but the database is needed for that. What is told beside it, of
    the cache and by the rooms that HEALTH_REPORTS names, takes nobody off the net.
    """
    answers = {"database": answering(ask_database), "cache": answering(ask_cache)}
    well = answers["database"]
    told = {name: "ok" if answer else "down" for name, answer in answers.items()}
    if well:
        for name in settings.HEALTH_REPORTS:
            told |= report(name)
    return JsonResponse({"status": "ok" if well else "down", **told}, status=200 if well else 503)


def answering(ask):
    with suppress(DatabaseError, RedisError):
        ask()
        return True
    return False


def report(name):
    """What a room says of itself. One that can't is no reason to take away pages that can be served."""
    try:
        return import_string(name)()
    except Exception as error:
        logger.error("%s does not answer: %s", name, type(error).__name__)  # a database quotes rows in its own words
        return {"reports": "down"}


def ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask_cache():
    sure.get("health")


@require_safe
def signed_in(request):
    """Where signing in within a page ends: it tells the page around it who that was, and the new token."""
    return render(request, "signed_in.html")


def out_of_date(request, reason=""):
    """A token from before somebody signed in again. A page with script asks who is there now, and gets a new one.

    A view whose readers have no Today to go back to names a page of its own, as `out_of_date`.
    """
    if request.headers.get("HX-Request") == "true":
        return sign_in_first()
    page = getattr(request.resolver_match.func, "out_of_date", "403_csrf.html")
    return csrf_failure(request, reason, template_name=page)
