from django.urls import path

from scheduling import views

app_name = "scheduling"
urlpatterns = [
    path("book/", views.book, name="book"),
    path("<int:pk>/", views.visit, name="visit"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/arrive/", views.arrive, name="arrive"),
    path("<int:pk>/no-show/", views.no_show, name="no_show"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
