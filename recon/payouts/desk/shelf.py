"""Published payouts: one plan over one period each, found by plan and period, with their states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from recon.errors import Problem, UsageError
from recon.model.periods import Period
from recon.payouts.periods.known_facts import known_in, read_facts
from recon.payouts.periods.other_currencies import OtherCurrency
from recon.payouts.periods.period import Known, LeftOut
from recon.payouts.plan.plan import Plan, Purpose, load
from recon.payouts.rows import Kind
from recon.project.suggest import did_you_mean
from recon.store.parquet import read_table
from recon.store.published import Published
from recon.store.store import Store

PAYOUT = "payout"
LOOKED_BACK_AT = [kind.value for kind in (Kind.HOLD, Kind.RELEASE, Kind.TRUE_UP, Kind.CORRECTION)]
OTHERS = "other_currencies"
PLAN_FILE = "inputs/plan.yaml"


@dataclass(frozen=True)
class PublishedPayout:
    """One published payout; everything it says comes from its folder, verified when it is read."""

    published: Published

    @property
    def identity(self) -> str:
        """The payout's name: its plan, its period, and the beginning of its key."""
        return self.published.identity

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the payout says of itself."""
        return self.published.manifest

    @property
    def plan(self) -> str:
        """The plan's name."""
        return str(self.manifest["plan"])

    @cached_property
    def period(self) -> Period:
        """The period it pays."""
        return Period.parse(str(self.manifest["period"]))

    @cached_property
    def as_written(self) -> Plan:
        """The plan's version that it was computed by, from the copy in its folder."""
        return load(self.file(PLAN_FILE), f"{self.published.shown}/{PLAN_FILE}")[0]

    @property
    def is_claim(self) -> bool:
        """Whether its payees owe what it says: it is approved, and never paid."""
        return self.as_written.purpose is Purpose.CLAIM

    def file(self, name: str) -> Path:
        """One of its files, verified."""
        return self.published.verified(name)

    def inputs(self, folder: str) -> list[tuple[Path, str]]:
        """The copies of a kind of input (`facts`, `adjustments`), each with the name to show."""
        names = [name for name in self.published.names() if name.startswith(f"inputs/{folder}/")]
        return [(self.file(name), f"{self.published.shown}/{name}") for name in sorted(names)]

    def table(self, name: str) -> pa.Table:
        """One of its tables."""
        return read_table(self.file(f"{name}.parquet"))

    @cached_property
    def known(self) -> Known:
        """What was known of payees when it was calculated, from the copies in its folder."""
        facts = [fact for path, shown in self.inputs("facts") for fact in read_facts(path, shown)]
        return known_in(facts, self.period, int(self.manifest["number"]))

    @cached_property
    def left_out(self) -> list[LeftOut]:
        """The entries that it counts and pays nobody for, by reason and currency."""
        rows = [{"component": "", **row} for row in self.manifest["left_out"]]
        return [LeftOut(**{**row, "amount": Decimal(row["amount"])}) for row in rows]

    @cached_property
    def other_currencies(self) -> list[OtherCurrency]:
        """What it left out for its currency, payee by payee; nothing is known of payouts from before this was kept."""
        if f"{OTHERS}.parquet" not in self.published.names():
            return []
        return [OtherCurrency(**row) for row in self.table(OTHERS).to_pylist()]

    @cached_property
    def explanation(self) -> pa.Table:
        """The rows of what everybody earned; see `PAYOUT_ROWS`."""
        return self.table("rows")

    @cached_property
    def payouts(self) -> list[dict[str, Any]]:
        """One row per payee; see `PAYOUTS`."""
        return list(self.table("payouts").to_pylist())

    @cached_property
    def payments(self) -> list[dict[str, Any]]:
        """The rows from earned to paid; see `PAYMENT_ROWS`."""
        return list(self.table("payments").to_pylist())

    @cached_property
    def late_rows(self) -> list[dict[str, Any]]:
        """Of the payment rows only those that later payouts look back at: holds, releases, corrections."""
        table = self.table("payments")
        import pyarrow.compute as pc  # it makes hundreds of functions as it is imported

        return list(table.filter(pc.is_in(table["kind"], pa.array(LOOKED_BACK_AT))).to_pylist())

    @cached_property
    def balances(self) -> Mapping[tuple[str, str], Mapping[str, Mapping[str, Decimal]]]:
        """By period and stage, each payee's balances."""
        found: dict[tuple[str, str], dict[str, dict[str, Decimal]]] = {}
        for row in self.table("balances").to_pylist():
            found.setdefault((row["period"], row["stage"]), {}).setdefault(row["payee"], {})[row["name"]] = row[
                "amount"
            ]
        return found


class Shelf:
    """All published payouts of a store, as it was when the shelf was made."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.all = [PublishedPayout(one) for one in store.recorded(PAYOUT)]

    def versions_of(self, plan: str, period: Period) -> list[PublishedPayout]:
        """Every payout of a plan and period, oldest first."""
        return [one for one in self.all if one.plan == plan and one.period == period]

    def current(self, plan: str, period: Period) -> PublishedPayout | None:
        """The payout that stands for a plan and period: the one that is closed, or else the latest."""
        from recon.payouts.desk.states import state_of

        found = self.versions_of(plan, period)
        closed = [one for one in found if state_of(self.store, one).closed]
        standing = closed or found
        return standing[-1] if standing else None

    def line(self, plan: str, before: Period) -> list[PublishedPayout]:
        """The payouts that stand for the plan's earlier periods, oldest first."""
        periods = sorted(
            {one.period for one in self.all if one.plan == plan and one.period.last < before.first}
        )
        return [one for period in periods if (one := self.current(plan, period)) is not None]

    def later(self, plan: str, after: Period) -> list[PublishedPayout]:
        """The payouts that stand for the plan's later periods."""
        periods = sorted({one.period for one in self.all if one.plan == plan and one.period.first > after.last})
        return [one for period in periods if (one := self.current(plan, period)) is not None]

    def standing(self, period: Period | None = None, plans: Sequence[str] = ()) -> list[PublishedPayout]:
        """The payouts that stand, of a period or all, by period and plan."""
        keys = sorted({(one.period, one.plan) for one in self.all if period is None or one.period == period})
        wanted = [(when, plan) for when, plan in keys if not plans or plan in plans]
        return [one for when, plan in wanted if (one := self.current(plan, when)) is not None]

    def named(self, name: str) -> PublishedPayout:
        """The payout with this identity, or the only one whose identity starts so; of a period's, the one that stands.

        Raises:
            UsageError: there is none, or more than one.
        """
        near = [one for one in self.all if one.identity == name] or [
            one for one in self.all if one.identity.startswith(name)
        ]
        if len(near) > 1:
            standing = {one.identity for one in self.standing()}
            near = [one for one in near if one.identity in standing] or near
        if len(near) == 1:
            return near[0]
        if near:
            message = (
                f"`{name}` is the beginning of {len(near)} payouts: {', '.join(one.identity for one in near)}"
            )
            raise UsageError(Problem("payout", message, hint="give more of the payout's name"))
        hint = did_you_mean(name, [one.identity for one in self.all]) or (
            "`recon payouts list` shows them" if self.all else "`recon payouts run --period 2026-10` makes one"
        )
        raise UsageError(Problem("payout", f"no payout `{name}`", hint=hint))
