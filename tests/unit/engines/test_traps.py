"""Where engines differ in silence: each trap is one that the plan cannot express, or means one thing everywhere.

The traps are those found by comparing DuckDB with Spark over 173 expressions.
"""

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from recon.engines.dialects import BRANCHES, DUCKDB, SHARED
from recon.engines.duck import DuckEngine
from recon.engines.expressions import Column, call, literal
from recon.engines.gate import PredicateProblem, parse
from recon.engines.operations import TYPE_RULES
from recon.engines.types import DATE, INTEGER, MONEY, Kind, TypeProblem, decimal
from recon.matchers.comparing.keys import normalised
from recon.rules.ruleset import Normalise
from tests.unit.engines.evaluating import COLUMNS, value_of


@pytest.mark.parametrize(
    "text",
    [
        "amount / 2", "avg(amount)", "round(amount, 2)", "round_even(amount, 2)", "amount % 2", "mod(amount, 2)",
        "CAST(amount AS INT)", "CAST(amount AS DOUBLE)", "amount::float", "CAST(ref_bank AS DECIMAL(10,2))",
        "TRY_CAST(ref_bank AS INT)", "1e3 + amount",
        "substring(ref_bank, 0, 2)", "substr(ref_bank, 1, 2)", "right(ref_bank, -1)", "left(ref_bank, -1)",
        r"ref_bank LIKE '\_x'", "ref_bank ILIKE 'x'",
        "list(amount)", "array_agg(ref_bank)", "string_agg(ref_bank, ',')", "sum(amount) OVER (ORDER BY amount)",
        "event_time AT TIME ZONE 'Europe/Paris'", "timezone('Europe/Paris', event_time)", "now()", "current_date",
        "date_diff('month', booking_date, value_date)", "datesub('month', booking_date, value_date)",
        "extract(week FROM value_date)", "dayofweek(value_date)", "isodow(value_date)",
        "value_date - booking_date", "value_date + 1", "value_date + INTERVAL 1 DAY", "date_trunc('month', value_date)",
        "strptime(ref_bank, '%y%m%d')", "try_strptime(ref_bank, '%Y')", "strftime(value_date, '%Y')",
        "hash(ref_bank)", "md5(ref_bank)", "typeof(amount)", "CAST(amount AS VARCHAR)", "amount::text",
        "jaro_winkler_similarity(ref_bank, ref_merchant)", "initcap(ref_bank)", "levenshtein(ref_bank, ref_merchant)",
        "quantile_cont(amount, 0.5)", "regexp_full_match(ref_bank, 'x')", "random()", "uuid()",
        "ltrim(ref_bank)", "trim(ref_bank, 'x')", "ref_bank COLLATE nocase = 'x'",
    ],
)  # fmt: skip
def test_the_plan_cannot_say_it(text: str) -> None:
    with pytest.raises(PredicateProblem):
        parse(text, COLUMNS)


@pytest.mark.parametrize(
    "pattern",
    [
        "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?P<n>a)", "(?<n>a)", "(?s)a", "(?m)^a", "(?im)^a", "(?-i)a",
        r"(a)\1", r"a\Z", r"a\z", r"\pL", r"\PL", r"\p{L}", "a++", "a*+", "a?+", "a{2}+",
        "[[:alpha:]]", "[a-z&&[^b]]", "[a[b]]", r"\v", r"\u0041", r"\Qa.b\E", r"\h", r"\R", r"\0",
    ],
)  # fmt: skip
def test_patterns_that_engines_read_differently_are_refused(pattern: str) -> None:
    with pytest.raises(PredicateProblem, match=r"differently|wrong"):
        parse(f"regexp_matches(ref_bank, '{pattern}')", COLUMNS)


@pytest.mark.parametrize(
    "pattern", ["(?i)abc", "(?i:abc)d", "(?:ab)+c", "[A-Z0-9]{3,6}", r"\d+\.\d{2}", r"[^\]]+$", "a+?b", "a|b"]
)
def test_patterns_that_all_read_alike_are_let_through(pattern: str) -> None:
    assert parse(f"regexp_matches(ref_bank, '{pattern}')", COLUMNS).type.kind is Kind.TRUTH


def test_the_end_of_a_text_is_its_very_end() -> None:
    # Java's `$` also matches before a last line break; `\z` does not, anywhere.
    expression = parse(r"regexp_matches(ref_bank, 'c$') OR regexp_matches(ref_bank, '[$]\$x')", COLUMNS)
    assert r"'c\z'" in DUCKDB.sql(expression)
    assert r"'[$]\$x'" in DUCKDB.sql(expression)
    assert value_of(expression, {"ref_bank": "abc"}) is True
    assert value_of(expression, {"ref_bank": "abc\n"}) is False
    assert value_of(expression, {"ref_bank": "$$x"}) is True


def test_every_place_is_replaced() -> None:
    assert value_of("regexp_replace(ref_bank, '-', '')", {"ref_bank": "a-b-c"}) == "abc"
    assert value_of("regexp_replace(ref_bank, '-', '', 'g')", {"ref_bank": "a-b-c"}) == "abc"


