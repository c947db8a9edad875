"""How allauth makes and writes to people here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from .jobs import send_email
from .models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP_OPEN

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:
        """A new user opens a household, with a first profile in the zone that their browser told."""
        super().save_user(request, user, form, commit=False)
        said = form.cleaned_data
        user.open_household(profile_name=said["name"], time_zone=said.get("time_zone") or "UTC")
        return user

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        if settings.EMAIL_BY_JOB:
            user = context.get("user")
            said = (message.subject, message.body, message.from_email, message.to)
            send_email.delay(*said, user_id=user.pk if user else None)
        else:
            message.send()
