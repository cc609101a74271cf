"""The files of a payout: its tables, and what its manifest says of them."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.model.money import plain
from recon.payouts.desk.balances import EARNING, PAYING, balance_rows, going_on
from recon.payouts.desk.computing import Computed
from recon.payouts.desk.shelf import OTHERS
from recon.payouts.periods.other_currencies import summed
from recon.payouts.steps import STEPS
from recon.payouts.tables import BALANCES, HELD, JOURNAL, OTHER_CURRENCIES, PAYMENT_ROWS, PAYOUTS
from recon.store.parquet import write_table

ZERO = Decimal(0)


def write_payout(computed: Computed, folder: Path) -> dict[str, Any]:
    """Write the tables; what the manifest says beside the files. Amounts in it are text."""
    plan, period = computed.plan, str(computed.period)
    computed.rows.write(folder / "rows.parquet")
    _write(_payouts(computed), PAYOUTS, folder / "payouts.parquet")
    _write(_payments(computed), PAYMENT_ROWS, folder / "payments.parquet")
    _write(_balances(computed), BALANCES, folder / "balances.parquet")
    held = [
        {
            "of_period": period, "credited": one.credited, "component": one.component, "entry_id": one.entry_id,
            "break_id": one.break_id, "kind": one.kind,
        }
        for one in computed.held
    ]  # fmt: skip
    _write(held, HELD, folder / "held.parquet")
    others = [asdict(one) for one in computed.other_currencies]
    _write(others, OTHER_CURRENCIES, folder / f"{OTHERS}.parquet")
    journal = [
        {"side": one.side, "account": one.account, "currency": plan.currency, "amount": one.amount}
        for one in computed.journal
    ]
    _write(journal, JOURNAL, folder / "journal.parquet")
    return {
        "plan": plan.plan,
        "version": plan.version,
        "title": plan.title,
        "period": period,
        "number": computed.known.number,
        "currency": plan.currency,
        "payees": len(computed.settled),
        "sums": _sums(computed),
        "paid": _paid(computed),
        "holds": len(computed.held),
        "basis": {**computed.late.basis, period: computed.basis},
        "recomputed": [str(one) for one in computed.late.recomputed],
        "left_out": [
            {**asdict(one), "amount": plain(one.amount)}
            for one in (*computed.rows.left_out, *summed(plan, computed.other_currencies))
        ],
    }


def _write(rows: Sequence[dict[str, Any]], schema: pa.Schema, path: Path) -> None:
    write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def _payouts(computed: Computed) -> list[dict[str, Any]]:
    plan = computed.plan
    fixed = {
        "plan": plan.plan,
        "version": plan.version,
        "period": str(computed.period),
        "currency": plan.currency,
    }
    return [
        {
            **fixed, "payee": one.payee, **one.steps(), "net": one.net, "paid": one.paid, "paid_in": one.paid_in,
            "fx_rate": one.fx_rate,
        }
        for one in computed.settled
    ]  # fmt: skip


def _payments(computed: Computed) -> list[dict[str, Any]]:
    return [
        {
            "payee": one.payee, "of_period": item.of_period, "kind": item.kind.value, "words": item.words,
            "reference": item.reference, "amount": item.amount,
        }
        for one in computed.settled
        for item in one.items
    ]  # fmt: skip


def _balances(computed: Computed) -> list[dict[str, Any]]:
    return list(_balance_rows(computed))


def _balance_rows(computed: Computed) -> Iterator[dict[str, Any]]:
    for period, balances in computed.late.recomputed.items():
        yield from balance_rows(period, EARNING, balances)
    own = computed.period
    yield from balance_rows(own, EARNING, going_on(computed.rows.balances, own, computed.plan.year_begins))
    yield from balance_rows(own, PAYING, {one.payee: one.balances for one in computed.settled if one.balances})


def _sums(computed: Computed) -> dict[str, str]:
    currency = computed.plan.currency
    sums = dict.fromkeys((*STEPS, "net"), ZERO)
    for one in computed.settled:
        for step, amount in (*one.steps().items(), ("net", one.net)):
            sums[step] += amount
    return {step: plain(amount, currency) for step, amount in sums.items()}


def _paid(computed: Computed) -> dict[str, str]:
    """What is paid by currency."""
    sums: dict[str, Decimal] = {}
    for one in computed.settled:
        sums[one.paid_in] = sums.get(one.paid_in, ZERO) + one.paid
    return {currency: plain(amount, currency) for currency, amount in sorted(sums.items())}
