"""Breaks of statements: they do not add up, or do not follow from one another."""

from datetime import date
from decimal import Decimal

from tests.unit.breaks.books import Books, Row


def day(number: int) -> date:
    return date(2026, 10, number)


def chain(*days: tuple[int, str, str], **more: object) -> Books:
    books = Books()
    books.statements = [
        books.statement(f"S{number}", day(number), opening, closing, file_id=f"f{number}", **more)
        for number, opening, closing in days
    ]
    return books


def found(books: Books) -> dict[str, Row]:
    return {row["reference"]: row for row in books.breaks()}


def test_a_chain_without_gaps_is_silent() -> None:
    assert found(chain((1, "0", "5"), (2, "5", "5"), (5, "5", "9"))) == {}


def test_a_missing_statement_is_a_gap_of_the_one_after_it() -> None:
    rows = found(chain((1, "0", "5"), (2, "5", "7.5"), (4, "9", "9")))
    assert set(rows) == {"S4"}
    row = rows["S4"]
    assert (row["kind"], row["amount"], row["ruleset"], row["side"]) == (
        "statement_gap",
        Decimal("1.5"),
        "",
        None,
    )
    assert row["reason"] == "statement S4 opens with 9.00; the one before closes with 7.50"
    assert (row["business_date"], row["age_days"], row["file_id"]) == (day(4), 27, "f4")


def test_accounts_and_currencies_are_chains_of_their_own() -> None:
    books = chain((1, "0", "5"))
    books.statements.append(books.statement("other", day(2), "77", "78", account="NG02"))
    books.statements.append(books.statement("dollars", day(2), "33", "34", currency="USD"))
    assert found(books) == {}


def test_statements_of_one_day_may_follow_in_any_order() -> None:
    books = Books()
    for name, opening, closing in (("c", "7", "9"), ("a", "0", "5"), ("b", "5", "7")):
        books.statements.append(books.statement(name, day(1), opening, closing))
    assert found(books) == {}
    books.statements.append(books.statement("d", day(1), "100", "101"))
    assert set(found(books)) == {"d"}


def test_the_last_statement_of_an_earlier_run_is_the_one_before() -> None:
    books = chain((4, "9", "10"))
    assert found(books) == {}
    books.earlier_statements = [books.statement("S3", day(3), "0", "8")]
    assert set(found(books)) == {"S4"}


def test_a_statement_that_does_not_add_up() -> None:
    books = chain(
        (1, "100", "150"), balance_ok=False, sum_credits=Decimal(30), sum_debits=Decimal(5), entries=3
    )
    row = found(books)["S1"]
    assert (row["kind"], row["amount"]) == ("statement_gap", Decimal(25))
    assert row["reason"] == (
        "statement S1 opens with 100.00 and closes with 150.00, "
        "but holds credits 30.00, debits 5.00 in 3 entries: 25.00 is missing"
    )


def test_control_totals_that_differ() -> None:
    books = chain((1, "0", "5"), control_ok=False, stated_entries=2, stated_credits=Decimal(7))
    row = found(books)["S1"]
    assert (row["kind"], row["amount"]) == ("control_total", Decimal(2))
    assert (
        row["reason"]
        == "statement S1 states 2 entries, credits 7.00 and holds credits 5.00, debits 0.00 in 1 entries"
    )


def test_one_statement_is_one_break_whatever_is_wrong_with_it() -> None:
    books = chain((1, "0", "5"), (3, "6", "9"), balance_ok=False, control_ok=False)
    rows = found(books)
    assert {row["kind"] for row in rows.values()} == {"statement_gap"}
    assert rows["S3"]["reason"].count(";") == 3


def test_a_statement_without_a_name_is_known_by_its_file() -> None:
    books = Books()
    for file in ("f1", "f2"):
        books.statements.append(books.statement(None, day(1), "0", "5", file_id=file, control_ok=False))
    assert len({row["break_id"] for row in books.breaks()}) == 2


def test_an_item_of_a_statement_lives_until_a_later_run_fills_it() -> None:
    first = chain((1, "0", "5"), (3, "7", "9"))
    first.previous = [row | {"state": "new"} for row in first.breaks()]
    second = Books(as_of=date(2026, 11, 1), previous=first.previous)
    (kept,) = second.breaks()
    assert (kept["state"], kept["age_days"]) == ("persisting", 29)
    second.earlier_statements = first.statements
    (kept,) = second.breaks()
    assert (kept["state"], kept["first_seen"]) == ("persisting", first.as_of)
    second.statements = [second.statement("S2", day(2), "5", "7", file_id="f2")]
    (gone,) = second.breaks()
    assert (gone["state"], gone["reason"]) == ("resolved", "the statements that this run knows add up")


def test_a_corrected_statement_takes_the_place_of_the_wrong_one() -> None:
    books = chain((1, "0", "5"))
    books.earlier_statements = [books.statement("S1", day(1), "0", "6", balance_ok=False, file_id="wrong")]
    assert found(books) == {}


def test_a_statement_that_closes_in_another_currency_subtracts_nothing() -> None:
    books = Books()
    opened = books.statement("S1", day(1), "100", "100", balance_ok=False) | {"closing": None}
    closed = books.statement("S1", day(1), "100", "70", currency="USD", balance_ok=None) | {"opening": None}
    books.statements = [opened, closed]
    row = found(books)["S1"]
    assert (row["kind"], row["currency"], row["amount"]) == ("statement_gap", opened["currency"], 0)
    assert row["reason"] == "statement S1 opens with 100.00 and closes in another currency"
