"""The front desk's side: what went out, what waits, what needs a person."""

from datetime import timedelta

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from clinic.errors import ClinicError
from clinic.toasts import back, toast
from reminders import handling
from reminders.forms import ResendForm
from reminders.models import Message
from reminders.watching import post

A_PAGE = 25
LATELY = timedelta(days=14)  # what is older stands on the patient's own page
LISTS = {
    "action": ("Needs action", lambda messages: messages.needing_action()),
    "waiting": ("Waiting", lambda messages: messages.waiting()),
    "accepted": ("Accepted", lambda messages: messages.accepted().since(timezone.now() - LATELY)),
    "dropped": ("Not sent", lambda messages: messages.dropped().since(timezone.now() - LATELY)),
}
# An e-mail's own styles may show; nothing in it may run, load or lead anywhere.
SANDBOX = {
    "default-src": [NONE],
    "img-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "frame-ancestors": [SELF],
    "sandbox": True,
}
CHANGES = ["reminders.change_message", "patients.change_patient"]


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def messages(request):
    show = request.GET.get("show", "action")
    if show not in LISTS:
        raise Http404
    seen = Message.objects.visible_to(request.user)
    page = Paginator(LISTS[show][1](seen).with_reasons(), A_PAGE).get_page(request.GET.get("page"))
    tabs = [(name, label) for name, (label, _) in LISTS.items()]
    context = {"page": page, "show": show, "tabs": tabs, "needing": seen.needing_action().count(), "post": post()}
    return render(request, "reminders/messages.html", context)


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def message(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user).with_reasons(), pk=pk)
    return render(request, "reminders/message.html", {"message": found, "form": ResendForm(initial={"to": found.to})})


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
@xframe_options_sameorigin
@csp_replace(SANDBOX)
def message_html(request, pk):
    """The e-mail as it looks, for a frame of the page above."""
    return HttpResponse(get_object_or_404(Message.objects.visible_to(request.user), pk=pk).html)


@require_POST
@permission_required(CHANGES, raise_exception=True)
def resend(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user).with_reasons(), pk=pk)
    form = ResendForm(request.POST)
    if not form.is_valid():
        return render(request, "reminders/message.html", {"message": found, "form": form}, status=400)
    try:
        copy = handling.resend(message=found, to=form.cleaned_data["to"], by=request.user)
    except ClinicError as refusal:
        form.add_error(None, str(refusal))
        return render(request, "reminders/message.html", {"message": found, "form": form}, status=refusal.status)
    toast(request, "It will go within a minute.")
    return redirect(copy)


@require_POST
@permission_required("reminders.change_message", raise_exception=True)
def called(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    handling.mark_called(message=found, by=request.user)
    toast(request, "Marked as called.", undo_url=reverse("reminders:not_called", args=[pk]))
    return redirect("reminders:messages")


@require_POST
@permission_required("reminders.change_message", raise_exception=True)
def not_called(request, pk):
    handling.mark_not_called(message=get_object_or_404(Message.objects.visible_to(request.user), pk=pk))
    return back(request, "reminders:messages")
