"""Which pages `make screens` looks at: every page of the path, as the role that uses it sees it."""

from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from clinic.models import Device, Practitioner, Service
from patients.models import Patient
from reminders import changing, links
from reminders.models import Message, Rule
from scheduling.models import COMING, Appointment, Status
from sessions.models import Protocol, SessionPlan


def anonymous():
    """The way in, and the patients' pages: of a visit to come, of one that is too near, and of one that is over."""
    coming = Appointment.objects.filter(status__in=COMING).order_by("starts_at")
    visit, near = coming.last(), coming.filter(starts_at__gt=timezone.now()).first()
    over = Appointment.objects.filter(status=Status.COMPLETED).order_by("starts_at").last()
    gone = Appointment.objects.filter(status=Status.CANCELLED).order_by("starts_at").last()
    start = changing.Days.of(visit, timezone.now()).usual
    free = changing.times(visit=visit, start=start, now=timezone.now())[0]
    change = links.path("change", visit)
    return {
        "sign-in": reverse("account_login"),
        "forgotten-password": reverse("account_reset_password"),
        "visit-confirm": links.path("confirm", visit),
        "visit-cancel": links.path("cancel", visit),
        "visit-cancelled": links.path("confirm", gone),
        "visit-change": change,
        "visit-change-picked": f"{change}?slot={free.key}",
        "visit-change-no-such-time": f"{change}?slot=1@2",
        "visit-change-anybody": f"{change}?anybody=1",
        "visit-change-too-late": links.path("change", near),
        "visit-answer": links.path("answer", over),
        "visit-not-me": links.path("not_me", visit),
        "preferences": links.own_path("preferences", visit.patient),
        "preferences-saved": f"{links.own_path('preferences', visit.patient)}?saved=1",
        "unsubscribe": links.own_path("unsubscribe", visit.patient),
        "visit-link-ended": reverse("reminders:visit_confirm", args=["no-such-link"]),
    }


def desk():
    visit = Appointment.objects.filter(status=Status.BOOKED).order_by("starts_at").last()
    patient, service = visit.patient, Service.objects.filter(stages__needs_device=True).first()
    message = Message.objects.failed().first() or Message.objects.first()
    told = Message.objects.filter(kind="by_hand").first()
    per_day = Appointment.objects.filter(status__in=COMING).order_by().values(day=TruncDate("starts_at"))
    day = per_day.annotate(visits=Count("pk")).latest("visits")["day"]
    return {
        "today-desk": reverse("desk:today"),
        "floor-desk": reverse("desk:floor"),
        "day-sheet": reverse("desk:day_sheet"),
        "patients": reverse("desk:patients"),
        "patients-found": reverse("desk:patients") + "?q=che",
        "patient-desk": patient.get_absolute_url(),
        "register": reverse("patients:register"),
        "edit": reverse("patients:edit", args=[patient.pk]),
        "book": reverse("scheduling:book"),
        "book-times": f"{reverse('scheduling:book')}?patient={patient.pk}&service={service.pk}",
        "book-why-not": f"{reverse('scheduling:book')}?patient={patient.pk}&service={service.pk}&at=06:00",
        "walk-in": f"{reverse('scheduling:book')}?walkin=1&patient={patient.pk}&service={service.pk}",
        "calendar-day": f"{reverse('scheduling:calendar')}?day={day}",
        "calendar-table": f"{reverse('scheduling:calendar')}?by=table&day={day}",
        "calendar-week": f"{reverse('scheduling:calendar')}?span=week&day={day}",
        "visit": visit.get_absolute_url(),
        "repeat": f"{reverse('scheduling:repeat')}?visit={visit.pk}",
        "resize": reverse("scheduling:resize", args=[visit.pk]),
        "move": reverse("scheduling:move", args=[visit.pk]),
        "messages": reverse("reminders:messages"),
        "messages-call": reverse("reminders:messages") + "?show=call",
        "messages-answers": reverse("reminders:answers"),
        "messages-accepted": reverse("reminders:messages") + "?show=accepted",
        "messages-found": reverse("reminders:search") + "?q=visit",
        "messages-status": reverse("reminders:status"),
        "message": reverse("reminders:message", args=[message.pk]),
        "message-write": f"{reverse('reminders:write')}?patient={patient.pk}",
        "message-to": reverse("reminders:write"),
        "patient-messages": reverse("reminders:patient_messages", args=[told.patient_id]),
        "away": reverse("scheduling:away"),
        "to-move": reverse("scheduling:to_move"),
        "block": reverse("scheduling:block"),
        "forbidden": reverse("sessions:plan", args=[visit.pk]),
        "not-found": "/no/such/page/",
    }


