"""Refusals that several verbs of this room share; each other stands beside its verb."""

from clinic.errors import ClinicError


class AlreadyHandled(ClinicError):
    """Somebody was faster."""
