"""How the post stands: for people, and for machines."""

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from reminders import lists, watching
from reminders.watching import Verdict


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def status(request):
    context = lists.frame(request.user, "status")
    return render(
        request, "reminders/status.html", {**context, "domains": watching.failures_by_domain(context["post"].now)}
    )


@require_safe
@never_cache
@permission_required("reminders.view_message", raise_exception=True)
def post(request):
    """The note alone, for a page that stands open. 204 if it says what it said before, or a screen reader would say it
    again every minute."""
    stands = watching.post()
    if request.GET.get("said") == stands.said:
        return HttpResponse(status=204)
    return render(request, "reminders/_post.html", {"post": stands, "polls": True})


@login_not_required
@require_safe
@never_cache
def health(request):
    """503 while messages are late or have stopped; not while they are only delayed, because the mail server may be back
    in a minute. Apart from /healthz, because pages are served all the same."""
    told = watching.health()["messages"]
    return JsonResponse(told, status=503 if told["verdict"] in (Verdict.LATE, Verdict.STOPPED) else 200)
