from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from desk import sample
from desk.sample.staff import PASSWORD, SIGN_INS

READY = "The sample clinic is ready."
THERE = "The sample clinic is here already. Nothing was changed."
REFUSAL = "There are people in this database. The sample clinic goes into an empty one."


class Command(BaseCommand):
    help = "Fill an empty database with a believable clinic, dated around today."

    def add_arguments(self, parser):
        parser.add_argument("--if-empty", action="store_true", help="Do nothing if there is anybody in the database.")
        parser.add_argument("--sign-ins", action="store_true", help="Only print the sample's sign-ins, if it is here.")

    def handle(self, *, if_empty, sign_ins, **options):
        if sign_ins:
            return self.print_sign_ins()
        if if_empty and sample.has_people():
            return None
        try:
            made = sample.load(now=timezone.now())
        except sample.NotEmpty as refusal:
            raise CommandError(REFUSAL) from refusal
        self.stdout.write(READY if made else THERE)
        return None

    def print_sign_ins(self):
        for email, *_, role in SIGN_INS if sample.is_here() else []:
            self.stdout.write(f"{role:14}{email:22}{PASSWORD}")
