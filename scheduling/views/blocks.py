"""Staff blocks: a new one or a series, one changed, one or the rest of a series deleted, and that taken back."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from clinic.toasts import back, toast
from scheduling import blocking, wording
from scheduling.forms.blocks import BlockEditForm, BlockForm
from scheduling.models import Block


@permission_required("scheduling.add_block", raise_exception=True)
def block(request):
    form = BlockForm(request.POST or None, user=request.user, initial=asked(request))
    if form.is_valid() and (made := form.save()):
        toast(request, told(made))
        return redirect(day_of(made[0]))
    return render(request, "scheduling/block.html", {"form": form}, status=form.status)


def asked(request):
    """What the calendar knows of the place that was clicked."""
    wanted = {name: request.GET[name] for name in ("resource", "location", "day", "at", "until") if name in request.GET}
    return {"day": timezone.localdate(), **wanted}


def told(made):
    first, zone = made[0], made[0].location.zone
    when = f"{wording.day(first.span.lower, zone)} {wording.clock(first.span.lower, zone)}"
    return f"{apart(first.title)}: {when}{f' and {len(made) - 1} more' if len(made) > 1 else ''}, {first.resource}."


def apart(title):
    """In isolating marks, as <bdi> does it in a template: a title may turn the direction of what follows."""
    return f"\u2068{title}\u2069"


def day_of(block):
    """The calendar on that day."""
    day = timezone.localdate(block.span.lower, block.location.zone)
    return f"{reverse('scheduling:calendar')}?{urlencode({'day': day, 'location': block.location_id})}"


@permission_required("scheduling.change_block", raise_exception=True)
def block_edit(request, pk):
    found = get_object_or_404(Block.objects.select_related("resource", "location"), pk=pk)
    form = BlockEditForm(request.POST or None, user=request.user, block=found)
    if form.is_valid() and (changed := form.save()):
        toast(request, f"Changed: {told([changed])}")
        return redirect(day_of(changed))
    later = Block.objects.filter(series=found.series, span__startswith__gt=found.span.lower) if found.series else ()
    context = {"form": form, "kept": found, "later": len(later)}
    return render(request, "scheduling/block_edit.html", context, status=form.status)


@require_POST
@permission_required("scheduling.delete_block", raise_exception=True)
def block_delete(request, pk):
    found = get_object_or_404(Block.objects.select_related("location"), pk=pk)
    key = blocking.unblock(block=found, by=request.user, whole_series="series" in request.POST)
    toast(
        request,
        f"Deleted: {apart(found.title)}. The time is free.",
        undo_url=reverse("scheduling:block_undo", args=[key]),
    )
    return redirect(day_of(found))


@require_POST
@permission_required("scheduling.add_block", raise_exception=True)
def block_undo(request, key):
    blocking.reblock(context=key, by=request.user)
    return back(request, "scheduling:away")
