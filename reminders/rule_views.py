"""Settings: what is sent when, one row a rule in the order of the patient's path."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clinic.toasts import back, toast
from reminders import describing, editing
from reminders.editing import TellsAtOnce
from reminders.models import Kind, Rule
from reminders.models.rules import AHEAD, TO_STAFF, WITHOUT_TIME
from reminders.settings_forms import RuleForm

manager = permission_required("reminders.change_rule", raise_exception=True)
ORDER = list(Kind.values)
WITH_TIME = [kind for kind in Kind if kind not in WITHOUT_TIME and kind != Kind.BY_HAND]


@require_safe
@manager
def rules(request):
    removable = set(editing.removable().values_list("pk", flat=True))
    found = sorted(Rule.objects.prefetch_related("services"), key=place_on_the_path)
    rows = [shown(rule) | {"removable": rule.pk in removable} for rule in found]
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
    """If people would be told at once, a page says so first, with the button that means them."""
    rule = get_object_or_404(Rule, pk=pk)
    try:
        editing.switch_on(rule=rule, by=request.user, expected=known(request))
    except TellsAtOnce as refusal:
        context = {**shown(rule), "refusal": refusal, "people": describing.patients(refusal.people)}
        return render(request, "reminders/rule_on.html", context, status=refusal.status)
    return switched(request, rule, "on", undo="reminders:rule_off")


def known(request):
    """How many people the page has said will be told at once."""
    sent = request.POST.get("expected", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0


@require_POST
@manager
def rule_off(request, pk):
    rule = get_object_or_404(Rule, pk=pk)
    editing.switch_off(rule=rule, by=request.user)
    return switched(request, rule, "off", undo="reminders:rule_on")


def switched(request, rule, state, *, undo):
    toast(request, f"{rule.get_kind_display()} is {state}.", undo_url=reverse(undo, args=[rule.pk]))
    return back(request, "reminders:rules")


@require_POST
@manager
def remove_rule(request, pk):
    """A second press finds nothing, and says what the first has done."""
    if rule := Rule.objects.filter(pk=pk).first():
        editing.remove(rule=rule, by=request.user)
    toast(request, "Removed.")
    return redirect("reminders:rules")
