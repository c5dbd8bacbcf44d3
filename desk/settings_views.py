"""The overview of Settings, and the guide from an empty database to the first booked visit."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from desk import guide as guiding
from desk import overview

manager = permission_required(guiding.MANAGES, raise_exception=True)


@require_GET
@manager
def settings(request):
    count, url = overview.to_move(request.user)
    context = {"cards": overview.cards(request.user, timezone.now()), "to_move": count, "to_move_url": url}
    return render(request, "desk/settings.html", context)


@require_GET
@manager
def guide(request):
    steps = list(guiding.steps(timezone.now()))
    context = {"steps": steps, "done": sum(step.done for step in steps)}
    return render(request, "desk/guide.html", context)
