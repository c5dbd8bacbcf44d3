"""What patients answered, as far as somebody has to look after it."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from clinic.errors import ClinicError
from clinic.toasts import back, toast
from reminders import lists, looking_after
from reminders.forms import AddressForm
from reminders.models import Answer

CHANGES = ["reminders.change_message", "patients.change_patient"]


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def answers(request):
    return shown(request)


def shown(request, *, wrong=None, status=200):
    """The list; `wrong` is a form that was sent and could not be taken, shown in its row."""
    found = looking_after.most_urgent_first(Answer.objects.visible_to(request.user))
    page = Paginator(found, lists.A_PAGE).get_page(request.GET.get("page"))
    people = list(looking_after.sharing(page))
    rows = [
        (one, wrong if wrong and wrong.answer == one else AddressForm(answer=one), others(one, people)) for one in page
    ]
    context = {"page": page, "rows": rows, **lists.frame(request.user, "answers")}
    return render(request, "reminders/answers.html", context, status=status)


def others(answer, people):
    """Of these people those who share the answered address, in words."""
    found = [person for person in people if person.email == answer.address and person.pk != answer.patient_id]
    return looking_after.names(found)


@require_POST
@permission_required("reminders.change_message", raise_exception=True)
def look_after(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    looking_after.look_after(answer=answer, by=request.user)
    toast(request, "Looked after.", undo_url=reverse("reminders:reopen", args=[pk]))
    return back(request, "reminders:answers")


@require_POST
@permission_required("reminders.change_message", raise_exception=True)
def reopen(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    looking_after.reopen(answer=answer, by=request.user)
    return back(request, "reminders:answers")


@require_POST
@permission_required(CHANGES, raise_exception=True)
def correct_address(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user).select_related("patient"), pk=pk)
    form = AddressForm(request.POST, answer=answer)
    if not form.is_valid():
        return shown(request, wrong=form, status=400)
    try:
        people = looking_after.correct_address(answer=answer, to=form.cleaned_data["to"], by=request.user)
    except ClinicError as refusal:
        form.add_error(refusal.field, str(refusal))
        return shown(request, wrong=form, status=refusal.status)
    are = "is" if len(people) == 1 else "are"
    toast(request, f"{looking_after.names(people)} {are} written to at {people[0].email} from now on.")
    return redirect("reminders:answers")
