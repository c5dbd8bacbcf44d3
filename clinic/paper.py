"""PDFs, from templates that extend paper.html."""

from functools import lru_cache
from io import BytesIO
from mimetypes import guess_type
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpResponse
from django.template.loader import render_to_string
from fontTools.ttLib import woff2
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

BASE = "http://deqi.invalid/"  # no such server: a sheet is made from our own static files and from nothing else


class StaticFetcher(URLFetcher):
    """A chart holds what people typed; nothing in it may make the server open an address."""

    def fetch(self, url, headers=None):
        path = unquote(urlparse(url).path)
        if not url.startswith(BASE) or not path.startswith(settings.STATIC_URL):
            raise ValueError("Sheets are made from our own files only.")
        file = file_of(path.removeprefix(settings.STATIC_URL))
        kind, _ = guess_type(file.name)
        content = unpacked(file) if file.suffix == ".woff2" else file.read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": kind or "application/octet-stream"})


@lru_cache
def unpacked(font):
    """The font as a PDF holds it. WeasyPrint would unpack it anew for each sheet, for half of the time that takes."""
    plain = BytesIO()
    with font.open("rb") as packed:
        woff2.decompress(packed, plain)
    return plain.getvalue()


def file_of(name):
    """Our source if there is one of that name; a hashed name is only among the collected files in STATIC_ROOT.

    In this order a sheet never comes out of what was collected before the last change.
    """
    found = finders.find(name) or staticfiles_storage.path(name)
    if not Path(found).is_file():
        raise ValueError(f"There is no static file {name}.")
    return Path(found)


def pdf(template, context, request=None):
    """The bytes of the sheet."""
    html = render_to_string(template, context, request)
    return HTML(string=html, base_url=BASE, url_fetcher=StaticFetcher()).write_pdf()


def pdf_response(template, context, request, filename):
    response = HttpResponse(pdf(template, context, request), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
