"""All rule sets and chains of a project, read together so that every problem is reported at once."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from recon.engines.gate import PredicateProblem, parse, parse_condition
from recon.engines.types import DATE, TEXT, DataType, columns_of
from recon.errors import ConfigError, Problem
from recon.model.sides import SIDES
from recon.model.tables import ENTRIES
from recon.project.located import Document, in_file_order, read_yaml
from recon.project.nodes import find
from recon.project.suggest import did_you_mean
from recon.rules.likely import Likely
from recon.rules.rates import Rates
from recon.rules.ruleset import Chain, Pass, RuleSet, Side

COLUMNS = columns_of(ENTRIES)
Steps = tuple[str | int, ...]


@dataclass
class RuleBook:
    """The rule sets and chains of a project, each with the file it was read from."""

    rulesets: dict[str, RuleSet] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)

    def ruleset(self, name: str) -> RuleSet:
        """A rule set by name.

        Raises:
            ConfigError: there is none of that name.
        """
        if name not in self.rulesets:
            known = ", ".join(sorted(self.rulesets)) or "none"
            raise ConfigError(
                Problem(
                    "unknown-ruleset",
                    f"there is no rule set `{name}`",
                    hint=did_you_mean(name, self.rulesets) or f"rule sets here: {known}",
                )
            )
        return self.rulesets[name]


def load_rules(
    paths: Iterable[Path],
    sources: Mapping[str, frozenset[str] | None],
    shown: Mapping[Path, str] | None = None,
    rates: Rates | None = None,
    model: type[RuleSet] = RuleSet,
) -> RuleBook:
    """Read and check the rule files, which may name rate cards and tables of exchange rates.

    `sources` maps each source to the attributes that its entries carry, or to None when its format leaves them
    open. `model` is the rule set with the blocks of its file that other rooms own.

    Raises:
        ConfigError: with every problem of every file.
    """
    book, problems, faulty = RuleBook(rates=rates or Rates()), list[Problem](), set[str]()
    for path in sorted(paths):
        try:
            document = read_yaml(path, (shown or {}).get(path))
            _add(book, document, sources, model)
        except ConfigError as error:
            problems.extend(error.problems)
            faulty.add(path.stem)  # a rule set is called like its file
    for chain in book.chains.values():
        problems.extend(_chain_problems(book, chain, faulty))
    if problems:
        raise ConfigError(*problems)
    return book


def _add(
    book: RuleBook, document: Document, sources: Mapping[str, frozenset[str] | None], model: type[RuleSet]
) -> None:
    is_chain = find(document.root, ("chain",)) is not None
    item: Chain | RuleSet = document.build(Chain) if is_chain else document.build(model)
    name = item.chain if isinstance(item, Chain) else item.ruleset
    if name in book.documents:
        raise ConfigError(
            document.problem(
                ("chain" if isinstance(item, Chain) else "ruleset",),
                "duplicate-name",
                f"`{name}` is also the name of {book.documents[name].shown}",
                "give each file its own name",
            )
        )
    if isinstance(item, RuleSet):
        if problems := _Checker(document, item, sources, book.rates).problems():
            raise ConfigError(*in_file_order(problems))
        book.rulesets[name] = item.with_rates(book.rates)
    else:
        book.chains[name] = item
    book.documents[name] = document


def _chain_problems(book: RuleBook, chain: Chain, faulty: Collection[str]) -> list[Problem]:
    """What is wrong with a chain; nothing is said of legs that are there and faulty themselves."""
    document, problems = book.documents[chain.chain], list[Problem]()
    for position, leg in enumerate(chain.legs):
        if leg in faulty:
            continue
        if leg not in book.rulesets:
            hint = did_you_mean(leg, book.rulesets)
            problems.append(
                document.problem(("legs", position), "unknown-ruleset", f"there is no rule set `{leg}`", hint)
            )
            continue
        if position and chain.legs[position - 1] in book.rulesets:
            before, after = book.rulesets[chain.legs[position - 1]], book.rulesets[leg]
            if not set(before.sources("right")) & set(after.sources("left")):
                problems.append(
                    document.problem(
                        ("legs", position),
                        "broken-chain",
                        f"the right side of `{before.ruleset}` and the left side of `{leg}` share no source",
                        "a chain follows money: what is right in one leg is left in the next",
                    )
                )
    return problems


class _Checker:
    """Everything about a rule set that its own shape cannot tell: sources, columns, expressions."""

    def __init__(
        self,
        document: Document,
        ruleset: RuleSet,
        sources: Mapping[str, frozenset[str] | None],
        rates: Rates,
    ) -> None:
        self.document, self.ruleset, self.sources, self.rates = document, ruleset, sources, rates
        self.found: list[Problem] = []

    def problems(self) -> list[Problem]:
        for side in SIDES:
            self.check_sources(side)
        self.card(self.ruleset.compared().card, ("compare", "card"))
        for position, verified in enumerate(self.ruleset.verify):
            self.card(verified.card, ("verify", position, "card"))
        self.table()
        for position, exclusion in enumerate(self.ruleset.exclude):
            self.condition(exclusion.where, exclusion.side, ("exclude", position, "where"))
        for position, item in enumerate(self.ruleset.passes):
            self.check_pass(item, ("passes", position))
        return self.found

    def check_sources(self, side: Side) -> None:
        written = getattr(self.ruleset, side)
        for position, name in enumerate(self.ruleset.sources(side)):
            if name not in self.sources:
                steps: Steps = (side,) if isinstance(written, str) else (side, position)
                hint = did_you_mean(name, self.sources) or "each source has a profile in configs/sources"
                self.add(steps, "unknown-source", f"there is no source `{name}`", hint)

    def check_pass(self, item: Pass, at: Steps) -> None:
        if item.same is not None:
            for position, (left, right) in enumerate(
                item.same.items() if isinstance(item.same, dict) else [(name, name) for name in item.same]
            ):
                steps = (*at, "same", left if isinstance(item.same, dict) else position)
                first, other = self.value(left, "left", steps), self.value(right, "right", steps)
                if first is not None and other is not None and first != other:
                    self.add(steps, "unlike-keys", f"{first.named} can never equal {other.named}")
        for side in SIDES:
            for name in item.group.keys(side) if item.group else ():
                self.value(name, side, (*at, "group", side))
            if condition := getattr(item.only, side):
                self.condition(condition, side, (*at, "only", side))
            column = getattr(item.within.dates, side)
            if COLUMNS.get(column) != DATE:
                self.add(
                    (*at, "within", "dates", side),
                    "not-a-date",
                    f"`{column}` is not a date column",
                    "use business_date, booking_date or value_date",
                )
        self.check_kinds(item, at)
        if item.likely is not None:
            self.check_likely(item.likely, (*at, "likely"))

    def check_kinds(self, item: Pass, at: Steps) -> None:
        """What the pass says in the words of its kind."""
        for setting, said in (("contains", item.contains), ("lists", item.lists)):
            self.check_in_text(said or {}, (*at, setting))
        if item.similar is not None:
            for side in SIDES:
                at_name = (*at, "similar", side)
                found = self.value(getattr(item.similar, side), side, at_name)
                if found not in {None, TEXT}:
                    self.add(at_name, "not-a-text", "a name is a text", "use counterparty_name or remittance")
        if item.where is not None:
            self.pair(item.where, (*at, "where"))
        if item.subset is not None:
            for position, spec in enumerate(item.subset.specs):
                for name in spec:
                    for side in SIDES:
                        if item.subset.adds(side):
                            self.value(name, side, (*at, "subset", "groups", position))
        for position, name in enumerate(item.offset.same if item.offset else ()):
            self.value(name, item.offset.side if item.offset else "left", (*at, "offset", "same", position))

    def check_in_text(self, said: Mapping[str, str], at: Steps) -> None:
        """A text of one side and a reference of the other."""
        for text, reference in said.items():
            for value in (text, reference):
                side, _, name = value.partition(".")
                chosen: Side = "left" if side == "left" else "right"
                self.value(name, chosen, (*at, text), key=value is text)

    def check_likely(self, likely: Likely, at: Steps) -> None:
        """Whether references and names are texts of an entry."""
        for side in SIDES:
            for name in likely.columns(side):
                if self.value(name, side, at) not in {None, TEXT}:
                    self.add(at, "not-a-text", f"`{name}` is no text", "name references and names")

    def names(self, side: Side) -> frozenset[str] | None:
        """The attributes that entries of the side may have, or None when any is possible."""
        known = [self.sources.get(name) for name in self.ruleset.sources(side)]
        named = [names for names in known if names is not None]
        return frozenset[str]().union(*named) if len(named) == len(known) else None

    def value(self, text: str, side: Side, at: Steps, *, key: bool = False) -> DataType | None:
        """The type of an expression, which stands at `at`, or is its name with `key`."""
        try:
            return parse(text, COLUMNS, self.names(side)).type
        except PredicateProblem as problem:
            self.add(at, "expression", problem.message, problem.hint, key=key)
            return None

    def condition(self, text: str, side: Side, at: Steps) -> None:
        try:
            parse_condition(text, COLUMNS, self.names(side))
        except PredicateProblem as problem:
            self.add(at, "expression", problem.message, problem.hint)

    def pair(self, text: str, at: Steps) -> None:
        from recon.engines.pair_gate import checked_pair  # it brings the parser

        try:
            checked_pair(text, COLUMNS, {side: self.names(side) for side in SIDES})
        except PredicateProblem as problem:
            self.add(at, "expression", problem.message, problem.hint)

    def card(self, name: str | None, at: Steps) -> None:
        if name is not None and name not in self.rates.cards:
            known = ", ".join(sorted(self.rates.cards)) or "none"
            hint = did_you_mean(name, self.rates.cards) or f"rate cards in configs/rates: {known}"
            self.add(at, "unknown-card", f"there is no rate card `{name}`", hint)

    def table(self) -> None:
        conversion = self.ruleset.convert
        if conversion is None or conversion.to is None:
            return
        found = self.rates.tables.get(conversion.by)
        if found is None:
            known = ", ".join(sorted(self.rates.tables)) or "none"
            hint = did_you_mean(conversion.by, self.rates.tables) or f"tables in configs/rates: {known}"
            message = f"there is no table of exchange rates `{conversion.by}`"
            self.add(("convert", "by"), "unknown-rates", message, hint)
        elif all(row.to != conversion.to for row in found.rows):
            message = f"`{conversion.by}` has no rate in {conversion.to}"
            hint = f"its rates are in {', '.join(sorted({row.to for row in found.rows}))}"
            self.add(("convert", "to"), "unknown-rates", message, hint)

    def add(self, at: Steps, code: str, message: str, hint: str | None = None, *, key: bool = False) -> None:
        problem = self.document.problem(at, code, message, hint, key=key)
        if problem not in self.found:  # a column that both sides lack is told once
            self.found.append(problem)
