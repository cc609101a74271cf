"""Statements of a tabular file: what it states of each account and currency, beside what its entries make."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from recon.sources.mapping.controls import Controls, Key, compared
from recon.sources.profiles.totals import Stated
from recon.sources.reader import Statement

_NO_TOTALS: Final = frozenset({"from", "to", "id", "opening", "closing"})


def judged(
    one: Statement,
    key: Key,
    stated: Stated | None,
    controls: Controls,
    keys: Collection[Key],
    *,
    steps: bool | None,
) -> Statement:
    """A statement with what the file says of it, and the verdict on that.

    Totals of a currency in which several accounts have entries are those of all of them. `steps` says whether the
    running balance tied on every row.
    """
    verdict, notes = controls.verdict(key)
    verdicts = [steps, verdict]
    if steps is False:
        notes = ["the running balance does not follow from row to row", *notes]
    said: Mapping[str, Any] = {}
    if stated is not None:
        alone = sum(currency == key[1] for _, currency in keys) == 1
        said = _of(stated, key, keys, alone=alone)
        wrong, looked = _differences(stated, key, controls, keys)
        notes += wrong
        verdicts.append(not wrong if looked else None)
    known = [one for one in verdicts if one is not None]
    return replace(
        one,
        statement_id=said.get("id"),
        period_from=said.get("from"),
        period_to=said.get("to"),
        opening=said.get("opening", one.opening),
        closing=said.get("closing", one.closing),
        stated_entries=said.get("count"),
        stated_credits=_absolute(said.get("credits")),
        stated_debits=_absolute(said.get("debits")),
        stated_sum=said.get("sum"),
        control_ok=all(known) if known else None,
        control_note="; ".join(notes) or None,
        balances_computed=one.opening is not None and not said.keys() & {"opening", "closing"},
    )


def _of(stated: Stated, key: Key, keys: Collection[Key], *, alone: bool) -> Mapping[str, Any]:
    """What is stated of one account and currency: its currency's totals, if no other account shares them."""
    of_file = stated.found.get(None, {})
    period = {name: value for name, value in of_file.items() if name in {"from", "to", "id"}}
    sections = {} if key[1] in stated.found else stated.of_sections.get(key[1], {})
    counted = {name: int(value) if name == "count" else value for name, value in sections.items()}
    own = {**counted, **stated.found.get(key[1], {})} if alone else {}
    return {**(of_file if len(keys) == 1 else period), **own}


def _differences(stated: Stated, key: Key, controls: Controls, keys: Collection[Key]) -> tuple[list[str], bool]:
    """What of the stated totals is not so, and whether there were any."""
    wrong: list[str] = []
    looked = False
    currencies = {currency for _, currency in keys}
    for totals in (stated.found, stated.of_sections):
        for currency, said in totals.items():
            figures = {name: value for name, value in said.items() if name not in _NO_TOTALS}
            if not figures:
                continue
            if currency is None and len(currencies) > 1:
                wrong.append("totals are stated of no currency, and the entries are in several")
            elif currency is not None and currency not in currencies:
                wrong += (
                    [f"totals are stated in {currency}, and no entry is in it"] if any(figures.values()) else []
                )
            elif currency in {None, key[1]}:
                found = controls.of_currency(key[1])
                wrong += [
                    difference for difference in compared(figures, found, key[1]) if difference not in wrong
                ]
            looked = True
    return wrong, looked


def _absolute(amount: Decimal | None) -> Decimal | None:
    return None if amount is None else abs(amount)
