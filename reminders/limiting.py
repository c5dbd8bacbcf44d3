"""How often a stranger may be wrong, and a patient may press. Counted in the cache, by windows of a few minutes.

Who has a link that works is never kept out by somebody else behind the same router: what is counted by address is wrong
tokens alone, and they are all that is refused when there were too many. What works is counted by patient.
"""

import logging
import time
from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from redis.exceptions import RedisError

from clinic.cache import sure

logger = logging.getLogger(__name__)
WINDOW = 600  # seconds
WRONG_TOKENS = 40  # of one address in a window: a mail scanner may follow every link of some old letters
POSTS = 40  # about one patient in a window
HOME = 64  # leading bits of an IPv6 address that one household has to itself


def too_many_wrong_tokens(request):
    """Count one more. Was that one too many?"""
    return counted("wrong-token", address(request)) > WRONG_TOKENS


def too_many_posts(patient):
    return counted("post", patient.pk) > POSTS


def counted(what, who):
    """How often this has happened in the present window, this time included; 0 while the cache does not answer.

    Better one stranger too many than a patient who can't cancel.
    """
    window = int(time.time()) // WINDOW
    key = f"reminders:{what}:{who}:{window}"
    try:
        sure.add(key, 0, 2 * WINDOW)
        return sure.incr(key)
    except RedisError:
        logger.warning("The cache does not answer: patients' pages are not limited.")
        return 0


def address(request):
    """Where a request comes from, seen from in front of our proxy.

    All that come from nowhere, as through a socket that is a file, are counted as one.
    """
    try:
        found = ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "nowhere"
    return found if found.version == 4 else ip_network((found, HOME), strict=False).network_address
