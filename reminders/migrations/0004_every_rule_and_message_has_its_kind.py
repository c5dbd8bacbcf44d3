import django.utils.timezone
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0003_confirmations_are_news_of_two_kinds")]

    operations = [
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["waiting", "sending", "accepted", "refused", "uncertain", "failed", "call", "dropped"],
                    )
                ),
                name="message_state_is_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
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
                name="message_kind_is_known",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("to", ""), _negated=True), ("state__in", ["call", "dropped"]), _connector="OR"
                ),
                name="without_an_address_somebody_calls",
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("patient__isnull", False), ("kind__in", ["failed", "urgent"]), _connector="OR"),
                name="message_is_to_a_patient_or_to_staff",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "aftercare",
                            "before",
                            "booked",
                            "cancelled",
                            "failed",
                            "how_are_you",
                            "moved",
                            "no_show",
                            "reminder",
                            "urgent",
                        ],
                    )
                ),
                name="rule_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["email", "phone"])), name="rule_channel_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_doubt__in", ["leave", "ask"])), name="rule_knows_what_to_do_in_doubt"
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.UniqueConstraint(
                fields=("kind", "minutes"),
                name="one_rule_a_time",
                violation_error_message="There is such a message at this time already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["booked", "cancelled", "failed", "moved", "urgent"]), ("minutes", 0)),
                    models.Q(("kind__in", ["booked", "cancelled", "failed", "moved", "urgent"]), _negated=True),
                    _connector="OR",
                ),
                name="news_has_no_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind__in", ["before", "reminder"]), _negated=True), ("minutes__gt", 0), _connector="OR"
                ),
                name="what_goes_before_a_visit_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(("minutes__lte", 86400)),
                name="rule_within_sixty_days",
                violation_error_message="Sixty days is the most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from__isnull", True), ("quiet_until__isnull", True)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_until__isnull", False),
                        models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="quiet_hours_have_two_ends",
                violation_error_message="Quiet hours have a beginning and an end.",
            ),
        ),
        migrations.RemoveConstraint(model_name="message", name="handled_by_somebody_at_some_time"),
        migrations.AlterField(
            model_name="message",
            name="handled_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When it was called or sent again instead. By nobody: its rule says that it needs none.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="message",
            name="next_attempt_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="Never later than `give_up_at`, but for a reservation."
            ),
        ),
        AddConstraintNotValid(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("handled_by__isnull", True), ("handled_at__isnull", False), _connector="OR"),
                name="who_handled_it_did_at_some_time",
            ),
        ),
    ]
