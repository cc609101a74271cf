"""Plans as a user writes them: settings become the text of a plan file, which is read back by the public reader."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from recon.payouts.calculation.facts import Facts, Transaction
from recon.payouts.periods.calculate import Outcome, calculate
from recon.payouts.plan.plan import Plan, load
from recon.payouts.rows import Row

Settings = dict[str, Any]
PAYEE = "payee"
CORRECTIONS: Settings = {
    "reversal": "original_rate",
    "books_in": "period_of_correction",
    "attainment": "kept",
    "closed_periods": "delta",
}


def component(name: str = "commission", **settings: Any) -> Settings:
    """A component over the payee's total of amounts, unless the settings say otherwise."""
    usual: Settings = {
        "name": name,
        "activity": {"of": "matched", "source": "transactions"},
        "measure": {"sum": "amount"},
        "scope": "payee",
        "accumulate": "period",
        "below_zero": "reverses",
    }
    return {**usual, **settings}


def each(name: str = "commission", **settings: Any) -> Settings:
    """A component that rates every transaction alone."""
    return component(name, **{"scope": "transaction", "accumulate": "none", **settings})


def plan(*components: Settings, **sections: Any) -> Plan:
    """The plan with these components, written as YAML and read by the public reader.

    Raises:
        ConfigError: as the user would see it.
    """
    settings: Settings = {
        "plan": "case",
        "title": "A case of the corpus",
        "effective": "2020-01-01",
        "currency": "USD",
        "credit": {"to": "agent", "when_moved": "owner_on_the_day_of_the_transaction"},
        "components": list(components),
        "corrections": CORRECTIONS,
        "payment": {"negative": "carry", "open_break": "hold"},
        "rounding": {"at": "never"},
        **sections,
    }
    text = yaml.dump(_text(settings), Dumper=_Plain, sort_keys=False, allow_unicode=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.yaml"
        path.write_text(text, encoding="utf-8")
        return load(path, "case.yaml")[0]


class _Plain(yaml.SafeDumper):
    """Writes repeated values out instead of anchors, which plan files do not allow."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _text(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_text(one) for one in value]
    return format(value, "f") if isinstance(value, Decimal) else value


def transactions(values: Iterable[Any], figure: str = "amount") -> tuple[Transaction, ...]:
    """One transaction per value, in order; a mapping gives several figures, and words for what is no number."""
    found = []
    for position, value in enumerate(values, start=1):
        given = value if isinstance(value, Mapping) else {figure: value}
        figures, words = {}, {}
        for name, one in given.items():
            try:
                figures[name] = Decimal(str(one))
            except ArithmeticError:
                words[name] = str(one)
        day = date.fromisoformat(words.pop("date")) if "date" in words else None
        found.append(Transaction(str(given.get("id", f"{position:04}")), figures, words, day))
    return tuple(found)


def facts(values: Iterable[Any] = (), **known: Any) -> Facts:
    """Facts of one period from values of transactions; figures are turned into decimals."""
    for name in ("figures", "previous", "before"):
        if name in known:
            known[name] = {key: Decimal(str(one)) for key, one in known[name].items() if one is not None}
    return Facts(PAYEE, transactions(values), "1", **known)


def run(what: Plan, given: Facts) -> Outcome:
    return calculate(what, given)


def amounts(rows: Sequence[Row]) -> list[Decimal]:
    """The amounts of rows that pay something, in order."""
    return [row.amount for row in rows if row.amount]


def answer(outcome: Outcome) -> dict[str, Any]:
    """What most cases ask: the amount and the lines."""
    return {"amount": outcome.earned, "lines": amounts(outcome.rows), "total": outcome.earned}
