"""How people sign in: accounts are made by a manager, never by a visitor."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is switched off. Ask your manager.",
        "email_password_mismatch": (
            "This e-mail address and password do not belong together. Check both, or set a new password."
        ),
        "enter_current_password": "Type your present password.",
        "incorrect_code": "This code is not the right one. Codes change every 30 seconds: type the newest.",
        "incorrect_password": "This is not your password. Check it and try again.",
        "invalid_password_reset": "This link has ended. Ask for a new one.",
        "invalid_or_expired_key": "This key has ended. Ask for a new one.",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then try again, or set a new password.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
        "same_as_current": "This is the present one. Choose another.",
    }

    def is_open_for_signup(self, request):
        return False

    def format_email_subject(self, subject):
        return f"Deqi: {subject}"
