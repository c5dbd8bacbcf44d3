"""What leaves the screen: the plan card for the room, and the sheet that the patient takes home. Each is a page and a
PDF of the same words. Both say something about health, so they are for practitioners."""

from django.shortcuts import render
from django.utils import timezone

from clinic.errors import ClinicError
from clinic.paper import pdf_response
from patients.access import note_read
from patients.models import Language
from scheduling.models import GONE
from sessions.aftercare import leaflet
from sessions.editor import visit_of
from sessions.models import PlanStatus
from sessions.plan_card import card

from .shown import local_day, reading


@reading
def plan_card(request, visit):
    return on_screen(request, "sessions/plan_card.html", carded(request, visit))


@reading
def plan_card_pdf(request, visit):
    return on_paper(request, "sessions/plan_card_paper.html", carded(request, visit), "plan-card")


@reading
def aftercare(request, visit):
    return on_screen(request, "sessions/aftercare.html", told(request, visit))


@reading
def aftercare_pdf(request, visit):
    return on_paper(request, "sessions/aftercare_paper.html", told(request, visit), "aftercare")


def carded(request, pk):
    visit, plan = planned(request, pk)
    if plan.is_signed:
        raise ClinicError("This session is signed. Print its record instead of a plan card.")
    return {"visit": visit, "plan": plan, "card": card(plan), "patient": visit.patient}


def told(request, pk):
    visit, plan = planned(request, pk)
    if plan.status not in (PlanStatus.IN_PROGRESS, PlanStatus.SIGNED):
        raise ClinicError("The session has not begun. This sheet says what was done, so print it afterwards.")
    language = request.GET.get("language", visit.patient.language)
    if language not in Language.values:
        language = visit.patient.language
    sheet = leaflet(plan, language)
    return {"visit": visit, "plan": plan, "leaflet": sheet, "patient": visit.patient, "languages": Language.choices}


def planned(request, pk):
    """(visit, plan) that there is something to print of. 404 for a visit that this user may not see."""
    visit, plan = visit_of(request.user, pk)
    if visit.status in GONE:
        raise ClinicError(f"This visit is {visit.get_status_display().lower()}. There is nothing to print.")
    if plan is None:
        raise ClinicError("Nothing is planned for this visit yet. Plan first, then print.")
    note_read(user=request.user, patient=visit.patient, page=f"sessions:{request.resolver_match.url_name}")
    return visit, plan


def on_screen(request, template, context):
    with timezone.override(context["visit"].zone):
        return render(request, template, context)


def on_paper(request, template, context, name):
    visit = context["visit"]
    name = f"{name}-{visit.patient.chart_number}-{local_day(visit):%Y-%m-%d}.pdf"
    with timezone.override(visit.zone):
        return pdf_response(template, context, request, name)
