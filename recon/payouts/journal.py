"""The journal of a payout: accrual, settlement, claim or deferral; taxes, and what is payable; debits equal credits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from recon.model.postings import Posting, balanced, posting
from recon.payouts.calculation.rounding import allocated, places
from recon.payouts.plan.plan import Plan, Purpose
from recon.payouts.rows import Kind, Row

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Accounts:
    """Names of the ledger accounts."""

    expense: str = "Commission expense"
    deferred: str = "Deferred commission"
    contra: str = "Commission expense (contra)"
    tax_added: str = "Input tax"
    tax_withheld: str = "Withholding tax payable"
    reserve: str = "Commission reserve"
    carried: str = "Commission carried forward"
    waiting: str = "Commission not yet due"
    payable: str = "Commission payable"


OF_SETTLEMENTS = Accounts(
    expense="Merchant funds",
    reserve="Merchant reserve",
    carried="Merchant balances carried forward",
    waiting="Merchant funds not yet due",
    payable="Merchant settlement payable",
)
"""A settlement pays payees their own money: what we hold for them becomes payable."""
OF_CLAIMS = Accounts(
    expense="Campaign cost recovered",
    carried="Claims carried forward",
    waiting="Claims not yet due",
    payable="Receivable from funders",
)
"""A claim is owed to us: its sides are the other way round."""


def journal_of(plan: Plan, rows: Sequence[Row]) -> list[Posting]:
    """The journal of a payout's rows, in the accounts of what the plan is for.

    Raises:
        ControlFailed: as `accrual`.
    """
    shares = plan.funding.shares if plan.funding else {}
    digits = places(plan.rounding, plan.currency)
    if plan.purpose is Purpose.CLAIM:
        return accrual([replace(row, amount=-row.amount) for row in rows], OF_CLAIMS, shares, digits)
    accounts = OF_SETTLEMENTS if plan.purpose is Purpose.SETTLE else Accounts()
    postings = accrual(rows, accounts, shares, digits)
    if plan.deferral is not None:
        postings += deferral(net_of(postings, accounts.expense))
    return postings


def accrual(
    rows: Sequence[Row],
    accounts: Accounts | None = None,
    funders: Mapping[str, Decimal] | None = None,
    digits: int = 2,
) -> list[Posting]:
    """The journal of a payout's rows: expense and tax added against tax withheld, reserve, what is carried, payable.

    With `funders` (percentages that total 100) the expense is posted in shares at so many digits, an account each.

    Raises:
        ControlFailed: the rows do not balance, which no payout of this program produces.
    """
    names = accounts or Accounts()
    order = (names.expense, names.tax_added, names.tax_withheld, names.reserve, names.carried, names.waiting)
    sums = dict.fromkeys(order, ZERO)
    for row in rows:
        if row.kind is Kind.TAX:
            sums[names.tax_added if row.amount > 0 else names.tax_withheld] += row.amount
        elif row.kind is Kind.RESERVE:
            sums[names.reserve] += row.amount
        elif row.kind in {Kind.CARRIED_IN, Kind.CARRIED_OUT}:
            sums[names.carried] += row.amount
        elif row.kind is Kind.WAITING:
            sums[names.waiting] += row.amount
        else:
            sums[names.expense] += row.amount
    payable = sum(sums.values(), ZERO)
    if funders:
        whole = sums.pop(names.expense)
        parts = allocated(whole, list(funders.values()), Decimal(1).scaleb(-digits))
        parts[0] += whole - sum(parts, ZERO)
        own = {f"{names.expense}: {funder}": part for funder, part in zip(funders, parts, strict=True)}
        sums = {**own, **sums}
    postings = [posting(account, amount) for account, amount in sums.items() if amount]
    if payable:
        postings.append(posting(names.payable, -payable))
    return balanced(postings)


def net_of(postings: Iterable[Posting], account: str) -> Decimal:
    """What postings put into an account: debits less credits."""
    own = [one for one in postings if one.account == account]
    return sum((one.amount if one.side == "debit" else -one.amount for one in own), ZERO)


def deferral(commission: Decimal) -> list[Posting]:
    """A commission capitalised as a cost of obtaining a contract, to be amortised over its life."""
    names = Accounts()
    if not commission:
        return []
    return balanced([posting(names.deferred, commission), posting(names.contra, -commission)])


def amortisation(commission: Decimal, months: int, digits: int) -> list[list[Posting]]:
    """The monthly journals that turn a deferred commission into expense; together exactly the commission."""
    names = Accounts()
    return [
        balanced([posting(names.expense, part), posting(names.deferred, -part)]) if part else []
        for part in allocated(commission, [Decimal(1)] * months, Decimal(1).scaleb(-digits))
    ]
