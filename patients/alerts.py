"""What must be seen before anybody touches a patient, and what the front desk must know. Never folded, blocks first.

Every patient page shows it in the banner. In the view of a page about one patient:

    return render(request, "sessions/plan.html", {"plan": plan, **banner(patient, request.user, day)})

and in its template `{% block banner %}{% include "patients/_banner.html" %}{% endblock %}`. `day` is the calendar day
at the location: the visit's on a visit's page, else today. Two queries, three for whoever may see health facts.
A list takes `Patient.objects.with_alerts(user, day)` and calls `alerts_of(patient, user, day)`: no query a row.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.text import Truncator

from patients import pregnancy
from patients.models import HealthCode, Language

BLOCK, WARN, INFORM = "block", "warn", "inform"
# As the safety rules weigh them (sessions/data/safety_rules.csv): the gravest thing each fact can lead to by itself.
SEVERITY = {
    HealthCode.PACEMAKER: BLOCK,
    HealthCode.ICD: BLOCK,
    HealthCode.CRT: BLOCK,
    HealthCode.OTHER_IMPLANT: BLOCK,
    HealthCode.PREGNANCY: BLOCK,
    HealthCode.BLEEDING_DISORDER: BLOCK,
    HealthCode.LYMPHOEDEMA: BLOCK,
    HealthCode.FIBROMYALGIA: INFORM,
    HealthCode.MYOFASCIAL_PAIN: INFORM,
}  # everything else warns
ORDER = [BLOCK, WARN, INFORM]
LONGEST_DETAIL = 40  # letters in a chip; the patient page has the rest
LONGEST_NOTE = 80
ADULT = 18  # years


@dataclass(frozen=True)
class Alert:
    """A chip: `severity` is block, warn or inform. A list has room for `word` only, the banner for `whole`."""

    severity: str
    word: str
    detail: str = ""

    @property
    def whole(self):
        return f"{self.word} · {self.detail}" if self.detail else self.word


def banner(patient, user, day):
    """The context of `patients/_banner.html` for one patient as this user may see them on that day; as old as today."""
    now = timezone.now()
    visit = import_string(settings.NEXT_VISIT)(patient=patient, now=now)
    return {
        "patient": patient,
        "age": patient.age_on(timezone.localdate(now)),
        "alerts": alerts_of(loaded(patient, user, day), user, day),
        "next_visit": visit,
        "next_is_today": visit is not None and same_day(visit.starts_at, now, visit.zone),
    }


def same_day(one, other, zone):
    return timezone.localdate(one, zone) == timezone.localdate(other, zone)


def loaded(patient, user, day):
    """The patient with what `alerts_of` reads, whoever fetched it."""
    if not hasattr(patient, "has_intake"):
        patient.facts_in_force = patient.facts.visible_to(user).on(day)
        patient.has_intake = patient.intakes.exists()
    return patient


def alerts_of(patient, user, day):
    """The chips of a patient who was loaded `with_alerts` of the same user and day."""
    return [*clinical(patient.facts_in_force, day), *logistics(patient, day, forms_missing=not patient.has_intake)]


def clinical(facts, day):
    """Chips of health facts. Front desk and managers have none: the facts are loaded `visible_to` the user."""
    alerts = [Alert(SEVERITY.get(fact.code, WARN), wording(fact, day), shortened(fact.detail)) for fact in facts]
    return sorted(alerts, key=lambda alert: ORDER.index(alert.severity))


def wording(fact, day):
    if fact.code == HealthCode.PREGNANCY:
        return pregnancy.wording(fact.due_date, day)
    return " · ".join(filter(None, [fact.get_code_display(), fact.get_region_display()]))


def shortened(text, longest=LONGEST_DETAIL):
    return Truncator(text).chars(longest)


def logistics(patient, day, *, forms_missing):
    """Chips that everybody may see: nothing about health."""
    language = patient.get_language_display() if patient.language != Language.ENGLISH else ""
    minor = patient.age_on(day) < ADULT
    died = patient.deceased_on
    said = [
        (WARN, f"Died on {date_format(died, 'j M Y')}" if died else "", died),
        (WARN, "Intake form missing", forms_missing),
        (WARN, "No e-mail: call about visits", not patient.email),
        (WARN, "Under 18, no guardian named", minor and not patient.guardian),
        (INFORM, f"Interpreter {language}".strip(), patient.interpreter),
        (INFORM, language, language and not patient.interpreter),
        (INFORM, "Wheelchair", patient.wheelchair),
        (INFORM, f"Guardian: {shortened(patient.guardian)}", patient.guardian),
        (INFORM, shortened(patient.desk_note, LONGEST_NOTE), patient.desk_note),
    ]
    return [Alert(severity, word) for severity, word, wanted in said if wanted]
