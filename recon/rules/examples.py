"""Tests inside a rule file: a few entries as they might arrive, and the matches that the rules must find among them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, model_validator

from recon.engines.types import Kind, columns_of
from recon.model.ids import ENTRY_ID_DIGITS, content_id
from recon.model.money import decimal_of, is_currency
from recon.model.tables import ENTRIES, ENTRY_STATUSES, ENTRY_TYPES
from recon.project.models import ConfigModel, Fault, no_currency, refuse
from recon.project.suggest import did_you_mean

COLUMNS: Final = columns_of(ENTRIES)
ID: Final = "id"
GIVEN: Final = ("entry_id", "source", "file_id", "line_no")
"""Columns that an example cannot set: they come from where an entry was read."""
_ALWAYS: Final = ("amount", "currency")
_CHOICES: Final = {"type": ENTRY_TYPES, "status": ENTRY_STATUSES}
Cells = dict[str, str | dict[str, str]]
Names = str | tuple[str, ...]


class Expected(ConfigModel):
    """A match that must be found."""

    left: Names = Field(default=(), description="Entries of the left side, by their id in the test.")
    right: Names = Field(default=(), description="Entries of the right side.")
    by: str | None = Field(default=None, description="The pass that must find it; any without.")
    state: Literal["confirmed", "suggested"] = Field(
        default="confirmed", description="Whether the match counts at once or waits for a person."
    )

    def names(self, side: str) -> tuple[str, ...]:
        """The entries of a side, sorted."""
        value = self.left if side == "left" else self.right
        return (value,) if isinstance(value, str) else tuple(sorted(value))


class RuleTest(ConfigModel):
    """Entries of both sides, and all that the rules must find among them: what is not expected must stay open."""

    name: Annotated[str, Field(min_length=3, max_length=120)] = Field(description="What the test shows.")
    shared: Cells = Field(
        default_factory=dict, description="Columns that all entries of the test have in common."
    )
    left: tuple[Cells, ...] = Field(
        default=(), description="Entries of the left side: id, amount, and any columns."
    )
    right: tuple[Cells, ...] = Field(default=(), description="Entries of the right side.")
    expect: tuple[Expected, ...] = Field(default=(), description="All matches to be found; none without.")
    left_out: Names = Field(default=(), description="Entries that the rule set must leave out.")

    @model_validator(mode="after")
    def _can_be_read(self) -> "RuleTest":
        faults = [*_cell_faults(self.shared, ("shared",)), *self._entry_faults(), *self._name_faults()]
        if faults:
            refuse(*faults)
        return self

    def entries(self, side: str) -> tuple[Cells, ...]:
        """The entries of a side as written."""
        return self.left if side == "left" else self.right

    def ids(self) -> dict[str, str]:
        """The name of each entry by the entry id that it has in the test."""
        return {
            entry_id(side, str(cells[ID])): str(cells[ID])
            for side in ("left", "right")
            for cells in self.entries(side)
        }

    def rows(self, side: str, source: str) -> Iterator[dict[str, Any]]:
        """The entries of a side as rows of `ENTRIES`, with the defaults of what is not said."""
        for number, cells in enumerate(self.entries(side), start=1):
            values = {
                name: value_of(name, text) for name, text in {**self.shared, **cells}.items() if name != ID
            }
            day = values.get("booking_date") or values.get("value_date")
            yield {
                "entry_id": entry_id(side, str(cells[ID])),
                "source": source,
                "file_id": "",
                "line_no": number,
                "account": source,
                "business_date": day,
                "is_reversal": False,
                "type": "payment",
                "status": "booked",
                **values,
            }

    def _entry_faults(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for side in ("left", "right"):
            for number, cells in enumerate(self.entries(side)):
                yield from _cell_faults(cells, (side, number))
                name = str(cells.get(ID, ""))
                if not name:
                    yield Fault("the entry has no id", (side, number), "write id: a, to name it under expect:")
                elif name in seen:
                    yield Fault(f"two entries are called `{name}`", (side, number, ID))
                seen.add(name)
                for needed in _ALWAYS:
                    if needed not in cells and needed not in self.shared:
                        yield Fault(
                            f"the entry has no {needed}", (side, number), "add it here, or under shared:"
                        )

    def _name_faults(self) -> Iterator[Fault]:
        known = {side: {str(cells.get(ID, "")) for cells in self.entries(side)} for side in ("left", "right")}
        for number, match in enumerate(self.expect):
            if not (match.names("left") or match.names("right")):
                yield Fault(
                    "the match has no entries", ("expect", number), "name entries under left: and right:"
                )
            for side in ("left", "right"):
                yield from _unknown(match.names(side), known[side], ("expect", number, side))
        left_out = (self.left_out,) if isinstance(self.left_out, str) else self.left_out
        yield from _unknown(left_out, known["left"] | known["right"], ("left_out",))


def entry_id(side: str, name: str) -> str:
    """The entry id of an example."""
    return content_id([side, name], ENTRY_ID_DIGITS)


def value_of(name: str, text: str | Mapping[str, str]) -> Any:  # noqa: ANN401  (as the column's type has it)
    """A cell as a value of its column; None when the text does not say one."""
    if not isinstance(text, str):
        return list(text.items()) if name == "attributes" else None
    kind = COLUMNS[name].kind
    try:
        if kind is Kind.DATE:
            return date.fromisoformat(text)
        if kind is Kind.TIME:
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    if kind is Kind.DECIMAL:
        return decimal_of(text)
    if kind is Kind.TRUTH:
        return {"true": True, "false": False}.get(text)
    return text if kind is Kind.TEXT else None


_FORMS: Final = {
    Kind.DATE: "write a date as 2026-10-31",
    Kind.TIME: "write a time in UTC as 2026-10-31 14:05:00",
    Kind.DECIMAL: "write an amount as -1234.50",
    Kind.TRUTH: "write true or false",
    Kind.ATTRIBUTES: "write {channel: card}",
    Kind.TEXT: "write one text",
}


def _cell_faults(cells: Cells, at: tuple[str | int, ...]) -> Iterator[Fault]:
    for name, text in cells.items():
        if name == ID and at[0] != "shared":
            continue
        if name not in COLUMNS or name in GIVEN:
            known = sorted(set(COLUMNS) - set(GIVEN))
            hint = did_you_mean(name, known) or f"the columns are {', '.join(known)}"
            yield Fault(f"an entry has no column `{name}`", (*at, name), hint, key=True)
        elif value_of(name, text) is None:
            yield Fault(f"`{text}` is no {COLUMNS[name]}", (*at, name), _FORMS.get(COLUMNS[name].kind))
        elif name in _CHOICES and text not in _CHOICES[name]:
            hint = did_you_mean(str(text), _CHOICES[name]) or f"one of {', '.join(_CHOICES[name])}"
            yield Fault(f"there is no {name} `{text}`", (*at, name), hint)
        elif name == "currency" and not is_currency(str(text)):
            yield no_currency(str(text), *at, name)


def _unknown(names: Iterable[str], known: set[str], at: tuple[str | int, ...]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"the entries are {', '.join(sorted(known)) or 'none'}"
            yield Fault(f"no entry here is called `{name}`", at, hint)
