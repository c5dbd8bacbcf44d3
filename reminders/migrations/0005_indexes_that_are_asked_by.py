import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_who_can_be_written_to"),
        ("reminders", "0004_every_rule_and_message_has_its_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="handled_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="message_id",
            field=models.CharField(
                help_text="Made with the words, the same at every try: a repeat can be told.", max_length=200
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="patient",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Whom it is to; of a family, the first. Nobody if it is to the staff.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="patients.patient",
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="request_key",
            field=models.UUIDField(
                blank=True, help_text="Of the form that wrote it: a double click sends once.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="written_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="If it was written by hand.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("message_id",), name="one_message_an_id"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request_key__isnull", False)), fields=("request_key",), name="one_message_a_form"
            ),
        ),
    ]
