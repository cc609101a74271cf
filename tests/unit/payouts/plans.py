"""Plans for unit tests: the text of a plan file with the parts a test is about."""

from pathlib import Path
from textwrap import dedent, indent

from recon.payouts.plan.plan import Plan, load

HEAD = """\
plan: test
title: A plan of a test
effective: 2026-01-01
currency: USD
credit: {to: agent, when_moved: owner_on_the_day_of_the_transaction}
"""
TAIL = """\
corrections: {reversal: recompute, books_in: period_of_correction, attainment: kept, closed_periods: delta}
payment: {negative: carry, open_break: hold}
rounding: {at: never}
"""
COMPONENT = """\
- name: commission
  activity: {of: all, source: orders}
  measure: {sum: amount}
  scope: payee
  accumulate: period
  below_zero: reverses
"""


def text_of(pays: str, sections: str = "", component: str = COMPONENT, tail: str = TAIL) -> str:
    """The text of a plan with one component that pays so."""
    whole = f"components:\n{indent(component, '  ')}{indent(dedent(pays), '    ')}\n"
    return HEAD + whole + dedent(sections) + tail


def plan_of(folder: Path, pays: str, sections: str = "", component: str = COMPONENT, tail: str = TAIL) -> Plan:
    """The plan, read from a file as a user's plan is."""
    path = folder / "test.yaml"
    path.write_text(text_of(pays, sections, component, tail), encoding="utf-8")
    return load(path, "test.yaml")[0]
