from django.db import migrations, models
from django.db.models.functions import Lower

# What was typed since the step before, while the application of the last version was still running; nobody types now.
FOLD_AGAIN = """
LOCK TABLE patients_patient IN ACCESS EXCLUSIVE MODE;
UPDATE patients_patient SET email = lower(email) WHERE email <> lower(email);
"""


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_addresses_in_small_letters")]

    operations = [
        migrations.RunSQL(FOLD_AGAIN, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", Lower("email"))),
                name="patient_address_in_small_letters",
                violation_error_message="Write the e-mail address in small letters.",
            ),
        ),
    ]
