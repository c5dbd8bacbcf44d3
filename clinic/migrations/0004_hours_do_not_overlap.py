import django.contrib.postgres.constraints
import django.db.models.functions.datetime
import django.db.models.functions.math
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("clinic", "0003_hours_and_stages_in_order")]

    operations = [
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    django.db.models.functions.math.Mod("minutes", models.Value(5)), models.Value(0)
                ),
                name="stage_takes_full_five_minutes",
                violation_error_message="A stage takes full five minutes, such as 5, 10 or 15.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workinghours",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("practitioner", "="),
                    ("weekday", "="),
                    (
                        models.Func(
                            models.Case(models.When(then=1, weeks=2), default=0),
                            models.Case(models.When(then=1, weeks=1), default=2),
                            models.Value("[)"),
                            function="int4range",
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            models.F("valid_from"), models.F("valid_until"), models.Value("[]"), function="daterange"
                        ),
                        "&&",
                    ),
                    (
                        models.Func(
                            django.db.models.functions.datetime.Extract("starts", "epoch"),
                            django.db.models.functions.datetime.Extract("ends", "epoch"),
                            models.Value("[)"),
                            function="numrange",
                        ),
                        "&&",
                    ),
                ],
                name="hours_do_not_overlap",
                violation_error_message="These hours overlap others of the same practitioner.",
            ),
        ),
    ]
