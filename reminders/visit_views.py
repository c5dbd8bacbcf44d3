"""Pages for patients, opened by a link out of an e-mail. A GET changes nothing: mail scanners follow links."""

from contextlib import suppress
from functools import wraps

import pghistory
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clinic.errors import ClinicError
from clinic.saying import when
from reminders import composing, links
from reminders.forms import CancelForm
from reminders.links import LinkEnded, Purpose
from reminders.phrases import phrases
from scheduling import attending, booking
from scheduling.models import Status


def patient_page(purpose):
    """The view gets the visit that the token opens. Every token that opens none gets the same answer."""

    def decorate(view):
        @login_not_required
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request, token):
            try:
                visit = links.opened(purpose, token, now=timezone.now())
            except LinkEnded:
                return render(request, "reminders/link_ended.html", status=404)
            with pghistory.context(source="patient link"):
                return view(request, visit)

        return page

    return decorate


@patient_page(Purpose.CONFIRM)
def visit_confirm(request, visit):
    if request.method == "POST":
        return tried(request, lambda: attending.confirm(visit=visit, by=None))
    return shown(request, "reminders/visit_confirm.html", visit)


@patient_page(Purpose.CANCEL)
def visit_cancel(request, visit):
    say = said(visit)
    form = CancelForm(request.POST if request.method == "POST" else None, say=say)
    if request.method == "POST" and not cancellable(visit):
        return shown(request, "reminders/visit_cancel.html", visit, form=form, status=409)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return tried(request, lambda: booking.cancel(visit=visit, reason=reason, by=None))
    return shown(request, "reminders/visit_cancel.html", visit, form=form)


@patient_page(Purpose.CALENDAR)
def visit_calendar(request, visit):
    if visit.status == Status.CANCELLED:
        return redirect(links.path(Purpose.CONFIRM, visit))
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    return HttpResponse(composing.calendar([visit]), content_type="text/calendar; charset=utf-8", headers=headers)


def tried(request, verb):
    """Whether it worked or somebody was faster, the page says how the visit stands: it can be reloaded at will."""
    with suppress(ClinicError):
        verb()
    return redirect(request.path)


def cancellable(visit):
    return visit.status == Status.CANCELLED or timezone.now() <= last_moment(visit)


def last_moment(visit):
    """Until then a visit can be cancelled online, free of charge."""
    return visit.starts_at - settings.CANCEL_ONLINE_UNTIL


def said(visit):
    """The page's phrases in the patient's language."""
    last = when(last_moment(visit), zone=visit.zone, language=visit.patient.language)
    values = composing.facts(visit)
    return phrases(visit.patient.language, name=values["given_name"], last_day=last.day, last_time=last.time, **values)


def shown(request, template, visit, *, status=200, **context):
    context |= {
        "visit": visit,
        "location": visit.location,
        "language": visit.patient.language,
        "say": said(visit),
        "when": when(visit.starts_at, zone=visit.zone, language=visit.patient.language),
        "may_cancel": cancellable(visit),
        "urls": {str(purpose): links.path(purpose, visit) for purpose in Purpose},
    }
    return render(request, template, context, status=status)
