"""Words that tell others what somebody comes for, in English and Spanish: none of them may stand on a locked screen.

The list is short. It holds what a clinic like this one would write without a thought, and stays clear of words that
mean other things too (a treatment, a test, medicine in the name of a clinic). Small letters, no accents.
"""

# A word that begins so is one of them: what is done, what is wrong, what is taken or measured.
DONE = ["acupunct", "acupunt", "neuropunct", "neuropunt", "electroacup", "needling", "aguja", "puncion", "auricul"]
DONE += ["cupping", "ventosa", "moxib", "massage", "masaje", "physiotherap", "fisioterap"]
WRONG = ["fibromyalg", "fibromialg", "myofasc", "miofasc", "chronic", "cronic", "painful", "doloros", "symptom"]
WRONG += ["migraine", "migran", "headache", "arthrit", "artrit", "sciatic", "ciatic", "insomni", "depress", "depresi"]
WRONG += ["anxiety", "ansiedad", "cancer", "diabet", "pregnan", "embaraz", "illness", "disease", "enfermedad"]
WRONG += ["fatigue", "fatiga", "sintoma", "diagnos", "injur", "lesion", "surger", "cirug"]
TAKEN = ["medicat", "medicament", "prescription", "pacemaker", "marcapas", "anticoag", "blood", "sangre"]
STEMS = (*DONE, *WRONG, *TAKEN)
# These stand alone: more letters would make other words of them.
WHOLE = ["needle", "needles", "pain", "pains", "dolor", "tui na", "tuina", "moxa", "e stim", "estim", "hiv", "vih"]

# A service that is called by these alone, and numbers, tells nothing: "First visit, 60 minutes" may stand anywhere.
ENGLISH = ["appointment", "check", "first", "follow", "in", "long", "min", "minutes", "new", "next", "regular", "up"]
ENGLISH += ["return", "second", "session", "short", "standard", "treatment", "visit", "visits"]
SPANISH = ["cita", "citas", "consulta", "control", "de", "minutos", "nueva", "primera", "segunda", "seguimiento"]
SPANISH += ["sesion", "tratamiento", "visita", "visitas"]
EVERYDAY = frozenset(ENGLISH + SPANISH)
