"""Jobs about people."""

from django.core.mail import EmailMessage
from django_rq import job
from rq import Retry


@job("high", timeout=60, retry=Retry(max=3, interval=[10, 60, 600]), description="send an e-mail", result_ttl=0)
def send_email(subject: str, body: str, from_email: str, to: list[str]) -> None:
    """Send one plain message. Its text may hold a confirmation link, so nothing of it is logged."""
    EmailMessage(subject, body, from_email, to).send()
