"""The e-mail with which somebody sets a password: allauth's own, so that its links, their end and its words hold."""

import logging
from smtplib import SMTPException

from allauth.account.forms import ResetPasswordForm

from clinic.practice.errors import NotSent

logger = logging.getLogger(__name__)


def invite(*, user, request):
    """Send the sign-in e-mail. Raises NotSent: nobody has an e-mail then, and another try is safe."""
    form = ResetPasswordForm({"email": user.email})
    if not user.is_active or not form.is_valid():
        raise NotSent(f"{user} does not work here any more. Nothing was sent.")
    try:
        form.save(request)
    except (SMTPException, OSError):
        logger.exception("No sign-in e-mail for user %s", user.pk)
        raise NotSent("The mail server did not take the e-mail. Nothing was sent. Try again in some minutes.") from None
