"""Calendar feeds: the page where their addresses are made and ended, and what calendar programs read."""

from hashlib import sha256

from django.contrib.auth.decorators import login_not_required, permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from clinic.toasts import back, toast
from scheduling import feeding

LOOKS_AFTER = permission_required("scheduling.view_calendarfeed", raise_exception=True)


@require_safe
@LOOKS_AFTER
def feeds(request):
    return render(request, "scheduling/feeds.html", {"practitioners": feeding.feeds(request.user)})


@require_POST
@LOOKS_AFTER
def feed_new(request, pk):
    """Shows the new address once. There is no redirect, because the secret would have to be kept somewhere for it."""
    practitioner = get_object_or_404(feeding.feeds(request.user), pk=pk)
    secret = feeding.open_feed(practitioner=practitioner, by=request.user)
    address = request.build_absolute_uri(reverse("scheduling:feed", args=[secret]))
    context = {"practitioners": feeding.feeds(request.user), "made_for": practitioner, "address": address}
    return render(request, "scheduling/feeds.html", context)


@require_POST
@LOOKS_AFTER
def feed_end(request, pk):
    practitioner = get_object_or_404(feeding.feeds(request.user), pk=pk)
    feeding.close_feed(practitioner=practitioner, by=request.user)
    toast(request, f"{practitioner}'s calendar address has ended. Programs that had it find nothing there.")
    return back(request, "scheduling:feeds")


@require_safe
@login_not_required
def feed(request, secret):
    """What a calendar program reads. Unknown and ended look the same."""
    practitioner = feeding.whose(secret)
    if not practitioner:
        raise Http404
    body = feeding.calendar(practitioner, timezone.now())
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["ETag"] = etag
    response["Content-Disposition"] = 'inline; filename="schedule.ics"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    return get_conditional_response(request, etag=etag, response=response)
