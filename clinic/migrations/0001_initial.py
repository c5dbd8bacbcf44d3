import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

import clinic.models.people
import clinic.models.places


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                ("address", models.CharField(max_length=200)),
                ("phone", models.CharField(max_length=40)),
                (
                    "zone_name",
                    models.CharField(
                        max_length=60, validators=[clinic.models.places.validate_zone], verbose_name="time zone"
                    ),
                ),
                (
                    "jurisdiction",
                    models.CharField(help_text="State or country code, such as CO: decides scope.", max_length=10),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_locationevent" ("address", "id", "jurisdiction", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "zone_name") VALUES (NEW."address", NEW."id", NEW."jurisdiction", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."zone_name"); RETURN NULL;',
                            hash="39d2d16dea505ae200db9fb87c74337a38bb2d45",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_16fd5",
                            table="clinic_location",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_locationevent" ("address", "id", "jurisdiction", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "zone_name") VALUES (NEW."address", NEW."id", NEW."jurisdiction", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."zone_name"); RETURN NULL;',
                            hash="b4a0e191e3af932709b7cfc954cb50adb9bb76cb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_ecd1c",
                            table="clinic_location",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_locationevent" ("address", "id", "jurisdiction", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "zone_name") VALUES (OLD."address", OLD."id", OLD."jurisdiction", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."zone_name"); RETURN NULL;',
                            hash="76a96e6b45c6f94a6de52b1eda5f53395bb91a43",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b425a",
                            table="clinic_location",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("active", models.BooleanField(default=True)),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resources",
                        to="clinic.location",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_resourceevent" ("active", "id", "location_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."id", NEW."location_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;',
                            hash="7e7ed9d59d74ef8cc5603a46808ae1d2fb4898f2",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_28907",
                            table="clinic_resource",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_resourceevent" ("active", "id", "location_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."active", NEW."id", NEW."location_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;',
                            hash="71d35c579c0c0eefc2527862fca47763231b08d1",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7a139",
                            table="clinic_resource",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_resourceevent" ("active", "id", "location_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."active", OLD."id", OLD."location_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;',
                            hash="bdc560ebcbd0bd8baf2d4426537a7407d2a71960",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c771d",
                            table="clinic_resource",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("first_name", models.CharField(blank=True, max_length=150, verbose_name="first name")),
                ("last_name", models.CharField(blank=True, max_length=150, verbose_name="last name")),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="date joined")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="one_user_an_email",
                        violation_error_message="Somebody signs in with this already.",
                    )
                ],
            },
            managers=[
                ("objects", clinic.models.people.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Practitioner",
            fields=[
                (
                    "resource_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="clinic.resource",
                    ),
                ),
                ("colour", models.CharField(default="#1d6b59", max_length=7)),
                ("bio", models.TextField(blank=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="practitioner",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_practitionerevent" ("bio", "colour", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "user_id") VALUES (NEW."bio", NEW."colour", _pgh_attach_context(), NOW(), \'insert\', NEW."resource_ptr_id", NEW."resource_ptr_id", NEW."user_id"); RETURN NULL;',
                            hash="f9feac8960a78c828729b0577696de2c82fc170e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_567de",
                            table="clinic_practitioner",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."bio" IS DISTINCT FROM (NEW."bio") OR OLD."colour" IS DISTINCT FROM (NEW."colour") OR OLD."resource_ptr_id" IS DISTINCT FROM (NEW."resource_ptr_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id"))',
                            func='INSERT INTO "clinic_practitionerevent" ("bio", "colour", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "user_id") VALUES (NEW."bio", NEW."colour", _pgh_attach_context(), NOW(), \'update\', NEW."resource_ptr_id", NEW."resource_ptr_id", NEW."user_id"); RETURN NULL;',
                            hash="1570cad730d31134be1b01046bf1302c955c35e5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b32ac",
                            table="clinic_practitioner",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_practitionerevent" ("bio", "colour", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "user_id") VALUES (OLD."bio", OLD."colour", _pgh_attach_context(), NOW(), \'delete\', OLD."resource_ptr_id", OLD."resource_ptr_id", OLD."user_id"); RETURN NULL;',
                            hash="6b5969fac73cdb73a359efed4277501a3c23f050",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_69e5d",
                            table="clinic_practitioner",
                            when="AFTER",
                        ),
                    ),
                ],
            },
            bases=("clinic.resource",),
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("lac", "L.Ac."), ("pt", "PT"), ("lmt", "LMT"), ("dc", "DC"), ("md", "MD")],
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("jurisdiction", models.CharField(help_text="State or country code, such as CO.", max_length=10)),
                ("issued", models.DateField()),
                ("expires", models.DateField(blank=True, null=True)),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credentials",
                        to="clinic.practitioner",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["lac", "pt", "lmt", "dc", "md"])),
                        name="credential_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires__isnull", True), ("expires__gt", models.F("issued")), _connector="OR"
                        ),
                        name="credential_expires_after_issue",
                        violation_error_message="A credential ends after it was issued.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_credentialevent" ("expires", "id", "issued", "jurisdiction", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practitioner_id") VALUES (NEW."expires", NEW."id", NEW."issued", NEW."jurisdiction", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."practitioner_id"); RETURN NULL;',
                            hash="b24283060844f067bbe0a95ab49e832578455938",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_f9141",
                            table="clinic_credential",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_credentialevent" ("expires", "id", "issued", "jurisdiction", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practitioner_id") VALUES (NEW."expires", NEW."id", NEW."issued", NEW."jurisdiction", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."practitioner_id"); RETURN NULL;',
                            hash="8794dd00a7d5e8f9925279510132519846920b0a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_afded",
                            table="clinic_credential",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_credentialevent" ("expires", "id", "issued", "jurisdiction", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practitioner_id") VALUES (OLD."expires", OLD."id", OLD."issued", OLD."jurisdiction", OLD."kind", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."practitioner_id"); RETURN NULL;',
                            hash="635b52de1bfa685c9ad57a1443efdd633d57930e",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_52da0",
                            table="clinic_credential",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, unique=True)),
                (
                    "techniques",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("needling", "Acupuncture"),
                                ("estim", "Electro-acupuncture"),
                                ("dry_needling", "Dry needling"),
                                ("auricular", "Ear acupuncture"),
                                ("cupping", "Cupping"),
                                ("tuina", "Tui Na"),
                                ("movement", "Breathing and movement"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("price", models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                ("colour", models.CharField(default="#1d6b59", max_length=7)),
                (
                    "turnover_minutes",
                    models.PositiveSmallIntegerField(default=0, help_text="Between two patients on one table."),
                ),
                ("bookable_online", models.BooleanField(default=False)),
                ("active", models.BooleanField(default=True)),
                ("practitioners", models.ManyToManyField(related_name="services", to="clinic.practitioner")),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("price__gte", 0)), name="price_is_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("turnover_minutes__lte", 120)), name="turnover_within_two_hours"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "techniques__contained_by",
                                ["needling", "estim", "dry_needling", "auricular", "cupping", "tuina", "movement"],
                            )
                        ),
                        name="techniques_are_known",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_serviceevent" ("active", "bookable_online", "colour", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "techniques", "turnover_minutes") VALUES (NEW."active", NEW."bookable_online", NEW."colour", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price", NEW."techniques", NEW."turnover_minutes"); RETURN NULL;',
                            hash="a425cfdc60471a2a11c24acbfe307c19f1fe738d",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_8039a",
                            table="clinic_service",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_serviceevent" ("active", "bookable_online", "colour", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "techniques", "turnover_minutes") VALUES (NEW."active", NEW."bookable_online", NEW."colour", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price", NEW."techniques", NEW."turnover_minutes"); RETURN NULL;',
                            hash="670004d1653b2206ecd4223a29645b7c17e93db8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_86d96",
                            table="clinic_service",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_serviceevent" ("active", "bookable_online", "colour", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price", "techniques", "turnover_minutes") VALUES (OLD."active", OLD."bookable_online", OLD."colour", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."price", OLD."techniques", OLD."turnover_minutes"); RETURN NULL;',
                            hash="e90c1003e4e32f7f76eca859dac23589a6f8f219",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_b59c7",
                            table="clinic_service",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CredentialEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("lac", "L.Ac."), ("pt", "PT"), ("lmt", "LMT"), ("dc", "DC"), ("md", "MD")],
                        max_length=10,
                    ),
                ),
                ("number", models.CharField(max_length=40)),
                ("jurisdiction", models.CharField(help_text="State or country code, such as CO.", max_length=10)),
                ("issued", models.DateField()),
                ("expires", models.DateField(blank=True, null=True)),
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
                        related_name="credential_history",
                        related_query_name="credential_history",
                        to="clinic.credential",
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
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="e47f2dc8d0f0cf9158cda44666e73cccd237cab5",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_e503e",
                            table="clinic_credentialevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "resource_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="clinic.resource",
                    ),
                ),
                ("model", models.CharField(max_length=80)),
                ("serial", models.CharField(max_length=40)),
                ("channels", models.PositiveSmallIntegerField()),
                ("max_hz", models.PositiveSmallIntegerField()),
                ("service_due", models.DateField(blank=True, null=True)),
                (
                    "out_of_service",
                    models.CharField(blank=True, help_text="Why it may not be used; empty: it may.", max_length=200),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("channels__range", (1, 12))), name="device_has_one_to_twelve_channels"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("max_hz__range", (1, 1000))), name="device_limit_in_hertz"
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_deviceevent" ("channels", "max_hz", "model", "out_of_service", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "serial", "service_due") VALUES (NEW."channels", NEW."max_hz", NEW."model", NEW."out_of_service", _pgh_attach_context(), NOW(), \'insert\', NEW."resource_ptr_id", NEW."resource_ptr_id", NEW."serial", NEW."service_due"); RETURN NULL;',
                            hash="0772861fadd0284eae7299f1b1240e30da124439",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_7464a",
                            table="clinic_device",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."channels" IS DISTINCT FROM (NEW."channels") OR OLD."max_hz" IS DISTINCT FROM (NEW."max_hz") OR OLD."model" IS DISTINCT FROM (NEW."model") OR OLD."out_of_service" IS DISTINCT FROM (NEW."out_of_service") OR OLD."resource_ptr_id" IS DISTINCT FROM (NEW."resource_ptr_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."service_due" IS DISTINCT FROM (NEW."service_due"))',
                            func='INSERT INTO "clinic_deviceevent" ("channels", "max_hz", "model", "out_of_service", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "serial", "service_due") VALUES (NEW."channels", NEW."max_hz", NEW."model", NEW."out_of_service", _pgh_attach_context(), NOW(), \'update\', NEW."resource_ptr_id", NEW."resource_ptr_id", NEW."serial", NEW."service_due"); RETURN NULL;',
                            hash="18d5a0201219b18cb6c81f27a5f2b378e3648498",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_55bc3",
                            table="clinic_device",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_deviceevent" ("channels", "max_hz", "model", "out_of_service", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "serial", "service_due") VALUES (OLD."channels", OLD."max_hz", OLD."model", OLD."out_of_service", _pgh_attach_context(), NOW(), \'delete\', OLD."resource_ptr_id", OLD."resource_ptr_id", OLD."serial", OLD."service_due"); RETURN NULL;',
                            hash="1eadf2f1a7baf5cb1f4da5c586ca02c8955db195",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_2c068",
                            table="clinic_device",
                            when="AFTER",
                        ),
                    ),
                ],
            },
            bases=("clinic.resource",),
        ),
        migrations.CreateModel(
            name="Table",
            fields=[
                (
                    "resource_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="clinic.resource",
                    ),
                ),
                ("room", models.CharField(max_length=40)),
                ("chair", models.BooleanField(default=False)),
            ],
            options={
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_tableevent" ("chair", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "room") VALUES (NEW."chair", _pgh_attach_context(), NOW(), \'insert\', NEW."resource_ptr_id", NEW."resource_ptr_id", NEW."room"); RETURN NULL;',
                            hash="ccd36d6fe80a570e86b8799a1be4cebf41ddf523",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_47596",
                            table="clinic_table",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."chair" IS DISTINCT FROM (NEW."chair") OR OLD."resource_ptr_id" IS DISTINCT FROM (NEW."resource_ptr_id") OR OLD."room" IS DISTINCT FROM (NEW."room"))',
                            func='INSERT INTO "clinic_tableevent" ("chair", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "room") VALUES (NEW."chair", _pgh_attach_context(), NOW(), \'update\', NEW."resource_ptr_id", NEW."resource_ptr_id", NEW."room"); RETURN NULL;',
                            hash="dbfcc0a782d4dfafde8168ba382025c9556b130e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_fd5ca",
                            table="clinic_table",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_tableevent" ("chair", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "resource_ptr_id", "room") VALUES (OLD."chair", _pgh_attach_context(), NOW(), \'delete\', OLD."resource_ptr_id", OLD."resource_ptr_id", OLD."room"); RETURN NULL;',
                            hash="ec9b7c361afaf73397339a35de8308f664f20856",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_478cd",
                            table="clinic_table",
                            when="AFTER",
                        ),
                    ),
                ],
            },
            bases=("clinic.resource",),
        ),
        migrations.CreateModel(
            name="DeviceEvent",
            fields=[
                (
                    "resource_ptr",
                    models.ForeignKey(
                        auto_created=True,
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        parent_link=True,
                        related_name="+",
                        related_query_name="+",
                        serialize=False,
                        to="clinic.resource",
                    ),
                ),
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("model", models.CharField(max_length=80)),
                ("serial", models.CharField(max_length=40)),
                ("channels", models.PositiveSmallIntegerField()),
                ("max_hz", models.PositiveSmallIntegerField()),
                ("service_due", models.DateField(blank=True, null=True)),
                (
                    "out_of_service",
                    models.CharField(blank=True, help_text="Why it may not be used; empty: it may.", max_length=200),
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
                        related_name="device_history",
                        related_query_name="device_history",
                        to="clinic.device",
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
                            hash="1ed755793fc859976a7201a740953bcab512727c",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_5877f",
                            table="clinic_deviceevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LocationEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("address", models.CharField(max_length=200)),
                ("phone", models.CharField(max_length=40)),
                (
                    "zone_name",
                    models.CharField(
                        max_length=60, validators=[clinic.models.places.validate_zone], verbose_name="time zone"
                    ),
                ),
                (
                    "jurisdiction",
                    models.CharField(help_text="State or country code, such as CO: decides scope.", max_length=10),
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
                        related_name="location_history",
                        related_query_name="location_history",
                        to="clinic.location",
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
                            hash="55a1a2bfc731c1ccc3f2ec4dc3cc00a56240841d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_61918",
                            table="clinic_locationevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PractitionerEvent",
            fields=[
                (
                    "resource_ptr",
                    models.ForeignKey(
                        auto_created=True,
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        parent_link=True,
                        related_name="+",
                        related_query_name="+",
                        serialize=False,
                        to="clinic.resource",
                    ),
                ),
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("colour", models.CharField(default="#1d6b59", max_length=7)),
                ("bio", models.TextField(blank=True)),
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
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="practitioner_history",
                        related_query_name="practitioner_history",
                        to="clinic.practitioner",
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
                            hash="184977a41a285c75d33cbded0b66e5dd064ecf54",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_9d94b",
                            table="clinic_practitionerevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ResourceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("active", models.BooleanField(default=True)),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.location",
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
                        related_name="resource_history",
                        related_query_name="resource_history",
                        to="clinic.resource",
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
                            hash="3bd8a34d6f1c3f82a133f957d4388fbc419a207b",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_af88f",
                            table="clinic_resourceevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ScopeRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("jurisdiction", models.CharField(max_length=10)),
                (
                    "credential_kind",
                    models.CharField(
                        choices=[("lac", "L.Ac."), ("pt", "PT"), ("lmt", "LMT"), ("dc", "DC"), ("md", "MD")],
                        max_length=10,
                    ),
                ),
                (
                    "technique",
                    models.CharField(
                        choices=[
                            ("needling", "Acupuncture"),
                            ("estim", "Electro-acupuncture"),
                            ("dry_needling", "Dry needling"),
                            ("auricular", "Ear acupuncture"),
                            ("cupping", "Cupping"),
                            ("tuina", "Tui Na"),
                            ("movement", "Breathing and movement"),
                        ],
                        max_length=20,
                    ),
                ),
                ("allowed", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("source", models.CharField(max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("jurisdiction", "credential_kind", "technique"),
                        name="one_scope_rule_each",
                        violation_error_message="There is a rule for this technique already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "technique__in",
                                ["needling", "estim", "dry_needling", "auricular", "cupping", "tuina", "movement"],
                            )
                        ),
                        name="scope_technique_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("credential_kind__in", ["lac", "pt", "lmt", "dc", "md"])),
                        name="scope_credential_is_known",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_scoperuleevent" ("allowed", "credential_kind", "id", "jurisdiction", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "technique") VALUES (NEW."allowed", NEW."credential_kind", NEW."id", NEW."jurisdiction", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."source", NEW."technique"); RETURN NULL;',
                            hash="26a4eba241792481fefd6899c491d77751a645d7",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_21d35",
                            table="clinic_scoperule",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_scoperuleevent" ("allowed", "credential_kind", "id", "jurisdiction", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "technique") VALUES (NEW."allowed", NEW."credential_kind", NEW."id", NEW."jurisdiction", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."source", NEW."technique"); RETURN NULL;',
                            hash="c1f161d41e83eafa95f6c2de08607731eeeb35b9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c5e83",
                            table="clinic_scoperule",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_scoperuleevent" ("allowed", "credential_kind", "id", "jurisdiction", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "technique") VALUES (OLD."allowed", OLD."credential_kind", OLD."id", OLD."jurisdiction", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source", OLD."technique"); RETURN NULL;',
                            hash="3abab9dc0e6232026b1aab56ed779ec6f6e1246a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_38f7a",
                            table="clinic_scoperule",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScopeRuleEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("jurisdiction", models.CharField(max_length=10)),
                (
                    "credential_kind",
                    models.CharField(
                        choices=[("lac", "L.Ac."), ("pt", "PT"), ("lmt", "LMT"), ("dc", "DC"), ("md", "MD")],
                        max_length=10,
                    ),
                ),
                (
                    "technique",
                    models.CharField(
                        choices=[
                            ("needling", "Acupuncture"),
                            ("estim", "Electro-acupuncture"),
                            ("dry_needling", "Dry needling"),
                            ("auricular", "Ear acupuncture"),
                            ("cupping", "Cupping"),
                            ("tuina", "Tui Na"),
                            ("movement", "Breathing and movement"),
                        ],
                        max_length=20,
                    ),
                ),
                ("allowed", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("source", models.CharField(max_length=300)),
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
                        related_name="scoperule_history",
                        related_query_name="scoperule_history",
                        to="clinic.scoperule",
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
                            hash="2d8f6657d322be6b302e3a57f4cb9b320c1f7e58",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_683a1",
                            table="clinic_scoperuleevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("name", models.CharField(max_length=80)),
                (
                    "techniques",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("needling", "Acupuncture"),
                                ("estim", "Electro-acupuncture"),
                                ("dry_needling", "Dry needling"),
                                ("auricular", "Ear acupuncture"),
                                ("cupping", "Cupping"),
                                ("tuina", "Tui Na"),
                                ("movement", "Breathing and movement"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                    ),
                ),
                ("price", models.DecimalField(decimal_places=2, default=0, max_digits=8)),
                ("colour", models.CharField(default="#1d6b59", max_length=7)),
                (
                    "turnover_minutes",
                    models.PositiveSmallIntegerField(default=0, help_text="Between two patients on one table."),
                ),
                ("bookable_online", models.BooleanField(default=False)),
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
                        related_name="service_history",
                        related_query_name="service_history",
                        to="clinic.service",
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
                            hash="5d7fdeec058cbd4a705ba54e2d568fa9cacd28f4",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_216c3",
                            table="clinic_serviceevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Stage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("needs_practitioner", models.BooleanField(default=True)),
                ("needs_device", models.BooleanField(default=False)),
                ("elastic", models.BooleanField(default=False, help_text="Grows when the visit is stretched.")),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stages", to="clinic.service"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("service", "position"),
                        name="one_stage_a_position",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__range", (5, 240))),
                        name="stage_takes_5_to_240_minutes",
                        violation_error_message="A stage takes 5 to 240 minutes.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_stageevent" ("elastic", "id", "minutes", "name", "needs_device", "needs_practitioner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id") VALUES (NEW."elastic", NEW."id", NEW."minutes", NEW."name", NEW."needs_device", NEW."needs_practitioner", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."service_id"); RETURN NULL;',
                            hash="c363186ca7bacc0b9963bcb064043da004974389",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_d109e",
                            table="clinic_stage",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_stageevent" ("elastic", "id", "minutes", "name", "needs_device", "needs_practitioner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id") VALUES (NEW."elastic", NEW."id", NEW."minutes", NEW."name", NEW."needs_device", NEW."needs_practitioner", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."service_id"); RETURN NULL;',
                            hash="5678657b924345381144d9c17f86cb5a9d2909fb",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_85e11",
                            table="clinic_stage",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_stageevent" ("elastic", "id", "minutes", "name", "needs_device", "needs_practitioner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id") VALUES (OLD."elastic", OLD."id", OLD."minutes", OLD."name", OLD."needs_device", OLD."needs_practitioner", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."service_id"); RETURN NULL;',
                            hash="46bf7c7458df6ca114b557878342ff5e8079b5e7",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_fcc33",
                            table="clinic_stage",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("position", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=60)),
                ("minutes", models.PositiveSmallIntegerField()),
                ("needs_practitioner", models.BooleanField(default=True)),
                ("needs_device", models.BooleanField(default=False)),
                ("elastic", models.BooleanField(default=False, help_text="Grows when the visit is stretched.")),
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
                        related_name="stage_history",
                        related_query_name="stage_history",
                        to="clinic.stage",
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
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="ec3257865d5c28e51c51cbe772b46b2978805501",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_acf33",
                            table="clinic_stageevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TableEvent",
            fields=[
                (
                    "resource_ptr",
                    models.ForeignKey(
                        auto_created=True,
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        parent_link=True,
                        related_name="+",
                        related_query_name="+",
                        serialize=False,
                        to="clinic.resource",
                    ),
                ),
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("room", models.CharField(max_length=40)),
                ("chair", models.BooleanField(default=False)),
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
                        related_name="table_history",
                        related_query_name="table_history",
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
                            hash="e840ecdcbc35b11779d244a7d1e202f7c5d9d02a",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_1ba76",
                            table="clinic_tableevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closures",
                        to="clinic.location",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_off",
                        to="clinic.resource",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("resource__isnull", True), ("location__isnull", True), _connector="XOR"),
                        name="time_off_is_of_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("span__isempty", False), ("span__lower_inf", False), ("span__upper_inf", False)
                        ),
                        name="time_off_has_two_ends",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_timeoffevent" ("id", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "resource_id", "span") VALUES (NEW."id", NEW."location_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."resource_id", NEW."span"); RETURN NULL;',
                            hash="2ad042f4086a731700059855cbffdd7b994816e1",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_dab0d",
                            table="clinic_timeoff",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_timeoffevent" ("id", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "resource_id", "span") VALUES (NEW."id", NEW."location_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."resource_id", NEW."span"); RETURN NULL;',
                            hash="f5057e3eeb62b7afe1d0757bca9c383e17720277",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cff9b",
                            table="clinic_timeoff",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_timeoffevent" ("id", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "resource_id", "span") VALUES (OLD."id", OLD."location_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."resource_id", OLD."span"); RETURN NULL;',
                            hash="9bf4f43845735b9f21a76ba3f5972ff03603d365",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_704cb",
                            table="clinic_timeoff",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TimeOffEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("reason", models.CharField(blank=True, max_length=200)),
                (
                    "location",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.location",
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
                        related_name="timeoff_history",
                        related_query_name="timeoff_history",
                        to="clinic.timeoff",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.resource",
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
                            hash="a88e1f8d66655aefdcd681251a7133243abc607d",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_a1a54",
                            table="clinic_timeoffevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, help_text="The last day, included.", null=True)),
                (
                    "location",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hours", to="clinic.location"
                    ),
                ),
                (
                    "practitioner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hours", to="clinic.practitioner"
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "starts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (0, 6))), name="hours_weekday_is_monday_to_sunday"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts"))),
                        name="hours_end_after_start",
                        violation_error_message="Hours end after they start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="hours_valid_in_order",
                        violation_error_message="The last day is not before the first.",
                    ),
                ],
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_workinghoursevent" ("ends", "id", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practitioner_id", "starts", "valid_from", "valid_until", "weekday") VALUES (NEW."ends", NEW."id", NEW."location_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."practitioner_id", NEW."starts", NEW."valid_from", NEW."valid_until", NEW."weekday"); RETURN NULL;',
                            hash="41742e9585956b592380951db1824f0b6091a9d5",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_31751",
                            table="clinic_workinghours",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clinic_workinghoursevent" ("ends", "id", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practitioner_id", "starts", "valid_from", "valid_until", "weekday") VALUES (NEW."ends", NEW."id", NEW."location_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."practitioner_id", NEW."starts", NEW."valid_from", NEW."valid_until", NEW."weekday"); RETURN NULL;',
                            hash="55c3e34b9b7f402e83acbfb64382984916f30685",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_bee22",
                            table="clinic_workinghours",
                            when="AFTER",
                        ),
                    ),
                    pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clinic_workinghoursevent" ("ends", "id", "location_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "practitioner_id", "starts", "valid_from", "valid_until", "weekday") VALUES (OLD."ends", OLD."id", OLD."location_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."practitioner_id", OLD."starts", OLD."valid_from", OLD."valid_until", OLD."weekday"); RETURN NULL;',
                            hash="51ef6c70c350f5d4dd6658b4439dfa140ae99587",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_28220",
                            table="clinic_workinghours",
                            when="AFTER",
                        ),
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingHoursEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "weekday",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(blank=True, help_text="The last day, included.", null=True)),
                (
                    "location",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="clinic.location",
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
                        related_name="workinghours_history",
                        related_query_name="workinghours_history",
                        to="clinic.workinghours",
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
            ],
            options={
                "abstract": False,
                "triggers": [
                    pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="aaf045fb2edd101698c97f48c99f80e56242aada",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_f4dcc",
                            table="clinic_workinghoursevent",
                            when="BEFORE",
                        ),
                    )
                ],
            },
        ),
    ]
