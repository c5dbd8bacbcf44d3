"""What gets into a log: ids, never a patient's words, and never what opens a door."""

import logging
import re

# PostgreSQL quotes the row that it refuses, and a row may hold a patient's health.
QUOTED = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\nTraceback|\Z)", re.DOTALL)
# Django names the address that it refuses; the signature in a patient's link is all that one needs to use the link.
SIGNATURE = re.compile(r"(?<=:)[\w-]{43}(?=/)")
# So is the last part of a calendar feed's address.
FEED = re.compile(r"(?<=/schedule/feed/)[^\s/?\"']+")


class Discreet(logging.Formatter):
    """Names the table, the constraint and the address. At the very end, so in Celery's and Django's own words too."""

    def format(self, record):
        line = QUOTED.sub("DETAIL: left out", super().format(record))
        return FEED.sub("…", SIGNATURE.sub("…", line))
