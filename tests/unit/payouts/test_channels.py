"""The channel desk over small books: no fee is lost or counted twice, and T+n is the same by any period."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon.errors import ConfigError
from recon.model.periods import Period
from recon.model.tables import BREAKS, JOURNEYS, MATCHES, MEMBERS
from recon.payouts.books.run_books import held_books
from recon.payouts.channels.campaigns import budget_of, campaigns, effects
from recon.payouts.channels.desk import Desk, lay_out
from recon.payouts.channels.margin import margins
from recon.payouts.channels.settings import ChannelSettings
from recon.payouts.desk.due_days import due_later
from recon.payouts.period_rows import period_rows
from recon.payouts.periods.period import Known
from recon.payouts.plan.payment import Hold
from recon.payouts.plan.plan import Plan, Purpose
from recon.project.located import read_yaml
from recon.store.published import Published
from tests.unit.engines.bare import bare_engine
from tests.unit.payouts.books import MATCH, MEMBER, books, entries
from tests.unit.payouts.plans import plan_of

MONTH = Period.parse("2026-01")
ZERO = Decimal(0)
RUN = cast(
    "Published",
    SimpleNamespace(
        identity="r1",
        manifest={"rulesets": [{"name": "bills", "left": ["orders"], "right": ["wallet", "cards"]}]},
    ),
)
SETTINGS = ChannelSettings(
    ledger="orders", bills="bills", by={"channel": "channel", "merchant": "agent"}, fees=("commission",)
)
EACH = """\
- name: commission
  activity: {of: matched, source: orders}
  measure: {sum: amount}
  scope: transaction
  accumulate: none
  below_zero: reverses
