from django.urls import path

from desk import floor_views, settings_views, sheet_views, views

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.search, name="search"),
    path("people/", views.patients, name="patients"),
    path("people/<int:pk>/", views.patient, name="patient"),
    path("floor/", floor_views.show, name="floor"),
    path("floor/<int:pk>/<slug:verb>/", floor_views.press, name="press"),
    path("day-sheet/", sheet_views.day_sheet, name="day_sheet"),
    path("day-sheet.pdf", sheet_views.day_sheet_pdf, name="day_sheet_pdf"),
    path("visits/<int:pk>/<slug:verb>/", views.attend, name="attend"),
    path("settings/", settings_views.settings, name="settings"),
    path("settings/guide/", settings_views.guide, name="guide"),
]
