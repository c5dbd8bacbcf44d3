"""A practitioner has read what the patient wrote."""

import pghistory
from django.db import transaction
from django.utils import timezone

from patients.models import Intake


@transaction.atomic
def review(*, intake, by):
    """Note who read it and when. The first reading counts: a second one changes nothing."""
    with pghistory.context(user=by.pk):
        Intake.objects.filter(pk=intake.pk, reviewed_at=None).update(reviewed_by=by, reviewed_at=timezone.now())
    intake.refresh_from_db()
    return intake
