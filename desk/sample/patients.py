"""The people of the sample clinic, and what they need to be asked before needling."""

import unicodedata
from dataclasses import dataclass
from datetime import time, timedelta

from patients.models import HealthCode, HealthFact, Patient

from .names import people
from .staff import PRACTITIONERS

CARE = {"np", "ac", "cm", "dn", "tn", "tc"}
WITH = {  # who treats whom, the likelier first
    "np": ["Kim", "Kim", "Dana"],
    "ac": ["Dana", "Kim"],
    "cm": ["Dana"],
    "dn": ["Roy"],
    "tn": ["Mei", "Dana"],
    "tc": ["Mei"],
}
STREETS = ["Alder Lane", "Mill Road", "Harbour Street", "Quarry Hill", "Orchard Way", "Station Road", "Lantern Court"]
DESK_NOTES = [
    "Calls rather than writes.",
    "Parks at the back door.",
    "Comes with a friend.",
    "Late shift on Thursdays.",
]
# visits before today, dealt to all but the newcomers: most are on a weekly course that began within the last weeks
PAST = [1] * 16 + [2] * 22 + [3] * 18 + [4] * 9 + [5] * 4 + [6] * 2
PREGNANT = timedelta(weeks=40)

# mark: code and what else the fact says
FACTS = {
    "fm": (HealthCode.FIBROMYALGIA, {}),
    "mp": (HealthCode.MYOFASCIAL_PAIN, {}),
    "pacemaker": (HealthCode.PACEMAKER, {"detail": "Dual chamber, left side."}),
    "icd": (HealthCode.ICD, {"detail": "Checked yearly."}),
    "warfarin": (HealthCode.ANTICOAGULANT, {"detail": "Warfarin."}),
    "apixaban": (HealthCode.ANTICOAGULANT, {"detail": "Apixaban."}),
    "aspirin": (HealthCode.ANTIPLATELET, {"detail": "Low-dose aspirin."}),
    "haemophilia": (HealthCode.BLEEDING_DISORDER, {"detail": "Haemophilia carrier with low factor VIII."}),
    "lymph_left_arm": (HealthCode.LYMPHOEDEMA, {"region": "left_arm", "detail": "Nodes removed."}),
    "lymph_right_leg": (HealthCode.LYMPHOEDEMA, {"region": "right_leg", "detail": "Wears a stocking."}),
    "epilepsy": (HealthCode.EPILEPSY, {"detail": "No seizure for six years."}),
    "diabetes": (HealthCode.DIABETES, {"detail": "Tablets; feet checked."}),
    "faint": (HealthCode.NEEDLE_FAINT, {"detail": "Once, at a blood test."}),
    "nickel": (HealthCode.METAL_ALLERGY, {"detail": "Nickel."}),
    "lung": (HealthCode.LUNG_RISK, {"detail": "Collapsed lung on the right, 2009."}),
}


@dataclass(frozen=True)
class Person:
    """A patient with what the rest of the sample needs to know: the kind of care, by whom, and the marks."""

    patient: Patient
    care: str
    first_name: str  # of the practitioner
    marks: frozenset[str]
    past: int  # visits before today


def register(ground, staff):
    """Make the patients and their health facts; returns the people in the order of the table."""
    dice = ground.dice("patients")
    rows = list(people())
    phones = dice.sample(range(1, 100), len(rows))
    past = iter(dice.sample(PAST, len(PAST)))
    who = [
        person(ground, dice, row, phone, 0 if "new" in row.marks else next(past))
        for row, phone in zip(rows, phones, strict=True)
    ]
    Patient.objects.bulk_create(one.patient for one in who)
    HealthFact.objects.bulk_create(fact for one in who for fact in facts(ground, staff, dice, one))
    return who


def person(ground, dice, row, phone, past):
    (care,) = row.marks & CARE
    named = [first for first in PRACTITIONERS if first.casefold() in row.marks]
    return Person(patient(ground, dice, row, phone, past), care, dice.choice(named or WITH[care]), row.marks, past)


def patient(ground, dice, row, phone, past):
    return Patient(
        given_name=row.given,
        family_name=row.family,
        pronouns=row.pronouns,
        birth_date=birthday(ground, dice, row.age),
        email="" if "noemail" in row.marks else f"{plain(row.given)}.{plain(row.family)}@example.com",
        phone=f"555-01{phone:02}",
        address=f"{dice.randint(2, 98)} {dice.choice(STREETS)}",
        language="es" if "es" in row.marks else "en",
        guardian=f"{dice.choice(['Ines', 'Martin', 'Halina'])} {row.family}" if "minor" in row.marks else "",
        interpreter="interpreter" in row.marks,
        wants_reminders=dice.random() > 0.05,
        wheelchair="wheelchair" in row.marks,
        desk_note=dice.choice(DESK_NOTES) if dice.random() < 0.12 else "",
        created_at=registered(ground, dice, past),
    )


def registered(ground, dice, past):
    """In the morning of a day before the first visit."""
    days = dice.randint(59, 95) if past else dice.randint(2, 6)
    return ground.at(ground.day(-days), time(9, dice.randint(0, 59)))


def birthday(ground, dice, age):
    """A birth date that makes the person that old today."""
    latest = ground.today.replace(year=ground.today.year - age, day=min(ground.today.day, 28))
    return latest - timedelta(days=dice.randint(0, 350))


def plain(name):
    """Letters of an address: no accents, spaces or apostrophes."""
    letters = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("Ł", "L")).casefold()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalpha())


def facts(ground, staff, dice, one):
    """What is on record about one person, written down when they registered."""
    by = staff.treating[one.first_name].user
    for mark in sorted(one.marks):
        if known := fact(ground, dice, mark):
            yield HealthFact(patient=one.patient, recorded_by=by, recorded_at=one.patient.created_at, **known)


def fact(ground, dice, mark):
    """The fields of the fact a mark stands for, or None: `pregnant22` is in the 22nd week today."""
    if mark.startswith("pregnant"):
        began = ground.today - timedelta(weeks=int(mark.removeprefix("pregnant")))
        return {"code": HealthCode.PREGNANCY, "since": began, "due_date": began + PREGNANT}
    if mark not in FACTS:
        return None
    code, more = FACTS[mark]
    return {"code": code, "since": ground.day(-dice.randint(400, 4000)), **more}
