"""Who works when: everybody's week, and one practitioner's hours, corrected or renewed from a day on."""

from datetime import date, timedelta

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinic.models import Practitioner
from clinic.practice import shifts as pure
from clinic.practice import stranded, timetabling
from clinic.practice.forms.hours import AHEAD, FIRST_DAY, CorrectForm, EndForm, RenewForm
from clinic.practice.writing import digest
from clinic.toasts import toast
from clinic.weeks import days_of, monday_of, week_of

manager = permission_required("clinic.change_practitioner", raise_exception=True)
A_WEEK = timedelta(days=7)
LETTERS = {1: "A", 2: "B"}


@require_GET
@manager
def hours(request):
    today = timezone.localdate()
    monday = monday_of(day_asked(request, today))
    places = timetabling.places()
    staff = Practitioner.objects.active().prefetch_related("hours")
    days = days_of(monday)
    context = {
        "rows": [(each, cells(timetabling.shifts_of(each), days, places)) for each in staff],
        "days": days,
        "several": len(places) > 1,
        "letter": LETTERS[week_of(monday)],
        "before": monday - A_WEEK if monday - A_WEEK >= FIRST_DAY else None,
        "after": monday + A_WEEK if monday + A_WEEK <= today + AHEAD else None,
        "today": today,
    }
    return render(request, "practice/hours.html", context)


def cells(shifts, days, places):
    """[(day, [(shift, name of its place)])]"""
    return [(day, [(shift, places[shift.location]) for shift in pure.on(shifts, day)]) for day in days]


def day_asked(request, today):
    """The day in the address, today if there is none that a clinic can mean."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if FIRST_DAY <= day <= today + AHEAD else today


@manager
def hours_of(request, pk):
    practitioner = get_object_or_404(Practitioner, pk=pk)
    today = timezone.localdate()
    options = {"practitioner": practitioner, "today": today}
    if request.POST:
        return edit(request, CorrectForm(request.POST, **options), monday_of(today))
    form = CorrectForm.of(**options, seen=seen(practitioner))
    return editor(request, form, monday_of(today), end=EndForm(today=today, initial={"seen": seen(practitioner)}))


@manager
def renew_hours(request, pk):
    practitioner = get_object_or_404(Practitioner, pk=pk)
    today = timezone.localdate()
    options = {"practitioner": practitioner, "today": today}
    next_monday = monday_of(today) + A_WEEK
    if request.POST:
        form = RenewForm(request.POST, **options)
        return edit(request, form, monday_from(form.start))
    form = RenewForm.of(**options, seen=seen(practitioner), since=next_monday)
    return editor(request, form, next_monday)


@manager
def end_hours(request, pk):
    practitioner = get_object_or_404(Practitioner, pk=pk)
    today = timezone.localdate()
    end = EndForm(request.POST or None, today=today, initial={"seen": seen(practitioner)})
    if end.is_valid() and end.end(practitioner=practitioner, by=request.user):
        toast(request, f"{practitioner} has no hours after {pure.spoken(end.cleaned_data['last_day'])}.")
        stranded.warn(request)
        return redirect("practice:hours_of", pk)
    form = CorrectForm.of(practitioner, today=today, seen=seen(practitioner))
    return editor(request, form, monday_of(today), end=end)


def seen(practitioner):
    return digest(timetabling.told(timetabling.shifts_of(practitioner)))


def monday_from(day):
    """The first Monday that is not before the day."""
    return monday_of(day + timedelta(days=6))


def edit(request, form, monday):
    """What a page sent: hours to be saved, or rows to be added to or copied."""
    if "act" in request.POST:
        form = form.after(request.POST["act"])
    elif form.is_valid() and form.save(by=request.user):
        toast(request, f"The hours of {form.practitioner} are saved.")
        stranded.warn(request)
        return redirect("practice:hours_of", form.practitioner.pk)
    return editor(request, form, monday)


def editor(request, form, monday, end=None):
    shifts = [form.shift(row) for row in form.rows.sound]
    renewing = isinstance(form, RenewForm)
    context = {
        "form": form,
        "here": reverse("practice:renew_hours" if renewing else "practice:hours_of", args=[form.practitioner.pk]),
        "practitioner": form.practitioner,
        "renewing": renewing,
        "end": end,
        "weeks": weeks(shifts, monday, form.names),
        "scale": pure.scale(*pure.reach(shifts)),
        "this_week": monday_of(form.today),
        "letter": LETTERS[week_of(form.today)],
        "other": LETTERS[week_of(form.today + A_WEEK)],
        "past": [pure.in_words(shift, form.names) for shift in form.current if pure.over(shift, form.today)],
    }
    part = {"draw": "#drawn"}.get(request.POST.get("act"), "#rows") if request.htmx else ""
    status = 409 if end and end.errors else form.status
    return render(request, "practice/hours_of.html" + part, context, status=status)


def weeks(shifts, monday, places):
    """[(letter, monday, days)] of two weeks from a Monday on; only the first, without a letter, if they are alike."""
    reach = pure.reach(shifts)
    drawn = [(LETTERS[week_of(day)], day, pure.week(shifts, day, places, *reach)) for day in (monday, monday + A_WEEK)]
    one, other = ([bars for _, bars in days] for _, _, days in drawn)
    return [("", *drawn[0][1:])] if one == other else drawn
