"""A toast says what was just done and offers to undo it. Errors are never toasts: they stay on the page."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

UNDO = "undo:"


def toast(request_or_response, text, undo_url=None):
    """Show `text` on the next page (given a request) or beside the fragment (given an htmx response).

    `undo_url` takes a POST. Returns what it was given.
    """
    if isinstance(request_or_response, HttpResponseBase):
        event = {"text": str(text), "undo": undo_url or ""}
        return trigger_client_event(request_or_response, "toast", event, after="settle")
    messages.success(request_or_response, text, extra_tags=f"{UNDO}{undo_url}" if undo_url else "")
    return request_or_response


def back(request, default):
    """Redirect to the page that the person came from (the form's `next`), or to `default`."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return redirect(url if safe else resolve_url(default))
