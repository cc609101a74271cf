"""Free allowances: transactions or amounts that earn nothing before the rate begins."""

from decimal import Decimal

from recon.payouts.plan.bands import Allowance

ZERO = Decimal(0)


class Free:
    """What is left of an allowance while transactions draw on it, in their order.

    With `ends: first` the allowance ends with whichever of transactions and amount is used up first. With
    `ends: both` a transaction draws on the amount while it lasts; once it is used up, the transactions that are
    still free are wholly free.
    """

    def __init__(self, allowance: Allowance | None) -> None:
        self._allowance = allowance
        self._transactions = (allowance and allowance.transactions) or ZERO
        self._amount = (allowance and allowance.amount) or ZERO
        self._paid = ZERO

    def taken_off(self, value: Decimal) -> tuple[Decimal, bool]:
        """What of the value is paid for, and whether the transaction was wholly free."""
        if self._allowance is None:
            return value, False
        if value < 0:
            return self._given_back(value)
        free = min(self._free(value), value)
        self._transactions = max(self._transactions - 1, ZERO)
        self._amount -= min(free, self._amount)
        self._paid += value - free
        return value - free, free > 0 and free == value

    def _given_back(self, value: Decimal) -> tuple[Decimal, bool]:
        """What a refund takes back: first what was paid for, then the allowance has the rest again."""
        back = max(value, -self._paid)
        self._paid += back
        self._amount -= value - back
        if not back:
            self._transactions += 1
        return back, not back

    def _free(self, value: Decimal) -> Decimal:
        allowance = self._allowance
        counts = allowance is not None and allowance.transactions is not None
        measures = allowance is not None and allowance.amount is not None
        if counts and measures and allowance is not None and allowance.ends == "first":
            return min(value, self._amount) if self._transactions > 0 else ZERO
        if measures and self._amount > 0:
            return min(value, self._amount)
        return value if counts and self._transactions > 0 else ZERO
