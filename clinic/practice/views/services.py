"""What the clinic offers: the list, and the editor of a service with its stages."""

from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clinic.bars import pieces
from clinic.models import Practitioner, Service
from clinic.practice import offering, serving
from clinic.practice.forms.services import ServiceForm
from clinic.practice.pace import pace
from clinic.practice.writing import digest
from clinic.toasts import toast

manager = permission_required("clinic.change_service", raise_exception=True)


@require_GET
@manager
def services(request):
    staff = Prefetch("practitioners", Practitioner.objects.with_timetable())
    offered = Service.objects.prefetch_related("stages", staff).order_by("-active", "name")
    places = list(serving.places())
    rows = [shown(service, places) for service in offered]
    return render(request, "practice/services.html", {"rows": rows})


def shown(service, places):
    """A service in the list: its bar, and what keeps it from being given."""
    practitioners = list(service.practitioners.all())
    stages = [offering.fields_of(stage) for stage in service.stages.all()]
    return {
        "service": service,
        "pieces": pieces(stages),
        "by": practitioners,
        "missing": service.active
        and serving.missing(
            spot=service.spot, needs_device=service.needs_device, practitioners=practitioners, places=places
        ),
        "unlicensed": unlicensed(service.techniques, practitioners, places),
    }


def unlicensed(techniques, practitioners, places):
    return serving.unlicensed(techniques, practitioners, places, timezone.localdate())


@manager
def add_service(request):
    staff = Practitioner.objects.active().with_timetable()
    if like := request.GET.get("like"):
        form = ServiceForm.of(service_or_404(like), staff=staff, initial={"name": ""})
    else:
        form = ServiceForm.blank(staff=staff)
    return edit(request, form, ServiceForm(request.POST, staff=staff) if request.POST else None)


def service_or_404(text):
    """The service whose number an address bears."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return get_object_or_404(Service, pk=int(text))


@manager
def service(request, pk):
    service = get_object_or_404(Service, pk=pk)
    offering_it = Q(pk__in=service.practitioners.values("pk"))
    staff = Practitioner.objects.filter(Q(active=True) | offering_it).with_timetable()
    seen = digest(offering.told_of(service))
    form = ServiceForm.of(service, service=service, staff=staff, initial={"seen": seen})
    return edit(request, form, ServiceForm(request.POST, service=service, staff=staff) if request.POST else None)


def edit(request, form, sent):
    """`form` as the page opens, `sent` what came back from it: to be saved, or to have its stages rearranged."""
    if sent and "act" in request.POST:
        form = sent.after(request.POST["act"])
    elif sent:
        form = sent
        if form.is_valid() and (saved := form.save(by=request.user)):
            toast(request, f"{saved.name} is saved.")
            return redirect("practice:services")
    template = "practice/service.html"
    part = {"draw": "#drawn"}.get(request.POST.get("act"), "#stages") if request.htmx else ""
    return render(request, template + part, page(form), status=form.status)


def page(form):
    stages, turnover, buffer = form.drawing()
    return {
        "form": form,
        "service": form.service,
        "pieces": pieces(stages),
        "pace": pace(stages, turnover, buffer) if stages else None,
        "unlicensed": unlicensed(*chosen(form), list(serving.places())),
    }


def chosen(form):
    """(techniques, practitioners) as the form holds them now."""
    techniques = set(form["techniques"].value() or [])
    ticked = set(map(str, form["practitioners"].value() or []))
    known = [technique for technique, _ in form.fields["techniques"].choices if technique in techniques]
    return known, [each for each in form.fields["practitioners"].queryset if str(each.pk) in ticked]
