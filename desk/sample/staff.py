"""Who works in the sample clinic, who may do what, and the sign-ins."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from clinic.models import Credential, Practitioner, ScopeRule, User

PASSWORD = "needles-at-rest"  # noqa: S105 (printed for everybody to see)
JURISDICTION = "CO"

# e-mail, first name, last name, role
DESK = ("desk@example.com", "Sam", "Rivers", "Front desk")
MANAGER = ("manager@example.com", "Robin", "Hartwell", "Manager")
SIGN_INS = [DESK, ("kim@example.com", "Kim", "Lee", "Practitioner"), MANAGER]

# first name: last name, colour, years in practice, (credential, days until it ends), what the page about them says
PRACTITIONERS = {
    "Kim": ("Lee", "#1d6b59", 11, [("lac", 410)], "Needling with current for widespread pain."),
    "Roy": ("Adlerman", "#34528c", 8, [("pt", 44)], "Dry needling and graded movement."),
    "Dana": ("Whitcombe", "#7a5200", 6, [("lac", 250), ("lmt", 190)], "Needles, Tui Na and the community room."),
    "Mei": ("Tanabata", "#8a3c7c", 4, [("lmt", 320)], "Tui Na and cupping."),
    "Ida": ("Fernhollow", "#2f6f8f", 9, [("lac", 330)], "Needling in the Sunnyside room, one day a week."),
}

NEEDLES = ["needling", "estim", "auricular"]
OWN_READING = "The clinic's own reading of the state licence; check with the board before relying on it."
STATE_LIST = "Published state list of dry needling by physical therapists, pphc.co, January 2026."
HOURS = "50 hours of training, 40 of them in person, 30 before first use, 4 years to finish."

# credential, techniques, allowed, note, source
SCOPE = [
    ("lac", [*NEEDLES, "cupping", "tuina", "movement"], True, "", OWN_READING),
    ("lac", ["dry_needling"], False, "Not found in a source: not allowed until somebody has checked.", OWN_READING),
    ("pt", ["dry_needling"], True, HOURS, STATE_LIST),
    ("pt", ["movement"], True, "", OWN_READING),
    ("pt", NEEDLES, False, "Acupuncture needs a licence of its own.", OWN_READING),
    ("lmt", ["tuina", "movement"], True, "", OWN_READING),
    ("lmt", ["cupping"], True, "Dry cups only.", OWN_READING),
    ("lmt", [*NEEDLES, "dry_needling"], False, "Never needles.", OWN_READING),
]


@dataclass(frozen=True)
class Staff:
    """`desk` and `manager` are users, `treating` the practitioners by first name."""

    desk: User
    manager: User
    treating: dict[str, Practitioner]


def hire(ground):
    """Make everybody who works here, with their credentials and the rules of the state."""
    password = make_password(PASSWORD)  # one slow hash for all sign-ins
    treating = {}
    for first, (last, colour, years, credentials, bio) in PRACTITIONERS.items():
        user = sign_in(f"{first.lower()}@example.com", first, last, "Practitioner", password)
        treating[first] = Practitioner.objects.create(name=str(user), user=user, colour=colour, bio=bio)
        license_(treating[first], credentials, ground, years)
    ScopeRule.objects.bulk_create(scope())
    return Staff(sign_in(*DESK, password), sign_in(*MANAGER, password), treating)


def sign_in(email, first, last, role, password):
    """A user with a verified address: allauth takes who has none for somebody unknown."""
    user = User.objects.create(email=email, first_name=first, last_name=last, password=password)
    user.groups.add(Group.objects.get(name=role))
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def license_(practitioner, credentials, ground, years):
    Credential.objects.bulk_create(
        Credential(
            practitioner=practitioner,
            kind=kind,
            number=f"SAMPLE-{kind.upper()}-{practitioner.pk}",
            jurisdiction=JURISDICTION,
            issued=ground.today - timedelta(days=365 * years),
            expires=ground.day(ends),
        )
        for kind, ends in credentials
    )


def scope():
    for kind, techniques, allowed, note, source in SCOPE:
        for technique in techniques:
            yield ScopeRule(
                jurisdiction=JURISDICTION,
                credential_kind=kind,
                technique=technique,
                allowed=allowed,
                note=note,
                source=source,
            )
