"""Tests inside a profile: the text of a small file, the entries that must come of it and the lines that are refused."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from recon.model.tables import CONTENT
from recon.project.models import ConfigModel, Fault, refuse
from recon.project.suggest import did_you_mean

ATTRIBUTES: Final = "attributes."
LINE: Final = "line"
FIELDS: Final = (*(name for name in CONTENT.names if name not in {"attributes", "fee_parts"}), LINE)
"""What a test may say of an entry, besides `attributes.name`."""


class ExpectedRefusal(ConfigModel):
    """A line that must be refused."""

    line: int = Field(ge=1, description="The line of the file, from 1.")
    code: str | None = Field(default=None, description="The code of the reason; any without.")


class ExpectedStatement(ConfigModel):
    """What a statement of the file must say."""

    opening: str | None = Field(default=None, description="The opening balance.")
    closing: str | None = Field(default=None, description="The closing balance.")
    control: Literal["ok", "failed", "none"] | None = Field(
        default=None, description="Whether its totals and balances tie; `none` where it states none."
    )


class ProfileTest(ConfigModel):
    """A file as it might arrive, and all that must come of it."""

    name: Annotated[str, Field(min_length=3, max_length=120)] = Field(description="What the test shows.")
    rows: str = Field(
        min_length=1,
        description="The text of the file, header and footers included, written with `|`. For Excel, rows of cells "
        "with commas between.",
    )
    file: str | None = Field(
        default=None, description="The name of the file, where it matters; made of the source's name without."
    )
    entries: tuple[Mapping[str, str], ...] = Field(
        default=(),
        description="All entries in their order, with the fields that the test looks at: `amount`, `currency`, "
        "`booking_date`, `attributes.name`, `line`; an empty text for a field without a value.",
    )
    refused: tuple[ExpectedRefusal, ...] = Field(default=(), description="All lines that must be refused.")
    statements: tuple[ExpectedStatement, ...] | None = Field(
        default=None, description="What the statements of the file must say; not looked at without."
    )

    @model_validator(mode="after")
    def _fields_are_known(self) -> "ProfileTest":
        faults = [
            Fault(f"an entry has no `{name}`", ("entries", number, name), did_you_mean(name, FIELDS), key=True)
            for number, entry in enumerate(self.entries)
            for name in entry
            if name not in FIELDS and not name.startswith(ATTRIBUTES)
        ]
        if faults:
            refuse(*faults)
        return self
