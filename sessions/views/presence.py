"""What an open plan or chart asks every few seconds: who else is here, and has anything changed?"""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from scheduling.models import Appointment
from sessions import presence

from .shown import reading

PAGES = ("plan", "chart")


@reading
def present(request, visit, page):
    """`version` is the one that the page shows, `known` what it was told last. Nothing (204) as long as that is so."""
    if page not in PAGES:
        raise Http404
    found = Appointment.objects.visible_to(request.user).select_related("plan__changed_by", "table__location")
    visit = get_object_or_404(found, pk=visit)
    others, plan = presence.here(visit=visit.pk, user=request.user), getattr(visit, "plan", None)
    is_new = plan is not None and request.GET.get("version", "") not in ("", str(plan.version))
    known = f"{plan.version if is_new else ''}:{','.join(str(one.user) for one in others)}"
    if request.GET.get("known") == known:
        return HttpResponse(status=204)
    context = {"visit": visit, "plan": plan, "page": page, "others": others, "known": known, "is_new": is_new}
    return render(request, "sessions/_presence.html", context)
