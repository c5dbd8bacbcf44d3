import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
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
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "span",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        help_text="From the first stage's start to the last one's end, half-open."
                    ),
                ),
                (
                    "starts_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("span"), function="lower"),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "ends_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("span"), function="upper"),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "stages",
                    models.JSONField(
                        help_text="List of {name, minutes, practitioner, device}; the table is held throughout."
                    ),
                ),
                (
                    "turnover_minutes",
                    models.PositiveSmallIntegerField(default=0, help_text="The table rests this long afterwards."),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_session", "In session"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No-show"),
                        ],
                        default="booked",
                        max_length=20,
                    ),
                ),
                (
                    "status_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_session", "In session"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No-show"),
                        ],
                        help_text="What undo goes back to.",
                        max_length=20,
                    ),
                ),
                ("status_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="Rises when start, place or practitioner changes."
                    ),
                ),
                (
                    "placed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When the present revision was made."
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="Nothing clinical.",
                        max_length=300,
                        verbose_name="note for the front desk",
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                (
                    "request_key",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="Of the form that booked it: a double click books once.",
                        unique=True,
                    ),
                ),
                ("booked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "booked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="clinic.device",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="patients.patient"
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="clinic.practitioner",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="clinic.service"
                    ),
                ),
                (
                    "status_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="clinic.table"
                    ),
                ),
            ],
            options={
                "ordering": ["starts_at", "pk"],
                "indexes": [
                    models.Index(fields=["starts_at"], name="visits_by_start"),
                    models.Index(fields=["patient", "-starts_at"], name="visits_of_a_patient"),
                    models.Index(fields=["practitioner", "starts_at"], name="visits_of_a_practitioner"),
                    models.Index(
                        condition=models.Q(("status__in", ["booked", "confirmed"])),
                        fields=["placed_at"],
                        name="coming_visits_by_placing",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["booked", "confirmed", "arrived", "in_session", "completed", "cancelled", "no_show"],
                            )
                        ),
                        name="visit_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("span__isempty", False), ("span__lower_inf", False), ("span__upper_inf", False)
                        ),
                        name="visit_has_two_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("starts_at"), "+", models.Value(datetime.timedelta(days=1))
                                ),
                            )
                        ),
                        name="visit_within_a_day",
                        violation_error_message="A visit is over within a day.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("status__in", ["cancelled", "no_show"]), _negated=True),
                        expressions=[("patient", "="), ("span", "&&")],
                        name="patient_is_in_one_place",
                        violation_error_message="The patient has another visit then.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "scheduling_appointmentevent" ("booked_at", "booked_by_id", "cancel_reason", "device_id", "id", "note", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "practitioner_id", "request_key", "revision", "service_id", "span", "stages", "status", "status_at", "status_before", "status_by_id", "table_id", "turnover_minutes") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."device_id", NEW."id", NEW."note", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."placed_at", NEW."placed_by_id", NEW."practitioner_id", NEW."request_key", NEW."revision", NEW."service_id", NEW."span", NEW."stages", NEW."status", NEW."status_at", NEW."status_before", NEW."status_by_id", NEW."table_id", NEW."turnover_minutes"); RETURN NULL;',
                            hash="372f53821552d3b3e77c4b240ce8686f8a9b203d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_cdcf2",
                            table="scheduling_appointment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "scheduling_appointmentevent" ("booked_at", "booked_by_id", "cancel_reason", "device_id", "id", "note", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "practitioner_id", "request_key", "revision", "service_id", "span", "stages", "status", "status_at", "status_before", "status_by_id", "table_id", "turnover_minutes") VALUES (NEW."booked_at", NEW."booked_by_id", NEW."cancel_reason", NEW."device_id", NEW."id", NEW."note", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."placed_at", NEW."placed_by_id", NEW."practitioner_id", NEW."request_key", NEW."revision", NEW."service_id", NEW."span", NEW."stages", NEW."status", NEW."status_at", NEW."status_before", NEW."status_by_id", NEW."table_id", NEW."turnover_minutes"); RETURN NULL;',
                            hash="885a941c61cdb16a89b7f4f2723b35cb7a9fcc6c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7193b",
                            table="scheduling_appointment",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "scheduling_appointmentevent" ("booked_at", "booked_by_id", "cancel_reason", "device_id", "id", "note", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placed_at", "placed_by_id", "practitioner_id", "request_key", "revision", "service_id", "span", "stages", "status", "status_at", "status_before", "status_by_id", "table_id", "turnover_minutes") VALUES (OLD."booked_at", OLD."booked_by_id", OLD."cancel_reason", OLD."device_id", OLD."id", OLD."note", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."placed_at", OLD."placed_by_id", OLD."practitioner_id", OLD."request_key", OLD."revision", OLD."service_id", OLD."span", OLD."stages", OLD."status", OLD."status_at", OLD."status_before", OLD."status_by_id", OLD."table_id", OLD."turnover_minutes"); RETURN NULL;',
                            hash="9c618d31ce277f73cf72b7eaf026764fd0a5ab5a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c56ad",
                            table="scheduling_appointment",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "span",
                    django.contrib.postgres.fields.ranges.DateTimeRangeField(
                        help_text="From the first stage's start to the last one's end, half-open."
                    ),
                ),
                (
                    "starts_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("span"), function="lower"),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "ends_at",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("span"), function="upper"),
                        output_field=models.DateTimeField(),
                    ),
                ),
                (
                    "stages",
                    models.JSONField(
                        help_text="List of {name, minutes, practitioner, device}; the table is held throughout."
                    ),
                ),
                (
                    "turnover_minutes",
                    models.PositiveSmallIntegerField(default=0, help_text="The table rests this long afterwards."),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_session", "In session"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No-show"),
                        ],
                        default="booked",
                        max_length=20,
                    ),
                ),
                (
                    "status_before",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("booked", "Booked"),
                            ("confirmed", "Confirmed"),
                            ("arrived", "Arrived"),
                            ("in_session", "In session"),
                            ("completed", "Completed"),
                            ("cancelled", "Cancelled"),
                            ("no_show", "No-show"),
                        ],
                        help_text="What undo goes back to.",
                        max_length=20,
                    ),
                ),
                ("status_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "revision",
                    models.PositiveIntegerField(
                        default=0, help_text="Rises when start, place or practitioner changes."
                    ),
                ),
                (
                    "placed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When the present revision was made."
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="Nothing clinical.",
                        max_length=300,
                        verbose_name="note for the front desk",
                    ),
                ),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                (
                    "request_key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="Of the form that booked it: a double click books once."
                    ),
                ),
                ("booked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "booked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.device",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="patients.patient",
                    ),
                ),
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
                        related_name="appointment_history",
                        related_query_name="appointment_history",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.practitioner",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.service",
                    ),
                ),
                (
                    "status_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.table",
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
                            hash="ef979a043ec8601caf85155ca4b0218ea789364d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_dfe96",
                            table="scheduling_appointmentevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Occupancy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="occupancies",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="occupancies", to="clinic.resource"
                    ),
                ),
            ],
            options={
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("resource", "="), ("span", "&&")],
                        name="resource_is_in_one_place",
                        violation_error_message="That time is taken.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("span__isempty", False), ("span__lower_inf", False), ("span__upper_inf", False)
                        ),
                        name="occupancy_has_two_ends",
                    ),
                ],
            },
        ),
    ]
