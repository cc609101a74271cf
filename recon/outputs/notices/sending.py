"""Sends a notice: a bounded number of attempts on each way, and word of what did not arrive. No run fails by it."""

import hashlib
import json
import os
import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from recon.outputs.notices.notice import Notice
from recon.project.nights import NotifySettings

_FIRST_WAIT, _LONGEST_WAIT = 1, 30
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that another attempt may change."""
Sleep = Callable[[float], None]


class NotAgain(Exception):
    """An attempt failed in a way that another one cannot change."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a notice on one way; `to` is only the host, since an address may hold a secret."""

    way: str
    to: str
    arrived: bool
    attempts: int
    why: str = ""

    @property
    def fields(self) -> dict[str, object]:
        """As it stands in the result of a night."""
        told: dict[str, object] = {
            "way": self.way,
            "to": self.to,
            "arrived": self.arrived,
            "attempts": self.attempts,
        }
        return told if self.arrived else {**told, "why": self.why}


def send(
    notice: Notice,
    settings: NotifySettings,
    environment: Mapping[str, str] | None = None,
    sleep: Sleep = time.sleep,
) -> list[Delivery]:
    """Send a notice on every way that the settings name; secrets come from the environment they name."""
    variables = os.environ if environment is None else environment
    found = []
    if settings.webhook:
        host = urlsplit(settings.webhook).hostname or ""
        found.append(_tried("webhook", host, lambda: _post(notice, settings, variables), settings, sleep))
    if settings.mail_to:
        found.append(
            _tried("mail", settings.smtp_host, lambda: _mail(notice, settings, variables), settings, sleep)
        )
    return found


def _tried(way: str, to: str, attempt: Callable[[], None], settings: NotifySettings, sleep: Sleep) -> Delivery:
    why = ""
    for number in range(1, settings.attempts + 1):
        try:
            attempt()
        except NotAgain as error:
            return Delivery(way, to, arrived=False, attempts=number, why=str(error))
        except (OSError, HTTPException, smtplib.SMTPException) as error:
            why = str(getattr(error, "reason", None) or error) or type(error).__name__
        else:
            return Delivery(way, to, arrived=True, attempts=number)
        if number < settings.attempts:
            sleep(min(_FIRST_WAIT * 2 ** (number - 1), _LONGEST_WAIT))
    return Delivery(way, to, arrived=False, attempts=settings.attempts, why=why)


class _NoRedirect(HTTPRedirectHandler):
    """What an address answers may not lead elsewhere."""

    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:  # noqa: ANN401  (the library's protocol)
        return None


def _opener() -> OpenerDirector:
    """Goes straight to the address: no proxy, no redirect."""
    return build_opener(ProxyHandler({}), _NoRedirect())


def _post(notice: Notice, settings: NotifySettings, variables: Mapping[str, str]) -> None:
    document = {"subject": notice.subject, "text": notice.text, "result": dict(notice.fields)}
    content = json.dumps(document, ensure_ascii=False, default=str).encode("utf-8")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "recon",
        "Idempotency-Key": hashlib.sha256(content).hexdigest()[:32],
    }
    if settings.webhook_token_variable:
        headers["Authorization"] = f"Bearer {_secret(settings.webhook_token_variable, variables)}"
    request = Request(str(settings.webhook), content, headers, method="POST")  # noqa: S310  (http or https: settings)
    try:
        with _opener().open(request, timeout=settings.timeout_seconds):
            return
    except HTTPError as error:
        message = f"the address answers {error.code} {error.reason}"
        if error.code not in _AGAIN:
            raise NotAgain(message) from error
        raise OSError(message) from error


def _mail(notice: Notice, settings: NotifySettings, variables: Mapping[str, str]) -> None:
    message = EmailMessage()
    message["Subject"] = " ".join(notice.subject.split())
    message["From"] = settings.mail_from or settings.mail_to[0]
    message["To"] = ", ".join(settings.mail_to)
    message["Date"] = formatdate(localtime=True)
    message.set_content(notice.text)
    try:
        with _server(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, _secret(settings.smtp_password_variable or "", variables))
            server.send_message(message)
    except (
        smtplib.SMTPAuthenticationError,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPNotSupportedError,
    ) as error:
        raise NotAgain(f"the mail server refuses: {error}") from error


def _server(settings: NotifySettings) -> smtplib.SMTP:
    host, port, timeout = settings.smtp_host, settings.smtp_port, settings.timeout_seconds
    if port == 465:
        return smtplib.SMTP_SSL(host, port, timeout=timeout, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=timeout)
    if settings.smtp_encryption == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server


def _secret(name: str, variables: Mapping[str, str]) -> str:
    value = variables.get(name, "")
    if not value:
        raise NotAgain(f"the environment variable `{name}` is not set")
    return value
