from django.urls import path

from clinic.practice.views import hours, places, services, staff

app_name = "practice"
urlpatterns = [
    path("places/", places.places, name="places"),
    path("places/add/", places.add_location, name="add_location"),
    path("places/<int:pk>/", places.location, name="location"),
    path("places/<int:pk>/tables/add/", places.add_tables, name="add_tables"),
    path("places/<int:pk>/units/add/", places.add_unit, name="add_unit"),
    path("tables/<int:pk>/", places.table, name="table"),
    path("units/<int:pk>/", places.unit, name="unit"),
    path("units/<int:pk>/out/", places.take_out, name="take_out"),
    path("units/<int:pk>/back/", places.put_back, name="put_back"),
    path("staff/", staff.staff, name="staff"),
    path("staff/add/", staff.add_person, name="add_person"),
    path("staff/<int:pk>/", staff.person, name="person"),
    path("staff/<int:pk>/invite/", staff.invite, name="invite"),
    path("staff/<int:pk>/licences/add/", staff.add_licence, name="add_licence"),
    path("licences/<int:pk>/", staff.licence, name="licence"),
    path("licences/<int:pk>/remove/", staff.remove_licence, name="remove_licence"),
    path("scope/", staff.scope, name="scope"),
    path("scope/<slug:jurisdiction>/<slug:kind>/", staff.scope_rules, name="scope_rules"),
    path("services/", services.services, name="services"),
    path("services/add/", services.add_service, name="add_service"),
    path("services/<int:pk>/", services.service, name="service"),
    path("hours/", hours.hours, name="hours"),
    path("hours/<int:pk>/", hours.hours_of, name="hours_of"),
    path("hours/<int:pk>/from/", hours.renew_hours, name="renew_hours"),
    path("hours/<int:pk>/end/", hours.end_hours, name="end_hours"),
]
