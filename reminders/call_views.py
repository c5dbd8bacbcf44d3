"""What the front desk does about a message that did not arrive: sends it again, or calls."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.errors import ClinicError
from clinic.toasts import back, toast
from reminders import calling, handling
from reminders.forms import ResendForm
from reminders.models import Message

CHANGES = ["reminders.change_message", "patients.change_patient"]


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
    calling.mark_called(message=found, by=request.user)
    toast(request, "Marked as called.", undo_url=reverse("reminders:not_called", args=[pk]))
    return back(request, "reminders:messages")


@require_POST
@permission_required("reminders.change_message", raise_exception=True)
def not_called(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    calling.mark_not_called(message=found, by=request.user)
    return back(request, "reminders:messages")
