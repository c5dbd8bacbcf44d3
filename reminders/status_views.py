"""How the post stands: for people, and for machines."""

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import JsonResponse
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


@login_not_required
@require_safe
@never_cache
def health(request):
    """503 while messages are late or have stopped. Apart from /healthz, because pages are served all the same."""
    told = watching.health()
    return JsonResponse(told["messages"], status=200 if told["messages"]["verdict"] == Verdict.OK else 503)
