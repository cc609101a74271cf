"""Fees that a rate card gives for the entries of a period, alone and against those charged: over- and undercharges."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier
from recon.errors import ConfigError, Problem
from recon.model.periods import Period
from recon.payouts.books.activity import Books
from recon.payouts.period_rows import PeriodRows, period_rows
from recon.payouts.periods.other_currencies import other_currencies, summed
from recon.payouts.periods.period import LeftOut
from recon.payouts.plan.measures import Scope
from recon.payouts.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class FeeDifference:
    """One entry whose fee is not what the card gives.

    `charged` is positive, and None when the entry states no fee; `difference` is charged less expected, so that
    what was charged too much is positive. `kind` is fee_overcharge, fee_undercharge or fee_not_stated.
    """

    entry_id: str
    day: date | None
    expected: Decimal
    charged: Decimal | None
    difference: Decimal
    kind: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class FeeCheck:
    """What a card found, and the entries it left out: they name nobody it charges, or are not in its currency."""

    differences: tuple[FeeDifference, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class ExpectedFee:
    """What one entry should cost by a card. `fee` has the sign of an entry's: what is charged is negative.

    `gross` is the entry's gross amount, or else its amount; `words` are the parts of the fee in words.
    """

    entry_id: str
    reference: str
    type: str
    day: date | None
    payee: str
    currency: str
    gross: Decimal
    fee: Decimal
    words: str


def expected_fees(
    engine: DuckEngine, card: Plan, books: Books, period: Period
) -> tuple[list[ExpectedFee], tuple[LeftOut, ...]]:
    """What every entry that a card counts should cost, by day and id; and the entries it leaves out.

    `reference` is what the entry is called elsewhere: by the processor, the merchant, end to end, or its id here.

    Raises:
        ConfigError: the card rates totals; fees are charged on each entry.
        InputRefused: as `period_rows`.
    """
    rows = _card_rows(engine, card, books, period)
    word = "CASE WHEN rate <> '' THEN concat(component, ' ', rate) ELSE words END"
    parts = f"string_agg({word}, ' + ' ORDER BY component, kind, words)"
    fees = (
        "SELECT entry_id, min(credited) AS payee, CAST(sum(amount) AS DECIMAL(24,8)) AS fee, "
        f"{parts} AS words FROM ({rows.sql}) WHERE entry_id IS NOT NULL GROUP BY entry_id"
    )
    found = engine.rows(
        "SELECT entry_id, coalesce(e.ref_processor, e.ref_merchant, e.ref_end_to_end, entry_id), e.type, "
        "coalesce(e.business_date, e.booking_date) AS day, x.payee, e.currency, coalesce(e.gross, e.amount), -x.fee, "
        f"x.words FROM ({fees}) AS x JOIN {identifier(books.entries)} AS e USING (entry_id) ORDER BY day, entry_id"
    )
    return [ExpectedFee(*row) for row in found], _left_out(rows, books)


def fee_differences(
    engine: DuckEngine, card: Plan, books: Books, period: Period, tolerance: Decimal
) -> FeeCheck:
    """The entries that a card counts and whose fee is off by more than the tolerance, the largest first.

    Raises:
        ConfigError: the card rates totals; what was charged stands on each entry.
        InputRefused: as `period_rows`.
    """
    rows = _card_rows(engine, card, books, period)
    expected = (
        f"SELECT entry_id, CAST(sum(amount) AS DECIMAL(24,8)) AS expected FROM ({rows.sql}) GROUP BY entry_id"
    )
    entries = (
        "SELECT e.entry_id, coalesce(e.business_date, e.booking_date) AS day, x.expected, -e.fee AS charged, "
        f"coalesce(-e.fee, 0) - x.expected AS off, f.path, e.line_no FROM ({expected}) AS x "
        f"JOIN {identifier(books.entries)} AS e USING (entry_id) LEFT JOIN files AS f USING (file_id)"
    )
    found = engine.rows(
        "SELECT entry_id, day, expected, charged, off, min(path), min(line_no) "
        f"FROM ({entries}) WHERE charged IS NULL OR abs(off) > $1 "
        "GROUP BY entry_id, day, expected, charged, off ORDER BY abs(off) DESC, entry_id",
        [tolerance],
    )
    differences = tuple(
        FeeDifference(entry_id, day, due, charged, off, _kind(charged, off), path or "", line)
        for entry_id, day, due, charged, off, path, line in found
    )
    return FeeCheck(differences, _left_out(rows, books))


def _left_out(rows: PeriodRows, books: Books) -> tuple[LeftOut, ...]:
    """The entries that name nobody a card charges, and those of other currencies than the card's."""
    others = other_currencies(rows.engine, rows.plan, books, rows.period)
    return (*rows.left_out, *summed(rows.plan, others))


def _card_rows(engine: DuckEngine, card: Plan, books: Books, period: Period) -> PeriodRows:
    totals = [one.name for one in card.components if one.scope is not Scope.TRANSACTION]
    if totals:
        message = f"{card.plan} rates totals ({', '.join(totals)}); the fee charged stands on each entry"
        raise ConfigError(Problem("card-scope", message, hint="say scope: transaction in every component"))
    return period_rows(engine, card, books, period)


def _kind(charged: Decimal | None, difference: Decimal) -> str:
    if charged is None:
        return "fee_not_stated"
    return "fee_overcharge" if difference > 0 else "fee_undercharge"
