"""Matches of published runs: by id, or those that an entry is in, with their members down to file and line."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from recon.engines.duck import DuckEngine
from recon.errors import Problem, UsageError
from recon.matchers.explain.entries import entry_facts, scan_ingests
from recon.matchers.explain.facts import MatchFacts, Member
from recon.model.tables import MATCHES
from recon.store.published import Published

_SHOWN = 6
"""Matches that are told apart when a name is the beginning of several."""
_OF_ENTRY = (
    "(ruleset, match_id) IN "
    "(SELECT (ruleset, match_id) FROM members WHERE ruleset = ? AND side = ? AND entry_id = ?)"
)


def run_matches(run: Published, where: str = "true", parameters: Sequence[object] = ()) -> list[MatchFacts]:
    """The matches of a run that satisfy a condition over MATCHES, without members.

    They come by rule set, pass, match and rank. `where` is composed by the program alone; values are bound.

    Raises:
        ControlFailed: a file is not what was published.
    """
    with DuckEngine.open(inputs=[run.folder]) as engine:
        for name in ("matches", "members"):
            engine.scan(name, [run.verified(f"{name}.parquet")])
        rows = engine.table(
            f'SELECT * FROM matches WHERE {where} ORDER BY ruleset, "pass", match_id, "rank"', parameters
        ).to_pylist()
    return [_facts(run, row) for row in rows]


def find_match(runs: Sequence[Published], name: str) -> tuple[Published, MatchFacts]:
    """The match that a name, an id or the beginning of one, stands for, of the first of some runs that has it.

    Raises:
        UsageError: no run has it, or the name is the beginning of several.
        ControlFailed: a file is not what was published.
    """
    wanted = name.strip().lower()
    for one in runs:
        found = run_matches(one, "starts_with(match_id, ?)", [wanted])
        exact = [match for match in found if match.match_id == wanted] or found
        if len(exact) == 1:
            return one, exact[0]
        if exact:
            lines = [f"  {match.match_id}  {match.pass_name}  {match.state}" for match in exact[:_SHOWN]]
            message = f"`{name}` is the beginning of {len(exact):,} matches"
            raise UsageError(Problem("match", message, hint="give more of the id", excerpt="\n".join(lines)))
    where = f"run {runs[0].identity}" if len(runs) == 1 else "any run"
    hint = "`recon matches list` shows the matches"
    raise UsageError(Problem("match", f"no match `{name}` in {where}", hint=hint))


def is_match(runs: Iterable[Published], name: str) -> bool:
    """Whether a name is the id, or the beginning of the id, of a match of some runs."""
    wanted = name.strip().lower()
    return any(run_matches(one, "starts_with(match_id, ?)", [wanted]) for one in runs)


def matches_of_entry(run: Published, ruleset: str, side: str, entry_id: str) -> list[MatchFacts]:
    """The matches and suggestions of a run that an entry is in, confirmed ones first, then by rank."""
    found = run_matches(run, _OF_ENTRY, (ruleset, side, entry_id))
    return sorted(found, key=lambda match: (match.state == "suggested", match.rank, match.match_id))


def with_members(
    matches: Iterable[MatchFacts], runs: Mapping[str, Published], ingests: Sequence[Published]
) -> list[MatchFacts]:
    """The matches with their members, each an entry down to its file and line.

    Raises:
        ControlFailed: a file is not what was published.
    """
    wanted = list(matches)
    rows: list[dict[str, Any]] = []
    for name in sorted({match.run for match in wanted}):
        mine = sorted({match.match_id for match in wanted if match.run == name})
        with DuckEngine.open(inputs=[runs[name].folder]) as engine:
            engine.scan("members", [runs[name].verified("members.parquet")])
            rows += engine.table(
                "SELECT * FROM members WHERE match_id IN (SELECT unnest(?)) ORDER BY match_id, side, entry_id",
                [mine],
            ).to_pylist()
    made_in = [runs[name] for name in sorted({match.run for match in wanted})]
    with DuckEngine.open(inputs=[one.folder for one in (*ingests, *made_in)]) as engine:
        scan_ingests(engine, ingests, made_in)
        facts = entry_facts(engine, {row["entry_id"] for row in rows})
    members: dict[tuple[str, str], list[Member]] = {}
    for row in rows:
        member = Member(row["side"], row["amount"], facts[row["entry_id"]])
        members.setdefault((row["ruleset"], row["match_id"]), []).append(member)
    return [replace(match, members=tuple(members.get((match.ruleset, match.match_id), ()))) for match in wanted]


def _facts(run: Published, row: Mapping[str, Any]) -> MatchFacts:
    names = [name for name in MATCHES.names if name not in {"pass", "evidence"}]
    return MatchFacts(
        run=run.identity,
        pass_name=row["pass"],
        evidence=json.loads(row["evidence"] or "{}"),
        **{name: row[name] for name in names},
    )
