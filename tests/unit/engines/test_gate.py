"""The gate: what may be said, and every refusal with its reason and what to write instead."""

import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from recon.engines import patterns
from recon.engines.gate import MAX_LENGTH, PredicateProblem, parse, parse_condition
from recon.engines.nodes import expression_of
from recon.engines.types import DATE, INTEGER, MONEY, TEXT, TRUTH, DataType
from tests.unit.engines.evaluating import COLUMNS, value_of


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("amount > 1200", TRUTH),
        ("type IN ('fee', 'reserve') AND NOT is_reversal", TRUTH),
        ("amount BETWEEN -1 AND 0.05 OR fee IS NULL", TRUTH),
        ("business_date >= DATE '2026-10-01'", TRUTH),
        ("remittance LIKE '%ORDER%'", TRUTH),
        ("(ref_bank)", TEXT),
        ('"ref_bank"', TEXT),
        ("left(ref_bank, 12)", TEXT),
        ("ref_bank || '-' || ref_merchant", TEXT),
        ("coalesce(ref_bank, ref_merchant, '')", TEXT),
        ("CASE WHEN amount > 0 THEN 'in' WHEN amount < 0 THEN 'out' ELSE 'none' END", TEXT),
        ("attributes.channel", TEXT),
        ("attributes['channel']", TEXT),
        ("-amount", MONEY),
        ("days(booking_date, value_date)", INTEGER),
        ("add_days(value_date, 2)", DATE),
        ("day_of(event_time)", DATE),
    ],
)
def test_what_may_be_said(text: str, type_: DataType) -> None:
    assert parse(text, COLUMNS).type == type_


@pytest.mark.parametrize("text", [*(name for name in COLUMNS if name != "attributes"), "attributes.channel"])
def test_a_name_alone_is_what_the_parser_makes_of_it(text: str) -> None:
    assert parse(text, COLUMNS) == expression_of(text, COLUMNS, None)


def test_a_name_alone_brings_no_parser() -> None:
    program = (
        "import sys\n"
        "from recon.engines.gate import parse\n"
        "from recon.engines.types import ATTRIBUTES, TEXT\n"
        "columns = {'ref_bank': TEXT, 'attributes': ATTRIBUTES}\n"
        "parse('ref_bank', columns), parse('attributes.channel', columns)\n"
        "print('sqlglot' in sys.modules)\n"
        "parse('left(ref_bank, 3)', columns)\n"
        "print('sqlglot' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_column_may_be_called_like_a_statement() -> None:
    assert parse("comment <> '' AND show = 'x'", {"comment": TEXT, "show": TEXT}).type == TRUTH


ROW = {
    "amount": Decimal("-12.50"), "fee": Decimal("0.50"), "ref_bank": "007-ab", "remittance": "PAID ORDER A1 THANKS",
    "business_date": date(2026, 10, 2), "value_date": date(2026, 10, 5), "is_reversal": False, "type": "fee",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("amount + fee", Decimal("-12.00")),
        ("abs(amount) * 0.02", Decimal("0.25")),
        ("least(amount, fee, 0)", Decimal("-12.50")),
        ("type = 'fee' AND amount < 0", True),
        ("NOT is_reversal", True),
        ("ref_merchant = 'x'", None),
        ("coalesce(ref_merchant, ref_bank)", "007-ab"),
        ("ref_bank || ref_merchant", None),
        ("left(ref_bank, 3) || right(ref_bank, 2)", "007ab"),
        ("without_zeros(ref_bank)", "7-ab"),
        ("without_zeros('000')", "0"),
        ("upper(ref_bank)", "007-AB"),
        ("length(ref_bank)", 6),
        ("regexp_extract(remittance, 'ORDER ([A-Z0-9]+)')", "A1"),
        ("regexp_extract(remittance, 'INVOICE ([A-Z0-9]+)')", None),
        ("regexp_replace(ref_bank, '[^0-9a-z]', '')", "007ab"),
        ("regexp_matches(remittance, '(?i)^paid')", True),
        ("remittance LIKE 'PAID%'", True),
        ("remittance LIKE '%THANKS'", True),
        ("remittance LIKE 'PAID'", False),
        ("remittance NOT LIKE '%ORDER%'", False),
        ("remittance NOT LIKE 'ORDER%'", True),
        ("NOT remittance LIKE 'ORDER%'", True),
        ("type NOT IN ('payment', 'refund')", True),
        ("amount NOT BETWEEN 0 AND 1", True),
        ("amount IS NOT NULL", True),
        ("days(business_date, value_date)", 3),
        ("add_days(business_date, 30)", date(2026, 11, 1)),
        ("CASE WHEN amount > 0 THEN 'in' ELSE 'out' END", "out"),
        ("type IN ('payment', 'fee')", True),
    ],
)
def test_what_is_said_is_what_is_computed(text: str, value: object) -> None:
    assert value_of(text, ROW) == value


