"""What really happened, drawn from hashes of a running number: orders, settlement lines, payouts, bank credits.

Everything is a table in DuckDB, so that a million orders take seconds. Draws depend on the seed and the number
alone, never on the order in which rows are made. Amounts are whole minor units.
"""

from datetime import date, timedelta
from typing import Final

import duckdb

from recon.model.calendars import calendar

FIRST_DAY: Final = date(2026, 10, 1)
SALE_DAYS: Final = 24
"""Sales happen on the first days of October, so that everything has reached the bank within the month."""
MULTIPLIER: Final = 11_400_714_819_323
"""An odd number: multiplying by it modulo 2^44 gives each order a reference of its own that looks random."""

KINDS: Final[tuple[tuple[str, int], ...]] = (
    ("missing_at_processor", 100),
    ("missing_in_books", 100),
    ("split", 100),
    ("duplicate", 50),
    ("twins", 20),
    ("refunded", 150),
    ("charged_back", 30),
    ("rounding", 30),
    ("other_currency", 50),
    ("case", 60),
    ("hyphens", 60),
    ("leading_zeros", 60),
    ("truncated", 60),
    ("in_text", 60),
    ("sibling", 2),
    ("typed_wrong", 20),
    ("prefix_lost", 10),
    ("fee_taken", 10),
)
"""Kinds of order that are not plain, and how many there are in ten thousand.

The last three no pass confirms: a character of the number is wrong, its beginning is missing, or the processor shows
the amount less its fee. They are there to be suggested.

A sibling is a trap: its number arrives cut off, and an order that the processor never saw has the same amount and
the same beginning of a number, so that nothing says which of the two was paid.
"""
PAYOUT_KINDS: Final[tuple[tuple[str, int], ...]] = (
    ("payout_not_in_bank", 100),
    ("payout_short", 100),
    ("payout_in_text", 1600),
    ("payout_hyphens", 300),
)
"""The same for payouts; the others arrive with their reference and to the cent."""
SHORT_BY: Final = 2_500
"""What is missing from a short payout, in minor units."""


def kind_case(draw: str, kinds: tuple[tuple[str, int], ...], plain: str) -> str:
    """An SQL CASE that turns a draw of 0 to 9999 into a kind."""
    branches, upper = [], 0
    for kind, share in kinds:
        upper += share
        branches.append(f"WHEN {draw} < {upper} THEN '{kind}'")
    return f"CASE {' '.join(branches)} ELSE '{plain}' END"


def tell(connection: duckdb.DuckDBPyConnection, size: int, seed: int) -> None:
    """Make the tables `orders`, `lines`, `payouts` and `credits` for about `size` rows of internal orders."""
    connection.execute(f"CREATE MACRO draw(i, salt, n) AS CAST(hash(hash(i, salt, {seed})) % n AS BIGINT)")
    connection.execute(
        "CREATE MACRO reference(i) AS 'TX' || "
        f"printf('%011X', CAST((CAST(i AS HUGEINT) * {MULTIPLIER}) % 17592186044416 AS BIGINT))"
    )
    _days(connection)
    _sales(connection, size)
    _orders(connection)
    _lines(connection)
    _payouts(connection)


def _days(connection: duckdb.DuckDBPyConnection) -> None:
    """For each day, the day itself and the first, second and third business day after it."""
    nigeria = calendar("NG")
    rows = []
    for offset in range(SALE_DAYS + 12):
        day = FIRST_DAY + timedelta(days=offset)
        rolled = 0 if nigeria.is_business_day(day) else 1
        rows += [(day, shift, nigeria.add(day, shift - rolled) if shift else day) for shift in range(4)]
    connection.execute("CREATE TABLE days (day DATE, shift BIGINT, later DATE)")
    connection.executemany("INSERT INTO days VALUES (?, ?, ?)", rows)


