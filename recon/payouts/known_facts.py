"""What is known of payees besides their entries, from a CSV file: quotas, tax classes, who holds which level.

Columns: `payee`, `what` (figure, word, person or level), `name`, `value`. A figure is a number such as a quota; a
word such as a tax class; a person holds the named level above the payee; a level is held under a component.
"""

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from recon.errors import InputRefused, Place, Problem
from recon.model.money import decimal_of
from recon.payouts.facts import Facts

COLUMNS = ("payee", "what", "name", "value")
WHATS = ("figure", "word", "person", "level")


def read_facts(path: Path, shown: str) -> dict[str, Facts]:
    """The facts by payee, without transactions.

    Raises:
        InputRefused: with every row that cannot be read, at its line and field.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        raise InputRefused(Problem("unreadable-file", message, Place(shown))) from None
    rows = csv.DictReader(text.splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        message = (
            f"expected the columns {', '.join(COLUMNS)}, found {', '.join(rows.fieldnames or ()) or 'none'}"
        )
        raise InputRefused(Problem("columns", message, Place(shown, 1)))
    found: dict[str, Facts] = {}
    problems: list[Problem] = []
    for row in rows:
        problem = _problem(row, Place(shown, rows.line_num))
        if problem is not None:
            problems.append(problem)
            continue
        who = row["payee"]
        found[who] = _with(found.get(who, Facts(who)), row)
    if problems:
        raise InputRefused(*problems)
    return found


def _problem(row: dict[str, str], place: Place) -> Problem | None:
    for name in COLUMNS:
        if not row.get(name):
            return Problem("empty-field", "is empty", replace(place, field=name))
    if row["what"] not in WHATS:
        hint = f"one of {', '.join(WHATS)}"
        return Problem("unknown-value", f"{row['what']} is no kind of fact", replace(place, field="what"), hint)
    if row["what"] == "figure" and decimal_of(row["value"]) is None:
        return Problem("not-a-number", f"{row['value']} is no plain number", replace(place, field="value"))
    return None


def _with(facts: Facts, row: dict[str, str]) -> Facts:
    name, value = row["name"], row["value"]
    if row["what"] == "figure":
        return replace(facts, figures={**facts.figures, name: decimal_of(value) or Decimal(0)})
    if row["what"] == "word":
        return replace(facts, words={**facts.words, name: value})
    if row["what"] == "person":
        return replace(facts, people={**facts.people, name: value})
    return replace(facts, levels={**facts.levels, name: value})
