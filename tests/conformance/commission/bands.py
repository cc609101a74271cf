"""Bands of a case in the plan's words, whatever the case calls them, and the quantities it gives."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

from tests.conformance.commission.cases import Given, outside_bands
from tests.conformance.commission.language import Settings, component

BAND_LISTS = ("tiers", "sections", "bands", "slabs", "ranges")
QUANTITIES = ("units", "base_amount", "amount", "revenue", "deal", "base", "bookings", "sales", "conversions")
LISTS = ("amounts", "events", "orders", "buckets", "groups")


def bands(p: Given) -> list[Given]:
    """The list of bands of a case, whatever it is called."""
    for name in (*BAND_LISTS, *(name for name in p if name.startswith("slabs"))):
        if isinstance(p.get(name), list):
            return list(p[name])
    return [p["band"]] if "band" in p else []


def tiers(p: Given, method: str, rows: list[Given] | None = None, **more: Any) -> Settings:
    """The tiers of a case in the plan's words."""
    given = bands(p) if rows is None else rows
    kind = str(p.get("rate_kind", ""))
    unit = next((name for name in ("percent", "bps") if kind.startswith(name)), "per_unit")
    settings: Settings = {"method": method, "boundary": boundary(p, given), "outside": outside(p)}
    written = []
    start = Decimal(0)
    for row in given:
        band = rate(row, unit, p)
        if "block" in row and "max_blocks" in row:
            band["from"], start = start, start + Decimal(row["block"]) * Decimal(row["max_blocks"])
            if row is not given[-1]:
                band["to"] = start
        for name in ("from", "min"):
            if row.get(name) is not None:
                band["from"] = row[name]
        for name in ("upto", "to", "max", "upto_attainment"):
            if row.get(name) is not None:
                band["to"] = row[name]
        written.append(band)
    if settings["boundary"] == "closed" and method != "whole":
        settings["step"] = smallest_gap(written)
    if any("flat" in band for band in written):
        settings["flat_at_zero"] = flat_at_zero(p)
    return {**settings, "bands": written, **more}


def rate(row: Given, unit: str, p: Given) -> Settings:
    """The rate of a band: percentages, amounts per unit or block, flat amounts, what a full band is worth."""
    found: Settings = {}
    if "block" in row:
        partial = "round_down" if "down" in str(p.get("partial_block", "up")) else "round_up"
        return {"per_block": row["rate"], "block": row["block"], "partial_block": partial}
    for name, key in (
        ("percent", "percent"), ("rate_percent", "percent"), ("bps", "bps"), ("cpa", "per_unit"),
        ("rate", unit), ("commission", "flat"), ("amount", "flat"), ("payout", "flat"), ("flat", "flat"),
        ("multiple", "multiple"), ("amount_at_top", "worth"),
    ):  # fmt: skip
        if row.get(name) is not None and not (name == "flat" and not Decimal(row[name])):
            found[key] = row[name]
    return found or {"flat": "0"}


def boundary(p: Given, given: list[Given]) -> str:
    """The boundary that a case states, or that the form of its bands implies."""
    said = str(p.get("boundary", ""))
    for word in ("upper_inclusive", "lower_inclusive", "closed"):
        if said.startswith(word):
            return word
    ends = [row.get("to", row.get("max")) for row in given]
    starts = [row.get("from", row.get("min")) for row in given]
    if all(start is None for start in starts):
        return "upper_inclusive"
    if all(end is None for end in ends):
        return "lower_inclusive"
    touching = [
        Decimal(start) == Decimal(end) for end, start in zip(ends, starts[1:], strict=False) if end and start
    ]
    return "upper_inclusive" if touching and all(touching) else "closed"


def smallest_gap(written: list[Settings]) -> str:
    """The step of closed bands: the smallest distance between two of them, or else whole units."""
    neighbours = [(one.get("to"), after.get("from")) for one, after in pairwise(written)]
    gaps = [Decimal(start) - Decimal(end) for end, start in neighbours if end is not None and start is not None]
    return str(min((gap for gap in gaps if gap > 0), default=Decimal(1)))


def outside(p: Given) -> str:
    lowest = [row.get("from", row.get("min")) for row in bands(p)]
    starts_above = bool(lowest) and lowest[0] is not None and Decimal(lowest[0]) > 0
    return "pays_nothing" if p.get("no_match") == "0" or starts_above else outside_bands()


def flat_at_zero(p: Given) -> bool:
    """Whether the first flat amount is due at zero units; "once per tier entered" says that it is not."""
    if "flat_fee_at_zero_units" in p:
        return bool(p["flat_fee_at_zero_units"])
    return "flat_fee" not in p


def quantity(i: Given) -> str:
    return next(str(i[name]) for name in QUANTITIES if name in i)


def listed(i: Given) -> list[str] | None:
    return next((list(i[name]) for name in LISTS if name in i), None)


def amounts_of(i: Given) -> list[str]:
    """The quantities of a case: those listed, which may be none, or the one that it gives."""
    found = listed(i)
    return [quantity(i)] if found is None else found


def base_fee(p: Given) -> list[Settings]:
    """A fee that is paid beside the tiers, whatever was done."""
    return [component("base fee", rate={"flat": p["base_fee"]})] if "base_fee" in p else []
