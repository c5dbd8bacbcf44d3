"""What rows and pages say of a message beside its own fields."""

from django import template

from reminders import taking_back, troubles
from reminders.models import Kind

register = template.Library()
register.filter("trouble", troubles.trouble)


@register.filter
def known(notice):
    """The visit that a notice tells of; a cancelled one where its patient expected it, as the letter has it."""
    return taking_back.as_told(notice.visit) if notice.rule.kind == Kind.CANCELLED else notice.visit


@register.filter
def zone(message):
    """On whose clock its times are told: that of the first visit it is about; without one, the reader's."""
    notices = message.notices.all()
    return notices[0].visit.zone if notices else None
