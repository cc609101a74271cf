"""What the columns of a tabular file mean: the sections of a profile that turn cells into entries."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from recon.project.models import ConfigModel

FILE_NAME: Final = "#file"
"""The column that every file has: its own path, for what only its name says."""


def _with_one_group(value: str) -> str:
    from recon.sources.profiles.totals import groups_of

    if groups_of(value) != 1:
        raise ValueError(f'"{value}" has not exactly one group in brackets')
    return value


Find = Annotated[str, AfterValidator(_with_one_group)]
"""A regular expression with one group, which finds the part of a cell that is meant."""


class CellRef(ConfigModel):
    """Where a text comes from."""

    column: str | None = Field(
        default=None, description="The column by its name in the file; `#file` is the path of the file itself."
    )
    any: list[str] = Field(
        default_factory=list, description="Names of the column in different versions of the file."
    )
    join: list[str] = Field(default_factory=list, description="Several columns, joined by a blank.")
    first: list[str] = Field(
        default_factory=list, description="Several columns, of which the first that is filled in a row counts."
    )
    optional: bool = Field(default=False, description="Whether the file may lack the column.")
    format: str | None = Field(default=None, description="The date format of this column alone.")
    find: Find | None = Field(
        default=None,
        description="A regular expression with one group: the text is what the group finds in the cell.",
    )
    required: bool = Field(default=False, description="Whether an empty cell refuses the row.")

    @model_validator(mode="after")
    def _one_way(self) -> "CellRef":
        if sum(bool(way) for way in (self.column, self.any, self.join, self.first)) != 1:
            raise ValueError("give exactly one of `column`, `any`, `join` and `first`")
        return self

    def wanted(self) -> list[tuple[str, ...]]:
        """The columns that a file must have for it, each as the names it may have."""
        alternatives = self.any or self.first
        return [tuple(alternatives)] if alternatives else [(name,) for name in self.join or [str(self.column)]]


def _as_ref(value: object) -> object:
    if isinstance(value, str):
        return {"column": value}
    if isinstance(value, list):
        return {"join": value}
    return value


Cells = Annotated[CellRef, BeforeValidator(_as_ref, json_schema_input_type=str | list[str] | CellRef)]
"""A column name, a list of names that are joined by a blank, or a mapping with more to say."""


class Words(ConfigModel):
    """A column whose words are translated by a table."""

    column: str = Field(description="The column that holds the word.")
    words: dict[str, str] = Field(
        default_factory=dict, description="The file's word and ours. A word that is not listed refuses the row."
    )
    beginnings: dict[str, str] = Field(
        default_factory=dict,
        description="Beginnings of words that are not listed, and ours; the longest that fits counts.",
    )
    otherwise: str | None = Field(default=None, description="Ours for every word that is not listed.")
    empty: str | None = Field(default=None, description="Ours for an empty cell, which is refused without it.")
    optional: bool = Field(
        default=False,
        description="Whether the file may lack the column; its rows then are as with an empty cell.",
    )

    @model_validator(mode="after")
    def _says_something(self) -> "Words":
        if not self.words and not self.beginnings:
            raise ValueError("give `words`, the file's and ours, or `beginnings` of them")
        return self


TEXT_FIELDS = (
    "account", "entity", "statement_id", "payout_id", "ref_end_to_end", "ref_bank", "ref_merchant", "ref_processor",
    "ref_original", "ref_payout", "counterparty_name", "counterparty_account", "remittance",
)  # fmt: skip
"""The text columns of an entry that a profile maps."""
REFERENCE_FIELDS: Final = frozenset(
    name for name in TEXT_FIELDS if name.startswith("ref_") or name == "payout_id"
)
NO_REFERENCE: Final = (
    r"(?i)^(#?n/?a|none|null|nil|nan|unknown|not ?provided|non?ref|[-\u{2013}\u{2014}_.?0 ]+)$"
)
"""What stands in the place of a reference that there is not: entries that share it have nothing in common."""


class Columns(ConfigModel):
    """Fields of an entry and the columns of the file they come from."""

    account: Cells | None = Field(default=None, description="The account, when the file holds several.")
    entity: Cells | None = Field(default=None, description="Merchant, partner, agent or reseller.")
    statement_id: Cells | None = Field(default=None, description="The statement that the row belongs to.")
    payout_id: Cells | None = Field(default=None, description="Batch or settlement that the row was paid with.")
    booking_date: Cells | None = Field(default=None, description="The day on which it was booked.")
    value_date: Cells | None = Field(default=None, description="The day from which it counts.")
    event_time: Cells | None = Field(
        default=None, description="The moment it happened; a date and a time may be joined."
    )
    ref_end_to_end: Cells | None = Field(default=None, description="End-to-end reference.")
    ref_bank: Cells | None = Field(default=None, description="The bank's reference.")
    ref_merchant: Cells | None = Field(default=None, description="Our order number.")
    ref_processor: Cells | None = Field(default=None, description="The processor's reference.")
    ref_original: Cells | None = Field(
        default=None, description="The reference of the transaction that this one changes."
    )
    ref_payout: Cells | None = Field(
        default=None, description="The reference of the payout on the bank statement."
    )
    counterparty_name: Cells | None = Field(default=None, description="The other party.")
    counterparty_account: Cells | None = Field(default=None, description="The other party's account.")
    remittance: Cells | None = Field(default=None, description="Remittance text, narration.")
    attributes: dict[str, Cells] = Field(
        default_factory=dict, description="Whatever else is worth keeping: channel, product, terminal, ..."
    )

    def texts(self) -> dict[str, CellRef]:
        """The text fields that are mapped."""
        named = {name: getattr(self, name) for name in TEXT_FIELDS}
        return {name: ref for name, ref in named.items() if ref is not None}

    def times(self) -> dict[str, CellRef]:
        """The date and time fields that are mapped."""
        named = {name: getattr(self, name) for name in ("booking_date", "value_date", "event_time")}
        return {name: ref for name, ref in named.items() if ref is not None}


class ZoneColumn(ConfigModel):
    """A column that says the time zone of each row."""

    column: str = Field(description="The column that holds the zone.")
    words: dict[str, str] = Field(
        default_factory=dict,
        description="Zones as the file writes them and their names; IANA names and abbreviations such as PST or CEST "
        "(fixed offsets) need no entry.",
    )
    empty: str = Field(description="The zone of rows that say none, and of the business day.")

    @field_validator("empty")
    @classmethod
    def _known(cls, value: str) -> str:
        from recon.sources.values.time_formats import zone_of

        zone_of(value)
        return value


def _known_zone(value: str | ZoneColumn | None) -> str | ZoneColumn | None:
    from recon.sources.values.time_formats import zone_of

    if isinstance(value, str):
        zone_of(value)
    return value


class Dates(ConfigModel):
    """How dates are written and where the day ends."""

    formats: list[str] = Field(
        min_length=1,
        description="Date formats such as dd/MM/yyyy, yyyy-MM-dd HH:mm:ss, dd-MMM-yyyy, unix, excel (the numbers "
        "by which workbooks keep days), `dd/MM {2026}` for dates that do not say their year, `yyy/MM/dd` for years of "
        "Taiwan (115 is 2026).",
    )
    zone: Annotated[str | ZoneColumn | None, AfterValidator(_known_zone)] = Field(
        default=None,
        description="The time zone of times without an offset, such as Africa/Lagos, or the column that says it. "
        "Needed for event_time.",
    )
    cut_off: str = Field(
        default="00:00 next day",
        description="When the business day ends: `17:00`, or `02:00 next day`. Midnight unless said.",
    )
    business: Literal["event_time", "booking_date", "value_date"] | None = Field(
        default=None,
        description="Which of the dates is the business date, when it is not the first that is there.",
    )

    missing: Literal["refuse", "keep"] = Field(
        default="refuse",
        description="Whether a row without any date is refused or kept; kept, it belongs to no period.",
    )

    @property
    def home(self) -> str | None:
        """The zone of the business day."""
        return self.zone.empty if isinstance(self.zone, ZoneColumn) else self.zone

    @field_validator("formats")
    @classmethod
    def _readable(cls, value: list[str]) -> list[str]:
        from recon.sources.values.time_formats import check_formats

        check_formats(value)
        return value

    @field_validator("cut_off")
    @classmethod
    def _readable_cut_off(cls, value: str) -> str:
        from recon.sources.values.time_formats import cut_off_minutes

        cut_off_minutes(value)
        return value


class StatementRule(ConfigModel):
    """What the file says about itself: balances and totals to be checked."""

    running_balance: Cells | None = Field(
        default=None, description="The column of the balance after each row, checked row by row."
    )
    lines: list[str] = Field(
        default_factory=list,
        description="Regular expressions tried on each line that is no transaction (cells joined by `|`), "
        "with groups named opening, closing, credits, debits, count, sum, fees, charged (fees, a plus is what was "
        "charged), fee_credits, fee_debits, gross, net, currency, from, to, id.",
    )
    sections: list[str] = Field(
        default_factory=list,
        description="Like `lines`, for totals of one section of the file: they are added up.",
    )
    batches: bool = Field(
        default=False,
        description="Whether the amounts of a payout_id add up to zero where the file holds its payout or its "
        "transfer, so that what was paid out is what the lines make.",
    )

    @field_validator("lines", "sections")
    @classmethod
    def _patterns(cls, value: list[str]) -> list[str]:
        from recon.sources.profiles.totals import check_pattern

        for text in value:
            check_pattern(text)
        return value
