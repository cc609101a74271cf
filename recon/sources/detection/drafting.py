"""A profile to start from, as YAML: what the content proves is stated with its proof, what is guessed is marked."""

import re
from collections.abc import Iterator
from typing import Final

from recon.sources.detection.cells import may_mean
from recon.sources.detection.columns import date_lines, other_lines
from recon.sources.detection.detecting import Detected
from recon.sources.detection.naming import pattern_of, source_name
from recon.sources.detection.readings import Reading
from recon.sources.detection.setting_aside import aside_lines
from recon.sources.detection.states import states_of
from recon.sources.detection.tables import Column
from recon.sources.detection.words import normal
from recon.sources.detection.yaml_text import indented, listed, quoted, single
from recon.sources.file import SourceFile

_MINOR: Final = frozenset(
    {"minor", "cents", "pence", "paise", "kobo", "centavos", "centimes", "копеек", "копейки"}
)
_PLAIN_ENCODINGS: Final = frozenset({"utf-8", "utf-8-sig"})


def drafted(file: SourceFile, reader: str, found: Detected | None) -> str:
    """A profile as YAML text. Lines that end in `# check` are guesses; a proof stands beside what it proves."""
    source = source_name(file.path)
    head = [
        f"source: {source}",
        f"title: {source.replace('_', ' ')}  # check",
        f"files: {_path(pattern_of(file.path))}  # check",
        f"reader: {reader}",
    ]
    if found is None:
        return "\n".join([*head, "# no table was found: see `layout` and `columns` in the schema", ""])
    sections = {
        "layout": [*_layout(found), *aside_lines(found)],
        "money": list(_money(found)),
        "dates": list(date_lines(found)),
        "columns": list(other_lines(found)),
        "status": list(_status(found)),
        "statement": list(_statement(found)),
    }
    lines = [*head, "account: UNKNOWN  # check: which account these files are of"]
    for name, settings in sections.items():
        if settings:
            lines += [f"{name}:", *indented(settings)]
    return "\n".join([*lines, ""])


def _path(pattern: str) -> str:
    return pattern if re.fullmatch(r"[\w/.*-]+", pattern) and pattern[0].isalnum() else quoted(pattern)


def _layout(found: Detected) -> list[str]:
    table, grid = found.table, found.table.grid
    lines = []
    if grid.encoding is not None and grid.encoding not in _PLAIN_ENCODINGS:
        lines.append(f"encoding: {grid.encoding}")
    if grid.delimiter not in {None, ","}:
        lines.append(f"delimiter: {'tab' if grid.delimiter == chr(9) else quoted(str(grid.delimiter))}")
    if grid.quote != '"':
        lines.append("quote: none  # quotes stand inside texts")
    if grid.strip:
        lines.append(f"strip: {single(grid.strip)}  # around cells, no part of them")
    if found.sheets:
        lines.append(f"sheets: [{', '.join(map(quoted, found.sheets))}]")
    elif grid.sheet is not None and not grid.first_sheet:
        lines.append(f"sheets: [{quoted(grid.sheet)}]")
    if table.header is None:
        lines.append(f"header: {listed(table.names)}  # check: the file has no names of columns")
    if table.short:
        lines.append("short_rows: fill  # some rows end early")
    return lines


def _is_minor(column: Column) -> bool:
    """Whether a column counts the smallest unit of its currency."""
    named = not _MINOR.isdisjoint(normal(column.name).split())
    return named and all(cell.lstrip("+-").isdigit() for cell in column.filled)


def _money(found: Detected) -> Iterator[str]:
    """The settings of `money`. Words beside amounts that name another currency are left out: such rows are refused."""
    numbers, currency = found.numbers, found.currency
    yield _with_doubt(f'decimal: "{numbers.decimal}"', numbers.doubt)
    if numbers.thousands != "none":
        yield f'thousands: "{numbers.thousands}"'
    if found.money is not None and all(map(_is_minor, found.money.columns)):
        units = "currency" if currency.column is not None or currency.code else "2"
        yield f"minor_units: {units}  # the columns are named after the smallest unit"
    if words := [one for one in numbers.words if currency.column or may_mean(one, currency.code)]:
        yield f"words: {listed(words)}"
    if numbers.minus_words:
        yield f"minus_words: {listed(numbers.minus_words)}"
    if currency.column is not None:
        codes = ", ".join(f"{quoted(word)}: {code}" for word, code in currency.words)
        more = f", words: {{{codes}}}" if codes else ""
        yield f"currency: {{column: {quoted(currency.column.name)}{more}}}"
    else:
        line = f"currency: {currency.code or 'XXX'}"
        yield _with_doubt(line, currency.doubt) if currency.doubt else f"{line}  # {currency.proof}"
    money = found.money
    if money is None:
        yield "amount: {column: UNKNOWN, plus: in}  # check: no column of amounts was found"
    elif money.fee is None:
        yield f"amount: {_amount(money)}"
    else:
        yield f"gross: {_amount(money)}"
        yield f"fee: {{column: {quoted(money.fee.name)}, plus: {money.fee_plus}}}  # the balance moves by it, too"
        yield "amount: {same_as: net}"


def _amount(money: Reading) -> str:
    said = f"  # check: {money.doubt}" if money.doubt else f"  # {money.proof}" if money.proof else "  # check"
    if money.credit is not None and money.debit is not None:
        minus = "" if money.minus == "refuse" else f", minus: {money.minus}"
        return f"{{credit: {quoted(money.credit.name)}, debit: {quoted(money.debit.name)}{minus}}}{said}"
    column = quoted(money.column.name if money.column else "UNKNOWN")
    if money.direction is not None:
        words = money.direction
        neutral = f", neither: {listed(words.others)}" if words.others else ""
        ways = f"in: {listed(words.inward)}, out: {listed(words.outward)}{neutral}"
        find = f", find: {single(words.find)}" if words.find else ""
        direction = f"{{column: {quoted(words.column.name)}{find}, {ways}}}"
        return f"{{column: {column}, direction: {direction}}}{said}"
    return f"{{column: {column}, plus: {money.plus}}}{said}"


def _statement(found: Detected) -> Iterator[str]:
    money = found.money
    if money is not None and money.balance is not None:
        steps = money.steps
        torn = (
            ""
            if steps.complete
            else f"  # check: {steps.ties} of {steps.steps} steps tie; are there rows missing?"
        )
        yield f"running_balance: {quoted(money.balance.name)}{torn}"
    if found.balances:
        yield "lines:"
        for one in found.balances:
            yield f"  - {single(one.pattern)}"


def _status(found: Detected) -> Iterator[str]:
    states = states_of(found.table)
    if states is None:
        return
    column, words = states
    said = ", ".join(f"{quoted(word)}: {state}" for word, state in words.items())
    yield f"column: {quoted(column.name)}"
    yield f"words: {{{said}}}  # check: rows that moved no money, or not yet"
    yield "otherwise: booked"
    yield "empty: booked"


def _with_doubt(line: str, doubt: str | None) -> str:
    return f"{line}  # check: {' '.join(doubt.split())}" if doubt else line
