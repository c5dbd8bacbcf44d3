"""Who works here and what their licences allow."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from clinic.models import Credential, CredentialKind, Location, ScopeRule, Technique, User
from clinic.practice import inviting, licensing, stranded
from clinic.practice.forms.staff import LicenceForm, PersonForm, ScopeForm, StateForm
from clinic.toasts import toast

manager = permission_required("clinic.change_practitioner", raise_exception=True)


@require_GET
@manager
def staff(request):
    kept = ("groups", "practitioner__credentials")
    users = User.objects.select_related("practitioner").prefetch_related(*kept)
    people = [person_row(user) for user in users.order_by("-is_active", "first_name", "last_name", "email")]
    return render(request, "practice/staff.html", {"people": people})


def person_row(user):
    practitioner = getattr(user, "practitioner", None)
    return {
        "user": user,
        "roles": [group.name for group in user.groups.all()],
        "practitioner": practitioner,
        "licences": licence_rows(practitioner.credentials.all()) if practitioner else [],
    }


def licence_rows(licences):
    today = timezone.localdate()
    latest = sorted(licences, key=lambda licence: licence.issued, reverse=True)
    return [{"licence": licence, "standing": licensing.standing(licence, today)} for licence in latest]


@manager
def add_person(request):
    form = PersonForm(request.POST or None, initial={"roles": request.GET.getlist("role")})
    if form.is_valid() and (user := form.save(by=request.user)):
        toast(request, f"{user} is added. Next: send the sign-in e-mail.")
        return redirect("practice:person", user.pk)
    return person_page(request, form)


@manager
def person(request, pk):
    user = get_object_or_404(User, pk=pk)
    form = PersonForm(request.POST or None, user=user)
    if form.is_valid() and (saved := form.save(by=request.user)):
        toast(request, f"{saved} is saved.")
        stranded.warn(request)
        return redirect("practice:person", pk)
    return person_page(request, form, user)


def person_page(request, form, user=None):
    practitioner = getattr(user, "practitioner", None)
    licences = licence_rows(practitioner.credentials.all()) if practitioner else []
    context = {"form": form, "person": user, "practitioner": practitioner, "licences": licences}
    context |= {"back": reverse("practice:staff"), "tab": "staff"}
    return render(request, "practice/person.html", context, status=form.status)


@require_POST
@manager
def invite(request, pk):
    user = get_object_or_404(User, pk=pk)
    inviting.invite(user=user, request=request)
    toast(request, f"The sign-in e-mail for {user} is on its way to {user.email}.")
    return redirect("practice:person", pk)


@manager
def add_licence(request, pk):
    user = get_object_or_404(User.objects.filter(practitioner__isnull=False), pk=pk)
    start = {"jurisdiction": Location.objects.active().values_list("jurisdiction", flat=True).first()}
    form = LicenceForm(request.POST or None, row=Credential(practitioner=user.practitioner), initial=start)
    return licence_page(request, form, user, f"New licence of {user}")


@manager
def licence(request, pk):
    licence = get_object_or_404(Credential.objects.select_related("practitioner__user"), pk=pk)
    form = LicenceForm(request.POST or None, row=licence)
    return licence_page(request, form, licence.practitioner.user, f"{licence} of {licence.practitioner}")


def licence_page(request, form, user, title):
    if form.is_valid() and (saved := form.save(by=request.user)):
        toast(request, f"{saved} is saved.")
        stranded.warn(request)
        return redirect("practice:person", user.pk)
    context = {"form": form, "title": title, "tab": "staff", "back": reverse("practice:person", args=[user.pk])}
    return render(request, "practice/form.html", context, status=form.status)


@require_POST
@manager
def remove_licence(request, pk):
    licence = get_object_or_404(Credential.objects.select_related("practitioner"), pk=pk)
    licensing.remove_licence(licence=licence, by=request.user)
    toast(request, f"{licence} {licence.number} is removed.")
    stranded.warn(request)
    return redirect("practice:person", licence.practitioner.user_id)


@require_GET
@manager
def scope(request):
    """Every licence in every state that somebody holds or that has rules, and what it allows."""
    form = StateForm(request.GET if "kind" in request.GET else None)
    if form.is_valid():
        return redirect("practice:scope_rules", form.cleaned_data["jurisdiction"], form.cleaned_data["kind"])
    return render(request, "practice/scope.html", {"licences": scope_rows(), "form": form, "tab": "scope"})


def scope_rows():
    rules, held = list(ScopeRule.objects.all()), Credential.objects.values_list("jurisdiction", "kind")
    keys = {(rule.jurisdiction, rule.credential_kind) for rule in rules} | set(held)
    for jurisdiction, kind in sorted(keys):
        mine = {r.technique: r for r in rules if (r.jurisdiction, r.credential_kind) == (jurisdiction, kind)}
        allowed = [Technique(name).label for name in Technique.values if name in mine and mine[name].allowed]
        row = {"jurisdiction": jurisdiction, "kind": kind, "label": CredentialKind(kind).label}
        yield row | {"allowed": allowed, "unset": len(Technique.values) - len(mine)}


@manager
def scope_rules(request, jurisdiction, kind):
    known = StateForm({"jurisdiction": jurisdiction, "kind": kind})
    if not known.is_valid() or known.cleaned_data["jurisdiction"] != jurisdiction:
        raise Http404
    form = ScopeForm(request.POST or None, jurisdiction=jurisdiction, kind=kind)
    label = CredentialKind(kind).label
    if form.is_valid() and form.save(by=request.user):
        toast(request, f"What {label} allows in {jurisdiction} is saved.")
        stranded.warn(request)
        return redirect("practice:scope")
    context = {"form": form, "jurisdiction": jurisdiction, "label": label, "tab": "scope"}
    return render(request, "practice/scope_rules.html", context, status=form.status)
