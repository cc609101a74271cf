"""The process that is measured: figures, trends, ladders' reviews and monitors over generated partners.

Writes one line of JSON per part of the work, and one with the share of false alerts and of planted risks found.
"""

import argparse
import csv
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

from recon.engines.duck import DuckEngine
from recon.model.periods import Period
from recon.model.rates import share
from recon.partners.measures.books import lay_activity, lay_days
from recon.partners.measures.declines import trends
from recon.partners.measures.kpis import Kpi, kpis
from recon.partners.measures.settings import Measures
from recon.partners.measures.stretches import stretches
from recon.partners.registry.registry import Registry
from recon.partners.watch.monitors import Monitor
from recon.partners.watch.raising import alerts
from recon.payouts.calculation.ladders import Standing, dry_run
from recon.payouts.plan.ladders import Levels
from tests.bench.partners_generate import ENTRIES_FILE, LAST, REGISTRY, TRUTH_FILE

MONTH: Final = Period.parse("2026-10")
MEASURES: Final = Measures.model_validate(
    {"activity": {"source": ("book",), "partner": "terminal", "holder_of": "terminal", "product": "product"}}
)
LADDER: Final = Levels.model_validate(
    {"met": "all", "look_at": "this_period", "demotion": "one_level", "levels": [
        {"level": "one star", "flat": Decimal(0)},
        {"level": "two stars", "needs": {"volume": Decimal(1_000_000), "active_days": Decimal(20)}, "flat": Decimal(0)},
        {"level": "three stars", "needs": {"volume": Decimal(2_000_000)}, "flat": Decimal(0)},
    ]}
)  # fmt: skip
MONITORS: Final = tuple(
    Monitor.model_validate({"name": rule["kind"], **rule})
    for rule in (
        {"kind": "structuring", "limit": {"NGN": Decimal(20000)}, "within_percent": 5, "at_least": 4},
        {"kind": "velocity", "window": "hour", "at_least": 12},
        {"kind": "round_amounts", "multiple_of": {"NGN": Decimal(10000)}, "percent": 60, "at_least": 10,
         "window": "period"},
        {"kind": "reversals", "percent": 5, "at_least": 4, "window": "period"},
        {"kind": "night", "night": ("00:00", "05:00"), "at_least": 4},
        {"kind": "spike", "percent": 300, "spread": 6},
        {"kind": "shared_device", "device": "device", "at_least": 2, "window": "period"},
        {"kind": "reused_proof", "proof": "proof"},
    )
)  # fmt: skip


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print the CPU seconds of a block."""
    started = time.process_time()
    yield
    print(json.dumps({"what": what, "cpu": round(time.process_time() - started, 2)}))  # noqa: T201  (goes to a log)


def measure(data: Path, spill: Path, memory_mb: int) -> dict[str, object]:
    """Do all of it; how right the alerts and the declines are."""
    with told("registry"):
        registry = Registry.read(data / REGISTRY)
    spill.mkdir(parents=True, exist_ok=True)
    with DuckEngine.open(memory_mb, 2, spill, [data]) as engine:
        engine.scan("entries", [data / ENTRIES_FILE])
        lay_activity(engine, MEASURES.activity, registry)
        with told("sums by day"):
            lay_days(engine, MEASURES)
        with told("figures of partners by week"):
            kpis(engine, MEASURES, registry, "partner", stretches(MONTH, "week"), 14)
        with told("figures of partners by month"):
            monthly = kpis(engine, MEASURES, registry, "partner", stretches(MONTH, "month"), 14)
        with told("figures of coordinators and regions"):
            for by in ("coordinator", "region"):
                kpis(engine, MEASURES, registry, by, stretches(MONTH, "month"), 14)
        with told("ladder"):
            moved = sum(_moves(one) for one in monthly)
        with told("trends"):
            found = trends(engine, MEASURES.decline, registry, LAST, 14)
        with told("monitors"):
            raised = alerts(engine, MONITORS, "UTC", MONTH)
    planted = _planted(data)
    pairs = {(one.kind, one.partner) for one in raised}
    pairs |= {("decline", one.partner) for one in found if one.verdict == "decline"}
    return {"figures": len(monthly), "moved": moved, "alerts": len(raised), **rightness(pairs, planted)}


def rightness(found: set[tuple[str, str]], planted: set[tuple[str, str]]) -> dict[str, object]:
    """By kind: alerts per partner that are false, and planted ones that were found."""
    kinds = sorted({kind for kind, _ in planted})
    rows = {}
    for kind in kinds:
        own, there = ({who for one, who in pairs if one == kind} for pairs in (found, planted))
        rows[kind] = {
            "alerts": len(own), "planted": len(there),
            "false": str(share(len(own - there), len(own)) or 0), "found": str(share(len(own & there), len(there))),
        }  # fmt: skip
    wrong = sum(one in planted for one in found)
    return {
        "kinds": rows,
        "false": str(share(len(found) - wrong, len(found))),
        "found": str(share(wrong, len(planted))),
    }


def _moves(one: Kpi) -> bool:
    figures = {key: Decimal(value) for key, value in one.figures.items() if value is not None}
    move = dry_run(LADDER, Standing(1), figures)
    return move.before != move.after


def _planted(data: Path) -> set[tuple[str, str]]:
    with (data / TRUTH_FILE).open(encoding="utf-8", newline="") as file:
        return {(kind, who) for kind, who in csv.reader(file)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("spill", type=Path)
    parser.add_argument("memory_mb", type=int)
    given = parser.parse_args()
    print(json.dumps(measure(given.data, given.spill, given.memory_mb)))  # noqa: T201  (goes to a log)