@pytest.mark.parametrize("replacement", [r"\1", r"\0", "$1", "a$", "\\"])
def test_a_replacement_is_plain_text(replacement: str) -> None:
    with pytest.raises(PredicateProblem, match="the replacement holds"):
        parse(f"regexp_replace(ref_bank, '(a)', '{replacement}')", COLUMNS)


def test_what_was_not_found_is_absent_and_not_empty() -> None:
    for text in ("xyz", "", None):
        assert value_of("regexp_extract(ref_bank, 'A([0-9]*)')", {"ref_bank": text}) is None


def test_trim_takes_blanks_and_no_other_space() -> None:
    assert value_of("trim(ref_bank)", {"ref_bank": "  \u00a0a\u00a0  "}) == "\u00a0a\u00a0"


def test_keys_are_capitals_of_letters_that_have_one_capital_everywhere() -> None:
    # ß, İ and Σ have different capitals on different engines; a key without separators has none of them left.
    key = normalised(Column(COLUMNS["ref_bank"], "ref_bank"), Normalise(ignore=("separators", "case")))
    assert value_of(key, {"ref_bank": "stra\u00dfe-\u0130\u03c3 7"}) == "STRAE7"


def test_decimals_over_38_digits_are_refused_when_the_rule_is_read() -> None:
    for text in ("amount * amount", "amount * 0.1234567890123456", "fx_rate * fx_rate * fx_rate"):
        with pytest.raises(PredicateProblem, match="more than the 38"):
            parse(text, COLUMNS)


def test_products_keep_their_scale_up_to_38_digits() -> None:
    product = call("mul", Column(MONEY, "amount"), Column(decimal(13, 8), "fx_rate"))
    assert product.type == decimal(37, 16)
    row = {"amount": Decimal("1.00000001"), "fx_rate": Decimal("0.00000001")}
    assert value_of(product, row) == Decimal("0.0000000100000001")


def test_sums_have_one_declared_type() -> None:
    assert call("as_sum", Column(MONEY, "amount")).type == decimal(38, 8)
    assert DUCKDB.sql(call("as_sum", Column(MONEY, "amount"))) == 'CAST("amount" AS DECIMAL(38,8))'


def test_there_is_no_operation_for_what_engines_round_or_order_differently() -> None:
    banned = {
        "div",
        "avg",
        "round",
        "mod",
        "cast",
        "substring",
        "list",
        "random",
        "now",
        "hash",
        "to_zone",
        "strptime",
    }
    assert not banned & set(TYPE_RULES)
    assert set(TYPE_RULES) <= set(SHARED) | set(DUCKDB.hooks) | BRANCHES | {
        "in",
        "least",
        "greatest",
        "coalesce",
    }
    with pytest.raises(TypeProblem):
        call("div", Column(MONEY, "amount"), literal(2))


def test_no_rendering_divides_but_by_whole_numbers_and_never_by_zero() -> None:
    # Decimals divided by `/` are floats, and infinite for zero; whole numbers divided by `//` raise for zero.
    for template in (*SHARED.values(), *DUCKDB.hooks.values()):
        assert "/" not in template.replace("//", "")
    with DuckEngine.open() as engine, pytest.raises(duckdb.Error, match="Division by zero"):
        engine.rows("SELECT 1 // 0")


def test_days_are_counted_between_dates_only() -> None:
    row = {"booking_date": date(2026, 2, 27), "value_date": date(2026, 3, 1)}
    assert value_of("days(booking_date, value_date)", row) == 2
    assert value_of("add_days(value_date, 1)", {"value_date": date(2028, 2, 28)}) == date(2028, 2, 29)
    with pytest.raises(TypeProblem):
        call("days", Column(DATE, "value_date"), Column(COLUMNS["event_time"], "event_time"))
    with pytest.raises(TypeProblem):
        call("add", Column(DATE, "value_date"), Column(INTEGER, "line_no"))


def test_times_are_utc_without_a_zone() -> None:
    assert COLUMNS["event_time"].kind is Kind.TIME
    assert DUCKDB.type(COLUMNS["event_time"]) == "TIMESTAMP"
    with DuckEngine.open() as engine:
        assert engine.rows("SELECT current_setting('TimeZone')") == [("UTC",)]


def test_text_is_compared_byte_by_byte() -> None:
    # The same on all engines without effort: an emoji sorts after U+FF5E, trailing blanks and case count.
    assert value_of("'\U0001f600' > '\uff5e'", {}) is True
    assert value_of("'a ' = 'a'", {}) is False
    assert value_of("'A' = 'a'", {}) is False


def test_ids_are_sums_of_content_that_all_engines_share() -> None:
    lasting = [hook for name, hook in DUCKDB.hooks.items() if name != "hash_of"]  # counted with, never kept
    assert "hash(" not in "".join(lasting)
