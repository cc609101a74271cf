"""What a manifest says of a run beside its files: counts, matches by pass, match rates, chains, verdict."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from recon.engines.duck import DuckEngine
from recon.matchers.words import pass_words
from recon.rules.ruleset import RuleSet
from recon.runs.compute import Computed
from recon.runs.configuration import Configuration

Found = Mapping[tuple[str, str], tuple[int, ...]]
"""By rule set and pass: matches, suggestions, entries matched on the left and on the right, twins."""
INCOMPLETE, BREAKS, RECONCILED = "incomplete", "breaks", "reconciled"


def summary(
    engine: DuckEngine, configuration: Configuration, computed: Computed, as_of: date
) -> dict[str, Any]:
    """The part of the manifest that tells the result; amounts are texts, and nothing is of the time of day."""
    found = _matches(engine)
    counts = _counts(engine, found, as_of)
    return {
        "counts": counts,
        "rulesets": [_ruleset(engine, ruleset, computed, found) for ruleset in configuration.rulesets.values()],
        "chains": [
            {"name": name, "title": chain.title, "statuses": _statuses(engine, name)}
            for name, chain in configuration.chains.items()
        ],
        "proof": "ok" if computed.proof_ok else "failed",
        "verdict": _verdict(counts, computed),
    }


def _verdict(counts: Mapping[str, int], computed: Computed) -> str:
    """Incomplete when a control failed, else whether there are breaks."""
    if not computed.proof_ok:
        return INCOMPLETE
    return BREAKS if counts["breaks"] else RECONCILED


def _matches(engine: DuckEngine) -> Found:
    """What each pass of each rule set found, in one look at the matches."""
    rows = engine.rows(
        """
        SELECT ruleset, "pass", count(*) FILTER (WHERE state <> 'suggested'),
               count(*) FILTER (WHERE state = 'suggested'),
               coalesce(sum(left_count) FILTER (WHERE state <> 'suggested'), 0),
               coalesce(sum(right_count) FILTER (WHERE state <> 'suggested'), 0),
               count(*) FILTER (WHERE twins AND state <> 'suggested')
        FROM matches GROUP BY ruleset, "pass"
        """
    )
    return {(row[0], row[1]): row[2:] for row in rows}


def _counts(engine: DuckEngine, found: Found, as_of: date) -> dict[str, int]:
    files, entries, refused = engine.rows(
        "SELECT count(*), coalesce(sum(entries), 0), coalesce(sum(refused), 0) FROM files"
    )[0]
    living, overdue = engine.rows(
        f"SELECT count(*), count(*) FILTER (WHERE due_date < DATE '{as_of}') FROM breaks WHERE state <> 'resolved'"
    )[0]
    counts = {
        "files": files,
        "entries": entries,
        "refused": refused,
        "matches": sum(one[0] for one in found.values()),
        "suggestions": sum(one[1] for one in found.values()),
        "open": engine.count("open_items"),
        "breaks": living,
        "overdue": overdue,
    }
    return {name: int(count) for name, count in counts.items()}


def _ruleset(engine: DuckEngine, ruleset: RuleSet, computed: Computed, found: Found) -> dict[str, Any]:
    name = ruleset.ruleset
    passes = []
    for item, outcome in zip(ruleset.passes, computed.passes[name], strict=True):
        matches, suggested, left, right, twins = found.get((name, item.name), (0, 0, 0, 0, 0))
        passes.append(
            {
                "name": item.name,
                "words": pass_words(item, ruleset.compared(item)),
                "kind": item.kind,
                "confirm": "automatic" if item.confirms else "suggest",
                "matches": int(matches),
                "suggested": int(suggested),
                "left_entries": int(left),
                "right_entries": int(right),
                "twins": int(twins),
                "rounds": outcome.rounds,
                **({"unsearched": outcome.unsearched} if outcome.unsearched else {}),
            }
        )
    return {
        "name": name,
        "title": ruleset.title or name,
        "left": list(ruleset.sources("left")),
        "right": list(ruleset.sources("right")),
        **({"converts": ruleset.convert.side} if ruleset.convert is not None else {}),
        "passes": passes,
        "match_rate": _match_rate(engine, name),
    }


def _match_rate(engine: DuckEngine, ruleset: str) -> dict[str, int]:
    """Entries in scope and matched, by side, without what the rule set leaves out."""
    rows = engine.rows(
        """
        SELECT side, sum(opening_count + new_count - excluded_count), sum(matched_count)
        FROM proof WHERE ruleset = ? GROUP BY side
        """,
        (ruleset,),
    )
    found = {side: (int(count), int(matched)) for side, count, matched in rows}
    rate = {}
    for side in ("left", "right"):
        rate[f"{side}_count"], rate[f"{side}_matched"] = found.get(side, (0, 0))
    return rate


def _statuses(engine: DuckEngine, chain: str) -> list[dict[str, Any]]:
    rows = engine.rows(
        """
        SELECT status, currency, count(*), sum(amount) FROM journeys WHERE chain = ?
        GROUP BY status, currency ORDER BY status, currency
        """,
        (chain,),
    )
    return [
        {"status": status, "currency": currency, "count": int(count), "amount": f"{amount:f}"}
        for status, currency, count, amount in rows
    ]
