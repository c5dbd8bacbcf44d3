"""Messages in Settings: rules and letters."""

from django.urls import path

from reminders import letter_views, rule_views

urlpatterns = [
    path("", rule_views.rules, name="rules"),
    path("rules/<int:pk>/", rule_views.rule, name="rule"),
    path("rules/<int:pk>/on/", rule_views.rule_on, name="rule_on"),
    path("rules/<int:pk>/off/", rule_views.rule_off, name="rule_off"),
    path("rules/<int:pk>/remove/", rule_views.remove_rule, name="remove_rule"),
    path("rules/add/<slug:kind>/", rule_views.add_rule, name="add_rule"),
    path("words/", letter_views.letters, name="letters"),
    path("words/<slug:kind>/<slug:language>/", letter_views.letter, name="letter"),
    path("words/<slug:kind>/<slug:language>/frame/<slug:name>/", letter_views.letter_frame, name="letter_frame"),
    path("words/<slug:kind>/<slug:language>/shipped/", letter_views.letter_shipped, name="letter_shipped"),
    path("words/<slug:kind>/<slug:language>/<int:version>/again/", letter_views.letter_again, name="letter_again"),
    path("words/<slug:kind>/<slug:language>/<int:version>/undo/", letter_views.letter_undo, name="letter_undo"),
]
