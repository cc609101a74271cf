"""What `recon.toml` says of cases: business hours, how soon they have to be answered, causes, who is told when late."""

import re
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from recon.project.choices import Priority
from recon.project.models import ConfigModel, Fault, refuse

_TIME: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(f"`{text}` is no time of day; write it as 08:30")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"`{text}` is no time zone; write it as Africa/Lagos") from error
    return text


TimeOfDay = Annotated[str, AfterValidator(_time)]
CAUSES: Final = (
    "in transit", "missing file", "wrong reference", "fee", "refund", "chargeback", "duplicate", "failed payment",
    "bank", "processor", "our own records", "asker's mistake", "other",
)  # fmt: skip


class CaseSettings(ConfigModel):
    """How queries about settlement are worked: `[cases]`."""

    opens: TimeOfDay = Field(default="09:00", description="When business hours begin.")
    closes: TimeOfDay = Field(default="17:00", description="When business hours end.")
    calendar: str | None = Field(
        default=None,
        description="The country whose holidays are no business days; Monday to Friday without one.",
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC", description="The time zone of the business hours."
    )
    answer_within: dict[Priority, Annotated[int, Field(ge=1, le=2000)]] = Field(
        default_factory=dict,
        description="Business hours within which a case has to be resolved, by priority; 40, 16, 8 and 4 from low "
        "to urgent unless\nsaid.",
    )
    escalate_to: str = Field(default="", description="Who is told of a case that is late.")
    causes: tuple[str, ...] = Field(
        default=CAUSES, description="The root causes that a case may be resolved with."
    )

    @model_validator(mode="after")
    def _hours_in_order(self) -> "CaseSettings":
        if self.opens >= self.closes:
            refuse(Fault("business hours end before they begin", ("closes",), "an hour later than `opens`"))
        return self

    def hours_for(self, priority: Priority) -> int:
        """Business hours within which a case of a priority has to be resolved."""
        shipped: dict[Priority, int] = {"low": 40, "normal": 16, "high": 8, "urgent": 4}
        return self.answer_within.get(priority, shipped[priority])
