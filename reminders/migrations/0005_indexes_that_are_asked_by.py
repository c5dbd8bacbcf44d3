import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

# Every message is read for these, which takes a while.
HELD_BY_WHAT_THERE_IS = [
    "message_state_is_known",
    "message_kind_is_known",
    "without_an_address_somebody_calls",
    "message_is_to_a_patient_or_to_staff",
    "who_handled_it_did_at_some_time",
]


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0002_who_can_be_written_to"),
        ("reminders", "0004_every_rule_and_message_has_its_kind"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(ValidateConstraint("message", name) for name in HELD_BY_WHAT_THERE_IS),
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
