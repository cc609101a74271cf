"""What every partner is paid over the quarter, worked out from the tracker's book in plain arithmetic."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sample_data.partner_programme.book import Sale
from sample_data.partner_programme.papers import BY_HAND, collected_in
from sample_data.partner_programme.world import AFFILIATES, FX, PERIODS, REFERRERS, month_of
from sample_data.payday import STEPS, Month, cents, marginal, text, whole

BY_COUNT = ((10, Fraction(8, 100)), (20, Fraction(10, 100)), (None, Fraction(12, 100)))
BY_VOLUME = ((500_000, Fraction(5, 100)), (1_200_000, Fraction(7, 100)), (None, Fraction(9, 100)))


@dataclass
class Account:
    """One partner under one plan, from month to month."""

    plan: str
    partner: str
    sales: Sequence[Sale]
    paid: list[int] = field(default_factory=list)
    """What each month was paid, true-ups included."""
    carried: int = 0
    waiting: int = 0
    reserve: int = 0
    taken_back: set[str] = field(default_factory=set)

    def known(self, month: int, at: int) -> list[Sale]:
        """The sales of a month that were collected by the end of month `at`."""
        own = (one for one in self.sales if one.kind == "SALE" and month_of(one.day) == month)
        return [one for one in own if (came := collected_in(one)) is not None and came <= at]

    def exact(self, month: int, at: int) -> Fraction:
        """What a month earns by what is known at the end of month `at`, before rounding."""
        own = self.known(month, at)
        base = Fraction(sum(one.amount for one in own))
        if self.plan != "referrals":
            return whole(base, Fraction(len(own)), BY_COUNT)
        before = Fraction(sum(one.amount for earlier in range(month) for one in self.known(earlier, at)))
        return marginal(before + base, BY_VOLUME) - marginal(before, BY_VOLUME)

    def refunds(self, at: int) -> list[tuple[int, int]]:
        """What refunds known at the end of month `at` take back for the first time: (month of the sale, cents)."""
        found = []
        for one in self.sales:
            if one.kind == "SALE" or month_of(one.day) > at or one.order in self.taken_back:
                continue
            month = next(month_of(sale.day) for sale in self.sales if sale.order == one.undoes)
            base = sum(sale.amount for sale in self.known(month, at))
            self.taken_back.add(one.order)
            found.append((month, cents(self.exact(month, at) * one.amount / base)))
        return found


def expected_files(sales: Sequence[Sale]) -> dict[str, bytes]:
    """The expected payouts by period, plan and payee."""
    accounts = [
        Account(f"affiliates_{currency.lower()}", who, _of(sales, who))
        for who, (currency, _) in AFFILIATES.items()
    ]
    accounts += [Account("referrals", who, _of(sales, who)) for who in REFERRERS]
    rows = []
    for at, period in enumerate(PERIODS):
        for account in sorted(accounts, key=lambda one: (one.plan, one.partner)):
            month, paid, paid_in = _month(account, at)
            if any(month.steps.values()):
                currency = "EUR" if account.plan == "affiliates_eur" else "USD"
                steps = [text(amount) for amount in (*month.steps.values(), month.net, paid)]
                rows.append((period, account.plan, account.partner, currency, *steps, paid_in))
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("period", "plan", "payee", "currency", *STEPS, "net", "paid", "paid_in"))
    writer.writerows(rows)
    return {"expected/payouts.csv": buffer.getvalue().encode("utf-8")}


def _of(sales: Sequence[Sale], who: str) -> list[Sale]:
    return [sale for sale in sales if sale.partner == who]


def _month(account: Account, at: int) -> tuple[Month, int, str]:
    """One month of an account: its steps, what is paid, and in which currency."""
    month = Month()
    late = _late(account, at)
    earned = cents(account.exact(at, at))
    account.paid.append(earned)
    month.add("earned", earned)
    month.add("corrected", sum(amount for _, amount in late))
    by_hand = [
        one[2] for one in BY_HAND if one[:2] == (account.plan, account.partner) and one[7] == PERIODS[at]
    ]
    month.add("adjusted", sum(by_hand))
    if account.plan != "referrals":
        month.add("waiting", account.waiting - earned)
        account.waiting = earned
    month.add("carried_in", account.carried)
    balance = month.net
    least = 2_500 if account.plan != "referrals" else 0
    account.carried = balance if balance < 0 or 0 < balance < least else 0
    month.add("carried_out", -account.carried)
    if account.plan == "affiliates_eur":
        kept = cents(Fraction(max(month.net, 0), 10))
        month.add("reserved", account.reserve - kept)
        account.reserve = kept
    if account.plan != "referrals":
        return month, month.net, "EUR" if account.plan == "affiliates_eur" else "USD"
    paid = cents(month.net * FX[at])
    if not account.carried:
        paid += cents(sum((amount * (FX[of] - FX[at]) for of, amount in late), Fraction(0)))
    return month, paid, "GBP"


def _late(account: Account, at: int) -> list[tuple[int, int]]:
    """What became known of earlier months: true-ups and refunds, each with the month that it is of."""
    found = []
    for earlier in range(at):
        now = cents(account.exact(earlier, at))
        found.append((earlier, now - account.paid[earlier]))
        account.paid[earlier] = now
    return found + account.refunds(at)
