import django.db.models.deletion
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clinic", "0005_what_a_place_says"),
        ("patients", "0002_who_can_be_written_to"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("reminders", "0001_initial"),
        ("scheduling", "0004_visits_that_are_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("well", "Feels well"),
                            ("sore", "Is sore, or feels unsure"),
                            ("urgent", "Asks to be called"),
                            ("not_me", "Is not this patient"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "address",
                    models.EmailField(
                        blank=True, help_text="The address that the answered message went to.", max_length=254
                    ),
                ),
                ("came_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-came_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="AnswerEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("well", "Feels well"),
                            ("sore", "Is sore, or feels unsure"),
                            ("urgent", "Asks to be called"),
                            ("not_me", "Is not this patient"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "address",
                    models.EmailField(
                        blank=True, help_text="The address that the answered message went to.", max_length=254
                    ),
                ),
                ("came_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("booked", "Visit booked"),
                            ("moved", "Visit moved"),
                            ("cancelled", "Visit cancelled"),
                            ("reminder", "Reminder"),
                            ("before", "Before the visit"),
                            ("aftercare", "After the visit"),
                            ("how_are_you", "How are you"),
                            ("no_show", "Missed visit"),
                            ("failed", "To staff: message failed"),
                            ("urgent", "To staff: urgent answer"),
                            ("by_hand", "Written by hand"),
                        ],
                        max_length=20,
                    ),
                ),
                ("language", models.CharField(choices=[("en", "English"), ("es", "Spanish")], max_length=5)),
                ("version", models.PositiveIntegerField()),
                ("source", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["kind", "language", "-version"],
            },
        ),
        migrations.CreateModel(
            name="OptOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("booked", "Visit booked"),
                            ("moved", "Visit moved"),
                            ("cancelled", "Visit cancelled"),
                            ("reminder", "Reminder"),
                            ("before", "Before the visit"),
                            ("aftercare", "After the visit"),
                            ("how_are_you", "How are you"),
                            ("no_show", "Missed visit"),
                            ("failed", "To staff: message failed"),
                            ("urgent", "To staff: urgent answer"),
                            ("by_hand", "Written by hand"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="OptOutEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("booked", "Visit booked"),
                            ("moved", "Visit moved"),
                            ("cancelled", "Visit cancelled"),
                            ("reminder", "Reminder"),
                            ("before", "Before the visit"),
                            ("aftercare", "After the visit"),
                            ("how_are_you", "How are you"),
                            ("no_show", "Missed visit"),
                            ("failed", "To staff: message failed"),
                            ("urgent", "To staff: urgent answer"),
                            ("by_hand", "Written by hand"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="StaffNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="rule",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="rule",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="rule",
            name="delete_delete",
        ),
        migrations.RemoveConstraint(
            model_name="message",
            name="message_state_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="rule",
            name="rule_kind_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="rule",
            name="one_rule_a_lead",
        ),
        migrations.RemoveConstraint(
            model_name="rule",
            name="a_confirmation_alone_has_no_lead",
        ),
        migrations.RemoveIndex(
            model_name="message",
            name="messages_needing_action",
        ),
        migrations.RenameField("rule", "lead_minutes", "minutes"),
        migrations.RenameField("ruleevent", "lead_minutes", "minutes"),
        migrations.AddField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "Visit booked"),
                    ("moved", "Visit moved"),
                    ("cancelled", "Visit cancelled"),
                    ("reminder", "Reminder"),
                    ("before", "Before the visit"),
                    ("aftercare", "After the visit"),
                    ("how_are_you", "How are you"),
                    ("no_show", "Missed visit"),
                    ("failed", "To staff: message failed"),
                    ("urgent", "To staff: urgent answer"),
                    ("by_hand", "Written by hand"),
                ],
                default="reminder",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="message",
            name="reply_to",
            field=models.EmailField(
                blank=True, help_text="The location's own address: answers go there.", max_length=254
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="request_key",
            field=models.UUIDField(
                blank=True, help_text="Of the form that wrote it: a double click sends once.", null=True
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="unsubscribe",
            field=models.TextField(blank=True, help_text="Address of RFC 8058's one click; empty if it is needed."),
        ),
        migrations.AddField(
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
        migrations.AddField(
            model_name="rule",
            name="channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("phone", "Telephone: the front desk calls")],
                default="email",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="rule",
            name="in_doubt",
            field=models.CharField(
                choices=[("leave", "Do not send it again"), ("ask", "The front desk decides")],
                default="leave",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="rule",
            name="minutes",
            field=models.PositiveIntegerField(default=0, help_text="Before the visit starts, or after it is over."),
        ),
        migrations.AddField(
            model_name="rule",
            name="quiet_from",
            field=models.TimeField(blank=True, help_text="On the clock of the visit's location.", null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="rule",
            name="services",
            field=models.ManyToManyField(blank=True, help_text="None: all.", related_name="+", to="clinic.service"),
        ),
        migrations.AddField(
            model_name="ruleevent",
            name="channel",
            field=models.CharField(
                choices=[("email", "E-mail"), ("phone", "Telephone: the front desk calls")],
                default="email",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="ruleevent",
            name="in_doubt",
            field=models.CharField(
                choices=[("leave", "Do not send it again"), ("ask", "The front desk decides")],
                default="leave",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="ruleevent",
            name="minutes",
            field=models.PositiveIntegerField(default=0, help_text="Before the visit starts, or after it is over."),
        ),
        migrations.AddField(
            model_name="ruleevent",
            name="quiet_from",
            field=models.TimeField(blank=True, help_text="On the clock of the visit's location.", null=True),
        ),
        migrations.AddField(
            model_name="ruleevent",
            name="quiet_until",
            field=models.TimeField(blank=True, null=True),
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
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sending", "Sending"),
                    ("accepted", "Accepted"),
                    ("refused", "Refused"),
                    ("uncertain", "Uncertain"),
                    ("failed", "Gave up"),
                    ("call", "To call"),
                    ("dropped", "Not sent"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="to",
            field=models.EmailField(
                blank=True, help_text="Empty if there is nobody to write to: then somebody calls.", max_length=254
            ),
        ),
        migrations.AlterField(
            model_name="rule",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "Visit booked"),
                    ("moved", "Visit moved"),
                    ("cancelled", "Visit cancelled"),
                    ("reminder", "Reminder"),
                    ("before", "Before the visit"),
                    ("aftercare", "After the visit"),
                    ("how_are_you", "How are you"),
                    ("no_show", "Missed visit"),
                    ("failed", "To staff: message failed"),
                    ("urgent", "To staff: urgent answer"),
                    ("by_hand", "Written by hand"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="ruleevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("booked", "Visit booked"),
                    ("moved", "Visit moved"),
                    ("cancelled", "Visit cancelled"),
                    ("reminder", "Reminder"),
                    ("before", "Before the visit"),
                    ("aftercare", "After the visit"),
                    ("how_are_you", "How are you"),
                    ("no_show", "Missed visit"),
                    ("failed", "To staff: message failed"),
                    ("urgent", "To staff: urgent answer"),
                    ("by_hand", "Written by hand"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True), ("state__in", ["failed", "refused", "uncertain"])),
                fields=["-created_at"],
                name="messages_needing_action",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "refused")), fields=["to"], name="messages_refused_by_address"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rule",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reminders_ruleevent" ("active", "channel", "id", "in_doubt", "kind", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until") VALUES (NEW."active", NEW."channel", NEW."id", NEW."in_doubt", NEW."kind", NEW."minutes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quiet_from", NEW."quiet_until"); RETURN NULL;',
                    hash="1bde896f76686f3b62af629999f3c41dfc4448ee",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_25106",
                    table="reminders_rule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rule",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "reminders_ruleevent" ("active", "channel", "id", "in_doubt", "kind", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until") VALUES (NEW."active", NEW."channel", NEW."id", NEW."in_doubt", NEW."kind", NEW."minutes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quiet_from", NEW."quiet_until"); RETURN NULL;',
                    hash="14277ed0027d34103aabc011c5ee72b918bca615",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_1215d",
                    table="reminders_rule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="rule",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reminders_ruleevent" ("active", "channel", "id", "in_doubt", "kind", "minutes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quiet_from", "quiet_until") VALUES (OLD."active", OLD."channel", OLD."id", OLD."in_doubt", OLD."kind", OLD."minutes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quiet_from", OLD."quiet_until"); RETURN NULL;',
                    hash="f67abb1fdf4bd2e2b5d16c749a040abb2082826f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_f3138",
                    table="reminders_rule",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="handled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="visit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="scheduling.appointment",
            ),
        ),
        migrations.AddField(
            model_name="answerevent",
            name="handled_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="answerevent",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="answerevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="answerevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="answer_history",
                related_query_name="answer_history",
                to="reminders.answer",
            ),
        ),
        migrations.AddField(
            model_name="answerevent",
            name="visit",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="scheduling.appointment",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="optout",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="opt_outs", to="patients.patient"
            ),
        ),
        migrations.AddField(
            model_name="optoutevent",
            name="patient",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="patients.patient",
            ),
        ),
        migrations.AddField(
            model_name="optoutevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="optoutevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="optout_history",
                related_query_name="optout_history",
                to="reminders.optout",
            ),
        ),
        migrations.AddField(
            model_name="staffnotice",
            name="answer",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="staff_notice",
                to="reminders.answer",
            ),
        ),
        migrations.AddField(
            model_name="staffnotice",
            name="failed",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="staff_notice",
                to="reminders.message",
            ),
        ),
        migrations.AddField(
            model_name="staffnotice",
            name="message",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="staff_notices", to="reminders.message"
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(
                condition=models.Q(("handled_at__isnull", True)),
                fields=["kind", "-came_at"],
                name="answers_not_looked_after",
            ),
        ),
        migrations.AddIndex(
            model_name="answer",
            index=models.Index(fields=["patient", "-came_at"], name="answers_of_a_patient"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["well", "sore", "urgent", "not_me"])), name="answer_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("handled_at__isnull", True), ("handled_by__isnull", True)),
                    models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                    _connector="OR",
                ),
                name="answer_handled_by_somebody_at_some_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("handled_at__isnull", True), ("kind", "not_me")),
                fields=("patient", "address"),
                name="one_open_not_me_an_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("handled_at__isnull", True), ("kind", "urgent")),
                fields=("visit",),
                name="one_open_urgent_answer_a_visit",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answer",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reminders_answerevent" ("address", "came_at", "handled_at", "handled_by_id", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visit_id") VALUES (NEW."address", NEW."came_at", NEW."handled_at", NEW."handled_by_id", NEW."id", NEW."kind", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."visit_id"); RETURN NULL;',
                    hash="30b06fcb4973664d0bbdfb557eb0d93a49769532",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_ff02e",
                    table="reminders_answer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answer",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "reminders_answerevent" ("address", "came_at", "handled_at", "handled_by_id", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visit_id") VALUES (NEW."address", NEW."came_at", NEW."handled_at", NEW."handled_by_id", NEW."id", NEW."kind", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."visit_id"); RETURN NULL;',
                    hash="dc48d25e0d6096da56e4825a956eeaecafbafe51",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_a1956",
                    table="reminders_answer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answer",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reminders_answerevent" ("address", "came_at", "handled_at", "handled_by_id", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "visit_id") VALUES (OLD."address", OLD."came_at", OLD."handled_at", OLD."handled_by_id", OLD."id", OLD."kind", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."visit_id"); RETURN NULL;',
                    hash="f453d148fdb84c5bb857a7e02fabbd80b2f9eb63",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_c7745",
                    table="reminders_answer",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="answerevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="68e25da98a8bc0bd8df07719dadd5c7308bb2434",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_b39fe",
                    table="reminders_answerevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("kind", "language", "version"), name="one_letter_a_version"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "booked",
                            "moved",
                            "cancelled",
                            "reminder",
                            "before",
                            "aftercare",
                            "how_are_you",
                            "no_show",
                            "failed",
                            "urgent",
                            "by_hand",
                        ],
                    )
                ),
                name="letter_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["en", "es"])), name="letter_language_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="letters_count_from_one"),
        ),
        migrations.AddConstraint(
            model_name="optout",
            constraint=models.UniqueConstraint(fields=("patient", "kind"), name="one_opt_out_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="optout",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["aftercare", "before", "how_are_you", "no_show", "reminder"])),
                name="needed_notices_cannot_be_opted_out_of",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="optout",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reminders_optoutevent" ("at", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."id", NEW."kind", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                    hash="6510b80e95adcbfc30134b426c04a5b3006511ec",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_af31e",
                    table="reminders_optout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="optout",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "reminders_optoutevent" ("at", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."at", NEW."id", NEW."kind", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                    hash="5b9896d5c40aba431a7dcd40e9847af3f44f04b0",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e02f6",
                    table="reminders_optout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="optout",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "reminders_optoutevent" ("at", "id", "kind", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."at", OLD."id", OLD."kind", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                    hash="5ad924c8ee2a062f59fc822b99050fb96862ca2f",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_038e9",
                    table="reminders_optout",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="optoutevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0408a6434c34ed5bb9a9f89608d6856c5a6f4dfc",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_34317",
                    table="reminders_optoutevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="staffnotice",
            constraint=models.CheckConstraint(
                condition=models.Q(("failed__isnull", True), ("answer__isnull", True), _connector="XOR"),
                name="staff_are_told_of_one_thing",
            ),
        ),
    ]
