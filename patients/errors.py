"""What this room refuses, in words fit to show."""

from clinic.errors import ClinicError


class LooksLike(ClinicError):
    """Somebody with this birth date and a name like it is on record; `patients` are they."""

    def __init__(self, patients):
        super().__init__("This may be somebody we know. Open the record, or register anyway.")
        self.patients = patients


class ChangedMeanwhile(ClinicError):
    """Two people changed the same details. `theirs` maps the field to what it holds now, `by` to who wrote that."""

    def __init__(self, theirs, by):
        super().__init__("Somebody else changed this record meanwhile. Nothing of yours is saved yet.")
        self.theirs = theirs
        self.by = by
