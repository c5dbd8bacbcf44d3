"""The same visit again and again: every date and its clash are seen before anything is written."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.utils import timezone

from clinic.toasts import toast
from patients.alerts import banner
from scheduling import wording
from scheduling.forms.repeating import OUT, RepeatForm


@permission_required("scheduling.add_appointment", raise_exception=True)
def repeat(request):
    """Looking may come by POST, too: the note for the front desk must not stand in an address."""
    form = RepeatForm(request.POST or request.GET, user=request.user)
    if form.is_valid() and form.is_sent and (visits := form.book()):
        told = f"Booked: {len(visits)} visit{pluralize(len(visits))}, the first {wording.summary(visits[0])}."
        toast(request, told, undo_url=reverse("scheduling:cancel_series", args=[visits[0].pk]))
        return redirect(visits[0])
    return render(request, "scheduling/repeat.html", {"form": form, **dates(request, form)}, status=form.status)


def dates(request, form):
    """The dates with whom they are for, as soon as that is clear."""
    if not form.is_clear:
        return {}
    rows, wish = form.rows(), form.wish
    today = timezone.localdate(timezone=wish["location"].zone)
    return {
        "rows": rows,
        "wish": wish,
        "leave_url": form.came_from,
        "kept": sum(row.answer not in ("", OUT) for row in rows),
        **banner(wish["patient"], request.user, today),
    }
