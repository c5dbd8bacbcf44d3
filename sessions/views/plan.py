"""The plan of a session. Every change answers with the whole `#plan`, because a finding may appear anywhere in it."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from clinic.toasts import back, toast
from patients.access import note_read
from patients.alerts import banner
from sessions import dosing, news, planning, presence, stepping, undoing
from sessions.editor import Editor
from sessions.forms import (
    ITEM_FORMS,
    AcknowledgeForm,
    MoveForm,
    OverrideForm,
    PointsForm,
    PositionForm,
    Press,
    UnitForm,
)
from sessions.forms.typed import decided
from sessions.rows import KINDS
from sessions.since import since as since_last

from .shown import changing, local_day, reading

WAYS = {"up": -1, "down": 1}


@reading
def plan(request, visit):
    picked = tuple(request.GET.get(end, "") for end in "ab")
    editor = Editor.load(request.user, visit, opened=request.GET.get("open", ""), picked=picked)
    note_read(user=request.user, patient=editor.visit.patient, page="sessions:plan")
    return show(request, editor)


@reading
def since(request, visit):
    """What changed since the last session: a fragment of the plan, and a page of its own where there is no script."""
    editor = Editor.load(request.user, visit)
    note_read(user=request.user, patient=editor.visit.patient, page="sessions:since")
    found = editor.last and since_last(editor.visit, editor.last, request.user)
    context = {"visit": editor.visit, "plan": editor.plan, "since": found}
    if request.htmx:
        return render(request, "sessions/since.html#since", context)
    return render(request, "sessions/since.html", context | banner_of(request, editor.visit))


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
    item = editor.find(known(kind), pk)
    editor.form = form = editor.item_form(kind, decided(request.POST), item=item)
    if item is None:
        return gone(request, editor, kind, pk, lost=form.told)
    return carry_out(request, editor, form, opened=f"{kind}-{pk}")


@changing()
def remove(request, visit, kind, pk):
    editor = load(request, visit)
    item = editor.find(known(kind), pk)
    if item is None:
        return gone(request, editor, kind, pk)
    press = Press(request.POST, verb=planning.remove_item, item=item)
    return carry_out(request, editor, press, said=f"{item.label} is removed.")


@changing()
def move(request, visit, kind, pk, way):
    """One place up or down, or to the place that the form names."""
    editor = load(request, visit)
    item = editor.find(known(kind), pk)
    if item is None:
        return gone(request, editor, kind, pk)
    places, moved = editor.items[kind], f"{kind}-{pk}"
    if way not in WAYS:
        return carry_out(request, editor, MoveForm(request.POST, item=item), moved=moved)
    to = places.index(item) + WAYS[way]
    if to not in range(len(places)):
        return changed(request, editor, keep=editor.opened, moved=moved)
    return carry_out(request, editor, Press(request.POST, verb=planning.move_item, item=item, to=to), moved=moved)


@changing()
def undo(request, visit, version):
    """Take back the change that made this version of the plan; from a toast, the foot, or the key."""
    editor = load(request, visit)
    if editor.plan is None:
        raise Http404
    return carry_out(request, editor, Press({"version": version}, verb=undoing.undo), said="The last change is undone.")


@changing()
def set_position(request, visit):
    return carry_out(request, load(request, visit), PositionForm(request.POST))


@changing()
def choose_unit(request, visit):
    editor = load(request, visit)
    editor.form = form = UnitForm(request.POST, visit=editor.visit)
    return carry_out(request, editor, form, opened="unit")


@changing()
def as_last_time(request, visit):
    press = Press(request.POST, verb=planning.as_last_time)
    return carry_out(request, load(request, visit), press, said="What was planned last time is in the plan.")


@changing()
def gentler(request, visit):
    press = Press(request.POST, verb=stepping.gentler)
    return carry_out(request, load(request, visit), press, opened="gentler", said="The plan is gentler.")


@changing()
def more(request, visit, what):
    if what not in dosing.RAISES:
        raise Http404
    press = Press(request.POST, verb=stepping.one_step_more, what=what)
    return carry_out(request, load(request, visit), press, opened="more", said="The plan is one step on.")


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


def carry_out(request, editor, form, *, opened="", said="", moved=""):
    """Do what the form asks; the form that was open closes if it was this one, and opens again if it was refused."""
    if form.is_valid() and (done := form.save(plan=editor.plan or open_plan(request, editor), by=request.user)):
        keep = "" if editor.opened == opened else editor.opened
        return changed(request, editor, keep=keep, said=said, moved=moved, version=getattr(done, "version", 0))
    editor.opened = opened if editor.form else editor.opened
    return refused(request, editor, form)


def open_plan(request, editor):
    """The first change to a visit without a plan makes one."""
    return planning.open_plan(visit=editor.visit, by=request.user)


def changed(request, editor, *, keep, said="", moved="", version=0):
    """The plan as it is now: drawn at once for htmx, else after a redirect. What is said can be undone."""
    response, visit = None, editor.visit.pk
    if request.htmx:
        response = show(request, Editor.load(request.user, visit, opened=keep, moved=moved))
    if said:
        toast(response or request, said, undo_url=reverse("sessions:undo", args=[visit, version]))
    return response or back(request, reverse("sessions:plan", args=[visit]))


def gone(request, editor, kind, pk, *, lost=""):
    """Somebody took the row out after this page was drawn: that is told, and what was typed for it. Else there never
    was one."""
    press = Press(request.POST, verb=planning.remove_item, item=KINDS[kind](pk=pk))
    if editor.plan is None or press.save(plan=editor.plan, by=request.user) or not press.is_clash:
        raise Http404
    return refused(request, editor, press, lost=lost)


def refused(request, editor, form, *, lost=""):
    """The plan as it is now, with what was typed; after a clash also what others did meanwhile."""
    editor = editor.as_it_is_now()
    told = news.since(editor.plan, form.cleaned_data["version"]) if form.is_clash else []
    told += [f"You had typed {lost}."] if lost else []
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
        context["others"] = presence.here(visit=editor.visit.pk, user=request.user)  # told late, it would move the page
        return render(request, "sessions/plan.html#plan", context, status=status)
    return render(request, "sessions/plan.html", context | banner_of(request, editor.visit), status=status)


def banner_of(request, visit):
    return banner(visit.patient, request.user, local_day(visit))
