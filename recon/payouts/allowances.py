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

    def taken_off(self, value: Decimal) -> tuple[Decimal, bool]:
        """What of the value is paid for, and whether the transaction was wholly free."""
        if self._allowance is None:
            return value, False
        free = min(self._free(value), value)
        self._transactions = max(self._transactions - 1, ZERO)
        self._amount -= min(free, self._amount)
        return value - free, free > 0 and free == value

    def _free(self, value: Decimal) -> Decimal:
        allowance = self._allowance
        counts = allowance is not None and allowance.transactions is not None
        measures = allowance is not None and allowance.amount is not None
        if counts and measures and allowance is not None and allowance.ends == "first":
            return min(value, self._amount) if self._transactions > 0 else ZERO
        if measures and self._amount > 0:
            return min(value, self._amount)
        return value if counts and self._transactions > 0 else ZERO
