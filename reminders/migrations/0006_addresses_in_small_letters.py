from django.db import migrations
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower


def fold(apps, schema_editor):
    """Messages and answers know people by their address, which is in small letters from now on: what waits goes to it,
    and what a server or a reader once said of it still counts.

    Of a patient's open answers that differ by this alone only one can: it is in small letters already, or the oldest.
    """
    messages, answers = apps.get_model("reminders.Message").objects, apps.get_model("reminders.Answer").objects
    messages.filter(patient__isnull=False).exclude(to=Lower("to")).update(to=Lower("to"))
    answers.exclude(address=Lower("address")).exclude(NOT_ME & Exists(preferred(answers))).update(
        address=Lower("address")
    )


NOT_ME = Q(kind="not_me", handled_at=None)


def preferred(answers):
    """What stands in the way of an open "not me" in small letters: see the constraint on open answers."""
    same = answers.filter(NOT_ME, patient=OuterRef("patient")).alias(folded=Lower("address"))
    same = same.filter(folded=Lower(OuterRef("address")))
    return same.filter(Q(address=F("folded")) | Q(pk__lt=OuterRef("pk")))


class Migration(migrations.Migration):
    dependencies = [
        ("patients", "0003_addresses_in_small_letters"),
        ("reminders", "0005_indexes_that_are_asked_by"),
    ]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
