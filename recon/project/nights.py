"""What `recon.toml` says of months and nights: limits of a closing, who is told of a night, what is kept how long."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from recon.project.models import ConfigModel
from recon.project.people import Currency, Limit

NotifyOn = Literal["always", "breaks", "failure", "never"]
"""When a night is told: always, when it has breaks or fails, only when it fails, or never."""


def _web_address(url: str) -> str:
    scheme, _, rest = url.partition("://")
    if scheme not in {"http", "https"} or not rest.strip("/") or any(char.isspace() for char in url):
        raise ValueError("an address begins with `https://` or `http://` and names a host")
    return url


def _mail_address(text: str) -> str:
    name, at, host = text.partition("@")
    if not (name and at and host) or any(char.isspace() or char in "<>," for char in text):
        raise ValueError(f"`{text}` is no mail address")
    return text


MailAddress = Annotated[str, AfterValidator(_mail_address)]


class CloseSettings(ConfigModel):
    """What a closing lets pass."""

    aged_days: int = Field(
        default=30, ge=0, description="Breaks older than so many days are looked at when a period is closed."
    )
    aged_amounts: dict[Currency, Limit] = Field(
        default_factory=dict,
        description="What these may come to in each currency, in or out; nothing in a currency that is not named.",
    )


class NotifySettings(ConfigModel):
    """Who is told how `recon run --nightly` ended. Nothing is sent anywhere unless it stands here."""

    when: NotifyOn = Field(
        default="breaks",
        description="Which nights are told: all, those with breaks or a failure, only failures, or none.",
    )
    webhook: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None, description="Address that the result is posted to, as JSON. Redirects are not followed."
    )
    webhook_token_variable: str | None = Field(
        default=None,
        description="Environment variable that holds a token, sent as `Authorization: Bearer …`; never the token "
        "itself.",
    )
    mail_to: tuple[MailAddress, ...] = Field(default=(), description="Who gets a mail.")
    mail_from: MailAddress | None = Field(
        default=None, description="Who it is from; the first of `mail_to` unless said."
    )
    smtp_host: str = Field(default="localhost", description="Mail server.")
    smtp_port: int = Field(
        default=25,
        ge=1,
        le=65535,
        description="Its port; on 465 the connection is encrypted from the first byte.",
    )
    smtp_encryption: Literal["starttls", "none"] = Field(
        default="none", description="Whether mail is sent only once the connection is encrypted."
    )
    smtp_user: str | None = Field(default=None, description="Name to log in with at the mail server.")
    smtp_password_variable: str | None = Field(
        default=None, description="Environment variable that holds the password."
    )
    attempts: int = Field(default=3, ge=1, le=10, description="How often it is tried.")
    timeout_seconds: int = Field(default=10, ge=1, le=120, description="How long one attempt may take.")


class RetentionSettings(ConfigModel):
    """What `recon store prune` may remove; what is locked, referred to or carried forward always stays."""

    runs_days: int | None = Field(
        default=None,
        ge=1,
        description="Runs that nothing rests on any more are removed after so many days; never without it.",
    )
    reports_days: int | None = Field(
        default=None,
        ge=1,
        description="Workbooks of runs that are no longer the latest, after so many days; they can be made again.",
    )
    crashes_days: int | None = Field(default=30, ge=1, description="Traces of crashes.")
