from django.db import migrations

# What was booked before had its turnover on the visit only.
REST_OF_TABLES = """
UPDATE scheduling_occupancy AS occupancy SET rest_minutes = visit.turnover_minutes
FROM scheduling_appointment AS visit
WHERE visit.id = occupancy.appointment_id AND visit.table_id = occupancy.resource_id AND visit.turnover_minutes > 0
"""

# And its stages did not say which of them stretches. Visits that are over keep what they were booked with.
ELASTIC_STAGES = """
UPDATE scheduling_appointment AS visit SET stages = (
    SELECT jsonb_agg(
        kept.stage || jsonb_build_object('elastic', EXISTS (
            SELECT FROM clinic_stage AS offered
            WHERE offered.service_id = visit.service_id AND offered.name = kept.stage ->> 'name' AND offered.elastic
        )) ORDER BY kept.place
    )
    FROM jsonb_array_elements(visit.stages) WITH ORDINALITY AS kept (stage, place)
)
WHERE status IN ('booked', 'confirmed', 'arrived', 'in_session') AND visit.stages <> '[]'
"""


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0002_blocks_sittings_feeds"), ("clinic", "0001_initial")]
    operations = [
        migrations.RunSQL(REST_OF_TABLES, migrations.RunSQL.noop),
        migrations.RunSQL(ELASTIC_STAGES, migrations.RunSQL.noop),
    ]
