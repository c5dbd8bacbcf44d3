from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render


@login_not_required
def to_come(request, token):
    return render(request, "reminders/link_ended.html", status=404)
