from .details import EditForm, RegisterForm
from .facts import EndForm, FactForm

__all__ = ["EditForm", "EndForm", "FactForm", "RegisterForm"]
