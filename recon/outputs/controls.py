"""What a run proves of itself, as values: the roll-forward, the bridge, and the checks over all tables."""

from dataclasses import dataclass
from decimal import Decimal

from recon.outputs.exact import less

EXPECTED = "Expected files"
"""The area of checks that tell which files should have come and did not."""


@dataclass(frozen=True, slots=True)
class ProofLine:
    """The roll-forward of one rule set, side and currency over all its accounts; amounts as compared."""

    ruleset: str
    side: str
    currency: str
    accounts: int
    accounts_ok: int
    opening_count: int
    opening_amount: Decimal
    new_count: int
    new_amount: Decimal
    matched_count: int
    matched_amount: Decimal
    excluded_count: int
    excluded_amount: Decimal
    closing_count: int
    closing_amount: Decimal


@dataclass(frozen=True, slots=True)
class BridgeLine:
    """One class of the difference between left and right; the class `residual` must be zero."""

    ruleset: str
    currency: str
    name: str
    side: str | None
    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check: what must hold, what was expected, what is.

    A control that does not hold makes the run incomplete; a note only asks to be looked at. `statement` is the
    position of the statement whose tie-out this is.
    """

    area: str
    what: str
    currency: str | None
    expected: Decimal
    actual: Decimal
    control: bool = True
    statement: int | None = None

    @property
    def ok(self) -> bool:
        """Whether actual equals expected."""
        return self.expected == self.actual

    @property
    def difference(self) -> Decimal:
        """Actual less expected."""
        return less(self.actual, self.expected)

    @property
    def result(self) -> str:
        """`pass`, `FAIL` for a control that does not hold, `look` for a note."""
        if self.ok:
            return "pass"
        return "FAIL" if self.control else "look"
