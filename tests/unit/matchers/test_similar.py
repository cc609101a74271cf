"""Passes over names that are alike, on a few entries whose right answer is plain."""

import json
from decimal import Decimal

import pytest

from recon.engines.expressions import literal
from recon.engines.names import text_literal
from recon.engines.relations import Scan, select
from recon.engines.render import render
from recon.engines.types import INTEGER
from recon.matchers.comparing.likeness import Likeness, plain_name
from recon.rules.similar import Similar
from tests.unit.engines.bare import bare_engine
from tests.unit.matchers.bench_of import entry, matched, matches, ruleset

NAMES = {"left": "counterparty_name", "right": "remittance"}
ALIKE = ruleset([{"name": "payer", "similar": NAMES}])


def test_names_that_are_alike_are_suggested_with_what_they_share() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Société Générale & Fils S.A."),
        entry("b", "right", "10.00", remittance="SOCIETE GENERALE FILS"),
        entry("c", "right", "10.00", remittance="ANOTHER PAYER"),
    ]
    (match,) = matches(ALIKE, rows)
    assert (match["state"], match["sides"]) == ("suggested", (("a",), ("b",)))
    assert json.loads(match["evidence"]) == {"alike": 100, "shared": ["FILS", "GENERALE", "SOCIETE"]}


def test_amounts_and_currencies_still_count() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="ACME TRADING"),
        entry("b", "right", "10.01", remittance="ACME TRADING"),
        entry("c", "right", "10.00", "USD", remittance="ACME TRADING"),
    ]
    assert matched(ALIKE, rows) == []


def test_the_most_alike_is_taken() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Acme Trading Lagos Ltd"),
        entry("b", "right", "10.00", remittance="acme trading"),
        entry("c", "right", "10.00", remittance="LAGOS ACME TRADING LIMITED"),
    ]
    assert matched(ALIKE, rows) == [("payer", "suggested", ("a",), ("c",))]


def test_two_that_are_as_much_alike_are_told_as_alternatives() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Acme Trading Lagos"),
        entry("b", "right", "10.00", remittance="ACME TRADING"),
        entry("c", "right", "10.00", remittance="ACME LAGOS"),
    ]
    found = matches(ALIKE, rows)
    assert [(match["rank"], match["alternatives"], match["state"]) for match in found] == [
        (1, 1, "suggested"),
        (2, 1, "suggested"),
    ]


def test_the_bound_is_exact() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="ONE TWO THREE"),
        entry("b", "right", "10.00", remittance="ONE TWO FOUR"),
    ]
    at = {score: ruleset([{"name": "payer", "similar": {**NAMES, "at_least": score}}]) for score in (66, 67)}
    assert [bool(matched(at[score], rows)) for score in (66, 67)] == [True, False]


def test_trigrams_forgive_typing_errors() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Emeka Okonkwo"),
        entry("b", "right", "10.00", remittance="EMEKA OKONKWQ"),
    ]
    by = {
        parts: ruleset([{"name": "payer", "similar": {**NAMES, "parts": parts}}])
        for parts in ("words", "trigrams")
    }
    assert matched(by["words"], rows) == []
    assert matched(by["trigrams"], rows) == [("payer", "suggested", ("a",), ("b",))]


def test_a_name_in_a_longer_text_is_a_share_of_the_shorter() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Emeka Okonkwo"),
        entry("b", "right", "10.00", remittance="TRF FROM OKONKWO EMEKA REF 00123"),
    ]
    rules = ruleset([{"name": "payer", "similar": {**NAMES, "of": "shorter", "at_least": 100}}])
    assert matched(rules, rows) == [("payer", "suggested", ("a",), ("b",))]


def test_names_of_company_forms_alone_are_no_names() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="The Company Ltd."),
        entry("b", "right", "10.00", remittance="LIMITED CO"),
    ]
    assert matched(ALIKE, rows) == []


