"""Who may do what about messages."""

from django.contrib.auth.decorators import permission_required

changes_messages = permission_required("reminders.change_message", raise_exception=True)
changes_patients = permission_required(["reminders.change_message", "patients.change_patient"], raise_exception=True)
