from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0005_indexes_that_are_asked_by")]

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