def test_words_that_say_nothing_here_are_left_out() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Transfer Acme"),
        entry("b", "right", "10.00", remittance="TRANSFER BETA"),
    ]
    loose = {**NAMES, "at_least": 50}
    assert matched(ruleset([{"name": "payer", "similar": loose}]), rows)
    strict = {**loose, "ignore_words": ["transfer"]}
    assert matched(ruleset([{"name": "payer", "similar": strict}]), rows) == []


def test_the_author_may_let_them_count() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Acme Trading", ref_merchant="A1"),
        entry("b", "right", "10.00", remittance="ACME TRADING", ref_merchant="A1"),
    ]
    keyed = {"name": "payer", "same": ["ref_merchant"], "similar": NAMES}
    assert matched(ruleset([keyed]), rows) == [("payer", "suggested", ("a",), ("b",))]
    assert matched(ruleset([{**keyed, "confirm": "automatic"}]), rows)[0][1] == "confirmed"


def test_a_payer_who_pays_several_at_once() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Acme Trading Ltd"),
        entry("b", "left", "15.00", counterparty_name="Acme Trading Ltd"),
        entry("c", "left", "15.00", counterparty_name="Beta Stores"),
        entry("d", "right", "25.00", remittance="ACME TRADING"),
    ]
    rules = ruleset([{"name": "payer", "group": {"left": "counterparty_name"}, "similar": NAMES}])
    (match,) = matches(rules, rows)
    assert (match["kind"], match["sides"]) == ("N:1", (("a", "b"), ("d",)))
    assert json.loads(match["evidence"])["shared"] == ["ACME", "TRADING"]


def test_a_tolerance_lets_names_decide_first() -> None:
    rows = [
        entry("a", "left", "10.00", counterparty_name="Acme Trading Lagos"),
        entry("b", "right", "10.00", remittance="ACME LAGOS"),
        entry("c", "right", "9.50", remittance="ACME TRADING LAGOS"),
    ]
    rules = ruleset([{"name": "payer", "similar": NAMES, "within": {"amount": Decimal("0.50")}}])
    first = matches(rules, rows)[0]
    assert (first["sides"], first["variance"], first["variance_kind"]) == (
        (("a",), ("c",)),
        Decimal("0.50"),
        "short",
    )


@pytest.mark.parametrize(
    ("left", "right", "of", "parts", "score"),
    [
        ("A B C", "A B D", "both", "words", 66),
        ("A B C", "A", "both", "words", 50),
        ("A B C", "A", "shorter", "words", 100),
        ("A", "B", "both", "words", 0),
        ("ABC", "ABD", "both", "trigrams", 33),
        ("支付宝", "支付宝", "both", "trigrams", 100),
    ],
)
def test_how_much_names_have_in_common(left: str, right: str, of: str, parts: str, score: int) -> None:
    similar = Similar.model_validate({"left": "x", "right": "y", "of": of, "parts": parts})
    one = Scan({"one": INTEGER}, "one")
    with bare_engine() as engine:
        engine.materialise("one", "SELECT 1 AS one")
        value = Likeness(similar).score(literal(left), literal(right))
        assert engine.rows(render(select(one, {"score": value}))) == [(score,)]


def test_plain_names() -> None:
    similar = Similar(left="counterparty_name", right="remittance", ignore_words=("nig",))
    names = {
        "Société Générale, S.A.R.L.": "GENERALE SOCIETE",
        "ACME (NIG.) LTD": "ACME",
        "O'Neil & Sons plc": "ONEIL SONS",
        "支付宝 Ltd": "支付宝",
        "The Ltd": None,
        " . ": None,
    }
    with bare_engine() as engine:
        engine.materialise("one", "SELECT 1 AS one")
        for text, name in names.items():
            quoted = text_literal(text)
            sql = render(select(Scan({"one": INTEGER}, "one"), {"name": plain_name(similar, quoted)}))
            assert engine.rows(sql) == [(name,)], text
