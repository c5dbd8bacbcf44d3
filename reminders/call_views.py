"""What the front desk does about a message: sends it again or now, holds it back, or calls."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clinic.errors import ClinicError
from clinic.toasts import back, toast
from reminders import calling, handling, lists
from reminders.forms import ResendForm
from reminders.models import Message
from reminders.permitting import changes_messages, changes_patients

SOON = "It will go within a minute."
TAKEN_BACK = "It is not sent. If the address was corrected for it, that stays: change it on the patient's page."


@require_POST
@changes_patients
def resend(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user).with_reasons(), pk=pk)
    form, status = ResendForm(request.POST), 400
    if form.is_valid():
        try:
            copy = handling.resend(message=found, by=request.user, **form.cleaned_data)
        except handling.AddressMoved as refusal:
            form, status = ResendForm.moved(refusal), refusal.status
        except ClinicError as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            corrected = form.cleaned_data["to"] != form.cleaned_data["seen"]
            said = f"{SOON} {copy.to} is kept as the patient's address." if corrected else SOON
            toast(request, said, undo_url=reverse("reminders:withhold", args=[copy.pk]))
            return redirect(copy)
    return render(request, "reminders/message.html", {"message": found, "form": form}, status=status)


@require_POST
@changes_messages
def resend_all(request):
    """One row, those that are ticked, or all of one reason, each to the address that its patient has by now. What
    could not go is listed with why; an address is corrected on the message's own page."""
    chosen = list(lists.chosen(request.user, request.POST)[: lists.AT_ONCE])
    copies, refused = handling.resend_all(messages=chosen, by=request.user)
    if chosen and not refused:
        undo = reverse("reminders:withhold", args=[copies[0].pk]) if len(copies) == 1 else None
        toast(request, SOON if undo else f"{len(copies)} will go within a minute.", undo_url=undo)
        return back(request, "reminders:messages")
    context = {"gone": len(copies), "refused": refused, **lists.frame(request.user, "action")}
    return render(request, "reminders/not_again.html", context, status=200 if copies else 409)


@require_POST
@changes_messages
def send_now(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    handling.send_now(message=found, by=request.user)
    toast(request, SOON)
    return redirect(found)


@require_POST
@changes_messages
def withhold(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    first = handling.withhold(message=found, by=request.user)
    toast(
        request,
        TAKEN_BACK if first else "It is not sent.",
        undo_url=None if first else reverse("reminders:release", args=[pk]),
    )
    return back(request, found.get_absolute_url())


@require_POST
@changes_messages
def release(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    handling.release(message=found, by=request.user)
    toast(request, "It waits again, and goes by itself.")
    return back(request, found.get_absolute_url())


@require_POST
@changes_messages
def called(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    calling.mark_called(message=found, by=request.user)
    toast(request, "Marked as called.", undo_url=reverse("reminders:not_called", args=[pk]))
    return back(request, found.get_absolute_url())


@require_POST
@changes_messages
def not_called(request, pk):
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    calling.mark_not_called(message=found, by=request.user)
    return back(request, "reminders:messages")
