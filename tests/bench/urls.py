"""The clinic's pages and a bare one behind the same middleware: what every request costs before it does anything."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.urls import include, path


@permission_required("scheduling.view_appointment", raise_exception=True)
def bare(request):
    return HttpResponse("ok")


urlpatterns = [path("bench/bare/", bare), path("", include("clinic.urls"))]
