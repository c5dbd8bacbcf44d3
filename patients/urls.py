from django.urls import path

from patients import views

app_name = "patients"
urlpatterns = [
    path("pick/", views.pick, name="pick"),
    path("register/", views.register, name="register"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/facts/", views.facts, name="facts"),
    path("<int:pk>/facts/add/", views.add_fact, name="add_fact"),
    path("facts/<int:pk>/end/", views.end_fact, name="end_fact"),
    path("facts/<int:pk>/withdraw/", views.withdraw_fact, name="withdraw_fact"),
    path("facts/<int:pk>/reopen/", views.reopen_fact, name="reopen_fact"),
    path("intakes/<int:pk>/", views.intake, name="intake"),
    path("intakes/<int:pk>/review/", views.review_intake, name="review_intake"),
]
