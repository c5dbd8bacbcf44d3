"""What is still to be signed, oldest first."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from sessions import worklist as unsigned
from sessions.models import PlanStatus

from .shown import reading

A_PAGE = 50


@reading
def worklist(request):
    mine = getattr(request.user, "practitioner", None)
    everybody = mine is None or request.GET.get("of") == "everybody"
    now = timezone.now()
    whose = {"practitioner": None if everybody else mine}
    begun = unsigned.unsigned(**whose).filter(status=PlanStatus.IN_PROGRESS).exclude(appointment__status="completed")
    over = unsigned.completed_unsigned(now=now, **whose).select_related("plan")
    page = Paginator(over, A_PAGE).get_page(request.GET.get("page"))
    waiting = [(visit, unsigned.age(visit, now), unsigned.is_overdue(visit, now)) for visit in page]
    context = {"begun": begun, "page": page, "waiting": waiting, "mine": mine, "everybody": everybody}
    return render(request, "sessions/worklist.html", context)
