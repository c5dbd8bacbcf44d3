from django.urls import include, path

from reminders import views

app_name = "reminders"
urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/html/", views.message_html, name="message_html"),
    path("messages/<int:pk>/resend/", views.resend, name="resend"),
    path("messages/<int:pk>/called/", views.called, name="called"),
    path("messages/<int:pk>/not-called/", views.not_called, name="not_called"),
    path("settings/messages/", include("reminders.settings_urls")),
    path("", include("reminders.patient_urls")),
]
