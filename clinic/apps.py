from django.apps import AppConfig
from django.db.models.signals import post_migrate

from clinic import roles


class ClinicConfig(AppConfig):
    name = "clinic"

    def ready(self):
        post_migrate.connect(roles.grant, dispatch_uid="clinic.roles.grant")
