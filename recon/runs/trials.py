"""Rule sets tried on what was ingested before: nothing is published, and no lock is taken."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from recon.engines.duck import DuckEngine
from recon.errors import ConfigError, Place, Problem
from recon.matchers.trials.compare import Difference, differences, load_matches, states_of
from recon.matchers.trials.trial import try_rules
from recon.model.periods import Period
from recon.project.workspace import Project
from recon.rules.book import load_rules
from recon.rules.ruleset import RuleSet
from recon.runs.configuration import Configuration, load_configuration
from recon.runs.decisions import ACCEPTED, Decision, Decisions
from recon.runs.inputs import Scope, find_scope
from recon.runs.rule_files import RuleSetFile
from recon.runs.scope import register_scope
from recon.sources.profiles.of_project import attributes
from recon.store.published import Published
from recon.store.scratch import scratch_folder
from recon.store.store import Store

ALL: Final = "new_entries_all"
"""The view of all entries of a trial's scope, of whatever source."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How one rule set fares against what people decided: matches they accepted, and matches they rejected."""

    accepted: int
    found: int
    confirmed: int
    rejected: int
    wrong: int
    """Rejected matches that the rules make again."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two rule sets over the same entries: matches of each, their differences, their agreement with decisions."""

    matches: tuple[int, int]
    differences: list[Difference]
    agreement: tuple[Agreement, Agreement]


@dataclass(frozen=True)
class Trial:
    """Entries to try rule sets on."""

    engine: DuckEngine
    scope: Scope
    configuration: Configuration

    def read(self, ruleset: RuleSet) -> None:
        """Make the views of what a rule set looks at."""
        configuration = replace(self.configuration, rulesets={ruleset.ruleset: ruleset})
        register_scope(self.engine, self.scope, configuration)

    def run(self, ruleset: RuleSet, name: str, period: Period | None = None) -> int:
        """Match all entries by a rule set; the number of matches that touch the period.

        Leaves the tables `<name>matches` and `<name>members` of all, and `<name>told` of those.
        """
        self.read(ruleset)
        try_rules(self.engine, ruleset, self.scope.as_of, name=name)
        return load_matches(self.engine, name, ALL, period)

    def compare(
        self, before: RuleSet, after: RuleSet, decisions: Decisions, period: Period | None = None
    ) -> Compared:
        """What changes when one rule set takes the place of another; matches are those that touch the period."""
        counts = self.run(before, "a_", period), self.run(after, "b_", period)
        agreement = self.agreement("a_", decisions.standing), self.agreement("b_", decisions.standing)
        return Compared(counts, differences(self.engine, ALL), agreement)

    def agreement(self, name: str, decisions: Sequence[Decision]) -> Agreement:
        """How the matches of a trial agree with decisions."""
        states = states_of(self.engine, name, [(str(one.number), one.entries) for one in decisions])
        accepted = [str(one.number) for one in decisions if one.verdict == ACCEPTED]
        rejected = [str(one.number) for one in decisions if one.verdict != ACCEPTED]
        return Agreement(
            accepted=len(accepted),
            found=sum(one in states for one in accepted),
            confirmed=sum(states.get(one) == "confirmed" for one in accepted),
            rejected=len(rejected),
            wrong=sum(one in states for one in rejected),
        )


@contextmanager
def trial(
    project: Project,
    store: Store,
    as_of: date | None = None,
    ingests: Sequence[Published] | None = None,
    runs: Sequence[Published] = (),
    configuration: Configuration | None = None,
) -> Iterator[Trial]:
    """Everything that was ingested up to a day, as if it were new; some ingests only when they are given.

    The engine also reaches the folders of `runs`. The rules are those of the project, unless others are given.

    Raises:
        ConfigError: the configuration is wrong.
        UsageError: nothing was ingested.
        ControlFailed: a published file is not what it was.
    """
    rules = configuration or load_configuration(project)
    known = store.ingests() if ingests is None else ingests
    scope = find_scope(known, None, as_of)
    machine = project.settings.run
    with (
        scratch_folder(project.temporary_dir, "spill-") as spill,
        DuckEngine.open(
            memory_mb=machine.memory_for(scope.entries),
            threads=machine.threads_for(scope.entries),
            temporary=spill,
            inputs=[one.folder for one in (*known, *runs)],
        ) as engine,
    ):
        yield Trial(engine, scope, rules)


def rules_named(configuration: Configuration, name: str) -> RuleSet:
    """The rule set in force of a name, or the one that a file holds.

    Raises:
        ConfigError: there is neither, or the file is wrong.
    """
    path = Path(name)
    if name in configuration.book.rulesets or not (path.suffix or path.is_file()):
        return configuration.book.ruleset(name)
    if not path.is_file():
        hint = "name a rule set of the project, or a file with one"
        raise ConfigError(Problem("unknown-ruleset", "there is no such file", Place(name), hint))
    known = attributes(configuration.profiles)
    book = load_rules([path], known, {path: name}, configuration.book.rates, RuleSetFile)
    if not book.rulesets:
        raise ConfigError(Problem("unknown-ruleset", "the file holds a chain, not a rule set", Place(name)))
    return next(iter(book.rulesets.values()))
