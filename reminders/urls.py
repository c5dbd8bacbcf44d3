from django.urls import include, path

from reminders import answer_views, call_views, status_views, views, wish_views, writing_views

app_name = "reminders"
urlpatterns = [
    path("messages/", views.messages, name="messages"),
    path("messages/search/", views.search, name="search"),
    path("messages/write/", writing_views.write, name="write"),
    path("messages/status/", status_views.status, name="status"),
    path("messages/about/<int:pk>/", views.visit_messages, name="visit_messages"),
    path("messages/post/", status_views.post, name="post"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("messages/<int:pk>/html/", views.message_html, name="message_html"),
    path("messages/<int:pk>/resend/", call_views.resend, name="resend"),
    path("messages/again/", call_views.resend_all, name="resend_all"),
    path("messages/<int:pk>/now/", call_views.send_now, name="send_now"),
    path("messages/<int:pk>/withhold/", call_views.withhold, name="withhold"),
    path("messages/<int:pk>/release/", call_views.release, name="release"),
    path("messages/<int:pk>/called/", call_views.called, name="called"),
    path("messages/<int:pk>/not-called/", call_views.not_called, name="not_called"),
    path("messages/answers/", answer_views.answers, name="answers"),
    path("messages/answers/<int:pk>/looked-after/", answer_views.look_after, name="look_after"),
    path("messages/answers/<int:pk>/reopen/", answer_views.reopen, name="reopen"),
    path("messages/answers/<int:pk>/correct/", answer_views.correct_address, name="correct_address"),
    path("messages/answers/<int:pk>/undo/", answer_views.undo_correction, name="undo_correction"),
    path("messages/answers/<int:pk>/tell-again/", answer_views.tell_again, name="tell_again"),
    path("people/<int:pk>/messages/", views.patient_messages, name="patient_messages"),
    path("people/<int:pk>/messages/<slug:kind>/on/", wish_views.switch_on, name="switch_on"),
    path("people/<int:pk>/messages/<slug:kind>/off/", wish_views.switch_off, name="switch_off"),
    path("healthz/messages", status_views.health, name="health"),
    path("settings/messages/", include("reminders.settings_urls")),
    path("", include("reminders.patient_urls")),
]
