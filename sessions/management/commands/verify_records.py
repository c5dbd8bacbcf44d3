import sys

from django.core.management.base import BaseCommand

from sessions.verifying import verify


class Command(BaseCommand):
    help = "Check that every signed record is as it was signed. Exit code 1 names the first that is not."

    def handle(self, **options):
        verdict = verify()
        if verdict.broken:
            self.stderr.write(verdict.broken.sentence)
            sys.exit(1)
        self.stdout.write(f"{verdict.records} signed records are as they were signed. Last digest: {verdict.head}")
