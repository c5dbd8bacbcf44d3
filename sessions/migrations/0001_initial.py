from decimal import Decimal

import django.contrib.postgres.indexes
import django.core.validators
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
        ("pghistory", "0007_auto_20250421_0444"),
        ("scheduling", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SessionPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("ready", "Ready"),
                            ("in_progress", "In progress"),
                            ("signed", "Signed"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        choices=[
                            ("supine", "Lying on the back"),
                            ("prone", "Lying face down"),
                            ("side", "Lying on the side"),
                            ("seated", "Seated"),
                        ],
                        default="supine",
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("needles_in_at", models.DateTimeField(blank=True, null=True)),
                ("needles_out_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plan", to="scheduling.appointment"
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "permissions": [("sign_sessionplan", "Can sign a session")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("signed_at__isnull", True)),
                        fields=["created_at"],
                        name="unsigned_plans_by_age",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "ready", "in_progress", "signed"])),
                        name="plan_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("position__in", ["supine", "prone", "side", "seated"])),
                        name="plan_position_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("signed_at__isnull", False), ("signed_by__isnull", False), ("status", "signed")),
                            models.Q(
                                models.Q(("status", "signed"), _negated=True),
                                ("signed_at__isnull", True),
                                ("signed_by__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="signed_has_person_and_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needles_out_at__isnull", True),
                            models.Q(
                                ("needles_in_at__isnull", False), ("needles_out_at__gte", models.F("needles_in_at"))
                            ),
                            _connector="OR",
                        ),
                        name="needles_come_out_after_they_go_in",
                        violation_error_message="Needles come out after they went in.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="signed_never_changes",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."signed_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';",
                            hash="757cccd65a8d7095f7c051a1ad693d740839f75e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_signed_never_changes_4e195",
                            table="clinic_sessions_sessionplan",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="signed_only_if_counted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."signed_at" IS NOT NULL AND OLD."signed_at" IS NULL)',
                            func="\nIF EXISTS (\n    SELECT 1 FROM (\n        SELECT coalesce(needles_in, CASE outcome WHEN 'omitted' THEN 0 ELSE -1 END) AS put_in,\n            coalesce(needles_out, 0) + left_in_place + coalesce((\n                SELECT sum(missing) FROM clinic_sessions_adverseevent WHERE needle_id = needle.id), 0) AS accounted\n        FROM clinic_sessions_needlepoint needle WHERE plan_id = NEW.id\n        UNION ALL\n        SELECT coalesce(needles_in, CASE outcome WHEN 'omitted' THEN 0 ELSE -1 END),\n            coalesce(needles_out, 0) + coalesce((\n                SELECT sum(missing) FROM clinic_sessions_adverseevent WHERE target_id = target.id), 0)\n        FROM clinic_sessions_dryneedlingtarget target WHERE plan_id = NEW.id\n    ) counts WHERE put_in <> accounted\n) THEN\n    RAISE EXCEPTION 'needles in and out differ' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'needles_are_counted';\nEND IF;\nRETURN NEW;\n",
                            hash="7bd5140a650898666b8705a116d6fd4f6bd0c15f",
                            operation="UPDATE",
                            pgid="pgtrigger_signed_only_if_counted_82f19",
                            table="clinic_sessions_sessionplan",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="signed_only_if_charted",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."signed_at" IS NOT NULL AND OLD."signed_at" IS NULL)',
                            func="\nIF EXISTS (SELECT 1 FROM clinic_sessions_needlepoint WHERE plan_id = NEW.id AND outcome = 'pending' UNION ALL SELECT 1 FROM clinic_sessions_estimcircuit WHERE plan_id = NEW.id AND outcome = 'pending' UNION ALL SELECT 1 FROM clinic_sessions_dryneedlingtarget WHERE plan_id = NEW.id AND outcome = 'pending' UNION ALL SELECT 1 FROM clinic_sessions_cuppingsite WHERE plan_id = NEW.id AND outcome = 'pending' UNION ALL SELECT 1 FROM clinic_sessions_tuinastep WHERE plan_id = NEW.id AND outcome = 'pending' UNION ALL SELECT 1 FROM clinic_sessions_movementstep WHERE plan_id = NEW.id AND outcome = 'pending') THEN\n    RAISE EXCEPTION 'a planned item has no outcome' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'everything_is_charted';\nEND IF;\nRETURN NEW;\n",
                            hash="9663d1304bc602d43d2e5476cd8f1ab13705c465",
                            operation="UPDATE",
                            pgid="pgtrigger_signed_only_if_charted_053dd",
                            table="clinic_sessions_sessionplan",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="signed_with_its_record",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."signed_at" IS NOT NULL AND OLD."signed_at" IS NULL)',
                            func="\nIF NOT EXISTS (\n    SELECT 1 FROM clinic_sessions_signedrecord\n    WHERE plan_id = NEW.id AND signed_at = NEW.signed_at AND signed_by_id = NEW.signed_by_id\n) THEN\n    RAISE EXCEPTION 'a session is signed together with its record' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_with_its_record';\nEND IF;\nRETURN NEW;\n",
                            hash="5ed474820931226e33045c73152d80f25297a5f4",
                            operation="UPDATE",
                            pgid="pgtrigger_signed_with_its_record_05db4",
                            table="clinic_sessions_sessionplan",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="signed_by_an_update_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (NEW."signed_at" IS NOT NULL)',
                            func="RAISE EXCEPTION 'a plan is signed after it was written' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_by_an_update_only';",
                            hash="f5fa193b2b5d48938dc04ba24b227a12f719375a",
                            operation="INSERT",
                            pgid="pgtrigger_signed_by_an_update_only_2cda4",
                            table="clinic_sessions_sessionplan",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="0f17ea13eab1294f703d0be652b19fbd6a0de2fe",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_72b99",
                            table="clinic_sessions_sessionplan",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_sessionplanevent" ("appointment_id", "changed_at", "changed_by_id", "copied_from_id", "created_at", "id", "needles_in_at", "needles_out_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "signed_at", "signed_by_id", "status", "version") VALUES (NEW."appointment_id", NEW."changed_at", NEW."changed_by_id", NEW."copied_from_id", NEW."created_at", NEW."id", NEW."needles_in_at", NEW."needles_out_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."signed_at", NEW."signed_by_id", NEW."status", NEW."version"); RETURN NULL;',
                            hash="e69f074f1b4a8889981b06f9ac55042c62659f9e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f0dc3",
                            table="clinic_sessions_sessionplan",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_sessionplanevent" ("appointment_id", "changed_at", "changed_by_id", "copied_from_id", "created_at", "id", "needles_in_at", "needles_out_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "signed_at", "signed_by_id", "status", "version") VALUES (NEW."appointment_id", NEW."changed_at", NEW."changed_by_id", NEW."copied_from_id", NEW."created_at", NEW."id", NEW."needles_in_at", NEW."needles_out_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."signed_at", NEW."signed_by_id", NEW."status", NEW."version"); RETURN NULL;',
                            hash="a0ebd620f94b745add8630477f7006b5ecce27ac",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2c772",
                            table="clinic_sessions_sessionplan",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_sessionplanevent" ("appointment_id", "changed_at", "changed_by_id", "copied_from_id", "created_at", "id", "needles_in_at", "needles_out_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "signed_at", "signed_by_id", "status", "version") VALUES (OLD."appointment_id", OLD."changed_at", OLD."changed_by_id", OLD."copied_from_id", OLD."created_at", OLD."id", OLD."needles_in_at", OLD."needles_out_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."signed_at", OLD."signed_by_id", OLD."status", OLD."version"); RETURN NULL;',
                            hash="af8a1852b71809306ad29b9d6e334112d3331dd5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1fd84",
                            table="clinic_sessions_sessionplan",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CuppingSite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("face", "Face"),
                            ("neck", "Neck"),
                            ("ear", "Ear"),
                            ("shoulder", "Shoulder"),
                            ("scapula", "Scapula"),
                            ("axilla", "Axilla"),
                            ("arm", "Arm"),
                            ("elbow", "Elbow"),
                            ("forearm", "Forearm"),
                            ("wrist", "Wrist"),
                            ("hand", "Hand"),
                            ("chest", "Chest"),
                            ("abdomen", "Abdomen"),
                            ("groin", "Groin"),
                            ("perineum", "Perineum"),
                            ("upper back", "Upper back"),
                            ("lower back", "Lower back"),
                            ("sacrum", "Sacrum"),
                            ("hip", "Hip"),
                            ("thigh", "Thigh"),
                            ("knee", "Knee"),
                            ("leg", "Leg"),
                            ("ankle", "Ankle"),
                            ("foot", "Foot"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")],
                        default="both",
                        max_length=10,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("static", "static"), ("sliding", "sliding"), ("flash", "flash")],
                        default="static",
                        max_length=10,
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[("light", "light"), ("medium", "medium"), ("strong", "strong")],
                        default="light",
                        max_length=10,
                    ),
                ),
                (
                    "cups",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 20."),
                            django.core.validators.MaxValueValidator(Decimal("20"), "Type a number from 1 to 20."),
                        ],
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 30."),
                            django.core.validators.MaxValueValidator(Decimal("30"), "Type a number from 1 to 30."),
                        ],
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cups",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "changed", "omitted"])),
                        name="cuppingsite_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "changed"), _negated=True),
                            models.Q(("done_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="cuppingsite_change_is_described",
                        violation_error_message="Say what was different.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "region__in",
                                [
                                    "head",
                                    "face",
                                    "neck",
                                    "ear",
                                    "shoulder",
                                    "scapula",
                                    "axilla",
                                    "arm",
                                    "elbow",
                                    "forearm",
                                    "wrist",
                                    "hand",
                                    "chest",
                                    "abdomen",
                                    "groin",
                                    "perineum",
                                    "upper back",
                                    "lower back",
                                    "sacrum",
                                    "hip",
                                    "thigh",
                                    "knee",
                                    "leg",
                                    "ankle",
                                    "foot",
                                    "other",
                                ],
                            )
                        ),
                        name="cuppingsite_region_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["left", "right", "both", "midline"])),
                        name="cuppingsite_side_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["static", "sliding", "flash"])),
                        name="cuppingsite_method_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("strength__in", ["light", "medium", "strong"])),
                        name="cuppingsite_strength_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cups__isnull", True), ("cups__range", (1, 20)), _connector="OR"),
                        name="cuppingsite_cups_in_range",
                        violation_error_message="Type a number from 1 to 20.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__isnull", True), ("minutes__range", (1, 30)), _connector="OR"),
                        name="cuppingsite_minutes_in_range",
                        violation_error_message="Type a number from 1 to 30.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="d16e1ad8cf0e76c5922d9d4267265f269d69ddf8",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_86135",
                            table="clinic_sessions_cuppingsite",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="be40cdb71e01bebe2597f6c720ee07ac2b1a675c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_6dce1",
                            table="clinic_sessions_cuppingsite",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_cuppingsiteevent" ("cups", "done_note", "id", "method", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "region", "side", "strength", "unplanned") VALUES (NEW."cups", NEW."done_note", NEW."id", NEW."method", NEW."minutes", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."region", NEW."side", NEW."strength", NEW."unplanned"); RETURN NULL;',
                            hash="8223dc4a8feba2368aa6d90e0859d7656e00e9ad",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9a884",
                            table="clinic_sessions_cuppingsite",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_cuppingsiteevent" ("cups", "done_note", "id", "method", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "region", "side", "strength", "unplanned") VALUES (NEW."cups", NEW."done_note", NEW."id", NEW."method", NEW."minutes", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."region", NEW."side", NEW."strength", NEW."unplanned"); RETURN NULL;',
                            hash="73fc8cfb1a82ab99206d71df8555e8c22992dfb9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_1e7cb",
                            table="clinic_sessions_cuppingsite",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_cuppingsiteevent" ("cups", "done_note", "id", "method", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "region", "side", "strength", "unplanned") VALUES (OLD."cups", OLD."done_note", OLD."id", OLD."method", OLD."minutes", OLD."order", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."region", OLD."side", OLD."strength", OLD."unplanned"); RETURN NULL;',
                            hash="e279617bf174a96c94291646ff134edd06d42fe7",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_eeccd",
                            table="clinic_sessions_cuppingsite",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Muscle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("region", models.CharField(max_length=20)),
                ("wpi_area", models.CharField(max_length=20)),
                ("side_specific", models.BooleanField()),
                ("common_referral", models.CharField(max_length=200)),
                ("depth_class", models.CharField(help_text="deep: cannot be compressed from the skin", max_length=12)),
                (
                    "pneumothorax_tier",
                    models.CharField(
                        choices=[("high", "high"), ("moderate", "moderate"), ("low", "low"), ("none", "none")],
                        max_length=10,
                    ),
                ),
                ("hazard_vessels", models.CharField(blank=True, max_length=200)),
                ("hazard_nerves", models.CharField(blank=True, max_length=200)),
                ("hazard_other", models.CharField(blank=True, max_length=200)),
                ("safe_needling_note", models.CharField(max_length=200)),
                ("skill_level", models.CharField(max_length=20)),
                ("source", models.CharField(max_length=400)),
                ("confidence", models.CharField(max_length=10)),
                ("referral_confidence", models.CharField(max_length=10)),
                ("note_confidence", models.CharField(max_length=10)),
                ("depth_confidence", models.CharField(max_length=10)),
                ("position", models.PositiveSmallIntegerField()),
                ("search", models.TextField(help_text="Folded code, name, region and referral between bars.")),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pneumothorax_tier__in", ["high", "moderate", "low", "none"])),
                        name="muscle_tier_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DryNeedlingTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "length_mm",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="mm",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("7"), "Type a number from 7 to 125."),
                            django.core.validators.MaxValueValidator(Decimal("125"), "Type a number from 7 to 125."),
                        ],
                        verbose_name="length",
                    ),
                ),
                (
                    "gauge_mm",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.25"),
                        help_text="mm",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0.12"), "Type a number from 0.12 to 0.50."
                            ),
                            django.core.validators.MaxValueValidator(
                                Decimal("0.50"), "Type a number from 0.12 to 0.50."
                            ),
                        ],
                        verbose_name="diameter",
                    ),
                ),
                (
                    "needles_in",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "needles_out",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "approach",
                    models.CharField(
                        choices=[
                            ("perpendicular", "straight to bone"),
                            ("tangential", "tangential"),
                            ("pincer", "pincer grip"),
                        ],
                        default="perpendicular",
                        max_length=15,
                    ),
                ),
                (
                    "passes",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 20."),
                            django.core.validators.MaxValueValidator(Decimal("20"), "Type a number from 1 to 20."),
                        ],
                    ),
                ),
                (
                    "twitches",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Twitches seen.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 50."),
                            django.core.validators.MaxValueValidator(Decimal("50"), "Type a number from 0 to 50."),
                        ],
                    ),
                ),
                (
                    "muscle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic_sessions.muscle"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "changed", "omitted"])),
                        name="dryneedlingtarget_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "changed"), _negated=True),
                            models.Q(("done_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dryneedlingtarget_change_is_described",
                        violation_error_message="Say what was different.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("length_mm__isnull", True), ("length_mm__range", (7, 125)), _connector="OR"
                        ),
                        name="dryneedlingtarget_length_mm_in_range",
                        violation_error_message="Type a number from 7 to 125.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gauge_mm__isnull", True), ("gauge_mm__range", ("0.12", "0.50")), _connector="OR"
                        ),
                        name="dryneedlingtarget_gauge_mm_in_range",
                        violation_error_message="Type a number from 0.12 to 0.50.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needles_in__isnull", True), ("needles_in__range", (0, 60)), _connector="OR"
                        ),
                        name="dryneedlingtarget_needles_in_in_range",
                        violation_error_message="Type a number from 0 to 60.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needles_out__isnull", True),
                            models.Q(("needles_in__isnull", False), ("needles_out__lte", models.F("needles_in"))),
                            _connector="OR",
                        ),
                        name="dryneedlingtarget_no_more_needles_out_than_in",
                        violation_error_message="More needles out than in.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["left", "right", "both", "midline"])),
                        name="dryneedlingtarget_side_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approach__in", ["perpendicular", "tangential", "pincer"])),
                        name="dryneedlingtarget_approach_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("passes__isnull", True), ("passes__range", (1, 20)), _connector="OR"),
                        name="dryneedlingtarget_passes_in_range",
                        violation_error_message="Type a number from 1 to 20.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("twitches__isnull", True), ("twitches__range", (0, 50)), _connector="OR"),
                        name="dryneedlingtarget_twitches_in_range",
                        violation_error_message="Type a number from 0 to 50.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("side", "right"), _negated=True),
                        fields=("plan", "muscle"),
                        name="muscle_once_on_the_left",
                        violation_error_message="This muscle is in the plan already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("side", "left"), _negated=True),
                        fields=("plan", "muscle"),
                        name="muscle_once_on_the_right",
                        violation_error_message="This muscle is in the plan already.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="0b3943eb1c0f6bc1f74ebbdba44800ad791cde57",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_bcd18",
                            table="clinic_sessions_dryneedlingtarget",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="e29b45684269d2b33c24a8bee11f0a217cfff40c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_7fe0d",
                            table="clinic_sessions_dryneedlingtarget",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_dryneedlingtargetevent" ("approach", "done_note", "gauge_mm", "id", "length_mm", "muscle_id", "needles_in", "needles_out", "order", "outcome", "passes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "side", "twitches", "unplanned") VALUES (NEW."approach", NEW."done_note", NEW."gauge_mm", NEW."id", NEW."length_mm", NEW."muscle_id", NEW."needles_in", NEW."needles_out", NEW."order", NEW."outcome", NEW."passes", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."side", NEW."twitches", NEW."unplanned"); RETURN NULL;',
                            hash="bbc14f8475bfab47dcfb6436a1b7217af447fdb8",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_4c92b",
                            table="clinic_sessions_dryneedlingtarget",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_dryneedlingtargetevent" ("approach", "done_note", "gauge_mm", "id", "length_mm", "muscle_id", "needles_in", "needles_out", "order", "outcome", "passes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "side", "twitches", "unplanned") VALUES (NEW."approach", NEW."done_note", NEW."gauge_mm", NEW."id", NEW."length_mm", NEW."muscle_id", NEW."needles_in", NEW."needles_out", NEW."order", NEW."outcome", NEW."passes", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."side", NEW."twitches", NEW."unplanned"); RETURN NULL;',
                            hash="9e3b75389758e1f1ae8942a0c1373774f5c86dc4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_f00b1",
                            table="clinic_sessions_dryneedlingtarget",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_dryneedlingtargetevent" ("approach", "done_note", "gauge_mm", "id", "length_mm", "muscle_id", "needles_in", "needles_out", "order", "outcome", "passes", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "side", "twitches", "unplanned") VALUES (OLD."approach", OLD."done_note", OLD."gauge_mm", OLD."id", OLD."length_mm", OLD."muscle_id", OLD."needles_in", OLD."needles_out", OLD."order", OLD."outcome", OLD."passes", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."side", OLD."twitches", OLD."unplanned"); RETURN NULL;',
                            hash="5e39512b029d0352313afe67737d03a022c0b39e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ba499",
                            table="clinic_sessions_dryneedlingtarget",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "kind",
                    models.CharField(
                        choices=[("breathing", "Breathing"), ("movement", "Gentle movement")],
                        default="breathing",
                        max_length=10,
                    ),
                ),
                ("instruction", models.CharField(max_length=300)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 1 to 60."),
                        ],
                    ),
                ),
                ("home", models.CharField(blank=True, max_length=300, verbose_name="to do at home")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "changed", "omitted"])),
                        name="movementstep_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "changed"), _negated=True),
                            models.Q(("done_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="movementstep_change_is_described",
                        violation_error_message="Say what was different.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["breathing", "movement"])), name="movementstep_kind_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__isnull", True), ("minutes__range", (1, 60)), _connector="OR"),
                        name="movementstep_minutes_in_range",
                        violation_error_message="Type a number from 1 to 60.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="da0f7de2b7956ade7ee18fb84ab995fc0dd6ce45",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_e6fcc",
                            table="clinic_sessions_movementstep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="08db560dfbb826485de9f66f37b57efd3b9a4e69",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_f169f",
                            table="clinic_sessions_movementstep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_movementstepevent" ("done_note", "home", "id", "instruction", "kind", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "unplanned") VALUES (NEW."done_note", NEW."home", NEW."id", NEW."instruction", NEW."kind", NEW."minutes", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."unplanned"); RETURN NULL;',
                            hash="3925a11ff3c5003cdde233e086fe16fcc37d348a",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_96225",
                            table="clinic_sessions_movementstep",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_movementstepevent" ("done_note", "home", "id", "instruction", "kind", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "unplanned") VALUES (NEW."done_note", NEW."home", NEW."id", NEW."instruction", NEW."kind", NEW."minutes", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."unplanned"); RETURN NULL;',
                            hash="82e91cd3dd67507f23d442d8d3d2c00bd4c5f141",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_830eb",
                            table="clinic_sessions_movementstep",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_movementstepevent" ("done_note", "home", "id", "instruction", "kind", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "unplanned") VALUES (OLD."done_note", OLD."home", OLD."id", OLD."instruction", OLD."kind", OLD."minutes", OLD."order", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."unplanned"); RETURN NULL;',
                            hash="bdea3f9a9735fa492d6dcbe488260bc69999dd06",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_651a5",
                            table="clinic_sessions_movementstep",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Point",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("system", models.CharField(max_length=12)),
                ("channel", models.CharField(blank=True, max_length=12)),
                ("pinyin", models.CharField(max_length=80)),
                ("pinyin_toned", models.CharField(blank=True, max_length=80)),
                ("hanzi", models.CharField(blank=True, max_length=40)),
                ("gloss", models.CharField(max_length=120)),
                ("aliases", models.CharField(blank=True, max_length=300)),
                ("region", models.CharField(max_length=20)),
                ("site_detail", models.CharField(blank=True, max_length=200)),
                ("bilateral", models.BooleanField()),
                (
                    "sites_total",
                    models.PositiveSmallIntegerField(help_text="Needles if every site of the point is needled."),
                ),
                ("estim_zone", models.CharField(max_length=20)),
                ("pregnancy_tier", models.CharField(max_length=30)),
                (
                    "pneumothorax_tier",
                    models.CharField(
                        choices=[("high", "high"), ("moderate", "moderate"), ("low", "low"), ("none", "none")],
                        max_length=10,
                    ),
                ),
                ("needling_restriction", models.CharField(max_length=20)),
                ("other_hazard", models.CharField(blank=True, max_length=200)),
                ("estim_avoid", models.BooleanField()),
                ("estim_avoid_reason", models.CharField(blank=True, max_length=200)),
                ("flags_source", models.CharField(blank=True, max_length=300)),
                ("flags_confidence", models.CharField(max_length=10)),
                ("tone_check", models.CharField(max_length=30)),
                ("source", models.CharField(max_length=300)),
                ("confidence", models.CharField(max_length=10)),
                ("position", models.PositiveSmallIntegerField(help_text="Order of the list: ST2 stands before ST10.")),
                (
                    "search",
                    models.TextField(
                        help_text="Folded code, names and aliases between bars: see `sessions.catalogue`."
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("search", "gin_trgm_ops"), name="point_search"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pneumothorax_tier__in", ["high", "moderate", "low", "none"])),
                        name="point_tier_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedlePoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "length_mm",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="mm",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("7"), "Type a number from 7 to 125."),
                            django.core.validators.MaxValueValidator(Decimal("125"), "Type a number from 7 to 125."),
                        ],
                        verbose_name="length",
                    ),
                ),
                (
                    "gauge_mm",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.25"),
                        help_text="mm",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0.12"), "Type a number from 0.12 to 0.50."
                            ),
                            django.core.validators.MaxValueValidator(
                                Decimal("0.50"), "Type a number from 0.12 to 0.50."
                            ),
                        ],
                        verbose_name="diameter",
                    ),
                ),
                (
                    "needles_in",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "needles_out",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "site",
                    models.CharField(
                        blank=True,
                        help_text="Where, for a point of free location such as Ashi or Jiaji.",
                        max_length=80,
                        verbose_name="exact site",
                    ),
                ),
                (
                    "depth_mm",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="mm",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 125."),
                            django.core.validators.MaxValueValidator(Decimal("125"), "Type a number from 1 to 125."),
                        ],
                        verbose_name="depth",
                    ),
                ),
                (
                    "angle",
                    models.CharField(
                        choices=[
                            ("perpendicular", "straight"),
                            ("oblique", "slanted"),
                            ("transverse", "along the skin"),
                        ],
                        default="perpendicular",
                        max_length=15,
                    ),
                ),
                (
                    "manipulation",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("even", "even"),
                            ("reinforcing", "reinforcing"),
                            ("reducing", "reducing"),
                        ],
                        default="even",
                        max_length=15,
                    ),
                ),
                (
                    "retention_min",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="min",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                        verbose_name="retention",
                    ),
                ),
                (
                    "left_in_place",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "remove_on",
                    models.DateField(blank=True, help_text="When needles left in place come out.", null=True),
                ),
                (
                    "point",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="clinic_sessions.point"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needles",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "changed", "omitted"])),
                        name="needlepoint_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "changed"), _negated=True),
                            models.Q(("done_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="needlepoint_change_is_described",
                        violation_error_message="Say what was different.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("length_mm__isnull", True), ("length_mm__range", (7, 125)), _connector="OR"
                        ),
                        name="needlepoint_length_mm_in_range",
                        violation_error_message="Type a number from 7 to 125.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gauge_mm__isnull", True), ("gauge_mm__range", ("0.12", "0.50")), _connector="OR"
                        ),
                        name="needlepoint_gauge_mm_in_range",
                        violation_error_message="Type a number from 0.12 to 0.50.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needles_in__isnull", True), ("needles_in__range", (0, 60)), _connector="OR"
                        ),
                        name="needlepoint_needles_in_in_range",
                        violation_error_message="Type a number from 0 to 60.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needles_out__isnull", True),
                            models.Q(("needles_in__isnull", False), ("needles_out__lte", models.F("needles_in"))),
                            _connector="OR",
                        ),
                        name="needlepoint_no_more_needles_out_than_in",
                        violation_error_message="More needles out than in.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["left", "right", "both", "midline"])),
                        name="needlepoint_side_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("angle__in", ["perpendicular", "oblique", "transverse"])),
                        name="needlepoint_angle_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("manipulation__in", ["none", "even", "reinforcing", "reducing"])),
                        name="needlepoint_manipulation_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("depth_mm__isnull", True), ("depth_mm__range", (1, 125)), _connector="OR"),
                        name="needlepoint_depth_mm_in_range",
                        violation_error_message="Type a number from 1 to 125.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("retention_min__isnull", True), ("retention_min__range", (0, 60)), _connector="OR"
                        ),
                        name="needlepoint_retention_min_in_range",
                        violation_error_message="Type a number from 0 to 60.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left_in_place", 0), ("remove_on__isnull", False), _connector="OR"),
                        name="left_in_place_has_a_removal_date",
                        violation_error_message="Say when the needles left in place come out.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("needles_in__isnull", True), ("left_in_place", 0)),
                            models.Q(
                                ("needles_in__gte", models.F("left_in_place")),
                                ("needles_in__isnull", False),
                                ("needles_out__isnull", True),
                            ),
                            models.Q(
                                (
                                    "needles_in__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("left_in_place"), "+", models.F("needles_out")
                                    ),
                                ),
                                ("needles_out__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="no_more_accounted_than_in",
                        violation_error_message="More needles out and left in place than went in.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("side", "right"), _negated=True),
                        fields=("plan", "point", "site"),
                        name="point_once_on_the_left",
                        violation_error_message="This point is in the plan already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("side", "left"), _negated=True),
                        fields=("plan", "point", "site"),
                        name="point_once_on_the_right",
                        violation_error_message="This point is in the plan already.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="644d54ea822e98933630b40ef801574abfe55669",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_ebb05",
                            table="clinic_sessions_needlepoint",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="99509a033c499fe1a483ef48eacdecc3095b8510",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_864d2",
                            table="clinic_sessions_needlepoint",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="keeps_its_circuits",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."side" IS DISTINCT FROM (NEW."side") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id"))',
                            func="\nIF EXISTS (\n    SELECT 1 FROM clinic_sessions_estimcircuit circuit\n    WHERE NEW.id IN (needle_a_id, needle_b_id) AND (\n        plan_id <> NEW.plan_id\n        OR needle_a_id = NEW.id AND NOT (\n            CASE NEW.side WHEN 'both' THEN side_a IN ('left', 'right') ELSE side_a = NEW.side END)\n        OR needle_b_id = NEW.id AND NOT (\n            CASE NEW.side WHEN 'both' THEN side_b IN ('left', 'right') ELSE side_b = NEW.side END))\n) THEN\n    RAISE EXCEPTION 'a circuit uses this side of the needle' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'electrode_sits_on_a_needle';\nEND IF;\nRETURN NEW;\n",
                            hash="5bb202dfd3bdd6c7465a5cb3be07d2ed7bd4f38a",
                            operation="UPDATE",
                            pgid="pgtrigger_keeps_its_circuits_fb5cf",
                            table="clinic_sessions_needlepoint",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_needlepointevent" ("angle", "depth_mm", "done_note", "gauge_mm", "id", "left_in_place", "length_mm", "manipulation", "needles_in", "needles_out", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "point_id", "remove_on", "retention_min", "side", "site", "unplanned") VALUES (NEW."angle", NEW."depth_mm", NEW."done_note", NEW."gauge_mm", NEW."id", NEW."left_in_place", NEW."length_mm", NEW."manipulation", NEW."needles_in", NEW."needles_out", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."point_id", NEW."remove_on", NEW."retention_min", NEW."side", NEW."site", NEW."unplanned"); RETURN NULL;',
                            hash="e9dc517cde0c88fbd350bd5f15c13559a319c2f1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a73b1",
                            table="clinic_sessions_needlepoint",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_needlepointevent" ("angle", "depth_mm", "done_note", "gauge_mm", "id", "left_in_place", "length_mm", "manipulation", "needles_in", "needles_out", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "point_id", "remove_on", "retention_min", "side", "site", "unplanned") VALUES (NEW."angle", NEW."depth_mm", NEW."done_note", NEW."gauge_mm", NEW."id", NEW."left_in_place", NEW."length_mm", NEW."manipulation", NEW."needles_in", NEW."needles_out", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."point_id", NEW."remove_on", NEW."retention_min", NEW."side", NEW."site", NEW."unplanned"); RETURN NULL;',
                            hash="c8edfe0c7526fae74cf1625a72ee709f63183650",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_972e8",
                            table="clinic_sessions_needlepoint",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_needlepointevent" ("angle", "depth_mm", "done_note", "gauge_mm", "id", "left_in_place", "length_mm", "manipulation", "needles_in", "needles_out", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "point_id", "remove_on", "retention_min", "side", "site", "unplanned") VALUES (OLD."angle", OLD."depth_mm", OLD."done_note", OLD."gauge_mm", OLD."id", OLD."left_in_place", OLD."length_mm", OLD."manipulation", OLD."needles_in", OLD."needles_out", OLD."order", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."point_id", OLD."remove_on", OLD."retention_min", OLD."side", OLD."site", OLD."unplanned"); RETURN NULL;',
                            hash="c292f812f021bcdd6cbcd4ce331941f7dde5f431",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_243f0",
                            table="clinic_sessions_needlepoint",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("history", models.TextField(blank=True, max_length=20000, verbose_name="since last time")),
                ("tongue", models.CharField(blank=True, max_length=500)),
                ("pulse", models.CharField(blank=True, max_length=500)),
                ("palpation", models.TextField(blank=True, max_length=20000)),
                ("response", models.TextField(blank=True, max_length=20000)),
                ("advice", models.TextField(blank=True, max_length=20000)),
                (
                    "pain_before",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="0 to 10",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(10, "Choose a number from 0 to 10.")],
                    ),
                ),
                (
                    "pain_after",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="0 to 10",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(10, "Choose a number from 0 to 10.")],
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("pain_before__isnull", True), ("pain_before__lte", 10), _connector="OR"),
                            models.Q(("pain_after__isnull", True), ("pain_after__lte", 10), _connector="OR"),
                        ),
                        name="pain_is_0_to_10",
                        violation_error_message="Pain is a number from 0 to 10.",
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="76a287e898d9b24206f5ae5243a9599cc2d248f5",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_2c5d3",
                            table="clinic_sessions_note",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="92746454b21c9e76d77fc8a6d7b46477c44b79eb",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_64676",
                            table="clinic_sessions_note",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_noteevent" ("advice", "history", "id", "pain_after", "pain_before", "palpation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pulse", "response", "tongue") VALUES (NEW."advice", NEW."history", NEW."id", NEW."pain_after", NEW."pain_before", NEW."palpation", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."pulse", NEW."response", NEW."tongue"); RETURN NULL;',
                            hash="f1a7c2103dd5322aaf77a6875c5b9926398fce72",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ac8cf",
                            table="clinic_sessions_note",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_noteevent" ("advice", "history", "id", "pain_after", "pain_before", "palpation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pulse", "response", "tongue") VALUES (NEW."advice", NEW."history", NEW."id", NEW."pain_after", NEW."pain_before", NEW."palpation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."pulse", NEW."response", NEW."tongue"); RETURN NULL;',
                            hash="3442a7e78ee6855fdc4358eb3eaabf2c25788f32",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0d3b6",
                            table="clinic_sessions_note",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_noteevent" ("advice", "history", "id", "pain_after", "pain_before", "palpation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pulse", "response", "tongue") VALUES (OLD."advice", OLD."history", OLD."id", OLD."pain_after", OLD."pain_before", OLD."palpation", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."pulse", OLD."response", OLD."tongue"); RETURN NULL;',
                            hash="f9e83a044dfade137dee8462aabed6b7158b5bf3",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_27592",
                            table="clinic_sessions_note",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdverseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("soreness", "Soreness"),
                            ("bruise", "Bruise"),
                            ("bleeding", "Bleeding"),
                            ("haematoma", "Haematoma"),
                            ("pain_on_needling", "Pain on needling"),
                            ("fatigue", "Fatigue"),
                            ("drowsy", "Drowsy"),
                            ("dizzy", "Dizzy"),
                            ("syncope", "Faint"),
                            ("convulsion", "Convulsion"),
                            ("headache", "Headache"),
                            ("nausea", "Nausea"),
                            ("aggravation", "Aggravation"),
                            ("emotional_release", "Emotional release"),
                            ("nerve_irritation", "Nerve irritation"),
                            ("stuck_needle", "Stuck needle"),
                            ("bent_or_broken_needle", "Bent or broken needle"),
                            ("forgotten_needle", "Needle not found"),
                            ("skin_reaction", "Skin reaction"),
                            ("burn", "Burn"),
                            ("blister", "Blister"),
                            ("infection", "Infection"),
                            ("perichondritis", "Perichondritis"),
                            ("pneumothorax_suspected", "Suspected pneumothorax"),
                            ("organ_injury", "Organ injury"),
                            ("device_fault", "Device fault"),
                            ("cardiac_symptom", "Cardiac symptom"),
                            ("needlestick_staff", "Needlestick of staff"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("mild", "Mild: short, no change in function"),
                            ("moderate", "Moderate or major: distressing or needs further care"),
                            ("serious", "Serious: hospital, disability or threat to life"),
                        ],
                        max_length=10,
                    ),
                ),
                ("missing", models.PositiveSmallIntegerField(default=0, help_text="Needles of this row not found.")),
                ("detail", models.TextField(max_length=5000)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="clinic_sessions.dryneedlingtarget",
                    ),
                ),
                (
                    "needle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["recorded_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "code__in",
                                [
                                    "soreness",
                                    "bruise",
                                    "bleeding",
                                    "haematoma",
                                    "pain_on_needling",
                                    "fatigue",
                                    "drowsy",
                                    "dizzy",
                                    "syncope",
                                    "convulsion",
                                    "headache",
                                    "nausea",
                                    "aggravation",
                                    "emotional_release",
                                    "nerve_irritation",
                                    "stuck_needle",
                                    "bent_or_broken_needle",
                                    "forgotten_needle",
                                    "skin_reaction",
                                    "burn",
                                    "blister",
                                    "infection",
                                    "perichondritis",
                                    "pneumothorax_suspected",
                                    "organ_injury",
                                    "device_fault",
                                    "cardiac_symptom",
                                    "needlestick_staff",
                                    "other",
                                ],
                            )
                        ),
                        name="event_code_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["mild", "moderate", "serious"])),
                        name="event_severity_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("missing", 0), ("needle__isnull", False), ("target__isnull", False), _connector="OR"
                        ),
                        name="missing_needles_have_a_site",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("detail", ""), _negated=True), name="event_is_described"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="65a8334eb30fbba0490f715fafb6489b2a2f5643",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_b0ce7",
                            table="clinic_sessions_adverseevent",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="43ec19267512cec6068fa154ee8cbd1483258876",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_b7527",
                            table="clinic_sessions_adverseevent",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="site_in_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF EXISTS (SELECT 1 FROM clinic_sessions_needlepoint WHERE id = NEW.needle_id AND plan_id <> NEW.plan_id)\n   OR EXISTS (SELECT 1 FROM clinic_sessions_dryneedlingtarget WHERE id = NEW.target_id AND plan_id <> NEW.plan_id) THEN\n    RAISE EXCEPTION 'an incident names a needle of its own plan' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'event_stays_in_its_plan';\nEND IF;\nRETURN NEW;\n",
                            hash="4ef86744ee15b2f2dfe1a02891fed25cd7d434c3",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_site_in_its_plan_03ff3",
                            table="clinic_sessions_adverseevent",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_adverseeventevent" ("code", "detail", "id", "missing", "needle_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "recorded_at", "recorded_by_id", "severity", "target_id") VALUES (NEW."code", NEW."detail", NEW."id", NEW."missing", NEW."needle_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."recorded_at", NEW."recorded_by_id", NEW."severity", NEW."target_id"); RETURN NULL;',
                            hash="1ea95889863af5e222c42ff03be484371a388add",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9c319",
                            table="clinic_sessions_adverseevent",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_adverseeventevent" ("code", "detail", "id", "missing", "needle_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "recorded_at", "recorded_by_id", "severity", "target_id") VALUES (NEW."code", NEW."detail", NEW."id", NEW."missing", NEW."needle_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."recorded_at", NEW."recorded_by_id", NEW."severity", NEW."target_id"); RETURN NULL;',
                            hash="16f4cb96cc84ad5c258a8a5d8aa7a8bcb5f3ce86",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c3f9b",
                            table="clinic_sessions_adverseevent",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_adverseeventevent" ("code", "detail", "id", "missing", "needle_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "recorded_at", "recorded_by_id", "severity", "target_id") VALUES (OLD."code", OLD."detail", OLD."id", OLD."missing", OLD."needle_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."recorded_at", OLD."recorded_by_id", OLD."severity", OLD."target_id"); RETURN NULL;',
                            hash="7d21f6eeb36d38caacf7dad4042ee5a5a638dbcd",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_ccaad",
                            table="clinic_sessions_adverseevent",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingResponse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=10)),
                ("rule_version", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "finding",
                    models.JSONField(help_text="The finding as it was shown: severity, reason, source, subject."),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("acknowledged", "Acknowledged"), ("overridden", "Overridden")], max_length=15
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "acknowledged"),
                            models.Q(("kind", "overridden"), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="an_override_has_a_reason",
                        violation_error_message="Write why.",
                    ),
                    models.UniqueConstraint(fields=("plan", "fingerprint"), name="one_answer_a_finding"),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="d3d20a8f30d7d137f36687ce982a5b86dfec924d",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_77b8e",
                            table="clinic_sessions_findingresponse",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="eee8ee6e1f11e885ba03239e8a5ccf2f7995499b",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_170f7",
                            table="clinic_sessions_findingresponse",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_findingresponseevent" ("at", "by_id", "finding", "fingerprint", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason", "rule", "rule_version") VALUES (NEW."at", NEW."by_id", NEW."finding", NEW."fingerprint", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."reason", NEW."rule", NEW."rule_version"); RETURN NULL;',
                            hash="6805ec0bb2ddadc247c42ae5640f13d22d08abfb",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_73025",
                            table="clinic_sessions_findingresponse",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_findingresponseevent" ("at", "by_id", "finding", "fingerprint", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason", "rule", "rule_version") VALUES (NEW."at", NEW."by_id", NEW."finding", NEW."fingerprint", NEW."id", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."reason", NEW."rule", NEW."rule_version"); RETURN NULL;',
                            hash="a4c2af0a20c0a8e0c9597b9424867fa61a171d76",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3ed8a",
                            table="clinic_sessions_findingresponse",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_findingresponseevent" ("at", "by_id", "finding", "fingerprint", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "reason", "rule", "rule_version") VALUES (OLD."at", OLD."by_id", OLD."finding", OLD."fingerprint", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."reason", OLD."rule", OLD."rule_version"); RETURN NULL;',
                            hash="39a15b9d163463d1761e0b4fe6ddb85d46815b73",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_86598",
                            table="clinic_sessions_findingresponse",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EstimCircuit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "side_a",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "side_b",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("continuous", "continuous"),
                            ("dense_disperse", "dense-disperse"),
                            ("intermittent", "intermittent"),
                        ],
                        default="continuous",
                        max_length=20,
                    ),
                ),
                (
                    "waveform",
                    models.CharField(
                        choices=[
                            ("balanced_biphasic", "balanced biphasic"),
                            ("asymmetric_biphasic_charge_balanced", "asymmetric, charge-balanced"),
                        ],
                        default="balanced_biphasic",
                        max_length=40,
                    ),
                ),
                (
                    "low_hz",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("2"),
                        help_text="Hz",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 150."),
                            django.core.validators.MaxValueValidator(Decimal("150"), "Type a number from 1 to 150."),
                        ],
                        verbose_name="frequency",
                    ),
                ),
                (
                    "high_hz",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="Hz",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 150."),
                            django.core.validators.MaxValueValidator(Decimal("150"), "Type a number from 1 to 150."),
                        ],
                        verbose_name="second frequency",
                    ),
                ),
                (
                    "pulse_us",
                    models.PositiveSmallIntegerField(
                        default=200,
                        help_text="µs",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("100"), "Type a number from 100 to 700."),
                            django.core.validators.MaxValueValidator(Decimal("700"), "Type a number from 100 to 700."),
                        ],
                        verbose_name="pulse width",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 45."),
                            django.core.validators.MaxValueValidator(Decimal("45"), "Type a number from 1 to 45."),
                        ],
                    ),
                ),
                (
                    "done_ma",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="mA",
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 10."),
                            django.core.validators.MaxValueValidator(Decimal("10"), "Type a number from 0 to 10."),
                        ],
                        verbose_name="current",
                    ),
                ),
                ("sensation", models.CharField(blank=True, max_length=200)),
                (
                    "needle_a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circuits_from",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "needle_b",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circuits_to",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circuits",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "changed", "omitted"])),
                        name="estimcircuit_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "changed"), _negated=True),
                            models.Q(("done_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="estimcircuit_change_is_described",
                        violation_error_message="Say what was different.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mode__in", ["continuous", "dense_disperse", "intermittent"])),
                        name="estimcircuit_mode_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("waveform__in", ["balanced_biphasic", "asymmetric_biphasic_charge_balanced"])
                        ),
                        name="estimcircuit_waveform_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("side_a__in", ["left", "right", "midline"]), ("side_b__in", ["left", "right", "midline"])
                        ),
                        name="electrode_sits_on_one_side",
                        violation_error_message="An electrode sits on one side. Choose left or right.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needle_a", models.F("needle_b")), ("side_a", models.F("side_b")), _negated=True
                        ),
                        name="circuit_has_two_ends",
                        violation_error_message="A circuit joins two different sites.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("high_hz__isnull", False),
                                ("mode", "dense_disperse"),
                                models.Q(("high_hz", models.F("low_hz")), _negated=True),
                            ),
                            models.Q(models.Q(("mode", "dense_disperse"), _negated=True), ("high_hz__isnull", True)),
                            _connector="OR",
                        ),
                        name="dense_disperse_has_two_frequencies",
                        violation_error_message="Dense-disperse needs a second frequency that differs; other modes have one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("low_hz__isnull", True), ("low_hz__range", (1, 150)), _connector="OR"),
                        name="estimcircuit_low_hz_in_range",
                        violation_error_message="Type a number from 1 to 150.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("high_hz__isnull", True), ("high_hz__range", (1, 150)), _connector="OR"),
                        name="estimcircuit_high_hz_in_range",
                        violation_error_message="Type a number from 1 to 150.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("pulse_us__isnull", True), ("pulse_us__range", (100, 700)), _connector="OR"
                        ),
                        name="estimcircuit_pulse_us_in_range",
                        violation_error_message="Type a number from 100 to 700.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__isnull", True), ("minutes__range", (1, 45)), _connector="OR"),
                        name="estimcircuit_minutes_in_range",
                        violation_error_message="Type a number from 1 to 45.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done_ma__isnull", True), ("done_ma__range", (0, 10)), _connector="OR"),
                        name="estimcircuit_done_ma_in_range",
                        violation_error_message="Type a number from 0 to 10.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("order__isnull", True), ("order__range", (0, 11)), _connector="OR"),
                        name="estimcircuit_order_in_range",
                        violation_error_message="Type a number from 0 to 11.",
                    ),
                    models.UniqueConstraint(
                        fields=("plan", "order"),
                        name="one_circuit_a_letter",
                        violation_error_message="Another circuit has this letter.",
                    ),
                    models.UniqueConstraint(
                        fields=("needle_a", "side_a", "needle_b", "side_b"),
                        name="two_sites_one_circuit",
                        violation_error_message="Another circuit joins these two sites already.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="1ca823ee0f2c4205651973e731f045780dbef1d9",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_5bf21",
                            table="clinic_sessions_estimcircuit",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="a20f307ffb089f96a82c2a3c6972861eddbe711c",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_ea1ac",
                            table="clinic_sessions_estimcircuit",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="ends_in_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE needle record;",
                            func="\nFOR needle IN\n    SELECT id, plan_id, side FROM clinic_sessions_needlepoint\n    WHERE id IN (NEW.needle_a_id, NEW.needle_b_id) ORDER BY id FOR SHARE\nLOOP\n    IF needle.plan_id <> NEW.plan_id THEN\n        RAISE EXCEPTION 'a circuit joins needles of its own plan' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'circuit_stays_in_its_plan';\n    END IF;\n    IF needle.id = NEW.needle_a_id AND NOT (\n        CASE needle.side WHEN 'both' THEN NEW.side_a IN ('left', 'right') ELSE NEW.side_a = needle.side END)\n       OR needle.id = NEW.needle_b_id AND NOT (\n        CASE needle.side WHEN 'both' THEN NEW.side_b IN ('left', 'right') ELSE NEW.side_b = needle.side END) THEN\n        RAISE EXCEPTION 'an electrode sits on a side that is needled' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'electrode_sits_on_a_needle';\n    END IF;\nEND LOOP;\nRETURN NEW;\n",
                            hash="93dd7cd201e19fd1cb65e2ed5946ab73acc54907",
                            operation="INSERT OR UPDATE",
                            pgid="pgtrigger_ends_in_its_plan_bcdbc",
                            table="clinic_sessions_estimcircuit",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_estimcircuitevent" ("done_ma", "done_note", "high_hz", "id", "low_hz", "minutes", "mode", "needle_a_id", "needle_b_id", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pulse_us", "sensation", "side_a", "side_b", "unplanned", "waveform") VALUES (NEW."done_ma", NEW."done_note", NEW."high_hz", NEW."id", NEW."low_hz", NEW."minutes", NEW."mode", NEW."needle_a_id", NEW."needle_b_id", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."pulse_us", NEW."sensation", NEW."side_a", NEW."side_b", NEW."unplanned", NEW."waveform"); RETURN NULL;',
                            hash="fac16759c7186d53495f76746c28c6e784bbd5ba",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f49e3",
                            table="clinic_sessions_estimcircuit",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_estimcircuitevent" ("done_ma", "done_note", "high_hz", "id", "low_hz", "minutes", "mode", "needle_a_id", "needle_b_id", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pulse_us", "sensation", "side_a", "side_b", "unplanned", "waveform") VALUES (NEW."done_ma", NEW."done_note", NEW."high_hz", NEW."id", NEW."low_hz", NEW."minutes", NEW."mode", NEW."needle_a_id", NEW."needle_b_id", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."pulse_us", NEW."sensation", NEW."side_a", NEW."side_b", NEW."unplanned", NEW."waveform"); RETURN NULL;',
                            hash="a254566dbb82aa0a859defb021d8a2b0312b5561",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b3a34",
                            table="clinic_sessions_estimcircuit",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_estimcircuitevent" ("done_ma", "done_note", "high_hz", "id", "low_hz", "minutes", "mode", "needle_a_id", "needle_b_id", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pulse_us", "sensation", "side_a", "side_b", "unplanned", "waveform") VALUES (OLD."done_ma", OLD."done_note", OLD."high_hz", OLD."id", OLD."low_hz", OLD."minutes", OLD."mode", OLD."needle_a_id", OLD."needle_b_id", OLD."order", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."pulse_us", OLD."sensation", OLD."side_a", OLD."side_b", OLD."unplanned", OLD."waveform"); RETURN NULL;',
                            hash="e0160c30a42abdc80f76b7924bde3019e201274b",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7257b",
                            table="clinic_sessions_estimcircuit",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("history", models.TextField(blank=True, max_length=20000, verbose_name="since last time")),
                ("tongue", models.CharField(blank=True, max_length=500)),
                ("pulse", models.CharField(blank=True, max_length=500)),
                ("palpation", models.TextField(blank=True, max_length=20000)),
                ("response", models.TextField(blank=True, max_length=20000)),
                ("advice", models.TextField(blank=True, max_length=20000)),
                (
                    "pain_before",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="0 to 10",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(10, "Choose a number from 0 to 10.")],
                    ),
                ),
                (
                    "pain_after",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="0 to 10",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(10, "Choose a number from 0 to 10.")],
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
                        related_name="note_history",
                        related_query_name="note_history",
                        to="clinic_sessions.note",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="1f65788c304466490adee627636ad3ee4a14788d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_b5368",
                            table="clinic_sessions_noteevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NeedlePointEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "length_mm",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="mm",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("7"), "Type a number from 7 to 125."),
                            django.core.validators.MaxValueValidator(Decimal("125"), "Type a number from 7 to 125."),
                        ],
                        verbose_name="length",
                    ),
                ),
                (
                    "gauge_mm",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.25"),
                        help_text="mm",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0.12"), "Type a number from 0.12 to 0.50."
                            ),
                            django.core.validators.MaxValueValidator(
                                Decimal("0.50"), "Type a number from 0.12 to 0.50."
                            ),
                        ],
                        verbose_name="diameter",
                    ),
                ),
                (
                    "needles_in",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "needles_out",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "site",
                    models.CharField(
                        blank=True,
                        help_text="Where, for a point of free location such as Ashi or Jiaji.",
                        max_length=80,
                        verbose_name="exact site",
                    ),
                ),
                (
                    "depth_mm",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="mm",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 125."),
                            django.core.validators.MaxValueValidator(Decimal("125"), "Type a number from 1 to 125."),
                        ],
                        verbose_name="depth",
                    ),
                ),
                (
                    "angle",
                    models.CharField(
                        choices=[
                            ("perpendicular", "straight"),
                            ("oblique", "slanted"),
                            ("transverse", "along the skin"),
                        ],
                        default="perpendicular",
                        max_length=15,
                    ),
                ),
                (
                    "manipulation",
                    models.CharField(
                        choices=[
                            ("none", "none"),
                            ("even", "even"),
                            ("reinforcing", "reinforcing"),
                            ("reducing", "reducing"),
                        ],
                        default="even",
                        max_length=15,
                    ),
                ),
                (
                    "retention_min",
                    models.PositiveSmallIntegerField(
                        default=20,
                        help_text="min",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                        verbose_name="retention",
                    ),
                ),
                (
                    "left_in_place",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "remove_on",
                    models.DateField(blank=True, help_text="When needles left in place come out.", null=True),
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
                        related_name="needlepoint_history",
                        related_query_name="needlepoint_history",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "point",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.point",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="0ba4c2529190036cad2300aa0bb0576321267c0a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_07fb7",
                            table="clinic_sessions_needlepointevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MovementStepEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "kind",
                    models.CharField(
                        choices=[("breathing", "Breathing"), ("movement", "Gentle movement")],
                        default="breathing",
                        max_length=10,
                    ),
                ),
                ("instruction", models.CharField(max_length=300)),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 1 to 60."),
                        ],
                    ),
                ),
                ("home", models.CharField(blank=True, max_length=300, verbose_name="to do at home")),
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
                        related_name="movementstep_history",
                        related_query_name="movementstep_history",
                        to="clinic_sessions.movementstep",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="aa5d8cec7dd7821cb988b3f691506693cc9045b6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_44b99",
                            table="clinic_sessions_movementstepevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FindingResponseEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("rule", models.CharField(max_length=10)),
                ("rule_version", models.CharField(max_length=64)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "finding",
                    models.JSONField(help_text="The finding as it was shown: severity, reason, source, subject."),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("acknowledged", "Acknowledged"), ("overridden", "Overridden")], max_length=15
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        related_name="findingresponse_history",
                        related_query_name="findingresponse_history",
                        to="clinic_sessions.findingresponse",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="0ae246caaa5c6ca2dc086bbba2078b870ee0aac4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_afe6a",
                            table="clinic_sessions_findingresponseevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="EstimCircuitEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "side_a",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "side_b",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("continuous", "continuous"),
                            ("dense_disperse", "dense-disperse"),
                            ("intermittent", "intermittent"),
                        ],
                        default="continuous",
                        max_length=20,
                    ),
                ),
                (
                    "waveform",
                    models.CharField(
                        choices=[
                            ("balanced_biphasic", "balanced biphasic"),
                            ("asymmetric_biphasic_charge_balanced", "asymmetric, charge-balanced"),
                        ],
                        default="balanced_biphasic",
                        max_length=40,
                    ),
                ),
                (
                    "low_hz",
                    models.DecimalField(
                        decimal_places=1,
                        default=Decimal("2"),
                        help_text="Hz",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 150."),
                            django.core.validators.MaxValueValidator(Decimal("150"), "Type a number from 1 to 150."),
                        ],
                        verbose_name="frequency",
                    ),
                ),
                (
                    "high_hz",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="Hz",
                        max_digits=5,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 150."),
                            django.core.validators.MaxValueValidator(Decimal("150"), "Type a number from 1 to 150."),
                        ],
                        verbose_name="second frequency",
                    ),
                ),
                (
                    "pulse_us",
                    models.PositiveSmallIntegerField(
                        default=200,
                        help_text="µs",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("100"), "Type a number from 100 to 700."),
                            django.core.validators.MaxValueValidator(Decimal("700"), "Type a number from 100 to 700."),
                        ],
                        verbose_name="pulse width",
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 45."),
                            django.core.validators.MaxValueValidator(Decimal("45"), "Type a number from 1 to 45."),
                        ],
                    ),
                ),
                (
                    "done_ma",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        help_text="mA",
                        max_digits=4,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 10."),
                            django.core.validators.MaxValueValidator(Decimal("10"), "Type a number from 0 to 10."),
                        ],
                        verbose_name="current",
                    ),
                ),
                ("sensation", models.CharField(blank=True, max_length=200)),
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
                        related_name="estimcircuit_history",
                        related_query_name="estimcircuit_history",
                        to="clinic_sessions.estimcircuit",
                    ),
                ),
                (
                    "needle_a",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "needle_b",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="10c1e004953ea15eb52fa2b2a7f1656481388930",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1f2fc",
                            table="clinic_sessions_estimcircuitevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DryNeedlingTargetEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "length_mm",
                    models.PositiveSmallIntegerField(
                        default=25,
                        help_text="mm",
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("7"), "Type a number from 7 to 125."),
                            django.core.validators.MaxValueValidator(Decimal("125"), "Type a number from 7 to 125."),
                        ],
                        verbose_name="length",
                    ),
                ),
                (
                    "gauge_mm",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.25"),
                        help_text="mm",
                        max_digits=3,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0.12"), "Type a number from 0.12 to 0.50."
                            ),
                            django.core.validators.MaxValueValidator(
                                Decimal("0.50"), "Type a number from 0.12 to 0.50."
                            ),
                        ],
                        verbose_name="diameter",
                    ),
                ),
                (
                    "needles_in",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "needles_out",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 0 to 60."),
                        ],
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")], max_length=10
                    ),
                ),
                (
                    "approach",
                    models.CharField(
                        choices=[
                            ("perpendicular", "straight to bone"),
                            ("tangential", "tangential"),
                            ("pincer", "pincer grip"),
                        ],
                        default="perpendicular",
                        max_length=15,
                    ),
                ),
                (
                    "passes",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 20."),
                            django.core.validators.MaxValueValidator(Decimal("20"), "Type a number from 1 to 20."),
                        ],
                    ),
                ),
                (
                    "twitches",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Twitches seen.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0"), "Type a number from 0 to 50."),
                            django.core.validators.MaxValueValidator(Decimal("50"), "Type a number from 0 to 50."),
                        ],
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
                        related_name="dryneedlingtarget_history",
                        related_query_name="dryneedlingtarget_history",
                        to="clinic_sessions.dryneedlingtarget",
                    ),
                ),
                (
                    "muscle",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.muscle",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="e11009594d86dc57022f7366b585fba7ab9e2eb7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_ffc37",
                            table="clinic_sessions_dryneedlingtargetevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CuppingSiteEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("face", "Face"),
                            ("neck", "Neck"),
                            ("ear", "Ear"),
                            ("shoulder", "Shoulder"),
                            ("scapula", "Scapula"),
                            ("axilla", "Axilla"),
                            ("arm", "Arm"),
                            ("elbow", "Elbow"),
                            ("forearm", "Forearm"),
                            ("wrist", "Wrist"),
                            ("hand", "Hand"),
                            ("chest", "Chest"),
                            ("abdomen", "Abdomen"),
                            ("groin", "Groin"),
                            ("perineum", "Perineum"),
                            ("upper back", "Upper back"),
                            ("lower back", "Lower back"),
                            ("sacrum", "Sacrum"),
                            ("hip", "Hip"),
                            ("thigh", "Thigh"),
                            ("knee", "Knee"),
                            ("leg", "Leg"),
                            ("ankle", "Ankle"),
                            ("foot", "Foot"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")],
                        default="both",
                        max_length=10,
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[("static", "static"), ("sliding", "sliding"), ("flash", "flash")],
                        default="static",
                        max_length=10,
                    ),
                ),
                (
                    "strength",
                    models.CharField(
                        choices=[("light", "light"), ("medium", "medium"), ("strong", "strong")],
                        default="light",
                        max_length=10,
                    ),
                ),
                (
                    "cups",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 20."),
                            django.core.validators.MaxValueValidator(Decimal("20"), "Type a number from 1 to 20."),
                        ],
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 30."),
                            django.core.validators.MaxValueValidator(Decimal("30"), "Type a number from 1 to 30."),
                        ],
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
                        related_name="cuppingsite_history",
                        related_query_name="cuppingsite_history",
                        to="clinic_sessions.cuppingsite",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="ea6918a9c17dd714488a263ca7b6e169131344d8",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_0163c",
                            table="clinic_sessions_cuppingsiteevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AdverseEventEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("soreness", "Soreness"),
                            ("bruise", "Bruise"),
                            ("bleeding", "Bleeding"),
                            ("haematoma", "Haematoma"),
                            ("pain_on_needling", "Pain on needling"),
                            ("fatigue", "Fatigue"),
                            ("drowsy", "Drowsy"),
                            ("dizzy", "Dizzy"),
                            ("syncope", "Faint"),
                            ("convulsion", "Convulsion"),
                            ("headache", "Headache"),
                            ("nausea", "Nausea"),
                            ("aggravation", "Aggravation"),
                            ("emotional_release", "Emotional release"),
                            ("nerve_irritation", "Nerve irritation"),
                            ("stuck_needle", "Stuck needle"),
                            ("bent_or_broken_needle", "Bent or broken needle"),
                            ("forgotten_needle", "Needle not found"),
                            ("skin_reaction", "Skin reaction"),
                            ("burn", "Burn"),
                            ("blister", "Blister"),
                            ("infection", "Infection"),
                            ("perichondritis", "Perichondritis"),
                            ("pneumothorax_suspected", "Suspected pneumothorax"),
                            ("organ_injury", "Organ injury"),
                            ("device_fault", "Device fault"),
                            ("cardiac_symptom", "Cardiac symptom"),
                            ("needlestick_staff", "Needlestick of staff"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("mild", "Mild: short, no change in function"),
                            ("moderate", "Moderate or major: distressing or needs further care"),
                            ("serious", "Serious: hospital, disability or threat to life"),
                        ],
                        max_length=10,
                    ),
                ),
                ("missing", models.PositiveSmallIntegerField(default=0, help_text="Needles of this row not found.")),
                ("detail", models.TextField(max_length=5000)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        related_name="adverseevent_history",
                        related_query_name="adverseevent_history",
                        to="clinic_sessions.adverseevent",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.dryneedlingtarget",
                    ),
                ),
                (
                    "needle",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.needlepoint",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="4f133181b668ad68c0283a79ea6b4e2aa268a092",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e1126",
                            table="clinic_sessions_adverseeventevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionPlanEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("ready", "Ready"),
                            ("in_progress", "In progress"),
                            ("signed", "Signed"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                (
                    "position",
                    models.CharField(
                        choices=[
                            ("supine", "Lying on the back"),
                            ("prone", "Lying face down"),
                            ("side", "Lying on the side"),
                            ("seated", "Seated"),
                        ],
                        default="supine",
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("needles_in_at", models.DateTimeField(blank=True, null=True)),
                ("needles_out_at", models.DateTimeField(blank=True, null=True)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "appointment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "changed_by",
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
                    "copied_from",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                        related_name="sessionplan_history",
                        related_query_name="sessionplan_history",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
                (
                    "signed_by",
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
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="3ec8439c7203e99c224006ddec8997b693f6c519",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e1b99",
                            table="clinic_sessions_sessionplanevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.PositiveBigIntegerField(
                        help_text="Place in the clinic's chain, from 1 without gaps.", unique=True
                    ),
                ),
                ("snapshot", models.TextField()),
                (
                    "previous",
                    models.CharField(
                        help_text="Digest of the record before; zeros for the first.", max_length=64, unique=True
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("signed_at", models.DateTimeField()),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="3cf1c9fc7d5ef885c0d416c355257252d708a18a",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_b402a",
                            table="clinic_sessions_signedrecord",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="89071af853a1f0845f2ff937a6aee5786b172148",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_a1469",
                            table="clinic_sessions_signedrecord",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="46b253a1985264052343463e26e61f9e470e75f2",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d1b8c",
                            table="clinic_sessions_signedrecord",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="continues_the_chain",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE latest record;",
                            func="\nPERFORM pg_advisory_xact_lock(4705701);\nSELECT number, sha256 INTO latest FROM clinic_sessions_signedrecord ORDER BY number DESC LIMIT 1;\nIF NEW.number <> coalesce(latest.number, 0) + 1\n   OR NEW.previous <> coalesce(latest.sha256, repeat('0', 64))\n   OR NEW.sha256 <> encode(sha256(convert_to(NEW.previous || NEW.snapshot, 'UTF8')), 'hex') THEN\n    RAISE EXCEPTION 'a signed record continues the chain' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'record_continues_the_chain';\nEND IF;\nRETURN NEW;\n",
                            hash="052a73c6f27db67f7ce35298e247fe5be9a2a7da",
                            operation="INSERT",
                            pgid="pgtrigger_continues_the_chain_5b7af",
                            table="clinic_sessions_signedrecord",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="of_a_signed_session",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            constraint="CONSTRAINT",
                            func="\nIF NOT EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE id = NEW.plan_id AND signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a record belongs to a signed session' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'record_of_a_signed_session';\nEND IF;\nRETURN NULL;\n",
                            hash="d0656bad6299319ac3f01797728f8be576e5015b",
                            operation="INSERT",
                            pgid="pgtrigger_of_a_signed_session_be473",
                            table="clinic_sessions_signedrecord",
                            timing="DEFERRABLE INITIALLY DEFERRED",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=20000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="amendments",
                        to="clinic_sessions.signedrecord",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="amendment_says_something"
                    )
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="7eef0ca855e42d15ce7b90b0bced1afd0937082e",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5cd97",
                            table="clinic_sessions_amendment",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="8b5e567d24c715b90e103b693de4f9a1d8ab8509",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_ce292",
                            table="clinic_sessions_amendment",
                            when="BEFORE",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TuiNaStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("face", "Face"),
                            ("neck", "Neck"),
                            ("ear", "Ear"),
                            ("shoulder", "Shoulder"),
                            ("scapula", "Scapula"),
                            ("axilla", "Axilla"),
                            ("arm", "Arm"),
                            ("elbow", "Elbow"),
                            ("forearm", "Forearm"),
                            ("wrist", "Wrist"),
                            ("hand", "Hand"),
                            ("chest", "Chest"),
                            ("abdomen", "Abdomen"),
                            ("groin", "Groin"),
                            ("perineum", "Perineum"),
                            ("upper back", "Upper back"),
                            ("lower back", "Lower back"),
                            ("sacrum", "Sacrum"),
                            ("hip", "Hip"),
                            ("thigh", "Thigh"),
                            ("knee", "Knee"),
                            ("leg", "Leg"),
                            ("ankle", "Ankle"),
                            ("foot", "Foot"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")],
                        default="both",
                        max_length=10,
                    ),
                ),
                (
                    "technique",
                    models.CharField(
                        choices=[
                            ("rolling", "rolling (gun)"),
                            ("pressing", "pressing (an)"),
                            ("kneading", "kneading (rou)"),
                            ("grasping", "grasping (na)"),
                            ("pushing", "pushing (tui)"),
                            ("rubbing", "rubbing (mo)"),
                        ],
                        default="rolling",
                        max_length=15,
                    ),
                ),
                (
                    "pressure",
                    models.CharField(
                        choices=[("light", "light"), ("medium", "medium"), ("deep", "deep")],
                        default="light",
                        max_length=10,
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 1 to 60."),
                        ],
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tuina",
                        to="clinic_sessions.sessionplan",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "changed", "omitted"])),
                        name="tuinastep_outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "changed"), _negated=True),
                            models.Q(("done_note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="tuinastep_change_is_described",
                        violation_error_message="Say what was different.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "region__in",
                                [
                                    "head",
                                    "face",
                                    "neck",
                                    "ear",
                                    "shoulder",
                                    "scapula",
                                    "axilla",
                                    "arm",
                                    "elbow",
                                    "forearm",
                                    "wrist",
                                    "hand",
                                    "chest",
                                    "abdomen",
                                    "groin",
                                    "perineum",
                                    "upper back",
                                    "lower back",
                                    "sacrum",
                                    "hip",
                                    "thigh",
                                    "knee",
                                    "leg",
                                    "ankle",
                                    "foot",
                                    "other",
                                ],
                            )
                        ),
                        name="tuinastep_region_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["left", "right", "both", "midline"])),
                        name="tuinastep_side_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("technique__in", ["rolling", "pressing", "kneading", "grasping", "pushing", "rubbing"])
                        ),
                        name="tuinastep_technique_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pressure__in", ["light", "medium", "deep"])),
                        name="tuinastep_pressure_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__isnull", True), ("minutes__range", (1, 60)), _connector="OR"),
                        name="tuinastep_minutes_in_range",
                        violation_error_message="Type a number from 1 to 60.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="frozen_with_its_plan",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            declare="DECLARE parent record;",
                            func="\nFOR parent IN\n    SELECT plan.signed_at FROM clinic_sessions_sessionplan plan\n    WHERE plan.id = ANY (CASE TG_OP\n        WHEN 'INSERT' THEN ARRAY[NEW.plan_id]\n        WHEN 'DELETE' THEN ARRAY[OLD.plan_id]\n        ELSE ARRAY[OLD.plan_id, NEW.plan_id] END)\n    ORDER BY plan.id FOR SHARE\nLOOP\n    IF parent.signed_at IS NOT NULL THEN\n        RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\n    END IF;\nEND LOOP;\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\n",
                            hash="271a1730dce906bad6842ad2e1144675a8a72b02",
                            operation="INSERT OR UPDATE OR DELETE",
                            pgid="pgtrigger_frozen_with_its_plan_e7eb7",
                            table="clinic_sessions_tuinastep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="no_truncate_once_signed",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="\nIF coalesce(current_setting('deqi.allow_truncate', true), '') <> 'on'\n   AND EXISTS (SELECT 1 FROM clinic_sessions_sessionplan WHERE signed_at IS NOT NULL) THEN\n    RAISE EXCEPTION 'a signed session never changes' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'signed_never_changes';\nEND IF;\nRETURN NULL;\n",
                            hash="d3fd0bc46672818b51c79e00fca8223c90319711",
                            level="STATEMENT",
                            operation="TRUNCATE",
                            pgid="pgtrigger_no_truncate_once_signed_99aaa",
                            table="clinic_sessions_tuinastep",
                            when="BEFORE",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_tuinastepevent" ("done_note", "id", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pressure", "region", "side", "technique", "unplanned") VALUES (NEW."done_note", NEW."id", NEW."minutes", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_id", NEW."pressure", NEW."region", NEW."side", NEW."technique", NEW."unplanned"); RETURN NULL;',
                            hash="e0dca49c45b2691e44cf1c3cb837e1286644d829",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_29cd3",
                            table="clinic_sessions_tuinastep",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_sessions_tuinastepevent" ("done_note", "id", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pressure", "region", "side", "technique", "unplanned") VALUES (NEW."done_note", NEW."id", NEW."minutes", NEW."order", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_id", NEW."pressure", NEW."region", NEW."side", NEW."technique", NEW."unplanned"); RETURN NULL;',
                            hash="259367d4ded151284393254e5ad12bf45b0232f0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d4c04",
                            table="clinic_sessions_tuinastep",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_sessions_tuinastepevent" ("done_note", "id", "minutes", "order", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_id", "pressure", "region", "side", "technique", "unplanned") VALUES (OLD."done_note", OLD."id", OLD."minutes", OLD."order", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_id", OLD."pressure", OLD."region", OLD."side", OLD."technique", OLD."unplanned"); RETURN NULL;',
                            hash="fae7b9a37f2e68edc3623a8d87f132ecfae027c9",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_1b442",
                            table="clinic_sessions_tuinastep",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TuiNaStepEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("unplanned", models.BooleanField(default=False, verbose_name="added once the session had begun")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "Planned"),
                            ("done", "Done as planned"),
                            ("changed", "Done, changed"),
                            ("omitted", "Left out"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("done_note", models.CharField(blank=True, max_length=500, verbose_name="what was different")),
                (
                    "region",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("face", "Face"),
                            ("neck", "Neck"),
                            ("ear", "Ear"),
                            ("shoulder", "Shoulder"),
                            ("scapula", "Scapula"),
                            ("axilla", "Axilla"),
                            ("arm", "Arm"),
                            ("elbow", "Elbow"),
                            ("forearm", "Forearm"),
                            ("wrist", "Wrist"),
                            ("hand", "Hand"),
                            ("chest", "Chest"),
                            ("abdomen", "Abdomen"),
                            ("groin", "Groin"),
                            ("perineum", "Perineum"),
                            ("upper back", "Upper back"),
                            ("lower back", "Lower back"),
                            ("sacrum", "Sacrum"),
                            ("hip", "Hip"),
                            ("thigh", "Thigh"),
                            ("knee", "Knee"),
                            ("leg", "Leg"),
                            ("ankle", "Ankle"),
                            ("foot", "Foot"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "L"), ("right", "R"), ("both", "L+R"), ("midline", "midline")],
                        default="both",
                        max_length=10,
                    ),
                ),
                (
                    "technique",
                    models.CharField(
                        choices=[
                            ("rolling", "rolling (gun)"),
                            ("pressing", "pressing (an)"),
                            ("kneading", "kneading (rou)"),
                            ("grasping", "grasping (na)"),
                            ("pushing", "pushing (tui)"),
                            ("rubbing", "rubbing (mo)"),
                        ],
                        default="rolling",
                        max_length=15,
                    ),
                ),
                (
                    "pressure",
                    models.CharField(
                        choices=[("light", "light"), ("medium", "medium"), ("deep", "deep")],
                        default="light",
                        max_length=10,
                    ),
                ),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=10,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("1"), "Type a number from 1 to 60."),
                            django.core.validators.MaxValueValidator(Decimal("60"), "Type a number from 1 to 60."),
                        ],
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
                        related_name="tuinastep_history",
                        related_query_name="tuinastep_history",
                        to="clinic_sessions.tuinastep",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic_sessions.sessionplan",
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
                            hash="f509a42be8d2791e8b413886b7bfe7af6e7a9661",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_c30b3",
                            table="clinic_sessions_tuinastepevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
