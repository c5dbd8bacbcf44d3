"""What the sample's practitioners write. Nothing here claims an effect; the numbers speak for each person."""

PLACES = ["neck and shoulders", "low back", "hips", "hands", "upper back", "knees and calves", "jaw and neck"]
HISTORY = {
    "better": [
        "Two good days after last time, then the {place} came back milder.",
        "Slept through three nights. The {place} less stiff in the morning.",
        "Walked twenty minutes without paying for it. {Place} about half as sore.",
        "Fewer tablets this week. {Place} easier to live with.",
    ],
    "same": [
        "No change since last time; the {place} as before.",
        "Up and down. {Place} sore after a long drive.",
        "A quiet week, the {place} the same, tired in the afternoons.",
        "Good start to the week, then a night of little sleep. {Place} tight.",
    ],
    "worse": [
        "A flare since Sunday after moving boxes; {place} worst.",
        "Cold weather, the {place} worse, woke at four.",
        "Sore for two days after last session, then as before. {Place} still the main thing.",
        "Stress at work. {Place} and headache on most days.",
    ],
    "first": [
        "Pain for years, mostly the {place}. Has tried tablets and a pool group.",
        "Referred by a neighbour. {Place} since an illness three winters ago, tired all day.",
        "{Place} first, then everywhere. Would like to sleep again.",
    ],
}
TONGUE = [
    "Pale, tooth-marked, thin white coat.",
    "Red tip, thin coat.",
    "Pale red, cracked in the centre.",
    "Purple at the sides, thin white coat.",
    "Swollen, greasy coat at the root.",
    "Pale red, no coat at the root.",
]
PULSE = ["Wiry, 72.", "Thready, 66.", "Slippery, 78.", "Deep and thin, 64.", "Wiry and thin, 80.", "Tight, 84."]
PALPATION_FIRST = [
    "{Place}: ropy on the right, tender to light touch.",
    "{Place} guarded; skin rolls with difficulty.",
    "Taut band in the {place}, refers as the patient knows it.",
    "Tender all over, {place} most; no swelling.",
]
PALPATION = [*PALPATION_FIRST, "{Place} softer than last time; cold feet.", "{Place} as last time, feet warmer."]
RESPONSE = [
    "Deqi at most points, calm.",
    "Warmth in the feet after ten minutes, dozed.",
    "Felt heavy, then light. No dizziness on sitting up.",
    "A little sore where touched, otherwise at ease.",
    "Quiet. Asked for a shorter rest next time.",
    "Sighed, shoulders dropped; talked less than usual.",
]
ADVICE = [
    "Water and a slow evening. Call if soreness lasts beyond three days.",
    "Heat on the {place} tonight, no heavy lifting tomorrow.",
    "Keep the walking as it is; add five minutes only if the week stays quiet.",
    "Write down sleep and pain until next time.",
    "Breathing before bed; stop it if it makes dizzy.",
]
SENSATION = ["just felt", "light tapping", "tapping, comfortable", "felt more on the left", "steady buzzing, pleasant"]

CHANGED = {
    "needle": [
        "Shallower than planned: skin was tender.",
        "No manipulation: strong deqi at once.",
        "Taken out after ten minutes.",
    ],
    "circuit": ["Ten minutes only: asked for less.", "Turned down after five minutes."],
    "target": ["Two passes, then enough.", "Stopped at the first twitch."],
    "cup": ["Three minutes; marked quickly.", "Moved two fingers lower."],
    "tuina": ["Light pressure throughout.", "Longer, with the arm supported."],
    "movement": ["Seated instead of standing.", "Half the repetitions."],
}
ONE_SIDE = "Right side only: the left was too tender."
OMITTED = ["Out of time.", "Declined today.", "Too sore there today."]
OVERRIDES = {
    "S018": "Agreed with the prescriber on the telephone; last dose this morning skipped. Thin needle, "
    "single pass, pressure held for three minutes, seen again before leaving."
}

# code, severity, where (needle, target or nowhere), what happened
EVENTS = [
    ("bruise", "mild", "needle", "Bruise the size of a coin, pressed for two minutes."),
    ("bleeding", "mild", "needle", "Three drops on removal, stopped with pressure."),
    ("pain_on_needling", "mild", "target", "Sharp on entry, needle withdrawn and placed anew."),
    ("soreness", "mild", "target", "Sore on leaving; told to expect up to three days."),
    ("dizzy", "mild", "", "Dizzy on sitting up. Lay down for ten minutes, tea, then well."),
    (
        "syncope",
        "moderate",
        "",
        "Fainted as the third needle went in. Needles out, legs up, awake within a minute, "
        "pulse 64. Stayed for half an hour, was collected.",
    ),
    ("stuck_needle", "mild", "needle", "Would not come out at first; waited, massaged around it, out."),
    ("skin_reaction", "mild", "", "Red ring round two sites, gone by the end."),
    ("emotional_release", "mild", "", "Wept quietly during the rest; wished to go on."),
    ("drowsy", "mild", "", "Very sleepy afterwards, rested in the waiting room before driving."),
]
LOST = "One needle of this point not found at the count. Table, floor, clothes and bin searched by two."
AMENDMENTS = [
    "Called next day: no soreness, slept well.",
    "Pain afterwards was heard wrongly: one lower than written, as confirmed on the telephone.",
    "Sent a photograph of the bruise; yellow, without swelling. Nothing to do.",
    "Asked the doctor about the new tablet: not an anticoagulant.",
]
FOUND = "The missing needle was found in the fold of the table cover on the same afternoon."
