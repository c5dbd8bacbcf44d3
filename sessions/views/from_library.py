"""The library beside a plan: a protocol put into it, or the plan kept as one. Loaded only when somebody asks."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django_htmx.http import reswap, retarget

from clinic.toasts import toast
from sessions import library, protocols
from sessions.editor import Editor
from sessions.forms.library import KeepForm, ReviseForm, UseForm
from sessions.models import Protocol, ProtocolVersion

from . import plan as plans
from .shown import changing, reading

KEEP = "clinic_sessions.add_protocol"
OFFERED = 12  # beyond that a name is typed more quickly


@reading
def offers(request, visit):
    """The protocols that can be put into the plan."""
    editor, sought = Editor.load(request.user, visit), request.GET.get("q", "")[:80].strip()
    found = Protocol.objects.open_to(request.user).living().filter(name__icontains=sought)
    entries = library.entries(list(found[: OFFERED + 1]))
    context = {"editor": editor, "visit": editor.visit, "entries": entries[:OFFERED], "sought": sought}
    return panel(request, "offers", context | {"has_more": len(entries) > OFFERED})


@changing()
def use(request, visit, pk):
    editor = plans.load(request, visit)
    open_to = ProtocolVersion.objects.filter(protocol__in=Protocol.objects.open_to(request.user))
    version = get_object_or_404(open_to.select_related("protocol"), protocol=pk, number=posted_number(request))
    form = UseForm(request.POST, protocol_version=version)
    if not form.is_valid():
        return plans.refused(request, editor, form)
    used = form.save(plan=editor.plan or plans.open_plan(request, editor), by=request.user)
    return put_in(request, editor, used) if used else plans.refused(request, editor, form)


@reading
def keep_form(request, visit):
    return keeping(request, Editor.load(request.user, visit))


@changing(KEEP)
def keep(request, visit):
    editor, form = kept_plan(request, visit), KeepForm(request.POST)
    if made := form.save(plan=editor.plan, by=request.user):
        return kept(request, editor, f"“{made.protocol}” is in the library.")
    return keeping(request, editor, keep=form, status=form.status)


@changing(KEEP)
def revise(request, visit):
    """The plan as the next version of the protocol that it came from."""
    editor, form = kept_plan(request, visit), ReviseForm(request.POST)
    if editor.plan.protocol is None:
        raise Http404
    protocol = editor.plan.protocol.protocol
    if made := form.save(protocol=protocol, plan=editor.plan, by=request.user):
        return kept(request, editor, f"Version {made.number} of “{protocol}” is saved.")
    return keeping(request, editor, revise=form, status=form.status)


def kept_plan(request, visit):
    editor = Editor.load(request.user, visit)
    if editor.plan is None:
        raise Http404
    return editor


def keeping(request, editor, *, keep=None, revise=None, status=200):
    """The forms that keep the plan: as something new, or as the next version of what it came from."""
    context = {"editor": editor, "visit": editor.visit, "keep": keep or KeepForm()}
    if came_from := next_version(request.user, editor.plan):
        form = revise or ReviseForm(initial={"seen": came_from.latest.number, "affected": came_from.affected})
        context |= {"came_from": came_from, "revise": form}
    return panel(request, "keeping", context, status=status)


def next_version(user, plan):
    """What the plan would change in the protocol that it came from, if this person may change it."""
    if plan is None or plan.protocol is None or not protocols.may_change(plan.protocol.protocol, user):
        return None
    return library.next_version(plan)


def panel(request, name, context, *, status=200):
    if not request.htmx:
        return render(request, f"sessions/library/{name}.html", context, status=status)
    response = render(request, f"sessions/library/{name}.html#panel", context, status=409 if status == 403 else status)
    return reswap(retarget(response, "#protocols-panel"), "innerHTML")


def posted_number(request):
    number = request.POST.get("number", "")
    if not (number.isascii() and number.isdigit()):
        raise Http404
    return int(number)


def kept(request, editor, sentence):
    """The plan as it was, with a word that it is in the library."""
    response = plans.show(request, editor) if request.htmx else None
    toast(response or request, sentence)
    return response or redirect("sessions:plan", editor.visit.pk)


def put_in(request, editor, used):
    """The plan with the protocol in it; what is not there stays in sight until the next change."""
    version, protocol = used.plan.version, used.plan.protocol.protocol
    if not used.told:
        return plans.changed(request, editor, keep="", said=f"“{protocol}” is in the plan.", version=version)
    sentence = f"“{protocol}” is in the plan, but not all of it."
    if request.htmx:
        return plans.show(request, Editor.load(request.user, editor.visit.pk), refusal=sentence, news=used.told)
    messages.warning(request, " ".join([sentence, *used.told]))
    return redirect("sessions:plan", editor.visit.pk)
