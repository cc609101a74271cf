"""What the desk must find: settlements, claims, margin and breaks, worked out from the ledger by plain arithmetic."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from sample_data.channel_ops.bills import SHORT_BY
from sample_data.channel_ops.book import DOUBLED, LATE, MISSING, Sale
from sample_data.channel_ops.fees import agreed, charged, tariff
from sample_data.channel_ops.world import (
    ALIPAY_SHARE,
    BRAND,
    BRAND_SHARE,
    CASHBACK,
    HALVES,
    MERCHANT_BACK_SHARE,
    MERCHANT_SHARE,
    MINIMUM,
    MONEY_OFF,
    MONEY_OFF_BUDGET,
    PERIODS,
    RESERVE_CNY,
    RESERVE_DAYS,
    RESERVE_USD,
    WATCHED,
    cents,
    due,
)
from sample_data.payday import STEPS, Month, payees, rows, text
from sample_data.tables import csv_bytes

Months = list[dict[str, Month]]
GROUPS = ("channel", "product", "card")


def expected_files(book: Sequence[Sale]) -> dict[str, bytes]:
    """Payouts by plan, period and payee; margin by channel, product and card type; and what else is found."""
    plans: dict[str, tuple[str, Months]] = {
        "merchants_cny": ("CNY", settlements(book, "CNY")),
        "merchants_usd": ("USD", settlements(book, "USD")),
        "golden_week": ("CNY", [{BRAND: _earned(brand(book))}, {}]),
        "autumn_back": ("CNY", [{"Alipay": _earned(cashback(book, at))} for at in (0, 1)]),
    }
    lines = [
        row
        for plan, (currency, months) in sorted(plans.items())
        for period, month in zip(PERIODS, months, strict=True)
        for row in rows(period, plan, currency, month)
    ]
    found = json.dumps(findings(book), indent=2, ensure_ascii=False) + "\n"
    head = (*GROUPS, "currency", "entries", "volume", "charged", "given", "claimed", "cost", "margin")
    return {
        "expected/payouts.csv": csv_bytes(("period", "plan", "payee", "currency", *STEPS, "net"), lines),
        "expected/margin.csv": csv_bytes(head, margin(book)),
        "expected/findings.json": found.encode(),
    }


def settled(one: Sale, half: int) -> bool:
    """Whether an entry is on its channel's bill by the end of a half."""
    return one.population != MISSING and (one.population != LATE or half == 1)


def owed(one: Sale) -> int:
    """What a merchant is owed for an entry: the payment, what campaigns change, less the fee."""
    return one.paid - tariff(one) + made_good(one)


def made_good(one: Sale) -> int:
    """Of a discount the merchant bears a fifth and is given the rest; of cashback it bears its part."""
    if one.campaign == MONEY_OFF:
        return cents(one.discount * (1 - MERCHANT_SHARE))
    return -cents(one.discount * MERCHANT_BACK_SHARE)


def settlements(book: Sequence[Sale], currency: str) -> Months:
    """Both halves: what is due, what waits for T+n, minimum and reserve; refunds of the first half in the second."""
    own = [one for one in book if one.currency == currency]
    sales = {one.order: one for one in own if one.kind == "SALE"}
    crossing = [one for one in own if one.kind == "REFUND" and one.half == 1 and sales[one.order].half == 0]
    months: Months = [{}, {}]
    for at in (0, 1):
        counted = [one for one in own if one.half == at and settled(one, at) and one not in crossing]
        for who in sorted({one.merchant for one in counted}):
            months[at][who] = _half([one for one in counted if one.merchant == who], at)
    for one in own:
        if one.half == 0 and settled(one, 1) and not settled(one, 0):
            months[1].setdefault(one.merchant, Month()).add("corrected", owed(one))
    for one in crossing:
        months[1].setdefault(one.merchant, Month()).add("corrected", -owed(sales[one.order]))
    for who in payees(*months):
        _paid([month.setdefault(who, Month()) for month in months], currency)
    return months


def _half(own: Sequence[Sale], at: int) -> Month:
    """What one merchant earns in a half, and how much of it is due later: day by day, where it is more than nothing."""
    month = Month()
    month.add("earned", sum(owed(one) for one in own))
    if own[0].merchant == WATCHED:
        month.add("held", -month.steps["earned"])
        return month
    later: Counter[object] = Counter()
    for one in own:
        if (day := due(one.currency, one.day)) > HALVES[at][1]:
            later[day] += owed(one)
    month.add("waiting", -sum(amount for amount in later.values() if amount > 0))
    return month


