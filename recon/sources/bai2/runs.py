"""A BAI2 file in parts: runs of transactions written as nearly all are, and single records of everything else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from recon.sources.bai2.records import FULL_LINE, NEXT, Joining, Record
from recon.sources.reader import ROWS_AT_ONCE

_USUAL: Final = re.compile(
    r"16,((\d{3}),(\d{1,16}),([Z012]?|V,(?:\d{2})?\d{6},\d{0,4}|S,\d*,\d*,\d*),([^,\n]*+),([^,\n]*+),)([^\n]*+)"
    r"((?:\n88,[^\n]*+)*+)\n(?=(?:01|02|03|16|49|98|99),)"
    r"|([^\n]*+)\n",
    re.ASCII,
)
"""A transaction with all of its continuations, the record behind it in sight; else any one line.

Groups: the fixed fields, of them code, amount, funds, both references; text; continuations; the other line."""

Found = tuple[str, str, str, str, str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """Transactions that follow one another: where the first begins, how many lines all of them have."""

    line_no: int
    lines: int
    found: list[Found]

    @property
    def last(self) -> int:
        """Where the last of them begins."""
        return self.line_no + self.lines - 1 - self.found[-1][7].count("\n")

    def records(self) -> Iterator[Record]:
        """The same transactions as records."""
        line_no = self.line_no
        for found in self.found:
            record = record_of(found, line_no)
            line_no += record.lines
            yield record


def record_of(found: Found, line_no: int) -> Record:
    """A transaction of a run as a record."""
    first = f"16,{found[0]}{found[6]}"
    record = Record("16", line_no, [first.rstrip().removesuffix("/")[3:]], full=len(first) >= FULL_LINE)
    for line in found[7].split("\n")[1:]:
        record.add(line.rstrip().removesuffix("/")[3:], whole_line=len(line) >= FULL_LINE)
        record.count += 1
    return record


def parts(texts: Iterable[str]) -> Iterator[Record | Run]:
    """The records and runs of whole lines in file order."""
    joining = Joining()
    line_no = 1
    for text in texts:
        if not _is_plain(text):
            for number, line in enumerate(text[:-1].split("\n"), line_no):
                yield from joining.take(line, number)
            line_no += text.count("\n")
            continue
        run: list[Found] = []
        begins = line_no
        for found in _USUAL.findall(text):
            if found[0]:
                run.append(found)
                line_no += 1 + found[7].count("\n")
            if run and (not found[0] or len(run) == ROWS_AT_ONCE):
                yield from joining.end()
                yield Run(begins, line_no - begins, run)
                run = []
            if not found[0]:
                yield from joining.take(found[8], line_no)
                line_no += 1
            if not run:
                begins = line_no
    yield from joining.end()


def _is_plain(text: str) -> bool:
    """Whether no line holds two records."""
    return not NEXT.search(text)
