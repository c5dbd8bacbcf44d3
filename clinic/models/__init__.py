from .history import tracked
from .hours import TimeOff, Weekday, Weeks, WorkingHours
from .people import Credential, CredentialKind, ScopeRule, Technique, User
from .places import Device, Location, Practitioner, Resource, Table
from .services import Service, Spot, Stage

__all__ = [
    "Credential",
    "CredentialKind",
    "Device",
    "Location",
    "Practitioner",
    "Resource",
    "ScopeRule",
    "Service",
    "Spot",
    "Stage",
    "Table",
    "Technique",
    "TimeOff",
    "User",
    "Weekday",
    "Weeks",
    "WorkingHours",
    "tracked",
]
