"""What the patients' pages say, in each language that patients may choose."""

PHRASES = {
    "en": {
        "title": "Your visit",
        "greeting": "{name}, your visit:",
        "confirmed": "Thank you, {name}. Your visit is confirmed.",
        "confirmed_note": "You need to do nothing more. We look forward to seeing you.",
        "with": "with {practitioner}, {minutes} minutes",
        "confirm": "Confirm my visit",
        "calendar": "Add to calendar",
        "cancel": "Cancel my visit",
        "free_until": "free until {last_day}, {last_time}",
        "too_late": "It is too late to cancel online. Call us.",
        "too_late_note": "Online you could cancel until {last_day}, {last_time}. Your visit still stands.",
        "cancel_question": "Cancel this visit?",
        "cancel_note": "Cancelling is free until {last_day}, {last_time}.",
        "reason": "Why? You need not say.",
        "reason_help": "The front desk reads this, so leave health matters out.",
        "yes_cancel": "Yes, cancel my visit",
        "keep": "Keep my visit",
        "cancelled": "Your visit is cancelled.",
        "cancelled_note": "To book another, call us.",
        "change": "To change the time, or if you are not {name}, call us.",
        "call": "Call {phone}",
        "questions": "Questions? Call",
        "too_long": "Shorten the reason to 300 characters. Your visit still stands.",
    },
    "es": {
        "title": "Su cita",
        "greeting": "{name}, su cita:",
        "confirmed": "Gracias, {name}. Su cita está confirmada.",
        "confirmed_note": "No tiene que hacer nada más. Le esperamos.",
        "with": "con {practitioner}, {minutes} minutos",
        "confirm": "Confirmar mi cita",
        "calendar": "Añadir al calendario",
        "cancel": "Cancelar mi cita",
        "free_until": "sin costo hasta el {last_day}, {last_time}",
        "too_late": "Ya es tarde para cancelar en línea. Llámenos.",
        "too_late_note": "Su cita sigue en pie. En línea se podía cancelar hasta el {last_day}, {last_time}",
        "cancel_question": "¿Cancelar esta cita?",
        "cancel_note": "Cancelar no tiene costo hasta el {last_day}, {last_time}",
        "reason": "¿Por qué? No es necesario decirlo.",
        "reason_help": "Lo lee la recepción; no escriba nada sobre su salud.",
        "yes_cancel": "Sí, cancelar mi cita",
        "keep": "Conservar mi cita",
        "cancelled": "Su cita está cancelada.",
        "cancelled_note": "Para reservar otra, llámenos.",
        "change": "Para cambiar la hora, o si usted no es {name}, llámenos.",
        "call": "Llamar al {phone}",
        "questions": "¿Preguntas? Llame al",
        "too_long": "Acorte el motivo a 300 caracteres. Su cita sigue en pie.",
    },
}


def phrases(language, **values):
    """The phrases of a language with their blanks filled in."""
    return {name: text.format_map(values) for name, text in PHRASES[language].items()}
