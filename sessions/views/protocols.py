"""The library of protocols: the list, one protocol with its versions, and what is done to it."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from clinic.toasts import back, toast
from sessions import library, protocols
from sessions.forms.library import RenameForm, RestoreForm
from sessions.models import Protocol

from .shown import VIEW, changing, reading

A_PAGE = 50
LONGEST_SEARCH = 80


@reading
def list_all(request):
    archived, sought = "archived" in request.GET, request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    found = Protocol.objects.open_to(request.user).filter(archived_at__isnull=not archived)
    found = found.filter(name__icontains=sought).annotate(plans=Count("versions__plans")).order_by("name", "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    entries = library.entries(list(page))
    context = {"page": page, "entries": entries, "archived": archived, "sought": sought}
    return render(request, "sessions/library/list.html", context)


@reading
def protocol(request, pk, number=None):
    return show(request, one(request.user, pk), number=number)


@changing(VIEW)
def rename(request, pk):
    found, form = one(request.user, pk), RenameForm(request.POST)
    if form.save(protocol=found, by=request.user):
        toast(request, "The protocol has its new name.")
        return redirect("sessions:protocol", pk)
    return show(request, found, form=form, status=form.status)


@changing(VIEW)
def archive(request, pk):
    found = protocols.archive(protocol=one(request.user, pk), by=request.user)
    toast(request, f"“{found}” is archived.", undo_url=reverse("sessions:unarchive", args=[pk]))
    return redirect("sessions:library")


@changing(VIEW)
def unarchive(request, pk):
    found = protocols.unarchive(protocol=one(request.user, pk), by=request.user)
    toast(request, f"“{found}” is back in the library.")
    return back(request, reverse("sessions:protocol", args=[pk]))


@changing(VIEW)
def restore(request, pk, number):
    found, form = one(request.user, pk), RestoreForm(request.POST)
    version = get_object_or_404(found.versions.select_related("protocol"), number=number)
    if made := form.save(version=version, by=request.user):
        toast(request, f"Version {made.number} says what version {number} said.")
        return redirect("sessions:protocol", pk)
    return show(request, found, refusal=form.said, status=form.status)


def one(user, pk):
    """The protocol as this person may see it: the clinic's, or the person's own. 404 else."""
    return get_object_or_404(Protocol.objects.open_to(user), pk=pk)


def show(request, found, *, number=None, form=None, status=200, **more):
    versions = list(found.versions.select_related("by").defer("content").order_by("-number"))
    newest = versions[0].number
    version, before = with_the_one_before(found, number or newest)
    context = {
        "protocol": found,
        "shown": library.shown(version, before),
        "versions": versions,
        "newest": newest,
        "deeds": library.deeds(found),
        "can_change": protocols.may_change(found, request.user),
        "form": form or RenameForm(initial={"name": found.name}),
        **more,
    }
    return render(request, "sessions/library/protocol.html", context, status=status)


def with_the_one_before(found, number):
    """(that version, its predecessor or None); 404 if there is no such version."""
    pair = {it.number: it for it in found.versions.filter(number__in=[number - 1, number]).select_related("by")}
    if number not in pair:
        raise Http404
    return pair[number], pair.get(number - 1)
