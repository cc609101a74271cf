"""One run on the terminal: what was read, what matched, what broke, whether it proves, where the files lie."""

from collections.abc import Iterator
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segments
from rich.table import Table
from rich.text import Text

from recon.model.wording import counted, money, number, plain_words
from recon.outputs.controls import EXPECTED
from recon.outputs.exact import percent
from recon.outputs.report import BreakKindLine, RuleSetSummary, RunReport
from recon.outputs.widths import least_width
from recon.outputs.words import STATEMENTS, proof_words, verdict_words

WIDTH = 100
INDENT = 2
LEAST_WORDS = 12
"""Columns of names fold down to this width; numbers stand whole."""
FOLD = "\x1f"
"""Stands behind each underscore of a name while a table is laid out: a blank of no width, where the name may fold."""
VERDICT_STYLES = {"reconciled": "bold green", "breaks": "bold yellow", "incomplete": "bold red"}
MOST_BREAK_LINES = 32
"""Lines of breaks shown, those with most overdue first; the rest is counted in one line."""


def render_run(
    report: RunReport, console: Console, *, folder: str | None = None, workbook: str | None = None
) -> None:
    """Print the run to the console, at most 100 columns wide; every word is readable without colour.

    Where that is too narrow names fold; numbers never do, and a line of them is rather longer than the terminal.
    `folder` and `workbook` are shown as given: where the Parquet files and the workbook lie.
    """
    for block in _blocks(report, folder, workbook):
        least = max((INDENT + least_width(table, LEAST_WORDS) for table in _tables(block)), default=0)
        options = console.options.update(width=max(least, min(console.width, WIDTH)))
        printed = (
            segment._replace(text=segment.text.replace(FOLD, "")) for segment in console.render(block, options)
        )
        console.print(Segments(printed), crop=False)


def _tables(block: RenderableType) -> Iterator[Table]:
    """The tables within a block."""
    if isinstance(block, Table):
        yield block
    elif isinstance(block, Padding):
        yield from _tables(block.renderable)
    elif isinstance(block, Group):
        for part in block.renderables:
            yield from _tables(part)


def _blocks(report: RunReport, folder: str | None, workbook: str | None) -> Iterator[RenderableType]:
    yield _head(report)
    yield _inputs(report)
    for ruleset in report.rulesets:
        yield _passes(ruleset, report.about.previous_run)
    if report.breaks:
        yield _breaks(report)
    if report.chains:
        yield _chains(report)
    if report.prior:
        yield _prior(report)
    yield _result(report, folder, workbook)


def _head(report: RunReport) -> RenderableType:
    about = report.about
    title = Text.assemble((f"{about.project} · {about.period}", "bold"), f" · as of {about.as_of.isoformat()}")
    return Group(
        title, Text(f"run {about.run_id} · rules {about.rules_hash} · recon {about.version}", "dim"), Text()
    )