def practitioner():
    kim = Practitioner.objects.get(user__email="kim@example.com")
    plans = SessionPlan.objects.filter(appointment__practitioner=kim).order_by("-appointment__starts_at")
    signed = (
        plans.filter(Q(circuits__isnull=False), status="signed", responses__isnull=False).first()
        or plans.filter(status="signed").first()
    )
    draft = plans.filter(status__in=["draft", "ready"], needles__isnull=False).first()
    begun = plans.filter(status="in_progress").first()
    intake = Patient.objects.filter(intakes__isnull=False, facts__isnull=False).first().intakes.first()
    return {
        "today-practitioner": reverse("desk:today"),
        "floor": reverse("desk:floor"),
        "patient-clinical": signed.appointment.patient.get_absolute_url(),
        "facts": reverse("patients:facts", args=[signed.appointment.patient_id]),
        "intake": reverse("patients:intake", args=[intake.pk]),
        "plan": reverse("sessions:plan", args=[draft.appointment_id]),
        "map": reverse("sessions:map", args=[draft.appointment_id]) + "?area=shoulder&at=left&view=back",
        "map-ear": reverse("sessions:map", args=[draft.appointment_id]) + "?area=ear-cymba&at=left",
        "plan-circuit": reverse("sessions:plan", args=[draft.appointment_id]) + "?open=new-circuit",
        "plan-unit": reverse("sessions:plan", args=[draft.appointment_id]) + "?open=unit",
        "plan-hands": reverse("sessions:plan", args=[draft.appointment_id]) + "?open=new-tuina",
        "plan-gentler": reverse("sessions:plan", args=[draft.appointment_id]) + "?open=gentler",
        "plan-more": reverse("sessions:plan", args=[draft.appointment_id]) + "?open=more",
        "plan-since": reverse("sessions:since", args=[draft.appointment_id]),
        "chart": reverse("sessions:chart", args=[begun.appointment_id]),
        "record": reverse("sessions:record", args=[signed.appointment_id]),
        "plan-card": reverse("sessions:plan_card", args=[draft.appointment_id]),
        "aftercare": reverse("sessions:aftercare", args=[signed.appointment_id]),
        "unsigned": reverse("sessions:worklist"),
        "follow-ups": reverse("sessions:follow_ups"),
        "in-place": reverse("sessions:in_place"),
        "chart-incident": reverse("sessions:chart", args=[begun.appointment_id]) + "?open=incident",
        "chart-handover": reverse("sessions:chart", args=[begun.appointment_id]) + "?open=handover",
        "library": reverse("sessions:library"),
        "protocol": Protocol.objects.first().get_absolute_url(),
        "phrases": reverse("sessions:phrases"),
        "plan-keep": reverse("sessions:keep_form", args=[draft.appointment_id]),
        "plan-protocols": reverse("sessions:offers", args=[draft.appointment_id]),
        "feeds": reverse("scheduling:feeds"),
        "two-step": reverse("mfa_index"),
    }


def manager():
    kim, service = Practitioner.objects.get(user__email="kim@example.com"), Service.objects.first()
    unit = Device.objects.first()
    return {
        "today-manager": reverse("desk:today"),
        "settings": reverse("desk:settings"),
        "guide": reverse("desk:guide"),
        "places": reverse("practice:places"),
        "location": reverse("practice:location", args=[unit.location_id]),
        "tables-new": reverse("practice:add_tables", args=[unit.location_id]),
        "unit": reverse("practice:unit", args=[unit.pk]),
        "unit-out": reverse("practice:take_out", args=[unit.pk]),
        "staff": reverse("practice:staff"),
        "person-new": reverse("practice:add_person"),
        "person": reverse("practice:person", args=[kim.user_id]),
        "licence": reverse("practice:licence", args=[kim.credentials.first().pk]),
        "scope": reverse("practice:scope"),
        "scope-rules": reverse("practice:scope_rules", args=["CO", "pt"]),
        "services": reverse("practice:services"),
        "service": reverse("practice:service", args=[service.pk]),
        "service-copy": f"{reverse('practice:add_service')}?like={service.pk}",
        "hours": reverse("practice:hours"),
        "hours-of": reverse("practice:hours_of", args=[kim.pk]),
        "hours-renew": reverse("practice:renew_hours", args=[kim.pk]),
        "rules": reverse("reminders:rules"),
        "rule": reverse("reminders:rule", args=[Rule.objects.filter(kind="reminder").first().pk]),
        "rule-new": reverse("reminders:add_rule", args=["reminder"]),
        "letters": reverse("reminders:letters"),
        "letter": reverse("reminders:letter", args=["reminder", "en"]),
        "letter-after": reverse("reminders:letter", args=["aftercare", "es"]),
    }
