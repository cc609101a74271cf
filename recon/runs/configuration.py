"""Everything configured that a run depends on, read and checked together, with the files that it is made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from recon.breaks.settings import BreakSettings
from recon.errors import ConfigError, Place, Problem
from recon.project.folders import settings_in
from recon.project.located import ConfigFile
from recon.project.workspace import Project
from recon.rules.book import RuleBook, load_rules
from recon.rules.rates import load_rates
from recon.rules.ruleset import Chain, RuleSet
from recon.runs.rule_files import RuleSetFile
from recon.sources.profiles.of_project import attributes, read_profiles
from recon.sources.profiles.profile import LoadedProfile


@dataclass(frozen=True)
class Configuration:
    """The sources, rule sets and chains of a run, and the files that its results depend on."""

    profiles: Mapping[str, LoadedProfile]
    rulesets: Mapping[str, RuleSet]
    chains: Mapping[str, Chain]
    breaks: Mapping[str, BreakSettings]
    files: Sequence[ConfigFile]
    book: RuleBook

    @property
    def hashes(self) -> dict[str, str]:
        """The hash of each file by its name."""
        return {one.shown: one.sha256 for one in self.files}


def load_configuration(
    project: Project, only: tuple[str, ...] | None = None, chains_only: tuple[str, ...] | None = None
) -> Configuration:
    """Read the project's profiles and rules; `only` names the rule sets to run, `chains_only` the chains.

    Raises:
        ConfigError: with all problems of all files.
        UsageError: a name is not that of a rule set.
    """
    read = read_profiles(project)
    problems = list(read.problems)
    profiles = {loaded.source: loaded for loaded in read.sound}
    book = RuleBook()
    try:
        book = load_book(project, profiles, read.faulty)
    except ConfigError as error:
        problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)
    if not book.rulesets:
        raise ConfigError(no_rulesets(project))
    chosen = only or project.settings.run.rulesets or tuple(sorted(book.rulesets))
    rulesets = {name: book.ruleset(name) for name in chosen}
    wanted = project.settings.run.chains if chains_only is None else chains_only
    chains = {
        name: chain
        for name, chain in sorted(book.chains.items())
        if (wanted is None or name in wanted) and set(chain.legs) <= set(rulesets)
    }
    return Configuration(
        profiles=profiles,
        rulesets=rulesets,
        chains=chains,
        breaks=_break_settings(rulesets),
        files=_files(profiles, book, rulesets, chains),
        book=book,
    )


def no_rulesets(project: Project) -> Problem:
    """The problem of a project that has nothing to match by."""
    message = "there is no rule set, so that nothing can be matched"
    hint = "write one, such as orders_vs_bank.yaml: docs/rules.md shows how; `recon init` brings samples"
    return Problem("no-rulesets", message, Place(project.relative(project.rules_dir)), hint)


def load_book(
    project: Project, profiles: Mapping[str, LoadedProfile], faulty: Collection[str] = ()
) -> RuleBook:
    """The rule sets and chains of the project, checked against its sources.

    `faulty` are sources that are there and whose profiles are wrong: nothing is said of what their entries carry.

    Raises:
        ConfigError: with all problems of all files.
    """
    paths = settings_in(project, project.rules_dir)
    shown = {path: project.relative(path) for path in paths}
    known = {**dict.fromkeys(faulty), **attributes(profiles)}
    rates = load_rates(project.rates_dir, project.relative, known)
    return load_rules(paths, known, shown, rates, RuleSetFile)


def _break_settings(rulesets: Mapping[str, RuleSet]) -> dict[str, BreakSettings]:
    settings = {}
    for name, ruleset in rulesets.items():
        own = ruleset.breaks if isinstance(ruleset.breaks, BreakSettings) else BreakSettings()
        left, right = (" ".join(ruleset.sources(side)) for side in ("left", "right"))
        settings[name] = own.for_sources(left, right)
    return settings


def _files(
    profiles: Mapping[str, LoadedProfile],
    book: RuleBook,
    rulesets: Mapping[str, RuleSet],
    chains: Mapping[str, Chain],
) -> list[ConfigFile]:
    """Files that the run depends on: its rule sets and chains, the rates they use, and the profiles of their sources.

    And the profiles of sources that expect files, since a run tells which did not come.
    """
    sides = [ruleset.sources(side) for ruleset in rulesets.values() for side in ("left", "right")]
    expecting = {name for name, loaded in profiles.items() if loaded.profile.expect is not None}
    used = sorted({name for names in sides for name in names} | expecting)
    documents = [profiles[name].document for name in used]
    documents += [book.documents[name] for name in (*rulesets, *chains)]
    named = [name for ruleset in rulesets.values() for name in ruleset.rates_used]
    rates = [file for name in named for file in book.rates.files[name]]
    return list({file.shown: file for file in (*(one.file for one in documents), *rates)}.values())
