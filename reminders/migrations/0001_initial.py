import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clinic", "0001_initial"),
        ("patients", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("html", models.TextField()),
                ("calendar", models.TextField(blank=True, help_text="The .ics that goes along.")),
                (
                    "message_id",
                    models.CharField(
                        help_text="Made with the words, the same at every try: a repeat can be told.",
                        max_length=200,
                        unique=True,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Sending"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                            ("uncertain", "Uncertain"),
                            ("dropped", "Not sent"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "tried_at",
                    models.DateTimeField(blank=True, help_text="When it was last taken to the server.", null=True),
                ),
                ("next_attempt_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "give_up_at",
                    models.DateTimeField(help_text="A message about a visit is pointless once the visit has begun."),
                ),
                (
                    "answer",
                    models.TextField(blank=True, help_text="The mail server's last words, or why it was not sent."),
                ),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handled_at",
                    models.DateTimeField(
                        blank=True, help_text="When somebody called the patient instead, or sent it again.", null=True
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="patients.patient"
                    ),
                ),
                (
                    "sent_again",
                    models.OneToOneField(
                        blank=True,
                        help_text="The copy that went out instead.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="first",
                        to="reminders.message",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["sending", "waiting"])),
                        fields=["next_attempt_at"],
                        name="messages_to_deliver",
                    ),
                    models.Index(
                        condition=models.Q(("handled_at__isnull", True), ("state__in", ["refused", "uncertain"])),
                        fields=["-created_at"],
                        name="messages_needing_action",
                    ),
                    models.Index(fields=["patient", "-created_at"], name="messages_of_a_patient"),
                    models.Index(fields=["state", "-created_at"], name="messages_by_state"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "sending", "accepted", "refused", "uncertain", "dropped"])
                        ),
                        name="message_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", False), ("state", "accepted")),
                            models.Q(models.Q(("state", "accepted"), _negated=True), ("accepted_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="accepted_means_a_server_said_so",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("handled_by__isnull", True)),
                            models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="handled_by_somebody_at_some_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("confirmation", "Visit booked"), ("reminder", "Visit reminder")], max_length=20
                    ),
                ),
                ("lead_minutes", models.PositiveIntegerField(default=0, help_text="Before the visit starts.")),
                ("active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["confirmation", "reminder"])), name="rule_kind_is_known"
                    ),
                    models.UniqueConstraint(fields=("kind", "lead_minutes"), name="one_rule_a_lead"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "confirmation"), ("lead_minutes", 0)),
                            models.Q(models.Q(("kind", "confirmation"), _negated=True), ("lead_minutes__gt", 0)),
                            _connector="OR",
                        ),
                        name="a_confirmation_alone_has_no_lead",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "reminders_ruleevent" ("active", "id", "kind", "lead_minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."id", NEW."kind", NEW."lead_minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="3157bce4d8abfc3b20816cd5c1f91091427d337d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_25106",
                            table="reminders_rule",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "reminders_ruleevent" ("active", "id", "kind", "lead_minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."id", NEW."kind", NEW."lead_minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="e210c5c5409a78702d1296c5291e9482f10ee103",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1215d",
                            table="reminders_rule",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "reminders_ruleevent" ("active", "id", "kind", "lead_minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."id", OLD."kind", OLD."lead_minutes", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="63eb3de9de0b7fa8db58e88c6d0ef2ddab0bdaee",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f3138",
                            table="reminders_rule",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="reminders.message"
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="reminders.rule",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("visit", "rule", "revision"), name="one_notice_a_reason")
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("confirmation", "Visit booked"), ("reminder", "Visit reminder")], max_length=20
                    ),
                ),
                ("lead_minutes", models.PositiveIntegerField(default=0, help_text="Before the visit starts.")),
                ("active", models.BooleanField(default=True)),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="rule_history",
                        related_query_name="rule_history",
                        to="reminders.rule",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="2f9c40a166c168676896efd3205dc508ebf86cbc",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9940e",
                            table="reminders_ruleevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
