from django.db import migrations
from django.db.models.functions import Lower


def fold(apps, schema_editor):
    """One mailbox, one spelling. What the history says of the years before stays as it was typed."""
    apps.get_model("patients.Patient").objects.exclude(email=Lower("email")).update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [("patients", "0002_who_can_be_written_to")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
