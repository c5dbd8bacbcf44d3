"""`{{ message|trouble }}`: why a message did not arrive, and what to do; see reminders/troubles.py."""

from django import template

from reminders import troubles

register = template.Library()
register.filter("trouble", troubles.trouble)
