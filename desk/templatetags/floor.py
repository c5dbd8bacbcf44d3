"""How the floor writes a patient, and moments as scripts and forms carry them."""

from django import template

from desk import floor, rows, timeline

register = template.Library()
register.filter("micros", timeline.mark)
register.filter("late_by", rows.late_minutes)


@register.filter
def initials_of(patient):
    return floor.initials(patient)


@register.filter
def millis(moment):
    """Milliseconds since 1970, as JavaScript counts."""
    return timeline.mark(moment) // 1000
