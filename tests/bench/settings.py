"""Deqi's own settings, and two things only the bench needs: a bare page, and the number of statements in a header."""

from clinic.settings import *  # noqa: F403
from clinic.settings import MIDDLEWARE

ROOT_URLCONF = "tests.bench.urls"
MIDDLEWARE = ["tests.bench.counting.count_statements", *MIDDLEWARE]
