"""What the runs of one line made of the entries of a rule set: the matches they are in, and by which pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from recon.engines.duck import DuckEngine
from recon.engines.names import identifier, text_literal
from recon.matchers.explain.facts import MatchFacts
from recon.matchers.explain.matches import matches_of_entry, with_members
from recon.rules.ruleset import RuleSet, Side
from recon.store.published import Published

BEFORE = -1
"""The pass number of what an earlier run matched, or a person did."""


@dataclass(frozen=True)
class Outcomes:
    """The results of a rule set in a run and in those that it continues, the latest first."""

    ruleset: RuleSet
    line: Sequence[Published]
    ingests: Sequence[Published]

    @classmethod
    def of(
        cls, ruleset: RuleSet, run: Published, runs: Sequence[Published], ingests: Sequence[Published]
    ) -> "Outcomes":
        """The results of a run and of those before it, back to the first that had the rule set."""
        by_name = {one.identity: one for one in runs}
        line = [run]
        while (before := by_name.get(line[-1].manifest.get("previous_run") or "")) is not None:
            if ruleset.ruleset not in {item["name"] for item in before.manifest.get("rulesets", [])}:
                break
            line.append(before)
        return cls(ruleset, line, ingests)

    @property
    def run(self) -> Published:
        """The run that is explained."""
        return self.line[0]

    def scan(self, engine: DuckEngine) -> None:
        """Views over the matches and members of each run.

        Raises:
            ControlFailed: a file is not what was published.
        """
        engine.materialise("why_one", "SELECT 1 AS one")
        for place, run in enumerate(self.line):
            for name in ("matches", "members"):
                engine.scan(f"{name}_{place}", [run.verified(f"{name}.parquet")])

    def load(self, engine: DuckEngine, named: str) -> None:
        """Tables `why_taken` and `why_hinted` (`side`, `rid`, `match_id`, `number`): who was matched and suggested.

        `named` is the table (`side`, `rid`, `entry_id`) of the entries that are asked about; `number` is that of the
        pass in the run that is explained, or `BEFORE`.

        Raises:
            ControlFailed: a file is not what was published.
        """
        parts = [self._members(place, named) for place in range(len(self.line))]
        engine.materialise("why_fates", " UNION ALL ".join(parts))
        engine.materialise("why_taken", "SELECT * FROM why_fates WHERE state IN ('confirmed', 'manual')")
        engine.materialise(
            "why_hinted",
            "SELECT side, rid, min_by(match_id, row(number, match_id)) AS match_id, min(number) AS number "
            "FROM why_fates WHERE state = 'suggested' AND number >= 0 GROUP BY side, rid",
        )

    def _members(self, place: int, named: str) -> str:
        cases = " ".join(
            f"WHEN {text_literal(item.name)} THEN {number}" for number, item in enumerate(self.ruleset.passes)
        )
        by_pass = (
            f"CASE WHEN a.state = 'manual' THEN {BEFORE} ELSE CASE a.\"pass\" {cases} ELSE {BEFORE} END END"
        )
        return (
            f"SELECT w.side, w.rid, a.match_id, a.state, {by_pass if place == 0 else BEFORE} AS number "
            f"FROM {identifier(named)} w "
            f"JOIN members_{place} i ON i.entry_id = w.entry_id AND i.side = w.side "
            f"JOIN matches_{place} a ON a.ruleset = i.ruleset AND a.match_id = i.match_id "
            f"WHERE i.ruleset = {text_literal(self.ruleset.ruleset)}"
        )

    def match_of(self, side: str, entry_id: str) -> MatchFacts | None:
        """The match that an entry is in, with its members; None while it is open."""
        for run in self.line:
            for match in matches_of_entry(run, self.ruleset.ruleset, side, entry_id):
                if match.state in {"confirmed", "manual"}:
                    return with_members([match], {run.identity: run}, self.ingests)[0]
        return None

    def suggestions(
        self, pass_name: str, side: str, entry_id: str, also: str | None = None
    ) -> list[MatchFacts]:
        """What a pass of the run suggested of an entry (and another one), with members, the best first.

        Raises:
            ControlFailed: a file is not what was published.
        """
        found = [
            match
            for match in matches_of_entry(self.run, self.ruleset.ruleset, side, entry_id)
            if match.state == "suggested" and match.pass_name == pass_name
        ]
        told = with_members(found, {self.run.identity: self.run}, self.ingests)
        return [
            match
            for match in told
            if also is None or also in {member.entry.entry_id for member in match.members}
        ]

    def holder(self, engine: DuckEngine, match_id: str) -> str:
        """What used an entry up, in words; of an engine on which the outcomes are loaded."""
        for place, run in enumerate(self.line):
            found = engine.rows(
                f'SELECT state, "pass" FROM matches_{place} WHERE ruleset = ? AND match_id = ?',
                [self.ruleset.ruleset, match_id],
            )
            for state, pass_name in found:
                earlier = f" in run {run.identity}" if place else ""
                done = "suggested" if state == "suggested" else "matched"
                return f"already {done} by `{pass_name}`{earlier}, match {match_id}"
        return f"already in match {match_id}"

    def made_by(self, match: MatchFacts) -> int:
        """The number of the pass that made a match in the run that is explained; `BEFORE` for any other."""
        names = [item.name for item in self.ruleset.passes]
        known = match.run == self.run.identity and match.state == "confirmed" and match.pass_name in names
        return names.index(match.pass_name) if known else BEFORE


def placed(runs: Sequence[Published], entry_id: str) -> list[tuple[str, Side, str]]:
    """Where an entry is in the results of some runs: rule set, side and its id, the latest run first.

    Raises:
        ControlFailed: a file is not what was published.
    """
    found: dict[tuple[str, Side, str], None] = {}
    for run in reversed(runs):
        with DuckEngine.open(inputs=[run.folder]) as engine:
            for name in ("members", "excluded", "open"):
                engine.scan(name, [run.verified(f"{name}.parquet")])
                rows = engine.rows(
                    f"SELECT DISTINCT ruleset, side, entry_id FROM {identifier(name)} WHERE entry_id = ? ORDER BY ALL",
                    [entry_id.strip().lower()],
                )
                found |= dict.fromkeys((row[0], row[1], row[2]) for row in rows)
    return list(found)
