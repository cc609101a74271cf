"""Passes that add up what texts name keep their promises on any books: nothing half named, nothing used twice."""

import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon.matchers.listed.telling import SHORTEST
from tests.unit.matchers.bench_of import Row, entry, matches, ruleset

LAST_DAY = 6
RULES = ruleset(
    [
        {
            "name": "listed",
            "lists": {"right.remittance": "left.ref_merchant"},
            "within": {"amount": {"NGN": {"short": Decimal("0.01")}}, "days": {"before": 0, "after": LAST_DAY}},
        }
    ]
)
REFERENCES = ["7", "12", "2026", "10023", "10031", "10040", "20261003", "400117", "INV-7", "INV-9", "A1"]


@st.composite
def books(draw: st.DrawFn) -> list[Row]:
    """Entries of few references and amounts, and texts that name some of them beside other words."""
    rows = [
        entry(
            f"m{place}",
            "left",
            f"{cents}.00",
            day=draw(st.integers(1, 3)),
            ref_merchant=draw(st.sampled_from(REFERENCES)),
        )
        for place, cents in enumerate(draw(st.lists(st.integers(1, 6), min_size=2, max_size=7)))
    ]
    invoices = list(rows)
    for place in range(draw(st.integers(1, 3))):
        paid = draw(
            st.lists(st.sampled_from(invoices), min_size=1, max_size=4, unique_by=lambda row: row["name"])
        )
        words = [
            *(row["ref_merchant"] for row in paid),
            *draw(st.lists(st.sampled_from([*REFERENCES, "AND"]), max_size=2)),
        ]
        text = draw(st.sampled_from([" ", ", ", "/"])).join(draw(st.permutations(words)))
        total = sum((row["amount"] for row in paid), Decimal(0)) + draw(
            st.sampled_from([0, 0, 0, 1])
        ) * Decimal("-0.01")
        rows.append(entry(f"s{place}", "right", str(total), day=draw(st.integers(2, 9)), remittance=text))
    return rows


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(books(), st.randoms(use_true_random=False))
def test_what_counts_is_named_alone_and_adds_up(rows: list[Row], random: Any) -> None:
    by_name = {row["name"]: row for row in rows}
    shared = Counter(row["ref_merchant"] for row in rows if row["side"] == "left")
    found, used = matches(RULES, rows), list[str]()
    for one in found:
        many, (single,) = one["sides"]
        short = sum((by_name[name]["amount"] for name in many), Decimal(0)) - by_name[single]["amount"]
        assert Decimal(0) <= short <= Decimal("0.01")
        days = [(by_name[single]["business_date"] - by_name[name]["business_date"]).days for name in many]
        assert all(0 <= day <= LAST_DAY for day in days)
        evidence = json.loads(one["evidence"])
        assert evidence["listed"] == len(many)
        assert (one["state"] == "confirmed") == evidence["because"].startswith("each reference")
        if one["state"] == "confirmed":
            references = [by_name[name]["ref_merchant"] for name in many]
            assert len(many) > 1
            assert all(shared[reference] == 1 for reference in references)
            assert all(len(re.sub("[^0-9A-Z]", "", reference)) >= SHORTEST - 1 for reference in references)
            named = set(re.split("[ ,/]+", by_name[single]["remittance"])) & set(shared)
            telling = {
                reference for reference in named if len(reference) >= SHORTEST and reference != "20261003"
            }
            assert telling <= set(references)
            used += [*many, single]
    assert len(used) == len(set(used))
    assert matches(RULES, random.sample(rows, len(rows))) == found
