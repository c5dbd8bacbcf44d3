"""What a change of the frame does to visits that are booked: they stay, and whoever changed it is told how many do not
fit any more. Call `warn` after saving hours, places, staff or licences; `settings.STRANDED_VISITS` names who knows."""

from django.conf import settings
from django.contrib import messages
from django.utils import timezone
from django.utils.html import format_html
from django.utils.module_loading import import_string

from clinic.context import address


def stranded():
    """[(visit, why)] of the coming visits that no longer fit; this floor doesn't know what a visit is."""
    return import_string(settings.STRANDED_VISITS)(timezone.now())


def warn(request):
    """On the next page: how many visits do not fit, and where they are moved. Nothing when all do."""
    if count := len(stranded()):
        words = "1 coming visit no longer fits" if count == 1 else f"{count} coming visits no longer fit"
        sentence = '{} the hours, places and licences. Nothing was cancelled. <a href="{}">See what to move</a>.'
        messages.warning(request, format_html(sentence, words, address("scheduling:to_move")))
