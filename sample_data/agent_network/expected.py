"""What everybody is paid for both months, worked out from the book in plain arithmetic."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from sample_data.agent_network import earning
from sample_data.agent_network.book import Sale
from sample_data.agent_network.papers import BY_HAND
from sample_data.agent_network.world import LAST_DAYS, NO_TAX_ID, ON_HOLD, SMALL
from sample_data.payday import STEPS, Month, cents, held_part, payees, rows, text

PERIODS = ("2026-10", "2026-11")
Months = dict[str, Month]


def expected_files(sales: Sequence[Sale]) -> dict[str, bytes]:
    """The expected payouts by plan, period and payee, and their sums."""
    paid = {
        "agent_commission": commission(sales),
        "network_overrides": overrides(sales),
        "power_campaign": campaign(sales),
        "coordinator_scorecard": [_plain(earning.coordinator_scorecard(month)) for month in (0, 1)],
        "aggregator_stars": [_plain(earning.aggregator_stars(month)) for month in (0, 1)],
    }
    lines = [
        row
        for plan, months in sorted(paid.items())
        for period, month in zip(PERIODS, months, strict=True)
        for row in rows(period, plan, "NGN", month)
    ]
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("period", "plan", "payee", "currency", *STEPS, "net"))
    writer.writerows(lines)
    sums = {
        f"{plan} {period}": text(sum(one.net for one in month.values()))
        for plan, months in sorted(paid.items())
        for period, month in zip(PERIODS, months, strict=True)
    }
    return {
        "expected/payouts.csv": buffer.getvalue().encode("utf-8"),
        "expected/summary.json": (json.dumps({"net": sums}, indent=2) + "\n").encode("ascii"),
    }


def october(sale: Sale) -> bool:
    """Whether a sale is October's."""
    return sale.day <= LAST_DAYS[0]


def confirmed(sale: Sale, month: int) -> bool:
    """Whether the switch had confirmed a sale by the end of a month."""
    return sale.population != "never_settled" and (sale.population != "late" or month == 1)


def broken(month: int) -> Callable[[Sale], bool]:
    """Whether a sale has an open break at the end of a month: not confirmed, or confirmed at another fee."""
    return lambda sale: not confirmed(sale, month) or sale.population == "fee_too_high"


def commission(sales: Sequence[Sale]) -> list[Months]:
    """Agents' commissions: paid on what is confirmed; what is confirmed late is trued up."""
    first = [sale for sale in sales if october(sale) and confirmed(sale, 0)]
    late = [sale for sale in sales if october(sale) and confirmed(sale, 1)]
    second = [sale for sale in sales if not october(sale) and confirmed(sale, 1)]
    earn = earning.agent_commission
    months = _two_months(earn, (first, late, second))
    for _, who, amount, *_ in BY_HAND:
        months[1].setdefault(who, Month()).add("adjusted", amount)
    return _carried_and_taxed(months)


def overrides(sales: Sequence[Sale]) -> list[Months]:
    """Overrides of the levels above: earned on everything in the book, held where it is not confirmed."""
    first = [sale for sale in sales if october(sale)]
    return _two_months(earning.network_overrides, (first, first, [sale for sale in sales if not october(sale)]))


def campaign(sales: Sequence[Sale]) -> list[Months]:
    """The campaign: its budget is used up in the order of first transactions, late ones included."""
    first = [sale for sale in sales if october(sale) and confirmed(sale, 0)]
    late = [sale for sale in sales if october(sale) and confirmed(sale, 1)]
    second = [sale for sale in sales if not october(sale) and confirmed(sale, 1)]
    used = sum(earning.power_campaign(late).values())
    months = _two_months(earning.power_campaign, (first, late, []))
    earned = earning.power_campaign(second, used)
    held = held_part(lambda some: earning.power_campaign(some, used), second, broken(1))
    for who in payees(earned, held):
        month = months[1].setdefault(who, Month())
        month.add("earned", earned.get(who, 0))
        month.add("held", -max(held.get(who, 0), 0))
    return months


def _two_months(
    earn: Callable[[Sequence[Sale]], Mapping[str, int]], counted: tuple[Sequence[Sale], ...]
) -> list[Months]:
    """Both months of a plan; `counted` are October's sales as known in October and in November, and November's."""
    first, late, second = counted
    paid, now, new = earn(first), earn(late), earn(second)
    held = {who: max(amount, 0) for who, amount in held_part(earn, first, broken(0)).items()}
    if paid.get(ON_HOLD.who):
        held[ON_HOLD.who] = paid[ON_HOLD.who]
    still = held_part(earn, late, broken(1))
    held_now = held_part(earn, second, broken(1))
    months: list[Months] = [{}, {}]
    for who in payees(paid, held):
        month = months[0].setdefault(who, Month())
        month.add("earned", paid.get(who, 0))
        month.add("held", -held.get(who, 0))
    for who in payees(now, paid, held, new):
        month = months[1].setdefault(who, Month())
        month.add("earned", new.get(who, 0))
        month.add("held", -max(held_now.get(who, 0), 0))
        month.add("corrected", now.get(who, 0) - paid.get(who, 0))
        kept = held.get(who, 0)
        month.add("released", kept - max(min(still.get(who, 0), kept), 0))
    return months


def _carried_and_taxed(months: list[Months]) -> list[Months]:
    """A balance under 1,500 is carried; withholding tax of 5%, 10% without a tax number, none for small companies."""
    for who in payees(*months):
        balance = 0
        for month in (one.setdefault(who, Month()) for one in months):
            month.add("carried_in", balance)
            due = month.net
            balance = 0
            if due < 150_000:
                month.add("carried_out", -due)
                balance = due
            elif who not in SMALL:
                month.add("tax", -cents(Fraction(due * (10 if who in NO_TAX_ID else 5), 100)))
    return months


def _plain(earned: Mapping[str, int]) -> Months:
    found: Months = {}
    for who, amount in earned.items():
        found[who] = Month()
        found[who].add("earned", amount)
    return found
