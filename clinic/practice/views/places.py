"""Where the clinic works: locations with their tables, chairs and e-stim units."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinic.models import Device, Location, Table
from clinic.practice import places as verbs
from clinic.practice import stranded
from clinic.practice.forms.places import LocationForm, OutForm, TableForm, TablesForm, UnitForm
from clinic.toasts import toast

manager = permission_required("clinic.change_location", raise_exception=True)


@require_GET
@manager
def places(request):
    tables, units = Table.objects.order_by("-active", "chair", "name"), Device.objects.order_by("-active", "name")
    locations = with_things(Location.objects.order_by("-active", "name"), tables, units)
    return render(request, "practice/places.html", {"locations": locations, "today": timezone.localdate()})


def with_things(locations, tables, units):
    """A query for each of the three, whatever their number."""
    locations = list(locations)
    for location in locations:
        location.tables = [table for table in tables if table.location_id == location.pk]
        location.units = [unit for unit in units if unit.location_id == location.pk]
    return locations


@manager
def add_location(request):
    form = LocationForm(request.POST or None, row=Location())
    if form.is_valid() and (location := form.save(by=request.user)):
        toast(request, f"{location} is added. Next: its tables and chairs.")
        return redirect("practice:add_tables", location.pk)
    return form_page(request, form, "New location")


@manager
def location(request, pk):
    location = get_object_or_404(Location, pk=pk)
    return edit(request, LocationForm(request.POST or None, row=location), location)


@manager
def add_tables(request, pk):
    location = get_object_or_404(Location, pk=pk)
    form = TablesForm(request.POST or None)
    if form.is_valid() and (added := form.add(location=location, by=request.user)):
        toast(request, f"{added[0]} is added." if len(added) == 1 else f"{len(added)} are added.")
        return redirect("practice:places")
    return form_page(request, form, f"New tables and chairs, {location}")


@manager
def table(request, pk):
    table = get_object_or_404(Table, pk=pk)
    return edit(request, TableForm(request.POST or None, row=table), table)


@manager
def add_unit(request, pk):
    location = get_object_or_404(Location, pk=pk)
    form = UnitForm(request.POST or None, row=Device(location=location))
    if form.is_valid() and (unit := form.save(by=request.user)):
        toast(request, f"{unit} is added.")
        return redirect("practice:places")
    return form_page(request, form, f"New e-stim unit, {location}")


@manager
def unit(request, pk):
    unit = get_object_or_404(Device, pk=pk)
    return edit(request, UnitForm(request.POST or None, row=unit), unit)


@manager
def take_out(request, pk):
    unit = get_object_or_404(Device, pk=pk)
    form = OutForm(request.POST or None)
    if form.is_valid() and form.take_out(unit=unit, by=request.user):
        toast(request, f"{unit} is out of service.", undo_url=reverse("practice:put_back", args=[pk]))
        stranded.warn(request)
        return redirect("practice:places")
    return form_page(request, form, f"Take {unit} out of service")


@require_POST
@manager
def put_back(request, pk):
    unit = verbs.put_back(unit=get_object_or_404(Device, pk=pk), by=request.user)
    toast(request, f"{unit} is in service.")
    return redirect("practice:places")


def edit(request, form, row):
    """A row that stands: saved, or shown again with what is wrong, or with what somebody else saved."""
    if form.is_valid() and form.save(by=request.user):
        toast(request, f"{form.cleaned_data['name']} is saved.")
        stranded.warn(request)
        return redirect("practice:places")
    return form_page(request, form, str(row))


def form_page(request, form, title):
    context = {"form": form, "title": title, "tab": "places", "back": reverse("practice:places")}
    return render(request, "practice/form.html", context, status=form.status)
