"""A pass finds the same whether it looks at whole pools or only at what is within its reach."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from recon.engines.duck import DuckEngine
from recon.matchers.pairing import reach
from recon.matchers.pairing.reach import Reach
from recon.matchers.ruleset_run import PassOutcome
from recon.rules.ruleset import RuleSet
from recon.runs.decisions import REJECTED, Decision
from tests.unit.matchers.bench_of import Row, entry, ruleset, run_on

WRITTEN = {"ignore": ["case", "separators", "leading_zeros"]}
RULES = ruleset(
    [
        {"name": "order", "same": ["ref_merchant", "type"], "within": {"days": 1}},
        {
            "name": "written differently",
            "same": ["ref_merchant"],
            "normalise": WRITTEN,
            "within": {"amount": Decimal(1), "days": {"business": 2, "calendar": "NG"}},
            "only": {"left": "amount > 0", "right": "type = 'payment'"},
        },
        {"name": "in parts", "group": {"right": "ref_merchant"}, "same": ["ref_merchant"]},
        {
            "name": "by what both are kept under",
            "group": {"left": ["ref_bank", "entity"]},
            "same": ["ref_bank"],
            "normalise": WRITTEN,
        },
        {"name": "cut off", "same": {"left(ref_merchant, 1)": "left(ref_merchant, 1)"}, "confirm": "suggest"},
        {"name": "undone", "offset": {"side": "right", "same": ["ref_bank"]}},
        {"name": "perhaps", "same": ["ref_bank"], "within": {"amount": Decimal(10)}, "confirm": "suggest"},
    ]
)
VALUES = {
    "amount": st.sampled_from(("1.00", "2.00", "2.40", "3.00", "-1.00")),
    "day": st.integers(min_value=1, max_value=4),
    "ref_merchant": st.sampled_from((None, "A-1", "a1", "A2", "B1", "c001")),
    "ref_bank": st.sampled_from((None, "P1", "p-1", "P2")),
    "entity": st.sampled_from((None, "one", "other")),
    "type": st.sampled_from(("payment", "refund")),
}


def entries(side: str, most: int) -> st.SearchStrategy[list[Row]]:
    one: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(VALUES)
    return st.lists(one, max_size=most).map(
        lambda rows: [entry(f"{side}{n}", side, **row) for n, row in enumerate(rows)]
    )


BOOKS = st.one_of(
    *(
        st.tuples(entries(few, 4), entries(many, 16)).map(lambda both: [*both[0], *both[1]])
        for few, many in (("left", "right"), ("right", "left"))
    )
)
Found = tuple[list[PassOutcome], list[dict[str, Any]], list[dict[str, Any]]]


def found(rules: RuleSet, rows: Sequence[Row], decisions: Sequence[Decision], *, whole: bool) -> Found:
    """What passes do with rows, over whole pools or over what is within reach however large the sides are."""
    everything = patch("recon.matchers.ruleset_run.within_reach", lambda _e, _p, pools, _s: Reach(pools))
    sorted_out = patch.object(reach, "MANY_TIMES", 0)
    with everything if whole else sorted_out, DuckEngine.open(threads=1) as engine:
        outcomes = run_on(engine, rules, rows, decisions)
        matches = engine.table('SELECT * FROM matches ORDER BY match_id, "rank"').to_pylist()
        members = engine.table("SELECT * FROM members ORDER BY match_id, side, entry_id").to_pylist()
    return outcomes, matches, members


def rejections(first: Found, chosen: Sequence[int]) -> list[Decision]:
    """Rejections of some of the matches found."""
    _, matches, members = first
    picked = {matches[place % len(matches)]["match_id"]: place for place in chosen if matches}
    return [
        Decision(
            number=number,
            at="2026-11-01T09:00:00Z",
            verdict=REJECTED,
            by="ada",
            reason="seen on the statement",
            match_id=match_id,
            ruleset="left_vs_right",
            pass_name=RULES.passes[0].name,
            run="r1",
            left=tuple(
                one["entry_id"] for one in members if (one["match_id"], one["side"]) == (match_id, "left")
            ),
            right=tuple(
                one["entry_id"] for one in members if (one["match_id"], one["side"]) == (match_id, "right")
            ),
        )
        for number, match_id in enumerate(sorted(picked), start=1)
    ]


@settings(max_examples=8)
@given(BOOKS, st.lists(st.integers(min_value=0, max_value=20), max_size=3))
def test_what_is_beyond_reach_changes_nothing(rows: list[Row], chosen: list[int]) -> None:
    first = found(RULES, rows, [], whole=True)
    assert found(RULES, rows, [], whole=False) == first
    rejected = rejections(first, chosen)
    if rejected:
        assert found(RULES, rows, rejected, whole=False) == found(RULES, rows, rejected, whole=True)
