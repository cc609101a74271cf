"""Tables by which units are brought together: what nobody shares is not asked for again."""

from collections.abc import Callable

import pytest

from recon.engines.duck import DuckEngine
from recon.engines.relations import Scan
from recon.engines.types import ROW
from recon.matchers.comparing.blocks import Held, Tables
from recon.matchers.pool import load_pool, side_view
from tests.unit.matchers.bench_of import entry, matched, ruleset, table_of

RULES = ruleset([{"name": "maybe", "likely": {"references": ["ref_merchant"]}, "within": {"days": 10}}])


def test_tables_know_whether_they_hold_a_row() -> None:
    with DuckEngine.open(memory_mb=200, threads=1) as engine:
        engine.create_typed("nothing", {"uid": ROW})
        tables, nothing = Tables(engine), Scan({"uid": ROW}, "nothing")
        assert tables.is_bare(tables("kept", nothing))
        assert tables.names == ["kept"]
        assert not Held().is_bare(Held()("kept", nothing))


@pytest.mark.parametrize(
    ("reference", "amount", "found", "blocks"),
    [("TX-ORDER-778812", "12.34", [("maybe", "suggested", ("a",), ("b",))], 4), ("PAID-0091", "12.00", [], 1)],
)
def test_what_no_two_units_share_has_no_block(
    reference: str, amount: str, found: list[object], blocks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _materialised(monkeypatch)
    rows = [
        entry("a", "left", "12.34", ref_merchant="TX-ORDER-778812"),
        entry("b", "right", amount, ref_merchant=reference),
    ]
    assert matched(RULES, rows) == found
    assert sum(name.startswith("blocks_") for name in made) == blocks


def test_a_pool_is_read_from_the_view_of_its_side() -> None:
    rows = [entry(name, "left", "1.00") for name in ("a", "b")]
    with DuckEngine.open(memory_mb=200, threads=1) as engine:
        engine.register("scope", table_of(rows))
        engine.register("withdrawn", table_of(()).select(["entry_id", "file_id"]))
        assert engine.count(load_pool(engine, RULES, "left").name) == 2
        engine.view(side_view(RULES.ruleset, "left"), "FROM scope LIMIT 1")
        assert engine.count(load_pool(engine, RULES, "left").name) == 1


def _materialised(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tables that are made from now on."""
    made: list[str] = []
    materialise: Callable[[DuckEngine, str, str], int] = DuckEngine.materialise

    def noted(engine: DuckEngine, name: str, sql: str) -> int:
        made.append(name)
        return materialise(engine, name, sql)

    monkeypatch.setattr(DuckEngine, "materialise", noted)
    return made