def _sales(connection: duckdb.DuckDBPyConnection, size: int) -> None:
    """One row per sale; `shift` is how many business days later the processor has it."""
    kind = kind_case("draw(i, 'kind', 10000)", KINDS, "plain")
    connection.execute(
        f"""
        CREATE TABLE sales AS
        SELECT i, {kind} AS kind,
            reference(i) AS ref,
            CASE WHEN draw(i, 'currency', 100) < 80 THEN 'NGN' WHEN draw(i, 'currency', 100) < 92 THEN 'USD'
                 WHEN draw(i, 'currency', 100) < 97 THEN 'KES' ELSE 'GHS' END AS currency,
            CASE WHEN draw(i, 'round', 5) = 0 THEN 50000 * (1 + draw(i, 'price', 40))
                 ELSE 5000 + draw(i, 'first', 400000) * (1 + draw(i, 'second', 20)) // 4 END AS gross,
            DATE '{FIRST_DAY}' + CAST(draw(i, 'day', {SALE_DAYS}) AS INTEGER) AS day,
            CASE WHEN draw(i, 'shift', 10) < 4 THEN 0 WHEN draw(i, 'shift', 10) < 7 THEN 1
                 WHEN draw(i, 'shift', 10) < 9 THEN 2 ELSE 3 END AS shift,
            'M-' || printf('%05d', draw(i, 'merchant', 4000)) AS merchant
        FROM range({size}) sales(i)
        """
    )


def _orders(connection: duckdb.DuckDBPyConnection) -> None:
    """The internal book; `thing` is what a row is about, null when the processor does not know of it."""
    connection.execute(
        """
        CREATE TABLE orders AS
        SELECT i, 0 AS part, CASE WHEN kind = 'missing_at_processor' THEN NULL ELSE i * 4 END AS thing,
               kind, ref, currency, gross, day, merchant, 'payment' AS type
        FROM sales WHERE kind <> 'missing_in_books'
        UNION ALL
        SELECT i, 1, i * 4, kind, ref, currency, gross, day, merchant, 'payment' FROM sales WHERE kind = 'twins'
        UNION ALL
        SELECT i, 2, i * 4 + 1, 'refund', ref, currency, -gross, day + 2, merchant, 'refund'
        FROM sales WHERE kind = 'refunded'
        UNION ALL
        SELECT i, 3, i * 4 + 2, 'chargeback', ref, currency, -gross, day + 3, merchant, 'chargeback'
        FROM sales WHERE kind = 'charged_back'
        UNION ALL
        SELECT i, 4, NULL, 'sibling_missing', ref[1:10] || translate(ref[11:], '0123456789ABCDEF', 'FEDCBA9876543210'),
               currency, gross, day, merchant, 'payment'
        FROM sales WHERE kind = 'sibling'
        """
    )


