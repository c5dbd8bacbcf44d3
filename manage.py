#!/usr/bin/env python
"""Django's command line. Without DATABASE_URL and REDIS_URL the embedded engines run as long as the command does."""

import os
import sys

from django.core.management import execute_from_command_line

from clinic.engines import engines


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    with engines():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
