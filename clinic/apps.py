from django.apps import AppConfig, apps
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.db.models.signals import post_migrate

from clinic import roles


class ClinicConfig(AppConfig):
    name = "clinic"

    def ready(self):
        *_, last = (app for app in apps.get_app_configs() if app.models_module)
        post_migrate.connect(roles.grant, sender=last, dispatch_uid="clinic.roles.grant")  # all permissions are made


class StaticFiles(StaticFilesConfig):
    """Leaves out variants of third-party files that no page asks for: compressing them would take most of a start."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("*.rtl.*", "bootstrap.css*", "bootstrap.js*", "bootstrap.min.js*", "bootstrap.bundle*", "bootstrap.esm*"),
        *("bootstrap-grid*", "bootstrap-reboot*", "bootstrap-utilities*"),
        *("tom-select.base.js*", "tom-select.complete*", "tom-select.popular*", "plugins"),
        *("*.scss", "*.ts", "*.json", "*.md", "*-opsz-*", "*-standard-*", "*-italic*", "opsz.css", "standard.css"),
    ]
