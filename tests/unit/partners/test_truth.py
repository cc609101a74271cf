"""Alerts and declines over generated partners whose risks are known: what is found, and how much of it is false."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from recon.engines.duck import DuckEngine
from recon.partners.measures.books import lay_activity, lay_days
from recon.partners.measures.declines import trends
from recon.partners.registry.registry import Registry
from recon.partners.watch.alert import Alert
from recon.partners.watch.monitors import Monitor
from recon.partners.watch.raising import alerts
from tests.bench.partners_generate import ENTRIES_FILE, LAST, REGISTRY, TRUTH_FILE, generate
from tests.bench.partners_run import MEASURES, MONITORS, MONTH, rightness

ENTRIES = 40_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated") / "partners"
    generate(ENTRIES, folder)
    return folder


@pytest.fixture(scope="module")
def found(data: Path) -> tuple[list[Alert], set[str]]:
    registry = Registry.read(data / REGISTRY)
    with DuckEngine.open(inputs=[data]) as engine:
        engine.scan("entries", [data / ENTRIES_FILE])
        lay_activity(engine, MEASURES.activity, registry)
        lay_days(engine, MEASURES)
        declining = trends(engine, MEASURES.decline, registry, LAST, 14)
        return alerts(engine, MONITORS, "UTC", MONTH), {
            one.partner for one in declining if one.verdict == "decline"
        }


def planted(data: Path) -> set[tuple[str, str]]:
    with (data / TRUTH_FILE).open(encoding="utf-8", newline="") as file:
        return {(kind, who) for kind, who in csv.reader(file)}


def test_planted_risks_are_found_and_few_alerts_are_false(
    data: Path, found: tuple[list[Alert], set[str]]
) -> None:
    raised, declining = found
    pairs = {(one.kind, one.partner) for one in raised} | {("decline", who) for who in declining}
    right = rightness(pairs, planted(data))
    assert right["found"] == "1.0000", right
    assert Decimal(str(right["false"])) <= Decimal("0.15"), right
    kinds = right["kinds"]
    assert isinstance(kinds, dict)
    exact = [kind for kind in kinds if kind not in {"spike", "decline"}]
    assert {kind: kinds[kind]["false"] for kind in exact} == dict.fromkeys(exact, "0")


def test_every_alert_has_its_entries(data: Path, found: tuple[list[Alert], set[str]]) -> None:
    raised, _ = found
    with DuckEngine.open(inputs=[data]) as engine:
        engine.scan("entries", [data / ENTRIES_FILE])
        owner = dict(engine.rows("SELECT entry_id, 'P' || printf('%06d', line_no) FROM entries"))
    for one in raised:
        assert one.entries
        assert len(one.entries) == min(one.count, 50), one
        assert {owner[entry] for entry in one.entries} == {one.partner}, one
    assert len({one.alert for one in raised}) == len(raised)


def test_alerts_do_not_depend_on_the_order_of_entries_and_monitors_are_independent(data: Path) -> None:
    registry = Registry.read(data / REGISTRY)

    def raised(order: str, monitors: tuple[Monitor, ...]) -> dict[str, Alert]:
        with DuckEngine.open(inputs=[data]) as engine:
            engine.scan("file", [data / ENTRIES_FILE])
            engine.materialise("entries", f"SELECT * FROM file ORDER BY {order}")
            lay_activity(engine, MEASURES.activity, registry)
            lay_days(engine, MEASURES)
            return {one.alert: one for one in alerts(engine, monitors, "Africa/Lagos", MONTH)}

    whole = raised("hash(entry_id)", MONITORS)
    assert whole == raised("entry_id DESC", MONITORS)
    some = raised("entry_id", MONITORS[:3])
    assert some == {
        name: one for name, one in whole.items() if one.kind in {rule.kind for rule in MONITORS[:3]}
    }


def test_local_night_is_the_zones_night(data: Path) -> None:
    """What is planted from midnight UTC on is an hour later in Lagos."""
    registry = Registry.read(data / REGISTRY)
    night = Monitor.model_validate(
        {"name": "night", "kind": "night", "night": ("01:00", "02:00"), "at_least": 4}
    )
    with DuckEngine.open(inputs=[data]) as engine:
        engine.scan("entries", [data / ENTRIES_FILE])
        lay_activity(engine, MEASURES.activity, registry)
        there, here = (alerts(engine, (night,), zone, MONTH) for zone in ("Africa/Lagos", "UTC"))
    assert {one.partner for one in there} == {who for kind, who in planted(data) if kind == "night"}
    assert here == []
