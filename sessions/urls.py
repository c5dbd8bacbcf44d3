"""A session has the address of its visit: the plan may not exist yet."""

from django.urls import path

from sessions.views import plan

app_name = "sessions"
urlpatterns = [
    path("points/", plan.points, name="points"),
    path("muscles/", plan.muscles, name="muscles"),
    path("<int:visit>/plan/", plan.plan, name="plan"),
    path("<int:visit>/plan/add/<slug:kind>/", plan.add, name="add"),
    path("<int:visit>/plan/<slug:kind>/<int:pk>/edit/", plan.edit, name="edit"),
    path("<int:visit>/plan/<slug:kind>/<int:pk>/remove/", plan.remove, name="remove"),
    path("<int:visit>/plan/position/", plan.set_position, name="set_position"),
    path("<int:visit>/plan/last-time/", plan.as_last_time, name="as_last_time"),
    path("<int:visit>/plan/ready/", plan.make_ready, name="make_ready"),
    path("<int:visit>/plan/draft/", plan.back_to_draft, name="back_to_draft"),
    path("<int:visit>/plan/acknowledge/", plan.acknowledge, name="acknowledge"),
    path("<int:visit>/plan/override/", plan.override, name="override"),
]
