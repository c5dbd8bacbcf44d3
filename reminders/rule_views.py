"""Settings: what is sent when, one row a rule in the order of the patient's path."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clinic.toasts import back, toast
from reminders import describing, editing
from reminders.models import Kind, Rule
from reminders.models.rules import AHEAD, TO_STAFF, WITHOUT_TIME
from reminders.settings_forms import RuleForm

manager = permission_required("reminders.change_rule", raise_exception=True)
ORDER = list(Kind.values)
WITH_TIME = [kind for kind in Kind if kind not in WITHOUT_TIME and kind != Kind.BY_HAND]


@require_safe
@manager
def rules(request):
    rows = [shown(rule) for rule in sorted(Rule.objects.prefetch_related("services"), key=place_on_the_path)]
    return render(request, "reminders/rules.html", {"rows": rows, "further": WITH_TIME})


def place_on_the_path(rule):
    """The order of `Kind`; of reminders the one farthest from the visit first."""
    return ORDER.index(rule.kind), -rule.minutes if rule.kind in AHEAD else rule.minutes


def shown(rule):
    names = sorted(service.name for service in rule.services.all())
    return {"rule": rule, "says": describing.sentence(rule, names), "editable": rule.kind not in TO_STAFF}


@manager
def rule(request, pk):
    rule = get_object_or_404(Rule.objects.exclude(kind__in=TO_STAFF), pk=pk)
    return edit(request, RuleForm(request.POST or None, rule=rule), rule.get_kind_display())


@manager
def add_rule(request, kind):
    if kind not in WITH_TIME:
        raise Http404
    rule = editing.blank(kind)
    return edit(request, RuleForm(request.POST or None, rule=rule), f"{rule.get_kind_display()}, at another time")


def edit(request, form, title):
    if form.is_valid() and (saved := form.save(by=request.user)):
        toast(request, f"{saved.get_kind_display()} is saved.")
        return redirect("reminders:rules")
    context = {"form": form, "title": title, "tab": "messages", "back": reverse("reminders:rules")}
    return render(request, "practice/form.html", context, status=form.status)


@require_POST
@manager
def rule_on(request, pk):
    return switched(request, pk, on=True)


@require_POST
@manager
def rule_off(request, pk):
    return switched(request, pk, on=False)


def switched(request, pk, *, on):
    rule = get_object_or_404(Rule, pk=pk)
    editing.switch(rule=rule, on=on, by=request.user)
    opposite = reverse("reminders:rule_off" if on else "reminders:rule_on", args=[pk])
    toast(request, f"{rule.get_kind_display()} is {'on' if on else 'off'}.", undo_url=opposite)
    return back(request, "reminders:rules")
