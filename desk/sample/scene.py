"""The sample clinic's present day, told around the moment of loading."""

from datetime import timedelta

# minutes from now to the start, family name, service, practitioner, how it stands
SCENE = [
    (-155, "Bakerfield", "np", "Kim", "signed"),
    (-95, "Adebisi-Marsh", "dn", "Roy", "absent"),
    (-90, "Díaz Quintero", "np", "Kim", "unsigned"),
    (-75, "Villafría", "ac", "Dana", "signed"),
    (-50, "Brzozowy", "dn", "Roy", "signed"),
    (-50, "Hollerbusch", "cm", "Dana", "begun"),
    (-25, "Tsukimura", "np", "Kim", "begun"),
    (-20, "Okonwe-Hale", "tn", "Mei", "begun"),
    (-15, "Berezhkov", "dn", "Roy", "late"),
    (0, "Ortiz", "np", "Kim", "waiting, ready"),
    (20, "Peñafiel", "first_dn", "Roy", "waiting"),
    (20, "Rangihau", "cm", "Dana", "booked"),
    (35, "Dowlatshani", "ac", "Dana", "confirmed, ready"),
    (45, "Kéïtaba", "tc", "Mei", "booked"),
    (70, "Chen", "ac", "Kim", "confirmed, draft"),
    (90, "Lindgrove", "dn", "Roy", "confirmed, draft"),
    (110, "Thistlewick", "ac", "Dana", "called off"),
    (140, "Neelakandy", "np", "Kim", "booked"),
]
ACTORS = {name for _, name, *_ in SCENE}


def acts(ground):
    """Yield (start, family name, service, practitioner, how it stands)."""
    for minutes, *act in SCENE:
        yield ground.scene + timedelta(minutes=minutes), *act
