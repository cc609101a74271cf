"""The `breaks:` block of a rule set: what an open item is called on each side, and when it is due."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from recon.breaks.kinds import BreakKind
from recon.engines.dialects import DUCKDB
from recon.engines.gate import PredicateProblem, parse_condition
from recon.engines.types import columns_of
from recon.errors import ConfigError
from recon.model.calendars import calendar
from recon.model.sides import Side
from recon.model.tables import ENTRIES
from recon.project.models import ConfigModel, Fault, refuse

OpenName = Literal["missing_in_bank", "missing_in_processor", "missing_in_internal"]

_BANK_WORDS = ("bank", "statement", "nostro")
_PROCESSOR_WORDS = ("processor", "settlement", "channel", "psp", "gateway", "acquirer", "scheme", "provider")


class Due(ConfigModel):
    """How long the other side may take: calendar days, or business days of a calendar."""

    days: Annotated[int, Field(ge=0, le=400)] | None = Field(
        default=None, description="Calendar days after the entry's business date."
    )
    business: Annotated[int, Field(ge=0, le=260)] | None = Field(
        default=None, description="Business days after the entry's business date."
    )
    calendar: str | None = Field(
        default=None,
        description="Country whose holidays count (NG, KE, ...); Monday to Friday without one. "
        "It also counts the age in business days.",
    )

    @model_validator(mode="after")
    def _one_unit(self) -> "Due":
        if self.days is not None and self.business is not None:
            refuse(Fault("give either `days` or `business`, not both", ("business",), key=True))
        try:
            calendar(self.calendar)
        except ConfigError as error:
            unknown = error.problems[0]
            refuse(Fault(unknown.message, ("calendar",), unknown.hint, unknown.code))
        return self


class SideBreaks(ConfigModel):
    """The open items of one side."""

    open: OpenName | None = Field(
        default=None,
        description="What an open item of this side is called once it is due. Before that it is in transit. "
        "Without a name, the names of the rule set's sources decide.",
    )
    due: Due = Field(default_factory=Due, description="When the other side must show it; at once by default.")


class KindRule(ConfigModel):
    """A rule of the author's own: entries of a side that satisfy a predicate are breaks of this kind."""

    side: Side = Field(description="The side whose open items the rule looks at.")
    where: str = Field(description="A predicate over the columns of an entry, such as type = 'refund'.")
    kind: BreakKind = Field(description="The kind that such an open item gets.")

    @model_validator(mode="after")
    def _condition_holds_water(self) -> "KindRule":
        try:
            self.sql()
        except PredicateProblem as problem:
            refuse(Fault(problem.message, ("where",), problem.hint, "predicate"))
        return self

    def sql(self) -> str:
        """The predicate as SQL over bare column names.

        Raises:
            PredicateProblem: the text is no condition over the columns of an entry.
        """
        return DUCKDB.sql(parse_condition(self.where, columns_of(ENTRIES)))


class BreakSettings(ConfigModel):
    """How open items of a rule set become breaks. Everything has a default; the block may be left out."""

    left: SideBreaks = Field(default_factory=SideBreaks, description="Open items of the left side.")
    right: SideBreaks = Field(default_factory=SideBreaks, description="Open items of the right side.")
    kinds: tuple[KindRule, ...] = Field(
        default=(), description="Rules tried before the built-in evidence; the first that holds wins."
    )

    def side(self, side: Side) -> SideBreaks:
        """The settings of one side."""
        return self.left if side == "left" else self.right

    def for_sources(self, left: str, right: str) -> "BreakSettings":
        """The same settings with a name for the open items of both sides, taken from the sources' names.

        What is open on one side is missing on the other: with `bank_statement` on the right, an open item of
        the left is missing in the bank. A source that says neither bank nor processor is our own records.
        """
        return self.model_copy(
            update={
                "left": self.left.model_copy(update={"open": self.left.open or missing_in(right)}),
                "right": self.right.model_copy(update={"open": self.right.open or missing_in(left)}),
            }
        )

    def open_kind(self, side: Side) -> BreakKind:
        """What an open item of the side is called once it is due.

        Without a name and without sources to take it from, the left side is our own records and the right side
        a processor's.
        """
        fallback = "missing_in_processor" if side == "left" else "missing_in_internal"
        return BreakKind(self.side(side).open or fallback)

    def is_bank(self, side: Side) -> bool:
        """Whether the side is a bank's: what is open on the other side is missing in the bank."""
        return self.open_kind("right" if side == "left" else "left") is BreakKind.MISSING_IN_BANK


def missing_in(source: str) -> OpenName:
    """What an entry is called that the source should show and does not."""
    words = source.casefold()
    if any(word in words for word in _PROCESSOR_WORDS):
        return "missing_in_processor"
    if any(word in words for word in _BANK_WORDS):
        return "missing_in_bank"
    return "missing_in_internal"
