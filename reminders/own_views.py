"""Pages that tell of no visit: whoever reads the address may not be the patient, or is tired of messages."""

from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from reminders import answering, choosing, links
from reminders.links import Own, Purpose
from reminders.models.rules import OPTIONAL
from reminders.opening import own_page, visit_page
from reminders.patient_forms import PreferencesForm
from reminders.phrases import Say

ONE_CLICK = ("List-Unsubscribe", "One-Click")  # RFC 8058, 3.2


@visit_page(Purpose.NOT_ME)
def visit_not_me(request, visit):
    if request.method == "POST" and "undo" in request.POST:
        answering.take_back(visit=visit)
        return redirect(f"{request.path}?undone=1")
    if request.method == "POST":
        answering.not_me(visit=visit)
        return redirect(request.path)
    told = answering.is_not_me(visit)
    context = {"told": told, "undone": "undone" in request.GET and not told}
    return shown(request, "reminders/not_me.html", visit.patient, **context)


@own_page(Own.PREFERENCES)
def preferences(request, patient):
    news, sent = choosing.kinds_sent()
    data = request.POST if request.method == "POST" else None
    offered = sent if data is None else offered_by(data, sent)
    initial = {"kinds": choosing.wanted(patient), "language": patient.language}
    form = PreferencesForm(data, say=said(patient), offered=offered, initial=initial)
    if form.is_valid():
        choosing.prefer(patient=patient, offered=offered, **form.cleaned_data)
        return redirect(f"{request.path}?saved=1")
    context = {
        "form": form,
        "saved": "saved" in request.GET and not form.errors,
        "needed": needed(patient.language, news),
        "others": others(patient),
    }
    return shown(request, "reminders/preferences.html", patient, status=400 if form.errors else 200, **context)


def offered_by(data, sent):
    """The kinds that the page had boxes for, which may have stood open for a while; from before an update it may not
    say."""
    shown = data.getlist("offered")
    return [kind for kind in OPTIONAL if kind in shown] if shown or "kinds" not in data else sent


@csrf_exempt
@own_page(Own.UNSUBSCRIBE, limited=False)
def unsubscribe(request, patient):
    """A mail provider posts without a key and follows no redirect (RFC 8058); a person presses the page's button."""
    if request.method == "POST":
        choosing.unsubscribe(address=patient.email)
        if request.POST.get(ONE_CLICK[0]) != ONE_CLICK[1]:
            return redirect(request.path)
    context = {
        "subscribed": choosing.is_subscribed(patient.email),
        "needed": needed(patient.language, choosing.kinds_sent()[0]),
        "choose": links.own_path(Own.PREFERENCES, patient),
    }
    return shown(request, "reminders/unsubscribe.html", patient, **context)


def others(patient):
    """(words, address) of the pages of everybody else who is written to at this address, in this one's language."""
    return [
        (Say(patient.language, name=other.given_name)["preferences"], links.own_path(Own.PREFERENCES, other))
        for other in choosing.others(patient)
    ]


def needed(language, news):
    """A sentence about what comes anyway; none if the clinic has switched all of it off."""
    words = Say(language, news="")
    *most, last = [words[f"news_{kind}"] for kind in news] or [""]
    news = f"{', '.join(most)} {words['or']} {last}" if most else last
    return Say(language, news=news)["needed"] if news else ""


def said(patient):
    return Say(patient.language, name=patient.given_name)


def shown(request, template, patient, *, status=200, **context):
    context |= {"language": patient.language, "say": said(patient)}
    return render(request, template, context, status=status)
