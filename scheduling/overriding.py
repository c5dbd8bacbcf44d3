"""Would a written reason get a time that is not offered? It passes hours, time off, closures, rests; nothing else."""

from django.utils import timezone

from clinic.errors import ClinicError
from scheduling import claiming


def would_pass(placing, by):
    """Asks without a lock, for a page: the verb asks again. `placing` bears any reason as its `override`."""
    try:
        placing.refuse_nonsense(timezone.now())
        placing.ask_checks(by)
        claiming.choose(placing)
    except (ClinicError, claiming.Clash):
        return False
    return True
