from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class RemindersConfig(AppConfig):
    name = "reminders"

    def ready(self):
        post_migrate.connect(default_rules, sender=self, dispatch_uid="reminders.rules")


def default_rules(apps=installed, **kwargs):
    """A clinic that has never said otherwise sends what `kinds.SPECS` begins with. What it changed stays.

    To one that has rules already, kinds that its patients could do without come switched off: it decides itself.
    """
    if "optout" not in apps.all_models["reminders"]:
        return  # migrated to before there were these kinds
    from reminders import kinds  # models are not loaded when Django reads this module

    rule = apps.get_model("reminders", "Rule")
    known = set(rule.objects.values_list("kind", flat=True))
    rule.objects.bulk_create(
        rule(**fields, active=not known or fields["kind"] in kinds.NEEDED)
        for fields in kinds.defaults()
        if fields["kind"] not in known
    )