def _plain_table(*columns: tuple[str, str]) -> Table:
    """A table without lines; each column is a header with `<` or `>` for its side."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim", expand=False)
    for header, side in columns:
        left = side == "<"
        table.add_column(
            Text(_foldable(header)),
            justify="left" if left else "right",
            no_wrap=not left,
            overflow="fold" if left else "ellipsis",
        )
    return table


def _row(table: Table, *cells: str | Text) -> None:
    """A row of cells as they are: names in brackets are no markup, words between colons no pictures."""
    table.add_row(*(Text(_foldable(cell)) if isinstance(cell, str) else cell for cell in cells))


def _foldable(name: str) -> str:
    return name.replace("_", f"_{FOLD}")


def _inputs(report: RunReport) -> RenderableType:
    table = _plain_table(
        ("Source", "<"), ("files", ">"), ("lines", ">"), ("entries", ">"), ("known", ">"), ("other", ">"),
        ("refused", ">"),
    )  # fmt: skip
    for source, grouped in groupby(report.files, key=lambda file: file.source):
        files = list(grouped)
        sums = [
            sum(getattr(file, name) for file in files)
            for name in ("lines", "entries", "known", "recognised", "refused")
        ]
        _row(table, source, number(len(files)), *map(number, sums))
    said = Text(
        f"{counted(len(report.files), 'file')} read, {counted(report.entries, 'entry')}, "
        f"{counted(report.refused_rows, 'refused row')}",
        "bold",
    )
    return Group(said, Padding(table, (0, 0, 0, INDENT)), Text())


def _passes(ruleset: RuleSetSummary, previous: str | None) -> RenderableType:
    table = _plain_table(
        ("Pass", "<"), ("confirmed", ">"), ("suggested", ">"), ("left", ">"), ("right", ">"), ("share", ">")
    )
    for made in ruleset.passes:
        _row(
            table,
            made.name,
            number(made.matches),
            number(made.suggested),
            number(made.left_entries),
            number(made.right_entries),
            percent(made.left_entries, ruleset.left_count),
        )
    head = Text.assemble((ruleset.name, "bold"), f" · {ruleset.left} against {ruleset.right}")
    return Group(head, Padding(table, (0, 0, 0, INDENT)), *_rates(ruleset, previous), Text())


def _rates(ruleset: RuleSetSummary, previous: str | None) -> Iterator[RenderableType]:
    """What was matched of each side; of a run that continues another, of what that left open and what is new."""
    if previous is not None:
        carried = f"of what run {previous} left open and what is new since:"
        yield Padding(Text(carried, "dim"), (0, 0, 0, INDENT))
    for side, matched, count in (
        ("left", ruleset.left_matched, ruleset.left_count),
        ("right", ruleset.right_matched, ruleset.right_count),
    ):
        amounts = ", ".join(
            f"{rate.currency} {percent(rate.matched_amount, rate.amount)}"
            for rate in ruleset.rates
            if rate.side == side
        )
        words = f"matched {side}: {percent(matched, count)} by count"
        yield Padding(Text(words + (f"; by amount {amounts}" if amounts else "")), (0, 0, 0, INDENT))


def _breaks(report: RunReport) -> RenderableType:
    weightiest = sorted(report.breaks, key=lambda line: (-line.overdue, -line.count, -line.oldest_days))
    shown = [line for line in report.breaks if line in weightiest[:MOST_BREAK_LINES]]
    table = _plain_table(
        ("", "<"), ("held in", "<"), ("count", ">"), ("", "<"), ("amount", ">"), ("oldest", ">"), ("new", ">"),
        ("overdue", ">"),
    )  # fmt: skip
    headings = [str(column.header) for column in table.columns]
    table.show_header = (
        False  # each rule set has its own, in one table: so the columns of all stand below each other
    )
    for ruleset, grouped in groupby(shown, key=lambda line: line.ruleset):
        if table.row_count:
            _row(table, "")
        _row(table, *(Text(_foldable(heading), "dim") for heading in (ruleset or STATEMENTS, *headings[1:])))
        for line in grouped:
            _row(table, *_break_cells(line))
    hidden = weightiest[MOST_BREAK_LINES:]
    more = Text(f"  and {counted(sum(line.count for line in hidden), 'break')} more, in the workbook")
    said = Text(counted(report.break_count, "break"), "bold")
    return Group(said, Padding(table, (0, 0, 0, INDENT)), *([more] if hidden else []), Text())


def _break_cells(line: BreakKindLine) -> tuple[str, ...]:
    return (
        plain_words(line.kind),
        line.source,
        number(line.count),
        line.currency,
        money(line.amount, line.currency),
        f"{line.oldest_days} d",
        number(line.new),
        number(line.overdue),
    )


def _chains(report: RunReport) -> RenderableType:
    table = _plain_table(("Chain", "<"), ("status", "<"), ("entries", ">"), ("", "<"), ("amount", ">"))
    before = ""
    for line in report.chains:
        name = "" if line.chain == before else line.chain
        before = line.chain
        amount = money(line.amount, line.currency)
        _row(table, name, plain_words(line.status), number(line.count), line.currency, amount)
    return Group(table, Text())


def _prior(report: RunReport) -> RenderableType:
    table = _plain_table(
        ("Closed before", "<"), ("held in", "<"), ("late", ">"), ("", "<"), ("amount", ">"), ("open", ">")
    )
    for line in report.prior:
        amount = money(line.amount, line.currency)
        where = f"{line.ruleset}, {line.side}"
        _row(table, line.period, where, number(line.count), line.currency, amount, number(line.open_count))
    return Group(table, Text())


def _result(report: RunReport, folder: str | None, workbook: str | None) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    _row(table, "Proof", proof_words(report))
    for check in report.checks:
        if check.control and not check.ok:
            _row(table, "", f"FAIL {check.area}: {check.what} (expected {check.expected}, is {check.actual})")
        elif check.area == EXPECTED and not check.ok:
            _row(table, "Missing", check.what)
    _row(table, "Verdict", Text(verdict_words(report), VERDICT_STYLES[report.verdict]))
    if workbook:
        _row(table, "Workbook", workbook)
    if folder:
        _row(table, "Parquet", folder)
    return table
