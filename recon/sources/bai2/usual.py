"""Transactions written as nearly all are, each taken out of the text as one unit and made a row without a record.

What they say is what `recon.sources.bai2.transaction` says of the same record; all others are left to it.
"""

from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Final

from recon.sources.bai2.account import Account
from recon.sources.bai2.amounts import day_of, decimals, entry_type, sign_of
from recon.sources.bai2.records import FULL_LINE
from recon.sources.bai2.runs import Run, record_of
from recon.sources.bai2.transaction import row_of
from recon.sources.reader import Collector, Refused, Row

_FUNDS: Final = {funds: {"funds_type": funds} for funds in "Z012VS"}
_NO_REFERENCE: Final = frozenset({"", "0"})
_FULL: Final = FULL_LINE - len("16,")


def take(run: Run, account: Account, out: Collector) -> None:
    """Make rows of a run inside an account of BAI2 (not NAI) and count them in it."""
    take_row = out.rows.append
    line_no = run.line_no
    statement_no, number, currency, day = account.statement_no, account.number, account.currency, account.day
    exponent = f"E-{decimals(currency)}"
    counts, sums = account.counts, account.sums
    total = 0
    for found in run.found:
        fixed, code, amount, funds, bank, customer, text, more, _ = found
        mark, sign, kind = _meaning(code)
        if not sign:
            said = row_of(record_of(found, line_no), account)
            out.refused.append(said) if isinstance(said, Refused) else take_row(said)
            line_no += 1 + more.count("\n")
            continue
        at = line_no
        line_no += 1
        if more:
            is_full = len(fixed) + len(text) >= _FULL
            original, text, lines = _continued(text.rstrip().removesuffix("/"), more, is_full=is_full)
            line_no += lines
        else:
            original = text = text.rstrip().removesuffix("/")
        bank, customer = bank.strip(), customer.strip()
        counts[sign] += 1
        minor = int(amount)
        sums[sign] += minor
        total += minor
        row = Row(
            at, Decimal(mark + amount + exponent), currency, '{"16":' + encode_basestring(fixed + original) + "}",
            statement_no, number, None, False, day, day_of(funds.split(",")[1]) if funds[:1] == "V" else None,
            None, kind, code, "booked", None,
            None if bank in _NO_REFERENCE else bank, None if customer in _NO_REFERENCE else customer,
            None, None, None, " ".join(text.split()) or None, _FUNDS[funds[0]] if funds else None,
        )  # fmt: skip
        take_row(row)
    account.total += total


@lru_cache(maxsize=1_000)
def _meaning(code: str) -> tuple[str, int, str]:
    """The sign of a code as text and as a number, and its canonical type."""
    sign = sign_of(code)
    return "-" if sign < 0 else "", sign, entry_type(code)


def _continued(text: str, more: str, *, is_full: bool) -> tuple[str, str, int]:
    """The text as the original fields have it, as one, and the number of continuations behind its first line."""
    if "\n" not in more[1:]:
        if not is_full:
            text += " "
        last = more[4:].rstrip().removesuffix("/")
        return f"{text},{last}", text + last, 1
    pieces = [text]
    for line in more[1:].split("\n"):
        if not is_full:
            pieces[-1] += " "
        pieces.append(line[3:].rstrip().removesuffix("/"))
        is_full = len(line) >= FULL_LINE
    return ",".join(pieces), "".join(pieces), len(pieces) - 1
