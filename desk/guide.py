"""The way from an empty database to the first booked visit: what is there, what comes next, and why.

Nothing is remembered: every step is read from what the clinic has, so that it can be done in any order, anywhere.
"""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clinic.context import open_to
from clinic.models import Practitioner, Service, Table
from clinic.practice import serving
from scheduling import finding
from scheduling.models import Appointment

AHEAD = 28  # days in which the first bookable time is looked for
MANAGES = "clinic.change_service"


def unfinished(user):
    """The guide's address for whoever may change the settings; empty for others, and once a visit has been booked."""
    url = open_to(user, "desk:guide", MANAGES)
    return url if url and not Appointment.objects.exists() else ""


def to_the_guide(request):
    """For every page, `guide_url`: the way back from wherever a step led."""
    return {"guide_url": SimpleLazyObject(lambda: unfinished(request.user))}


@dataclass(frozen=True)
class Step:
    """`tells` is what there is, or what is missing, in words; `state` is done, next, open or blocked."""

    key: str
    title: str
    why: str
    url: str
    action: str
    done: bool
    tells: str = ""
    state: str = ""


# what each step waits for
AFTER = {
    "table": {"location"},
    "licence": {"practitioner"},
    "scope": {"licence"},
    "service": {"table", "practitioner"},
    "hours": {"location", "practitioner"},
    "time": {"location", "table", "practitioner", "licence", "scope", "service", "hours"},
    "visit": {"time"},
}


def steps(now):
    clinic = Clinic(now)
    found = [tell(clinic) for tell in (location, table, practitioner, licence, scope, service, hours, time, visit)]
    return with_states(found)


def with_states(found):
    """Done, blocked by another, the next one, or open: to be done when it suits."""
    done, following = {step.key for step in found if step.done}, False
    for step in found:
        if step.done:
            state = "done"
        elif AFTER.get(step.key, set()) - done:
            state = "blocked"
        else:
            state, following = ("open" if following else "next"), True
        yield Step(**{**vars(step), "state": state})


class Clinic:
    """What the clinic has, each thing read once."""

    def __init__(self, now):
        self.now, self.today = now, timezone.localdate(now)

    @cached_property
    def places(self):
        return list(serving.places())

    @cached_property
    def tables(self):
        return Table.objects.active().filter(location__active=True).count()

    @cached_property
    def staff(self):
        return list(Practitioner.objects.active().with_timetable().select_related("user"))

    @cached_property
    def services(self):
        kept = Prefetch("practitioners", Practitioner.objects.active().with_timetable(), to_attr="by")
        return list(Service.objects.active().prefetch_related("stages", kept))

    @cached_property
    def given(self):
        """Services that somebody offers and that have a place to be given at."""
        return [service for service in self.services if not self.lacks(service)]

    def lacks(self, service):
        """What keeps a service from being given by anybody, in a sentence, or None."""
        if not service.stages.all():
            return f"{service} has no stages yet."
        return serving.missing(
            spot=service.spot, needs_device=service.needs_device, practitioners=service.by, places=self.places
        )

    def works(self, practitioner):
        return bool(serving.works_in(practitioner, self.places, self.today))

    @cached_property
    def licensed(self):
        """(practitioner, licence) for what is in force."""
        return [(who, licence) for who in self.staff for licence in who.licences if self.in_force(licence)]

    def in_force(self, licence):
        return licence["issued"] <= self.today.isoformat() and not serving.ended(licence["expires"], self.today)

    @cached_property
    def first(self):
        """(service, first bookable time), or None."""
        for service in self.given:
            if found := finding.free_times(service=service, start=self.today, days=AHEAD, now=self.now, limit=1):
                return service, found[0]
        return None

    def obstacles(self):
        """Why no time can be found, a sentence for each reason."""
        return list(dict.fromkeys(sentence for service in self.services for sentence in self.about(service)))

    def about(self, service):
        if lacking := self.lacks(service):
            return [str(lacking)]
        working = [who for who in service.by if self.works(who)]
        if not working:
            return [f"Nobody who offers {service} has working hours from today on."]
        unlicensed = serving.unlicensed(service.techniques, working, self.places, self.today)
        return [str(one) for one in unlicensed] or [
            f"{service} has no free time in the next {AHEAD} days. Look at hours, closures and time off."
        ]


