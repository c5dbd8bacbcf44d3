"""A person's phrases: the page that manages them, and what the notes of a chart fetch when a key is begun."""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from clinic.toasts import back, toast
from sessions import phrases
from sessions.forms.library import PhraseForm
from sessions.models import Phrase

from .shown import changing, reading

CHANGE = "clinic_sessions.change_phrase"


@reading
def list_all(request):
    edited = request.GET.get("edit", "")
    phrase = get_object_or_404(own(request), pk=edited) if edited.isascii() and edited.isdigit() else None
    return show(request, edited=PhraseForm(phrase=phrase) if phrase else None)


@reading
def as_json(request):
    """For the notes of a chart: nobody else's, and kept by no cache (`clinic.middleware`)."""
    return JsonResponse({"phrases": list(own(request).values("key", "text"))})


@changing(CHANGE)
def add(request):
    form = PhraseForm(request.POST)
    if made := form.save(by=request.user):
        return changed(request, f"{made} is added.")
    return show(request, new=form, status=form.status)


@changing(CHANGE)
def change(request, pk):
    form = PhraseForm(request.POST, phrase=get_object_or_404(own(request), pk=pk))
    if made := form.save(by=request.user):
        return changed(request, f"{made} is changed.")
    return show(request, edited=form, status=form.status)


@changing(CHANGE)
def remove(request, pk):
    phrase = get_object_or_404(own(request), pk=pk)
    phrases.remove(phrase=phrase, by=request.user)
    return changed(request, f"{phrase} is removed.", undo=reverse("sessions:put_phrase_back", args=[pk]))


@changing(CHANGE)
def put_back(request, pk):
    """The Undo of a removal."""
    if phrases.removed_of(request.user, pk) is None:
        raise Http404
    toast(request, f"{phrases.put_back(pk=pk, by=request.user)} is back.")
    return back(request, reverse("sessions:phrases"))


@changing(CHANGE)
def add_starters(request):
    made = phrases.add_starters(by=request.user)
    return changed(request, f"{len(made)} examples are added. Make them your own.")


def own(request):
    return Phrase.objects.filter(owner=request.user)


def changed(request, said, undo=None):
    response = show(request) if request.htmx else None
    toast(response or request, said, undo_url=undo)
    return response or redirect("sessions:phrases")


def show(request, *, new=None, edited=None, status=200):
    context = {"phrases": own(request), "new": new or PhraseForm(), "edited": edited, "starters": phrases.STARTERS}
    page = "sessions/library/phrases.html" + ("#phrases" if request.htmx else "")
    return render(request, page, context, status=status)
