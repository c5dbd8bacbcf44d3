"""How every answer leaves, and what nobody should answer with a stack trace.

Both belong near the top, above sessions: a cookie with a NUL byte must be gone before anybody looks it up.
"""

import logging

from csp.constants import SELF
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers
from pghistory.middleware import HistoryMiddleware

from clinic.errors import ClinicError
from clinic.logs import without_keys

logger = logging.getLogger(__name__)
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
FRAMED = ("account_", "mfa_", "signed_in")
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
NUL = "\x00"
ESCAPED_NUL = b"\\u0000"
ONLY_A_BUTTON = (
    "There is no page here, only a button that was pressed, perhaps while your sign-in had run out. Go back and look "
    "whether it has done what you wanted."
)
TOO_LONG = "That is more than one page can take. Nothing was saved. Shorten the text and send it again."


class PrivateMiddleware:
    """Nothing is kept: whoever presses Back after somebody has signed out must not see a chart. Only what never changes
    and is about nobody, such as the catalogue of points, may say so itself.

    A HEAD is answered like a GET and sent without its body, which Django leaves to the server, and gunicorn complains.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "immutable" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        if request.method == "HEAD":
            response.content = b""
        return response


class FramedMiddleware:
    """The pages of signing in may stand in a frame of our own, so that nobody has to leave what they are typing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.resolver_match and (request.resolver_match.url_name or "").startswith(FRAMED):
            response["X-Frame-Options"] = "SAMEORIGIN"
            response._csp_replace = {"frame-ancestors": [SELF]}
        return response


class ContextMiddleware(HistoryMiddleware):
    """Who changed it, and at which address. The history is kept for good and so may hold no link that still works."""

    def get_context(self, request):
        context = super().get_context(request)
        return context | {"url": without_keys(context["url"])}


class RefusalMiddleware:
    """Refusals, oversized bodies, NUL bytes, a login lost in mid-work."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if NUL not in value}
        response = nonsense(request) or self.get_response(request)
        if only_a_button(request, response):
            page = refuse(request, 405, ONLY_A_BUTTON)
            page["Allow"] = response["Allow"]
            return page
        return signed_out(response) if lost_login(request, response) else response

    def process_exception(self, request, exception):
        if isinstance(exception, ClinicError):
            return refuse(request, exception.status, str(exception), exception.link)
        if isinstance(exception, TOO_MUCH):
            return too_much(request)
        return None


def nonsense(request):
    """A refusal for a request that no view should see, or None."""
    if NUL in request.path_info:
        return refuse(request, 404, "There is no page at this address.")
    if has_nul(request.GET):
        return refuse(request, 400, "This address holds a character that no text has. Nothing was changed.")
    try:
        body_has_nul = nul_in_body(request)
    except TOO_MUCH:
        return too_much(request)
    except MultiPartParserError:
        return refuse(request, 400, "The form arrived damaged. Nothing was saved. Send it again.")
    if body_has_nul:
        return refuse(request, 400, "The text holds a character that no text has (a zero byte). Nothing was saved.")
    return None


def nul_in_body(request):
    """Reads the body, so that one beyond the limits shows here and not in the middle of a view."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return False
    if request.content_type in FORMS:
        return has_nul(request.POST)
    return ESCAPED_NUL in request.body or NUL.encode() in request.body


def has_nul(query):
    return any(NUL in key or any(NUL in value for value in values) for key, values in query.lists())


def too_much(request):
    logger.warning("Refused an oversized body at %s", request.path)
    request._mark_post_parse_error()  # else whoever reads POST again, the error page's own context too, fails again
    return refuse(request, 413, TOO_LONG)


def refuse(request, status, sentence, link=None):
    """The sentence as a page, or for htmx as a note on top of the page it came from."""
    context = {"sentence": sentence, "link": link, "status": status, "back": request.headers.get("Referer", "")}
    if request.headers.get("HX-Request") != "true":
        return render(request, "refused.html", context, status=status)
    response = render(request, "components/_refusal.html", context, status=status)
    response["HX-Retarget"] = "#refusal"
    response["HX-Reswap"] = "innerHTML show:top"
    return response


def only_a_button(request, response):
    """A page is asked for where there is none: after signing in anew, whoever had pressed a button is led there."""
    return request.method == "GET" and response.status_code == 405


def lost_login(request, response):
    to_login = response.status_code == 302 and response["Location"].startswith(resolve_url(settings.LOGIN_URL))
    return to_login and request.headers.get("HX-Request") == "true"


def signed_out(response):
    """Else htmx would follow the redirect and put the sign-in page into a row."""
    answer = sign_in_first()
    answer.cookies = response.cookies
    return answer


def sign_in_first():
    """For script: signin.js opens the address within the page, and what was asked is asked again."""
    return HttpResponse(status=401, headers={"X-Sign-In": resolve_url(settings.LOGIN_URL)})
