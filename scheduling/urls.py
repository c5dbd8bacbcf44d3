from django.urls import path

from scheduling.views import booking, visits

app_name = "scheduling"
urlpatterns = [
    path("book/", booking.book, name="book"),
    path("<int:pk>/", visits.visit, name="visit"),
    path("<int:pk>/move/", booking.move, name="move"),
    path("<int:pk>/confirm/", visits.confirm, name="confirm"),
    path("<int:pk>/arrive/", visits.arrive, name="arrive"),
    path("<int:pk>/no-show/", visits.no_show, name="no_show"),
    path("<int:pk>/cancel/", visits.cancel, name="cancel"),
    path("<int:pk>/undo/", visits.undo, name="undo"),
]
