"""A confirmation told of what was booked and of what was moved: from now on each has a rule of its own."""

from django.db import migrations

OF_WHICH_KIND = """
UPDATE reminders_message AS message SET kind = CASE WHEN EXISTS (
    SELECT FROM reminders_notice AS notice WHERE notice.message_id = message.id AND notice.revision > 0
) THEN 'moved' ELSE 'booked' END
WHERE NOT EXISTS (
    SELECT FROM reminders_notice AS notice JOIN reminders_rule AS rule ON rule.id = notice.rule_id
    WHERE notice.message_id = message.id AND rule.kind = 'reminder'
)
"""
WHAT_WAS_MOVED = """
WITH booked AS (
    UPDATE reminders_rule SET kind = 'booked', in_doubt = 'ask' WHERE kind = 'confirmation' RETURNING id, active
), moved AS (
    INSERT INTO reminders_rule (kind, minutes, channel, in_doubt, active)
    SELECT 'moved', 0, 'email', 'ask', active FROM booked RETURNING id
)
UPDATE reminders_notice AS notice SET rule_id = moved.id FROM booked, moved
WHERE notice.rule_id = booked.id AND notice.revision > 0
"""
AT_NIGHT = "UPDATE reminders_rule SET quiet_from = '21:00', quiet_until = '08:00' WHERE kind = 'reminder'"


class Migration(migrations.Migration):
    dependencies = [("reminders", "0002_kinds_letters_answers")]

    operations = [migrations.RunSQL([OF_WHICH_KIND, WHAT_WAS_MOVED, AT_NIGHT])]  # there is no way back
