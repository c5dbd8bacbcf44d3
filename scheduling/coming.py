"""The next visit of a patient, for the banner: `patients` asks for it through settings.NEXT_VISIT."""

from scheduling.models import COMING, Appointment, Status


def next_visit(*, patient, now):
    """The visit that is going on or comes next, or None. One query, location included."""
    open_visits = Appointment.objects.filter(status__in={*COMING, Status.ARRIVED, Status.IN_SESSION})
    mine = open_visits.filter(patient=patient, ends_at__gt=now).select_related("table__location")
    return mine.order_by("starts_at").first()
