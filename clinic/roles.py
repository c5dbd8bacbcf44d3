"""The three roles and what each may do. Permissions are strings, because the ground floor knows no floor above it."""

from django.apps import apps

SCHEDULE = [
    "patients.view_patient",
    "patients.add_patient",
    "patients.change_patient",
    "scheduling.view_appointment",
    "scheduling.add_appointment",
    "scheduling.change_appointment",
    "scheduling.add_block",
    "scheduling.change_block",
    "scheduling.delete_block",
    "reminders.view_message",
]
DESK = [*SCHEDULE, "clinic.add_timeoff", "clinic.delete_timeoff", "reminders.change_message"]
ROLES = {
    "Front desk": DESK,
    "Practitioner": [
        *SCHEDULE,
        "scheduling.override_hours",
        "scheduling.view_calendarfeed",
        "patients.view_healthfact",
        "patients.add_healthfact",
        "patients.change_healthfact",
        "patients.view_intake",
        "patients.change_intake",
        "clinic_sessions.view_sessionplan",
        "clinic_sessions.add_sessionplan",
        "clinic_sessions.change_sessionplan",
        "clinic_sessions.sign_sessionplan",
        "clinic_sessions.add_amendment",
        "clinic_sessions.add_followup",
        "clinic_sessions.add_protocol",
        "clinic_sessions.change_protocol",
        "clinic_sessions.change_phrase",
    ],
    "Manager": [
        *DESK,
        "scheduling.override_hours",
        "scheduling.view_calendarfeed",
        "scheduling.change_calendarfeed",
        "clinic.change_location",
        "clinic.change_practitioner",
        "clinic.change_service",
        "reminders.change_rule",
        "reminders.add_letter",
    ],
}


def grant(**kwargs):
    """Make the groups and give them their permissions; idempotent, after every migrate.

    A data migration would see no permissions on a fresh database: they are made after migrating.
    """
    group_model, permission_model = apps.get_model("auth.Group"), apps.get_model("auth.Permission")
    found = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permission_model.objects.select_related("content_type")
    }
    for name, wanted in ROLES.items():
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.set([found[label] for label in wanted if label in found])
