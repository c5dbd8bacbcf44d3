from django.db import migrations

# Of two rows of hours that overlap, which nothing refused before, the one that was made first stays.
OVERLAPPING_HOURS = """
DELETE FROM clinic_workinghours AS later USING clinic_workinghours AS first
WHERE first.practitioner_id = later.practitioner_id AND first.weekday = later.weekday AND first.id < later.id
    AND first.starts < later.ends AND later.starts < first.ends
    AND daterange(first.valid_from, first.valid_until, '[]') && daterange(later.valid_from, later.valid_until, '[]')
"""

# Free times have always been told in steps of five minutes, and odd stages were rounded up to them.
ODD_STAGES = "UPDATE clinic_stage SET minutes = minutes + 5 - minutes % 5 WHERE minutes % 5 > 0"


class Migration(migrations.Migration):
    dependencies = [("clinic", "0002_week_cycles_and_spots")]
    operations = [
        migrations.RunSQL(OVERLAPPING_HOURS, migrations.RunSQL.noop),
        migrations.RunSQL(ODD_STAGES, migrations.RunSQL.noop),
    ]
