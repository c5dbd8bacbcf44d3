"""Settings: the words of each message, version by version, with a preview out of a real patient's visit."""

from functools import wraps

from csp.decorators import csp_replace
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.errors import ClinicError
from clinic.toasts import toast
from patients.models import Language
from patients.picking import picked
from patients.searching import typed
from reminders import comparing, lettering, previewing, proofreading
from reminders.examples import dead_links, examples
from reminders.kinds import SPECS
from reminders.letters import VISIT_FIELDS
from reminders.models import Kind, Letter
from reminders.models.rules import TO_STAFF
from reminders.settings_forms import LetterForm
from reminders.views import SANDBOX
from reminders.wording import BadLetter

manager = permission_required("reminders.add_letter", raise_exception=True)
SHOWN = 20  # versions


@require_safe
@manager
def letters(request):
    own = {(letter.kind, letter.language): letter for letter in Letter.objects.latest().select_related("made_by")}
    rows = [{"kind": kind, "cells": [cell(own, kind, language) for language in languages(kind)]} for kind in Kind]
    return render(request, "reminders/letters.html", {"rows": rows, "languages": Language})


def languages(kind):
    """Staff are written to in English."""
    return [Language.ENGLISH] if kind in TO_STAFF else list(Language)


def cell(own, kind, language):
    """Which words are in force; `alone`: the clinic has its own in English only, and these are not theirs."""
    letter = own.get((kind, language))
    english = own.get((kind, Language.ENGLISH))
    alone = bool(english and english.source) and not (letter and letter.source)
    return {"language": language, "letter": letter if letter and letter.source else None, "alone": alone}


def known(view):
    """The page of a letter that there is."""

    @wraps(view)
    def page(request, kind, language, **more):
        if kind not in Kind.values or language not in languages(kind):
            raise Http404
        return view(request, Kind(kind), Language(language), **more)

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@manager
@known
def letter(request, kind, language):
    """One form with three buttons: `act` is save, preview or test."""
    form = LetterForm(request.POST or None, kind=kind, language=language, user=request.user)
    act = request.POST.get("act", "save")
    valid = form.is_valid()
    if valid and act == "save":
        saved = form.save(by=request.user)
        if form.status == 200:
            tell(request, saved)
            return redirect("reminders:letter", kind, language)
    elif valid and act == "test":
        send_test(request, form)
    if request.htmx and act == "preview":
        return render(request, "reminders/_letter_preview.html", preview_of(request, form))
    return page(request, form)


def tell(request, saved):
    if saved is None:
        toast(request, "Nothing was changed.")
    else:
        address = reverse("reminders:letter_undo", args=[saved.kind, saved.language, saved.version])
        toast(request, f"Version {saved.version} is in force.", undo_url=address)


def send_test(request, form):
    """What the mail server said stands in a toast if it took the letter, else at the letter."""
    visit = previewing.visit_of(user=request.user, kind=form.kind, patient=form.chosen())
    words = {"kind": form.kind, "language": form.language, "source": form.typed(), "visit": visit}
    try:
        answer = previewing.send_test(**words, to=request.user, request_key=form.cleaned_data["request_key"])
        toast(request, f"The mail server accepted it for {request.user.email}: {answer}")
    except BadLetter as problem:
        form.add_error("source", f"{problem} No test was sent.")
    except ClinicError as refusal:
        form.refuse(refusal)


def page(request, form):
    kind, language = form.kind, form.language
    patient = form.chosen()
    versions = list(lettering.versions(kind, language).select_related("made_by")[: SHOWN + 1])
    context = {
        "form": form,
        "kind": kind,
        "language": language,
        "fields": fields(kind, language),
        "versions": comparing.with_changes(versions, kind, language)[:SHOWN],
        "clash": comparing.lines(form.clashes[0][1], form.clashes[0][2]) if form.clashes else None,
        "fallback": falls_back(kind, language),
        "to_staff": kind in TO_STAFF,
        "patient": patient,
        **preview_of(request, form),
    }
    if (word := typed(request.POST)) and not patient:
        context |= picked(user=request.user, typed=word, came_from=request.path)
    return render(request, "reminders/letter.html", context, status=form.status)


def fields(kind, language):
    """(name, example, whether it is said of each visit, whether it must be there)."""
    spec, values = SPECS[kind], examples(language) | dict.fromkeys(dead_links(), "a link")
    return [(name, values[name], name in VISIT_FIELDS, name in spec.required) for name in sorted(spec.fields)]


def falls_back(kind, language):
    """The clinic wrote its own words in English, and patients of this language get the shipped ones."""
    _, own = lettering.in_force(kind, language)
    return language != Language.ENGLISH and not own and bool(lettering.in_force(kind, Language.ENGLISH)[1])


def preview_of(request, form):
    """What the preview shows: the letter, or why it is none yet, and what is still wrong with it."""
    patient = form.chosen()
    visit = previewing.visit_of(user=request.user, kind=form.kind, patient=patient)
    words = {"kind": form.kind, "language": form.language, "source": form.typed()}
    without = bool(patient) and visit is None
    try:
        shown = previewing.preview(**words, visit=visit, user=request.user)
    except BadLetter as problem:
        return {"unreadable": str(problem), "kind": form.kind, "language": form.language}
    wrong = proofreading.problems(**words)
    return {"preview": shown, "wrong": wrong, "without": without, "kind": form.kind, "language": form.language}


@require_safe
@manager
@known
@xframe_options_sameorigin
@csp_replace(SANDBOX)
def letter_frame(request, kind, language, name):
    """The typed letter as it looks, for a frame of the page above."""
    try:
        html = previewing.framed(user=request.user, name=name)
    except BadLetter:
        raise Http404 from None
    return HttpResponse("<p>Press Preview to see it again.</p>" if html is None else html)


@require_POST
@manager
@known
def letter_again(request, kind, language, version):
    letter = get_object_or_404(Letter, kind=kind, language=language, version=version)
    tell(request, lettering.use_again(letter=letter, by=request.user))
    return redirect("reminders:letter", kind, language)


@require_POST
@manager
@known
def letter_shipped(request, kind, language):
    tell(request, lettering.back_to_shipped(kind=kind, language=language, by=request.user))
    return redirect("reminders:letter", kind, language)


@require_POST
@manager
@known
def letter_undo(request, kind, language, version):
    letter = get_object_or_404(Letter, kind=kind, language=language, version=version)
    lettering.undo(letter=letter, by=request.user)
    toast(request, "The words before are in force again.")
    return redirect("reminders:letter", kind, language)
