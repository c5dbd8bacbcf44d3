"""What was answered at intake, in words. Pure: severities and areas as in `criteria`."""

from patients.criteria import REGIONS

SEVERITIES = ["none", "slight", "moderate", "severe"]


def area(code):
    """`shoulder_girdle_left` as people say it: left shoulder girdle."""
    *words, last = code.split("_")
    return " ".join([last, *words] if last in {"left", "right"} else [*words, last])


def marked(areas):
    """[(region, [area, …])] of the marked areas, in the order of the criteria; regions without one are left out."""
    found = [(region, sorted(map(area, members & set(areas)))) for region, members in REGIONS.items()]
    return [(region, names) for region, names in found if names]


def symptoms(intake):
    """[(symptom, answer)] as the questionnaire asks them."""
    graded = [
        ("Fatigue", intake.fatigue),
        ("Waking unrefreshed", intake.unrefreshed),
        ("Thinking or memory", intake.cognitive),
    ]
    asked = [
        ("Headache", intake.headache),
        ("Lower abdominal pain", intake.abdominal_pain),
        ("Depression", intake.depression),
    ]
    words = [(label, SEVERITIES[grade]) for label, grade in graded]
    return words + [(label, "yes" if said else "no") for label, said in asked]
