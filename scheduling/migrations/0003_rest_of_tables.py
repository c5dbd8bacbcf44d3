from django.db import migrations

# What was booked before had its turnover on the visit only.
REST_OF_TABLES = """
UPDATE scheduling_occupancy AS occupancy SET rest_minutes = visit.turnover_minutes
FROM scheduling_appointment AS visit
WHERE visit.id = occupancy.appointment_id AND visit.table_id = occupancy.resource_id AND visit.turnover_minutes > 0
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0002_blocks_sittings_feeds")]
    operations = [migrations.RunSQL(REST_OF_TABLES, migrations.RunSQL.noop)]