def _paid(months: Sequence[Month], currency: str) -> None:
    """What has waited, what is carried below the minimum, and the reserve: kept for fourteen days, then released."""
    waited = carried = kept = 0
    percent = RESERVE_CNY if currency == "CNY" else RESERVE_USD
    for month in months:
        month.add("waiting", waited)
        waited = max(waited - month.steps["waiting"], 0)
        month.add("carried_in", carried)
        balance, carried = month.net, 0
        if balance < 0 or 0 < balance < MINIMUM:
            month.add("carried_out", -balance)
            carried, balance = balance, 0
        month.add("reserved", kept)  # released after the new one was worked out
        kept = cents(balance * percent)
        month.add("reserved", -kept)


def brand(book: Sequence[Sale]) -> int:
    """The brand's half of the discounts, in the order of time until the budget is used up."""
    used = total = 0
    for one in book:
        if one.campaign == MONEY_OFF:
            share = min(one.discount, MONEY_OFF_BUDGET - used)
            used += share
            total += cents(share * BRAND_SHARE)
    return total


def cashback(book: Sequence[Sale], at: int) -> int:
    """Alipay's part of the cashback of a half."""
    return sum(
        cents(one.discount * ALIPAY_SHARE) for one in book if one.campaign == CASHBACK and one.half == at
    )


def _earned(amount: int) -> Month:
    month = Month()
    month.add("earned", amount)
    return month


def margin(book: Sequence[Sale]) -> list[Sequence[str]]:
    """October by channel, product and card type; the line that is twice on a bill is of none of them."""
    found: dict[tuple[str, ...], list[int]] = {}
    used = 0
    for one in book:
        if not settled(one, 1):
            continue
        claimed = given = 0
        if one.campaign == MONEY_OFF:
            share = min(one.discount, MONEY_OFF_BUDGET - used)
            used += share
            claimed, given = cents(share * BRAND_SHARE), made_good(one)
        elif one.campaign == CASHBACK:
            claimed, given = cents(one.discount * ALIPAY_SHARE), one.discount + made_good(one)
        sums = found.setdefault((one.channel, one.product, one.card, one.currency), [0] * 6)
        for at, amount in enumerate((1, one.paid, tariff(one), given, claimed, charged(one))):
            sums[at] += amount
        if one.population == DOUBLED and one.kind == "SALE":
            found["", "", "", one.currency] = [0, 0, 0, 0, 0, charged(one)]
    return [
        (
            *key,
            str(count),
            *(text(amount) for amount in (*amounts, amounts[1] - amounts[2] + amounts[3] - amounts[4])),
        )
        for key, (count, *amounts) in sorted(found.items())
    ]


def findings(book: Sequence[Sale]) -> dict[str, object]:
    """What is wrong, by count and by money, and what campaigns came to."""

    def discounts(campaign: str) -> int:
        return sum(one.discount for one in book if one.campaign == campaign)

    over = [one for one in book if charged(one) > agreed(one)]
    return {
        "entries": len(book),
        "missing on the bill": _orders(book, lambda one: one.population == MISSING),
        "late on the bill": _orders(book, lambda one: one.population == LATE),
        "twice on the bill": _orders(book, lambda one: one.population == DOUBLED and one.kind == "SALE"),
        "overcharged": {"entries": len(over), "amount": text(sum(charged(one) - agreed(one) for one in over))},
        "short remittance": text(SHORT_BY),
        "chargebacks": _orders(book, lambda one: one.kind == "CHARGEBACK"),
        MONEY_OFF: {
            "discounts": text(discounts(MONEY_OFF)), "budget": text(MONEY_OFF_BUDGET),
            "over": text(discounts(MONEY_OFF) - MONEY_OFF_BUDGET), "brand": text(brand(book)),
        },
        CASHBACK: {"cashback": text(discounts(CASHBACK)), "Alipay": text(cashback(book, 0) + cashback(book, 1))},
        "reserve days": RESERVE_DAYS,
    }  # fmt: skip


def _orders(book: Iterable[Sale], wanted: Callable[[Sale], bool]) -> list[str]:
    return sorted(one.order for one in book if wanted(one))
