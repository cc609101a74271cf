"""Tabular files as batches: rows that are no transactions set aside, the rest mapped or refused."""

from collections.abc import Iterator, Sequence

import polars as pl

from recon.sources.file import SourceFile
from recon.sources.mapping.assemble import entries_table
from recon.sources.mapping.balances import StatementBalance
from recon.sources.mapping.compiled import Mapped, Mapping, by_name, wanted_columns
from recon.sources.mapping.controls import Controls, Key
from recon.sources.mapping.judging import judged
from recon.sources.profiles.profile import TableProfile
from recon.sources.profiles.totals import Stated
from recon.sources.reader import READ, Batch, Refused, Statement
from recon.sources.registry import table_reader
from recon.sources.tables.table import Chunk


def read_table(file: SourceFile, profile: TableProfile, reader: str) -> Iterator[Batch]:
    """The entries of a tabular file.

    Raises:
        InputRefused: the file as a whole cannot be read, or lacks a column of the profile.
    """
    reading = _Reading(file, profile, reader)
    chunks = table_reader(reader).chunks(file, profile.layout, wanted_columns(profile), profile.money.decimal)
    for chunk in chunks:
        yield reading.batch(chunk)
    yield Batch(0, 0, READ.empty_table(), statements=reading.statements())


class _Reading:
    """What is remembered from one chunk of a file to the next."""

    def __init__(self, file: SourceFile, profile: TableProfile, reader: str) -> None:
        self.file, self.profile, self.reader = file, profile, reader
        self.mapping: Mapping | None = None
        self.footer: int | None = None
        self.part: str | None = None
        self.keys: dict[Key, int] = {}
        self.balances: dict[Key, StatementBalance] = {}
        self.stated: Stated | None = None
        self.days = {one for ref in profile.columns.times().values() for names in ref.wanted() for one in names}
        rule = profile.statement
        checked = rule is not None or profile.money.unequal == "keep"
        self.controls = Controls(batches=rule is not None and rule.batches) if checked else None

    def batch(self, chunk: Chunk) -> Batch:
        """One chunk as a batch."""
        mapping = self._mapping_for(chunk.cells.columns)
        if chunk.part != self.part:
            self.part, self.footer = chunk.part, None
        self.footer = self._footer(chunk)
        if self.stated is not None:
            self.stated.look(chunk.aside)
        rows = self._transactions(chunk)
        broken = [one for one in chunk.broken if self.footer is None or one.line_no < self.footer]
        refused = [*broken, *self._unfit(chunk, rows)]
        rows &= ~pl.Series([position in chunk.unfit for position in range(len(rows))], dtype=pl.Boolean)
        refused += self._behind_footer(chunk, mapping)
        positions = rows.arg_true()
        mapped = mapping.run(chunk.cells[positions])
        refused += self._refusals(chunk, positions, mapped)
        good = ~pl.Series("good", range(len(positions)), dtype=pl.Int64).is_in(list(mapped.bad))
        taken = positions.filter(good)
        values = mapped.values.filter(good)
        statement_no = self._statement_numbers(values)
        self._follow_balance(values)
        if self.controls is not None:
            self.controls.add(values, chunk.line_no[taken])
        entries = entries_table(mapping, values, chunk.cells[taken], chunk.line_no[taken], statement_no)
        return Batch(
            lines=chunk.lines,
            recognised=len(chunk.aside) + len(chunk.broken) + chunk.cells.height - len(taken) - len(refused),
            entries=entries,
            refused=sorted(refused, key=lambda one: one.line_no),
            encoding=chunk.encoding,
        )

    def _mapping_for(self, names: Sequence[str]) -> Mapping:
        if self.mapping is None or self.mapping.names != tuple(names):
            self.mapping = Mapping(self.profile, names, self.file, self.reader)
            rule = self.profile.statement
            if (column := self._balance_column()) is not None:
                self.mapping.rules.number("balance", column)
            if rule is not None and self.stated is None:
                self.stated = Stated(
                    rule.lines, rule.sections, self.mapping.writing, self.profile.dates.formats, self.file
                )
        return self.mapping

    def _footer(self, chunk: Chunk) -> int | None:
        """The first line of the footer, if it has begun; also a line whose cells cannot be told apart may begin it."""
        layout, cells = self.profile.layout, chunk.cells
        if self.footer is not None or not layout.end:
            return self.footer
        begins = tuple(layout.end)
        lines = [one.line_no for one in chunk.broken if one.text.lstrip(f"{layout.quote} ").startswith(begins)]
        if cells.height:
            filled = [
                pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name)) for name in cells.columns
            ]
            first = pl.coalesce(filled).str.strip_chars().str.strip_chars(layout.strip or " ")
            over = pl.any_horizontal([first.str.starts_with(one) for one in begins])
            found = cells.select(over.alias("over"))["over"].fill_null(value=False)
            lines += chunk.line_no.filter(found).to_list()
        return min(lines, default=None)

    def _transactions(self, chunk: Chunk) -> pl.Series:
        """Which rows are transactions; the others are looked at for totals."""
        layout, cells = self.profile.layout, chunk.cells
        here = pl.Series("here", [True] * cells.height, dtype=pl.Boolean)
        if self.footer is not None:
            here = chunk.line_no < self.footer
        names = by_name(cells.columns, self.profile)
        for rules, wanted in ((layout.ignore, False), (layout.keep, True)):
            for column, words in rules.items():
                cell = cells[names[column]].fill_null("").str.strip_chars().str.strip_chars(layout.strip or " ")
                said = cell.is_in(words)
                if not wanted and "" in words and column in self.days:
                    said &= (cell != "") | ~self._holds_money(cells, names)
                here &= said == wanted
        if self.stated is not None:
            others = (~here).arg_true()
            self.stated.look((int(chunk.line_no[row]), _joined(cells.row(row))) for row in others)
        return here

    def _holds_money(self, cells: pl.DataFrame, names: dict[str, str]) -> pl.Series:
        """Which rows have a number where an amount stands: without a day such a row is refused and never set aside."""
        rules = self.profile.money.rules().values()
        columns = {names[one] for rule in rules for one in rule.amounts() if one in names}
        numbers = [pl.col(one).str.contains(r"\d").fill_null(value=False) for one in sorted(columns)]
        held = pl.any_horizontal(numbers) if numbers else pl.lit(value=False)
        return cells.select(held.alias("held"))["held"]

    def _behind_footer(self, chunk: Chunk, mapping: Mapping) -> list[Refused]:
        """Rows behind the beginning of the footer that are transactions all the same."""
        if self.footer is None:
            return []
        behind = (chunk.line_no > self.footer).arg_true()
        if not len(behind):
            return []
        wrong = mapping.run(chunk.cells[behind]).bad
        reason = (
            f"a transaction stands behind line {self.footer}, where the footer begins by `end` of the layout"
        )
        return [
            Refused(int(chunk.line_no[row]), None, None, "behind-footer", reason, chunk.text[row])
            for at, row in enumerate(behind)
            if at not in wrong
        ]

    def _unfit(self, chunk: Chunk, rows: pl.Series) -> list[Refused]:
        return [
            Refused(int(chunk.line_no[row]), None, None, code, reason, chunk.text[row])
            for row, (code, reason) in chunk.unfit.items()
            if rows[row]
        ]

    def _refusals(self, chunk: Chunk, positions: pl.Series, mapped: Mapped) -> list[Refused]:
        refused = []
        for row, check in sorted(mapped.bad.items()):
            shown = mapped.values[row].select(check.cell.alias("cell")).item()
            position = int(positions[row])
            reason = f'"{shown}": {check.reason}' if shown else check.reason
            refused.append(
                Refused(
                    int(chunk.line_no[position]), check.field, shown, check.code, reason, chunk.text[position]
                )
            )
        return refused

    def _statement_numbers(self, values: pl.DataFrame) -> pl.Series:
        """A number for each account and currency, in the order in which the file brings them."""
        pairs = values.select("account", "currency")
        for key in pairs.unique(maintain_order=True).rows():
            self.keys.setdefault(key, len(self.keys) + 1)
        if len(self.keys) == 1:
            return pl.Series([1] * values.height, dtype=pl.Int32)
        known = pl.DataFrame(
            [(*key, number) for key, number in self.keys.items()],
            schema={"account": pl.String, "currency": pl.String, "number": pl.Int32},
            orient="row",
        )
        return pairs.join(known, on=["account", "currency"], how="left", maintain_order="left")["number"]

    def _follow_balance(self, values: pl.DataFrame) -> None:
        column = self._balance_column()
        if column is None or self.mapping is None:
            return
        balance = self.mapping.rules.number("balance", column)
        booked = (pl.col("status") == "booked").alias("booked")
        rows = values.select("account", "currency", "amount", booked, balance.alias("balance"))
        for key in rows.select("account", "currency").unique(maintain_order=True).rows():
            own = rows.filter((pl.col("account") == key[0]) & (pl.col("currency") == key[1]))
            self.balances.setdefault(key, StatementBalance()).add(own["amount"], own["booked"], own["balance"])

    def _balance_column(self) -> str | None:
        """The column of the running balance, if the profile names one and the file has it."""
        rule = self.profile.statement
        ref = rule.running_balance if rule is not None else None
        cells = self.mapping.cells if self.mapping is not None else {}
        return (
            next((name for name in [ref.column, *ref.any] if name in cells), None) if ref is not None else None
        )

    def statements(self) -> list[Statement]:
        """A statement for each account and currency, when the profile says how to check them."""
        if self.controls is None:
            return []
        keys = self.keys or {(self.profile.account or "", _fixed_currency(self.profile)): 1}
        made = []
        for key, number in keys.items():
            opening, closing, steps = self.balances.get(key, StatementBalance()).result()
            one = Statement(number, account=key[0], currency=key[1] or None, opening=opening, closing=closing)
            made.append(judged(one, key, self.stated, self.controls, keys, steps=steps))
        return made


def _fixed_currency(profile: TableProfile) -> str:
    return profile.money.currency if isinstance(profile.money.currency, str) else ""


def _joined(cells: Sequence[str | None]) -> str:
    return "|".join((cell or "").strip() for cell in cells)