def _lines(connection: duckdb.DuckDBPyConnection) -> None:
    """The processor's lines. A split comes in two or three, a duplicate twice; the rest of a split is the last part."""
    connection.execute(
        """
        CREATE TABLE bare_lines AS
        WITH parts AS (
            SELECT s.*, p.part,
                CASE WHEN s.kind = 'split' THEN 2 + draw(i, 'parts', 2) WHEN s.kind IN ('duplicate', 'twins') THEN 2
                     ELSE 1 END AS parts
            FROM sales s, range(3) p(part) WHERE s.kind <> 'missing_at_processor'
        )
        SELECT i, part, CASE WHEN kind = 'missing_in_books' THEN NULL ELSE i * 4 END AS thing, kind, ref, merchant,
            CASE WHEN kind = 'other_currency' THEN 'EUR' ELSE currency END AS currency, currency AS home,
            CASE WHEN kind = 'split' AND part = parts - 1 THEN gross - (parts - 1) * (gross // 3)
                 WHEN kind = 'split' THEN gross // 3
                 WHEN kind = 'rounding' THEN gross + 2 * draw(i, 'cent', 2) - 1
                 WHEN kind = 'other_currency' THEN gross * 9 // 10
                 WHEN kind = 'fee_taken' THEN gross - (gross * 15 + 500) // 1000
                 ELSE gross END AS gross,
            gross AS original, day, shift, 'payment' AS type
        FROM parts WHERE part < parts
        UNION ALL
        SELECT i, part + 3, thing, kind, ref, merchant, currency, currency, gross, gross, day, 0, type
        FROM orders WHERE type <> 'payment'
        """
    )
    connection.execute(
        """
        CREATE TABLE lines AS
        SELECT l.* EXCLUDE (day, place), d.later AS day,
            -CAST(CASE WHEN l.type = 'payment' THEN (l.gross * 15 + 500) // 1000 ELSE 0 END AS BIGINT) AS fee,
            CASE l.kind WHEN 'case' THEN lower(ref)
                        WHEN 'hyphens' THEN ref[1:2] || '-' || ref[3:7] || '-' || ref[8:]
                        WHEN 'leading_zeros' THEN '0000' || ref
                        WHEN 'truncated' THEN ref[1:10] WHEN 'sibling' THEN ref[1:10]
                        WHEN 'typed_wrong' THEN ref[:3 + place] || translate(ref[4 + place],
                            '0123456789ABCDEF', '123456789ABCDEF0') || ref[5 + place:]
                        WHEN 'prefix_lost' THEN ref[6:]
                        WHEN 'in_text' THEN NULL ELSE ref END AS written,
            CASE l.kind WHEN 'in_text' THEN 'Payment for order ' || ref || CASE WHEN draw(l.i, 'second', 5) = 0
                 THEN ', see also ' || reference(l.i + 1) ELSE ' by customer' END END AS remittance
        FROM (SELECT *, draw(i, 'typed', 9) AS place FROM bare_lines) l
        JOIN days d ON d.day = l.day AND d.shift = l.shift
        """
    )
    connection.execute("DROP TABLE bare_lines")


def _payouts(connection: duckdb.DuckDBPyConnection) -> None:
    """Payouts of 20 to 500 lines of one day and currency (fewer where a day ends), and how the bank shows them."""
    connection.execute(
        f"""
        CREATE TABLE placed AS
        WITH numbered AS (
            SELECT i, part, currency, day, row_number() OVER (
                PARTITION BY currency, day ORDER BY hash(i, part, 'place'), i, part) - 1 AS place
            FROM lines
        )
        SELECT i, part, 'PO-' || currency || strftime(day, '%m%d') || '-' || printf('%06d',
                2 * (place // 520) + CAST(place % 520 >= 20 + draw(place // 520, currency || day, 481) AS BIGINT)
            ) AS payout_id
        FROM numbered;
        CREATE TABLE payouts AS
        SELECT p.payout_id, l.currency, l.day, sum(l.gross + l.fee) AS net, count(*) AS lines,
            {kind_case("draw(p.payout_id, 'payout', 10000)", PAYOUT_KINDS, "payout")} AS kind,
            row_number() OVER (ORDER BY p.payout_id) AS thing
        FROM lines l JOIN placed p USING (i, part) GROUP BY p.payout_id, l.currency, l.day;
        CREATE TABLE credits AS
        SELECT payout_id AS name, thing, kind, currency, d.later AS day,
            net - CASE kind WHEN 'payout_short' THEN {SHORT_BY} ELSE 0 END AS amount,
            CASE kind WHEN 'payout_in_text' THEN NULL WHEN 'payout_hyphens' THEN replace(payout_id, '-', '')
                 ELSE payout_id END AS written,
            CASE kind WHEN 'payout_in_text' THEN 'NIP TRF SETTLEMENT ' || payout_id || ' LAGOS'
                 ELSE 'MERCHANT SETTLEMENT' END AS remittance
        FROM payouts JOIN days d USING (day) WHERE kind <> 'payout_not_in_bank' AND d.shift = 1
        UNION ALL
        SELECT 'other ' || payout_id, NULL, 'not_a_payout', currency, day, 100000 + draw(payout_id, 'other', 9000000),
            NULL, 'NIP TRF ' || upper(to_hex(draw(payout_id, 'sender', 1000000000))) || ' INVOICE'
        FROM payouts WHERE draw(payout_id, 'unrelated', 100) = 0
        """
    )
