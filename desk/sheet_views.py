"""The day sheet: a page to print, and the same as a PDF."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from clinic.models import Location
from clinic.paper import pdf_response
from desk import days
from desk.day_sheet import sheets

PERMISSION = "scheduling.view_appointment"


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def day_sheet(request):
    return render(request, "desk/day_sheet.html", asked(request))


@require_GET
@permission_required(PERMISSION, raise_exception=True)
def day_sheet_pdf(request):
    context = asked(request)
    return pdf_response("desk/day_sheet_paper.html", context, request, f"day-sheet-{context['date']:%Y-%m-%d}.pdf")


def asked(request):
    """The day and whose it is: one's own with `view=mine`, for whoever treats; else the whole clinic's."""
    now, locations = timezone.now(), list(Location.objects.order_by("pk"))
    date, sentence = days.asked(request.GET.get("day"), days.today(locations, now))
    practitioner = getattr(request.user, "practitioner", None)
    whose = practitioner if request.GET.get("view") == "mine" else None
    found = sheets(request.user, [days.Day(one, date, now) for one in locations], practitioner=whose)
    query = urlencode({"day": date.isoformat(), **({"view": "mine"} if whose else {})})
    return {
        "date": date,
        "sentence": sentence,
        "practitioner": practitioner,
        "whose": whose,
        "sheets": found,
        "many_clocks": days.many_clocks(sheet.day.location for sheet in found),
        "now": now,
        "pdf_url": f"{reverse('desk:day_sheet_pdf')}?{query}",
        **days.around(date),
    }
