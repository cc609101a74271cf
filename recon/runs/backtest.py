"""A rule set held against history: what it finds among entries whose matches are known from published runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from recon.engines.names import text_literal
from recon.errors import Problem, UsageError
from recon.matchers.explain.outcomes import Outcomes
from recon.matchers.trials.compare import load_matches, states_of
from recon.model.periods import Period
from recon.model.rates import at_most, share
from recon.rules.ruleset import RuleSet
from recon.runs.decisions import ACCEPTED, Decisions
from recon.runs.trials import ALL, Trial
from recon.store.published import Published
from recon.store.store import Store

MISSED, REJECTED_BEFORE = "missed", "rejected by people"


@dataclass(frozen=True, slots=True)
class Backtested:
    """What a pass found, in one state, against what is known.

    `agree` are matches that published runs confirmed, or people accepted; `contradict` share an entry with one of
    those and are another match; of `new` ones nothing is known. A row of its own tells what people rejected and the
    rules make again. The row `missed` counts the known matches that no pass finds, confirmed or suggested.
    """

    by: str
    state: str
    matches: int
    agree: int
    contradict: int
    new: int

    @property
    def precision(self) -> Decimal | None:
        """The share that agrees, of those of which something is known."""
        return share(self.agree, self.agree + self.contradict)

    @property
    def wrong_at_most(self) -> Decimal | None:
        """The share of wrong matches that the sample does not rule out."""
        known = self.agree + self.contradict
        return at_most(self.contradict, known) if known else None


def line_of(store: Store, ruleset: RuleSet) -> Sequence[Published]:
    """The runs of the latest line that have a rule set, the latest first.

    Raises:
        UsageError: no run has it.
    """
    latest = store.run("latest")
    if ruleset.ruleset not in {item["name"] for item in latest.manifest["rulesets"]}:
        message = f"the latest run, {latest.identity}, has no rule set `{ruleset.ruleset}`"
        hint = "history is known of rule sets that ran; `recon match` runs those of the project"
        raise UsageError(Problem("no-history", message, hint=hint))
    return Outcomes.of(ruleset, latest, store.recorded("run"), ()).line


def load_history(
    trial: Trial, line: Sequence[Published], ruleset: RuleSet, period: Period | None = None
) -> int:
    """Tables `h_matches`, `h_members`, `h_told`: what published runs confirmed and people accepted.

    Raises:
        ControlFailed: a file is not what was published.
    """
    trial.read(ruleset)
    engine, which = trial.engine, f"ruleset = {text_literal(ruleset.ruleset)}"
    for place, run in enumerate(line):
        for name in ("matches", "members"):
            engine.scan(f"{name}_{place}", [run.verified(f"{name}.parquet")])
    settled = f"{which} AND state IN ('confirmed', 'manual')"
    parts = [f"SELECT * FROM matches_{place} WHERE {settled}" for place in range(len(line))]
    engine.materialise("h_matches", " UNION ALL ".join(parts))
    parts = [
        f"SELECT match_id, side, entry_id FROM members_{place} WHERE {which}" for place in range(len(line))
    ]
    engine.materialise(
        "h_members",
        f"SELECT DISTINCT * FROM ({' UNION ALL '.join(parts)}) SEMI JOIN h_matches USING (match_id)",
    )
    return load_matches(engine, "h_", ALL, period)


def backtest(
    trial: Trial, ruleset: RuleSet, decisions: Decisions, period: Period | None = None
) -> list[Backtested]:
    """What each pass of a rule set finds in the period, held against the history that was loaded for it."""
    engine = trial.engine
    trial.run(ruleset, "b_", period)
    rejected = [(str(one.number), one.entries) for one in decisions.standing if one.verdict != ACCEPTED]
    again = states_of(engine, "b_", rejected)
    engine.materialise(
        "b_judged",
        """
        SELECT t."pass", t.state, t.print IN (SELECT print FROM h_told) AS agrees,
               t.match_id IN (SELECT b.match_id FROM b_members b JOIN h_members h USING (side, entry_id)) AS known
        FROM b_told t
        """,
    )
    rows = engine.rows(
        """
        SELECT "pass", state, count(*), count(*) FILTER (WHERE agrees),
               count(*) FILTER (WHERE known AND NOT agrees), count(*) FILTER (WHERE NOT known AND NOT agrees)
        FROM b_judged GROUP BY "pass", state
        """
    )
    missed = engine.rows("SELECT count(*) FROM h_told WHERE print NOT IN (SELECT print FROM b_told)")[0][0]
    places = {item.name: place for place, item in enumerate(ruleset.passes)}
    found = sorted((Backtested(*row) for row in rows), key=lambda one: (places.get(one.by, -1), one.state))
    return [*found, *_made_again(again), Backtested(MISSED, "", int(missed), 0, 0, 0)]


def _made_again(again: dict[str, str]) -> list[Backtested]:
    """What people rejected and the rules make again, as rows of their own."""
    states = sorted(set(again.values()))
    return [
        Backtested(REJECTED_BEFORE, state, count, 0, count, 0)
        for state in states
        for count in [sum(one == state for one in again.values())]
    ]
