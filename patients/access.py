"""Every read of a clinical page is on record: who, of whom, which page, when."""

from patients.models import AccessRecord


def note_read(*, user, patient, page):
    """Call it in every view that shows something clinical. `page` is the URL's name, such as `sessions:plan`."""
    return AccessRecord.objects.create(user=user, patient=patient, page=page)
