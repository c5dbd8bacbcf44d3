"""The front desk's side: what went out, what waits, what needs a person."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from patients import searching
from patients.alerts import banner
from patients.models import Patient
from reminders import lists, wishes
from reminders.forms import ResendForm
from reminders.models import Message, Notice
from scheduling.models import Appointment

LAST_TOLD = 20  # messages about one visit
WITH_WORDS = 10  # messages on a page that shows every word of them
# An e-mail's own styles may show; nothing in it may run, load or lead anywhere.
SANDBOX = {
    "default-src": [NONE],
    "img-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def messages(request):
    show = request.GET.get("show", "action")
    if show not in lists.LISTS:
        raise Http404
    page = paged(request, lists.listed(request.user, show), lists.A_PAGE)
    context = {"page": page, "reasons": lists.by_reason(request.user) if show == "action" else []}
    return render(request, "reminders/messages.html", context | lists.frame(request.user, show))


@require_safe
@permission_required(["reminders.view_message", "patients.view_patient"], raise_exception=True)
def search(request):
    typed = searching.typed(request.GET)
    page = paged(request, lists.found(request.user, typed), lists.A_PAGE) if typed else None
    context = {"typed": typed, "page": page, "most": lists.MOST_FOUND}
    return render(request, "reminders/search.html", context | lists.frame(request.user, ""))


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def message(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user).with_reasons(), pk=pk)
    return render(request, "reminders/message.html", {"message": found, "form": ResendForm.about(found)})


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
@xframe_options_sameorigin
@csp_replace(SANDBOX)
def message_html(request, pk):
    """The e-mail as it looks, for a frame of the page above."""
    return HttpResponse(get_object_or_404(Message.objects.visible_to(request.user), pk=pk).html)


@require_safe
@permission_required(["reminders.view_message", "patients.view_patient"], raise_exception=True)
def patient_messages(request, pk):
    """Everything that one patient was told, word for word."""
    day = timezone.localdate()
    person = get_object_or_404(Patient.objects.visible_to(request.user).with_alerts(request.user, day), pk=pk)
    told = Message.objects.visible_to(request.user).about([person]).with_reasons()
    context = {"page": paged(request, told, WITH_WORDS), "unwanted": wishes.unwanted(person)}
    context |= banner(person, request.user, day)
    return render(request, "reminders/patient_messages.html", context)


@require_safe
@permission_required(["reminders.view_message", "scheduling.view_appointment"], raise_exception=True)
def visit_messages(request, pk):
    """What the patient of a visit was told about it, for its page: a fragment."""
    visit = get_object_or_404(Appointment.objects.visible_to(request.user).select_related("table__location"), pk=pk)
    about = Message.objects.visible_to(request.user).filter(pk__in=Notice.objects.filter(visit=visit).values("message"))
    return render(request, "reminders/_told.html", {"told": about[:LAST_TOLD], "zone": visit.zone})


def paged(request, found, size):
    return Paginator(found, size).get_page(request.GET.get("page"))
