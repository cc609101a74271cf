"""Names that a plan looks for and that the project's sources do not have."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

import pytest

from recon.payouts.library import Filed
from recon.payouts.plan.plan import load
from recon.payouts.review.unknown import unknown
from tests.unit.payouts.plans import COMPONENT, text_of

ORDERS: Mapping[str, frozenset[str] | None] = {"orders": frozenset({"agent", "branch", "points"})}


def told(
    folder: Path,
    *changes: tuple[str, str],
    more: str = "",
    carried: Mapping[str, frozenset[str] | None] = ORDERS,
) -> list[tuple[str, str, str | None]]:
    """What is said of a plan after some changes to its text: line and column, message, hint."""
    text = text_of("rate: {percent: 5}", more)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / "sales.yaml"
    path.write_text(text, encoding="utf-8")
    plan, document = load(path)
    problems = unknown([Filed(plan, document, path)], carried)
    return [(one.code, one.message, one.hint) for one in problems]


def test_what_the_sources_have_is_not_mentioned(tmp_path: Path) -> None:
    assert told(tmp_path) == []
    assert told(tmp_path, ("sum: amount", "sum: points, plus: [gross], less: [fee_charged, tax]")) == []


def test_without_sources_plans_are_only_drawn_up(tmp_path: Path) -> None:
    assert told(tmp_path, ("source: orders", "source: nowhere"), carried={}) == []


def test_a_source_is_told_once_however_often_it_is_named(tmp_path: Path) -> None:
    twice = indent(COMPONENT.replace("name: commission", "name: again") + "  rate: {percent: 1}\n", "  ")
    change = ("  - name: commission", twice + "  - name: commission")
    found = told(tmp_path, change, ("source: orders", "source: order"))
    assert found == [
        ("unknown-source", "there is no source `order`, so that nothing is counted", "did you mean `orders`?")
    ]


def test_words_are_open_where_the_format_leaves_them_open(tmp_path: Path) -> None:
    change = ("source: orders", "source: orders, where: {whatever: x}")
    assert [code for code, _, _ in told(tmp_path, change)] == ["unknown-word"]
    assert told(tmp_path, change, carried={"orders": None}) == []


@pytest.mark.parametrize(
    ("to", "messages"),
    [
        ("agnet", ["no entry of orders has `agnet`"]),
        ("reseller", []),
    ],
)
def test_of_a_payee_only_misspelt_words_are_told_for_facts_may_name_them(
    tmp_path: Path, to: str, messages: list[str]
) -> None:
    assert [message for _, message, _ in told(tmp_path, ("to: agent", f"to: {to}"))] == messages


def test_an_owner_is_read_of_entries_alone(tmp_path: Path) -> None:
    change = ("to: agent", "to: partner, owner_of: merchant_code")
    assert [message for _, message, _ in told(tmp_path, change)] == ["no entry of orders has `merchant_code`"]


def test_limits_ask_for_figures_and_values_for_words(tmp_path: Path) -> None:
    limits = "source: orders, where: {branch: {at_least: 5}, points: {at_most: 1}, type: {at_least: 1}}"
    assert [message for _, message, _ in told(tmp_path, ("source: orders", limits))] == [
        "no entry of orders has `type`"
    ]
    assert [
        message for _, message, _ in told(tmp_path, ("source: orders", "source: orders, where: {gross: x}"))
    ] == ["no entry of orders has `gross`"]


def test_adjustments_groups_figures_and_customers_are_looked_at(tmp_path: Path) -> None:
    more = """\
figures:
  - {figure: volume, activity: {of: matched, source: orders, where: {knd: a}}, measure: {sum: amuont}, over: period}
customers:
  word: customer
  start: {of: matched, source: orders, where: {tpye: payment}}
  since: first_sael
  wholly_refunded: does_not_start
  for_each: customer
"""
    second = COMPONENT.replace("name: commission", "name: each").replace("scope: payee", "scope: transaction")
    pays = "  of_customers: {first: {months: 1}}\n  adjust: [{multiply: 2, when: {sttus: x}}]\n  rate: {percent: 1}\n"
    added = ("  - name: commission", indent(second + pays, "  ") + "  - name: commission")
    grouped = ("scope: payee\n", "scope: group\n    group: brnch\n")
    found = told(tmp_path, added, grouped, more=more)
    assert sorted(message.rpartition(" ")[2] for _, message, _ in found) == [
        "`amuont`", "`brnch`", "`customer`", "`first_sael`", "`knd`", "`sttus`", "`tpye`",
    ]  # fmt: skip


def test_what_is_meant_is_accepted_with_its_reason(tmp_path: Path) -> None:
    accepted = "accepted: [{finding: unknown-source, because: the wallet goes live in January}]\n"
    change = ("source: orders", "source: wallet")
    assert [code for code, _, _ in told(tmp_path, change)] == ["unknown-source"]
    assert told(tmp_path, change, more=accepted) == []
