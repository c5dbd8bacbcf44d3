from django.db import migrations, models
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_addresses_in_small_letters")]

    operations = [
        migrations.AddConstraint(
            model_name="patient",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", Lower("email"))),
                name="patient_address_in_small_letters",
                violation_error_message="Write the e-mail address in small letters.",
            ),
        ),
    ]
