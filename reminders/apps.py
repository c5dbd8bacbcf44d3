from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self):
        post_migrate.connect(default_rules, sender=self)


def default_rules(apps=installed, **kwargs):
    """A clinic that has never said otherwise confirms and reminds a day before. What it has changed stays changed."""
    if "rule" not in apps.all_models["reminders"]:
        return  # migrated back to before there were rules
    rule = apps.get_model("reminders", "Rule")
    for kind, lead_minutes in [("confirmation", 0), ("reminder", 24 * 60)]:
        if not rule.objects.filter(kind=kind).exists():
            rule.objects.create(kind=kind, lead_minutes=lead_minutes)
