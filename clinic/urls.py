"""Where each room's pages are. Django's own handlers render templates/400.html, 403.html, 404.html and 500.html."""

from django.urls import include, path

from clinic import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("signed-in/", views.signed_in, name="signed_in"),
    path("", include("desk.urls")),
    path("settings/", include("clinic.practice.urls")),
    path("patients/", include("patients.urls")),
    path("schedule/", include("scheduling.urls")),
    path("sessions/", include("sessions.urls")),
    path("", include("reminders.urls")),
]
