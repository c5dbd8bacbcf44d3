from .history import tracked
from .hours import TimeOff, WorkingHours
from .people import Credential, CredentialKind, ScopeRule, Technique, User
from .places import Device, Location, Practitioner, Resource, Table
from .services import Service, Stage

__all__ = [
    "Credential",
    "CredentialKind",
    "Device",
    "Location",
    "Practitioner",
    "Resource",
    "ScopeRule",
    "Service",
    "Stage",
    "Table",
    "Technique",
    "TimeOff",
    "User",
    "WorkingHours",
    "tracked",
]
