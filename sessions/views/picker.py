"""What can be typed, for the fields that suggest it. A browser keeps it as long as the catalogue stays the same."""

from django.http import JsonResponse
from django.utils.cache import patch_cache_control

from sessions import suggesting

from .shown import reading

A_YEAR = 31_536_000  # seconds


@reading
def points(request):
    return kept(request, suggesting.points())


@reading
def muscles(request):
    return kept(request, suggesting.muscles())


def kept(request, catalogue):
    """Whoever asks by the name of this edition need not ask again."""
    response = JsonResponse(catalogue, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    if request.GET.get("edition") == suggesting.edition():
        patch_cache_control(response, private=True, max_age=A_YEAR, immutable=True)
    return response
