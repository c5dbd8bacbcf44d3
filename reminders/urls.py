from django.urls import path

from reminders import views, visit_views

app_name = "reminders"
urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/html/", views.message_html, name="message_html"),
    path("messages/<int:pk>/resend/", views.resend, name="resend"),
    path("messages/<int:pk>/called/", views.called, name="called"),
    path("messages/<int:pk>/not-called/", views.not_called, name="not_called"),
    # The patients' side. A token tells who may; there is no login.
    path("visit/confirm/<str:token>/", visit_views.visit_confirm, name="visit_confirm"),
    path("visit/cancel/<str:token>/", visit_views.visit_cancel, name="visit_cancel"),
    path("visit/calendar/<str:token>/", visit_views.visit_calendar, name="visit_calendar"),
]
