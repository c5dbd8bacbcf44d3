from django.apps import AppConfig
from django.db.models.signals import post_migrate

from sessions import catalogue


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "clinic_sessions"  # django.contrib.sessions owns the label `sessions`
    verbose_name = "Sessions"

    def ready(self):
        post_migrate.connect(catalogue.load_after_migrate, sender=self, dispatch_uid="sessions.catalogue")
