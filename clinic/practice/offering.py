"""What the clinic offers: a service is written whole, with its stages and with who offers it.

Booked visits keep the stages they were booked with.
"""

import pghistory
from django.db import transaction

from clinic.bars import KINDS
from clinic.models import Service, Stage, Technique
from clinic.practice import serving
from clinic.practice.errors import NameTaken
from clinic.practice.writing import again, one_of_a_kind, refuse_if_changed

ALREADY = "There is a service called {} already. Choose another name."


@transaction.atomic
def add(*, details, stages, practitioners, by):
    """Make the service of `details` (field: value) and `stages` (dicts of a stage's fields, in order); returns it.

    Raises NameTaken, or CannotBeGiven when it is active and nobody or nothing can serve it.
    """
    check(Service(), details, stages, practitioners)
    return write(Service(), details, stages, practitioners, by)


@transaction.atomic
def change(*, service, seen, details, stages, practitioners, by):
    """Write what the person wants over what they saw (`seen`: the digest of `told`); returns the service.

    Raises SavedMeanwhile if it is not as they saw it any more; else as `add`.
    """
    current = again(service)
    refuse_if_changed(seen, told_of(current))
    check(current, details, stages, practitioners)
    return write(current, details, stages, practitioners, by)


def check(service, details, stages, practitioners):
    """Raises NameTaken for a name in other letters too, for people read it as the same; CannotBeGiven."""
    if Service.objects.filter(name__iexact=details["name"]).exclude(pk=service.pk).exists():
        raise NameTaken(ALREADY.format(details["name"]), field="name")
    needs_device = any(stage["needs_device"] for stage in stages)
    refusal = details["active"] and serving.missing(
        spot=details["spot"], needs_device=needs_device, practitioners=practitioners, places=serving.places()
    )
    if refusal:
        raise refusal


def write(service, details, stages, practitioners, by):
    for name, value in details.items():
        setattr(service, name, value)
    with pghistory.context(user=by.pk):
        with one_of_a_kind(ALREADY.format(service.name), "name"):
            service.save()
        if stages != [fields_of(stage) for stage in service.stages.all()]:
            service.stages.all().delete()
            Stage.objects.bulk_create(
                Stage(service=service, position=position, **stage) for position, stage in enumerate(stages, 1)
            )
        service.practitioners.set(practitioners)
    return service


STAGE_FIELDS = ["name", "minutes", "needs_practitioner", "needs_device", "elastic"]


def fields_of(stage):
    return {name: getattr(stage, name) for name in STAGE_FIELDS}


DETAILS = [
    "name",
    "techniques",
    "price",
    "colour",
    "spot",
    "turnover_minutes",
    "buffer_minutes",
    "notice_minutes",
    "bookable_online",
    "active",
]


def details_of(service):
    return {name: getattr(service, name) for name in DETAILS}


def told_of(service):
    stages = [fields_of(stage) for stage in service.stages.all()]
    return told(details_of(service), stages, service.practitioners.all())


def told(details, stages, practitioners):
    """A service in words, {label: text}: what two people who edit it at once are shown."""
    service = Service(**details)
    return {
        "Name": service.name,
        "Techniques": ", ".join(sorted(Technique(technique).label for technique in service.techniques)),
        "Price": f"{service.price:.2f}",
        "Colour": service.colour,
        "Given on": service.get_spot_display(),
        "Turnover": f"{service.turnover_minutes} minutes",
        "Buffer": f"{service.buffer_minutes} minutes",
        "Notice": f"{service.notice_minutes} minutes",
        "Through links": "yes" if service.bookable_online else "no",
        "Offered": "yes" if service.active else "no",
        "Stages": "; ".join(map(stage_in_words, stages)),
        "By": ", ".join(sorted(practitioner.name for practitioner in practitioners)),
    }


def stage_in_words(stage):
    _, word = KINDS[stage["needs_practitioner"], stage["needs_device"]]
    return f"{stage['name']} {stage['minutes']} min, {word}{', stretches' if stage['elastic'] else ''}"