"""
Line = tuple[str, Sequence[str], Sequence[str]]
"""A match: its id, ledger entries, bill lines."""


def sale(number: int, channel: str = "wallet", amount: int = 100, day: int = 15) -> dict[str, Any]:
    return {
        "entry_id": f"s{number}", "amount": Decimal(amount), "business_date": date(2026, 1, day),
        "attributes": [("channel", channel), ("agent", f"M{number % 2}"), ("campaign", "C1"), ("discount", "5")],
    }  # fmt: skip


def line(number: int, fee: str, source: str = "wallet", day: int = 15) -> dict[str, Any]:
    own = {"entry_id": f"b{number}", "source": source, "business_date": date(2026, 1, day)}
    return {**own, "amount": Decimal(100), "fee": -Decimal(fee)}


@contextmanager
def desk(
    rows: Sequence[dict[str, Any]],
    matched: Sequence[Line],
    plans: Sequence[Plan],
    told: ChannelSettings = SETTINGS,
) -> Iterator[Desk]:
    """A desk over these entries, of which some are matched."""
    members = [
        {**MEMBER, "match_id": name, "ruleset": "bills", "side": side, "entry_id": one}
        for name, left, right in matched
        for side, own in (("left", left), ("right", right))
        for one in own
    ]
    found = [{**MATCH, "match_id": name, "ruleset": "bills"} for name, _, _ in matched]
    with bare_engine() as engine:
        engine.register("entries", entries(rows))
        engine.register("members", pa.Table.from_pylist(members, schema=MEMBERS))
        engine.register("matches", pa.Table.from_pylist(found, schema=MATCHES))
        engine.register("breaks", BREAKS.empty_table())
        engine.register("journeys", JOURNEYS.empty_table())
        yield lay_out(engine, held_books(engine), told, RUN, plans, Known(), MONTH)


def whole(*amounts: int) -> list[Decimal]:
    """Amounts as decimals."""
    return [Decimal(amount) for amount in amounts]


def settlement(folder: Path) -> Plan:
    """Merchants are charged 1% of each payment."""
    return plan_of(folder, "rate: {percent: -1}", component=EACH).model_copy(update={"purpose": Purpose.SETTLE})


def test_a_match_of_several_and_a_line_that_nobody_knows_are_in_no_group(tmp_path: Path) -> None:
    rows = [
        sale(1),
        sale(2, "cards"),
        sale(3, "cards"),
        line(1, "0.40"),
        line(2, "0.70", "cards"),
        line(3, "0.05"),
    ]
    with desk(rows, [("m1", ["s1"], ["b1"]), ("m2", ["s2", "s3"], ["b2"])], [settlement(tmp_path)]) as found:
        by = {one.by[0]: one for one in margins(found, ["channel"])}
    assert {name: (one.entries, one.charged, one.cost) for name, one in by.items()} == {
        "": (0, ZERO, Decimal("0.75")),
        "wallet": (1, Decimal("1.00"), Decimal("0.40")),
        "cards": (2, Decimal("2.00"), ZERO),
    }
    assert by["wallet"].margin == Decimal("0.60")


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.integers(0, 5), st.sampled_from(["wallet", "cards"])),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=8),
)
def test_every_fee_of_every_bill_is_there_once(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, int, str]], pairs: list[tuple[int, int]]
) -> None:
    """Matches that were made anew by a later run included: an entry may be in several."""
    rows = [sale(number, day=number + 1) for number in range(5)]
    rows += [line(number, f"{fee}.{day}5", source, day + 1) for number, (fee, day, source) in enumerate(lines)]
    matched = [(f"m{at}", [f"s{left}"], [f"b{right % len(lines)}"]) for at, (left, right) in enumerate(pairs)]
    plan = settlement(tmp_path_factory.mktemp("plan"))
    with desk(rows, matched, [plan]) as found:
        for by in (["channel"], ["merchant", "day"], ["month"]):
            own = margins(found, by)
            assert sum(one.cost for one in own) == sum(-row["fee"] for row in rows if "fee" in row)
            assert sum(one.charged for one in own) == len({left for left, _ in pairs})
            assert sum(one.entries for one in own) == len({left for left, _ in pairs})


def test_a_budget_is_where_the_bands_stop_and_the_entry_that_crosses_is_shared(tmp_path: Path) -> None:
    bands = "bands: [{to: 12, percent: 50}, {percent: 0}]"
    tiers = f"tiers: {{method: marginal, boundary: upper_inclusive, outside: refuse, {bands}}}"
    component = EACH.replace("sum: amount", "sum: discount").replace(
        "accumulate: none", "accumulate: forever\n  order: as_booked"
    )
    claim = plan_of(tmp_path, tiers, component=component)
    credit = claim.credit.model_copy(update={"to": "campaign"})
    claim = claim.model_copy(update={"purpose": Purpose.CLAIM, "credit": credit, "plan": "claim"})
    rows = [sale(number, day=number) for number in range(1, 5)] + [{**sale(5), "attributes": [("agent", "M1")]}]
    matched: list[Line] = [(f"m{number}", [f"s{number}"], []) for number in range(1, 6)]
    told = SETTINGS.model_copy(update={"fees": (), "discount": "discount", "paid_out": ({"campaign": "C1"},)})
    with desk(rows, matched, [claim], told) as found:
        (own,) = campaigns(found)
        assert own.entries == 4
        assert [own.used, own.budget, own.over] == whole(20, 12, 8)
        assert [own.given, own.claimed, own.ours] == whole(20, 6, 14)
        by_day = {one.by[0]: one.claimed for one in margins(found, ["day"])}
        assert [by_day["2026-01-03"], by_day["2026-01-04"]] == whole(1, 0)
        told_of = {one.payments: one for one in effects(found, "merchant")}
        assert [told_of["with"].volume, told_of["with"].average] == whole(400, 100)
        assert [told_of["without"].volume, told_of["without"].average] == whole(100, 100)
    assert budget_of(settlement(tmp_path).components[0]) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bills": "bill"}, "no rule set bill"),
        ({"fees": ("comission",)}, "no settlement has a component comission"),
    ],
)
def test_what_the_run_or_the_plans_do_not_know_is_refused(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    told = SETTINGS.model_copy(update=change)
    with pytest.raises(ConfigError, match=message), desk([sale(1)], [], [settlement(tmp_path)], told):
        pass


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("by: {day: day}", "day is a group of every desk"),
        ("by: {channel: channel}\npaid_out: [{campaign: C1}]", "not said what was paid out"),
        ("by: {channel: channel}\nfees: [a]\ngiven: [a]", "a cannot be a fee and given"),
        ("by: {channel: channel}\nlegder: orders", "did you mean `ledger`"),
    ],
)
def test_settings_that_contradict_themselves_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "channels.yaml"
    path.write_text(f"ledger: orders\nbills: bills\n{text}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_yaml(path).build(ChannelSettings)


@settings(max_examples=8)
@given(st.lists(st.tuples(st.integers(1, 31), st.integers(1, 500)), min_size=1, max_size=12), st.integers(0, 3))
def test_a_month_owes_what_its_days_owe(
    tmp_path_factory: pytest.TempPathFactory, sales: list[tuple[int, int]], days: int
) -> None:
    """Settled day by day or in one month: by the last day the same is due, and the rest waits for the same days."""
    plan = plan_of(tmp_path_factory.mktemp("plan"), "rate: {percent: 100}", component=EACH)
    hold = Hold(after_business_days=days, calendar="CN")
    rows = [
        {"amount": Decimal(amount), "business_date": date(2026, 1, day), "attributes": [("agent", "Ada")]}
        for day, amount in sales
    ]
    with books(rows) as (engine, held):
        month = due_later(period_rows(engine, plan, held, MONTH), held, hold, MONTH).get("Ada", {})
        waiting: dict[date, Decimal] = {}
        for number in sorted({day for day, _ in sales}):
            today = Period(date(2026, 1, number), date(2026, 1, number))
            own = due_later(period_rows(engine, plan, held, today), held, hold, today)
            for due, amount in own.get("Ada", {}).items():
                waiting[due] = waiting.get(due, ZERO) + amount
    assert month == {due: amount for due, amount in waiting.items() if due > MONTH.last}
    assert all(due - MONTH.last <= timedelta(days=12) for due in month)