ALLOWED = "use columns, constants"
LIKE = "LIKE takes a text with % at its ends only"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "is not one expression", "write one expression"),
        ("amount; fee", "is not one expression", "write one expression"),
        ("amount >", "a value is missing", ALLOWED),
        ("upper()", "a value is missing", ALLOWED),
        ("amount, fee", "is not an expression", ALLOWED),
        ("amount > 1 " * 500, "longer than 4000 characters", "split it"),
        ("amonut > 1", "there is no column `amonut`", "did you mean `amount`?"),
        ("left.amount > 1", "there is no column `left.amount`", "did you mean `amount`?"),
        ("zzz", "there is no column `zzz`", "the columns are account, "),
        ("attributes", "`attributes` is many values", "attributes.channel"),
        ("attributes = attributes", "attributes cannot be compared", "compare and compute values of one type"),
        ("attributes[amount]", "is not allowed", ALLOWED),
        ("other.attributes.channel", "there is no column `attributes.channel`", "the columns are"),
        ("ref_bank NOT ILIKE 'a%'", "is not allowed", ALLOWED),
        ("ref_bank LIKE 'a' ESCAPE '!'", "is not allowed", ALLOWED),
        ("ref_bank IN ref_merchant", "is not allowed", ALLOWED),
        ("ref_bank['x']", "is not allowed", ALLOWED),
        ("amount / 2", "division is not exact", "multiply by a decimal"),
        ("amount // 2", "is not allowed", ALLOWED),
        ("amount % 2", "is not allowed", ALLOWED),
        ("amount ** 2", "is not allowed", ALLOWED),
        ("amount * amount", "needs 48 digits", "fewer digits"),
        ("amount > 'x'", "an amount cannot be compared with a text", "values of one type"),
        ("amount = NULL", "cannot be compared", "values of one type"),
        ("business_date + 1", "a date is not a number", "values of one type"),
        ("NOT amount", "expects a condition", "values of one type"),
        ("amount > 1e3", "`1e3` is not a plain number", "write 1200 or 0.05"),
        ("amount > 12345678901234567890", "more than 18 digits", "no amount is that large"),
        ("amount > 1234567890123456789012345678901.12345678", "digits", "fewer digits"),
        ("DATE '2026-02-30'", "`2026-02-30` is not a date", "write DATE '2026-10-31'"),
        ("CASE WHEN amount > 1 THEN 'a' END", "a CASE needs an ELSE", "say what holds otherwise"),
        ("CASE amount WHEN 1 THEN 2 ELSE 3 END", "is not allowed", ALLOWED),
        ("CASE WHEN amount > 1 THEN 'a' ELSE 1 END", "cannot be compared", "values of one type"),
        ("ref_bank LIKE 'a_b'", LIKE, "use starts_with"),
        ("ref_bank LIKE '%a%b'", LIKE, "use starts_with"),
        ("ref_bank LIKE 'a\\%'", LIKE, "use starts_with"),
        ("ref_bank LIKE ref_merchant", LIKE, "use starts_with"),
        ("left(ref_bank, -1)", "how many characters", "from 1 on"),
        ("right(ref_bank, 0)", "how many characters", "from 1 on"),
        ("left(ref_bank, length(ref_bank))", "how many characters", "from 1 on"),
        ("trim(ref_bank, 'x')", "is given more than it takes", "regexp_replace"),
        ("ltrim(ref_bank)", "is given more than it takes", "regexp_replace"),
        ("amount BETWEEN SYMMETRIC 1 AND 2", "is given more than it takes", ALLOWED),
        ("regexp_matches(ref_bank, 'a', 'i')", "is given more than it takes", "no flags"),
        ("regexp_replace(ref_bank, 'a', 'b', 'i')", "is given more than it takes", "no flags"),
        ("regexp_extract(ref_bank, '(a)(b)', 2)", "is given more than it takes", "no flags"),
        ("regexp_extract(ref_bank, 'a')", "does not say what to take out", "in brackets"),
        ("regexp_matches(ref_bank, ref_merchant)", "must be written out as a text", "ORDER"),
        ("regexp_replace(ref_bank, 'a', ref_merchant)", "must be written out as a text", "such as ''"),
        ("regexp_replace(ref_bank, '(a)', '\\1')", "the replacement holds `\\`", "plain text"),
        ("regexp_replace(ref_bank, '(a)', '$1')", "the replacement holds `$`", "plain text"),
        ("regexp_matches(ref_bank, '(')", "the regular expression is wrong", "check its brackets"),
        ("regexp_matches(ref_bank, 'a{2000}')", "the regular expression is wrong", "check its brackets"),
        ("strts_with(ref_bank, 'a')", "is not allowed", "did you mean `starts_with`?"),
        ("initcap(ref_bank)", "is not allowed", ALLOWED),
        ("(SELECT 1)", "is not allowed", ALLOWED),
        ("EXISTS (SELECT 1)", "is not allowed", ALLOWED),
        ("amount IN (SELECT 1)", "is not allowed", ALLOWED),
        ("read_csv('x')", "is not allowed", ALLOWED),
        ("getenv('HOME')", "is not allowed", ALLOWED),
        ("DROP TABLE entries", "is not an expression", ALLOWED),
        ("COPY entries TO 'x'", "is not an expression", ALLOWED),
        ("*", "is not allowed", ALLOWED),
        ("?", "is not allowed", ALLOWED),
    ],
)
def test_every_refusal_says_why_and_what_to_write(text: str, message: str, hint: str) -> None:
    with pytest.raises(PredicateProblem) as refusal:
        parse(text, COLUMNS)
    assert message.replace("an? ", "a ") in refusal.value.message
    assert refusal.value.hint is not None
    assert hint in refusal.value.hint
    assert "\n" not in refusal.value.message
    assert len(refusal.value.message) < 2 * MAX_LENGTH