def counted(number, one, many):
    return f"1 {one}" if number == 1 else f"{number} {many}"


def location(clinic):
    return Step(
        "location",
        "Add a location",
        "Hours are read in its time zone, and its state decides which licences count.",
        reverse("practice:add_location"),
        "Add a location",
        bool(clinic.places),
        ", ".join(map(str, clinic.places)),
    )


def table(clinic):
    first = clinic.places[0] if clinic.places else None
    return Step(
        "table",
        "Add the treatment tables and chairs",
        "Every visit takes one, from its first minute to its last.",
        reverse("practice:add_tables", args=[first.pk]) if first else "",
        "Add tables",
        clinic.tables > 0,
        counted(clinic.tables, "table or chair", "tables and chairs") if clinic.tables else "",
    )


def practitioner(clinic):
    return Step(
        "practitioner",
        "Add a practitioner with a sign-in",
        "Visits are booked with somebody, and charts are signed by a person, not by a clinic.",
        f"{reverse('practice:add_person')}?role=Practitioner",
        "Add a practitioner",
        bool(clinic.staff),
        ", ".join(map(str, clinic.staff)),
    )


def licence(clinic):
    lacking = [who for who in clinic.staff if not any(map(clinic.in_force, who.licences))]
    url = reverse("practice:add_licence", args=[lacking[0].user_id]) if lacking else reverse("practice:staff")
    return Step(
        "licence",
        "Put their licences on record",
        "Nothing is booked with somebody who has no licence in force on the day.",
        url,
        "Add a licence",
        bool(clinic.licensed),
        "".join(f"{who} has no licence in force. " for who in lacking),
    )


def scope(clinic):
    """Of each licence in force, what its state allows."""
    states = {place.jurisdiction for place in clinic.places}
    unset = [(who, one) for who, one in clinic.licensed if not one["techniques"]]
    here = [one for _, one in clinic.licensed if one["techniques"] and one["jurisdiction"] in states]
    return Step(
        "scope",
        "Say what a licence allows",
        "It differs from state to state; what nobody has set is not allowed.",
        reverse("practice:scope"),
        "Set what is allowed",
        bool(here),
        "".join(f"Nothing is set for {who}'s licence in {one['jurisdiction']}. " for who, one in unset),
    )


def service(clinic):
    lacking = "" if clinic.given else " ".join(str(clinic.lacks(each)) for each in clinic.services)
    return Step(
        "service",
        "Add a service with its stages",
        "Stages say when the practitioner is needed and when only the table is, so that visits can overlap.",
        reverse("practice:services") if clinic.services else reverse("practice:add_service"),
        "Mend a service" if clinic.services else "Add a service",
        bool(clinic.given),
        lacking or counted(len(clinic.given), "service", "services") if clinic.services else "",
    )


def hours(clinic):
    working = [who for who in clinic.staff if clinic.works(who)]
    resting = [who for who in clinic.staff if who not in working]
    return Step(
        "hours",
        "Set working hours",
        "Visits are booked within them.",
        reverse("practice:hours_of", args=[resting[0].pk]) if resting else reverse("practice:hours"),
        "Set hours",
        bool(working),
        "".join(f"{who} has no hours from today on. " for who in resting),
    )


def time(clinic):
    ready = clinic.first
    sentence = f"{ready[0]}: {ready[1]}" if ready else " ".join(clinic.obstacles())
    return Step(
        "time",
        "See the first bookable time",
        "Where all of this meets, a time is free.",
        reverse("desk:guide"),
        "Look again",
        ready is not None,
        sentence,
    )


def visit(clinic):
    chosen = f"?service={clinic.first[0].pk}" if clinic.first else ""
    return Step(
        "visit",
        "Book the first visit",
        "From here on the front desk can work.",
        reverse("scheduling:book") + chosen,
        "Book the first visit",
        Appointment.objects.exists(),
    )
