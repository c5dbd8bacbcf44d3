"""What gets into a log, and into the history: ids, never a patient's words in a log, never what opens a door."""

import logging
import re

# PostgreSQL quotes the row that it refuses, and a row may hold a patient's health.
QUOTED = re.compile(r"DETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\nTraceback|\Z)", re.DOTALL)
# Django names the address that it refuses; the signature in a patient's link is all that one needs to use the link.
# A mail program may have written the colon in another way, or taken the bracket after the link for a part of it.
SIGNATURE = re.compile(r"(:|%3A)[\w-]{43,}", re.IGNORECASE)
# So is the last part of a calendar feed's address.
FEED = re.compile(r"(?<=/schedule/feed/)[^\s/?\"']+")


def without_keys(text):
    """Addresses without that part which lets in whoever has it; which door it was stays to be read."""
    return FEED.sub("…", SIGNATURE.sub(r"\1…", text))


class Discreet(logging.Formatter):
    """Names the table, the constraint and the address. At the very end, so in Celery's and Django's own words too."""

    def format(self, record):
        line = QUOTED.sub("DETAIL: left out", super().format(record))
        return without_keys(line)