def test_a_refusal_knows_where_in_the_text_it_is() -> None:
    with pytest.raises(PredicateProblem) as refusal:
        parse("amount > 1 AND nowhere = 2", COLUMNS)
    assert refusal.value.offset == 15


def test_attributes_of_the_sources_at_hand() -> None:
    names = frozenset({"channel", "terminal"})
    assert parse("attributes.channel = 'web'", COLUMNS, names).type == TRUTH
    with pytest.raises(PredicateProblem) as refusal:
        parse("attributes.chanel = 'web'", COLUMNS, names)
    assert (refusal.value.message, refusal.value.hint) == (
        "no source here has the attribute `chanel`", "did you mean `channel`?",
    )  # fmt: skip


def test_a_condition_is_asked_for() -> None:
    assert parse_condition("amount > 1", COLUMNS).type == TRUTH
    with pytest.raises(PredicateProblem) as refusal:
        parse_condition("amount", COLUMNS)
    assert (refusal.value.message, refusal.value.hint) == (
        "`amount` gives an amount, not a condition", "compare it with something",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value", "digits"),
    [
        ("amount * 2", "-24.69135780", 25),
        ("100 * amount", "-1234.56789000", 27),
        ("amount * -2", "24.69135780", 25),
        ("amount + 1", "-11.34567890", 25),
        ("(amount + fee) * 3", "-33.33703671", 26),
    ],
)
def test_whole_numbers_beside_amounts_are_as_wide_as_they_are_written(
    text: str, value: str, digits: int
) -> None:
    row = {"amount": Decimal("-12.34567890"), "fee": Decimal("1.23333333")}
    assert value_of(text, row) == Decimal(value)
    assert parse(text, COLUMNS).type.precision == digits


def test_patterns_are_read_by_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    connect = duckdb.connect

    def noted(name: str, **settings: Any) -> duckdb.DuckDBPyConnection:
        opened.append(name)
        return connect(name, **settings)

    patterns._database.cache_clear()
    monkeypatch.setattr(duckdb, "connect", noted)
    for number in range(3):
        patterns.portable(f"ORDER-{number}-([0-9]+)$")
    patterns._database.cache_clear()
    assert len(opened) == 1
