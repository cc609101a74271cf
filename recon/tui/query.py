"""What is typed into the filter line: `state:new age:>30 amount:>=1000 owner:me missing rent`.

A word with a colon restricts a column; a comma offers several values, `>`, `>=`, `<`, `<=` compare, and a `-` before
the word turns it round. Every other word must stand somewhere in the break's texts.
"""

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from recon.engines.names import identifier
from recon.errors import Problem, UsageError
from recon.model.money import decimal_of
from recon.project.suggest import did_you_mean

TEXTS: Final[Mapping[str, str]] = {
    "state": "state", "kind": "kind", "ruleset": "ruleset", "side": "side", "currency": "currency",
    "source": "source", "account": "account", "owner": "owner", "status": "status",
    "priority": "priority", "tag": "tags", "id": "break_id",
}  # fmt: skip
NUMBERS: Final[Mapping[str, str]] = {"age": "age_days", "days": "age_business_days", "amount": "abs(amount)"}
DAYS: Final[Mapping[str, str]] = {"due": "due_date", "date": "business_date", "seen": "first_seen"}
WORDS: Final = (
    "break_id",
    "kind",
    "reference",
    "counterparty",
    "reason",
    "owner",
    "comment",
    "tags",
    "account",
    "entry_id",
)
ME: Final = "me"
_COMPARED: Final = (">=", "<=", ">", "<")
_WILD: Final = re.compile("[%_!]")
"""What would stand for other letters in a search."""


@dataclass(frozen=True, slots=True)
class Query:
    """A condition in SQL over the board's columns, and its parameters."""

    sql: str = "state <> 'resolved'"
    parameters: tuple[object, ...] = ()


def parsed(text: str, me: str = "") -> Query:
    """The condition that a filter line states; resolved breaks are left out unless `state:` is spoken of.

    Args:
        text: what was typed.
        me: the name that `me` stands for.

    Raises:
        UsageError: a column is not known, or a value does not fit it.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise UsageError(Problem("filter", f"a quote is not closed: {error}")) from None
    conditions, parameters = list[str](), list[object]()
    for word in words:
        turned = word.startswith("-") and len(word) > 1
        sql, values = _condition(word.removeprefix("-") if turned else word, me)
        conditions.append(f"NOT coalesce({sql}, false)" if turned else sql)
        parameters += values
    if not any(word.removeprefix("-").startswith("state:") for word in words):
        conditions.insert(0, "state <> 'resolved'")
    return Query(" AND ".join(conditions), tuple(parameters))


def _condition(word: str, me: str) -> tuple[str, Sequence[object]]:
    name, colon, value = word.partition(":")
    if not colon:
        held = " OR ".join(f"{identifier(one)} ILIKE ? ESCAPE '!'" for one in WORDS)
        sought = _WILD.sub(r"!\g<0>", word)
        return f"({held})", [f"%{sought}%"] * len(WORDS)
    if name in TEXTS:
        return _text(TEXTS[name], value, me)
    if name in NUMBERS:
        return _figure(NUMBERS[name], name, value)
    if name in DAYS:
        return _day(DAYS[name], name, value)
    known = [*TEXTS, *NUMBERS, *DAYS]
    raise UsageError(
        Problem(
            "filter", f"`{name}` is no column to filter by", hint=did_you_mean(name, known) or ", ".join(known)
        )
    )


def _text(column: str, value: str, me: str) -> tuple[str, Sequence[object]]:
    """One of several values, or the beginning of one; `none` is the absent one."""
    if value == "none":
        return f"coalesce({identifier(column)}, '') = ''", []
    values = [me.lower() if (one, column) == (ME, "owner") else one.lower() for one in value.split(",") if one]
    held = f"lower({identifier(column)})"
    if column == "account":
        return f"({' OR '.join(f'ends_with({held}, ?)' for _ in values)})", values
    if column == "tags":
        return f"({' OR '.join(f'contains({held}, ?)' for _ in values)})", values
    return f"({' OR '.join(f'starts_with({held}, ?)' for _ in values)})", values


def _figure(sql: str, name: str, value: str) -> tuple[str, Sequence[object]]:
    sign, rest = _compared(value)
    amount = decimal_of(rest)
    if amount is None:
        raise UsageError(Problem("filter", f"`{rest}` is no number", hint=f"write {name}:>30"))
    return f"{sql} {sign} ?", [amount]


def _day(column: str, name: str, value: str) -> tuple[str, Sequence[object]]:
    sign, rest = _compared(value)
    try:
        day = date.fromisoformat(rest)
    except ValueError:
        raise UsageError(Problem("filter", f"`{rest}` is no day", hint=f"write {name}:<2026-11-01")) from None
    return f"{identifier(column)} {sign} ?", [day]


def _compared(value: str) -> tuple[str, str]:
    sign = next((one for one in _COMPARED if value.startswith(one)), "")
    return sign or "=", value.removeprefix(sign)
