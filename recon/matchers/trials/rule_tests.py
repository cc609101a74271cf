"""The tests of a rule file, run: what its passes find among the entries of each test, against what is expected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from recon.engines.duck import DuckEngine
from recon.matchers.fee import scope_of_table
from recon.matchers.trials.trial import try_rules
from recon.model.sides import SIDES
from recon.model.tables import ENTRIES, MONEY
from recon.rules.examples import RuleTest
from recon.rules.ruleset import RuleSet

_SCOPE = pa.schema(
    [
        pa.field("ruleset", pa.string()),
        pa.field("side", pa.string()),
        pa.field("is_new", pa.bool_()),
        pa.field("compared", MONEY),
        pa.field("first_seen", pa.date32()),
        *(field.with_nullable(True) for field in ENTRIES),
    ]
)
_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Tested:
    """One test by its place in the rule file and its name, and what came out other than expected, if anything."""

    number: int
    name: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    left: tuple[str, ...]
    right: tuple[str, ...]
    state: str
    by: str
    rank: int

    @property
    def sides(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return self.left, self.right


def run_tests(ruleset: RuleSet) -> list[Tested]:
    """Run every test of a rule set, in the order of the file."""
    with DuckEngine.open() as engine:
        return [
            Tested(number, test.name, tuple(_wrong(engine, ruleset, test)))
            for number, test in enumerate(ruleset.tests)
        ]


def _wrong(engine: DuckEngine, ruleset: RuleSet, test: RuleTest) -> Iterator[str]:
    rows = [row for side in SIDES for row in _scope(ruleset, test, side)]
    engine.register("tested", pa.Table.from_pylist(rows, schema=_SCOPE))
    scope_of_table(engine, ruleset, "tested")
    try_rules(engine, ruleset, _DAY)
    names = test.ids()
    found = _found(engine, names)
    left_out = {names[row[0]]: row[1] for row in engine.rows("SELECT entry_id, reason FROM excluded")}
    expected = {(match.names("left"), match.names("right")): match for match in test.expect}
    for sides, match in expected.items():
        mine = next((one for one in found if one.sides == sides), None)
        said = f"{_words(*sides)} {match.state}"
        if mine is None:
            yield f"expected {said}, and it is not found{_instead(found, left_out, sides)}"
        elif mine.state != match.state or match.by not in {None, mine.by}:
            by = f" by `{match.by}`" if match.by else ""
            yield f"expected {said}{by}, and it is {mine.state} by `{mine.by}`"
    for one in found:
        if one.sides not in expected and one.rank == 1:
            yield f"{_words(*one.sides)} is {one.state} by `{one.by}`, which is not expected"
    wanted = {test.left_out} if isinstance(test.left_out, str) else set(test.left_out)
    for name in sorted(wanted - set(left_out)):
        yield f"{name} is to be left out, and it is not"
    for name in sorted(set(left_out) - wanted):
        yield f"{name} is left out, which is not expected: {left_out[name]}"


def _scope(ruleset: RuleSet, test: RuleTest, side: str) -> Iterator[dict[str, Any]]:
    compared = ruleset.compared().column("left" if side == "left" else "right")
    source = ruleset.sources("left" if side == "left" else "right")[0]
    for row in test.rows(side, source):
        amount: Decimal = row["amount"]
        value = row.get(compared)
        own = {"ruleset": ruleset.ruleset, "side": side, "is_new": True, "first_seen": _DAY}
        yield {**row, **own, "compared": amount if value is None else value}


def _found(engine: DuckEngine, names: dict[str, str]) -> list[_Found]:
    """The matches and suggestions, those that count first, with the names of their entries."""
    members: dict[str, dict[str, list[str]]] = {}
    for match_id, side, entry_id in engine.rows("SELECT match_id, side, entry_id FROM members"):
        members.setdefault(match_id, {side: [] for side in SIDES})[side].append(names[entry_id])
    rows = engine.rows('SELECT match_id, state, "pass", "rank" FROM matches ORDER BY state, "rank", match_id')
    return [
        _Found(tuple(sorted(members[one]["left"])), tuple(sorted(members[one]["right"])), state, by, rank)
        for one, state, by, rank in rows
    ]


def _words(left: tuple[str, ...], right: tuple[str, ...]) -> str:
    return " = ".join("+".join(names) or "nothing" for names in (left, right))


def _instead(
    found: list[_Found], left_out: dict[str, str], sides: tuple[tuple[str, ...], tuple[str, ...]]
) -> str:
    """What became of the entries of an expected match."""
    wanted = {*sides[0], *sides[1]}
    if out := sorted(wanted & set(left_out)):
        return f"; {out[0]} is left out: {left_out[out[0]]}"
    other = next((one for one in found if wanted & {*one.left, *one.right}), None)
    return "" if other is None else f"; {_words(*other.sides)} is {other.state} by `{other.by}`"
