import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

# unaccent() is only stable, because its dictionary could change; naming the dictionary makes it safe to promise more,
# and a generated column needs the promise.
UNACCENT = """
CREATE FUNCTION im_unaccent(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN public.unaccent('public.unaccent', $1)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clinic", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.RunSQL(UNACCENT, "DROP FUNCTION im_unaccent(text)"),
        migrations.RunSQL("CREATE SEQUENCE chart_number START 1001", "DROP SEQUENCE chart_number"),
        migrations.CreateModel(
            name="Patient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "chart_number",
                    models.PositiveIntegerField(
                        db_default=models.Func(models.Value("chart_number"), function="nextval"),
                        editable=False,
                        unique=True,
                    ),
                ),
                ("given_name", models.CharField(max_length=80)),
                ("family_name", models.CharField(max_length=80)),
                ("pronouns", models.CharField(blank=True, max_length=40)),
                ("birth_date", models.DateField()),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Spanish")], default="en", max_length=5),
                ),
                (
                    "zone_name",
                    models.CharField(blank=True, help_text="Only if abroad.", max_length=60, verbose_name="time zone"),
                ),
                ("guardian", models.CharField(blank=True, help_text="Who decides for a minor.", max_length=120)),
                ("wants_reminders", models.BooleanField(default=True, verbose_name="send reminders by e-mail")),
                ("interpreter", models.BooleanField(default=False, verbose_name="needs an interpreter")),
                ("wheelchair", models.BooleanField(default=False, verbose_name="uses a wheelchair")),
                (
                    "desk_note",
                    models.CharField(
                        blank=True,
                        help_text="Nothing clinical.",
                        max_length=300,
                        verbose_name="note for the front desk",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "request_key",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Of the form: a double click registers once.",
                        unique=True,
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Func(
                                django.db.models.functions.text.Concat(
                                    models.F("given_name"),
                                    models.Value(" "),
                                    models.F("family_name"),
                                    models.Value(" "),
                                    models.Func(
                                        models.F("phone"),
                                        models.Value("[^0-9]"),
                                        models.Value(""),
                                        models.Value("g"),
                                        function="regexp_replace",
                                        output_field=models.TextField(),
                                    ),
                                    output_field=models.TextField(),
                                ),
                                function="im_unaccent",
                            ),
                            function="lower",
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="patients.patient",
                    ),
                ),
            ],
            options={
                "ordering": ["family_name", "given_name", "pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("search", "gin_trgm_ops"), name="patient_search"
                    ),
                    models.Index(fields=["birth_date"], name="patients_by_birth_date"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("birth_date__gte", "1880-01-01")), name="patient_born_after_1880"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["en", "es"])), name="patient_language_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("pk")), _negated=True),
                        name="patient_not_merged_into_itself",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "patients_patientevent" ("address", "birth_date", "chart_number", "created_at", "desk_note", "email", "family_name", "given_name", "guardian", "id", "interpreter", "language", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pronouns", "request_key", "wants_reminders", "wheelchair", "zone_name") VALUES (NEW."address", NEW."birth_date", NEW."chart_number", NEW."created_at", NEW."desk_note", NEW."email", NEW."family_name", NEW."given_name", NEW."guardian", NEW."id", NEW."interpreter", NEW."language", NEW."merged_into_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."pronouns", NEW."request_key", NEW."wants_reminders", NEW."wheelchair", NEW."zone_name"); RETURN NULL;',
                            hash="e9b8247e20898d348be7c286af4b15631d9b2d3d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_62165",
                            table="patients_patient",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "patients_patientevent" ("address", "birth_date", "chart_number", "created_at", "desk_note", "email", "family_name", "given_name", "guardian", "id", "interpreter", "language", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pronouns", "request_key", "wants_reminders", "wheelchair", "zone_name") VALUES (NEW."address", NEW."birth_date", NEW."chart_number", NEW."created_at", NEW."desk_note", NEW."email", NEW."family_name", NEW."given_name", NEW."guardian", NEW."id", NEW."interpreter", NEW."language", NEW."merged_into_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."pronouns", NEW."request_key", NEW."wants_reminders", NEW."wheelchair", NEW."zone_name"); RETURN NULL;',
                            hash="119a11101bcad94951f6f303ad1b95ed69a433c1",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_546ce",
                            table="patients_patient",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "patients_patientevent" ("address", "birth_date", "chart_number", "created_at", "desk_note", "email", "family_name", "given_name", "guardian", "id", "interpreter", "language", "merged_into_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "pronouns", "request_key", "wants_reminders", "wheelchair", "zone_name") VALUES (OLD."address", OLD."birth_date", OLD."chart_number", OLD."created_at", OLD."desk_note", OLD."email", OLD."family_name", OLD."given_name", OLD."guardian", OLD."id", OLD."interpreter", OLD."language", OLD."merged_into_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."pronouns", OLD."request_key", OLD."wants_reminders", OLD."wheelchair", OLD."zone_name"); RETURN NULL;',
                            hash="7bcd542a8803856eff2e8891ac1e338947c8632a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9898d",
                            table="patients_patient",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthFact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("pacemaker", "Pacemaker"),
                            ("icd", "Implanted defibrillator"),
                            ("crt", "Cardiac resynchronisation device"),
                            ("other_implant", "Other active implant"),
                            ("pregnancy", "Pregnant"),
                            ("anticoagulant", "Anticoagulant"),
                            ("antiplatelet", "Antiplatelet"),
                            ("bleeding_disorder", "Serious bleeding disorder"),
                            ("lymphoedema", "Lymphoedema or node removal"),
                            ("epilepsy", "Epilepsy"),
                            ("diabetes", "Diabetes"),
                            ("needle_faint", "Fainted with needles"),
                            ("metal_allergy", "Metal allergy"),
                            ("lung_risk", "Lung disease or past collapsed lung"),
                            ("fibromyalgia", "Fibromyalgia"),
                            ("myofascial_pain", "Myofascial pain"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left_arm", "left arm"),
                            ("right_arm", "right arm"),
                            ("left_leg", "left leg"),
                            ("right_leg", "right leg"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("due_date", models.DateField(blank=True, help_text="Of a pregnancy.", null=True)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("entered_in_error", models.BooleanField(default=False, help_text="Was never so: counts for nothing.")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="patients.patient"
                    ),
                ),
            ],
            options={
                "ordering": ["code", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "pacemaker",
                                    "icd",
                                    "crt",
                                    "other_implant",
                                    "pregnancy",
                                    "anticoagulant",
                                    "antiplatelet",
                                    "bleeding_disorder",
                                    "lymphoedema",
                                    "epilepsy",
                                    "diabetes",
                                    "needle_faint",
                                    "metal_allergy",
                                    "lung_risk",
                                    "fibromyalgia",
                                    "myofascial_pain",
                                ],
                            )
                        ),
                        name="health_code_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("region__in", ["", "left_arm", "right_arm", "left_leg", "right_leg"])),
                        name="health_region_is_a_limb",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since__isnull", True),
                            ("until__isnull", True),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="health_fact_ends_after_start",
                        violation_error_message="A fact ends after it began.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code", "pregnancy"), ("due_date__isnull", True), _connector="OR"),
                        name="due_date_only_in_pregnancy",
                        violation_error_message="Only a pregnancy has a due date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("code", "lymphoedema"), _negated=True),
                            models.Q(("region", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lymphoedema_names_its_limb",
                        violation_error_message="Say which limb.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("entered_in_error", False), ("until__isnull", True)),
                        fields=("patient", "code", "region"),
                        name="one_open_fact_of_a_kind",
                        violation_error_message="This is on record already.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "patients_healthfactevent" ("code", "detail", "due_date", "entered_in_error", "id", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "region", "since", "until") VALUES (NEW."code", NEW."detail", NEW."due_date", NEW."entered_in_error", NEW."id", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."region", NEW."since", NEW."until"); RETURN NULL;',
                            hash="89249a610f69cdb4dfbf531310fe07b98b6111a3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_36bc4",
                            table="patients_healthfact",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "patients_healthfactevent" ("code", "detail", "due_date", "entered_in_error", "id", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "region", "since", "until") VALUES (NEW."code", NEW."detail", NEW."due_date", NEW."entered_in_error", NEW."id", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recorded_at", NEW."recorded_by_id", NEW."region", NEW."since", NEW."until"); RETURN NULL;',
                            hash="434c9c8205b66da8d73b63430ab70c3e84e6cd16",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_873a7",
                            table="patients_healthfact",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "patients_healthfactevent" ("code", "detail", "due_date", "entered_in_error", "id", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recorded_at", "recorded_by_id", "region", "since", "until") VALUES (OLD."code", OLD."detail", OLD."due_date", OLD."entered_in_error", OLD."id", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."recorded_at", OLD."recorded_by_id", OLD."region", OLD."since", OLD."until"); RETURN NULL;',
                            hash="cfddda5f29dc72fc3f2e3c768988ea53c05ab77c",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f5681",
                            table="patients_healthfact",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("completed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                ("fatigue", models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")),
                ("unrefreshed", models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")),
                ("cognitive", models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")),
                ("headache", models.BooleanField(default=False)),
                ("abdominal_pain", models.BooleanField(default=False)),
                ("depression", models.BooleanField(default=False)),
                (
                    "months",
                    models.PositiveSmallIntegerField(default=0, help_text="How long the symptoms have been present."),
                ),
                ("sleep", models.CharField(blank=True, max_length=300)),
                ("digestion", models.CharField(blank=True, max_length=300)),
                ("mood", models.CharField(blank=True, max_length=300)),
                ("goals", models.CharField(blank=True, max_length=500)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reviewed_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="intakes", to="patients.patient"
                    ),
                ),
            ],
            options={
                "ordering": ["-completed_at"],
                "get_latest_by": "completed_at",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "areas__contained_by",
                                [
                                    "abdomen",
                                    "chest",
                                    "hip_left",
                                    "hip_right",
                                    "jaw_left",
                                    "jaw_right",
                                    "lower_arm_left",
                                    "lower_arm_right",
                                    "lower_back",
                                    "lower_leg_left",
                                    "lower_leg_right",
                                    "neck",
                                    "shoulder_girdle_left",
                                    "shoulder_girdle_right",
                                    "upper_arm_left",
                                    "upper_arm_right",
                                    "upper_back",
                                    "upper_leg_left",
                                    "upper_leg_right",
                                ],
                            )
                        ),
                        name="intake_areas_are_of_the_19",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cognitive__lte", 3), ("fatigue__lte", 3), ("unrefreshed__lte", 3)),
                        name="intake_severity_0_to_3",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("months__lte", 1200)), name="intake_months_within_a_life"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reviewed_at__isnull", True), ("reviewed_by__isnull", True)),
                            models.Q(("reviewed_at__isnull", False), ("reviewed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="intake_review_has_person_and_time",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "patients_intakeevent" ("abdominal_pain", "areas", "cognitive", "completed_at", "depression", "digestion", "fatigue", "goals", "headache", "id", "months", "mood", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_at", "reviewed_by_id", "sleep", "unrefreshed") VALUES (NEW."abdominal_pain", NEW."areas", NEW."cognitive", NEW."completed_at", NEW."depression", NEW."digestion", NEW."fatigue", NEW."goals", NEW."headache", NEW."id", NEW."months", NEW."mood", NEW."patient_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reviewed_at", NEW."reviewed_by_id", NEW."sleep", NEW."unrefreshed"); RETURN NULL;',
                            hash="02867cd02c176f844ef2a5d3b19021a4baefade3",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_40093",
                            table="patients_intake",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "patients_intakeevent" ("abdominal_pain", "areas", "cognitive", "completed_at", "depression", "digestion", "fatigue", "goals", "headache", "id", "months", "mood", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_at", "reviewed_by_id", "sleep", "unrefreshed") VALUES (NEW."abdominal_pain", NEW."areas", NEW."cognitive", NEW."completed_at", NEW."depression", NEW."digestion", NEW."fatigue", NEW."goals", NEW."headache", NEW."id", NEW."months", NEW."mood", NEW."patient_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reviewed_at", NEW."reviewed_by_id", NEW."sleep", NEW."unrefreshed"); RETURN NULL;',
                            hash="bf055be83942dc400f7c87d742dc83cebea9fa84",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7f196",
                            table="patients_intake",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "patients_intakeevent" ("abdominal_pain", "areas", "cognitive", "completed_at", "depression", "digestion", "fatigue", "goals", "headache", "id", "months", "mood", "patient_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewed_at", "reviewed_by_id", "sleep", "unrefreshed") VALUES (OLD."abdominal_pain", OLD."areas", OLD."cognitive", OLD."completed_at", OLD."depression", OLD."digestion", OLD."fatigue", OLD."goals", OLD."headache", OLD."id", OLD."months", OLD."mood", OLD."patient_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reviewed_at", OLD."reviewed_by_id", OLD."sleep", OLD."unrefreshed"); RETURN NULL;',
                            hash="59b91e845117494eff0d79723a186b5278deca97",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_52682",
                            table="patients_intake",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("completed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "areas",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), blank=True, default=list, size=None
                    ),
                ),
                ("fatigue", models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")),
                ("unrefreshed", models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")),
                ("cognitive", models.PositiveSmallIntegerField(default=0, help_text="0 none to 3 severe")),
                ("headache", models.BooleanField(default=False)),
                ("abdominal_pain", models.BooleanField(default=False)),
                ("depression", models.BooleanField(default=False)),
                (
                    "months",
                    models.PositiveSmallIntegerField(default=0, help_text="How long the symptoms have been present."),
                ),
                ("sleep", models.CharField(blank=True, max_length=300)),
                ("digestion", models.CharField(blank=True, max_length=300)),
                ("mood", models.CharField(blank=True, max_length=300)),
                ("goals", models.CharField(blank=True, max_length=500)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
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
                        related_name="intake_history",
                        related_query_name="intake_history",
                        to="patients.intake",
                    ),
                ),
                (
                    "reviewed_by",
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
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="patients.patient",
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
                            hash="08398c398fe567c83262a565219fd64482ba70da",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_2e838",
                            table="patients_intakeevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthFactEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("pacemaker", "Pacemaker"),
                            ("icd", "Implanted defibrillator"),
                            ("crt", "Cardiac resynchronisation device"),
                            ("other_implant", "Other active implant"),
                            ("pregnancy", "Pregnant"),
                            ("anticoagulant", "Anticoagulant"),
                            ("antiplatelet", "Antiplatelet"),
                            ("bleeding_disorder", "Serious bleeding disorder"),
                            ("lymphoedema", "Lymphoedema or node removal"),
                            ("epilepsy", "Epilepsy"),
                            ("diabetes", "Diabetes"),
                            ("needle_faint", "Fainted with needles"),
                            ("metal_allergy", "Metal allergy"),
                            ("lung_risk", "Lung disease or past collapsed lung"),
                            ("fibromyalgia", "Fibromyalgia"),
                            ("myofascial_pain", "Myofascial pain"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "region",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left_arm", "left arm"),
                            ("right_arm", "right arm"),
                            ("left_leg", "left leg"),
                            ("right_leg", "right leg"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                ("due_date", models.DateField(blank=True, help_text="Of a pregnancy.", null=True)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("entered_in_error", models.BooleanField(default=False, help_text="Was never so: counts for nothing.")),
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
                        related_name="healthfact_history",
                        related_query_name="healthfact_history",
                        to="patients.healthfact",
                    ),
                ),
                (
                    "recorded_by",
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
                    "patient",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="patients.patient",
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
                            hash="7be0ea0516d1bf1a8de83d3725c54a4d005c77d1",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_69d7d",
                            table="patients_healthfactevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reads", to="patients.patient"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "indexes": [models.Index(fields=["patient", "-at"], name="reads_of_a_patient")],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b49583b1b7864b90c832d540293613fb63b9832d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_7b2f0",
                            table="patients_accessrecord",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "chart_number",
                    models.PositiveIntegerField(
                        db_default=models.Func(models.Value("chart_number"), function="nextval"), editable=False
                    ),
                ),
                ("given_name", models.CharField(max_length=80)),
                ("family_name", models.CharField(max_length=80)),
                ("pronouns", models.CharField(blank=True, max_length=40)),
                ("birth_date", models.DateField()),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("address", models.CharField(blank=True, max_length=200)),
                (
                    "language",
                    models.CharField(choices=[("en", "English"), ("es", "Spanish")], default="en", max_length=5),
                ),
                (
                    "zone_name",
                    models.CharField(blank=True, help_text="Only if abroad.", max_length=60, verbose_name="time zone"),
                ),
                ("guardian", models.CharField(blank=True, help_text="Who decides for a minor.", max_length=120)),
                ("wants_reminders", models.BooleanField(default=True, verbose_name="send reminders by e-mail")),
                ("interpreter", models.BooleanField(default=False, verbose_name="needs an interpreter")),
                ("wheelchair", models.BooleanField(default=False, verbose_name="uses a wheelchair")),
                (
                    "desk_note",
                    models.CharField(
                        blank=True,
                        help_text="Nothing clinical.",
                        max_length=300,
                        verbose_name="note for the front desk",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "request_key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, help_text="Of the form: a double click registers once."
                    ),
                ),
                (
                    "search",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            models.Func(
                                django.db.models.functions.text.Concat(
                                    models.F("given_name"),
                                    models.Value(" "),
                                    models.F("family_name"),
                                    models.Value(" "),
                                    models.Func(
                                        models.F("phone"),
                                        models.Value("[^0-9]"),
                                        models.Value(""),
                                        models.Value("g"),
                                        function="regexp_replace",
                                        output_field=models.TextField(),
                                    ),
                                    output_field=models.TextField(),
                                ),
                                function="im_unaccent",
                            ),
                            function="lower",
                            output_field=models.TextField(),
                        ),
                        output_field=models.TextField(),
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
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
                        related_name="patient_history",
                        related_query_name="patient_history",
                        to="patients.patient",
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
                            hash="d56fc44e91ee8df71d41dd0265710731967b921c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ade9e",
                            table="patients_patientevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
