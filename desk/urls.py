from django.urls import path

from desk import views

app_name = "desk"
urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.search, name="search"),
    path("people/", views.patients, name="patients"),
    path("people/<int:pk>/", views.patient, name="patient"),
    path("visits/<int:pk>/<slug:verb>/", views.attend, name="attend"),
]
