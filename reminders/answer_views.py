"""What patients answered: what somebody has to look after, what was looked after lately, how they are."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from clinic.toasts import back, toast
from reminders import correcting, lists, looking_after
from reminders.answer_forms import CorrectionForm
from reminders.models import Answer, AnswerKind
from reminders.permitting import changes_messages, changes_patients

LATEST = 25  # of what was looked after, and of what needs nobody


@require_safe
@permission_required("reminders.view_message", raise_exception=True)
def answers(request):
    return shown(request)


def shown(request, *, wrong=None, status=200):
    """The lists; `wrong` is a form that was sent and could not be taken, shown in its row."""
    user = request.user
    found = looking_after.most_urgent_first(Answer.objects.visible_to(user))
    page = Paginator(found, lists.A_PAGE).get_page(request.GET.get("page"))
    people = list(looking_after.sharing(page))
    rows = [(one, wrong if wrong and wrong.answer == one else form_of(one, people)) for one in page]
    done = list(looking_after.looked_after(user)[:LATEST])
    astray = correcting.Astray(done)
    context = {
        "page": page,
        "base": reverse("reminders:answers"),
        "here": f"{reverse('reminders:answers')}?page={page.number}",
        "rows": rows,
        "done": [(one, astray.of(one)) for one in done],
        "may_read_health": user.has_perms(looking_after.CHART),
        "others": list(looking_after.how_they_are(user)[:LATEST]),
        **lists.frame(user, "answers"),
    }
    return render(request, "reminders/answers.html", context, status=status)


def form_of(answer, people, data=None):
    """For the right address; `people` are those who have any of the wrong ones."""
    others = [one for one in people if one.email == answer.address and one.pk != answer.patient_id]
    return CorrectionForm(data, answer=answer, others=others)


@require_POST
@changes_messages
def look_after(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    looking_after.look_after(answer=answer, by=request.user)
    undo = reverse("reminders:reopen", args=[pk]) if looking_after.to_open_again().filter(pk=pk) else None
    toast(request, "Looked after.", undo_url=undo)
    return back(request, "reminders:answers")


@require_POST
@changes_messages
def reopen(request, pk):
    answer = get_object_or_404(Answer.objects.visible_to(request.user), pk=pk)
    looking_after.reopen(answer=answer, by=request.user)
    return back(request, "reminders:answers")


def wrong_address(request, pk):
    found = Answer.objects.visible_to(request.user).filter(kind=AnswerKind.NOT_ME).select_related("patient")
    return get_object_or_404(found, pk=pk)


@require_POST
@changes_patients
def correct_address(request, pk):
    answer = wrong_address(request, pk)
    form = form_of(answer, looking_after.sharing([answer]), request.POST)
    if not form.is_valid():
        return shown(request, wrong=form, status=400)
    also, to = form.cleaned_data["also"], form.cleaned_data["to"]
    try:
        people = correcting.correct(answer=answer, to=to, also=also, by=request.user)
    except correcting.SameAddress as refusal:
        form.add_error(refusal.field, str(refusal))
        return shown(request, wrong=form, status=refusal.status)
    toast(request, said(people, to), undo_url=undo_url(answer, also))
    return redirect(f"{reverse('reminders:answers')}#answer-{pk}")


def said(people, to):
    are = "is" if len(people) == 1 else "are"
    how = f"written to at {to}" if to else "called"
    return f"{looking_after.names(people)} {are} {how} from now on."


def undo_url(answer, also):
    """It names people by number alone: addresses stand in no log."""
    query = urlencode({"also": also}, doseq=True)
    return f"{reverse('reminders:undo_correction', args=[answer.pk])}{'?' if query else ''}{query}"


@require_POST
@changes_patients
def undo_correction(request, pk):
    also = [int(one) for one in request.GET.getlist("also") if one.isdecimal()]
    correcting.undo(answer=wrong_address(request, pk), also=also, by=request.user)
    return back(request, "reminders:answers")


@require_POST
@changes_patients
def tell_again(request, pk):
    count = correcting.tell_again(answer=wrong_address(request, pk), by=request.user)
    toast(request, "1 message is told again." if count == 1 else f"{count} messages are told again.")
    return back(request, "reminders:answers")
