"""Settings: a manager keeps the clinic's frame here. Pages under /settings/, templates in templates/practice/."""
