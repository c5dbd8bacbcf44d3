"""Has anything changed that the calendar shows? One query, so that a page may ask every few seconds.

The digest is over the primary keys and `xmin` of every row the calendar reads: `xmin` is the transaction that wrote the
row, which PostgreSQL keeps beside it. A row that is changed, made, deleted or moved to another day changes the digest,
whoever wrote it and in whatever order transactions commit. The latest primary key of the event tables would not do:
they are given out before the commit, so a slow transaction may add one below what was already seen.
"""

from django.db import connection

# Visits are over within a day (`visit_within_a_day`), so those in sight start at most a day before the first midnight.
# The second condition on their start says no more than the first, whatever the zone, but in dates that the planner can
# estimate before it knows the zone: else it would think of half a percent of all visits and read every patient.
DIGEST = """
SELECT md5(string_agg(mark, ',' ORDER BY mark))
FROM (
    WITH place AS (
        SELECT id, xmin,
            %(first)s::date::timestamp AT TIME ZONE zone_name AS opens,
            %(after)s::date::timestamp AT TIME ZONE zone_name AS closes
        FROM clinic_location WHERE id = %(location)s
    )
    SELECT concat('l', id, ':', xmin) AS mark FROM place
    UNION ALL
    SELECT concat('v', visit.id, ':', visit.xmin, ':', patient.xmin)
    FROM place
    JOIN scheduling_appointment visit ON visit.starts_at >= opens - interval '1 day'
        AND visit.starts_at < closes AND visit.ends_at > opens
        AND visit.starts_at >= %(first)s::date - 2 AND visit.starts_at < %(after)s::date + 1
    JOIN clinic_resource spot ON spot.id = visit.table_id AND spot.location_id = place.id
    JOIN patients_patient patient ON patient.id = visit.patient_id
    UNION ALL
    SELECT concat('b', block.id, ':', block.xmin)
    FROM place JOIN scheduling_block block ON block.location_id = place.id AND block.span && tstzrange(opens, closes)
    UNION ALL
    SELECT concat('o', off.id, ':', off.xmin) FROM place JOIN clinic_timeoff off ON off.span && tstzrange(opens, closes)
    UNION ALL
    SELECT concat('h', hours.id, ':', hours.xmin)
    FROM place JOIN clinic_workinghours hours ON hours.location_id = place.id
    UNION ALL
    SELECT concat('r', resource.id, ':', resource.xmin, ':', spot.xmin, ':', unit.xmin)
    FROM clinic_resource resource
    LEFT JOIN clinic_table spot ON spot.resource_ptr_id = resource.id
    LEFT JOIN clinic_device unit ON unit.resource_ptr_id = resource.id
    UNION ALL
    SELECT concat('s', id, ':', xmin) FROM clinic_service
) AS seen
"""


def digest(location, first, after):
    """Of the days from `first` until before `after` at a location (a primary key)."""
    with connection.cursor() as cursor:
        cursor.execute(DIGEST, {"location": location, "first": first, "after": after})
        return cursor.fetchone()[0] or ""
