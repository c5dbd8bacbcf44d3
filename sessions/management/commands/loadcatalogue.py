from django.core.management.base import BaseCommand

from sessions import catalogue


class Command(BaseCommand):
    help = "Load points and muscles from the application's data files. Repeating it changes nothing."

    def handle(self, **options):
        loaded = catalogue.load()
        self.stdout.write(f"{loaded['Point']} points and {loaded['Muscle']} muscles.")
