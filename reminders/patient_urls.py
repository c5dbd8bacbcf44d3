"""The patients' side. A token tells who may; there is no login."""

from django.urls import path

from reminders import change_views, own_views, visit_views

urlpatterns = [
    path("visit/confirm/<str:token>/", visit_views.visit_confirm, name="visit_confirm"),
    path("visit/cancel/<str:token>/", visit_views.visit_cancel, name="visit_cancel"),
    path("visit/change/<str:token>/", change_views.visit_change, name="visit_change"),
    path("visit/calendar/<str:token>/", visit_views.visit_calendar, name="visit_calendar"),
    path("visit/not-me/<str:token>/", own_views.visit_not_me, name="visit_not_me"),
    path("visit/answer/<str:token>/", visit_views.visit_answer, name="visit_answer"),
    path("mail/preferences/<str:token>/", own_views.preferences, name="preferences"),
    path("mail/unsubscribe/<str:token>/", own_views.unsubscribe, name="unsubscribe"),
]
