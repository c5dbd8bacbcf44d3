import sys

from django.core.management.base import BaseCommand

from sessions.verifying import verify


class Command(BaseCommand):
    help = "Check that every signed record and amendment is as it was written. Exit code 1 names the first that is not."

    def handle(self, **options):
        verdict = verify()
        for each in verdict.breaks:
            self.stderr.write(each.sentence)
        if verdict.breaks:
            sys.exit(1)
        self.stdout.write(f"Signed records as they were signed: {verdict.records.links}. {last(verdict.records)}")
        self.stdout.write(f"Amendments as they were written: {verdict.amendments.links}. {last(verdict.amendments)}")


def last(chain):
    return f"Last digest: {chain.head}"
