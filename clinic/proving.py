"""Has this person shown lately who they are? A signature counts for more than a screen that somebody left open.

By password, passkey or second factor, at signing in or again since. allauth's own decorator would ask again right
after signing in, which here is proof enough.
"""

import time

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode


def is_fresh(request):
    """Within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def ask_script():
    """For a page with script, which opens the address in `X-Sign-In` and then sends its request once more."""
    return HttpResponse(status=401, headers={"X-Sign-In": resolve_url("account_reauthenticate")})


def ask(next_page):
    """To where this person's ways to show it are, and from there to `next_page`."""
    return redirect(f"{resolve_url('account_reauthenticate')}?{urlencode({'next': next_page})}")
