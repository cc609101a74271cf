"""Everything under `configs/rates`: rate cards and tables of exchange rates, read together with all that is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from recon.errors import ConfigError, Problem
from recon.project.folders import SETTINGS, Shown, files_in
from recon.project.located import ConfigFile, Document, read_file, read_yaml
from recon.project.nodes import find
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


def load_rates(folder: Path, shown: Shown = Path.as_posix) -> Rates:
    """Read every file of the folder; without one, there are no rates.

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
