"""The doors that belong to no room: the health check and the error pages."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import render
from django.views.csrf import csrf_failure
from django.views.decorators.http import require_safe

from clinic.middleware import sign_in_first


@login_not_required
@require_safe
def healthz(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def signed_in(request):
    """Where signing in within a page ends: it tells the page around it who that was, and the new token."""
    return render(request, "signed_in.html")


def out_of_date(request, reason=""):
    """A token from before somebody signed in again. A page with script asks who is there now, and gets a new one."""
    if request.headers.get("HX-Request") == "true":
        return sign_in_first()
    return csrf_failure(request, reason)
