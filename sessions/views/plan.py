"""The plan of a session. Every change answers with the whole `#plan`, because a finding may appear anywhere in it."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from clinic.toasts import back, toast
from patients.access import note_read
from patients.alerts import banner
from sessions import catalogue, entry, news, planning
from sessions.editor import Editor
from sessions.forms import ITEM_FORMS, AcknowledgeForm, OverrideForm, PointsForm, PositionForm, Press

from .shown import changing, local_day, reading

SUGGESTIONS = 8


@reading
def plan(request, visit):
    editor = Editor.load(request.user, visit, opened=request.GET.get("open", ""))
    note_read(user=request.user, patient=editor.visit.patient, page="sessions:plan")
    return show(request, editor)


@reading
def points(request):
    """Points that the last word typed could mean; a side such as `b/l` means none."""
    *_, word = request.GET.get("text", "").split(" ")
    found = [] if word.casefold() in entry.SIDES else catalogue.find_points(word, limit=SUGGESTIONS)
    return render(request, "sessions/_points.html", {"points": found, "in_hanzi": not word.isascii()})


@reading
def muscles(request):
    found = catalogue.find_muscles(request.GET.get("muscle", ""), limit=SUGGESTIONS)
    return render(request, "sessions/_muscles.html", {"muscles": found})


@changing()
def add(request, visit, kind):
    editor = load(request, visit)
    if kind == "needle":
        editor.points = form = PointsForm(request.POST)
    else:
        editor.form = form = editor.item_form(known(kind), request.POST)
    return carry_out(request, editor, form, opened=f"new-{kind}")


@changing()
def edit(request, visit, kind, pk):
    editor = load(request, visit)
    editor.form = form = editor.item_form(known(kind), request.POST, item=editor.item(kind, pk))
    return carry_out(request, editor, form, opened=f"{kind}-{pk}")


@changing()
def remove(request, visit, kind, pk):
    editor = load(request, visit)
    item = editor.item(known(kind), pk)
    press = Press(request.POST, verb=planning.remove_item, item=item)
    undo = reverse("sessions:put_back", args=[visit, kind, pk])
    return carry_out(request, editor, press, said=f"{item.label} is removed.", undo=undo)


@changing()
def put_back(request, visit, kind, pk):
    """The Undo of a removal."""
    editor = load(request, visit)
    removed = editor.plan and news.removed(editor.plan, known(kind), pk)
    if not removed:
        raise Http404
    planning.put_back(plan=editor.plan, removed=removed, by=request.user)
    toast(request, "It is back in the plan.")
    return back(request, editor.plan.get_absolute_url())


@changing()
def set_position(request, visit):
    return carry_out(request, load(request, visit), PositionForm(request.POST))


@changing()
def as_last_time(request, visit):
    return carry_out(request, load(request, visit), Press(request.POST, verb=planning.as_last_time))


@changing()
def make_ready(request, visit):
    press = Press(request.POST, verb=planning.make_ready)
    return carry_out(request, load(request, visit), press, said="The plan is ready.")


@changing()
def back_to_draft(request, visit):
    return carry_out(request, load(request, visit), Press(request.POST, verb=planning.back_to_draft))


@changing()
def acknowledge(request, visit):
    return answer(request, visit, AcknowledgeForm(request.POST))


@changing()
def override(request, visit):
    return answer(request, visit, OverrideForm(request.POST))


def answer(request, visit, form):
    editor = load(request, visit)
    editor.answer = form
    return carry_out(request, editor, form)


def load(request, visit):
    return Editor.load(request.user, visit, opened=request.POST.get("open", ""))


def known(kind):
    if kind not in ITEM_FORMS:
        raise Http404
    return kind


def carry_out(request, editor, form, *, opened="", said="", undo=None):
    """Do what the form asks; the form that was open closes if it was this one, and opens again if it was refused."""
    if form.is_valid() and form.save(plan=editor.plan or open_plan(request, editor), by=request.user):
        return changed(request, editor, keep="" if editor.opened == opened else editor.opened, said=said, undo=undo)
    editor.opened = opened if editor.form else editor.opened
    return refused(request, editor, form)


def open_plan(request, editor):
    """The first change to a visit without a plan makes one."""
    return planning.open_plan(visit=editor.visit, by=request.user)


def changed(request, editor, *, keep, said, undo):
    """The plan as it is now: drawn at once for htmx, else after a redirect."""
    response = None
    if request.htmx:
        response = show(request, Editor.load(request.user, editor.visit.pk, opened=keep))
    if said:
        toast(response or request, said, undo_url=undo)
    return response or redirect("sessions:plan", editor.visit.pk)


def refused(request, editor, form):
    """The plan as it is now, with what was typed; after a clash also what others did meanwhile."""
    editor = editor.as_it_is_now()
    told = news.since(editor.plan, form.cleaned_data["version"]) if form.is_clash else []
    return show(request, editor, status=form.status, refusal=form.take_refusal(), news=told)


def show(request, editor, *, status=200, **more):
    context = {
        "editor": editor,
        "visit": editor.visit,
        "plan": editor.plan,
        "points": editor.points or PointsForm(),
        **more,
    }
    if request.htmx:
        return render(request, "sessions/plan.html#plan", context, status=status)
    context |= banner(editor.visit.patient, request.user, local_day(editor.visit))
    return render(request, "sessions/plan.html", context, status=status)
