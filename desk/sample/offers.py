"""What the sample clinic offers: services with their stages."""

from clinic.models import Service, Spot, Stage

HANDS_ON, ALONE, ALONE_WITH_CURRENT = (True, False), (False, False), (False, True)  # (practitioner, e-stim unit)

# key: name, techniques, who, price, turnover, online, stages as (name, minutes, needs)
SERVICES = {
    "first": (
        "First visit",
        ["needling"],
        ["Kim", "Dana"],
        120,
        10,
        True,
        [("Talk and plan", 30, HANDS_ON), ("Needling", 15, HANDS_ON), ("Rest", 20, ALONE), ("Removal", 10, HANDS_ON)],
    ),
    "first_dn": (
        "First visit, dry needling",
        ["dry_needling", "movement"],
        ["Roy"],
        110,
        10,
        True,
        [("Talk and examine", 30, HANDS_ON), ("Dry needling", 20, HANDS_ON), ("Movement", 10, HANDS_ON)],
    ),
    "np": (
        "Neuropuncture with e-stim",
        ["needling", "estim", "tuina", "movement"],
        ["Kim", "Dana"],
        95,
        10,
        True,
        [
            ("Needling", 20, HANDS_ON),
            ("Rest with current", 25, ALONE_WITH_CURRENT),
            ("Removal and Tui Na", 15, HANDS_ON),
        ],
    ),
    "ac": (
        "Acupuncture",
        ["needling", "auricular", "tuina", "movement"],
        ["Kim", "Dana", "Ida"],
        85,
        10,
        True,
        [("Needling", 20, HANDS_ON), ("Rest", 25, ALONE), ("Removal and Tui Na", 15, HANDS_ON)],
    ),
    "cm": (
        "Community acupuncture",
        ["needling"],
        ["Kim", "Dana"],
        35,
        5,
        True,
        [("Needling", 10, HANDS_ON), ("Rest", 35, ALONE), ("Removal", 5, HANDS_ON)],
    ),
    "dn": (
        "Dry needling",
        ["dry_needling", "movement"],
        ["Roy"],
        70,
        5,
        True,
        [("Dry needling", 20, HANDS_ON), ("Movement", 10, HANDS_ON)],
    ),
    "tn": (
        "Tui Na",
        ["tuina", "movement"],
        ["Kim", "Dana", "Mei"],
        75,
        10,
        True,
        [("Tui Na", 40, HANDS_ON), ("Breathing", 5, HANDS_ON)],
    ),
    "tc": (
        "Tui Na and cupping",
        ["tuina", "cupping", "movement"],
        ["Dana", "Mei"],
        90,
        10,
        True,
        [("Tui Na", 40, HANDS_ON), ("Cups", 10, HANDS_ON), ("Breathing", 5, HANDS_ON)],
    ),
    "cups": (
        "Cupping, added to another visit",
        ["cupping"],
        ["Dana", "Mei"],
        20,
        5,
        False,
        [("Cups", 15, HANDS_ON)],
    ),
}
BUFFERS = {"first": 10}  # minutes that a practitioner keeps for notes afterwards
COLOURS = ["#1d6b59", "#34528c", "#7a5200", "#8a3c7c", "#2f6f8f", "#a93c2a", "#4f6b1d", "#5b4a8a", "#53616b"]


def offer(staff):
    """Make the services; returns them by key, their stages and practitioners on them."""
    return {key: make(staff, key, colour, *row) for (key, row), colour in zip(SERVICES.items(), COLOURS, strict=True)}


def make(staff, key, colour, name, techniques, who, price, turnover, online, stages):
    service = Service.objects.create(
        name=name,
        techniques=techniques,
        price=price,
        colour=colour,
        spot=Spot.CHAIR if key == "cm" else Spot.TABLE,
        turnover_minutes=turnover,
        buffer_minutes=BUFFERS.get(key, 0),
        bookable_online=online,
    )
    service.practitioners.set([staff.treating[first] for first in who])
    Stage.objects.bulk_create(
        Stage(
            service=service,
            position=position,
            name=stage,
            minutes=minutes,
            needs_practitioner=practitioner,
            needs_device=device,
            elastic=not practitioner,
        )
        for position, (stage, minutes, (practitioner, device)) in enumerate(stages, 1)
    )
    return service
