"""The report as JSON: amounts are strings, dates are ISO 8601, fields are named as in the dataclasses."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from recon.model.money import plain
from recon.outputs.adjusted import AdjustedStatement
from recon.outputs.report import RunReport


def as_json(report: RunReport) -> str:
    """The whole report as an indented JSON document that ends in a newline."""
    return json.dumps(_value(report), indent=2, ensure_ascii=False) + "\n"


def final_line(report: RunReport) -> dict[str, object]:
    """What cron is told in one line: how it went and how much of it there was."""
    return {
        "status": report.verdict,
        "run": report.about.run_id,
        "period": report.about.period,
        "as_of": report.about.as_of.isoformat(),
        "files": len(report.files),
        "entries": report.entries,
        "refused": report.refused_rows,
        "matched": report.match_count,
        "suggested": sum(line.matches for line in report.matches if line.state == "suggested"),
        "breaks": report.break_count,
        "overdue": sum(line.overdue for line in report.breaks),
        "prior": report.prior_count,
        "proof": "ok" if report.proof_ok else "failed",
        "failed_checks": report.failed_checks,
        "verdict": report.verdict,
    }


def _value(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        document = {field.name: getattr(value, field.name) for field in fields(value)}
        return _with_currency(document | _derived(value))
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def _with_currency(document: Mapping[str, object]) -> dict[str, object]:
    """Values of a record, its amounts at least at the digits of the record's own currency."""
    currency = document.get("currency")
    return {
        key: plain(value, currency)
        if isinstance(value, Decimal) and isinstance(currency, str)
        else _value(value)
        for key, value in document.items()
    }


def _derived(value: object) -> dict[str, object]:
    if isinstance(value, AdjustedStatement):
        names = ("adjusted_left", "adjusted_right", "difference", "open_count")
        return {name: getattr(value, name) for name in names}
    return {}
