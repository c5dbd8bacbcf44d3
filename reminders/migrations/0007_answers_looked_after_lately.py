from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0006_addresses_in_small_letters")]

    operations = [
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", False)),
                fields=["-handled_at"],
                name="answers_looked_after_lately",
            ),
        ),
    ]
