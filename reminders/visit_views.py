"""Pages about one visit, opened by a link out of an e-mail. A POST changes the visit as the page showed it, or nothing:
the token names its revision."""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html

from clinic.errors import ClinicError
from clinic.saying import when
from reminders import answering, composing, links
from reminders.changing import in_time, last_moment
from reminders.links import Purpose
from reminders.models import AnswerKind
from reminders.opening import visit_page
from reminders.patient_forms import AnswerForm, CancelForm
from reminders.phrases import Say
from scheduling import attending, booking
from scheduling.models import Status
from sessions.aftercare import word


@visit_page(Purpose.CONFIRM)
def visit_confirm(request, visit):
    if request.method == "POST":
        return tried(request, lambda: attending.confirm(visit=visit, by=None, seen=visit.revision))
    return shown(request, "reminders/visit_confirm.html", visit)


@visit_page(Purpose.CANCEL)
def visit_cancel(request, visit):
    say = said(visit)
    form = CancelForm(request.POST if request.method == "POST" else None, say=say)
    if request.method == "POST" and not changeable(visit):
        return shown(request, "reminders/visit_cancel.html", visit, form=form, status=409)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return tried(request, lambda: booking.cancel(visit=visit, reason=reason, by=None, seen=visit.revision))
    return shown(request, "reminders/visit_cancel.html", visit, form=form)


@visit_page(Purpose.CALENDAR)
def visit_calendar(request, visit):
    """To be put into a calendar, or taken out of it if the visit is cancelled."""
    method = "CANCEL" if visit.status == Status.CANCELLED else "PUBLISH"
    headers = {"Content-Disposition": 'attachment; filename="visit.ics"'}
    kind = f"text/calendar; method={method}; charset=utf-8"
    return HttpResponse(composing.calendar([visit]), content_type=kind, headers=headers)


@visit_page(Purpose.ANSWER)
def visit_answer(request, visit):
    form = AnswerForm(request.POST if request.method == "POST" else None, say=said(visit))
    if request.method == "POST" and form.is_valid():
        answering.answer(visit=visit, kind=form.cleaned_data["kind"])
        return redirect(request.path)
    context = {
        "form": form,
        "answered": answering.latest(visit),
        "calling": answering.asking(visit),
        "urgent": AnswerKind.URGENT,
        "red_flags": red_flags(visit.patient.language),
    }
    return shown(request, "reminders/visit_answer.html", visit, status=400 if form.errors else 200, **context)


def red_flags(language):
    """When to get help at once, in the words of the sheet that the patient took home."""
    signs = composing.advice(language)["red_flags"].splitlines()
    return {"title": word("urgent", language), "how": word("urgent_how", language), "signs": signs}


def tried(request, verb):
    """Whether it worked or somebody was faster, the page says how the visit stands: it can be reloaded at will."""
    with suppress(ClinicError):
        verb()
    return redirect(request.path)


def changeable(visit):
    """May it be cancelled or moved online by now? Of a cancelled one there is nothing to refuse."""
    return visit.status == Status.CANCELLED or in_time(visit, timezone.now())


def said(visit):
    """The page's phrases in the patient's language."""
    now = timezone.now()
    last = when(last_moment(visit), zone=visit.zone, language=visit.patient.language, now=now)
    values = composing.facts(visit, now) | {"last_day": last.day, "last_time": last.time}
    values |= {"name": values["given_name"], **numbers(values["phone"])}
    return Say(visit.patient.language, **values)


def numbers(phone):
    """The telephone number, which stays on one line, and the link that dials it."""
    return {
        "phone": format_html('<span class="nowrap">{}</span>', phone),
        "dial": format_html('<a class="nowrap" href="tel:{0}">{0}</a>', phone),
    }


def shown(request, template, visit, *, status=200, **context):
    context |= {
        "visit": visit,
        "location": visit.location,
        "language": visit.patient.language,
        "say": said(visit),
        "when": when(visit.starts_at, zone=visit.zone, language=visit.patient.language, now=timezone.now()),
        "may_change": changeable(visit),
        "moved_by_patient": visit.revision > 0 and visit.placed_by_id is None,
        "urls": {str(purpose): links.path(purpose, visit) for purpose in Purpose},
    }
    return render(request, template, context, status=status)
