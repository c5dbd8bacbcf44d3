"""What rows and pages say of a message beside its own fields."""

from django import template

from reminders import troubles

register = template.Library()
register.filter("trouble", troubles.trouble)


@register.filter
def zone(message):
    """On whose clock its times are told: that of the first visit it is about; without one, the reader's."""
    notices = message.notices.all()
    return notices[0].visit.zone if notices else None
