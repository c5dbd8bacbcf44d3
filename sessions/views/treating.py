"""One tap at the table: when current and needles come on and off, and who answers for the session."""

from django.shortcuts import render

from clinic.toasts import toast
from sessions import handing_over, timing
from sessions.editing import called
from sessions.sheet import Sheet

from .chart import carry_out, submit
from .shown import SIGN, changing, reading


@changing()
def current_on(request, visit):
    return carry_out(request, visit, lambda sheet, now: timing.current_on(plan=sheet.plan, by=request.user))


@changing()
def current_off(request, visit):
    return carry_out(request, visit, lambda sheet, now: timing.current_off(plan=sheet.plan, by=request.user))


@changing()
def needles_out(request, visit):
    """Never refused for whose hands these are: it says that the session changes hands, and takes the needles out."""
    told = []

    def act(sheet, now):
        if handing_over.take_charge(plan=sheet.plan, by=request.user):
            told.append(f"You took over from {called(sheet.in_charge)}. Needles out.")
        timing.take_out(plan=sheet.plan, by=request.user)

    answer = carry_out(request, visit, act)
    for text in told:
        toast(answer if request.htmx else request, text)
    return answer


@reading
def offer_handover(request, visit):
    """The form for handing over, which few charts need."""
    return render(request, "sessions/_handover_form.html", {"sheet": Sheet.load(request.user, visit)})


@changing()
def hand_over(request, visit):
    return carry_out(request, visit, lambda sheet, now: submit(sheet, "handover", now))


@changing(SIGN)
def take_over(request, visit):
    return carry_out(request, visit, lambda sheet, now: handing_over.take_over(plan=sheet.plan, by=request.user))
