"""What plans look for and the project's sources do not have: a misspelt name counts nothing, and nobody is paid.

Of sources whose format leaves open what their entries carry, any word is taken. A project without sources is one
where plans are only drawn up, and nothing is said of it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from recon.errors import ConfigError, Problem
from recon.payouts.books.activity import FIGURES, WORDS
from recon.payouts.library import Filed
from recon.payouts.plan.components import Component
from recon.payouts.plan.measures import Activity, Measure
from recon.payouts.plan.plan import Plan
from recon.payouts.plan.values import Limits
from recon.project.nodes import Steps
from recon.project.suggest import did_you_mean
from recon.project.workspace import Project
from recon.sources.intake.arrivals import paths_of
from recon.sources.profiles.of_project import Carried, read_profiles
from recon.store.store import Store


@dataclass(frozen=True, slots=True)
class Read:
    """A word of entries, or a figure, that a plan looks at: where it says so, and of which sources."""

    name: str
    steps: Steps
    sources: tuple[str, ...]
    figure: bool = False
    key: bool = False
    credit: bool = False
    """Whether it names the payee, who may also be known from tables of facts alone: only misspelt names are told."""


def refuse_unknown(project: Project, store: Store, plans: Sequence[Filed]) -> None:
    """Refuse to pay by plans that look for what no source has; what a source without a profile once brought is there.

    Raises:
        ConfigError: with every such name.
    """
    carried = read_profiles(project).attributes
    if list(unknown(plans, carried)):
        carried = {**dict.fromkeys(paths_of(store.ingests())), **carried}
    if problems := list(unknown(plans, carried)):
        raise ConfigError(*problems)


def unknown(plans: Sequence[Filed], carried: Carried) -> Iterator[Problem]:
    """The sources, words and figures of plans that there are not, but for those that a plan says are meant.

    `carried` are the attributes of each source's entries, None where any is possible.
    """
    for filed in plans if carried else ():
        accepted = {one.finding for one in filed.plan.accepted}
        for problem in (*_sources(filed, carried), *_words(filed, carried)):
            if problem.code not in accepted:
                yield problem


def _sources(filed: Filed, carried: Collection[str]) -> Iterator[Problem]:
    """Each source that is not there once, where the plan first names it."""
    told = set[str]()
    for activity, steps in _activities(filed.plan):
        if activity.source not in {*carried, *told}:
            told.add(activity.source)
            message = f"there is no source `{activity.source}`, so that nothing is counted"
            hint = did_you_mean(activity.source, carried) or ("each source has a profile in configs/sources")
            yield filed.document.problem((*steps, "source"), "unknown-source", message, hint)


def _words(filed: Filed, carried: Carried) -> Iterator[Problem]:
    for read in _read(filed.plan):
        attributes = _attributes(read.sources, carried)
        known = None if attributes is None else attributes | (set(FIGURES) if read.figure else WORDS)
        if known is not None and read.name not in known:
            message = f"no entry of {', '.join(read.sources)} has `{read.name}`"
            near = did_you_mean(read.name, known)
            if read.credit and near is None:
                continue
            hint = near or (
                f"name one of {', '.join(FIGURES)}, or an attribute that the profile maps"
                if read.figure
                else "name a column of an entry that is text, or an attribute that the profile maps"
            )
            yield filed.document.problem(read.steps, "unknown-word", message, hint, key=read.key)


def _attributes(sources: Sequence[str], carried: Carried) -> set[str] | None:
    """What entries of any of the sources may carry; None where that is open, or a source is not there."""
    found = set[str]()
    for source in sources:
        own = carried.get(source)
        if own is None:
            return None
        found |= own
    return found


def _activities(plan: Plan) -> Iterator[tuple[Activity, Steps]]:
    if plan.customers is not None:
        yield plan.customers.start, ("customers", "start")
    for position, figure in enumerate(plan.figures):
        if figure.activity is not None:
            yield figure.activity, ("figures", position, "activity")
    for position, component in enumerate(plan.components):
        yield component.activity, ("components", position, "activity")


def _read(plan: Plan) -> Iterator[Read]:
    """Every word and figure of entries that a plan looks at, in the order of the file."""
    every = tuple(dict.fromkeys(component.activity.source for component in plan.components))
    credit = plan.credit
    yield (
        Read(credit.to, ("credit", "to"), every, credit=True)
        if credit.owner_of is None
        else Read(credit.owner_of, ("credit", "owner_of"), every)
    )
    if plan.customers is not None:
        yield Read(plan.customers.word, ("customers", "word"), every)
        if plan.customers.since is not None:
            yield Read(plan.customers.since, ("customers", "since"), (plan.customers.start.source,))
    for activity, steps in _activities(plan):
        yield from _of_condition(activity.where, (*steps, "where"), activity.source)
        yield from _of_condition(activity.except_, (*steps, "except"), activity.source)
    for position, figure in enumerate(plan.figures):
        if figure.activity is not None:
            at: Steps = ("figures", position, "measure")
            yield from _of_measure(figure.measure, at, figure.activity.source)
    for position, component in enumerate(plan.components):
        yield from _of_component(component, ("components", position))


def _of_component(component: Component, at: Steps) -> Iterator[Read]:
    source = component.activity.source
    yield from _of_measure(component.measure, (*at, "measure"), source)
    if component.tiers is not None and component.tiers.by is not None:
        yield from _of_measure(component.tiers.by, (*at, "tiers", "by"), source)
    if component.group is not None:
        yield Read(component.group, (*at, "group"), (source,))
    for position, step in enumerate(component.adjust):
        yield from _of_condition(step.when, (*at, "adjust", position, "when"), source)


def _of_measure(measure: Measure, at: Steps, source: str) -> Iterator[Read]:
    if measure.sum is not None:
        yield Read(measure.sum, (*at, "sum"), (source,), figure=True)
    for said, names in (("plus", measure.plus), ("less", measure.less)):
        for position, name in enumerate(names):
            yield Read(name, (*at, said, position), (source,), figure=True)
    if measure.different is not None:
        yield Read(measure.different, (*at, "count"), (source,))


def _of_condition(condition: Mapping[str, object], at: Steps, source: str) -> Iterator[Read]:
    for name, wanted in condition.items():
        yield Read(name, (*at, name), (source,), figure=isinstance(wanted, Limits), key=True)
