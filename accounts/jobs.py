"""Jobs about people."""

import logging

from django.core.mail import EmailMessage
from django_rq import job
from rq import Retry

from accounts import traces
from accounts.models import User

logger = logging.getLogger(__name__)


@job("high", timeout=60, retry=Retry(max=3, interval=[10, 60, 600]), description="send an e-mail", result_ttl=0)
def send_email(subject: str, body: str, from_email: str, to: list[str], user_id: int | None = None) -> None:
    """Send one plain message, unless its user is gone. Its text may hold a confirmation link, so nothing of it is
    logged."""
    if user_id is None or User.objects.filter(pk=user_id, is_active=True).exists():
        EmailMessage(subject, body, from_email, to).send()


@job("bulk", timeout=3600, retry=Retry(max=3, interval=[60, 300, 900]))
def forget_gone() -> None:
    forgotten = traces.forget_gone()
    if forgotten:
        logger.info("Deleted %s sessions and letters of accounts that are gone", forgotten)
