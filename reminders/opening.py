"""The patients' door: a token tells who may, without a login. A GET changes nothing: mail scanners follow links."""

from functools import wraps

import pghistory
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reminders import limiting, links
from reminders.links import LinkEnded


def visit_page(purpose, *, instead=None):
    """The view gets the visit that the token opens.

    Every token that opens none gets the same answer, unless `instead` has one for this request and token.
    """

    def found(token):
        visit = links.opened(purpose, token, now=timezone.now())
        return visit, visit.patient

    return page(found, instead=instead)


def own_page(purpose, *, limited=True):
    """The view gets the patient whose messages the token is about.

    Not `limited` is what mail providers call: many people's wishes come from a few addresses of theirs.
    """

    def found(token):
        patient = links.opened_own(purpose, token)
        return patient, patient

    return page(found, limited=limited)


def page(find, *, limited=True, instead=None):
    """`find` returns what a token opens and the patient it is about, or raises LinkEnded."""

    def decorate(view):
        @login_not_required
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def guarded(request, token):
            try:
                found, patient = find(token)
            except LinkEnded:
                return (instead and instead(request, token)) or ended(request, limited)
            if limited and request.method == "POST" and limiting.too_many_posts(patient):
                return too_often(request)
            with pghistory.context(source="patient link"):
                return view(request, found)

        guarded.out_of_date = "reminders/out_of_date.html"
        return guarded

    return decorate


def ended(request, limited):
    """Forged, expired, moved or another patient's: nobody is told which."""
    if limited and limiting.too_many_wrong_tokens(request):
        return too_often(request)
    return render(request, "reminders/link_ended.html", status=404)


def too_often(request):
    response = render(request, "reminders/too_often.html", status=429)
    response["Retry-After"] = limiting.WINDOW
    return response
