"""Everything under `configs/rates`: rate cards and tables of exchange rates, read together with all that is wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recon.errors import ConfigError, Problem
from recon.project.folders import SETTINGS, Shown, files_in
from recon.project.located import ConfigFile, Document, read_file, read_yaml
from recon.project.nodes import Steps, find
from recon.project.suggest import did_you_mean
from recon.rules.fx_table import FxTable, rates_of_text
from recon.rules.rate_card import RateCard


@dataclass(frozen=True)
class Rates:
    """The rate cards and tables of exchange rates of a project, each by its name.

    `files` are the files that each rests on, by name.
    """

    cards: Mapping[str, RateCard] = field(default_factory=dict)
    tables: Mapping[str, FxTable] = field(default_factory=dict)
    files: Mapping[str, Sequence[ConfigFile]] = field(default_factory=dict)


def load_rates(
    folder: Path, shown: Shown = Path.as_posix, carried: Mapping[str, frozenset[str] | None] | None = None
) -> Rates:
    """Read every file of the folder; without one, there are no rates.

    `carried` are the attributes that each source's entries carry, None where any is possible; without it, lines of
    cards may be for any source.

    Raises:
        ConfigError: with every problem of every file.
    """
    cards, tables = dict[str, RateCard](), dict[str, FxTable]()
    files, problems = dict[str, Sequence[ConfigFile]](), list[Problem]()
    for path in files_in(folder, SETTINGS, shown):
        try:
            document = read_yaml(path, shown(path))
            if find(document.root, ("rates",)) is not None:
                table, used = _table(document, path, shown)
                _once(document, table.rates, files, "rates")
                tables[table.rates], files[table.rates] = table, used
            else:
                card = document.build(RateCard)
                if carried and (strange := list(_not_there(document, card, carried))):
                    raise ConfigError(*strange)
                _once(document, card.card, files, "card")
                cards[card.card], files[card.card] = card, [document.file]
        except ConfigError as error:
            problems.extend(error.problems)
    if problems:
        raise ConfigError(*problems)
    return Rates(cards, tables, files)


def _once(document: Document, name: str, known: Iterable[str], key: str) -> None:
    if name in known:
        message = f"`{name}` is the name of another file as well"
        raise ConfigError(document.problem((key,), "duplicate-name", message, "give each file its own name"))


def _not_there(
    document: Document, card: RateCard, carried: Mapping[str, frozenset[str] | None]
) -> Iterator[Problem]:
    """Sources and attributes that lines are for and that there are not: such a line would charge nothing."""
    for at, line in card.placed():
        said = line.entries.get("source", ())
        for position, source in enumerate([said] if isinstance(said, str) else said):
            if source not in carried:
                hint = did_you_mean(source, carried) or "each source has a profile in configs/sources"
                steps: Steps = (*at, "entries", "source", *(() if isinstance(said, str) else (position,)))
                yield document.problem(steps, "unknown-source", f"there is no source `{source}`", hint)
        of_any = [carried.get(one) for one in ([said] if isinstance(said, str) else said or carried)]
        if None in of_any:
            continue
        known = {f"attributes.{name}" for names in of_any for name in names or ()}
        for column in line.entries:
            if column.startswith("attributes.") and column not in known:
                hint = did_you_mean(column, known) or "name an attribute that a profile maps"
                message = f"no entry has `{column}`, so that the line charges nothing"
                yield document.problem((*at, "entries", column), "unknown-word", message, hint, key=True)


def _table(document: Document, path: Path, shown: Shown) -> tuple[FxTable, Sequence[ConfigFile]]:
    """A table with the rates of its file, and the files that it rests on."""
    table = document.build(FxTable)
    if table.file is None:
        return table, [document.file]
    if Path(table.file).name != table.file:
        hint = "put it beside the table and give its name alone"
        raise ConfigError(document.problem(("file",), "rates-file", "the file lies in another folder", hint))
    beside = path.with_name(table.file)
    name = shown(beside)
    file = read_file(beside, name)
    rows = rates_of_text(file.text, name)
    return table.model_copy(update={"rows": rows, "file": None}), [document.file, file]
